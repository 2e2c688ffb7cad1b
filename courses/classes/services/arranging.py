"""Classes are written, opened for sign-up and called off; their timetables are made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from accounts.standing import RankGroup, StaffCategory
from core import clock, figures
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.classes.kinds import ClassKind
from courses.classes.models import ClassUnit, ClassUnitLaw, Teacher, TrainingClass
from courses.classes.queries import classes as queries
from courses.classes.services import seating
from courses.hours import conversion
from courses.hours.kinds import Activity, TrainingKind
from courses.hours.queries import conversions
from courses.models import CourseCategory


class Closed(Refused):
    """What was concluded or called off stays as it is."""

    message = "培训班已结业或取消，不能再改"


class BadDates(Refused):
    """The days and moments of a class do not follow one another."""


class NoTimetable(Refused):
    message = "还没有课程表，请先至少安排一讲再发布"


class NoEvidence(Refused):
    message = "认可为集中培训学时的，请写明认可的文号或依据"


class TooManyHours(Refused):
    """More hours than the time says; the message names the lesson, the limit and what to do."""


class TooFewSeats(Refused):
    """Seats that people have are not taken away."""


class UnitUsed(Refused):
    message = "这一讲已有考勤记录，不能删除；时间、学时有误的可以修改"


@dataclass(frozen=True)
class ClassDraft:
    title: str
    class_kind: ClassKind
    training_kind: TrainingKind
    category: CourseCategory
    organiser: str
    place: str
    starts_on: date
    ends_on: date
    days: Decimal
    signup_from: datetime
    signup_until: datetime
    capacity: int | None = None
    rank_group: RankGroup | None = None
    staff_category: StaffCategory | None = None
    approval: bool = True
    full_time: bool = False
    accredited: bool = False
    evidence: str = ""
    attend_percent: int = 80
    needs_pass: bool = False
    course_id: int | None = None
    about: str = ""
    contact: str = ""


@dataclass(frozen=True)
class UnitDraft:
    starts_at: datetime
    ends_at: datetime
    hours: Decimal
    topic: str
    teacher: str = ""
    employer: str = ""
    category: CourseCategory | None = None
    is_law: bool = True
    law_ids: Sequence[int] = ()
    #: Of a colleague who teaches; name and unit follow from it.
    staff_number: str = ""


def create(
    *, draft: ClassDraft, at: datetime, by: Account, plan_item_id: int | None = None
) -> TrainingClass:
    """A class that nobody sees yet. Raises BadDates, NoEvidence."""
    _must_be_right(draft)
    made = TrainingClass(
        plan_item_id=plan_item_id, created_at=at, created_by_id=by.id, **vars(draft)
    )
    db.session.add(made)
    db.session.flush()
    record("class.create", made, at=at, title=made.title)
    return made


def edit(*, owner: TrainingClass, draft: ClassDraft, at: datetime) -> None:
    """Raises Closed, BadDates, NoEvidence, TooFewSeats."""
    lock(owner)
    must_be_alive(owner)
    _must_be_right(draft)
    for unit in owner.units:
        _must_lie_within(draft.starts_on, draft.ends_on, unit.starts_at, unit.ends_at)
    seated = queries.counts([owner.id]).get(owner.id, queries.Count()).seated
    if draft.capacity is not None and draft.capacity < seated:
        raise TooFewSeats(f"已录取 {seated} 人，名额不能少于此数", field="capacity")
    for name, value in vars(draft).items():
        setattr(owner, name, value)
    db.session.flush()
    record("class.edit", owner, at=at, title=owner.title)
    seating.fill(owner=owner, at=at)


def _must_be_right(draft: ClassDraft) -> None:
    if draft.ends_on < draft.starts_on:
        raise BadDates("结束日期不能早于开始日期", field="ends_on")
    if draft.signup_until <= draft.signup_from:
        raise BadDates("报名截止应晚于报名开始", field="signup_until")
    if clock.local(draft.signup_until).date() >= draft.starts_on:
        # From its first day on a class is under way, and nobody can sign up any more.
        raise BadDates("报名截止应早于开班当天", field="signup_until")
    if draft.accredited and not draft.evidence:
        raise NoEvidence(field="evidence")


def must_be_alive(owner: TrainingClass) -> None:
    """Raises Closed."""
    if owner.concluded_at or owner.cancelled_at:
        raise Closed


def publish(*, owner: TrainingClass, at: datetime) -> None:
    """Show the class to everybody; done twice it changes nothing. Raises Closed, NoTimetable."""
    lock(owner)
    must_be_alive(owner)
    if not owner.units:
        raise NoTimetable
    if owner.published_at is None:
        owner.published_at = at
        db.session.flush()
        record("class.publish", owner, at=at, title=owner.title)


def cancel(*, owner: TrainingClass, reason: str, at: datetime) -> None:
    """Raises Closed, Refused without a reason."""
    lock(owner)
    must_be_alive(owner)
    if not reason.strip():
        raise Refused("取消须写明原因", field="reason")
    owner.cancelled_at, owner.cancel_reason = at, reason.strip()
    db.session.flush()
    record("class.cancel", owner, at=at, title=owner.title, reason=owner.cancel_reason)


def add_unit(*, owner: TrainingClass, draft: UnitDraft, at: datetime) -> ClassUnit:
    """Raises Closed, BadDates, TooManyHours."""
    lock(owner)
    must_be_alive(owner)
    unit = ClassUnit(class_id=owner.id)
    _fill(unit, owner, draft)
    db.session.add(unit)
    db.session.flush()
    db.session.expire(owner, ["units"])
    record("class_unit.add", unit, at=at, title=owner.title, topic=unit.topic)
    return unit


def edit_unit(*, unit: ClassUnit, draft: UnitDraft, at: datetime) -> None:
    """Raises Closed, BadDates, TooManyHours."""
    lock(unit.owner)
    must_be_alive(unit.owner)
    _fill(unit, unit.owner, draft)
    db.session.flush()
    db.session.expire(unit.owner, ["units"])
    record("class_unit.edit", unit, at=at, title=unit.owner.title, topic=unit.topic)


def remove_unit(*, unit: ClassUnit, attended: bool, at: datetime) -> None:
    """``attended``: whether it has marks. Raises Closed, UnitUsed."""
    owner = unit.owner
    lock(owner)
    must_be_alive(owner)
    if attended:
        raise UnitUsed
    if owner.published_at is not None and len(owner.units) == 1:
        raise Refused("已发布的培训班至少保留一讲")
    record("class_unit.remove", unit, at=at, title=owner.title, topic=unit.topic)
    owner.units.remove(unit)
    db.session.flush()


def _fill(unit: ClassUnit, owner: TrainingClass, draft: UnitDraft) -> None:
    if draft.ends_at <= draft.starts_at:
        raise BadDates("下课时间应晚于上课时间", field="ends")
    _must_lie_within(owner.starts_on, owner.ends_on, draft.starts_at, draft.ends_at)
    for other in owner.units:
        if (
            other is not unit
            and other.starts_at < draft.ends_at
            and draft.starts_at < other.ends_at
        ):
            raise BadDates(f"与“{other.topic}”的时间重叠", field="starts")
    _must_have_the_time(unit, owner, draft)
    with db.session.no_autoflush:
        unit.starts_at, unit.ends_at = draft.starts_at, draft.ends_at
        unit.hours, unit.topic = draft.hours, draft.topic
        unit.category, unit.is_law = draft.category, draft.is_law
        unit.teacher = _taught_by(draft)
    kept = {each.law_id: each for each in unit.laws}
    unit.laws = [
        kept.get(law_id) or ClassUnitLaw(law_id=law_id, position=position)
        for position, law_id in enumerate(dict.fromkeys(draft.law_ids), 1)
    ]


def _must_lie_within(first: date, last: date, starts_at: datetime, ends_at: datetime) -> None:
    days = {clock.local(starts_at).date(), clock.local(ends_at).date()}
    if not all(first <= each <= last for each in days):
        raise BadDates("课程表的日期应在培训起止日期之内", field="day")


def _must_have_the_time(unit: ClassUnit, owner: TrainingClass, draft: UnitDraft) -> None:
    """No more hours than the time stands for, by the rule in force when the class begins."""
    kind = Activity.FULL_TIME if owner.full_time else Activity.LECTURE
    rule = conversion.in_force(conversions(), kind, owner.starts_on)
    minutes = Decimal((draft.ends_at - draft.starts_at) // timedelta(minutes=1))
    said = f"按折算规则（{kind.label}每天 {figures.plain(rule.hours_per_day)} 学时）"
    limit = conversion.most(minutes, rule)
    if draft.hours > limit:
        raise TooManyHours(
            f"“{draft.topic}”{_clock(draft.starts_at)}–{_clock(draft.ends_at)} 共 {minutes} 分钟，"
            f"{said}至多 {figures.plain(limit)} 学时，"
            f"填写的 {figures.plain(draft.hours)} 学时超过了；请减少学时，或改正上下课时间",
            field="hours",
        )
    day = clock.local(draft.starts_at).date()
    others = [each.hours for each in owner.units
              if each is not unit and clock.local(each.starts_at).date() == day]  # fmt: skip
    total = sum(others, draft.hours)
    if total > rule.hours_per_day:
        raise TooManyHours(
            f"加上“{draft.topic}”的 {figures.plain(draft.hours)} 学时，{figures.day(day)}各讲合计 "
            f"{figures.plain(total)} 学时，{said}至多 {figures.plain(rule.hours_per_day)} 学时，"
            "超过了；请减少学时，或改到别的日期",
            field="hours",
        )


def _clock(moment: datetime) -> str:
    return f"{clock.local(moment):%H:%M}"


def _taught_by(draft: UnitDraft) -> Teacher | None:
    """A colleague by staff number, else an expert from outside by name and employer."""
    if not draft.staff_number:
        return _teacher(draft.teacher, draft.employer) if draft.teacher else None
    person = queries.colleague(draft.staff_number)
    if person is None:
        raise Refused("没有这个工号的人员，请核对；外聘授课人请留空", field="staff_number")
    if draft.teacher and draft.teacher != person.name:
        raise Refused(
            f"工号 {draft.staff_number} 是{person.name}，与填写的授课人不一致", field="staff_number"
        )
    if (known := queries.teacher_of(person.id)) is not None:
        return known
    found = _teacher(person.name, person.stat_unit.name)
    if found is not None and found.person_id is None:
        found.person_id = person.id
        db.session.flush()
        return found
    # A colleague of the same name in the same unit is known already.
    other = _teacher(person.name, f"{person.stat_unit.name}，{draft.staff_number}"[:100])
    if other is not None:
        other.person_id = person.id
        db.session.flush()
    return other


def _teacher(name: str, employer: str) -> Teacher | None:
    found = queries.teacher(name, employer)
    if found is None:
        found = Teacher(name=name, employer=employer)
        try:
            with db.session.begin_nested():
                db.session.add(found)
        except IntegrityError:  # somebody else has just named them
            found = queries.teacher(name, employer)
    return found
