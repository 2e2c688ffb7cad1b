"""Planted articles, and what finds them: on both engines, through the index."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from core.db import db
from core.fulltext import index
from core.fulltext.grams import grams, plain
from laws import queries, search
from laws.categories import Category
from laws.models import LawCategory
from laws.services import indexing
from tests.factories import Make

DAY = date(2026, 3, 2)
FILLER = ("机关应当依法办理。",)


@pytest.fixture
def planted(app: Flask, make: Make) -> Iterator[None]:
    petitions = make.law("信访工作条例")
    deadlines = [*FILLER * 33, "应当自受理之日起六十日内办结；情况复杂的，可以适当延长。"]
    make.version(petitions, deadlines)
    servants = make.law("中华人民共和国公务员法", short_title="公务员法")
    make.version(
        servants, ("依照《信访工作条例》申诉的，ＩＤ卡号为Ａ１２。", "自知道之日起60日内申请。")
    )
    make.version(make.law("旧办法"), ("六十日内答复。",), repealed_on=date(2021, 1, 1))
    with app.app_context():
        yield


def found(text: str, **given: object) -> list[str]:
    page = queries.matching_articles(search.wanted(text), day=DAY, **given)  # type: ignore[arg-type]
    assert page.total == len(page.items)
    return [f"{each.version.law.short_title}{each.number}" for each in page.items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("六十日", ["信访工作条例第34条"]),
        ("60日", ["信访工作条例第34条", "公务员法第2条"]),
        ("６０日", ["信访工作条例第34条", "公务员法第2条"]),
        ("信访工作条例 34", ["信访工作条例第34条"]),
        ("《信访工作条例》第三十四条", ["信访工作条例第34条"]),
        ("信访工作条例第34条", ["信访工作条例第34条"]),
        ("中华人民共和国信访工作条例 第34条", ["信访工作条例第34条"]),
        ("第三十四条 六十日", ["信访工作条例第34条"]),
        ("公务员法 二", ["公务员法第2条"]),
        ("中华人民共和国公务员法 第二条", ["公务员法第2条"]),
        ("受理之日，六十日", ["信访工作条例第34条"]),
        ("情况复杂的，可以", ["信访工作条例第34条"]),
        ("申", ["公务员法第1条", "公务员法第2条"]),
        ("诉", ["公务员法第1条"]),
        ("申诉", ["公务员法第1条"]),
        ("信访工作条例", ["公务员法第1条"]),
        ("id卡号 a12", ["公务员法第1条"]),
        ("日受理", []),
        ("，。", []),
        ("", []),
        ('" OR 1 *', []),
        ("NEAR(申诉", []),
        ("title:申诉", []),
    ],
)
@pytest.mark.usefixtures("planted")
def test_planted_articles_are_found(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.usefixtures("planted")
def test_all_versions_are_searched_on_request() -> None:
    assert "旧办法第1条" in found("六十日", every_version=True)
    assert "旧办法第1条" not in found("六十日")


def test_better_hits_come_first(app: Flask, make: Make) -> None:
    make.version(make.law("甲法"), ("期限届满，办理完毕。", "二", "办理期限。", "办理"))
    make.version(make.law("期限办法"), ("无关。", "办理事项的期限办法。"))
    with app.app_context():
        assert found("办理 期限") == [
            "甲法第3条", "甲法第1条", "期限办法第2条",
        ]  # fmt: skip
        assert found("期限 2") == ["期限办法第2条"]


def test_hits_in_laws_come_before_hits_in_regulations(app: Flask, make: Make) -> None:
    rule, law = make.law("甲规章"), make.law("乙法律")
    make.save(LawCategory(law_id=rule.id, category=Category.RULE))
    make.save(LawCategory(law_id=law.id, category=Category.LAW))
    make.version(rule, ("听证。",))
    make.version(law, ("听证。",))
    with app.app_context():
        assert found("听证") == ["乙法律第1条", "甲规章第1条"]
        only = queries.matching_articles(search.wanted("听证"), day=DAY, category=Category.RULE)
        assert [each.version.law.title for each in only.items] == ["甲规章"]


@pytest.mark.usefixtures("planted")
def test_laws_are_found_with_and_without_the_name_of_the_state() -> None:
    for text in ("公务员法", "中华人民共和国公务员法", "公务", "员"):
        assert [law.short_title for law in queries.matching_laws(text).items] == ["公务员法"]


@pytest.mark.usefixtures("planted")
def test_the_index_says_when_it_is_out_of_step_and_is_built_anew() -> None:
    laws, articles = indexing.SOURCES
    assert index.drift(db.session, articles).in_step
    article = queries.matching_articles(search.wanted("申诉"), day=DAY).items[0]
    article.text = "改过的文字。"
    db.session.flush()
    index.remove(db.session, "law", [article.version.law_id])
    assert index.drift(db.session, articles).outdated == 1
    assert index.drift(db.session, laws).missing == 1
    assert found("改过") == []
    assert index.rebuild(db.session, indexing.SOURCES) == {"法律": 3, "条文": 37}
    assert index.drift(db.session, articles).in_step
    assert found("改过") == ["公务员法第1条"]
    assert found("申诉") == []


@pytest.mark.usefixtures("planted")
def test_a_text_that_changes_is_found_by_its_new_words_alone() -> None:
    article = queries.matching_articles(search.wanted("申诉"), day=DAY).items[0]
    article.text = "控告。"
    db.session.flush()
    indexing.put_law(article.version.law)
    assert found("控告") == ["公务员法第1条"]
    assert found("申诉") == []


def test_texts_are_cut_into_pairs() -> None:
    assert grams("信访人，６０日") == ["信访", "访人", "人", "60", "0日", "日"]
    assert plain("《信访》　第 Ⅱ 条") == "信访 第 ⅱ 条"
