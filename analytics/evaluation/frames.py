"""The inputs of everybody on a roster for a year, from every room: what scores are made of."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from accounts.models import RosterEntry, RosterSnapshot
from analytics.evaluation.kinds import group_of
from analytics.evaluation.models import EvalEntry
from analytics.frames import exam as exams
from analytics.frames import learning
from analytics.learning import HOURS
from analytics.periods import Period
from core import clock
from core.db import db
from courses.models import StudyDay
from exam.kinds import ExamKind, Misconduct
from exam.models import Attempt, ExamSession
from study.group.kinds import MemberKind, Presence, SessionForm
from study.group.models.meetings import GroupAttendance, GroupMeeting

THEMATIC = (ExamKind.THEMATIC, ExamKind.NEW_LAW, ExamKind.PARTY_RULES)
#: Unruly conduct voids a score, but is not cheating.
CHEATING = tuple(set(Misconduct) - {Misconduct.DISORDER, Misconduct.OTHER})


def year_until(year: int, at: datetime) -> Period:
    """The year, up to today while it runs."""
    today = clock.local(at).date()
    return Period(date(year, 1, 1), max(date(year, 1, 1), min(date(year, 12, 31), today)))


def gathered(snapshot: RosterSnapshot, year: int, at: datetime) -> list[dict[str, Any]]:
    """One record of plain JSON a counted person, in the order of the bureau; with ``name`` and
    ``staff_number``. Hours and scores are in hundredths."""
    period = year_until(year, at)
    people = learning.counted(snapshot, period, None)
    ranks = _ranks(snapshot.id)
    annual, thematic = sittings(period, at)
    minutes, meetings = _minutes(period), _meetings(period)
    entries = {each.person_id: each for each in entries_of(year) if each.counts}
    found = []
    for row in people[people["due"]].to_dict("records"):
        person_id = int(row["person_id"])
        entry = entries.get(person_id)
        expected, present = meetings.get(person_id, (0, 0))
        found.append(
            {
                "person_id": person_id,
                "staff_number": row["staff_number"],
                "name": row["name"],
                "unit_id": int(row["unit_id"]),
                "unit": row["unit"],
                "line": row["line"],
                "group": group_of(ranks[person_id]).value,
                "months": int(row["months"]),
                "share": int(row["share"]),
                "studied": bool(row["studied"]),
                "required": int(row["pairs_due"]),
                "done": int(row["pairs_done"]),
                "hours": {key: int(row[key]) for key in HOURS},
                "minutes": [
                    minutes[person_id, month] // 60 for month in range(1, period.last.month + 1)
                ],
                "expected": expected,
                "present": present,
                "annual": annual.get(person_id),
                "thematic": thematic.get(person_id, []),
                "usage": entry.usage_mark if entry else None,
                "report": sorted(entry.report_items) if entry else None,
            }
        )
    return found


def _ranks(snapshot_id: int) -> dict[int, Any]:
    rows = db.session.execute(
        select(RosterEntry.person_id, RosterEntry.rank_group)
        .where(RosterEntry.snapshot_id == snapshot_id)
        .order_by(RosterEntry.id)
    )
    return {row[0]: row[1] for row in rows}


def sessions(period: Period) -> Sequence[ExamSession]:
    """Exams of the period whose results are published, in the order in which they ended."""
    return db.session.scalars(
        select(ExamSession)
        .where(
            ExamSession.exam_kind.in_([ExamKind.ANNUAL, *THEMATIC]),
            ExamSession.makeup_of_id.is_(None),
            ExamSession.cancelled_at.is_(None),
            ExamSession.published_at.is_not(None),
            ExamSession.closes_at >= period.begins,
            ExamSession.closes_at < period.ends,
        )
        .order_by(ExamSession.closes_at, ExamSession.id)
    ).all()


_Sittings = tuple[dict[int, dict[str, Any]], dict[int, list[dict[str, Any]]]]


def sittings(period: Period, at: datetime) -> _Sittings:
    """Of each person the last annual exam, and every other one."""
    annual: dict[int, dict[str, Any]] = {}
    thematic: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for session in sessions(period):
        cheats = _cheats(session, at)
        for row in exams.counted(session, at).to_dict("records"):
            if not row["roster"]:
                continue
            person_id = int(row["person_id"])
            sitting = _sitting(session, row, person_id in cheats)
            if session.exam_kind is ExamKind.ANNUAL:
                annual[person_id] = sitting
            else:
                thematic[person_id].append(sitting)
    return annual, thematic


def _sitting(session: ExamSession, row: dict[Any, Any], cheated: bool) -> dict[str, Any]:
    makeup = bool(row["sat_makeup"]) and not row["passed_first"]
    return {
        "session": session.id,
        "title": session.title,
        "new_law": session.exam_kind is ExamKind.NEW_LAW,
        "score": int(row["score"]) if row["scored"] else None,
        "makeup": makeup,
        "exempt": bool(row["exempt"]),
        "absent": bool(row["absent"]),
        "taken": bool(row["taken"]),
        "passed": bool(row["passed"]),
        "excellent": bool(row["excellent"]),
        "cheated": cheated,
    }


def _cheats(session: ExamSession, at: datetime) -> Collection[int]:
    """People with a sitting of the exam or a makeup that was voided for cheating."""
    ids = [session.id, *(each.id for each in exams.makeups_of(session, at))]
    return set(
        db.session.scalars(
            select(Attempt.person_id).where(
                Attempt.session_id.in_(ids),
                Attempt.voided_at.is_not(None),
                Attempt.misconduct.in_(CHEATING),
            )
        )
    )


def _minutes(period: Period) -> Counter[tuple[int, int]]:
    """Credited seconds by person and month."""
    found: Counter[tuple[int, int]] = Counter()
    for person_id, day, seconds in db.session.execute(
        select(StudyDay.person_id, StudyDay.day, StudyDay.seconds)
        .where(StudyDay.day.between(period.first, period.last), StudyDay.seconds > 0)
        .order_by(StudyDay.id)
    ):
        found[person_id, day.month] += seconds
    return found


def _meetings(period: Period) -> dict[int, tuple[int, int]]:
    """Expected and present at closed sessions of study groups, self-study left out."""
    found: dict[int, tuple[int, int]] = {}
    for person_id, presence in db.session.execute(
        select(GroupAttendance.person_id, GroupAttendance.presence)
        .join(GroupMeeting, GroupMeeting.id == GroupAttendance.meeting_id)
        .where(
            GroupMeeting.closed_at.is_not(None),
            GroupMeeting.starts_at >= period.begins,
            GroupMeeting.starts_at < period.ends,
            GroupMeeting.form != SessionForm.SELF_STUDY,
            GroupAttendance.kind == MemberKind.REGULAR,
        )
        .order_by(GroupAttendance.id)
    ):
        expected, present = found.get(person_id, (0, 0))
        found[person_id] = (expected + 1, present + (presence is Presence.PRESENT))
    return found


def entries_of(year: int, person_ids: Collection[int] | None = None) -> list[EvalEntry]:
    """The entry that stands of each person: the last one."""
    query = select(EvalEntry).where(EvalEntry.year == year).order_by(EvalEntry.id)
    if person_ids is not None:
        query = query.where(EvalEntry.person_id.in_(person_ids))
    return list({each.person_id: each for each in db.session.scalars(query)}.values())
