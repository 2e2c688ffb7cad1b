"""Reads of rules, of the register as duties see it, and of claims. Loading is authorising."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import defer, joinedload

from accounts.models import Account, OrgUnit, Person, Posting, RoleGrant
from accounts.permissions import Role
from accounts.standing import DutyStatus, RankGroup
from core.db import db
from courses.audience import Stand
from courses.hours import conversion, deadlines, duties, factors, registry
from courses.hours.conversion import Conversion
from courses.hours.deadlines import Deadline, DeadlineKind, Done
from courses.hours.duties import CatchUp, Credit, Duty, Learner, Side, Standing, Window
from courses.hours.factors import Factor, Spell
from courses.hours.kinds import Activity, Bucket, ClaimState, CreditSource
from courses.hours.models import ClaimProof, ConversionRule, DutyRule, StatusFactor, TrainingClaim
from courses.models import CreditEntry
from courses.queries import following, requiring


def conversion_rows() -> Sequence[ConversionRule]:
    """Every version, the newest first."""
    return db.session.scalars(
        select(ConversionRule)
        .options(joinedload(ConversionRule.created_by).joinedload(Account.person))
        .order_by(ConversionRule.valid_from.desc(), ConversionRule.id.desc())
    ).all()


def conversions() -> list[Conversion]:
    return [as_conversion(each) for each in conversion_rows()]


def as_conversion(row: ConversionRule) -> Conversion:
    return Conversion(
        row.activity, row.valid_from, row.bucket, row.hours_per_day, row.half_day_hours,
        row.yearly_cap, row.carries, row.id,
    )  # fmt: skip


def duty_rows() -> Sequence[DutyRule]:
    """Every version, the newest first."""
    return db.session.scalars(
        select(DutyRule)
        .options(joinedload(DutyRule.created_by).joinedload(Account.person))
        .order_by(DutyRule.from_year.desc(), DutyRule.rank_group, DutyRule.id.desc())
    ).all()


def duties_set() -> list[Duty]:
    return [
        Duty(row.rank_group, row.from_year, row.years, row.hours, row.days, row.online_hours,
             row.law_hours, row.plan_from, row.id)
        for row in duty_rows()
    ]  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """One person's duties on a day."""

    person: Person
    duty: Duty | None
    standings: dict[Window, Standing]
    online: Side | None
    law: Side | None
    catch_up: CatchUp | None
    buckets: dict[Bucket, Decimal]
    #: 法治学时 of the year, whether or not a duty asks for them.
    law_hours: Decimal

    @property
    def total(self) -> Decimal:
        return sum(self.buckets.values(), Decimal(0))

    @property
    def main(self) -> Standing | None:
        """The window that is judged: the year, or the plan period."""
        return next(iter(self.standings.values()), None)


def figures_of(people: Sequence[Person], today: date) -> list[Figures]:
    """The duties of each of the people, in their order."""
    ids = [each.id for each in people]
    credits, rules, stands = credits_of(ids), duties_set(), requiring.stands_of(ids)
    courses = factors_of(people)
    return [
        _figures(each, credits[each.id], rules, stands[each.id], courses[each.id], today)
        for each in people
    ]


def factor_rows() -> Sequence[StatusFactor]:
    """Every version, the newest first."""
    return db.session.scalars(
        select(StatusFactor)
        .options(joinedload(StatusFactor.created_by).joinedload(Account.person))
        .order_by(StatusFactor.valid_from.desc(), StatusFactor.status, StatusFactor.id.desc())
    ).all()


def factors_set() -> list[Factor]:
    return [Factor(each.status, each.valid_from, each.factor, each.id) for each in factor_rows()]


def factors_of(people: Sequence[Person]) -> dict[int, factors.Course]:
    """How the factor of each of the people went, from where the roster says they stood."""
    rules, spells = factors_set(), _spells([each.id for each in people])
    return {
        each.id: factors.course(spells[each.id] or [Spell(each.joined_on, each.duty_status)], rules)
        for each in people
    }


def factors_on(day: date, stood: Mapping[int, DutyStatus]) -> dict[int, factors.Course]:
    """The same as it was known on a day on which people, by id, stood so: that of a roster."""
    rules, spells = factors_set(), _spells(list(stood))
    return {
        each: factors.course([*factors.until(spells[each], day), Spell(day, status)], rules)
        for each, status in stood.items()
    }


