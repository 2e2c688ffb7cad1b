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
from exam.models.certificates import Certificate
from exam.models.conduct import AttemptPulse, FormOpening, HallEvent, SessionGate
from exam.models.corrections import Correction, Countersignature, ScoreChange, UndoRequest
from exam.models.finals import Final, Reversal
from exam.models.marking import MarkingClaim, SessionMarker
from exam.models.paper_scores import PaperScore
from exam.models.rechecks import CalendarDay, Recheck
from exam.models.requests import CandidateRequest, RequestProof
from exam.models.sessions import Candidate, ExamSession, SessionForm
from exam.models.sights import FormSight
from exam.models.standards import AngoffJudge, AngoffPanel, AngoffRating, AngoffUse

__all__ = [
    "AngoffJudge",
    "AngoffPanel",
    "AngoffRating",
    "AngoffUse",
    "Answer",
    "Appointee",
    "Attempt",
    "AttemptEvent",
    "AttemptPulse",
    "AttemptVector",
    "Blueprint",
    "BlueprintSection",
    "CalendarDay",
    "Candidate",
    "CandidateRequest",
    "Certificate",
    "Correction",
    "Countersignature",
    "EligibilityRule",
    "ExamNotice",
    "ExamSession",
    "Final",
    "Form",
    "FormItem",
    "FormOpening",
    "FormSight",
    "HallEvent",
    "ItemEnemy",
    "Marking",
    "MarkingClaim",
    "MustInclude",
    "PaperScore",
    "Recheck",
    "RequestProof",
    "Reversal",
    "ScoreChange",
    "SectionLaw",
    "SessionForm",
    "SessionGate",
    "SessionMarker",
    "UndoRequest",
]
