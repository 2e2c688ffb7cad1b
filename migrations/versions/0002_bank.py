"""Full text in the order of its hits; an index whose pending list stays short.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index("ix_search_entry_order", ["kind", "weight", "id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_search_gram_grams SET (gin_pending_list_limit = 128)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_search_gram_grams RESET (gin_pending_list_limit)")
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_search_entry_order")