def _spells(ids: Sequence[int]) -> defaultdict[int, list[Spell]]:
    found = defaultdict[int, list[Spell]](list)
    for start in range(0, len(ids), 500):
        rows = db.session.execute(
            select(Posting.person_id, Posting.valid_from, Posting.duty_status)
            .where(Posting.person_id.in_(ids[start : start + 500]))
            .order_by(Posting.person_id, Posting.valid_from, Posting.id)
        )
        for person_id, since, status in rows:
            found[person_id].append(Spell(since, status))
    return found


def _figures(
    person: Person,
    credits: list[Credit],
    rules: list[Duty],
    stands: list[Stand],
    course: factors.Course,
    today: date,
) -> Figures:
    duty = duties.in_force(rules, person.rank_group, today.year)
    before = duties.in_force(rules, person.rank_group, today.year - 1)
    who = Learner(person.joined_on, person.left_on, factors=course)
    year = duties.year_of(today.year)
    buckets = {
        each: sum(
            (c.hours for c in credits if c.bucket is each and c.earned_on in year), Decimal(0)
        )
        for each in Bucket
    }
    on_law = sum((c.hours for c in credits if c.is_law and c.earned_on in year), Decimal(0))
    if duty is None:
        return Figures(person, None, {}, None, None, None, buckets, on_law)
    online, law = duties.yearly(duty, who, credits, today.year)
    promoted = promotion(person, stands)
    return Figures(
        person,
        duty,
        duties.standings(duty, who, credits, today, before),
        online,
        law,
        duties.catch_up(duty, promoted, who, credits) if promoted else None,
        buckets,
        on_law,
    )


_RANKS = list(RankGroup)


def promotion(person: Person, stands: Sequence[Stand]) -> date | None:
    """When the person rose into the present rank group; None for who was always in it."""
    since = None
    for stand in stands:
        if stand.rank_group is person.rank_group:
            since = stand.since
        elif since is None:
            return None
        else:
            rose = _RANKS.index(stand.rank_group) > _RANKS.index(person.rank_group)
            return since if rose else None
    return None


def credits_of(person_ids: Sequence[int]) -> defaultdict[int, list[Credit]]:
    """The register of each of the people, reversals with their sign."""
    rules = conversions()
    known = {each.id: each for each in rules}
    found: defaultdict[int, list[Credit]] = defaultdict(list)
    # Columns and no objects: statistics read it for everybody.
    columns = (
        CreditEntry.person_id, CreditEntry.earned_on, CreditEntry.bucket, CreditEntry.hours,
        CreditEntry.days, CreditEntry.is_law, CreditEntry.accredited, CreditEntry.activity,
        CreditEntry.source, CreditEntry.conversion_id,
    )  # fmt: skip
    for start in range(0, len(person_ids), 500):
        for row in db.session.execute(
            select(*columns)
            .where(CreditEntry.person_id.in_(person_ids[start : start + 500]))
            .order_by(CreditEntry.person_id, CreditEntry.earned_on, CreditEntry.id)
        ):
            activity = row.activity or Activity.FULL_TIME
            # What it was converted by: the rule of the day on which the training began.
            rule = known.get(row.conversion_id) or _rule_of(
                rules, row.source, activity, row.earned_on
            )
            days = row.hours / rule.hours_per_day if row.days is None else row.days
            of_kind = row.activity is not None or row.source is CreditSource.CLASS
            found[row.person_id].append(
                Credit(row.earned_on, row.bucket, row.hours, days, row.is_law, row.accredited,
                       rule.carries and of_kind)
            )  # fmt: skip
    return found


def _rule_of(
    rules: list[Conversion], source: CreditSource, activity: Activity, earned_on: date
) -> Conversion:
    """Of an entry without a rule of its own: a class, or converted by what the system presets."""
    if source in (CreditSource.CLAIM, CreditSource.TAKEOVER):
        return conversion.PRESET[activity]
    return conversion.in_force(rules, activity, earned_on)


def person(person_id: int, unit_id: int | None) -> Person:
    """Somebody on the register; with a unit only its people."""
    query = select(Person).where(Person.id == person_id).options(joinedload(Person.stat_unit))
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    return db.session.scalars(query).one()


@dataclass(frozen=True)
class EntryFilter:
    bucket: Bucket | None = None
    law: bool = False
    accredited: bool = False
    first: date | None = None
    last: date | None = None


