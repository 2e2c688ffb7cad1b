"""学时登记: hours are entered once and never changed; a wrong entry is reversed by another."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core import clock, figures
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from courses.hours import conversion, queries
from courses.hours.conversion import Conversion
from courses.hours.kinds import Activity, Bucket, CreditSource
from courses.models import Course, CreditEntry


class NotReversible(Refused):
    message = "这条学时已经冲正，或本身就是冲正记录"


def credit_course(*, person_id: int, course: Course, earned_at: datetime, at: datetime) -> None:
    """Enter a completed course's hours as online training; nothing for a course without hours."""
    if course.credit_hours > 0:
        db.session.add(
            CreditEntry(
                person_id=person_id,
                bucket=Bucket.ONLINE,
                source=CreditSource.COURSE,
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
    days: Decimal | None,
    is_law: bool,
    earned_on: date,
    reason: str,
    at: datetime,
    by: Account,
) -> CreditEntry:
    """Enter the hours of a session of a study group, as far as the year's cap allows, and the days
    of what is entered; that it happens once is for the caller."""
    rule = conversion.in_force(queries.conversions(), Activity.GROUP_STUDY, earned_on)
    if rule.yearly_cap is not None:
        before = queries.hours_of_activity(person_id, Activity.GROUP_STUDY, earned_on.year)
        counted = conversion.capped(hours, before, rule)
        days = None if days is None else conversion.days_of(days, hours, counted)
        hours = counted
    return _kept(
        CreditEntry(
            person_id=person_id,
            bucket=Bucket.GROUP_STUDY,
            source=CreditSource.GROUP,
            activity=Activity.GROUP_STUDY,
            hours=hours,
            days=days,
            is_law=is_law,
            earned_on=earned_on,
            reason=reason[:300],
            recorded_at=at,
            recorded_by_id=by.id,
        )
    )


def credit_class(
    *,
    person_id: int,
    hours: Decimal,
    days: Decimal,
    is_law: bool,
    accredited: bool,
    earned_on: date,
    reason: str,
    at: datetime,
    by: Account,
) -> CreditEntry:
    """Enter hours of a class that somebody completed as concentrated training."""
    return _kept(
        CreditEntry(
            person_id=person_id,
            bucket=Bucket.CONCENTRATED,
            source=CreditSource.CLASS,
            hours=hours,
            days=days,
            is_law=is_law,
            accredited=accredited,
            earned_on=earned_on,
            reason=reason[:300],
            recorded_at=at,
            recorded_by_id=by.id,
        )
    )


def _kept(entry: CreditEntry) -> CreditEntry:
    db.session.add(entry)
    db.session.flush()
    return entry


def take_over(
    *,
    person_id: int,
    activity: Activity,
    days: Decimal,
    is_law: bool,
    accredited: bool,
    document: str,
    earned_on: date,
    reason: str,
    at: datetime,
    by: Account,
    rules: Sequence[Conversion] | None = None,
) -> CreditEntry:
    """Enter training from an old record, by the conversion of its day; ``rules``: those there are.

    Raises Refused where it is said to be recognised and nothing shows it.
    """
    if accredited and not document.strip():
        raise Refused("主管部门认可的学时须有文号", field="document")
    known = queries.conversions() if rules is None else rules
    rule = conversion.in_force(known, activity, earned_on)
    entry = CreditEntry(
        person_id=person_id,
        bucket=rule.bucket,
        source=CreditSource.TAKEOVER,
        activity=activity,
        hours=conversion.hours_of(days, rule),
        days=days,
        is_law=is_law,
        accredited=accredited,
        document=document.strip(),
        earned_on=earned_on,
        conversion_id=rule.id,
        reason=reason[:300],
        recorded_at=at,
        recorded_by_id=by.id,
    )
    db.session.add(entry)
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
        days=None if entry.days is None else -entry.days,
        is_law=entry.is_law,
        accredited=entry.accredited,
        document=entry.document,
        source=entry.source,
        activity=entry.activity,
        conversion_id=entry.conversion_id,
        claim_id=entry.claim_id,
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
