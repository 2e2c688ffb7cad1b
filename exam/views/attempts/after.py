"""The result of an attempt of which there is nothing to tell but the result.

That is what everybody reads in the minute after handing in. It is rendered once for all with the
same level; their time and marks are filled in.
"""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from core import clock, figures
from exam.models import Attempt
from exam.queries.attempts import taking as queries
from exam.queries.attempts.pages import Sat, Told
from exam.results.outcomes import GradeLevel
from exam.results.review import Shown
from exam.services.attempts import taking
from exam.views.results import own

TEMPLATE = "exam/attempts/result.html"


class HandedIn(NamedTuple):
    """Of the attempt, what the page says in words of its own."""

    number: int
    auto_submitted: bool
    #: It counts, and nobody marks any of it.
    voided_at: None = None
    settled: bool = True


class Plain(NamedTuple):
    """All that the page shows but for what its reader reached, and when."""

    attempt: HandedIn
    session: Told
    shown: Shown
    level: GradeLevel | None
    #: The marks that the paper is worth.
    total: Decimal
    handed_in: bool = True


def plain(found: Sat, at: datetime) -> Plain | None:
    """All that is told of an attempt that is over; None where it is more than that.

    Asks the database for nothing but the paper, and that once.
    """
    session = found.session
    if (
        found.submitted_at is None
        or found.voided_at is not None
        or session.cancelled_at is not None
        or session.published_at is not None
        or session.closes_at <= at
        or session.on_paper
        or found.unmarked
        or found.by_hand
        or any(found.there_is)
    ):
        return None
    shown = queries.shown_of(found, at)
    if shown.paper:
        return None
    return Plain(
        HandedIn(found.number, found.auto_submitted),
        session,
        shown,
        own.level(found.earned, session) if shown.score else None,
        taking.paper(found.digest, found.form_id).total,
    )


def texts(attempt: Attempt | Sat, score: Decimal | None) -> dict[str, str]:
    """What the page says of somebody's time and marks."""
    begun, ended = attempt.started_at, attempt.submitted_at
    return {
        "submitted": "" if ended is None else figures.moment(clock.local(ended)),
        "took": figures.duration(None if ended is None else ended - begun),
        "score": figures.plain(score),
    }
