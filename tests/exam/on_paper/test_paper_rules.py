"""What may be entered for a script of an exam on paper, and what its answers come to."""

from decimal import Decimal

import pytest

from core.files import Unreadable
from core.spreadsheets import Sheet
from exam.kinds import PaperState
from exam.marking import scoring
from exam.marking.corrections import Remedy, Ruling
from exam.on_paper import paper_scores as rules
from exam.on_paper import paper_sheets
from exam.on_paper.paper_scores import Entry, Item
from exam.on_paper.paper_sheets import By
from exam.papers import snapshot
from exam.papers.snapshot import Paper, Slot
from question_bank.item_types import MultiRule
from tests.exam.items import EXAMPLES

D = Decimal
SCORED, ABSENT, VOIDED = PaperState.SCORED, PaperState.ABSENT, PaperState.VOIDED


def paper(marks: str = "4") -> Paper:
    """A section of each type with one item."""
    sections = [
        snapshot.section(n, each.item_type, 1, D(marks), MultiRule.ALL_OR_NOTHING)
        for n, each in enumerate(EXAMPLES, 1)
    ]
    slots = [
        Slot(n, n - 1, n, each.item_type, each.stem, each.options, each.key, D(marks), "", [],
             each.parts)
        for n, each in enumerate(EXAMPLES, 1)
    ]  # fmt: skip
    return Paper("试卷", MultiRule.ALL_OR_NOTHING, D(marks) * len(slots), sections, slots)


@pytest.mark.parametrize(
    ("marks", "step"), [("2", "0.5"), ("2.5", "0.5"), ("1.2", "0.1"), ("1.25", "0.05")]
)
def test_scores_are_as_fine_as_the_papers_marks(marks: str, step: str) -> None:
    assert rules.step(paper(marks)) == D(step)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Entry(SCORED, D("31.5")), ""),
        (Entry(SCORED, D(0)), ""),
        (Entry(SCORED, D(33)), "超过满分 32"),
        (Entry(SCORED, D("31.3")), "不是 0.5 分的整数倍"),
        (Entry(SCORED), "请填总分"),
        (Entry(SCORED, D(31), [D(4)] * 7 + [D(3)]), ""),
        (Entry(SCORED, D(32), [D(4)] * 7 + [D(3)]), "合计 31 分，与总分 32 分不符"),
        (Entry(SCORED, D(32), [D(4)] * 6 + [D(3), D(5)]), "八、案例分析题：5 分超过满分 4 分"),
        (Entry(ABSENT), ""),
        (Entry(ABSENT, D(3)), "缺考的不填分数"),
        (Entry(VOIDED, D(20), reason="夹带"), ""),
        (Entry(VOIDED, D(20)), "须写明违纪事实"),
    ],
)
def test_an_entry_is_taken_only_if_it_can_be(entry: Entry, said: str) -> None:
    found = "；".join(rules.faults(entry, paper()))
    assert said in found
    assert bool(found) is bool(said)


@pytest.mark.parametrize("text", ["86.5", "８６．５", " 86.5 分"])
def test_marks_are_read_as_people_write_them(text: str) -> None:
    assert rules.read_marks(text) == D("86.5")


@pytest.mark.parametrize("text", ["-3", "八十", "1e3", "86.555", "NaN"])
def test_what_is_no_mark_is_refused(text: str) -> None:
    with pytest.raises(rules.Unreadable, match="不是分数"):
        rules.read_marks(text)


RIGHT = ["B", "ac", "×", "60日；30天", "C A", "C→A→B", "3", "2.5"]


