"""Banks written as paragraphs: what is read, what is doubted, what is refused."""

import io
from collections.abc import Sequence

import docx
import pytest

from question_bank.importing import readers, rows
from question_bank.importing.formats import Format
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
