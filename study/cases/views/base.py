"""What the modules of this package share."""

from flask import Blueprint

from study.cases.kinds import CaseState

bp = Blueprint("cases", __name__, url_prefix="/cases")

TONES = {
    CaseState.DRAFT: "calm",
    CaseState.WAITING: "info",
    CaseState.PUBLISHED: "good",
    CaseState.WITHDRAWN: "warn",
}
