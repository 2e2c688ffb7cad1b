"""The tables of exams."""

from exam.models.admission import Appointee, EligibilityRule, ExamNotice
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
from exam.models.conduct import AttemptPulse, FormOpening, HallEvent, SessionGate
from exam.models.marking import MarkingClaim, SessionMarker
from exam.models.requests import CandidateRequest, RequestProof
from exam.models.sessions import Candidate, ExamSession, SessionForm
from exam.models.sights import FormSight

__all__ = [
    "Answer",
    "Appointee",
    "Attempt",
    "AttemptEvent",
    "AttemptPulse",
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
    "FormOpening",
    "FormSight",
    "HallEvent",
    "ItemEnemy",
    "Marking",
    "MarkingClaim",
    "MustInclude",
    "RequestProof",
    "SectionLaw",
    "SessionForm",
    "SessionGate",
    "SessionMarker",
]
