"""How the bank covers what a must-know list asks for."""

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import openpyxl
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
        *_, total, missing, _never, _over = (each.get_text(strip=True) for each in row.select("td"))
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


def test_a_law_shows_its_sides_crossed_and_every_article(listed, make, reviewing, sign_in) -> None:
    law_id = listed.entries[0].law_version.law_id
    soup = page(reviewing.get(f"/bank/coverage/laws/{law_id}"))
    crossed, levels, required, articles = soup.select("table")
    single = [each.get_text(strip=True) for each in crossed.select("tbody tr")[0].select("td")]
    assert single == ["1", "0", "1", "0", "1", "3"]
    assert levels.select("tbody tr")[0].select("td")[-1].get_text(strip=True) == "3"
    assert [row.th.a.get_text(strip=True) for row in required.select("tbody tr")] == [
        "第一点",
        "第二点",
    ]
    counts = [row.select("td")[-3].get_text(strip=True) for row in articles.select("tbody tr")]
    assert counts == ["2", "0", "1"]
    link = articles.select_one("tbody tr td a")["href"]
    assert len(page(reviewing.get(link)).select("tbody th")) == 2
    never = articles.select("tbody tr")[0].select("td")[-2]
    assert never.get_text(strip=True) == "2"
    assert len(page(reviewing.get(never.a["href"])).select("tbody th")) == 2
    bare = page(reviewing.get(f"/bank/coverage/laws/{law_id}?only=missing"))
    assert len(bare.select("table")[-1].select("tbody tr")) == 1
    assert page(reviewing.get(f"/bank/coverage/laws/{law_id}/print")).select("table")
    book = openpyxl.load_workbook(
        io.BytesIO(reviewing.get(f"/bank/coverage/laws/{law_id}.xlsx").data)
    )
    assert book.sheetnames == ["题型与难度", "题型与认知层次", "逐条", "清单1"]


def test_an_empty_cell_becomes_a_task_that_only_its_article_fills(
    listed, make, sign_in, session
) -> None:
    with clock.frozen(NOON - timedelta(hours=1)):
        setter = sign_in(make.account(Role.EXAM_ADMIN))
        law_id = listed.entries[0].law_version.law_id
        of = listed.entries[0].law_version.articles[:2]
        session.rollback()
        soup = page(setter.get(f"/bank/coverage/laws/{law_id}"))
        empty = soup.select("table")[-1].select("tbody tr")[1].select("td a")[0]["href"]
        form = page(setter.get(empty)).select_one("main form")
        sent = {each["name"]: each.get("value", "") for each in form.select("input[name]")}
        for each in form.select("select"):
            chosen = each.select_one("option[selected]")
            sent[each["name"]] = chosen["value"] if chosen else ""
        assert (sent["law"], sent["article"], sent["item_type"]) == (
            "甲法",
            "第2条",
            "single_choice",
        )
        refused = setter.post(empty, data=sent | {"law": "没有的法"})
        assert "没有名称含" in refused.get_data(as_text=True)
        backwards = sent | {"difficulty_min": "4", "difficulty_max": "2"}
        assert "不能低于起点" in setter.post(empty, data=backwards).get_data(as_text=True)
        for _ in range(2):
            assert setter.post(empty, data=sent).status_code == 302
        rows = page(setter.get("/bank/tasks")).select("tbody tr")
        assert len(rows) == 1
        assert "《甲法》第二条" in rows[0].get_text()
    with clock.frozen(NOON):
        done = []
        for article in (of[0], of[1]):
            make.revision(article=article)
            session.commit()
            row = page(setter.get("/bank/tasks")).select("tbody tr")[0]
            done.append(row.select("td")[1].get_text(strip=True))
        assert done == ["0", "1"]
