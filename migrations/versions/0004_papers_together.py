"""corrections of one item on several papers"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In one statement that both databases know: making the table anew would take the score changes
    # along that refer to it.
    op.execute(
        "ALTER TABLE correction ADD COLUMN together_id INTEGER"
        " CONSTRAINT fk_correction_together_id REFERENCES correction (id)"
    )
    op.create_index('ix_correction_together_id', 'correction', ['together_id'])


def downgrade() -> None:
    op.drop_index('ix_correction_together_id', 'correction')
    with op.batch_alter_table('correction') as table:
        table.drop_column('together_id')
