"""Who is still to sit a paper does not see it where others mark it or put its key right."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from exam.models import Candidate, FormSight, Marking
from question_bank.models import ItemSight
from tests.exam.marked import Hall, grader, seated
from tests.factories import NOON
from tests.pages import main, page


@pytest.fixture
def hall(app, noon, make, session) -> Hall:
    return seated(app, make, session, ["党委统一领导", "政府组织落实"])


@pytest.fixture
def late(make, session, hall):
    """A marker on the list of the exam who has not begun."""
    account = make.account(Role.GRADER, Role.STAFF, person=make.person(name="晚考人"))
    roster = make.roster(account.person)
    session.add(
        Candidate(session_id=hall.exam_id, person=account.person, entry=roster.entries[0],
                  form_id=hall.form_id)
    )  # fmt: skip
    session.commit()
    return account


def test_who_is_to_sit_a_paper_marks_it_only_after_the_exam(
    hall, late, make, session, sign_in
) -> None:
    client, other = sign_in(late), grader(make, sign_in, "评卷甲")
    stem = page(other.get(hall.path())).select_one(".xf-stem").get_text()
    for path in (hall.path(), hall.path(rest="/arbitration"), hall.path(rest="/marked")):
        refused = client.get(path)
        assert (refused.status_code, "交卷以后再评阅" in refused.text) == (409, True)
        assert stem[:12] not in refused.text
    listed = main(client.get("/exam/marking"))
    assert ("交卷以后再评阅" in listed, stem[:12] in listed) == (True, False)
    assert stem[:12] in main(other.get("/exam/marking"))
    with clock.frozen(NOON + timedelta(hours=2)):
        assert sign_in(late).get(hall.path()).status_code == 200


def test_who_is_put_on_the_list_meanwhile_keeps_no_answer_to_mark(
    hall, make, session, sign_in
) -> None:
    account = make.account(Role.GRADER, person=make.person(name="后补"))
    client = sign_in(account)
    form = page(client.get(hall.path())).select_one("form[data-marking]")
    roster = make.roster(account.person)
    session.add(
        Candidate(session_id=hall.exam_id, person=account.person, entry=roster.entries[0],
                  form_id=hall.form_id)
    )  # fmt: skip
    session.commit()
    answer = client.post(str(form["action"]), data={"points-0": ["0"]})
    assert (answer.status_code, "交卷以后再评阅" in answer.text) == (409, True)
    assert session.scalars(select(Marking)).all() == []


def test_who_opens_an_item_to_mark_it_or_to_correct_it_is_noted(
    hall, make, session, sign_in
) -> None:
    def seen() -> set[int]:
        session.commit()
        found = set(session.scalars(select(ItemSight.account_id)))
        session.commit()
        return found

    marker, officer = make.account(Role.GRADER), make.account(Role.EXAM_ADMIN)
    setter = make.account(Role.PAPER_SETTER)
    ids = [each.id for each in (marker, officer, setter)]
    session.commit()
    sign_in(marker).get(hall.path())
    assert ids[0] in seen()
    desk = sign_in(officer)
    choose = f"/exam/forms/{hall.form_id}/corrections/new"
    desk.get(f"{choose}?slot=1")
    assert ids[1] in seen()
    asked = desk.post(f"{choose}?slot=1", data={"remedy": "everybody", "reason": "题有误"})
    sign_in(setter).get(asked.location)
    assert ids[2] in seen()
    desk.get(choose)
    assert ids[1] in set(session.scalars(select(FormSight.account_id)))
    session.commit()


def test_the_keys_of_a_paper_that_nobody_sat_are_not_shown_for_correction(
    noon, make, sign_in
) -> None:
    form = make.sealed_form()
    desk = sign_in(make.account(Role.EXAM_ADMIN))
    choose = f"/exam/forms/{form.id}/corrections/new"
    for path in (choose, f"{choose}?slot=1"):
        answer = desk.get(path)
        assert (answer.status_code, "还没有人交卷" in answer.text) == (409, True)
