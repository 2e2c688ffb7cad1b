"""The blueprint that the pages of the register hang on, and what they share."""

from datetime import date

from flask import Blueprint

from laws import force
from laws.force import State
from laws.models import LawVersion

bp = Blueprint("laws", __name__, url_prefix="/laws")

TONES = {
    State.IN_FORCE: "good",
    State.PENDING: "info",
    State.SUPERSEDED: "calm",
    State.REPEALED: "bad",
}


def state_of(version: LawVersion, day: date) -> State:
    return force.state(version, version.law.versions, day)