def entries(person_id: int, narrow: EntryFilter) -> Select[CreditEntry]:
    """The person's entries, the newest first."""
    query = (
        select(CreditEntry)
        .where(CreditEntry.person_id == person_id)
        .options(joinedload(CreditEntry.conversion), joinedload(CreditEntry.claim))
        .order_by(CreditEntry.earned_on.desc(), CreditEntry.id.desc())
    )
    if narrow.bucket is not None:
        query = query.where(CreditEntry.bucket == narrow.bucket)
    if narrow.law:
        query = query.where(CreditEntry.is_law.is_(True))
    if narrow.accredited:
        query = query.where(CreditEntry.accredited.is_(True))
    if narrow.first is not None:
        query = query.where(CreditEntry.earned_on >= narrow.first)
    if narrow.last is not None:
        query = query.where(CreditEntry.earned_on <= narrow.last)
    return query


def reversed_of(person_id: int) -> set[int]:
    rows = db.session.scalars(
        select(CreditEntry.reverses_id)
        .where(CreditEntry.person_id == person_id, CreditEntry.reverses_id.is_not(None))
        .order_by(CreditEntry.reverses_id)
    )
    return {each for each in rows if each is not None}


def entry(entry_id: int) -> CreditEntry:
    return db.session.scalars(
        select(CreditEntry)
        .where(CreditEntry.id == entry_id)
        .options(joinedload(CreditEntry.person))
    ).one()


def entry_of(claim_id: int) -> CreditEntry | None:
    return db.session.scalars(
        select(CreditEntry)
        .where(CreditEntry.claim_id == claim_id, CreditEntry.reverses_id.is_(None))
        .options(joinedload(CreditEntry.conversion))
    ).one_or_none()


