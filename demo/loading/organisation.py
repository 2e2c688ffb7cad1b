"""Departments, people and accounts."""

from datetime import date, datetime

from accounts import passwords
from accounts.models import Account, OrgUnit, UnitKind
from accounts.permissions import Role
from accounts.roster.entry import PersonEntry
from accounts.services import people as people_services
from accounts.services import roles as role_services
from accounts.services import signing, units
from demo.bureau import UNITS
from demo.people import DemoPerson

#: Everybody's password in the demonstration, printed by ``make run``; real accounts are issued
#: random ones that must be changed.
PASSWORD = "Xuefa-2026-demo"  # noqa: S105 - the demonstration says it aloud
FOUNDED = date(2023, 3, 16)


def load_units(*, at: datetime) -> dict[str, OrgUnit]:
    return {
        plan.name: units.add_unit(
            name=plan.name,
            short_name=plan.name,
            kind=UnitKind.of(plan.kind),
            position=position,
            valid_from=FOUNDED,
            at=at,
            by=None,
        )
        for position, plan in enumerate(UNITS, 1)
    }


def load_accounts(
    people: list[DemoPerson], units_by_name: dict[str, OrgUnit], *, at: datetime
) -> dict[str, Account]:
    """Everybody as a person, and an account for each who holds a role; by staff number."""
    accounts = {}
    password_hash = passwords.hashed(PASSWORD)  # everybody's, and printed: one salt is enough
    for each in people:
        person = people_services.add_person(entry=_entry(each, units_by_name), at=at, by=None)
        if not each.roles:
            continue
        account = signing.issue_hashed(
            person=person,
            username=each.staff_number.lower(),
            password_hash=password_hash,
            must_change=False,
            at=at,
        )
        for role in sorted(each.roles, key=list(Role).index):
            role_services.grant(account=account, role=role, at=at, by=None)
        accounts[each.staff_number] = account
    return accounts


def _entry(each: DemoPerson, units_by_name: dict[str, OrgUnit]) -> PersonEntry:
    return PersonEntry(
        staff_number=each.staff_number,
        name=each.name,
        gender=each.gender,
        home_unit_id=units_by_name[each.home_unit].id,
        work_unit_id=units_by_name[each.work_unit].id,
        stat_unit_id=units_by_name[each.stat_unit].id,
        division=each.division,
        post_title=each.post_title,
        leader_level=each.leader_level,
        grade=each.grade,
        staff_category=each.staff_category,
        establishment=each.establishment,
        duty_status=each.duty_status,
        in_study_group=each.in_study_group,
        joined_on=each.joined_on,
        left_on=each.left_on,
        post_since=each.post_since,
        note=each.note,
    )
