"""How the bank covers what a must-know list asks for."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from laws.lists.levels import Requirement, Tier
from laws.lists.models import MustKnowArticle, MustKnowEntry, MustKnowList, MustKnowVersion
from question_bank.coverage import Across, Only, Wanted, chart
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.queries.coverage import Cell
from tests.factories import NOON, Make
from tests.pages import page

TODAY = date(2026, 3, 2)
EASY = Cell(1, ItemType.SINGLE_CHOICE, 1, CognitiveLevel.REMEMBER, 3)
HARD = Cell(1, ItemType.SINGLE_CHOICE, 5, CognitiveLevel.APPLY, 2)
JUDGED = Cell(2, ItemType.TRUE_FALSE, 5, CognitiveLevel.REMEMBER, 4)


def counted(across: Across, only: Only) -> list[tuple[int, int]]:
    """Total and missing of each row."""
    wanted = [Wanted(1, "甲", 7, 5), Wanted(2, "乙", 8, 5)]
    rows = chart([EASY, HARD, JUDGED], wanted, across, only).rows
    return [(row.total, row.missing) for row in rows]


def test_type_difficulty_and_level_narrow_the_map_together() -> None:
    assert counted(Across.TYPE, Only()) == [(5, 0), (4, 1)]
    assert counted(Across.TYPE, Only(difficulty=5)) == [(2, 3), (4, 1)]
    assert counted(Across.TYPE, Only(difficulty=5, level=CognitiveLevel.APPLY)) == [(2, 3), (0, 5)]
    assert counted(Across.DIFFICULTY, Only(ItemType.TRUE_FALSE)) == [(0, 5), (4, 1)]


@pytest.fixture
def reviewing(make: Make, sign_in: Callable[[Account], FlaskClient]) -> Iterator[FlaskClient]:
    with clock.frozen(NOON):
        yield sign_in(make.account(Role.ITEM_REVIEWER))


@pytest.fixture
def listed(make: Make) -> MustKnowVersion:
    """Two articles of one law asked for apart, and another law as a whole."""
    law = make.version(make.law("甲法"), ("一。", "二。", "三。"))
    other = make.version(make.law("乙法"), ("一。",))
    version = MustKnowVersion(
        owner=MustKnowList(title="机关清单", created_at=NOON),
        number=1, created_at=NOON, approved_at=NOON, effective_on=TODAY,
    )  # fmt: skip
    for place, (title, of, articles) in enumerate(
        [
            ("第一点", law, law.articles[:1]),
            ("第二点", law, law.articles[1:2]),
            ("乙法", other, []),
        ],
        1,
    ):
        entry = MustKnowEntry(position=place, title=title, tier=Tier.PRIMARY,
                              requirement=Requirement.MASTER, law_version_id=of.id)  # fmt: skip
        entry.articles = [MustKnowArticle(article_id=each.id, position=1) for each in articles]
        version.entries.append(entry)
    make.revision(article=law.articles[0], difficulty=1)
    make.revision(article=law.articles[0], difficulty=5)
    make.revision(article=law.articles[2])
    make.revision(article=other.articles[0])
    return make.save(version)


def rows_of(soup: Tag) -> list[tuple[str, str, str]]:
    """Name, total and missing of each row."""
    rows = []
    for row in soup.select("tbody tr"):
        *_, total, missing = (each.get_text(strip=True) for each in row.select("td"))
        rows.append((row.select_one("th a").get_text(strip=True), total, missing))
    return rows


def test_the_map_says_what_is_missing_for_each_entry_of_the_list(listed, reviewing) -> None:
    soup = page(reviewing.get("/bank/coverage?least=2"))
    assert rows_of(soup) == [("第一点", "2", "—"), ("第二点", "0", "2"), ("乙法", "1", "1")]
    assert "《甲法》第二条" in soup.get_text().replace("第2条", "第二条")
    lacking = page(reviewing.get("/bank/coverage?least=2&only=missing"))
    assert [name for name, *_ in rows_of(lacking)] == ["第二点", "乙法"]
    hard = page(reviewing.get("/bank/coverage?least=1&difficulty=5"))
    assert rows_of(hard) == [("第一点", "1", "—"), ("第二点", "0", "1"), ("乙法", "0", "1")]


def test_every_law_of_the_register_can_be_looked_at_instead(listed, reviewing) -> None:
    soup = page(reviewing.get("/bank/coverage?list=all&least=2"))
    assert rows_of(soup) == [("乙法", "1", "1"), ("甲法", "3", "—")]
