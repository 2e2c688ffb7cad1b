"""填空, 简答, 匹配, 排序, 案例: rules, forms, files."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from core.db import db
from laws.models import Article, Law
from question_bank import drafts, figure_check
from question_bank.drafts import ItemDraft
from question_bank.exporting import tables
from question_bank.importing import cases, readers
from question_bank.importing.readers import Format
from question_bank.item_types import ItemType, MultiRule
from question_bank.models import Item, ItemRevision
from question_bank.queries.importing import plan_of
from question_bank.services import exporting, importing, writing
from question_bank.types import BadResponse, Content, Sent, kind_of
from tests.factories import Make
from tests.pages import main, page

RULE = MultiRule.ALL_OR_NOTHING
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)

FILL = Content(
    ItemType.FILL_BLANK,
    "应当自受理之日起____内办结，情况复杂的可以延长（　）。",
    [],
    {"blanks": [["六十日", "两个月"], ["三十日"]], "any_order": False},
)
LOOSE = Content(
    ItemType.FILL_BLANK,
    "党委的____、____职责。",
    [],
    {"blanks": [["领导"], ["监督", "监管"]], "any_order": True},
)
SHORT = Content(
    ItemType.SHORT_ANSWER,
    "简述登记的要求。",
    [],
    {
        "points": [
            {"text": "1.写明期限；十五日", "weight": 2, "words": ["十五日", "告知"]},
            {"text": "书面告知（当场）", "weight": 3, "words": []},
        ],
        "reference": "第一段。\n第二段；完。",
    },
)
MATCH = Content(
    ItemType.MATCHING,
    "把环节与期限连起来。",
    ["三十日", "十五日", "六十日"],
    {"left": ["登记", "办理；答复"], "pairs": [1, 2]},
)
ORDER = Content(ItemType.ORDERING, "排出办理次序。", ["受理", "办结", "登记"], [2, 0, 1])
CASE = Content(
    ItemType.CASE_ANALYSIS,
    "张某来访，反映九十九户的问题。\n材料第二段。",
    [],
    {},
    [
        {"item_type": "single_choice", "stem": "应由谁受理：", "options": ["甲局", "乙局"],
         "key": [1], "weight": 2, "rationale": "属地管理"},
        {"item_type": "fill_blank", "stem": "应在____内告知。", "options": [],
         "key": {"blanks": [["十五日"]], "any_order": False}, "weight": 1, "rationale": ""},
        {"item_type": "short_answer", "stem": "说明理由。", "options": [],
         "key": {"points": [{"text": "属地", "weight": 1, "words": []}], "reference": ""},
         "weight": 2, "rationale": ""},
    ],
)  # fmt: skip
ALL = [FILL, LOOSE, SHORT, MATCH, ORDER, CASE]


def name(content: Content) -> str:
    return content.item_type.value


# --------------------------------------------------------------------------------------- rules


@pytest.mark.parametrize("content", ALL, ids=name)
def test_a_sound_item_has_no_faults_and_is_canonical(content: Content) -> None:
    kind = kind_of(content.item_type)
    assert kind.faults(content) == []
    clean = kind.clean(content)
    assert kind.clean(clean) == clean
    assert (clean.stem, list(clean.options), clean.key) == (
        content.stem, list(content.options), content.key,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "changed", "fault"),
    [
        (FILL, {"stem": "没有空"}, "题干里没有空"),
        (FILL, {"stem": "一处____"}, "题干有 1 处空，答案有 2 组"),
        (FILL, {"key": {"blanks": [["。"], ["三十日"]]}}, "第 1 空没有答案"),
        (FILL, {"key": {"blanks": [["六十日", "、"], ["三十日"]]}}, "第 1 空有一个答案只有标点"),
        (SHORT, {"key": {"points": []}}, "评分要点应为 1 至 20 条"),
        (SHORT, {"key": {"points": [{"text": "", "weight": 0, "words": ["词"]}]}},
         "第 1 个要点没有写内容"),
        (SHORT, {"key": {"points": [{"text": "甲", "weight": 0, "words": []}]}},
         "权重应为 1 至 100"),
        (MATCH, {"options": ["甲", "甲"]}, "选项重复"),
        (MATCH, {"key": {"left": ["登记", "登记"], "pairs": [0, 1]}}, "左边有两项相同"),
        (MATCH, {"key": {"left": ["登记", "办理"], "pairs": [0, -1]}}, "左边每项都要有对应的右项"),
        (ORDER, {"key": [0, 0, 1]}, "正确次序应包含每个选项"),
        (ORDER, {"options": ["甲"], "key": [0]}, "选项应为 2 至 10 个"),
        (CASE, {"parts": []}, "小题应为 1 至 10 道"),
        (CASE, {"parts": [{**CASE.parts[0], "stem": " "}]}, "第 1 小题：题干不能为空"),
        (CASE, {"parts": [{**CASE.parts[0], "key": []}]}, "第 1 小题：缺少正确答案"),
        (CASE, {"parts": [{**CASE.parts[0], "weight": 0}]}, "第 1 小题：权重"),
        (CASE, {"parts": [{**CASE.parts[0], "item_type": "case_analysis"}]},
         "第 1 小题：小题可以是"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(content: Content, changed: dict[str, Any], fault: str) -> None:
    wrong = Content(**{**content.__dict__, **changed})
    assert fault in "；".join(each.text for each in kind_of(wrong.item_type).faults(wrong))


@pytest.mark.parametrize(
    ("content", "sent", "share"),
    [
        (FILL, {"texts": ["60日", "３０ 天"]}, "1"),
        (FILL, {"texts": ["二个月", "60日"]}, "0.5"),
        (FILL, {"texts": ["三十日", "六十日"]}, "0"),
        (FILL, {"texts": ["", ""]}, "0"),
        (LOOSE, {"texts": ["监管", "领导"]}, "1"),
        (LOOSE, {"texts": ["领导", "领导"]}, "0.5"),
        (LOOSE, {"texts": ["监督", "监管"]}, "0.5"),
        (SHORT, {"text": "十五日内书面告知"}, None),
        (SHORT, {"text": "  "}, "0"),
        (MATCH, {"choice": ["B", "C"]}, "1"),
        (MATCH, {"choice": ["B", ""]}, "0.5"),
        (MATCH, {"choice": ["C", "B"]}, "0"),
        (ORDER, {"choice": ["C", "A", "B"]}, "1"),
        (ORDER, {"choice": ["C", "B", "A"]}, "0"),
        (ORDER, {"choice": ["C"]}, "0"),
        (CASE, {"parts": [{"choice": ["B"]}, {"texts": ["15日"]}, {"text": ""}]}, "0.6"),
        (CASE, {"parts": [{"choice": ["A"]}, {"texts": ["15日"]}, None]}, "0.2"),
        (CASE, {"parts": [{"choice": ["B"]}, {"texts": ["15日"]}, {"text": "属地"}]}, None),
    ],
)
def test_a_response_earns_its_share(content: Content, sent: dict[str, Any], share: str) -> None:
    kind = kind_of(content.item_type)
    response = kind.read_response(sent, kind.shape(content))
    found = kind.grade(content, response, rule=RULE)
    assert found == (None if share is None else Decimal(share))


@pytest.mark.parametrize(
    ("content", "sent", "reason"),
    [
        (FILL, {}, "应给出 texts"),
        (FILL, {"texts": ["六十日"]}, "应有 2 空的答案"),
        (FILL, {"texts": [1, 2]}, "应给出 texts"),
        (FILL, {"texts": ["长" * 201, ""]}, "超过 200 字"),
        (SHORT, {"text": ["甲"]}, "应给出 text"),
        (SHORT, {"text": "长" * 4001}, "超过 4000 字"),
        (MATCH, {"choice": ["A"]}, "应有 2 项的答案"),
        (MATCH, {"choice": ["A", "D"]}, "不存在的选项"),
        (ORDER, {"choice": ["A", "A"]}, "多次"),
        (ORDER, {"choice": "CAB"}, "应给出 choice"),
        (ORDER, {"choice": ["C", "A", ""]}, "不存在的选项"),
        (CASE, {"parts": [{"choice": ["A"]}]}, "3 道小题"),
        (CASE, {"parts": [{"choice": ["Z"]}, None, None]}, "第 1 小题含有不存在"),
        (CASE, {"parts": ["A", None, None]}, "第 1 小题的答案应为对象"),
    ],
)
def test_what_is_no_answer_is_refused(content: Content, sent: dict[str, Any], reason: str) -> None:
    kind = kind_of(content.item_type)
    with pytest.raises(BadResponse, match=reason):
        kind.read_response(sent, kind.shape(content))


@pytest.mark.parametrize("content", [MATCH, ORDER], ids=name)
@pytest.mark.parametrize("seed", range(5))
def test_the_right_answer_is_right_in_any_order_of_the_options(content: Content, seed: int) -> None:
    kind = kind_of(content.item_type)
    order = list(kind.shuffle(content, Random(seed)) or ())
    right = content.key if content is ORDER else content.key["pairs"]
    response = {"choice": ["ABC"[order.index(n)] for n in right]}
    assert kind.grade(content, response, rule=RULE, order=order) == 1
    assert kind.response_text(content, response, order) == kind.key_text(content).replace("\\", "")


def test_key_words_are_no_mark() -> None:
    response = {"text": "应在１５日内办。"}
    assert kind_of(ItemType.SHORT_ANSWER).grade(SHORT, response, rule=RULE) is None


def test_the_figures_of_a_passage_are_a_story_and_those_of_an_answer_are_law() -> None:
    said = figure_check.hints(
        item_type=CASE.item_type, stem=CASE.stem, options=[], key={}, parts=CASE.parts,
        rationale="", articles=[("第二条", "应当在十日内告知。")],
    )  # fmt: skip
    assert [(each.part, each.text) for each in said] == [("第 2 小题 题干与答案", "十五日")]


@pytest.mark.parametrize("content", ALL, ids=name)
def test_a_fingerprint_is_made_of_the_words(content: Content) -> None:
    other = Content(**{**content.__dict__, "stem": content.stem + "又"})
    assert drafts.fingerprint_of(content) == drafts.fingerprint_of(content)
    assert drafts.fingerprint_of(content) != drafts.fingerprint_of(other)


# --------------------------------------------------------------------------------------- forms


@pytest.fixture
def law(make: Make) -> Law:
    law = make.law("中华人民共和国测试法", short_title="测试法")
    make.version(law, ("总则。", "应在六十日内办结。"))
    return law


@pytest.fixture
def writing_(make: Make, sign_in: Callable[[Account], FlaskClient]) -> FlaskClient:
    return sign_in(make.account(Role.STAFF, Role.ITEM_WRITER))


def form(item_type: str, **fields: Any) -> dict[str, Any]:
    return {
        "item_type": item_type,
        "citations-0-law": "测试法",
        "citations-0-articles": "第二条",
        "difficulty": "3",
        "cognitive_level": "remember",
        "topic": "",
        "source": "",
        "rationale": "",
    } | fields


FORMS = [
    (form("fill_blank", **{"stem": FILL.stem, "blanks-0": "六十日\n两个月", "blanks-4": "三十日"}),
     FILL),
    (form("fill_blank", any_order="1",
          **{"stem": LOOSE.stem, "blanks-0": "领导", "blanks-1": "监督\n监管"}), LOOSE),
    (form("short_answer", **{
        "stem": SHORT.stem, "points-0": "1.写明期限；十五日", "weight-0": "2",
        "words-0": "十五日、告知", "points-3": "书面告知（当场）", "weight-3": "3",
        "reference": "第一段。\r\n第二段；完。"}), SHORT),
    (form("matching", **{
        "stem": MATCH.stem, "options-0": "三十日", "options-1": "十五日", "left-0": "登记",
        "right-0": "十五日", "left-1": "办理；答复", "right-1": "六十日", "extra-0": "三十日"}),
     MATCH),
    (form("ordering", **{
        "stem": ORDER.stem, "options-0": "受理", "options-1": "办结", "options-2": "登记",
        "step-0": "登记", "step-1": "受理", "step-5": "办结"}), ORDER),
    (form("case_analysis", **{
        "stem": CASE.stem,
        "parts-0-item_type": "single_choice", "parts-0-stem": "应由谁受理：",
        "parts-0-options-0": "甲局", "parts-0-options-1": "乙局", "parts-0-key": "1",
        "parts-0-weight": "2", "parts-0-rationale": "属地管理",
        "parts-1-item_type": "single_choice", "parts-1-stem": "", "parts-1-weight": "1",
        "parts-2-item_type": "fill_blank", "parts-2-stem": "应在____内告知。",
        "parts-2-blanks-0": "十五日", "parts-2-weight": "1",
        "parts-3-item_type": "short_answer", "parts-3-stem": "说明理由。",
        "parts-3-points-0": "属地", "parts-3-weight-0": "1", "parts-3-weight": "2"}), CASE),
]  # fmt: skip


def as_sent(answer: Any) -> dict[str, Any]:
    """What a browser with scripts would send of the form as it stands."""
    soup = page(answer)
    for each in soup.select("noscript"):
        each.decompose()
    sent: dict[str, Any] = {}
    for each in soup.select("#item-form input[name]"):
        if each.get("type") not in {"checkbox", "radio"} or each.has_attr("checked"):
            sent.setdefault(each["name"], []).append(each.get("value", ""))
    for each in soup.select("#item-form textarea"):
        sent[each["name"]] = each.get_text()
    for each in soup.select("#item-form option[selected]"):
        sent[each.find_parent("select")["name"]] = each["value"]
    return sent


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_an_item_is_written_shown_and_edited(
    writing_: FlaskClient, law: Law, session: Session, number: int
) -> None:
    sent, content = FORMS[number]
    answer = writing_.post("/bank/items/new", data=sent)
    assert answer.status_code == 302, page(answer).get_text()
    revision = session.scalars(select(ItemRevision)).one()
    key = dict(revision.key) if isinstance(revision.key, dict) else revision.key
    if "reference" in key:
        key["reference"] = key["reference"].replace("\r\n", "\n")
    kept = (revision.stem.replace("\r\n", "\n"), revision.options, key, revision.parts)
    address = f"/bank/items/{revision.item_id}/edit"
    session.commit()
    assert kept == (content.stem, list(content.options), content.key, list(content.parts))
    assert content.item_type.label in main(writing_.get(answer.location))
    again = writing_.post(address, data=as_sent(writing_.get(address)), follow_redirects=True)
    assert "内容没有改动" in again.text


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_the_form_shows_what_was_sent_when_more_lines_are_asked_for(
    writing_: FlaskClient, law: Law, number: int
) -> None:
    sent, content = FORMS[number]
    answer = writing_.post("/bank/items/new", data=sent | {"redo": "part"})
    assert answer.status_code == 200
    kept = as_sent(answer)
    for name_, value in sent.items():
        if name_.split("-")[0] in {"blanks", "points", "words", "left", "right", "step", "extra"}:
            flat = [each if isinstance(each, str) else each[0] for each in kept.values()]
            assert value.replace("\r\n", "\n") in flat, name_
    html = writing_.post("/bank/items/fields", data=sent | {"redo": "part"}).get_json()["html"]
    if content is CASE:
        assert "第 5 小题" in html
    assert writing_.post("/bank/items/beside", data=sent).status_code == 200


def test_changing_the_type_keeps_the_options(writing_: FlaskClient, law: Law) -> None:
    sent = {"item_type": "true_false", "options-0": "甲", "options-3": "乙", "key": "3"}
    html = writing_.post("/bank/items/fields", data=sent | {"redo": "type"}).get_json()["html"]
    assert 'type="hidden" name="options-1" value="乙"' in html
    sent["item_type"] = "multiple_choice"
    html = writing_.post("/bank/items/fields", data=sent | {"redo": "type"}).get_json()["html"]
    assert 'value="乙"' in html


def test_a_blank_sub_question_stays_while_its_type_is_chosen() -> None:
    sent = Sent({"redo": ["type"], "parts-1-item_type": ["fill_blank"], "parts-1-stem": [""]})
    (part,) = kind_of(ItemType.CASE_ANALYSIS).from_form(sent).parts
    assert part["item_type"] == "fill_blank"


# --------------------------------------------------------------------------------------- files


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def keep(content: Content, article_id: int) -> Item:
    return writing.create_item(
        draft=ItemDraft(
            item_type=content.item_type, stem=content.stem, options=content.options,
            key=content.key, parts=content.parts, rationale="为什么", topic="复查",
            article_ids=[article_id],
        ),
        at=NOON,
        by=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "format_", [Format.XLSX, Format.CSV, Format.JSONL], ids=lambda each: each.value
)
def test_what_is_exported_is_imported_as_it_was(law: Law, inside: None, format_: Format) -> None:
    article_id = db.session.scalars(select(Article.id).order_by(Article.id)).all()[1]
    contents = [*ALL, Content(ItemType.TRUE_FALSE, "判断。", [], [1])]
    items = [keep(each, article_id) for each in contents]
    data = exporting.written(items, format_).data
    for item in items:
        item.current.fingerprint = "x"
    db.session.flush()
    plan = plan_of(readers.read(data), day=date(2026, 6, 1))
    assert [(each.row.number, each.faults) for each in plan.rejected] == []
    found = [writing.kept(each.draft) for each in plan.accepted]
    assert found == [
        {"stem": each.stem, "options": list(each.options), "key": each.key,
         "parts": list(each.parts)}
        for each in contents
    ]  # fmt: skip
    assert {each.draft.rationale for each in plan.accepted} == {"为什么"}
    assert all(each.draft.article_ids == (article_id,) for each in plan.accepted)
    batch = importing.take_in(plan=plan, file_name="题.xlsx", at=NOON, by=None)
    assert batch.accepted == len(contents)


def table(*rows: str) -> list[Any]:
    text = "题型,题干,材料,题组号,权重,A,B,C,答案\n" + "\n".join(rows) + "\n"
    return cases.read_all(readers.read(text.encode()).rows)


def test_a_case_without_a_head_says_everything_in_its_first_row() -> None:
    (case,) = table("单选题,问一：,张某来访。,7,2,甲,乙,,A", "判断题,问二。,,7,,,,,√")
    assert list(case.faults) == []
    assert (case.draft.item_type, case.draft.stem) == (ItemType.CASE_ANALYSIS, "张某来访。")
    assert [(each["stem"], each["weight"], each["key"]) for each in case.draft.parts] == [
        ("问一：", 2, [0]), ("问二。", 1, [0]),
    ]  # fmt: skip


def test_a_case_of_one_question_is_one_row() -> None:
    essay, choice = table(
        "案例分析题,二十日没有告知，是否妥当？,张某来信。,,,,,,不妥当（2）；应当书面告知（3）",
        "案例分析题,由谁办理？,李某来访。,,,甲局,乙局,,B",
    )
    assert [(each.draft.stem, each.number) for each in (essay, choice)] == [
        ("张某来信。", 2), ("李某来访。", 3),
    ]  # fmt: skip
    [asked] = essay.draft.parts
    assert (asked["item_type"], asked["stem"]) == ("short_answer", "二十日没有告知，是否妥当？")
    assert [each["weight"] for each in asked["key"]["points"]] == [2, 3]
    [chosen] = choice.draft.parts
    assert (chosen["item_type"], chosen["key"]) == ("single_choice", [1])


def test_nothing_that_a_head_says_is_lost() -> None:
    led, asking = table(
        "案例分析题,阅读材料，回答问题。,张某来访。,7,,,,,", "判断题,问一。,,7,,,,,√",
        "案例分析题,问甲？,李某来信。,8,2,,,,应当登记", "判断题,问乙。,,8,,,,,×",
    )  # fmt: skip
    assert led.draft.stem == "张某来访。\n阅读材料，回答问题。"
    assert [each["stem"] for each in led.draft.parts] == ["问一。"]
    assert asking.draft.stem == "李某来信。"
    assert [(each["stem"], each["weight"]) for each in asking.draft.parts] == [
        ("问甲？", 2), ("问乙。", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("填空题,应在____内办结。,,,,,,,", "缺少正确答案"),
        ("填空题,应在____内办结。,,,,,,,六十日；三十日", "题干有 1 处空，答案有 2 组"),
        ("匹配题,连线。,,,,甲,乙,,登记", "看不懂“登记”；请写成 左项=选项字母"),
        ("匹配题,连线。,,,,甲,乙,,登记=C；受理=A", "答案 C 不在选项之中"),
        ("排序题,排序。,,,,甲,乙,丙,CA", "正确次序应包含每个选项"),
        ("排序题,排序。,,,,甲,乙,丙,先甲后乙", "请填选项字母，如 CAB"),
        ("简答题,简述。,,,,,,,", "缺少正确答案"),
        ("案例分析题,,材料,,,,,,A", "一行一个小题"),
        ("单选题,问一：,材料,7,两,甲,乙,,A", "“两”不是整数"),
        ("单选题,问一：,材料,7,,甲,乙,,C", "第 2 行：答案 C 不在选项"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(row: str, reason: str) -> None:
    (read,) = table(row)
    assert read.draft is None
    assert reason in "；".join(each.reason for each in read.faults)


def test_what_people_write_is_understood() -> None:
    fill, match, order, short, prose = table(
        "填空题,依法____、____。,,,,,,,不分次序：登记|录入;受理",
        "匹配题,连线。,,,,甲,乙,,登记→b\uff1b受理：1",
        "排序题,排序。,,,,甲,乙,丙,C-A-B",
        "简答题,简述。,,,,,,,1.期限（2分）[十五日]；2.告知（3）",
        "简答题,简述。,,,,,,,一句话的答案。",
    )
    assert fill.draft.key == {"blanks": [["登记", "录入"], ["受理"]], "any_order": True}
    assert match.draft.key == {"left": ["登记", "受理"], "pairs": [1, 0]}
    assert order.draft.key == [2, 0, 1]
    assert [(each["text"], each["weight"]) for each in short.draft.key["points"]] == [
        ("期限", 2), ("告知", 3),
    ]  # fmt: skip
    assert prose.draft.key["points"][0] == {"text": "一句话的答案。", "weight": 1, "words": []}


def test_the_instructions_tell_how_each_type_writes_its_answer() -> None:
    book = openpyxl.load_workbook(io.BytesIO(tables.template()), read_only=True)
    lines = {str(row[0]) for row in book["填写说明"].iter_rows(values_only=True)}
    for each in ("填空题", "简答题", "匹配题", "排序题", "案例分析题"):
        assert f"正确答案（{each}）" in lines
