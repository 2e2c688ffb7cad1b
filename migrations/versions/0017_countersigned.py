"""approvals of corrections by two whose own scores change"""

import sqlalchemy as sa
from alembic import op

import core.db


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('countersignature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('correction_id', sa.Integer(), nullable=False),
    sa.Column('undo_request_id', sa.Integer(), nullable=True),
    sa.Column('seen', sa.String(length=64), nullable=False),
    sa.Column('opinion', sa.String(length=300), nullable=False),
    sa.Column('at', core.db.UTCDateTime(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('counted', sa.Boolean(), nullable=False),
    sa.CheckConstraint("opinion <> ''", name=op.f('ck_countersignature_with_opinion')),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_countersignature_by_id')),
    sa.ForeignKeyConstraint(['correction_id'], ['correction.id'], name=op.f('fk_countersignature_correction_id')),
    sa.ForeignKeyConstraint(['undo_request_id'], ['undo_request.id'], name=op.f('fk_countersignature_undo_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_countersignature'))
    )
    with op.batch_alter_table('countersignature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_countersignature_correction_id'), ['correction_id'], unique=False)


def downgrade() -> None:
    op.drop_table('countersignature')