def hours_of_activity(person_id: int, activity: Activity, year: int) -> Decimal:
    """What stands of an activity in a year, reversals taken off."""
    found = db.session.scalar(
        select(func.sum(CreditEntry.hours)).where(
            CreditEntry.person_id == person_id,
            CreditEntry.activity == activity,
            CreditEntry.earned_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    return Decimal(found or 0)


def claims(
    *, unit_id: int | None = None, person_id: int | None = None, state: ClaimState | None = None
) -> Select[TrainingClaim]:
    """Claims, those that wait longest first; settled ones by when they were filed, newest first."""
    query = (
        select(TrainingClaim)
        .join(TrainingClaim.person)
        .options(joinedload(TrainingClaim.person).joinedload(Person.stat_unit))
        .order_by(TrainingClaim.filed_at.desc(), TrainingClaim.id.desc())
    )
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    if person_id is not None:
        query = query.where(TrainingClaim.person_id == person_id)
    return query if state is None else query.where(in_state(state))


def in_state(state: ClaimState) -> ColumnElement[bool]:
    here = TrainingClaim.withdrawn_at.is_(None)
    open_ = and_(here, TrainingClaim.granted.is_(None))
    return {
        ClaimState.WITHDRAWN: TrainingClaim.withdrawn_at.is_not(None),
        ClaimState.GRANTED: and_(here, TrainingClaim.granted.is_(True)),
        ClaimState.RETURNED: and_(here, TrainingClaim.granted.is_(False)),
        ClaimState.FILED: and_(open_, TrainingClaim.checked_at.is_(None)),
        ClaimState.CHECKED: and_(open_, TrainingClaim.checked_at.is_not(None)),
    }[state]


def claim(claim_id: int, *, reader_id: int, reaches: bool, unit_id: int | None) -> TrainingClaim:
    """One's own claim; somebody else's for those who reach it: of a unit, or all."""
    mine = TrainingClaim.person_id == reader_id
    theirs = Person.stat_unit_id == unit_id if unit_id is not None else Person.id.is_not(None)
    return db.session.scalars(
        select(TrainingClaim)
        .join(TrainingClaim.person)
        .where(TrainingClaim.id == claim_id, or_(mine, theirs) if reaches else mine)
        .options(
            joinedload(TrainingClaim.person).joinedload(Person.stat_unit),
            joinedload(TrainingClaim.proof).options(defer(ClaimProof.data)),
        )
    ).one()


def waiting(state: ClaimState, unit_id: int | None, but: int) -> int:
    """How many claims wait in the state, the reader's own left out."""
    query = claims(unit_id=unit_id, state=state).where(TrainingClaim.person_id != but)
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def is_checked_by_somebody(person: Person, filed_by_id: int) -> bool:
    """Whether the unit has a liaison who may check a claim of the person filed by the account."""
    found = (
        select(RoleGrant.id)
        .join(RoleGrant.account)
        .join(Account.person)
        .where(
            RoleGrant.role == Role.LIAISON,
            Account.disabled_at.is_(None),
            Account.id != filed_by_id,
            Person.id != person.id,
            Person.stat_unit_id == person.stat_unit_id,
        )
    )
    return db.session.scalar(found.limit(1)) is not None


def alike(
    person_id: int, first: date, last: date, but: int | None = None
) -> Sequence[TrainingClaim]:
    """Claims of the person whose days overlap and that stand: withdrawn, returned, reversed out."""
    counter = CreditEntry.__table__.alias()
    taken_back = (
        exists()
        .where(CreditEntry.claim_id == TrainingClaim.id, counter.c.reverses_id == CreditEntry.id)
        .correlate(TrainingClaim.__table__)
    )
    query = (
        select(TrainingClaim)
        .where(
            TrainingClaim.person_id == person_id,
            TrainingClaim.withdrawn_at.is_(None),
            or_(TrainingClaim.granted.is_(None), TrainingClaim.granted.is_(True)),
            TrainingClaim.starts_on <= last,
            TrainingClaim.ends_on >= first,
            ~taken_back,
        )
        .order_by(TrainingClaim.starts_on, TrainingClaim.id)
    )
    if but is not None:
        query = query.where(TrainingClaim.id != but)
    return db.session.scalars(query).all()


def claimed(person_ids: Collection[int]) -> Sequence[Done]:
    """Training of a kind that claims prove, for the registry of completed training."""
    claim = TrainingClaim
    rows = db.session.execute(
        select(claim.person_id, claim.training_kind, claim.ends_on, claim.title)
        .where(claim.person_id.in_(person_ids), claim.granted.is_(True))
        .order_by(claim.id)
    )
    return [Done(who, kind, on, title) for who, kind, on, title in rows if kind is not None]


@dataclass(frozen=True)
class Own:
    person: Person
    deadline: Deadline


def deadlines_of(
    people: Sequence[Person],
    *,
    today: date,
    probation: int,
    pasts: Mapping[int, Sequence[Posting]] | None = None,
) -> list[Own]:
    """Every deadline that is still listed: open ones first, by when they are due.

    ``pasts``: as requiring.pasts_of has them, from somebody who asked before.
    """
    if pasts is None:
        pasts = requiring.pasts_of([each.id for each in people])
    found = [
        *_by_post(people, pasts, today=today, probation=probation),
        *_catching_up(people, pasts, today),
    ]
    places = {each.id: place for place, each in enumerate(people)}
    return sorted(found, key=lambda each: (
        each.deadline.done_on is not None, each.deadline.due_on, places[each.person.id]
    ))  # fmt: skip


def _by_post(
    people: Sequence[Person],
    pasts: Mapping[int, Sequence[Posting]],
    *,
    today: date,
    probation: int,
) -> list[Own]:
    """Initial and appointment training; what was completed is asked of those who have to do any."""

    def listed(person: Person, done: Sequence[Done]) -> list[Own]:
        past = pasts.get(person.id)
        first = past[-1].duty_status if past else person.duty_status
        own = [
            deadlines.initial(person.joined_on, first, probation, done),
            deadlines.appointment(person.post_since, person.leader_level, done),
        ]
        return [Own(person, each) for each in own if each and each.is_listed(today)]

    bound = [each for each in people if listed(each, ())]
    if not bound:
        return []
    done: defaultdict[int, list[Done]] = defaultdict(list)
    for each in registry.done([each.id for each in bound]):
        done[each.person_id].append(each)
    return [own for each in bound for own in listed(each, done[each.id])]


def _catching_up(
    people: Sequence[Person], pasts: Mapping[int, Sequence[Posting]], today: date
) -> list[Own]:
    """What those promoted not long ago have to make up; figures of nobody else are read."""

    def promoted(person: Person) -> bool:
        rose = promotion(person, requiring.stands_in(pasts.get(person.id, ())))
        return rose is not None and deadlines.is_listed(duties.catch_up_by(rose), today)

    risen = [each for each in people if promoted(each)]
    if not risen:
        return []
    return [
        Own(figures.person,
            Deadline(DeadlineKind.CATCH_UP, made.promoted_on, made.due_on, made.done_on))
        for figures in figures_of(risen, today)
        if (made := figures.catch_up)
    ]  # fmt: skip


def on_the_books(today: date, unit_id: int | None) -> Sequence[Person]:
    return following.on_the_books(today, unit_id)


def units(people: Sequence[Person]) -> list[OrgUnit]:
    return list({each.stat_unit_id: each.stat_unit for each in people}.values())
