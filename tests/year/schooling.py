"""Training classes of the year, from sign-up to completion."""

from datetime import date, timedelta

from sqlalchemy import select

from core import clock
from core.db import db
from courses.classes.kinds import ClassKind, Mark, Way
from courses.classes.models import Enrolment, TrainingClass
from courses.classes.queries import people as class_people
from courses.classes.services import arranging, attending, completing, enrolling, leaving
from courses.classes.services.arranging import ClassDraft, UnitDraft
from courses.classes.services.completing import Decision
from courses.hours.kinds import TrainingKind
from courses.models import CourseCategory
from tests.year.bureau import Bureau, moment
from tests.year.log import Class, Log


class Classes:
    def __init__(self, bureau: Bureau, log: Log) -> None:
        self.bureau, self.log = bureau, log
        self.ids: dict[str, int] = {}

    def hold(
        self, found: Class, asked: list[str], *, capacity: int, gone: str,
        wrong: dict[str, list[str]], excuse: str = "",
    ) -> None:  # fmt: skip
        """A class from sign-up to completion: ``gone`` gives the place up; ``wrong`` marks; the
        one to ``excuse`` leaves for the first unit with leave granted on the page."""
        bureau = self.bureau
        opens = found.starts_on - timedelta(days=20)
        with bureau.at(opens) as now:
            made = arranging.create(
                draft=ClassDraft(
                    found.title, ClassKind.THEMATIC, TrainingKind.IN_SERVICE, CourseCategory.LAW,
                    "人事司", "礼堂", found.starts_on, found.ends_on, found.days,
                    now, moment(found.starts_on - timedelta(days=3)), capacity, approval=False,
                    full_time=found.full_time, accredited=found.accredited,
                    evidence="认〔2026〕2号",
                ),
                at=now, by=bureau.account(bureau.officer),
            )  # fmt: skip
            for place, (length, is_law) in enumerate(found.units):
                on = found.starts_on if place < (len(found.units) + 1) // 2 else found.ends_on
                begins = moment(on, 8 + 4 * (place % ((len(found.units) + 1) // 2)))
                arranging.add_unit(owner=made, draft=UnitDraft(
                    begins, begins + timedelta(hours=2, minutes=50), length, f"第{place + 1}讲",
                    is_law=is_law), at=now)  # fmt: skip
            arranging.publish(owner=made, at=now)
            class_id = made.id
        for place, who in enumerate(asked):
            if place < 3:
                with clock.frozen(moment(opens, 10, place)):
                    answer = bureau.browser(who).post(f"/classes/{class_id}/sign-up")
                    assert answer.status_code == 303, answer.text
                continue
            with bureau.at(opens, 10, place) as now:
                enrolling.sign_up(
                    owner=db.session.get_one(TrainingClass, class_id), person=bureau.person(who),
                    at=now, by=bureau.account(who),
                )  # fmt: skip
        with bureau.at(opens + timedelta(days=5)) as now:
            mine = class_people.own(bureau.ids[gone], class_id)
            assert mine is not None
            enrolling.withdraw(each=mine, reason="出差", at=now, by=bureau.account(gone))
        seated = [who for who in asked if who != gone][:capacity]
        found.marks = {who: wrong.get(who, ["present"] * len(found.units)) for who in seated}
        with bureau.at(found.ends_on, 20) as now:
            owner = db.session.get_one(TrainingClass, class_id)
            people = {each.id: each for each in class_people.participants(class_id)}
            numbers = {value: key for key, value in bureau.ids.items()}
            if excuse:
                mine = next(e for e in people.values() if numbers[e.person_id] == excuse)
                unit = owner.units[0]
                leave = leaving.ask(each=mine, from_at=unit.starts_at, until_at=unit.ends_at,
                                    reason="会议", at=now)  # fmt: skip
                leaving.decide(leave=leave, grant=True, text="", at=now,
                               by=bureau.account(bureau.officer))  # fmt: skip
                found.marks[excuse] = ["leave", *["present"] * (len(found.units) - 1)]
            for place, unit in enumerate(owner.units):
                marks = {
                    each.id: Mark.of(found.marks[numbers[each.person_id]][place])
                    for each in people.values() if numbers[each.person_id] in found.marks
                }  # fmt: skip
                attending.take(unit=unit, marks=marks, people=people, way=Way.LIST, at=now,
                               by=bureau.account(bureau.officer))  # fmt: skip
            decided = {e.enrolment.id: Decision(e.proposal.complete)
                       for e in completing.cases(owner)}  # fmt: skip
            completing.conclude(
                owner=owner, decisions=decided,
                at=now, by=bureau.account(bureau.officer),
            )  # fmt: skip
        self.log.classes.append(found)
        self.ids[found.title] = class_id

    def revoke(self, found: Class, who: str, on: date) -> None:
        with self.bureau.at(on) as now:
            mine = db.session.scalars(select(Enrolment).where(
                Enrolment.class_id == self.ids[found.title],
                Enrolment.person_id == self.bureau.ids[who],
            )).one()  # fmt: skip
            completing.revoke(each=mine, reason="冒名顶替", at=now,
                              by=self.bureau.account(self.bureau.officer))  # fmt: skip
        found.revoked.add(who)
