"""The tables of exams."""

from exam.models.admission import Appointee, EligibilityRule, ExamNotice
from exam.models.attempts import Answer, Attempt, AttemptEvent, AttemptVector, Marking
from exam.models.building import Blueprint, BlueprintSection, Form, FormItem, SectionLaw
from exam.models.certificates import Certificate
from exam.models.corrections import Correction, ScoreChange
from exam.models.finals import Final, Reversal
from exam.models.rechecks import CalendarDay, Recheck
from exam.models.requests import CandidateRequest, RequestProof
from exam.models.sessions import Candidate, ExamSession

__all__ = [
    "Answer",
    "Appointee",
    "Attempt",
    "AttemptEvent",
    "AttemptVector",
    "Blueprint",
    "BlueprintSection",
    "CalendarDay",
    "Candidate",
    "CandidateRequest",
    "Certificate",
    "Correction",
    "EligibilityRule",
    "ExamNotice",
    "ExamSession",
    "Final",
    "Form",
    "FormItem",
    "Marking",
    "Recheck",
    "RequestProof",
    "Reversal",
    "ScoreChange",
    "SectionLaw",
]
