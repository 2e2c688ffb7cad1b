"""Reads of plans, and what came of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts import standing
from accounts.models import Person
from accounts.queries import people as register
from accounts.queries.people import Wanted
from accounts.standing import Line, RankGroup, StaffCategory
from core.db import db
from courses.classes.models import ClassUnit, Enrolment, TrainingClass
from courses.models import Bucket, CourseCategory, CreditEntry
from courses.plans import measuring
from courses.plans.measuring import Execution, Held, Planned, Progress, Reach, Share
from courses.plans.models import PlanItem, PlanPeriod, PlanTarget, TrainingPlan

_WHOLE = (
    joinedload(TrainingPlan.period),
    joinedload(TrainingPlan.created_by),
    joinedload(TrainingPlan.approved_by),
    selectinload(TrainingPlan.targets),
    selectinload(TrainingPlan.items),
)
#: The categories whose share of the content a plan may ask for.
SHARED = (CourseCategory.CONSTITUTION, CourseCategory.LAW, CourseCategory.PARTY_REGULATION)


def periods() -> Sequence[PlanPeriod]:
    return db.session.scalars(
        select(PlanPeriod).order_by(PlanPeriod.first_year.desc(), PlanPeriod.id.desc())
    ).all()


def period(period_id: int) -> PlanPeriod:
    return db.session.scalars(select(PlanPeriod).where(PlanPeriod.id == period_id)).one()


def plans(*, drafts: bool) -> Sequence[TrainingPlan]:
    """Every edition: by period, the period's own plan first, then years, the newest edition first.

    Drafts only for those who write or approve plans.
    """
    query = (
        select(TrainingPlan)
        .join(TrainingPlan.period)
        .options(*_WHOLE)
        .order_by(
            PlanPeriod.first_year.desc(), PlanPeriod.id.desc(), TrainingPlan.year.is_not(None),
            TrainingPlan.year.desc(), TrainingPlan.number.desc(), TrainingPlan.id,
        )
    )  # fmt: skip
    if not drafts:
        query = query.where(TrainingPlan.approved_at.is_not(None))
    return db.session.scalars(query).all()


def plan(plan_id: int, *, drafts: bool) -> TrainingPlan:
    """An edition with all that it asks. Raises NoResultFound."""
    query = select(TrainingPlan).where(TrainingPlan.id == plan_id).options(*_WHOLE)
    if not drafts:
        query = query.where(TrainingPlan.approved_at.is_not(None))
    return db.session.scalars(query).one()


def editions(period_id: int, year: int | None) -> Sequence[TrainingPlan]:
    """The editions of one plan, the newest first."""
    same = TrainingPlan.year.is_(None) if year is None else TrainingPlan.year == year
    return db.session.scalars(
        select(TrainingPlan)
        .where(TrainingPlan.period_id == period_id, same)
        .options(joinedload(TrainingPlan.approved_by))
        .order_by(TrainingPlan.number.desc(), TrainingPlan.id.desc())
    ).all()


def in_force(period_id: int, year: int | None) -> TrainingPlan | None:
    """The newest approved edition."""
    return next((each for each in editions(period_id, year) if each.approved_at), None)


def item(item_id: int) -> PlanItem:
    return db.session.scalars(
        select(PlanItem)
        .where(PlanItem.id == item_id)
        .options(joinedload(PlanItem.plan).joinedload(TrainingPlan.period))
    ).one()


def approved_item(item_id: int) -> PlanItem:
    """An item of an approved plan, from which a class can be made. Raises NoResultFound."""
    return db.session.scalars(
        select(PlanItem)
        .join(PlanItem.plan)
        .where(PlanItem.id == item_id, TrainingPlan.approved_at.is_not(None))
        .options(joinedload(PlanItem.plan).joinedload(TrainingPlan.period))
    ).one()


def target(target_id: int, plan_id: int) -> PlanTarget:
    return db.session.scalars(
        select(PlanTarget).where(PlanTarget.id == target_id, PlanTarget.plan_id == plan_id)
    ).one()


def span(found: TrainingPlan) -> tuple[date, date]:
    """The first and the last day of the plan's time."""
    if found.year is not None:
        return date(found.year, 1, 1), date(found.year, 12, 31)
    return date(found.period.first_year, 1, 1), date(found.period.last_year, 12, 31)


def due_on(found: TrainingPlan, each: PlanItem) -> date:
    """The last day of the item's month, or of the plan's time."""
    last = span(found)[1]
    if each.month is None or found.year is None or each.month == 12:
        return last
    return date(found.year, each.month + 1, 1) - timedelta(days=1)


