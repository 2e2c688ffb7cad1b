"""From a task of writing items to the form that has what the task asks for."""

from datetime import date

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from laws.numerals import Key
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.models import ItemRevision
from question_bank.tasks import cells, queries, services
from question_bank.tasks.cells import Cell
from question_bank.tasks.models import WritingTask
from tests.factories import NOON
from tests.pages import main, page

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def set_task(app, make):
    setter = make.account(Role.PAPER_SETTER)

    def set_one(writer_id: int | None = None, **cell) -> int:
        with app.app_context():
            services.set_tasks(
                cells=[Cell(count=2, **cell)], due_on=date(2026, 3, 20), writer_id=writer_id,
                purpose="年度考试", at=NOON, by=db.session.merge(setter),
            )  # fmt: skip
            db.session.commit()
            query = select(WritingTask.id).order_by(WritingTask.id.desc())
            return db.session.scalars(query).first()

    return set_one


def test_the_form_of_a_task_has_what_the_task_asks_for_and_its_item_counts(
    app, make, sign_in, set_task, session
) -> None:
    law = make.law("信访工作条例")
    make.version(law)
    number = set_task(
        item_type=ItemType.TRUE_FALSE, difficulty_min=4, cognitive_level=CognitiveLevel.APPLY,
        topic="办理期限", is_scene=True, law_ids=frozenset({law.id}), article=Key(1, 0),
    )  # fmt: skip
    client = sign_in(make.account(Role.ITEM_WRITER))
    [work] = [each["href"] for each in page(client.get("/")).select("a") if "去命题" in each.text]
    [row] = [each["href"] for each in page(client.get("/bank/tasks")).select("td a")]
    assert {work, row} == {f"/bank/items/new?task={number}"}
    assert "还缺 2 题" in main(client.get(row))
    form = page(client.get(row)).select_one("#item-form")
    shown = {each["name"]: each.get("value", "") for each in form.select("input[name]")
             if each.get("type") != "radio" or each.has_attr("checked")}  # fmt: skip
    shown |= {each["name"]: each.select_one("[selected]")["value"]
              for each in form.select("select[name]") if each.select_one("[selected]")}  # fmt: skip
    assert (shown["item_type"], shown["difficulty"], shown["cognitive_level"]) == (
        "true_false", "4", "apply",
    )  # fmt: skip
    assert (shown["topic"], shown["scene"]) == ("办理期限", "visit")
    assert shown["citations-0-law"] == "信访工作条例"
    assert shown["citations-0-articles"] == "第一条"
    client.post(row, data=shown | {"stem": "来访事项十五日内告知。", "truth": "1"})
    [written] = session.scalars(select(ItemRevision)).all()
    assert written.item_type is ItemType.TRUE_FALSE


@pytest.mark.parametrize(
    ("cell", "difficulty", "law"),
    [
        (Cell(1), "3", "甲法"),
        (Cell(1, difficulty_max=2), "2", "甲法"),
        (Cell(1, difficulty_min=4, difficulty_max=4), "4", ""),
    ],
    ids=["any", "easy", "hard"],
)
def test_a_difficulty_is_the_middle_one_of_those_asked_for(cell, difficulty, law) -> None:
    found = cells.fields_of(cell, law)
    assert (found["difficulty"], found["scene"]) == (difficulty, "")
    assert found["citations"] == [{"law": law, "articles": ""}]


def test_the_task_of_another_writer_is_not_to_be_seen(app, make, sign_in, set_task) -> None:
    other = make.account(Role.ITEM_WRITER)
    number = set_task(writer_id=other.id)
    client = sign_in(make.account(Role.ITEM_WRITER))
    assert client.get(f"/bank/items/new?task={number}").status_code == 404
    with app.app_context():
        assert queries.task_for(other.id, number).id == number
