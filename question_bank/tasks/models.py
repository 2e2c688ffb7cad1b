"""Tasks of writing items. How far one has come is never stored: the bank says so."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model
from laws.lists.levels import Requirement
from laws.models import Law
from laws.numerals import Key, article_number
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.models import ItemTypeColumn


class WritingTask(Model):
    """So many items of one kind, published after the task was set."""

    __tablename__ = "writing_task"
    __table_args__ = (
        CheckConstraint("count > 0", name="asks_for_items"),
        CheckConstraint("difficulty_min <= difficulty_max", name="difficulty_range"),
    )

    #: Any type if None.
    item_type: Mapped[ItemType | None] = mapped_column(ItemTypeColumn)
    difficulty_min: Mapped[int] = mapped_column(default=1)
    difficulty_max: Mapped[int] = mapped_column(default=5)
    cognitive_level: Mapped[CognitiveLevel | None]
    topic: Mapped[Line] = mapped_column(default="")
    requirement: Mapped[Requirement | None]
    #: Only items that tell of a scene.
    is_scene: Mapped[bool] = mapped_column(default=False)
    #: Only items that cite one of these; any law if empty.
    laws: Mapped[list["WritingTaskLaw"]] = relationship(
        order_by="WritingTaskLaw.id", cascade="all, delete-orphan"
    )
    count: Mapped[int]
    due_on: Mapped[date]
    #: Who is to write them; every writer if None.
    writer_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id), index=True)
    writer: Mapped[Account | None] = relationship(foreign_keys=writer_id)
    #: What they are for, in words.
    purpose: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class WritingTaskLaw(Model):
    __tablename__ = "writing_task_law"
    __table_args__ = (UniqueConstraint("task_id", "law_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey(WritingTask.id))
    law_id: Mapped[int] = mapped_column(ForeignKey(Law.id))
    law: Mapped[Law] = relationship()
    #: The article, in any version; all of them if None.
    number_main: Mapped[int | None]
    number_sub: Mapped[int | None]

    @property
    def article(self) -> Key | None:
        if self.number_main is None:
            return None
        return Key(self.number_main, self.number_sub or 0)

    @property
    def number(self) -> str:
        """The article's number as people write it; "" for the whole law."""
        return article_number(self.article) if self.article else ""
