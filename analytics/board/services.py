"""Making editions: read everything first, then write in one short transaction."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from accounts.models import RosterEntry, RosterSnapshot
from accounts.queries import snapshots
from accounts.standing import RankGroup, StaffCategory
from analytics import mastery
from analytics.board import facts, frames, queries, spans
from analytics.board.models import BoardEdition, BoardTopic
from analytics.board.spans import Span
from analytics.frames.shape import frame
from analytics.mastery import MOMENTS, Cell
from analytics.periods import Period
from analytics.queries import whole_roster
from core import clock
from core.audit.trail import record
from core.db import Turn, db, table, wait_turn
from core.progress import Say, silent
from courses.plans import measuring
from courses.plans import queries as plans

#: Editions are kept this long; those of ended periods and of the first of a month for good.
KEPT = timedelta(days=92)
#: A bureau whose edition takes longer is reckoned at night.
LONG = timedelta(seconds=3)
#: An edition is made anew after so long; and once more after its period has ended.
EVERY = timedelta(minutes=30)
NIGHT = range(1, 6)
#: Rows of topics that are written at once.
BATCH = 5_000
#: Of making an edition, as its progress counts them.
_STEPS = 3


class NoRoster(Exception):
    """No roster was ever frozen, so there is nobody to count."""


@dataclass(frozen=True)
class Prepared:
    """An edition, not written yet."""

    period: Period
    roster_id: int
    content: dict[str, Any]
    people: bytes
    topics: list[dict[str, Any]]
    took: timedelta

    @property
    def digest(self) -> str:
        return facts.digest(self.content)


def prepare(period: Period, at: datetime, say: Say = silent) -> Prepared:
    """Everything that an edition made now would hold; only reads. Raises NoRoster."""
    began = time.monotonic()
    roster = whole_roster()
    if roster is None:
        raise NoRoster
    day = min(period.last, clock.local(at).date())
    say("正在逐人计数", 0, _STEPS)
    found = frames.facts(roster, period, at)
    say("正在读答卷", 1, _STEPS)
    papers = frames.sources(found, period, at)
    topics = list(_topics(frames.known(found, papers)))
    say("正在汇总", 2, _STEPS)
    people = facts.packed(found)
    content = {
        "cells": facts.cells(found),
        "units": _units(roster),
        "elapsed": list(spans.elapsed(period, day)),
        "months": [each.isoformat() for each in spans.months(period, day)],
        "exams": [
            {"id": each.session.id, "title": each.session.title, "told": each.told}
            for each in frames.exams(period, at)
        ],
        "roster": snapshots.digest(roster),
        "sources": [each.told() for each in papers],
        "plan": _plan(period.first.year, day),
        "laws": _laws(topics),
        "people": facts.digest_of(people),
        "topics": facts.digest(topics),
    }
    took = timedelta(seconds=time.monotonic() - began)
    return Prepared(period, roster.id, content, people, topics, took)


def _units(roster: RosterSnapshot) -> list[list[Any]]:
    rows = db.session.execute(
        select(RosterEntry.unit_id, RosterEntry.unit_name, RosterEntry.unit_position)
        .where(RosterEntry.snapshot_id == roster.id)
        .distinct()
        .order_by(RosterEntry.unit_position, RosterEntry.unit_id)
    )
    return [list(each) for each in rows]


def _plan(year: int, day: date) -> dict[str, Any] | None:
    found = plans.of_year(year)
    if found is None:
        return None
    items = [each for _, each in plans.progress(found, plans.held(found), day)]
    done = measuring.execution(items, day)
    return {"id": found.id, "done": done.done, "done_due": done.done_due, "due": done.due,
            "all": done.all}  # fmt: skip


def _topics(known: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for (unit_id, line, rank, category), (law, article), sums in known:
        people, shares, squares, items, most = sums
        yield {
            "law": law, "article": article, "unit_id": unit_id, "line": line,
            "rank_group": RankGroup.of(rank), "staff_category": StaffCategory.of(category),
            "people": people, "shares": shares, "squares": squares, "items": items, "most": most,
        }  # fmt: skip


def _laws(topics: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bureau's rate of each law, which later editions are compared with."""
    rows = [[each[key] for key in MOMENTS] for each in topics if not each["article"]]
    return [
        {"law": each.law, **_cell(each.whole)} for each in mastery.of_moments(frame(rows, MOMENTS))
    ]


def _cell(cell: Cell) -> dict[str, Any]:
    rounded = {key: getattr(cell, key) for key in ("rate", "low", "high")}
    return {"people": cell.people} | {
        key: None if value is None else round(value, 9) for key, value in rounded.items()
    }


