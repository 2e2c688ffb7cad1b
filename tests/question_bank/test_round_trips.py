"""What goes out comes in again: a format holds what an item says, or says that it does not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from core.db import db
from core.files import Unreadable
from question_bank.exporting import bundles as bundle_files
from question_bank.exporting import writing
from question_bank.exporting.records import CitedLaw, ExportItem, ExportPart
from question_bank.importing import cases, readers
from question_bank.importing.formats import Format
from question_bank.item_types import CognitiveLevel, ItemType, Scene
from question_bank.life import Pool, ReviewAct, Secrecy
from question_bank.models import Citation, Item, ItemComment, ItemRevision, ItemState, ReviewStep
from question_bank.services import bundles
from question_bank.types import Content, kind_of
from tests.factories import NOON, Make

LAW = CitedLaw("测试法", date(2024, 1, 1), ["第一条", "第二条"])
PIECES = st.sampled_from(
    ["甲", "乙方", "十五日", "A.", "B、", "（ A ）", "1.", "\n", " ", "{", "}", "=", "~", "#",
     "\\", ":", "【答案】", "答案：", "<b>", "&amp;", "->", "]]>", "一、单选题", "____",
     "（　）", "，", "。", "√"]
)  # fmt: skip
WORDS = st.lists(PIECES, min_size=1, max_size=6).map("".join).map(str.strip).filter(bool)


def item(content: Content, **changes: Any) -> ExportItem:
    values: dict[str, Any] = {
        "number": 7, "item_type": content.item_type, "stem": content.stem,
        "options": content.options, "key": kind_of(content.item_type).key_cell(content),
        "rationale": "", "difficulty": 3, "cognitive_level": CognitiveLevel.REMEMBER, "topic": "",
        "source": "", "valid_until": None, "state": "草稿", "writer": "", "cited": (), "extra": {},
        "content": content, "parts": parts(content),
    }  # fmt: skip
    return ExportItem(**values | changes)


def parts(content: Content) -> list[ExportPart]:
    return [
        ExportPart(part.content.item_type, part.content.stem, part.content.options,
                   part.kind.key_cell(part.content), int(part.weight), part.rationale)
        for part in kind_of(content.item_type).parts(content)
    ]  # fmt: skip


@st.composite
def choices(draw: st.DrawFn) -> ExportItem:
    kind = draw(st.sampled_from([ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE]))
    options = draw(st.lists(WORDS, min_size=2, max_size=5, unique=True))
    most = 1 if kind is ItemType.SINGLE_CHOICE else len(options)
    key = sorted(
        draw(st.sets(st.integers(0, len(options) - 1), min_size=min(2, most), max_size=most))
    )
    content = Content(kind, draw(WORDS), options, key)
    return item(content, rationale=draw(st.just("") | WORDS), difficulty=draw(st.integers(1, 5)),
                topic=draw(st.sampled_from(["", "复查"])),
                cited=draw(st.sampled_from([(), (LAW,)])))  # fmt: skip


@pytest.mark.parametrize("format_", writing.FORMATS, ids=lambda each: each.value)
@given(items=st.lists(choices(), min_size=1, max_size=3))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_a_format_does_not_hold_is_said(format_: Format, items: list[ExportItem]) -> None:
    items = [replace(each, number=n) for n, each in enumerate(items)]
    made = writing.write(items, format_)
    told = {each.number for each in made.losses}
    kept = [
        each for each in items if not any(e.whole for e in made.losses if e.number == each.number)
    ]
    assert made.count == len(kept)
    try:
        read = cases.read_all(readers.read(made.data, format_).rows)
    except Unreadable:
        assert not kept
        return
    assert len(read) == len(kept)
    for mine, row in zip(kept, read, strict=True):
        assert row.draft is not None
        if mine.number in told:
            continue
        draft = row.draft
        assert (draft.item_type, draft.stem.strip(), [*draft.options], [*draft.key]) == (
            mine.item_type, mine.stem, [*mine.options], [*mine.content.key],
        )  # fmt: skip
        assert (draft.rationale, draft.difficulty, draft.topic) == (
            mine.rationale, mine.difficulty, mine.topic,
        )  # fmt: skip
        assert len(row.cited) == len(mine.cited)


PLAIN = [
    Content(ItemType.SINGLE_CHOICE, "哪一项对（　）", ["甲", "乙"], [1]),
    Content(ItemType.MULTIPLE_CHOICE, "哪几项对？", ["甲", "乙", "丙"], [0, 2]),
    Content(ItemType.TRUE_FALSE, "甲乙。", [], [1]),
    Content(
        ItemType.FILL_BLANK,
        "自受理之日起____办结。",
        [],
        {"blanks": [["六十日", "两个月"]], "any_order": False},
    ),
    Content(
        ItemType.SHORT_ANSWER,
        "简述登记的要求。",
        [],
        {
            "points": [
                {"text": "逐件登记", "weight": 2, "words": ["逐件", "登记"]},
                {"text": "当日录入", "weight": 1, "words": []},
            ],
            "reference": "逐件登记，当日录入。",
        },
    ),
]
PAIRS = Content(
    ItemType.MATCHING, "配对：", ["乙", "丁", "戊"], {"left": ["甲", "丙"], "pairs": [0, 1]}
)
ORDER = Content(ItemType.ORDERING, "排序：", ["二", "一", "三"], [1, 0, 2])
CASE = Content(ItemType.CASE_ANALYSIS, "材料：张某来访。", [], {}, [
    {"item_type": "single_choice", "stem": "应当？", "options": ["甲", "乙"], "key": [0],
     "weight": 1, "rationale": ""},
    {"item_type": "true_false", "stem": "对吗", "options": [], "key": [1], "weight": 1,
     "rationale": ""},
    {"item_type": "short_answer", "stem": "为什么？", "options": [], "key": {"points": [
        {"text": "因为", "weight": 1, "words": []}], "reference": "因为"},
     "weight": 1, "rationale": ""},
])  # fmt: skip
HELD = {
    Format.XLSX: (PAIRS, ORDER, CASE), Format.CSV: (PAIRS, ORDER, CASE),
    Format.JSONL: (PAIRS, ORDER, CASE), Format.TEXT: (CASE,), Format.DOCX: (CASE,),
    Format.GIFT: (PAIRS,), Format.MOODLE: (PAIRS, ORDER), Format.QTI: (PAIRS, ORDER, CASE),
    Format.QTI3: (PAIRS, ORDER, CASE),
}  # fmt: skip


@pytest.mark.parametrize(
    "format_", [each for each in writing.FORMATS if each is not Format.AIKEN], ids=lambda f: f.value
)
def test_ordinary_items_lose_nothing(format_: Format) -> None:
    items = [item(each, number=n, rationale="因为\n所以", difficulty=4, topic="复查", cited=(LAW,),
                  valid_until=date(2027, 1, 1), source="自编", scene=Scene.VISIT)
             for n, each in enumerate([*PLAIN, *HELD[format_]])]  # fmt: skip
    made = writing.write(items, format_)
    assert (made.losses, made.report, made.count) == ([], "", len(items))


def test_aiken_says_what_it_does_not_hold() -> None:
    items = [item(each, number=n, rationale="因为", scene=Scene.LETTER if n else None)
             for n, each in enumerate(PLAIN[:3])]  # fmt: skip
    made = writing.write(items, Format.AIKEN)
    assert [each.text for each in made.losses] == [
        "试题 0：未能保存：解析", "试题 1：未导出，Aiken 文本没有多选题",
        "试题 2：未能保存：解析、情景",
    ]  # fmt: skip
    assert "2 道有内容这种格式保存不了" in made.report


@pytest.fixture
def bank(app: Flask, make: Make) -> Iterator[list[Item]]:
    law = make.law("中华人民共和国测试法", short_title="测试法")
    version = make.version(
        law, ("一。", "二。"), label="2024年修订", promulgated_on=date(2024, 1, 1)
    )
    with app.app_context():
        make.revision(stem="题一")
        kept = make.revision(stem="题二", state=ItemState.RETIRED, scene=Scene.ONLINE,
                             sketch=b"\x00\xff").id  # fmt: skip
        second = db.session.get_one(ItemRevision, kept)
        second.item.pool, second.item.secrecy = Pool.PRACTICE, Secrecy.UNTIL_EXAM
        second.item.used_until = date(2025, 3, 1)
        first, other = second.citations[0], version.articles[1].id
        db.session.add_all([
            Citation(revision_id=kept, article_id=other, carried_from_id=first.id, carried_at=NOON),
            ReviewStep(revision_id=kept, act=ReviewAct.RETURNED, at=NOON, remark="可用"),
            ItemComment(item_id=second.item_id, revision_id=kept, text="请核对期限", at=NOON),
        ])  # fmt: skip
        db.session.flush()
        db.session.expire_all()
        yield list(db.session.scalars(select(Item).order_by(Item.id)))


def test_a_bundle_put_into_an_empty_bank_is_the_same_bank(bank: list[Item]) -> None:
    made, before = bundles.write(bank), bundles.digest(bank)
    db.session.execute(
        update(Item).values(current_id=None, published_citation_id=None, state="draft")
    )
    for table in (ItemComment, ReviewStep, Citation, ItemRevision, Item):
        db.session.execute(delete(table))
    db.session.flush()
    db.session.expire_all()
    restored = bundles.restore(bundles.read(made.data), file_name="a.zip", at=NOON, by=None)
    assert (restored.accepted, restored.rejected, restored.present) == (2, [], [])
    items = list(db.session.scalars(select(Item).order_by(Item.id)))
    assert bundles.digest(items) == before
    assert bundles.write(items).data == made.data


def test_a_bundle_put_back_twice_adds_nothing(bank: list[Item]) -> None:
    data = bundles.write(bank).data
    restored = bundles.restore(bundles.read(data), file_name="a.zip", at=NOON, by=None)
    assert (restored.accepted, len(restored.present)) == (0, 2)


def test_a_bundle_that_was_changed_or_lacks_its_law_is_refused(bank: list[Item]) -> None:
    lines = [bundles._item(each) for each in bank]
    lines[0]["revisions"][0]["citations"] = [
        {"law": "无此法", "promulgated_on": "2020-01-01", "version": "2020", "article": "第1条"}
    ]
    lines[0]["revisions"][0]["fingerprint"] = "x"
    lines.append({"revisions": 3})
    restored = bundles.restore(
        bundles.read(bundle_files.pack(lines)), file_name="a.zip", at=NOON, by=None
    )
    assert [each.number for each in restored.rejected] == [1, 3]
    assert "法律库中没有《无此法》" in restored.rejected[0].reason
    assert "不完整" in restored.rejected[1].reason
    with pytest.raises(Unreadable, match="无损包"):
        bundles.read(b"PK\x05\x06" + b"\0" * 18)


def test_every_column_that_points_at_a_row_is_carried_by_name_or_by_nesting() -> None:
    for table in (Item, ItemRevision, Citation, ItemComment, ReviewStep):
        for column in table.__table__.columns:
            points = bool(column.foreign_keys)
            assert not points or bundles._is_account(column) or column.key in bundles.NESTED
