"""The tables of exams."""

from exam.models.attempts import Answer, Attempt, AttemptEvent, AttemptVector, Marking
from exam.models.building import Blueprint, BlueprintSection, Form, FormItem, SectionLaw
from exam.models.conduct import AttemptPulse, FormOpening, HallEvent, SessionGate
from exam.models.sessions import Candidate, ExamSession

__all__ = [
    "Answer",
    "Attempt",
    "AttemptEvent",
    "AttemptPulse",
    "AttemptVector",
    "Blueprint",
    "BlueprintSection",
    "Candidate",
    "ExamSession",
    "Form",
    "FormItem",
    "FormOpening",
    "HallEvent",
    "Marking",
    "SectionLaw",
    "SessionGate",
]
