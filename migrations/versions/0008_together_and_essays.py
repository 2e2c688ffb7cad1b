"""corrections of one item on several papers; answers in words that their writer judges"""

import core.db
import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
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
    op.create_table(
        'practice_essay',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('entry_id', sa.Integer(), nullable=False),
        sa.Column('at', core.db.UTCDateTime(), nullable=False),
        sa.Column('response', sa.Text(), nullable=False),
        sa.Column('points', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('judged_at', core.db.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            '(points IS NULL) = (judged_at IS NULL)',
            name=op.f('ck_practice_essay_judged_as_a_whole'),
        ),
        sa.ForeignKeyConstraint(
            ['entry_id'], ['practice_entry.id'], name=op.f('fk_practice_essay_entry_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_practice_essay')),
        sa.UniqueConstraint('entry_id', name=op.f('uq_practice_essay_entry_id')),
    )


def downgrade() -> None:
    op.drop_table('practice_essay')
    op.drop_index('ix_correction_together_id', 'correction')
    with op.batch_alter_table('correction') as table:
        table.drop_column('together_id')
