"""Blueprints and the forms that are drawn from them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Code, Line, Model
from exam.kinds import ExamKind
from exam.models.columns import MARKS
from laws.lists.levels import Requirement
from laws.models import Law
from question_bank.item_types import CognitiveLevel, ItemType, MultiRule
from question_bank.models import Item, ItemRevision, ItemTypeColumn


class Blueprint(Model):
    """细目表: what a form must consist of."""

    __tablename__ = "blueprint"
    __table_args__ = (
        CheckConstraint("scene_percent BETWEEN 0 AND 100", name="scene_percent_of_hundred"),
        CheckConstraint("practice_minutes BETWEEN 5 AND 300", name="practice_takes_time"),
        CheckConstraint("penalty_percent BETWEEN 0 AND 100", name="penalty_percent_of_hundred"),
        CheckConstraint("rest_sessions >= 0", name="rests_for_sessions"),
        CheckConstraint("exposure_most > 0", name="exposure_allows_some"),
        CheckConstraint("exposure_days > 0", name="exposure_over_days"),
        CheckConstraint("mean_tolerance >= 0", name="mean_has_width"),
    )

    title: Mapped[Line]
    exam_kind: Mapped[ExamKind]
    multi_rule: Mapped[MultiRule]
    #: What a wrong choice costs (倒扣), in hundredths of the item's marks; 0 for nothing.
    penalty_percent: Mapped[int] = mapped_column(default=0)
    #: At least so many in a hundred of the items tell of a scene (来访、来信、网上件).
    scene_percent: Mapped[int] = mapped_column(default=0)
    #: Open for mock exams of so many minutes; None: not open.
    practice_minutes: Mapped[int | None]
    #: What the rows have to come to; None for whatever they do.
    full_marks: Mapped[Decimal | None] = mapped_column(MARKS)
    #: The mean that candidates are to be expected to reach, give or take; None for any.
    mean_target: Mapped[Decimal | None] = mapped_column(MARKS)
    mean_tolerance: Mapped[Decimal] = mapped_column(MARKS, default=Decimal(2))
    #: Items of the papers of the last so many sessions are not drawn.
    rest_sessions: Mapped[int] = mapped_column(default=0)
    #: Items on so many papers sealed in the last so many days are not drawn; None for no ceiling.
    exposure_most: Mapped[int | None]
    exposure_days: Mapped[int] = mapped_column(default=365)
    #: Abilities at which parallel forms are made to tell equally much, ascending: ``-1,0,1``.
    aims: Mapped[Code] = mapped_column(default="-1,0,1", server_default="-1,0,1")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    sections: Mapped[list["BlueprintSection"]] = relationship(
        back_populates="blueprint",
        order_by="BlueprintSection.position, BlueprintSection.id",
        cascade="all, delete-orphan",
    )
    must: Mapped[list["MustInclude"]] = relationship(
        order_by="MustInclude.item_id", cascade="all, delete-orphan"
    )

    @property
    def points(self) -> tuple[float, ...]:
        return tuple(float(each) for each in self.aims.split(","))

    @property
    def total_marks(self) -> Decimal:
        return sum((section.count * section.marks for section in self.sections), Decimal(0))


class BlueprintSection(Model):
    """A number of items of one type at the same marks, from given laws and difficulties."""

    __tablename__ = "blueprint_section"
    __table_args__ = (
        UniqueConstraint("blueprint_id", "position"),
        CheckConstraint("count > 0", name="asks_for_items"),
        CheckConstraint("marks > 0", name="is_worth_something"),
        CheckConstraint("difficulty_min <= difficulty_max", name="difficulty_range"),
    )

    blueprint_id: Mapped[int] = mapped_column(ForeignKey(Blueprint.id))
    blueprint: Mapped[Blueprint] = relationship(back_populates="sections")
    position: Mapped[int]
    item_type: Mapped[ItemType] = mapped_column(ItemTypeColumn)
    count: Mapped[int]
    marks: Mapped[Decimal] = mapped_column(MARKS)
    difficulty_min: Mapped[int] = mapped_column(default=1)
    difficulty_max: Mapped[int] = mapped_column(default=5)
    cognitive_level: Mapped[CognitiveLevel | None]
    #: Any 知识点 if empty.
    topic: Mapped[Line] = mapped_column(default="")
    #: What the must-know lists ask of the articles cited; None for any.
    requirement: Mapped[Requirement | None]
    #: Only items that cite one of these; any law if empty.
    laws: Mapped[list["SectionLaw"]] = relationship(
        order_by="SectionLaw.id", cascade="all, delete-orphan"
    )


class SectionLaw(Model):
    __tablename__ = "section_law"
    __table_args__ = (UniqueConstraint("section_id", "law_id"),)

    section_id: Mapped[int] = mapped_column(ForeignKey(BlueprintSection.id))
    law_id: Mapped[int] = mapped_column(ForeignKey(Law.id))
    law: Mapped[Law] = relationship()


class MustInclude(Model):
    """必选题: an item that is on every form of a blueprint."""

    __tablename__ = "blueprint_must"
    __table_args__ = (UniqueConstraint("blueprint_id", "item_id"),)

    blueprint_id: Mapped[int] = mapped_column(ForeignKey(Blueprint.id))
    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id), index=True)


class ItemEnemy(Model):
    """互斥题: two items that are never on one form, the older one first."""

    __tablename__ = "item_enemy"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey(Item.id))
    second_id: Mapped[int] = mapped_column(ForeignKey(Item.id), index=True)
    reason: Mapped[Line] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    made_by: Mapped[Account | None] = relationship()


class Form(Model):
    """试卷. Sealing freezes it into a snapshot, which is all that candidates ever see."""

    __tablename__ = "exam_form"
    __table_args__ = (
        CheckConstraint(
            "(sealed_at IS NULL) = (snapshot IS NULL) AND (sealed_at IS NULL) = (hash IS NULL)",
            name="sealed_as_a_whole",
        ),
        CheckConstraint("penalty_percent BETWEEN 0 AND 100", name="penalty_percent_of_hundred"),
        CheckConstraint("alternatives BETWEEN 1 AND 10", name="has_alternatives"),
    )

    title: Mapped[Line]
    blueprint_id: Mapped[int] = mapped_column(ForeignKey(Blueprint.id), index=True)
    blueprint: Mapped[Blueprint] = relationship()
    multi_rule: Mapped[MultiRule]
    penalty_percent: Mapped[int] = mapped_column(default=0)
    #: Seed of the draw, so that it can be repeated.
    seed: Mapped[int] = mapped_column(BigInteger)
    #: How many items stand ready for each place: 1 for a fixed paper; of more, each attempt's seed
    #: draws one (卷卷不同). Slots of one place follow one another.
    alternatives: Mapped[int] = mapped_column(default=1)
    #: The day of the exam that items are drawn for: each rests on law in force on it.
    exam_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account | None] = relationship(foreign_keys=created_by_id)
    #: The sealed form whose place it is to take, because the law of its items was amended.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("exam_form.id"), index=True)
    sealed_at: Mapped[datetime | None]
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    sealed_by: Mapped[Account | None] = relationship(foreign_keys=sealed_by_id)
    #: Canonical JSON of exam.papers.snapshot; its SHA-256 is ``hash``.
    snapshot: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[str | None] = mapped_column(String(64))
    slots: Mapped[list["FormItem"]] = relationship(
        back_populates="form", order_by="FormItem.slot", cascade="all, delete-orphan"
    )


class FormItem(Model):
    __tablename__ = "form_item"
    __table_args__ = (
        UniqueConstraint("form_id", "slot"),
        UniqueConstraint("form_id", "revision_id"),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id))
    form: Mapped[Form] = relationship(back_populates="slots")
    #: Number of the item on the form, from 1.
    slot: Mapped[int]
    #: Position of its section in the blueprint.
    section: Mapped[int]
    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id), index=True)
    revision: Mapped[ItemRevision] = relationship()
    marks: Mapped[Decimal] = mapped_column(MARKS)
