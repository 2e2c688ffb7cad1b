"""kept and said"""

import core.db
import sqlalchemy as sa
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

MATTERS = sa.Enum('course', 'exam', 'training', 'claim', 'survey', 'group', name='matter', native_enum=False, length=30)
MESSAGE = 'rows are only added; a wrong one is reversed by another'


def upgrade() -> None:
    op.create_table('archive_remark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('written_at', core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_archive_remark_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archive_remark')),
    sa.UniqueConstraint('person_id', 'year', name=op.f('uq_archive_remark_person_id_year'))
    )
    with op.batch_alter_table('reminder_rule') as batch_op:
        batch_op.add_column(sa.Column('matter', MATTERS, nullable=True))
        batch_op.add_column(sa.Column('follows', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_check_constraint('ck_reminder_rule_shared_follows_none', 'matter IS NOT NULL OR NOT follows')
    # The ledger is kept by the database itself (core/kept.py). A later batch of SQLite that makes
    # the table anew loses the triggers and has to make them again.
    if op.get_context().dialect.name == 'sqlite':
        for act in ('UPDATE', 'DELETE'):
            op.execute(f"CREATE TRIGGER credit_entry_kept_{act.lower()} BEFORE {act} ON credit_entry BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")
    elif op.get_context().dialect.name == 'postgresql':
        op.execute(f"CREATE OR REPLACE FUNCTION credit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$")
        op.execute("CREATE TRIGGER credit_entry_kept BEFORE UPDATE OR DELETE ON credit_entry FOR EACH ROW EXECUTE FUNCTION credit_entry_kept()")


def downgrade() -> None:
    if op.get_context().dialect.name == 'sqlite':
        op.execute('DROP TRIGGER IF EXISTS credit_entry_kept_update')
        op.execute('DROP TRIGGER IF EXISTS credit_entry_kept_delete')
    elif op.get_context().dialect.name == 'postgresql':
        op.execute('DROP TRIGGER IF EXISTS credit_entry_kept ON credit_entry')
        op.execute('DROP FUNCTION IF EXISTS credit_entry_kept()')
    with op.batch_alter_table('reminder_rule') as batch_op:
        batch_op.drop_constraint('ck_reminder_rule_shared_follows_none', type_='check')
        batch_op.drop_column('follows')
        batch_op.drop_column('matter')
    op.drop_table('archive_remark')
