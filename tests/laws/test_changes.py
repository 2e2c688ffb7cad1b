"""What is kept about the changes from one version of a law to the next."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db
from laws.categories import Category
from laws.models import ArticleChange, LawVersion, TextStatus
from laws.numerals import Key, article_number
from laws.parsing.text import ParsedArticle, ParsedLaw
from laws.services import registering

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
DUTY = "各级机关应当设立专门机构，配备专职人员，负责本机关的来访接待。"
TIME = "有关机关应当自收到来信之日起十五日内告知来信人是否受理。"
LATE = "有关机关应当自收到来信之日起七日内告知来信人是否受理。"
HELP = "对生活确有困难的来访人，所在地人民政府应当给予必要的救助。"


@pytest.fixture(autouse=True)
def in_the_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def register(
    year: int, *articles: str, status: TextStatus = TextStatus.OFFICIAL
) -> registering.Registration:
    parsed = ParsedLaw(
        file="接待法.md",
        title="中华人民共和国接待法",
        promulgated_on=date(year, 1, 2),
        effective_on=date(year, 5, 1),
        label=f"{year}年",
        bodies=["国务院"],
        categories=[Category.LAW],
        preamble="",
        articles=[
            ParsedArticle(article_number((n, 0)), Key(n), words)
            for n, words in enumerate(articles, 1)
        ],
    )
    done = registering.register(parsed=parsed, at=AT, text_status=status)
    db.session.commit()
    db.session.expire_all()
    return done


def kept() -> list[tuple[int, int, str, str | None, str | None]]:
    rows = db.session.scalars(
        select(ArticleChange)
        .join(LawVersion, ArticleChange.new_version_id == LawVersion.id)
        .order_by(LawVersion.promulgated_on, ArticleChange.position)
    )
    return [
        (
            each.old_version.promulgated_on.year,
            each.new_version.promulgated_on.year,
            each.kind.value,
            each.old_article and each.old_article.number,
            each.new_article and each.new_article.number,
        )
        for each in rows
    ]


def test_a_first_version_is_compared_with_nothing() -> None:
    assert not register(2020, DUTY).compared
    assert kept() == []


def test_a_newer_version_is_compared_with_the_one_before_it() -> None:
    register(2020, DUTY, TIME)
    done = register(2024, DUTY, HELP, LATE)
    assert [(each.old.label, each.new.label) for each in done.compared] == [("2020年", "2024年")]
    assert kept() == [
        (2020, 2024, "unchanged", "第一条", "第一条"),
        (2020, 2024, "added", None, "第二条"),
        (2020, 2024, "edited", "第二条", "第三条"),
    ]


def test_registering_a_text_again_compares_nothing_and_keeps_what_is_there() -> None:
    register(2020, DUTY, TIME)
    register(2024, DUTY, LATE)
    before = kept()
    assert not register(2024, DUTY, LATE).compared
    assert kept() == before


def test_a_version_registered_late_comes_between_its_neighbours() -> None:
    register(2020, DUTY, TIME)
    register(2024, HELP, DUTY, LATE)
    done = register(2022, DUTY, LATE)
    assert [(each.old.label, each.new.label) for each in done.compared] == [
        ("2020年", "2022年"),
        ("2022年", "2024年"),
    ]
    assert kept() == [
        (2020, 2022, "unchanged", "第一条", "第一条"),
        (2020, 2022, "edited", "第二条", "第二条"),
        (2022, 2024, "added", None, "第一条"),
        (2022, 2024, "renumbered", "第一条", "第二条"),
        (2022, 2024, "renumbered", "第二条", "第三条"),
    ]


def test_an_official_text_in_the_place_of_an_outline_is_compared_anew() -> None:
    register(2020, DUTY, TIME)
    register(2024, "设立机构，接待来访。", "告知期限。", status=TextStatus.OUTLINE)
    assert {row[2] for row in kept()}.isdisjoint({"unchanged", "renumbered"})
    assert register(2024, DUTY, LATE).compared
    assert kept() == [
        (2020, 2024, "unchanged", "第一条", "第一条"),
        (2020, 2024, "edited", "第二条", "第二条"),
    ]


def test_a_text_that_is_completed_is_compared_anew() -> None:
    register(2020, DUTY, TIME)
    register(2024, DUTY)
    register(2024, DUTY, TIME)
    assert [row[2] for row in kept()] == ["unchanged", "unchanged"]
