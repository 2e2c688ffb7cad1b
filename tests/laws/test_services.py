"""What registering a text does to the register."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.db import db
from laws import queries
from laws.categories import Category
from laws.models import Law, LawVersion, TextStatus
from laws.numerals import Key, article_number
from laws.parsing.reading import Batch, Rejected
from laws.parsing.text import (
    Flaw,
    Level,
    ParsedArticle,
    ParsedDivision,
    ParsedLaw,
    Problem,
)
from laws.services import correcting, registering

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_the_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def text(*articles: tuple[int, str], **given: object) -> ParsedLaw:
    defaults: dict[str, object] = {
        "file": "测试法.md",
        "title": "中华人民共和国测试法",
        "promulgated_on": date(2020, 1, 2),
        "effective_on": date(2020, 5, 1),
        "label": "2020年公布",
        "bodies": ["国务院"],
        "categories": [Category.ADMIN_REGULATION],
        "preamble": "2020年1月2日国务院令第1号公布",
        "divisions": [ParsedDivision(Level.CHAPTER, "第一章 总则")],
        "articles": [
            ParsedArticle(article_number((n, 0)), Key(n), words, 0) for n, words in articles
        ],
    }
    return ParsedLaw(**(defaults | given))  # type: ignore[arg-type]


def register(
    parsed: ParsedLaw, status: TextStatus = TextStatus.OFFICIAL
) -> registering.Registration:
    done = registering.register(parsed=parsed, at=AT, text_status=status)
    db.session.commit()
    db.session.expire_all()
    return done


def articles(version: LawVersion) -> list[tuple[int, str, str]]:
    return [(each.position, each.number, each.text) for each in version.articles]


def test_a_text_is_registered_with_all_that_it_says() -> None:
    problem = Problem(Flaw.GAP, "缺 1 个条号", ("第二条",))
    version = register(text((1, "甲。"), (3, "乙。"), problems=[problem])).version
    assert (version.law.title, version.law.short_title) == ("中华人民共和国测试法", "测试法")
    assert [each.category for each in version.law.categories] == [Category.ADMIN_REGULATION]
    assert [each.name for each in version.bodies] == ["国务院"]
    assert articles(version) == [(1, "第一条", "甲。"), (2, "第三条", "乙。")]
    assert {each.division.title for each in version.articles if each.division} == {"第一章 总则"}
    assert [(each.problem, each.articles, each.code) for each in version.problems] == [
        ("缺 1 个条号", "第二条", "gap")
    ]


def test_registering_twice_changes_nothing() -> None:
    first = register(text((1, "甲。"), (2, "乙。")))
    again = register(text((1, "甲。"), (2, "乙。")))
    assert (first.created, again.created) == (True, False)
    assert again.version.id == first.version.id
    assert articles(again.version) == [(1, "第一条", "甲。"), (2, "第二条", "乙。")]
    assert list(again.problems) == []


def test_the_same_law_without_its_prefix_is_the_same_law_under_its_full_name() -> None:
    register(text((1, "甲。"), title="测试法"))
    register(text((1, "甲。"), title="中华人民共和国测试法"))
    laws = db.session.scalars(select(Law).order_by(Law.id)).all()
    assert [each.title for each in laws] == ["中华人民共和国测试法"]


def test_an_official_text_fills_in_the_outline_and_keeps_the_rows_that_items_cite() -> None:
    outline = register(text((2, "要旨二"), (3, "要旨三"), bodies=[]), TextStatus.OUTLINE).version
    cited = {each.number: each.id for each in outline.articles}
    done = register(text((1, "甲。"), (2, "乙。"), (3, "丙。")))
    assert done.created
    version = done.version
    assert (version.id, version.text_status) == (outline.id, TextStatus.OFFICIAL)
    assert articles(version) == [
        (1, "第一条", "甲。"),
        (2, "第二条", "乙。"),
        (3, "第三条", "丙。"),
    ]
    assert {each.number: each.id for each in version.articles if each.number in cited} == cited
    assert [each.name for each in version.bodies] == ["国务院"]
    assert [each.title for each in version.divisions] == ["第一章 总则"]


def test_an_outline_never_replaces_an_official_text() -> None:
    register(text((1, "甲。")))
    version = register(text((1, "要旨"), (2, "要旨")), TextStatus.OUTLINE).version
    assert version.text_status is TextStatus.OFFICIAL
    assert articles(version) == [(1, "第一条", "甲。")]


def test_an_outlined_article_that_the_official_text_lacks_is_reported() -> None:
    register(text((1, "要旨"), (9, "要旨")), TextStatus.OUTLINE)
    done = register(text((1, "甲。")))
    assert [(each.flaw, tuple(each.articles)) for each in done.problems] == [
        (Flaw.DIFFERENT, ("第九条",))
    ]
    assert articles(done.version)[1] == (2, "第九条", "（官方文本没有此条。）")


def test_a_registered_official_text_is_completed_but_never_overwritten() -> None:
    gap = Problem(Flaw.GAP, "缺 1 个条号", ("第二条",))
    register(text((1, "甲。"), (3, "丙。"), problems=[gap]))
    done = register(text((1, "甲甲。"), (2, "乙。"), (3, " 丙。")))
    assert articles(done.version) == [
        (1, "第一条", "甲。"), (2, "第二条", "乙。"), (3, "第三条", "丙。"),
    ]  # fmt: skip
    assert [(each.flaw, tuple(each.articles)) for each in done.problems] == [
        (Flaw.DIFFERENT, ("第一条",))
    ]
    assert done.version.problems == []


def test_parts_of_a_code_that_come_one_by_one_end_up_in_order() -> None:
    def part(name: str, *numbers: int) -> ParsedLaw:
        divisions = [ParsedDivision(Level.BOOK, name), ParsedDivision(Level.CHAPTER, "第一章 规定")]
        found = [ParsedArticle(article_number((n, 0)), Key(n), "文。", 1) for n in numbers]
        return text(articles=found, divisions=divisions, part=name)

    register(part("物权编", 3, 4))
    version = register(part("总则", 1, 2)).version
    assert [each.number for each in version.articles] == ["第一条", "第二条", "第三条", "第四条"]
    assert [(each.position, each.title) for each in version.divisions] == [
        (1, "总则"), (2, "第一章 规定"), (3, "物权编"), (4, "第一章 规定"),
    ]  # fmt: skip
    assert [each.division_id for each in version.articles] == [
        version.divisions[1].id, version.divisions[1].id,
        version.divisions[3].id, version.divisions[3].id,
    ]  # fmt: skip


def test_a_batch_reports_what_its_files_hold_however_often_it_runs() -> None:
    batch = Batch(
        [
            text((1, "甲。"), (2, "乙。")),
            text((1, "旧。"), promulgated_on=date(2010, 1, 1)),
            text((1, "甲。"), (2, "乙。"), file="又一份.txt"),
        ],
        [Rejected("空.md", "文件是空的")],
    )
    for new in (2, 0):
        report = registering.register_batch(batch, at=AT)
        db.session.commit()
        assert (report.laws, report.versions, report.articles, report.new) == (1, 2, 3, new)
        assert [(each.file, each.problem, each.registered) for each in report.problems] == [
            ("空.md", "文件是空的", False)
        ]


def test_registering_leaves_its_mark_on_the_audit_trail() -> None:
    register(text((1, "甲。")))
    register(text((1, "甲。")))
    actions = db.session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert actions == ["law.version.register"]


def test_a_correction_is_kept_and_recorded() -> None:
    version = register(text((1, "甲。"))).version
    correcting.correct(
        version=version,
        label="2020年修订",
        effective_on=None,
        repealed_on=date(2024, 1, 1),
        categories=[Category.ADMIN_REGULATION, Category.PARTY_REGULATION],
        at=AT,
    )
    db.session.commit()
    db.session.expire_all()
    assert (version.label, version.effective_on, version.repealed_on) == (
        "2020年修订", None, date(2024, 1, 1),
    )  # fmt: skip
    assert [each.category for each in version.law.categories] == [
        Category.ADMIN_REGULATION, Category.PARTY_REGULATION,
    ]  # fmt: skip
    actions = db.session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert actions[-1] == "law.version.correct"


def test_no_version_ends_before_it_begins() -> None:
    version = register(text((1, "甲。"))).version
    with pytest.raises(correcting.EndsBeforeItBegins):
        correcting.correct(
            version=version, label="甲", effective_on=date(2020, 5, 1),
            repealed_on=date(2020, 4, 1), categories=[Category.LAW], at=AT,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("中华人民共和国测试法", "中华人民共和国测试法"),
        ("测试法", "中华人民共和国测试法"),
        ("《测试法》", "中华人民共和国测试法"),
        ("实施条例", "中华人民共和国测试法实施条例"),
        ("试法", "中华人民共和国测试法"),
    ],
)
def test_a_law_is_found_by_any_name_that_fits_only_one(name: str, found: str) -> None:
    register(text((1, "甲。")))
    register(text((1, "甲。"), title="中华人民共和国测试法实施条例"))
    assert queries.law_named(name).title == found


def test_a_name_that_fits_several_laws_or_none_is_refused() -> None:
    register(text((1, "甲。")))
    register(text((1, "甲。"), title="中华人民共和国测试法实施条例"))
    with pytest.raises(queries.Ambiguous, match="测试法实施条例"):
        queries.law_named("测试")
    with pytest.raises(queries.NotFound, match="没有名称含"):
        queries.law_named("民法典")
