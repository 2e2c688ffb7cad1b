"""The tables of exams."""

from exam.models.attempts import Answer, Attempt, AttemptEvent, AttemptVector, Marking
from exam.models.building import Blueprint, BlueprintSection, Form, FormItem, SectionLaw
from exam.models.sessions import Candidate, ExamSession, SessionForm
from exam.models.sights import FormSight

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
    "FormSight",
    "Marking",
    "SectionLaw",
    "SessionForm",
]