def keep(made: Prepared, *, at: datetime, asked: bool) -> BoardEdition:
    """Write an edition in place of the day's; ``asked``: by somebody, which goes on record."""
    wait_turn(Turn.BOARD)
    day = clock.local(at).date()
    period = made.period
    same = (BoardEdition.first_day == period.first, BoardEdition.last_day == period.last)
    older = select(BoardEdition.id).where(*same)
    db.session.execute(delete(BoardTopic).where(BoardTopic.edition_id.in_(older)))
    db.session.execute(delete(BoardEdition).where(*same, BoardEdition.made_on == day))
    db.session.execute(
        update(BoardEdition).where(*same, BoardEdition.people.is_not(None)).values(people=None)
    )
    _forget(same, day)
    edition = BoardEdition(
        first_day=period.first,
        last_day=period.last,
        made_on=day,
        made_at=at,
        took=int(made.took.total_seconds() * 1000),
        roster_id=made.roster_id,
        content=made.content,
        people=made.people,
        digest=made.digest,
    )
    db.session.add(edition)
    db.session.flush()
    rows = [each | {"edition_id": edition.id} for each in made.topics]
    for start in range(0, len(rows), BATCH):
        db.session.execute(insert(table(BoardTopic)), rows[start : start + BATCH])
    if asked:
        record("board.make", edition, at=at, first=str(period.first), last=str(period.last))
    return edition


def _forget(same: tuple[Any, ...], day: date) -> None:
    """Old editions but those of the first day of a month; all of days that somebody chose."""
    rows = db.session.execute(
        select(BoardEdition.id, BoardEdition.first_day, BoardEdition.last_day, BoardEdition.made_on)
        .where(BoardEdition.made_on < day - KEPT)
        .order_by(BoardEdition.id)
    ).all()
    chosen = {row.id for row in rows if not spans.is_preset(Period(row.first_day, row.last_day))}
    own = set(db.session.scalars(select(BoardEdition.id).where(*same).order_by(BoardEdition.id)))
    gone = chosen | {row.id for row in rows if row.id in own and row.made_on.day != 1}
    db.session.execute(delete(BoardTopic).where(BoardTopic.edition_id.in_(gone)))
    db.session.execute(delete(BoardEdition).where(BoardEdition.id.in_(gone)))


def due(at: datetime) -> list[Span]:
    """Periods whose edition is to be made anew: this year, quarter and month while they run, and
    after they have ended once, and when scores come out later. A bureau that takes long is reckoned
    once a day, at night."""
    today, hour = clock.local(at).date(), clock.local(at).hour
    return [
        each for each in _current(today) if _is_due(each, queries.newest(each.period), at, hour)
    ]


def _current(today: date) -> list[Span]:
    offered = spans.offered(today)
    kinds = dict.fromkeys(each.kind for each in offered)
    return [each for kind in kinds for each in [one for one in offered if one.kind is kind][:2]]


def _is_due(span: Span, last: BoardEdition | None, at: datetime, hour: int) -> bool:
    today = clock.local(at).date()
    if last is None:
        return span.period.last >= today
    if last.made_on > span.period.last and not _exams_moved(last, span.period, at):
        return False
    if last.took > LONG.total_seconds() * 1000:
        return last.made_on < today and hour in NIGHT
    return at - last.made_at >= EVERY


def _exams_moved(edition: BoardEdition, period: Period, at: datetime) -> bool:
    """Whether other exams count now than those that the edition counts, or scores came out."""
    now = [(each.session.id, each.told) for each in frames.exams(period, at)]
    exams = queries.whole(edition).content["exams"]
    return now != [(each["id"], each.get("told", True)) for each in exams]


@dataclass(frozen=True)
class Checked:
    """An edition against itself, and against what would be counted now."""

    edition: BoardEdition
    #: Its parts have the digest that it was kept with.
    whole: bool
    #: Its counts are those of its people.
    agrees: bool
    #: Cells that would differ today.
    moved: int


def check(edition: BoardEdition, at: datetime) -> Checked:
    """For the newest edition of its period."""
    people, content = edition.people or b"", edition.content
    kept = facts.current(content["cells"])
    agrees = facts.cells(facts.unpacked(people)) == kept if people else True
    now = prepare(edition.period, at).content["cells"]
    before = {_place(each): each for each in kept}
    after = {_place(each): each for each in now}
    moved = sum(before.get(key) != after.get(key) for key in before.keys() | after.keys())
    whole = facts.digest(content) == edition.digest and (
        not people or facts.digest_of(people) == content["people"]
    )
    return Checked(edition, whole, agrees, moved)


def _place(cell: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(cell[key] for key in facts.GROUP)
