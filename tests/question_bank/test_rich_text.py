"""What an item's text may be besides letters, and what only looks like it."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from question_bank import differences, figure_check, markup, wording_check
from question_bank.drafts import fingerprint
from question_bank.item_types import ItemType
from question_bank.markup import Gap, Paragraph, Picture, Table, Text
from question_bank.types.choices import asks_for_the_wrong
from question_bank.types.fill_blank import BLANK

A, B = "a" * 32, "b" * 32
TABLE = "| 环节 | 期限 |\n| --- | --- |\n| 受理 | 十五日 |"


def test_a_text_is_paragraphs_tables_pictures_and_words_that_stand_out() -> None:
    found = markup.parse(f"下列==不属于==的：\n{TABLE}\n见图\n![流程图](pic:{A})")
    assert found == [
        Paragraph([Text("下列"), Text("不属于", strong=True), Text("的：")]),
        Table([[[Text("环节")], [Text("期限")]], [[Text("受理")], [Text("十五日")]]], headed=True),
        Paragraph([Text("见图\n"), Picture(A, "流程图")]),
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [("|甲|乙|\n|丙|丁|", [["甲", "乙"], ["丙", "丁"]]),
     ("| 甲 | 乙 | 丙 |\n| 丁 |戊|", [["甲", "乙", "丙"], ["丁", "戊", ""]]),
     ("| 甲\\|乙 | |\r\n| <b> | 丁 |\r", [["甲|乙", ""], ["<b>", "丁"]])],
)  # fmt: skip
def test_tables_as_people_type_them(text: str, rows: list[list[str]]) -> None:
    (found,) = markup.parse(text)
    assert isinstance(found, Table)
    assert [["".join(each.text for each in cell) for cell in row] for row in found.rows] == rows
    assert not found.headed
    assert markup.parse(markup.canonical(text)) == [found]


@pytest.mark.parametrize(
    "text",
    ["甲|乙", "| 甲 | 乙 |", "|", "||", "| 甲 |\n| 乙 |", "| 甲 | 乙\n丙 | 丁 |", "| --- | --- |",
     "| 甲 | 乙 |\n| --- | --- |", "张**诉李**合同纠纷", "a == b", "a == b == c", "====",
     "== 甲 ==", "==甲\n乙==", "x===y===z", "![甲](x.png)", "![甲](javascript:alert(1))",
     f"![](pic:{A})",
     f"![ ](pic:{A})", "![甲](pic:1)", f"![甲](pic:{A[:-1]})", f"![甲|乙](pic:{A})",
     f"![空（　）](pic:{A})", f"![空____](pic:{A})", f"![[甲]](pic:{A})", f"![甲](pic:{A.upper()})",
     "(pic:", "[甲](pic:", "1. A|B|C", "<table><tr><td>甲</td></tr></table>"],
)  # fmt: skip
def test_what_only_looks_like_it_stays_as_typed(text: str) -> None:
    blocks = markup.parse(text)
    assert all(isinstance(each, Paragraph) for each in blocks)
    words = "\n".join("".join(piece.text for piece in each.pieces) for each in blocks)
    assert words == text == markup.plain(text) == markup.readable(text)
    assert markup.canonical(text) == text


@pytest.mark.reference
def test_no_item_of_the_real_banks_looks_other_than_before(reference_data: Path) -> None:
    texts = list(_texts(reference_data / "questions"))
    assert len(texts) > 1_000
    for each in texts:
        assert markup.parse(each) == [Paragraph([Text(each)])]
        assert markup.line(each) == [Text(each)]


def _texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from (cell for row in csv.reader(file) for cell in row if cell)
        elif path.suffix == ".jsonl":
            rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
            yield from (text for row in rows for text in _strings(row) if text)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def test_blanks_are_counted_through_tables_in_the_order_of_the_text() -> None:
    text = f"受理____，![空格](pic:{A})\n| 环节 | 期限 |\n| 办理 | ==（　）==日 |\n延长____。"
    blocks = markup.parse(text, BLANK)
    gaps = [piece.index for block in blocks for piece in _pieces(block) if isinstance(piece, Gap)]
    assert gaps == list(range(len(BLANK.findall(text)))) == [0, 1, 2]


def _pieces(block: markup.Block) -> Iterator[markup.Piece]:
    if isinstance(block, Paragraph):
        yield from block.pieces
    else:
        yield from (piece for row in block.rows for cell in row for piece in cell)


def test_marks_are_no_words_for_searching_checking_and_asking() -> None:
    text = f"下列说法==不正确==的是：\n{TABLE}\n![第99日](pic:{A})"
    assert markup.plain(text) == "下列说法不正确的是：\n环节 期限\n受理 十五日\n［图：第99日］"
    assert markup.said(text) == "下列说法不正确的是： 环节 期限 受理 十五日 ［图：第99日］"
    assert [written for _, written in figure_check.figures(text + "==60==日")] == ["十五日", "60日"]
    assert wording_check.plain("应==当==" + text).startswith("应当下列说法不正确的是")
    assert "99" not in wording_check.plain(text)
    assert asks_for_the_wrong(f"下列说法==不正确==的是：\n{TABLE}")
    article = ("第一条", "应当在六十日内办结。")
    hints = figure_check.hints(
        item_type=ItemType.TRUE_FALSE, stem="应当在==六十==日内办结", options=[], key=[0],
        rationale="", articles=[article],
    )  # fmt: skip
    assert hints == []


def test_another_picture_makes_another_item_and_shows_as_a_difference() -> None:
    one, other = (f"图中标志的含义是![标志](pic:{each})" for each in (A, B))
    assert fingerprint(one, ["甲", "乙"]) != fingerprint(other, ["甲", "乙"])
    assert fingerprint("下列==不==属于", ["甲"]) == fingerprint("下列不属于", ["甲"])
    said = "".join(text for text, _ in differences.pieces(one, other))
    assert "aaaaaa" in said
    assert A not in said


@pytest.mark.parametrize(
    ("text", "fault"),
    [(f"![](pic:{A})", "没有说明"), ("![甲](pic:12)", "编号不完整"), (f"![甲|乙](pic:{A})", "竖线"),
     (f"![{'甲' * 201}](pic:{A})", "超过 200 字")],
)  # fmt: skip
def test_pictures_written_wrongly_by_hand_are_named(text: str, fault: str) -> None:
    assert fault in markup.faults(text)[0]


def test_any_words_can_name_a_picture_that_is_read_again() -> None:
    for alt in ("", "甲]|[乙", "空____格", "（ ）", "\n", "x" * 500):
        (found,) = markup.line(markup.picture(alt, A))
        assert isinstance(found, Picture)
        assert found.alt


def test_long_texts_are_read_in_no_time() -> None:
    for text in ("![" * 20_000, "![" + "a" * 40_000, "==a" * 20_000, "|" * 40_000,
                 "| a |\n" * 9_000, "![a](pic:" * 9_000, "![a " + "(  " * 15_000):  # fmt: skip
        markup.parse(text)
        markup.faults(text)
        markup.plain(text)
