"""The tables of exams."""

from exam.models.admission import Appointee, EligibilityRule, ExamNotice
from exam.models.attempts import Answer, Attempt, AttemptEvent, AttemptVector, Marking
from exam.models.building import Blueprint, BlueprintSection, Form, FormItem, SectionLaw
from exam.models.paper_scores import PaperScore
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
    "Candidate",
    "CandidateRequest",
    "EligibilityRule",
    "ExamNotice",
    "ExamSession",
    "Form",
    "FormItem",
    "Marking",
    "PaperScore",
    "RequestProof",
    "SectionLaw",
]
