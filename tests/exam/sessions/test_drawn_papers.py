"""Papers that are drawn for each: an alternative for each place, and an order of their own."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.permissions import Role
from analytics.frames.items import scored
from app import cli
from core import clock
from core.db import db
from exam.marking.scoring import NOT_ASKED
from exam.models import (
    Attempt,
    AttemptVector,
    BlueprintSection,
    ExamSession,
    Form,
)
from exam.queries.papers import exposure
from exam.services.assembling import building, stocking
from exam.services.attempts import taking
from question_bank.item_types import ItemType
from tests.exam.sessions.dealing import deal
from tests.factories import NOON
from tests.pages import text

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def drawn_form(app, make, session) -> Form:
    """A sealed paper of five single-choice items at 20 marks, three ready for each place."""
    blueprint = make.blueprint(
        sections=[
            BlueprintSection(
                position=1, item_type=ItemType.SINGLE_CHOICE, count=5, marks=Decimal(20)
            )
        ]
    )
    for _ in range(16):
        make.revision()
    with app.app_context():
        form = stocking.draw_stock(
            blueprint=db.session.merge(blueprint), title="随机卷", alternatives=3, seed=9,
            exam_on=NOON.date(), at=NOON, by=None,
        )  # fmt: skip
        building.seal(form=form, at=NOON, by=None)
        db.session.commit()
        form_id = form.id
    return session.get_one(Form, form_id)


def test_the_summary_says_that_drawn_items_stand_in_an_order_of_their_own(
    drawn_form, arranged, officer, make, session
) -> None:
    make.person(name="考生")
    path = f"/exam/sessions/new?form={drawn_form.id}"
    session.rollback()
    checked = text(officer.post(path, data=arranged | {"act": "check"}))
    assert "题目次序随机抽题的每人不同" in "".join(checked.split())


def test_a_paper_that_is_drawn_for_each_is_not_printed_as_one(drawn_form, make, sign_in) -> None:
    url = f"/exam/forms/{drawn_form.id}"
    client = sign_in(make.account(Role.PAPER_SETTER))
    for page in ("print", "paper.docx", "card.docx", "key.docx"):
        answer = client.get(f"{url}/{page}")
        assert answer.status_code == 409, page
        assert "不能印成一份纸质试卷" in text(answer)
    offered = BeautifulSoup(client.get(url).data, "html.parser").select(f"a[href='{url}/print']")
    assert offered == []
    assert client.get(f"{url}/print/key").status_code == 200


def test_everybody_sits_a_paper_of_their_own_and_all_is_counted_rightly(
    app, drawn_form, make, sign_in, session
) -> None:
    """Page, answers, marks, vector, statistics and rebuilt paper speak of the same items."""
    writer = make.account(Role.STAFF, Role.ITEM_WRITER)
    staff = make.account(Role.STAFF)
    own = drawn_form.slots[3].revision.item
    own.writer_id = writer.id
    session.commit()
    people = [writer.person, staff.person]
    exam_id = make.exam_session(drawn_form, *people, shuffle_options=False).id
    form_id = drawn_form.id
    session.commit()
    deal(app, exam_id)
    orders, tokens = [], []
    for account in (writer, staff):
        client = sign_in(account)
        assert "5 题，满分 100 分" in text(client.get(f"/exam/sessions/{exam_id}"))
        at = client.post(f"/exam/sessions/{exam_id}/attempts").location
        page = BeautifulSoup(client.get(at).data, "html.parser")
        asked = page.select("[data-slot][data-type]")
        assert [each["data-number"] for each in asked] == list("12345")
        assert [each["id"] for each in asked] == ["q1", "q2", "q3", "q4", "q5"]
        assert [each.get_text() for each in page.select("[data-cell]")] == list("12345")
        assert "第 2 题，单选题，20 分。" in asked[1].get_text()
        orders.append([int(each["data-slot"]) for each in asked])
        token = str(page.find("meta", {"name": "attempt-token"})["content"])
        tokens.append(token.split(".")[3])
        # The first is right, the second wrong; a slot that was not drawn earns nothing.
        foreign = next(n for n in range(1, 16) if n not in orders[-1])
        body = {
            "answers": [
                {"slot": orders[-1][0], "seq": 1, "choice": ["A"]},
                {"slot": orders[-1][1], "seq": 2, "choice": ["B"]},
                {"slot": foreign, "seq": 3, "choice": ["A"]},
            ]
        }
        saved = client.put(f"{at}/answers", json=body, headers={"X-Attempt-Token": token})
        assert saved.status_code == 200
        client.post(f"{at}/submit")
        assert "20 分" in text(client.get(f"{at}/result"))
    # Own items are never drawn; each place has one; the token is the same for all.
    assert 4 not in orders[0]
    assert all(sorted((slot - 1) // 3 for slot in order) == [0, 1, 2, 3, 4] for order in orders)
    assert tokens[0] == tokens[1]
    attempts = session.scalars(select(Attempt).order_by(Attempt.id)).all()
    assert [each.earned for each in attempts] == [Decimal(20), Decimal(20)]
    vectors = session.scalars(select(AttemptVector).order_by(AttemptVector.id)).all()
    for vector, order in zip(vectors, orders, strict=True):
        assert len(vector.share) == 15
        assert {n + 1 for n, byte in enumerate(vector.share) if byte != NOT_ASKED} == set(order)
        assert [n + 1 for n, byte in enumerate(vector.right) if byte] == [order[0]]
    ids = [each.id for each in attempts]
    session.rollback()
    with app.app_context():
        found = scored(exam_id, db.session.get_one(Form, form_id))
    assert found.asked == Counter([*orders[0], *orders[1]])
    assert sum(found.earned.values()) == 40
    for attempt_id, order in zip(ids, orders, strict=True):
        arguments = ["rebuild-paper", str(attempt_id), "--json"]
        ran = app.test_cli_runner().invoke(cli.commands["exam"], arguments)
        assert ran.exit_code == 0, ran.output
        assert [each["slot"] for each in json.loads(ran.output)["places"]] == order
        assert json.loads(ran.output)["intact"] is True
    admin = sign_in(make.account(Role.EXAM_ADMIN))
    hidden = admin.get(f"/exam/attempts/{ids[0]}/paper")
    assert "不能还原试卷" in text(hidden)
    with clock.frozen(NOON + timedelta(hours=2)):
        shown = text(sign_in(make.account(Role.EXAM_ADMIN)).get(f"/exam/attempts/{ids[0]}/paper"))
    assert f"1={orders[0][0]}，2={orders[0][1]}" in shown
    assert "解析" not in shown


def test_items_of_a_fixed_paper_come_in_an_order_of_each_candidates_own(
    app, sealed_form, make, sign_in, session
) -> None:
    accounts = [make.account(Role.STAFF) for _ in range(3)]
    exam = make.exam_session(
        sealed_form(10), *(each.person for each in accounts), shuffle_items=True
    )
    session.commit()
    orders = []
    for account in accounts:
        client = sign_in(account)
        at = client.post(f"/exam/sessions/{exam.id}/attempts").location
        page = BeautifulSoup(client.get(at).data, "html.parser")
        orders.append([int(each["data-slot"]) for each in page.select("[data-slot][data-type]")])
    assert all(sorted(order) == list(range(1, 11)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3


def test_of_a_pool_paper_only_what_was_drawn_counts_as_met(
    app, drawn_form, make, session, sign_in
) -> None:
    staff = [make.person() for _ in range(3)]
    exam_id = make.exam_session(drawn_form, *staff).id
    session.commit()
    deal(app, exam_id)
    with app.app_context():
        exam = db.session.get_one(ExamSession, exam_id)
        for person in staff[:2]:
            attempt = taking.start(session=exam, person=db.session.merge(person), at=NOON)
            taking.submit(attempt=attempt, at=NOON)
        exam.closes_at = NOON
        db.session.commit()
        met = Counter(
            slot.revision_id
            for attempt in exam.candidates
            for each in attempt.attempts
            for slot in taking.paper_of(each).slots
        )
        items = {each.revision.item_id: met[each.revision_id]
                 for each in db.session.get_one(Form, drawn_form.id).slots}  # fmt: skip
        over = {row[0].id: row[3] for row in exposure.over_exposed(1)}
        assert over == {item: people for item, people in items.items() if people}
        assert sum(over.values()) == 10
        for item, people in items.items():
            assert [each.met for each in exposure.uses_of(item)] == [people]
