"""Who sees a picture: whoever may see an item with it, or sits or handles a paper that holds it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.db import db
from exam.kinds import Release
from exam.services.assembling import building
from question_bank.item_types import ItemType
from question_bank.models import ItemState
from tests.factories import NOON
from tests.question_bank.picturing import TABLE, kept, named, picture, showing

ASKED, REASON, GUIDE, FREE = (picture(each) for each in ("red", "green", "blue", "gray"))


@pytest.fixture
def writer(make) -> Account:
    return make.account(Role.STAFF, Role.ITEM_WRITER)


@pytest.fixture
def setter(make) -> Account:
    return make.account(Role.STAFF, Role.PAPER_SETTER)


@pytest.fixture
def form(app, noon, make, session, writer, setter):
    """A sealed paper whose stem, option, rationale and marking guide show pictures."""
    for each in (ASKED, REASON, GUIDE, FREE):
        kept(app, each, NOON, writer)
    guide = {"points": [{"text": "要点", "weight": 1, "words": []}], "reference": named(GUIDE)}
    first = showing(app, lambda: make.revision(
        stem=f"见表：\n{TABLE}\n{named(ASKED)}", options=["甲", named(ASKED)],
        rationale=named(REASON), writer=writer))  # fmt: skip
    second = showing(app, lambda: make.revision(
        ItemType.SHORT_ANSWER, stem=f"简述：{named(ASKED)}", options=[], key=guide,
        rationale="", writer=writer))  # fmt: skip
    showing(app, lambda: make.revision(
        stem=named(FREE), writer=writer, state=ItemState.DRAFT))  # fmt: skip
    form = make.form(first, second, created_by_id=setter.id)
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=db.session.merge(setter))
        db.session.commit()
    session.expire_all()
    return form


@pytest.fixture
def sees(sign_in) -> Callable[[Account | FlaskClient], str]:
    """Letters of the pictures that somebody gets: Asked, Reason, Guide, Free draft's."""

    def of(who: Account | FlaskClient) -> str:
        client = sign_in(who) if isinstance(who, Account) else who
        got = ""
        for letter, each in zip("ARGF", (ASKED, REASON, GUIDE, FREE), strict=True):
            answer = client.get(f"/bank/pictures/{each.address}")
            assert answer.status_code in {200, 404}
            assert (answer.data == each.data) == (answer.status_code == 200)
            got += letter if answer.status_code == 200 else ""
        return got

    return of


def test_pictures_of_a_sealed_paper_are_seen_by_nobody_else_before_its_exam(
    app, make, form, sees, writer, setter, client
) -> None:
    assert client.get(f"/bank/pictures/{ASKED.address}").status_code in {302, 401}
    for roles, seen in (
        ((Role.STAFF,), ""),
        ((Role.STAFF, Role.ITEM_WRITER), ""),
        ((Role.STAFF, Role.ITEM_REVIEWER), "F"),
        ((Role.STAFF, Role.RESEARCH_OFFICE), "F"),
        ((Role.STAFF, Role.GRADER), ""),
        ((Role.AUDITOR,), ""),
        ((Role.SYS_ADMIN,), ""),
        # Whoever builds papers opens each of them, sealed ones, too.
        ((Role.STAFF, Role.PAPER_SETTER), "ARG"),
        ((Role.STAFF, Role.EXAM_ADMIN), "ARG"),
    ):
        assert sees(make.account(*roles)) == seen, roles
    assert sees(setter) == "ARG"
    assert sees(writer) == "F", "not even who wrote the items and brought the pictures"
    over = NOON + timedelta(days=1)
    make.exam_session(form, make.account(Role.STAFF).person)
    with clock.frozen(over):
        assert sees(writer) == "ARGF", "when the exam is over they are items like others"


def test_candidates_see_what_is_asked_while_they_sit_and_the_rest_when_it_is_released(
    make, form, seat, sees, sign_in, session
) -> None:
    place = seat(form=form, paper_release=Release.AFTER_CLOSE, key_release=Release.ON_PUBLICATION)
    other = make.account(Role.STAFF)
    listed = make.account(Role.STAFF)
    exam = make.exam_session(form, listed.person)
    assert sees(listed) == sees(other) == "", "being on the list is not sitting"
    assert sees(place.client) == "A"
    legend = place.page.select_one("fieldset legend")
    assert legend.get_text().endswith("见表：")
    assert not legend.select("table, img")
    assert len(place.page.select("table.xf-rich-table")) == 1
    assert len(place.page.select(f"img[src='/bank/pictures/{ASKED.address}']")) == 3
    for secret in (REASON, GUIDE):
        assert secret.address not in place.page.decode()

    with clock.frozen(NOON + timedelta(minutes=30)):
        assert place.put({"slot": 2, "seq": 1, "text": "作答"}).status_code == 200
        assert place.submit().status_code == 303
        assert sees(place.client) == "", "handed in, and the paper is not open yet"
        grader = make.account(Role.STAFF, Role.GRADER)
        assert sees(grader) == "AG", "of the item that persons mark, not of the other"
    with clock.frozen(NOON + timedelta(hours=2)):
        assert sees(place.client) == "A"
        result = place.result()
        assert ASKED.address in result
        assert REASON.address not in result
        place.exam.published_at = NOON + timedelta(hours=2)
        session.merge(place.exam)
        session.commit()
        assert sees(place.client) == "ARG"
        soup = BeautifulSoup(place.result(), "html.parser")
        shown = {each["src"][-32:] for each in soup.select("img.xf-picture")}
        assert shown == {ASKED.address, REASON.address, GUIDE.address}
    assert exam.id


@pytest.mark.parametrize("path", ["", "/preview", "/print", "/print/key"])
def test_the_pages_of_a_paper_show_its_tables_and_pictures(form, sign_in, setter, path) -> None:
    answer = sign_in(setter).get(f"/exam/forms/{form.id}{path}")
    soup = BeautifulSoup(answer.text, "html.parser")
    shown = {each["src"][-32:] for each in soup.select("img.xf-picture")}
    expected = {
        "": {ASKED, REASON, GUIDE}, "/preview": {ASKED}, "/print": {ASKED},
        "/print/key": {REASON, GUIDE},
    }[path]  # fmt: skip
    assert shown == {each.address for each in expected}
    assert len(soup.select("table.xf-rich-table")) == (0 if path == "/print/key" else 1)
    assert "| --- |" not in soup.get_text()
