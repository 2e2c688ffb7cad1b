"""款, 项, 目: read, named, found."""

import pytest

from laws import clauses
from laws.clauses import Address
from laws.numerals import Key

TEXT = (
    "办理下列事项，应当：\n（一）登记；\n（二）转送：\n1.当日；\n2.次日；\n（三）答复。\n"
    "前款规定的期限，不得超过六十日。"
)


def test_lines_have_their_places() -> None:
    assert [(each.place, each.depth) for each in clauses.clauses(TEXT)] == [
        ("p1", 0), ("p1i1", 1), ("p1i2", 1), ("p1i2t1", 2), ("p1i2t2", 2), ("p1i3", 1), ("p2", 0),
    ]  # fmt: skip


def test_items_that_run_on_in_one_line_are_taken_apart() -> None:
    text = "包括：（一）甲；（二）乙。"
    assert [each.text for each in clauses.clauses(text)] == ["包括：", "（一）甲；", "（二）乙。"]
    reference = "依照前款规定办理。（三）项除外。"
    assert [each.text for each in clauses.clauses(reference)] == [reference]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("第三十四条第二款", Address(Key(34), 2)),
        ("34", Address(Key(34))),
        ("262-1", Address(Key(262, 1))),
        ("第二百六十二条之一第一款第（三）项", Address(Key(262, 1), 1, 3)),
        ("34条2款3项", Address(Key(34), 2, 3)),
        ("第31条第六项", Address(Key(31), 0, 6)),
        ("第三十一条第（六）项第2目", Address(Key(31), 0, 6, 2)),
    ],
)
def test_an_address_is_understood(said: str, meant: Address) -> None:
    assert clauses.address(said) == meant


@pytest.mark.parametrize("said", ["", "甲", "第二款", "34款", "第三十四条第二", "第十十条x"])
def test_what_is_no_address_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="address"):
        clauses.address(said)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("第一条第二款", "前款规定的期限，不得超过六十日。"),
        ("第一条第一款第（二）项", "（二）转送：\n1.当日；\n2.次日；"),
        ("第一条第（三）项", "（三）答复。"),
        ("第一条第（二）项第2目", "2.次日；"),
        ("第一条", TEXT),
        ("第一条第三款", None),
        ("第一条第二款第（一）项", None),
        ("第一条第（二）项第3目", None),
    ],
)
def test_the_words_at_an_address_are_found(where: str, words: str | None) -> None:
    assert clauses.at(TEXT, clauses.address(where)) == words


def test_an_address_is_written_and_has_an_anchor() -> None:
    where = Address(Key(262, 1), 2, 3)
    assert (str(where), where.anchor) == ("第二百六十二条之一第二款第（三）项", "a262-1p2i3")
    assert Address(Key(31), 0, 6).anchor == "a31p1i6"


def test_missing_items_are_noticed() -> None:
    assert clauses.gaps(TEXT) == []
    assert clauses.gaps("有：\n（一）甲；\n（三）乙。") == ["第（二）项"]
