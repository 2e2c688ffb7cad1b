"""What changed in an article, marked so that it reads well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laws.wording import Mark, Marked, mark


def shown(marked: Marked) -> tuple[str, str]:
    signs = {Mark.SAME: "{}", Mark.REMOVED: "[{}]", Mark.ADDED: "<{}>"}
    old, new = (
        "".join(signs[each.mark].format(each.text) for each in side)
        for side in (marked.old, marked.new)
    )
    return old, new


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("十五日内告知", "七日内告知", "[十五日]内告知", "<七日>内告知"),
        (
            "依照第三十四条处理",
            "依照第三十五条处理",
            "依照[第三十四条]处理",
            "依照<第三十五条>处理",
        ),
        ("处五百元以下罚款", "处一千元以下罚款", "处[五百元]以下罚款", "处<一千元>以下罚款"),
        ("应当书面告知", "应当当场书面告知", "应当书面告知", "应当<当场>书面告知"),
        ("甲、乙和丙", "甲、乙和丙", "甲、乙和丙", "甲、乙和丙"),
        ("", "新增。", "", "<新增。>"),
    ],
    ids=["a period", "an article number", "an amount", "an insertion", "nothing", "from nothing"],
)
def test_changes_are_marked_in_whole_words(old: str, new: str, left: str, right: str) -> None:
    assert shown(mark(old, new)) == (left, right)


def test_a_single_character_that_stayed_does_not_break_up_a_change() -> None:
    left, right = shown(mark("对信访的人给予奖励。", "对群众的诉求给予奖励。"))
    assert left.count("[") == right.count("<") == 1


def test_widths_and_spaces_of_characters_are_no_change() -> None:
    assert shown(mark("下列情形:(一)甲", "下列情形：（一）甲")) == (
        "下列情形:(一)甲",
        "下列情形：（一）甲",
    )


@given(
    st.text("甲乙丙，。\n十五日内第三条 ", max_size=40),
    st.text("甲乙丙，。\n七日内第三四条", max_size=40),
)
def test_the_pieces_give_both_wordings_back(old: str, new: str) -> None:
    marked = mark(old, new)
    assert "".join(each.text for each in marked.old) == old
    assert "".join(each.text for each in marked.new) == new


@given(st.text("甲乙丙，。\n十五日内第三条", max_size=40))
def test_a_wording_against_itself_has_no_marks(text: str) -> None:
    assert {each.mark for each in mark(text, text).old} <= {Mark.SAME}
