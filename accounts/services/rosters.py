"""Freezing the roster, so that figures stand on what was true when they were made."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Account, OrgUnit, Person, RosterEntry, RosterSnapshot
from accounts.standing import Counting, Line
from core import clock
from core.audit.trail import record
from core.db import db


def take_snapshot(
    *, title: str, at: datetime, by: Account | None, only: Collection[int] | None = None
) -> RosterSnapshot:
    """Everybody in the register as they stand, each with the line they are counted on.

    ``only`` limits it to some people (their ids): a supplement to an earlier snapshot.
    """
    snapshot = RosterSnapshot(title=title, taken_at=at, taken_by_id=by.id if by else None)
    snapshot.entries = entries_now(at=at, only=only)
    db.session.add(snapshot)
    db.session.flush()
    record("roster.snapshot", snapshot, at=at, title=title, people=len(snapshot.entries))
    return snapshot


def entries_now(*, at: datetime, only: Collection[int] | None = None) -> list[RosterEntry]:
    """What a snapshot would hold, in the order of the bureau; not saved."""
    query = (
        select(Person)
        .join(OrgUnit, Person.stat_unit_id == OrgUnit.id)
        .options(joinedload(Person.stat_unit))
        .order_by(OrgUnit.position, OrgUnit.id, Person.staff_number, Person.id)
    )
    if only is not None:
        query = query.where(Person.id.in_(only))
    return [_entry(person, at) for person in db.session.scalars(query)]


def _entry(person: Person, at: datetime) -> RosterEntry:
    counting = _counting(person, at)
    return RosterEntry(
        person_id=person.id,
        staff_number=person.staff_number,
        name=person.name,
        unit_id=person.stat_unit_id,
        unit_name=person.stat_unit.name,
        unit_position=person.stat_unit.position,
        post_title=person.post_title,
        grade_label=person.grade.label if person.grade else "",
        rank_group=person.rank_group,
        duty_status=person.duty_status,
        staff_category=person.staff_category,
        line=counting.line,
        reason=counting.reason,
        proposes_deferral=counting.defer,
        target_factor=counting.target_factor,
    )


def _counting(person: Person, at: datetime) -> Counting:
    """Somebody who has left, or has not yet joined, on that day is not on the books."""
    today = clock.local(at).date()
    if person.left_on is not None and person.left_on <= today:
        gone = person.counting
        return gone if gone.line is Line.EXCLUDED else Counting(Line.EXCLUDED, "已离岗")
    if person.joined_on > today:
        return Counting(Line.EXCLUDED, "名单时点尚未入职")
    return person.counting
