"""What tests of blueprints and forms send to the pages of 组卷人, and how they read the answers."""

from decimal import Decimal

from bs4 import BeautifulSoup

from exam.assembling.assembly import SectionPlan
from exam.assembling.plans import Conditions
from exam.kinds import ExamKind
from exam.models import Blueprint
from exam.services.assembling import blueprints
from question_bank.item_types import ItemType, MultiRule
from tests.factories import NOON

S, M, T = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE


def plan(item_type=S, count=2, marks=2, **given) -> SectionPlan:
    return SectionPlan(item_type, count, Decimal(marks), **given)


def create(title="方案", sections=(), **given) -> Blueprint:
    defaults = {
        "exam_kind": ExamKind.ANNUAL,
        "multi_rule": MultiRule.ALL_OR_NOTHING,
        "conditions": Conditions(scene_percent=0),
    }
    return blueprints.create_blueprint(
        title=title, sections=sections or [plan()], at=NOON, by=None, **(defaults | given)
    )


def row(number, item_type="single_choice", count="2", marks="2", **given) -> dict[str, str]:
    fields = {
        "item_type": item_type, "count": count, "marks": marks,
        "difficulty_min": "1", "difficulty_max": "5", "cognitive_level": "",
    }  # fmt: skip
    return {f"rows-{number}-{name}": value for name, value in (fields | given).items()}


def sent(*rows, act="save", title="年度方案") -> dict[str, str]:
    return {
        "title": title, "exam_kind": "annual", "multi_rule": "partial_half", "act": act,
        "scene_percent": "0",
        **{name: value for each in rows for name, value in each.items()},
    }  # fmt: skip


def seen(session, statement) -> list:
    """What a statement finds, with the transaction ended, so that requests may write."""
    found = session.scalars(statement).all()
    session.commit()
    return found


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.data, "html.parser")


def text(answer) -> str:
    return soup(answer).get_text(" ", strip=True)


def draw(client, blueprint_id=1, **given):
    data = {"blueprint_id": str(blueprint_id), "title": "年度试卷", "copies": "1",
            "exam_on": "2026-03-02", "seed": "42"}  # fmt: skip
    return client.post("/exam/forms/new", data=data | given)
