"""Who has answered a survey, and, apart from them, what was answered."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Person
from core.db import Model, Prose
from courses.classes.models import TrainingClass
from courses.quality.questions import SurveyKind


class SurveyMark(Model):
    """Somebody has answered. Nothing leads from here to the answers: neither a key nor a time."""

    __tablename__ = "survey_mark"
    __table_args__ = (UniqueConstraint("class_id", "kind", "person_id", "about_id"),)

    class_id: Mapped[int] = mapped_column(ForeignKey(TrainingClass.id))
    kind: Mapped[SurveyKind]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    #: Whom a superior was asked about; everybody else speaks of themselves.
    about_id: Mapped[int] = mapped_column(ForeignKey(Person.id))


class SurveySheet(Model):
    """What one of them answered. Its id is drawn by lot, so that the order tells nothing."""

    __tablename__ = "survey_sheet"

    class_id: Mapped[int] = mapped_column(ForeignKey(TrainingClass.id), index=True)
    kind: Mapped[SurveyKind]
    #: Question → 1 to 5.
    scores: Mapped[dict[str, Any]] = mapped_column(JSON)
    comment: Mapped[Prose] = mapped_column(default="")
