"""Reads about people, units and sessions. Every list is in a fixed order."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from accounts.models import Account, OrgUnit, Person, SignIn
from accounts.sessions import token_hash
from core.audit.models import AuditRecord
from core.db import db


def sign_in_of(token: str) -> SignIn | None:
    """The open session of a token with its account, roles and person; None for any other token."""
    return db.session.scalars(
        select(SignIn)
        .join(SignIn.account)
        .where(
            SignIn.token_hash == token_hash(token),
            SignIn.ended_at.is_(None),
            Account.disabled_at.is_(None),
        )
        .options(
            joinedload(SignIn.account).options(
                joinedload(Account.person).joinedload(Person.stat_unit),
                selectinload(Account.grants),
            )
        )
    ).one_or_none()


def accounts(text: str) -> Select[Account]:
    """Accounts whose user name or person matches, by staff number."""
    query = (
        select(Account)
        .join(Account.person)
        .options(
            contains_eager(Account.person).joinedload(Person.stat_unit),
            selectinload(Account.grants),
        )
        .order_by(Person.staff_number, Account.id)
    )
    if text:
        query = query.where(
            or_(
                Account.username.contains(text.lower(), autoescape=True),
                Person.name.contains(text, autoescape=True),
            )
        )
    return query


def account(account_id: int) -> Account:
    return db.session.scalars(
        select(Account).where(Account.id == account_id).options(joinedload(Account.person))
    ).one()


def people_without_account() -> Sequence[Person]:
    held = select(Account.person_id)
    return db.session.scalars(
        select(Person)
        .where(Person.id.not_in(held), Person.left_on.is_(None))
        .order_by(Person.staff_number)
    ).all()


def person_by_number(staff_number: str) -> Person:
    return db.session.scalars(select(Person).where(Person.staff_number == staff_number)).one()


def people(*, unit_id: int | None, status: str, text: str) -> Select[Person]:
    """People in the order of the bureau."""
    query = (
        select(Person)
        .join(Person.stat_unit)
        .options(contains_eager(Person.stat_unit))
        .order_by(OrgUnit.position, Person.staff_number, Person.id)
    )
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    if status:
        query = query.where(Person.duty_status == status)
    if text:
        query = query.where(
            or_(
                Person.name.contains(text, autoescape=True),
                Person.staff_number.contains(text.upper(), autoescape=True),
            )
        )
    return query


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


def units() -> Sequence[OrgUnit]:
    """Every unit that ever was, in the order of the bureau, older names after newer ones."""
    return db.session.scalars(
        select(OrgUnit).order_by(OrgUnit.position, OrgUnit.valid_from.desc(), OrgUnit.id)
    ).all()


def units_now() -> Sequence[OrgUnit]:
    return [unit for unit in units() if unit.valid_to is None]


def unit(unit_id: int) -> OrgUnit:
    return db.session.scalars(select(OrgUnit).where(OrgUnit.id == unit_id)).one()


def people_by_unit() -> dict[int, int]:
    rows = db.session.execute(
        select(Person.stat_unit_id, func.count())
        .group_by(Person.stat_unit_id)
        .order_by(Person.stat_unit_id)
    )
    return {row[0]: row[1] for row in rows}


def audit_records(*, action: str, actor: str, result: str) -> Select[AuditRecord]:
    """The trail, newest first."""
    query = select(AuditRecord).order_by(AuditRecord.number.desc())
    if action:
        query = query.where(AuditRecord.action.startswith(action, autoescape=True))
    if actor:
        query = query.where(AuditRecord.actor == actor.upper())
    if result:
        query = query.where(AuditRecord.result == result)
    return query
