"""The tables of exams."""

from exam.models.attempts import Answer, Attempt, AttemptEvent, AttemptVector, Marking
from exam.models.building import (
    Blueprint,
    BlueprintSection,
    Form,
    FormItem,
    ItemEnemy,
    MustInclude,
    SectionLaw,
)
from exam.models.sessions import Candidate, ExamSession

__all__ = [
    "Answer",
    "Attempt",
    "AttemptEvent",
    "AttemptVector",
    "Blueprint",
    "BlueprintSection",
    "Candidate",
    "ExamSession",
    "Form",
    "FormItem",
    "ItemEnemy",
    "Marking",
    "MustInclude",
    "SectionLaw",
]
