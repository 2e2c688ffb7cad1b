"""What changed between two wordings."""

import pytest

from question_bank.differences import Change, pieces


@pytest.mark.parametrize(
    ("old", "new", "read"),
    [
        ("甲乙", "甲乙", "甲乙"),
        ("", "甲", "+甲"),
        ("甲", "", "-甲"),
        ("应当十五日内答复", "应当三十日内答复", "应当 -十五 +三十 日内答复"),
        ("可以书面告知", "应当书面告知", "-可以 +应当 书面告知"),
        ("由甲的机关办", "由乙的单位办", "由 -甲的机关 +乙的单位 办"),
    ],
)
def test_removed_and_added_stand_side_by_side(old: str, new: str, read: str) -> None:
    signs = {Change.SAME: "", Change.REMOVED: "-", Change.ADDED: "+"}
    assert " ".join(signs[change] + text for text, change in pieces(old, new)) == read


def test_both_wordings_can_be_read_out_of_the_pieces() -> None:
    old, new = "信访人应当书面提出，一般载明姓名", "信访人一般应书面提出并载明姓名、住址"
    found = pieces(old, new)
    assert "".join(text for text, change in found if change is not Change.ADDED) == old
    assert "".join(text for text, change in found if change is not Change.REMOVED) == new
