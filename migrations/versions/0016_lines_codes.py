"""board lines and unit codes"""

import sqlalchemy as sa
from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Editions of before counted everybody in the cell of their department.
    with op.batch_alter_table('board_topic', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('line', sa.String(length=64), nullable=False, server_default='ranked')
        )
    with op.batch_alter_table('board_topic', schema=None) as batch_op:
        batch_op.alter_column('line', existing_type=sa.String(length=64), existing_nullable=False,
                              server_default=None)
    with op.batch_alter_table('org_unit', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('code', sa.String(length=64), nullable=False, server_default='')
        )
    with op.batch_alter_table('org_unit', schema=None) as batch_op:
        batch_op.alter_column('code', existing_type=sa.String(length=64), existing_nullable=False,
                              server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('org_unit', schema=None) as batch_op:
        batch_op.drop_column('code')
    with op.batch_alter_table('board_topic', schema=None) as batch_op:
        batch_op.drop_column('line')
