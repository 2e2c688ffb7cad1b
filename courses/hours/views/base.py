"""What the modules of this package share."""

from datetime import date

from flask import Blueprint, current_app, request

from core import paging
from core.paging import Page
from courses.hours import queries
from courses.hours.deadlines import DeadlineState
from courses.hours.kinds import Bucket, ClaimState
from courses.hours.queries import EntryFilter
from courses.models import CreditEntry

bp = Blueprint("hours", __name__, url_prefix="/hours")
STATE_TONES = {
    ClaimState.FILED: "info",
    ClaimState.CHECKED: "info",
    ClaimState.GRANTED: "good",
    ClaimState.RETURNED: "bad",
    ClaimState.WITHDRAWN: "calm",
}
DEADLINE_TONES = {
    DeadlineState.OPEN: "info",
    DeadlineState.SOON: "warn",
    DeadlineState.OVERDUE: "bad",
    DeadlineState.DONE: "good",
}


def probation() -> int:
    months: int = current_app.config["XUEFA"].probation_months
    return months


def narrowed() -> EntryFilter:
    """Which entries the address asks for; what it says wrongly narrows nothing."""

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(request.args.get(name, ""))
        except ValueError:
            return None

    return EntryFilter(
        bucket=Bucket.by_label(request.args.get("bucket", "")),
        law=request.args.get("law") == "1",
        accredited=request.args.get("accredited") == "1",
        first=day("first"),
        last=day("last"),
    )


def entries_of(person_id: int) -> Page[CreditEntry]:
    number, per_page = paging.asked()
    return paging.select_page(
        queries.entries(person_id, narrowed()), number=number, per_page=per_page
    )
