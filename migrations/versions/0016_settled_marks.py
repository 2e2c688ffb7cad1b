"""marks that persons give, corrections of a part, undoing by two"""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

import core.db


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: other tables refer to these, so that SQLite may not make them anew.
    op.add_column('attempt', sa.Column('by_hand', sa.Integer(), server_default='0', nullable=False))
    # What waits to be marked or was marked by persons.
    op.execute(
        "UPDATE attempt SET by_hand = (SELECT count(*) FROM answer"
        " WHERE answer.attempt_id = attempt.id AND (answer.earned IS NULL"
        " OR EXISTS (SELECT 1 FROM marking WHERE marking.answer_id = answer.id)))"
        " WHERE submitted_at IS NOT NULL"
    )
    _hold_back()
    op.add_column('exam_session', sa.Column('single_reason', sa.String(length=300), server_default=sa.text("''"), nullable=False))
    op.add_column('correction', sa.Column('part', sa.Integer(), nullable=True))
    op.create_table('undo_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('correction_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('asked_at', core.db.UTCDateTime(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('decided_at', core.db.UTCDateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('opinion', sa.String(length=300), nullable=False),
    sa.Column('approved', sa.Boolean(), nullable=False),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by_id IS NULL)', name=op.f('ck_undo_request_decided_whole')),
    sa.CheckConstraint('NOT approved OR decided_by_id <> asked_by_id', name=op.f('ck_undo_request_approved_by_another')),
    sa.CheckConstraint('NOT approved OR decided_at IS NOT NULL', name=op.f('ck_undo_request_approved_if_decided')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_undo_request_with_reason')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['account.id'], name=op.f('fk_undo_request_asked_by_id')),
    sa.ForeignKeyConstraint(['correction_id'], ['correction.id'], name=op.f('fk_undo_request_correction_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_undo_request_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_undo_request'))
    )
    with op.batch_alter_table('undo_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_undo_request_correction_id'), ['correction_id'], unique=False)


def _hold_back() -> None:
    """What persons marked and is not final waits in vectors, as scoring writes them from here on."""
    vector = sa.table(
        'attempt_vector',
        sa.column('id', sa.Integer),
        sa.column('right', sa.LargeBinary),
        sa.column('share', sa.LargeBinary),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.text(
        "SELECT DISTINCT attempt_vector.id, answer.slot FROM attempt_vector"
        " JOIN exam_session ON exam_session.id = attempt_vector.session_id"
        " JOIN answer ON answer.attempt_id = attempt_vector.attempt_id"
        " JOIN marking ON marking.answer_id = answer.id"
        " WHERE exam_session.marking_closed_at IS NULL AND exam_session.published_at IS NULL"
        " ORDER BY attempt_vector.id, answer.slot"
    )).all()
    for vector_id, marked in groupby(rows, key=lambda row: row[0]):
        here = vector.c.id == vector_id
        found = connection.execute(sa.select(vector).where(here)).one()
        right, share = bytearray(found.right), bytearray(found.share)
        for _, slot in marked:
            right[slot - 1], share[slot - 1] = 0, 255
        connection.execute(
            sa.update(vector).where(here).values(right=bytes(right), share=bytes(share))
        )


def downgrade() -> None:
    op.drop_table('undo_request')
    # In place, too.
    op.drop_column('correction', 'part')
    op.drop_column('exam_session', 'single_reason')
    op.drop_column('attempt', 'by_hand')
