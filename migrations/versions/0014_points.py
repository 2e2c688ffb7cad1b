"""points"""

import sqlalchemy as sa
from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: other tables refer to blueprints, so that SQLite may not make the table anew.
    op.add_column('blueprint', sa.Column('aims', sa.String(length=64), server_default='-1,0,1', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('blueprint', schema=None) as batch_op:
        batch_op.drop_column('aims')
