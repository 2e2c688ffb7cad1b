"""学时登记: hours are entered once and never changed; a wrong entry is reversed by another."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core import clock, figures
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from courses.models import Bucket, Course, CreditEntry


class NotReversible(Refused):
    message = "这条学时已经冲正，或本身就是冲正记录"


def credit_course(*, person_id: int, course: Course, earned_at: datetime, at: datetime) -> None:
    """Enter a completed course's hours as online training; nothing for a course without hours."""
    if course.credit_hours > 0:
        db.session.add(
            CreditEntry(
                person_id=person_id,
                bucket=Bucket.ONLINE,
                hours=course.credit_hours,
                is_law=course.is_law,
                earned_on=clock.local(earned_at).date(),
                course_id=course.id,
                reason=f"完成课程{figures.titled(course.title)}"[:300],
                recorded_at=at,
            )
        )


def credit_group_study(
    *,
    person_id: int,
    hours: Decimal,
    is_law: bool,
    earned_on: date,
    reason: str,
    at: datetime,
    by: Account,
) -> CreditEntry:
    """Enter the hours of a session of a study group; that it happens once is for the caller."""
    entry = CreditEntry(
        person_id=person_id,
        bucket=Bucket.GROUP_STUDY,
        hours=hours,
        is_law=is_law,
        earned_on=earned_on,
        reason=reason[:300],
        recorded_at=at,
        recorded_by_id=by.id,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def credit_class(
    *,
    person_id: int,
    hours: Decimal,
    is_law: bool,
    accredited: bool,
    earned_on: date,
    reason: str,
    at: datetime,
    by: Account,
) -> CreditEntry:
    """Enter hours of a class that somebody completed as concentrated training."""
    entry = CreditEntry(
        person_id=person_id,
        bucket=Bucket.CONCENTRATED,
        hours=hours,
        is_law=is_law,
        accredited=accredited,
        earned_on=earned_on,
        reason=reason[:300],
        recorded_at=at,
        recorded_by_id=by.id,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def reverse(*, entry: CreditEntry, reason: str, at: datetime, by: Account) -> CreditEntry:
    """Cancel an entry by one of the opposite sign, on the day of the entry.

    Raises NotReversible, Refused without a reason.
    """
    if not reason.strip():
        raise Refused("冲正须写明理由", field="reason")
    if entry.reverses_id is not None:
        raise NotReversible
    counter = CreditEntry(
        person_id=entry.person_id,
        bucket=entry.bucket,
        hours=-entry.hours,
        is_law=entry.is_law,
        accredited=entry.accredited,
        earned_on=entry.earned_on,
        course_id=entry.course_id,
        reason=reason.strip(),
        reverses_id=entry.id,
        recorded_at=at,
        recorded_by_id=by.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(counter)
    except IntegrityError:
        raise NotReversible from None
    record(
        "credit.reverse",
        counter,
        at=at,
        entry=entry.id,
        person=entry.person_id,
        hours=str(counter.hours),
        reason=counter.reason,
    )
    return counter