def test_answers_of_a_script_earn_what_the_same_answers_earn_on_line() -> None:
    sheet = paper()
    items = {
        slot.slot: rules.read_item(slot, text, D("0.5"))
        for slot, text in zip(sheet.slots, RIGHT, strict=True)
    }
    score = rules.scored(sheet, items)
    on_line = scoring.score(sheet, {n: each.right for n, each in enumerate(EXAMPLES[:6], 1)})
    assert [score.by_slot[n] for n in range(1, 7)] == [on_line.by_slot[n] for n in range(1, 7)]
    assert (score.by_slot[7], score.by_slot[8], score.earned) == (D(3), D("2.5"), D("29.5"))
    assert scoring.vector(sheet.slots, score)["share"] == bytes([100] * 6 + [75, 63])
    assert rules.load(rules.dump(items)) == items


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        (1, "AB"),
        (1, "E"),
        (2, "Z"),
        (3, "也许"),
        (5, "A"),
        (6, "AA"),
        (7, "4.5"),
        (7, ""),
        (8, "好"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_refused(slot: int, text: str) -> None:
    with pytest.raises(rules.Unreadable):
        rules.read_item(paper().slots[slot - 1], text, D("0.5"))


def sheet_of(by: By, *rows: list[str]) -> list[Sheet]:
    """The template of a kind as somebody filled it in, with the titles above its head."""
    table = paper_sheets.template(paper(), by, [], "考试")
    return [Sheet("登分表", [[table.title], [each.title for each in table.columns], *rows])]


def test_a_sheet_of_totals_says_what_each_row_is() -> None:
    by, rows = paper_sheets.read(
        sheet_of(
            By.TOTAL,
            ["T01", "甲", "", "", "30", ""],
            ["ｔ０２", "乙", "", "缺考", "", ""],
            ["T03", "丙", "", "", "", ""],
            ["T04", "丁", "", "病假", "20", ""],
            ["T05", "戊", "", "", "40", ""],
        ),
        paper(),
    )
    assert by is By.TOTAL
    assert [(each.place, each.number, each.entry and each.entry.state) for each in rows] == [
        ("第 3 行", "T01", SCORED), ("第 4 行", "T02", ABSENT), ("第 6 行", "T04", None),
        ("第 7 行", "T05", None),
    ]  # fmt: skip
    assert "病假" in rows[2].faults[0]
    assert "超过满分" in rows[3].faults[0]


def test_every_sheet_with_the_headings_is_read() -> None:
    """One a department, say; a list of people beside them says nothing of scores."""
    people = Sheet("名单", [["考号", "姓名"], ["P1", "甲"]])
    first, second = (Sheet(name, [["考号", "总分"], [number, "8"]])
                     for name, number in (("办公室", "P1"), ("人事司", "P2")))  # fmt: skip
    _, rows = paper_sheets.read([people, first, second], paper())
    assert [(each.place, each.number) for each in rows] == [
        ("办公室 第 2 行", "P1"), ("人事司 第 2 行", "P2"),
    ]  # fmt: skip
    _, [row] = paper_sheets.read([people, first], paper())
    assert row.place == "第 2 行"
    with pytest.raises(Unreadable, match="缺少“总分”一列"):
        paper_sheets.read([people], paper())


def test_absence_may_stand_where_the_marks_would() -> None:
    rows = [["考号", "状态", "总分"], ["P1", "", "缺考"], ["P2", "有成绩", "缺考"]]
    _, (absent, odd) = paper_sheets.read([Sheet("表", rows)], paper())
    assert absent.entry == Entry(PaperState.ABSENT, sections=[])
    assert odd.faults == ["请填总分；缺考的，状态选“缺考”"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("张　三", "张三", True),
        ("阿依古丽.吐尔逊", "阿依古丽·吐尔逊", True),
        ("阿依古丽•吐尔逊", "阿依古丽·吐尔逊", True),
        ("张三", "张三丰", False),
    ],
)
def test_a_name_set_apart_or_with_another_dot_is_the_same(one: str, other: str, same: bool) -> None:
    assert paper_sheets.same_name(one, other) is same


def test_sections_are_summed_and_must_be_complete() -> None:
    whole, torn = (
        ["T01", "甲", "", "", *(["4"] * 8), "", ""],
        ["T02", "乙", "", "", *(["4"] * 7), "", "28", ""],
    )
    _, [summed, refused] = paper_sheets.read(sheet_of(By.SECTION, whole, torn), paper())
    assert summed.entry is not None
    assert summed.entry.total == 32
    assert refused.faults == ["八、案例分析题没有填分；没有得分的填 0"]


def test_a_sheet_of_answers_is_scored_and_names_the_item_that_is_wrong() -> None:
    good = ["T01", "甲", "", "", *RIGHT, ""]
    bad = ["T02", "乙", "", "", "AB", *RIGHT[1:], ""]
    by, [scored, refused] = paper_sheets.read(sheet_of(By.ITEM, good, bad), paper())
    assert by is By.ITEM
    assert scored.entry is not None
    assert (scored.entry.total, scored.entry.sections[6]) == (D("29.5"), D(3))
    assert refused.faults[0].startswith("第 1 题：单选题填了“AB”")


def test_marks_that_were_forgotten_are_not_taken_for_none() -> None:
    """But a script that does not count need not have been marked."""
    answers = [*RIGHT[:6], "", "2"]
    forgotten = ["T01", "甲", "", "", *answers, ""]
    void = ["T02", "乙", "", "成绩无效", *answers, "夹带材料"]
    _, [refused, voided] = paper_sheets.read(sheet_of(By.ITEM, forgotten, void), paper())
    assert refused.faults == ["第 7 题：没有填得分；没有得分的填 0"]
    assert voided.entry is not None
    assert voided.entry.sections[6] == 0


@pytest.mark.parametrize(
    "titles", [["姓名", "总分"], ["考号", "姓名"], ["考号", "第1题"], ["考号", "一、单选题"]]
)
def test_a_sheet_without_its_headings_is_refused(titles: list[str]) -> None:
    with pytest.raises(Unreadable):
        paper_sheets.read([Sheet("表", [titles, ["T01", "1"]])], paper())


@pytest.mark.parametrize(
    ("remedy", "part", "items", "total", "stays"),
    [
        (Remedy.NEW_KEY, 1, {8: Item(marks=D(4))}, 4, True),
        (Remedy.ALSO, 1, {8: Item(marks=D(4))}, 4, False),
        (Remedy.EVERYBODY, 1, {8: Item(marks=D(0))}, 0, True),
        (Remedy.EVERYBODY, None, {8: Item(marks=D(0))}, 0, False),
        (Remedy.STRUCK, None, {8: Item(marks=D(0))}, 0, False),
        (Remedy.NEW_KEY, None, {8: Item({"choice": ["A"]})}, 0, False),
        (Remedy.EVERYBODY, None, {}, 31, True),
        (Remedy.EVERYBODY, None, {}, 32, False),
        (Remedy.STRUCK, None, {}, 32, True),
    ],
)
def test_marks_stay_where_only_a_person_can_say_what_they_become(
    remedy, part, items, total, stays
) -> None:
    assert rules.stays(paper(), D(total), items, Ruling(8, remedy, None, part)) is stays
