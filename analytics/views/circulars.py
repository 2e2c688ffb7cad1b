"""The circular (通报) about an exam: drafted from its table, shown, and as a Word file."""

from datetime import datetime

from flask import Response, render_template
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from accounts.permissions import Permission
from analytics import circular, items, masking, queries, rates
from analytics.circular import Circular, Exam
from analytics.frames import exam as frames
from analytics.frames.items import scored
from analytics.measures import EXAM
from analytics.tables import Row
from analytics.views.base import OPENING, bp, reach, roster_line, sees_untold, tells
from core import clock, figures, official
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from exam.models import ExamSession
from exam.services.attempts.taking import sealed

ADDRESSEES, ORGAN = "各司（室）、直属单位", "国家信访局人事司"


def _drafted(session_id: int, at: datetime) -> tuple[ExamSession, Circular]:
    """Raises NoResultFound while the exam runs, for those who see only their own unit, and for
    those who are not told its scores yet."""
    session = queries.session(session_id, at)
    reader = reach(session)
    if session.closes_at > at or not (reader.is_whole and reader.told):
        raise NoResultFound
    forms = masking.of_enough([(sealed(each), scored(session.id, each)) for each in session.forms])
    makeups = [each for each in frames.makeups_of(session, at) if each.closes_at > at]
    about = Exam(
        title=session.title,
        opened=figures.day(clock.local(session.opens_at).date()),
        closed=figures.day(clock.local(session.closes_at).date()),
        pass_score=session.pass_score,
        makeup_to_come=figures.moment(clock.local(makeups[0].opens_at)) if makeups else "",
        roster=roster_line(session.roster),
    )
    drafted = circular.draft(
        about,
        _rows(session, at),
        items.by_law(forms),
        items.by_article(forms),
        _earlier(session, at),
    )
    return session, drafted


def _rows(session: ExamSession, at: datetime) -> list[Row]:
    return rates.department_table(frames.counted(session, at, untold=sees_untold()))


def _earlier(session: ExamSession, at: datetime) -> tuple[str, Row] | None:
    """The exam of the same kind that ended before, main sessions only."""
    found = queries.before(session, at)
    return (found.title, _rows(found, at)[-1]) if found and tells(found, at) else None


@bp.get("/sessions/<int:session_id>/circular", endpoint="circular")
@requires(Permission.RATES_READ)
def show_circular(session_id: int) -> str:
    at = clock.now()
    session, drafted = _drafted(session_id, at)
    return render_template(
        "analytics/circular.html",
        session=session,
        circular=drafted,
        rows=circular.as_told(_rows(session, at)),
        columns=[key for key, _ in circular.COLUMNS],
        measures=EXAM,
        reach=OPENING,
    )


@bp.get("/sessions/<int:session_id>/circular.docx")
@requires(Permission.RATES_READ)
def circular_docx(session_id: int) -> Response:
    at = clock.now()
    may_write()
    session, drafted = _drafted(session_id, at)
    record("circular.export", session, at=at, source=drafted.source)
    db.session.commit()
    paper = circular.paper(
        drafted, addressees=ADDRESSEES, organ=ORGAN, dated=clock.local(at).date()
    )
    return attachment(official.write(paper), f"circular-{session.id}.docx", DOCX)
