"""Full text in the order of its hits, an index whose pending list stays short; tasks of writing
items for a single article; who opened or exported items.

Revision ID: 0002
Revises: 0001
"""

import core.db
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_sight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("exported", sa.Boolean(), nullable=False),
        sa.Column("at", core.db.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_item_sight_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["item_revision.id"],
            name=op.f("fk_item_sight_revision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_sight")),
        sa.UniqueConstraint(
            "account_id",
            "revision_id",
            "exported",
            name=op.f("uq_item_sight_account_id_revision_id_exported"),
        ),
    )
    with op.batch_alter_table("item_sight", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_sight_revision_id"), ["revision_id"], unique=False
        )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index("ix_search_entry_order", ["kind", "weight", "id"], unique=False)
    with op.batch_alter_table("writing_task_law", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number_main", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("number_sub", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_search_gram_grams SET (gin_pending_list_limit = 128)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_search_gram_grams RESET (gin_pending_list_limit)")
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_search_entry_order")
    with op.batch_alter_table("writing_task_law", schema=None) as batch_op:
        batch_op.drop_column("number_sub")
        batch_op.drop_column("number_main")
    op.drop_table("item_sight")
