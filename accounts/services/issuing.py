"""Accounts for many people at once, for the first administrators, and for nobody who has left."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from accounts.models import Account, OrgUnit, Person, UnitKind
from accounts.permissions import LANES, Role
from accounts.queries.accounts import open_accounts_of_the_left
from accounts.roster.cells import staff_number
from accounts.roster.entry import PersonEntry
from accounts.services import people, roles, signing, units
from accounts.standing import StaffCategory
from core import clock
from core.db import db
from core.errors import Refused


class NoAdministrator(Refused):
    """Only the three administrators begin this way; everybody else is granted roles by them."""

    message = "首任账号只能是系统管理员、安全管理员或安全审计员"


class AlreadyHasAccount(Refused):
    message = "该人员已有账号"


def issue_accounts(*, people: Sequence[tuple[Person, str]], at: datetime) -> list[Account]:
    """An account for each (person, hashed password), named by staff number, to be changed."""
    return [
        signing.issue_hashed(
            person=person,
            username=person.staff_number,
            password_hash=password_hash,
            must_change=True,
            at=at,
        )
        for person, password_hash in people
    ]


def disable_left(*, at: datetime) -> list[Account]:
    """Shut the accounts of people who have left; returns those that were open until now."""
    found = open_accounts_of_the_left(clock.local(at).date())
    for account in found:
        signing.disable(account=account, at=at, by=None)
    return list(found)


def first_administrator(
    *, role: Role, name: str, number: str, unit_name: str, password: str, at: datetime
) -> Account:
    """One of the three administrators on an installation that has nobody to make them.

    The person is entered as 系统运维 (counted nowhere) if the number is new, and so is the unit.
    Raises NoAdministrator, AlreadyHasAccount and what entering people raises.
    """
    if role not in LANES:
        raise NoAdministrator
    number = staff_number(number)
    person = db.session.scalars(select(Person).where(Person.staff_number == number)).one_or_none()
    if person is None:
        unit = _unit(unit_name, at)
        entry = PersonEntry(
            staff_number=number,
            name=name,
            home_unit_id=unit.id,
            work_unit_id=unit.id,
            stat_unit_id=unit.id,
            joined_on=clock.local(at).date(),
            staff_category=StaffCategory.OPERATOR,
        )
        person = people.add_person(entry=entry, at=at, by=None)
    elif person.name != name:
        raise Refused(f"工号 {number} 是{person.name}，不是{name}", field="number")
    if db.session.scalar(select(Account.id).where(Account.person_id == person.id)) is not None:
        raise AlreadyHasAccount
    account = signing.issue_account(
        person=person, username=number, password=password, must_change=True, at=at, by=None
    )
    roles.grant(account=account, role=role, at=at, by=None)
    return account


def _unit(name: str, at: datetime) -> OrgUnit:
    found = db.session.scalars(
        select(OrgUnit).where(OrgUnit.name == name, OrgUnit.valid_to.is_(None))
    ).one_or_none()
    return found or units.add_unit_last(
        name=name, kind=UnitKind.DEPARTMENT, valid_from=clock.local(at).date(), at=at
    )
