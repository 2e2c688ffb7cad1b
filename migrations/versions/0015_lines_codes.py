"""board lines and unit codes"""

import sqlalchemy as sa
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: other tables refer to units, so that SQLite may not make theirs anew.
    # Editions of before counted everybody in the cell of their department.
    op.add_column('board_topic', sa.Column('line', sa.String(length=64), server_default='ranked', nullable=False))
    op.add_column('org_unit', sa.Column('code', sa.String(length=64), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    op.drop_column('org_unit', 'code')
    op.drop_column('board_topic', 'line')
