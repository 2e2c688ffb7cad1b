"""The organisation inside an application: entered in the register, moved about, acting at times."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time

from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Account, OrgUnit, Person
from accounts.permissions import Role
from accounts.queries.people import entry_of
from accounts.roster.entry import PersonEntry
from accounts.services import people as register
from accounts.services import rosters
from accounts.standing import DutyStatus, Grade, LeaderLevel, StaffCategory
from core import clock
from core.db import db
from tests.factories import Make
from tests.year import organisation as plan
from tests.year.organisation import Member

#: (unit, place) → what else than staff somebody is.
ROLES = {
    (plan.LEADERS, 0): [Role.BUREAU_LEADER], (plan.PERSONNEL, 4): [Role.EXAM_ADMIN],
    (plan.PERSONNEL, 5): [Role.EXAM_ADMIN], (plan.OFFICE, 6): [Role.RESEARCH_OFFICE],
    (plan.OFFICE, 7): [Role.STUDY_SECRETARY], (plan.OFFICE, 8): [Role.RESEARCH_OFFICE],
}  # fmt: skip


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.LOCAL)


class Bureau:
    """People with accounts; the actor of each office by name."""

    def __init__(
        self, app: Flask, make: Make, sign_in: Callable[[Account], FlaskClient], size: int
    ) -> None:
        self.app, self.make, self._sign_in = app, make, sign_in
        self.members = plan.people(size)
        self.by_number = {each.number: each for each in self.members}
        self.units: dict[str, int] = {}
        self.ids: dict[str, int] = {}
        self.accounts: dict[str, Account] = {}
        self._rosters: dict[date, int] = {}
        for place, name in enumerate(plan.UNITS, 1):
            self.units[name] = make.unit(name=name, short_name=name, position=place).id
        here: dict[str, int] = {}
        self.seats: dict[tuple[str, int], str] = {}
        with self.at(plan.day(1, 1), 0):
            for each in self.members:
                self.seats[each.unit, here.get(each.unit, 0)] = each.number
                here[each.unit] = here.get(each.unit, 0) + 1
                if each.joined_on < plan.day(1, 1):
                    self._enter(each)
        for number in list(self.ids):
            self._give_account(number)

    def _enter(self, each: Member) -> None:
        unit = self.units[each.unit]
        entry = PersonEntry(
            each.number, each.name, unit, unit, unit, each.joined_on,
            leader_level=LeaderLevel.of(each.level) if each.level else None,
            grade=Grade.of(each.grade) if each.grade else None,
            staff_category=StaffCategory.of(each.category),
            duty_status=DutyStatus.of(each.status), in_study_group=each.in_group,
        )  # fmt: skip
        person = register.add_person(entry=entry, at=clock.now(), by=None)
        self.ids[each.number] = person.id

    def _give_account(self, number: str) -> None:
        seat = next(key for key, value in self.seats.items() if value == number)
        roles = [Role.STAFF, *ROLES.get(seat, [])]
        if seat[0] != plan.LEADERS and seat[1] in (0, 3):
            roles.append(Role.UNIT_HEAD if seat[1] == 0 else Role.LIAISON)
        with self.app.app_context():
            person = db.session.get_one(Person, self.ids[number])
            db.session.expunge_all()
        self.accounts[number] = self.make.account(*roles, person=self.make._session.merge(person))

    def move(self, until: date) -> None:
        """Register what has become of people since the last time, each on its day."""
        for each in self.members:
            if each.number not in self.ids and each.joined_on <= until:
                with self.at(each.joined_on, 8):
                    self._enter(each)
                self._give_account(each.number)
        due = [
            (one.on, each, one) for each in self.members for one in each.moves
            if self._moved < one.on <= until
        ]  # fmt: skip
        for on, each, one in sorted(due, key=lambda row: (row[0], row[1].number)):
            with self.at(on, 8):
                person = db.session.get_one(Person, self.ids[each.number])
                changed = {
                    "duty_status": DutyStatus.of(one.status) if one.status else None,
                    "stat_unit_id": self.units.get(one.unit), "left_on": one.left_on,
                    "work_unit_id": self.units.get(one.unit),
                    "home_unit_id": self.units.get(one.unit),
                    "leader_level": LeaderLevel.of(one.level) if one.level else None,
                    "post_since": on if one.level else None,
                }  # fmt: skip
                given = {name: value for name, value in changed.items() if value is not None}
                register.change_person(
                    person=person, entry=replace(entry_of(person), **given), on=on,
                    at=clock.now(), by=None,
                )  # fmt: skip
        self._moved = until

    _moved = date(2000, 1, 1)

    @contextmanager
    def at(self, day: date, hour: int = 9, minute: int = 0) -> Iterator[datetime]:
        """A moment at which services are called; what they did is committed."""
        with self.app.app_context(), clock.frozen(moment(day, hour, minute)):
            yield clock.now()
            db.session.commit()

    def person(self, number: str) -> Person:
        return db.session.get_one(Person, self.ids[number])

    def account(self, number: str) -> Account:
        return db.session.get_one(Account, self.accounts[number].id)

    def unit(self, name: str) -> OrgUnit:
        return db.session.get_one(OrgUnit, self.units[name])

    def seat(self, unit: str, place: int) -> str:
        return self.seats[unit, place]

    def browser(self, number: str) -> FlaskClient:
        """Signed in anew: call it with the clock where it is to be used."""
        return self._sign_in(self.accounts[number])

    @property
    def officer(self) -> str:
        return self.seat(plan.PERSONNEL, 4)

    @property
    def second_officer(self) -> str:
        return self.seat(plan.PERSONNEL, 5)

    @property
    def researcher(self) -> str:
        return self.seat(plan.OFFICE, 6)

    @property
    def secretary(self) -> str:
        return self.seat(plan.OFFICE, 7)

    def liaison(self, number: str, on: date) -> str:
        """Who checks somebody's claims; nobody for the liaison and for who has none."""
        unit = self.by_number[number].stood(on, "unit")
        mine = "" if unit == plan.LEADERS else self.seat(unit, 3)
        return mine if mine != number else ""

    def roster(self, day: date) -> int:
        """A frozen roster of the day's evening, taken once."""
        if day not in self._rosters:
            with self.at(day, 20) as now:
                taken = rosters.take_snapshot(title=f"{day}名单", at=now, by=None)
                db.session.flush()
                self._rosters[day] = taken.id
        return self._rosters[day]
