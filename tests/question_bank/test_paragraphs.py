"""Banks written as paragraphs: what is read, what is doubted, what is refused."""

import io
from collections.abc import Sequence

import docx
import pytest

from question_bank.importing import readers, rows
from question_bank.importing.columns import Field
from question_bank.importing.formats import Format
from question_bank.importing.paragraphs import reader
from question_bank.importing.rows import ReadRow
from question_bank.item_types import LETTERS
from tests.question_bank.layouts import ITEMS, LAYOUTS, Wanted


def read(text: str) -> list[ReadRow]:
    return [rows.read(each) for each in readers.read(text.encode(), Format.TEXT).rows]


def document(text: str) -> bytes:
    made = docx.Document()
    for line in text.split("\n"):
        made.add_paragraph(line)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def bare(text: str) -> str:
    return "".join(char for char in text if char not in " 　（）()。？\n")


def right(row: ReadRow, wanted: Wanted) -> bool:
    draft = row.draft
    if draft is None:
        return False
    key = not draft.key[0] if wanted.kind == "判断题" else "".join(LETTERS[n] for n in draft.key)
    return (draft.item_type.label, bare(draft.stem), [*draft.options], key) == (
        wanted.kind, bare(wanted.stem), [*wanted.options], wanted.key,
    )  # fmt: skip


def verdicts(found: Sequence[ReadRow]) -> tuple[int, int, list[str]]:
    """How many are right, how many flagged, and which are wrong without a word."""
    good = flagged = 0
    wrong = []
    wanted = {bare(each.stem): each for each in ITEMS}
    for row in found:
        match = wanted.get(bare(row.stem))
        if row.faults or row.doubts:
            flagged += 1
        elif match and right(row, match):
            good += 1
        else:
            wrong.append(row.stem)
    return good, flagged, wrong


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("as_document", [False, True], ids=["txt", "docx"])
def test_no_layout_is_read_wrong_without_a_word(name: str, as_document: bool) -> None:
    data = document(LAYOUTS[name]) if as_document else LAYOUTS[name].encode("gb18030")
    found = [rows.read(each) for each in readers.read(data).rows]
    good, _, wrong = verdicts(found)
    assert wrong == []
    assert good == len(ITEMS), [(r.stem, r.faults, r.doubts) for r in found]


def test_at_least_ninety_five_in_a_hundred_of_all_layouts_are_read_right() -> None:
    good = flagged = 0
    for text in LAYOUTS.values():
        each_good, each_flagged, wrong = verdicts(read(text))
        assert wrong == []
        good, flagged = good + each_good, flagged + each_flagged
    assert len(LAYOUTS) == 20
    assert good >= 0.95 * len(LAYOUTS) * len(ITEMS)


def _cases_of(text: str) -> list[tuple[str, int, bool]]:
    rows, _ = reader.read_text(text.encode("gb18030"))
    return [(each.content.stem, len(each.content.parts), bool(each.doubts))
            for each in rows if each.content is not None]  # fmt: skip


QUESTION = "{}.应当怎样办理？\nA.登记\nB.退回\n【答案】A\n【解析】规定如此。\n"


@pytest.mark.parametrize(
    "passage",
    [
        "（一）李某来访，称补偿未到位。根据以上材料，回答1—2题。",
        "（一）\n李某来访，称补偿未到位。\n根据上述材料，回答第1至2题：",
        "李某来访，称补偿未到位。请根据上述材料回答1～2题。",
        "\n李某来访，称补偿未到位。\n（根据以上案情，回答第1-2题）",
    ],
)
def test_a_passage_that_names_its_questions_at_its_end_makes_one_case(passage: str) -> None:
    text = f"一、案例分析题\n{passage}\n{QUESTION.format(1)}{QUESTION.format(2)}"
    assert _cases_of(text) == [("李某来访，称补偿未到位。", 2, False)]


def test_counted_passages_follow_one_another() -> None:
    one = "（一）甲来访。\n" + QUESTION.format(1) + QUESTION.format(2)
    two = "（二）乙来信。\n" + QUESTION.format(3) + QUESTION.format(4)
    assert _cases_of(f"一、案例分析题\n{one}{two}") == [
        ("甲来访。", 2, False), ("乙来信。", 2, False),
    ]  # fmt: skip


def test_each_chapter_may_have_its_own_questions_and_answers() -> None:
    chapter = "第{}章 信访\n一、单选题\n1、谁登记？\nA、甲\nB、乙\n参考答案\n一、单选题：1.{}\n"
    rows, _ = reader.read_text((chapter.format("一", "B") + chapter.format("二", "A")).encode())
    assert [(each.values[Field.TOPIC], each.values[Field.KEY]) for each in rows] == [
        ("第一章 信访", "B"), ("第二章 信访", "A"),
    ]  # fmt: skip


def test_answers_to_blanks_stand_at_the_end_under_their_heading() -> None:
    found = read(
        "一、单选题\n1.来访登记由谁完成\nA.接待员　B.保安　C.门卫\n"
        "二、填空题\n1.自受理之日起____内办结。\n2.____是专门机构，由____领导。\n"
        "参考答案\n一、单选题\n1.A\n二、填空题\n1.六十日\n2.信访部门；党委\n"
    )
    assert [row.faults for row in found] == [[], [], []]
    assert [row.draft.key for row in found if row.draft] == [
        [0],
        {"blanks": [["六十日"]], "any_order": False},
        {"blanks": [["信访部门"], ["党委"]], "any_order": False},
    ]


def test_an_item_copied_out_of_a_pdf_is_one_in_characters() -> None:
    [row] = read("1.⾏政机关由⼈⺠代表⼤会产⽣？\nA.对⼈⺠负责\nB.不负责\n答案：A\n")
    assert row.draft is not None
    assert (row.draft.stem, row.draft.options[0]) == ("行政机关由人民代表大会产生？", "对人民负责")
