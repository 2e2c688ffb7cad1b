from laws import search


def test_words_are_taken_apart_and_each_looked_for_once() -> None:
    assert search.words(" 信访人，代表　五人 代表 ") == ["信访人", "代表", "五人"]


def test_hits_are_marked_and_the_rest_is_kept() -> None:
    assert search.marked("信访人推选代表", ["代表", "信访"]) == [
        ("信访", True), ("人推选", False), ("代表", True),
    ]  # fmt: skip


def test_the_longer_of_two_words_is_marked() -> None:
    assert search.marked("信访人", ["信访", "信访人"]) == [("信访人", True)]


def test_nothing_to_look_for_marks_nothing() -> None:
    assert search.marked("条文", []) == [("条文", False)]
    assert search.marked("", []) == []


def test_a_word_is_no_pattern() -> None:
    assert search.marked("一（二）.", ["（", "."]) == [
        ("一", False), ("（", True), ("二）", False), (".", True),
    ]  # fmt: skip


def test_an_excerpt_shows_the_surroundings_of_the_first_hit() -> None:
    text = "甲" * 100 + "时限" + "乙" * 100
    pieces = search.excerpt(text, ["时限"], window=30)
    assert pieces == [("…" + "甲" * 10, False), ("时限", True), ("乙" * 18 + "…", False)]