def held(found: TrainingPlan) -> list[Held]:
    """Classes that ended in the plan's time, or that carry out one of its items."""
    first, last = span(found)
    keys = {each.key for each in found.items}
    classes = db.session.scalars(
        select(TrainingClass)
        .where(
            TrainingClass.published_at.is_not(None),
            TrainingClass.cancelled_at.is_(None),
            or_(
                and_(TrainingClass.ends_on >= first, TrainingClass.ends_on <= last),
                TrainingClass.plan_item_id.in_(keys),
            ),
        )
        .options(selectinload(TrainingClass.units))
        .order_by(TrainingClass.starts_on, TrainingClass.id)
    ).all()
    completed = completed_by([each.id for each in classes])
    return [
        Held(
            each.id,
            each.plan_item_id if each.plan_item_id in keys else None,
            each.concluded_at is not None,
            frozenset(completed.get(each.id, ())),
            _hours(each.units),
        )
        for each in classes
    ]


def _hours(units: Sequence[ClassUnit]) -> dict[str, Decimal]:
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for unit in units:
        found[unit.category.value if unit.category else ""] += unit.hours
    return dict(found)


def completed_by(class_ids: Collection[int]) -> dict[int, set[int]]:
    """By class, who completed it."""
    rows = db.session.execute(
        select(Enrolment.class_id, Enrolment.person_id)
        .where(
            Enrolment.class_id.in_(class_ids),
            Enrolment.completed.is_(True),
            Enrolment.revoked_at.is_(None),
        )
        .order_by(Enrolment.id)
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for class_id, person_id in rows:
        found[class_id].add(person_id)
    return dict(found)


def classes_of(class_ids: Collection[int]) -> Sequence[TrainingClass]:
    return db.session.scalars(
        select(TrainingClass)
        .where(TrainingClass.id.in_(class_ids))
        .options(selectinload(TrainingClass.units).joinedload(ClassUnit.teacher))
        .order_by(TrainingClass.starts_on, TrainingClass.id)
    ).all()


def people_in(
    rank_group: RankGroup | None, category: StaffCategory | None, today: date
) -> list[Person]:
    """People of an audience who are on the books today, in the order of the bureau."""
    rows = db.session.scalars(register.people(Wanted(rank=rank_group, category=category)))
    return [
        each
        for each in rows
        if each.joined_on <= today
        and (each.left_on is None or each.left_on > today)
        and each.counting.line is not Line.EXCLUDED
        and each.duty_status not in standing.GONE
    ]


def people_named(person_ids: Collection[int]) -> list[Person]:
    """Those of the ids, in the order of the bureau."""
    return list(
        db.session.scalars(register.people(Wanted()).where(Person.id.in_(person_ids))).all()
    )


def concentrated(first: date, last: date) -> dict[int, Decimal]:
    """Accredited concentrated hours earned between two days, by person; reversals taken off."""
    rows = db.session.execute(
        select(CreditEntry.person_id, func.sum(CreditEntry.hours))
        .where(
            CreditEntry.bucket == Bucket.CONCENTRATED,
            CreditEntry.accredited.is_(True),
            CreditEntry.earned_on >= first,
            CreditEntry.earned_on <= last,
        )
        .group_by(CreditEntry.person_id)
        .order_by(CreditEntry.person_id)
    )
    return {row[0]: Decimal(row[1]) for row in rows}


@dataclass(frozen=True)
class Report:
    """A plan against what was done."""

    plan: TrainingPlan
    items: Sequence[tuple[PlanItem, Progress]]
    execution: Execution
    targets: Sequence[tuple[PlanTarget, Reach]]
    #: (category, planned, held, what the plan asks at least).
    shares: Sequence[tuple[CourseCategory, Share, Share, int | None]]
    hours: Mapping[int, Decimal]
    held: Sequence[Held]
    #: The plan's time is not over.
    running: bool


def progress(
    found: TrainingPlan, happened: Sequence[Held], today: date
) -> list[tuple[PlanItem, Progress]]:
    """What came of each of the plan's items."""
    return [
        (each, measuring.progress(_planned(found, each), happened, today)) for each in found.items
    ]


def of_year(year: int) -> TrainingPlan | None:
    """The plan in force for a year; None without one."""
    covering = (each for each in periods() if each.first_year <= year <= each.last_year)
    return next((plan for each in covering if (plan := in_force(each.id, year))), None)


def report(found: TrainingPlan, today: date) -> Report:
    happened = held(found)
    items = progress(found, happened, today)
    planned = [each.planned for _, each in items]
    hours = concentrated(*span(found))
    trained = {person for each in happened for person in each.completed}
    asked = (found.constitution_share, found.law_share, found.party_share)
    return Report(
        found,
        items,
        measuring.execution([each for _, each in items], today),
        [
            (
                each,
                measuring.reach(
                    [one.id for one in people_in(each.rank_group, each.staff_category, today)],
                    wanted=each.hours, percent=each.percent, hours=hours, trained=trained,
                    span=span(found), today=today,
                ),
            )
            for each in found.targets
        ],
        [
            (each, measuring.planned_share(each, planned), measuring.held_share(each, happened),
             wanted)
            for each, wanted in zip(SHARED, asked, strict=True)
        ],
        hours,
        happened,
        span(found)[1] >= today,
    )  # fmt: skip


def _planned(found: TrainingPlan, each: PlanItem) -> Planned:
    return Planned(each.key, due_on(found, each), each.people, each.hours, each.category.value)
