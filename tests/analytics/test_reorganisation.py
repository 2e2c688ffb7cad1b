"""Published rates stand though the bureau is reorganised under them."""

from datetime import date, timedelta

from accounts.models import OrgUnit, Person
from accounts.queries.people import entry_of
from accounts.roster.entry import PersonEntry
from accounts.services import people, units
from accounts.standing import DutyStatus
from analytics import rates
from analytics.frames import exam as frames
from analytics.tables import Row
from core import clock
from core.db import db
from exam.models import ExamSession
from tests.factories import NOON


def test_the_table_of_an_exam_is_the_same_after_renaming_merger_and_secondment(app, make) -> None:
    old, other = make.unit("投诉办", position=1), make.unit("来访接待司", position=2)
    staff = [make.person(old) for _ in range(5)] + [make.person(other) for _ in range(5)]
    session_id = make.exam_session(make.form(), *staff).id

    def table() -> list[Row]:
        with app.app_context():
            session = db.session.get_one(ExamSession, session_id)
            return rates.department_table(frames.counted(session, NOON))

    before = table()
    assert [row.title for row in before] == ["投诉办", "来访接待司", "合计"]
    later = NOON + timedelta(days=300)
    with clock.frozen(later), app.app_context():
        lent = db.session.get_one(Person, staff[0].id)
        away = PersonEntry(
            **{**vars(entry_of(lent)), "duty_status": DutyStatus.SECONDED_OUT,
               "work_unit_id": other.id}
        )  # fmt: skip
        people.change_person(person=lent, entry=away, on=date(2026, 6, 1), at=later, by=None)
        renamed = units.rename_unit(
            unit=db.session.get_one(OrgUnit, old.id), name="投诉受理司", short_name="",
            on=date(2026, 7, 1), at=later, by=None,
        )  # fmt: skip
        into = db.session.get_one(OrgUnit, other.id)
        units.merge_unit(unit=renamed, into=into, on=date(2026, 8, 1), at=later, by=None)
        db.session.commit()
    assert table() == before
