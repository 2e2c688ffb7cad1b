"""Attendance is taken: by the code on the wall, from a list, from a signed sheet."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core import rotating_code
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.classes import attending, standing
from courses.classes.kinds import THERE, Mark, Stage, Way
from courses.classes.models import Attendance, CheckInMiss, ClassUnit, Enrolment
from courses.classes.queries import people as queries
from courses.classes.services.arranging import must_be_alive

#: What the code is for (core.rotating_code).
PURPOSE = "class-unit"


class NotTheTime(Refused):
    message = "现在不能签到：上课前 30 分钟开放，下课后关闭"


class NotEnrolled(Refused):
    message = "您不在这个班的学员名单中，不能签到"


class WrongCode(Refused):
    """The miss is noted; the caller commits it."""

    message = "签到码不正确或已更换，请看屏幕上的最新签到码"


class TooManyTries(Refused):
    message = "输错次数过多，请几分钟后再试，或请班主任点名登记"


class MarkedAbsent(Refused):
    message = "这一讲已登记为缺席，请联系班主任更正"


class NotYet(Refused):
    message = "这一讲还没有开始，不能登记考勤"


def check_in(
    *, unit: ClassUnit, each: Enrolment | None, code: str, key: str, at: datetime
) -> Attendance:
    """Somebody's own mark by the code of now; whoever has one keeps it.

    Raises NotEnrolled, NotTheTime, TooManyTries, WrongCode, MarkedAbsent, Closed.
    """
    if each is None or each.class_id != unit.class_id or standing.stage(each) is not Stage.SEATED:
        raise NotEnrolled
    must_be_alive(unit.owner)
    if not attending.open_for_check_in(unit.starts_at, unit.ends_at, at):
        raise NotTheTime
    lock(each)
    found = queries.mark_of(each.id, unit.id)
    if found is not None and found.mark in THERE:
        return found
    if queries.misses_since(each.id, at - attending.TRIES_FOR) >= attending.TRIES:
        raise TooManyTries
    if not rotating_code.code_fits(key, PURPOSE, unit.id, code, at):
        db.session.add(CheckInMiss(enrolment_id=each.id, at=at))
        db.session.flush()
        raise WrongCode(field="code")
    if found is not None and found.mark is Mark.ABSENT:
        raise MarkedAbsent
    mark = attending.mark_at(unit.starts_at, at)
    made = _put(unit, each, found, mark, Way.CODE, at=at, by=None)
    record("attendance.check_in", made, at=at, person=each.person_id, unit=unit.id, mark=mark.value)
    return made


def take(
    *,
    unit: ClassUnit,
    marks: Mapping[int, Mark],
    people: Mapping[int, Enrolment],
    way: Way,
    at: datetime,
    by: Account,
) -> int:
    """Marks by enrolment, from a list or a signed sheet; how many changed. Only for a unit that has
    begun and people of its class. Raises NotYet, Closed."""
    lock(unit.owner)
    must_be_alive(unit.owner)
    if at < unit.starts_at - attending.OPENS_BEFORE:
        raise NotYet
    before = queries.marks([unit.class_id])
    changes = []
    for enrolment_id, mark in marks.items():
        each = people.get(enrolment_id)
        if each is None or standing.stage(each) is not Stage.SEATED:
            continue
        found = before.get(enrolment_id, {}).get(unit.id)
        if found is not None and found.mark is mark:
            continue
        old = found.mark.value if found else ""
        _put(unit, each, found, mark, way, at=at, by=by)
        changes.append([each.person_id, old, mark.value])
    if changes:
        record("attendance.change", unit, at=at, topic=unit.topic, way=way.value, changes=changes)
    return len(changes)


def _put(
    unit: ClassUnit,
    each: Enrolment,
    found: Attendance | None,
    mark: Mark,
    way: Way,
    *,
    at: datetime,
    by: Account | None,
) -> Attendance:
    if found is None:
        found = Attendance(unit_id=unit.id, enrolment_id=each.id)
        db.session.add(found)
    found.mark, found.way, found.marked_at = mark, way, at
    found.marked_by_id = by.id if by else None
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused("考勤刚被别人登记过，请刷新后核对") from None
    return found


def excuse(*, units: list[ClassUnit], each: Enrolment, at: datetime, by: Account) -> int:
    """Mark the units as left with leave, where the person was not there; how many."""
    count = 0
    for unit in units:
        found = queries.mark_of(each.id, unit.id)
        if found is None or found.mark not in THERE:
            _put(unit, each, found, Mark.LEAVE, Way.LEAVE, at=at, by=by)
            count += 1
    return count


def recall(*, units: list[ClassUnit], each: Enrolment, at: datetime) -> None:
    """Take back the marks of leave of units that have not begun."""
    for unit in units:
        found = queries.mark_of(each.id, unit.id)
        if found is not None and found.way is Way.LEAVE and unit.starts_at > at:
            db.session.delete(found)
    db.session.flush()
