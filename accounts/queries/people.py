"""People in the order of the bureau."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from accounts import standing
from accounts.models import Account, OrgUnit, Person, Posting
from accounts.roster.entry import PersonEntry
from accounts.roster.planning import Registered
from accounts.standing import DutyStatus, Grade, LeaderLevel, RankGroup, StaffCategory
from core.db import db
from core.prepared import often

_WITH_PAST = often(
    select(Person).where(Person.id == bindparam("person_id")).options(joinedload(Person.postings))
)


def with_past(person_id: int) -> Person:
    """Somebody with all their postings. Raises NoResultFound."""
    return db.session.scalars(_WITH_PAST, {"person_id": person_id}).unique().one()


@dataclass(frozen=True)
class Wanted:
    """Which people a list is to show; None for no such condition."""

    unit_id: int | None = None
    status: DutyStatus | None = None
    category: StaffCategory | None = None
    rank: RankGroup | None = None
    text: str = ""


#: What a list of people can be sorted by.
SORTS: Mapping[str, Sequence[Any]] = {
    "number": (Person.staff_number,),
    "rank": (
        case({level: place for place, level in enumerate(LeaderLevel)}, value=Person.leader_level,
             else_=len(LeaderLevel)),
        case({grade: place for place, grade in enumerate(Grade)}, value=Person.grade,
             else_=len(Grade)),
    ),
    "joined": (Person.joined_on,),
}  # fmt: skip


def people(wanted: Wanted, *, sort: str = "", descending: bool = False) -> Select[Person]:
    """People by unit, rank and number, or as ``sort`` says."""
    chosen = SORTS.get(sort, ())
    order = [column.desc() if descending else column.asc() for column in chosen]
    if not order:
        order = [OrgUnit.position, OrgUnit.id, *SORTS["rank"]]
    return (
        select(Person)
        .join(Person.stat_unit)
        .where(*_conditions(wanted))
        .options(
            contains_eager(Person.stat_unit),
            joinedload(Person.home_unit),
            joinedload(Person.work_unit),
        )
        .order_by(*order, Person.staff_number, Person.id)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.unit_id is not None:
        found.append(Person.stat_unit_id == wanted.unit_id)
    if wanted.status is not None:
        found.append(Person.duty_status == wanted.status)
    if wanted.category is not None:
        found.append(Person.staff_category == wanted.category)
    if wanted.rank is not None:
        found.append(_in_rank(wanted.rank))
    if wanted.text:
        found.append(named(wanted.text))
    return found


def named(text: str) -> ColumnElement[bool]:
    """People whose name or number has the text in it."""
    return or_(
        Person.name.contains(text, autoescape=True),
        Person.staff_number.contains(text.upper(), autoescape=True),
    )


def _in_rank(group: RankGroup) -> ColumnElement[bool]:
    """standing.rank_group as SQL: by the leader level, without one by the grade."""
    by_grade = (
        Person.grade.is_(None)
        if group is RankGroup.OTHER
        else Person.grade.in_(standing.grades_of(group))
    )
    return or_(
        Person.leader_level.in_(standing.levels_of(group)),
        and_(Person.leader_level.is_(None), by_grade),
    )


def person(person_id: int, unit_id: int | None) -> Person:
    """A person; only one of the unit where a unit is given."""
    query = (
        select(Person)
        .where(Person.id == person_id)
        .options(
            joinedload(Person.home_unit),
            joinedload(Person.work_unit),
            joinedload(Person.stat_unit),
            selectinload(Person.postings),
        )
    )
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    return db.session.scalars(query).one()


def everybody(*, lock: bool = False) -> Sequence[Person]:
    """The whole register with postings, by number; ``lock`` keeps others from changing it."""
    query = select(Person).order_by(Person.staff_number).options(selectinload(Person.postings))
    if lock:
        query = query.with_for_update(of=Person).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def without_account(*, unit_id: int | None, text: str) -> Select[Person]:
    """People of the bureau without an account, in its order."""
    return people(Wanted(unit_id=unit_id, text=text)).where(
        Person.id.not_in(select(Account.person_id)),
        Person.left_on.is_(None),
        Person.duty_status.not_in(standing.GONE),
    )


def entry_of(person: Person) -> PersonEntry:
    return PersonEntry(**{field.name: getattr(person, field.name) for field in fields(PersonEntry)})


def registered(people: Iterable[Person]) -> dict[str, Registered]:
    """The people as a plan sets a roster against them, by staff number."""
    return {
        person.staff_number: Registered(person.id, entry_of(person), _posted_since(person))
        for person in people
    }


def _posted_since(person: Person) -> date:
    present = person.present_posting
    return present.valid_from if present else person.joined_on


def names(staff_numbers: Sequence[str]) -> dict[str, str]:
    """Names by staff number."""
    rows = db.session.execute(
        select(Person.staff_number, Person.name)
        .where(Person.staff_number.in_(staff_numbers))
        .order_by(Person.staff_number)
    )
    return {row[0]: row[1] for row in rows}


def postings_on(person_ids: Sequence[int], day: date) -> dict[int, Posting]:
    """Where each of the people stood on a day, as far as it is on record."""
    found: dict[int, Posting] = {}
    for start in range(0, len(person_ids), 500):
        rows = db.session.scalars(
            select(Posting)
            .where(
                Posting.person_id.in_(person_ids[start : start + 500]), Posting.valid_from <= day
            )
            .order_by(Posting.person_id, Posting.valid_from, Posting.id)
        )
        found |= {each.person_id: each for each in rows}
    return found
