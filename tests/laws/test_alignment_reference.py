"""The alignment on real versions of laws, against keys made by hand."""

from collections import Counter
from pathlib import Path

import pytest

from laws.alignment import ArticleText, Change, ChangeKind, align
from laws.numerals import article_key
from laws.parsing import reading
from laws.parsing.comparing import bare
from tests.laws.alignment_keys import KEYS, Key

pytestmark = pytest.mark.reference

Texts = list[ArticleText]


def texts(path: Path) -> Texts:
    law = reading.read(path.name, path.read_bytes())
    return [ArticleText(each.number, each.text) for each in law.articles]


def versions(data: Path, name: str) -> tuple[Texts, Texts]:
    folder = data / "laws" / "pairs" / name
    if folder.is_dir():
        return texts(next(folder.glob("old__*"))), texts(next(folder.glob("new__*")))
    old, new = sorted(
        (data / "laws" / "core").glob(f"*{name}[(_]*"),
        key=lambda each: each.stem[-11:].strip("(_)"),
    )
    return texts(old), texts(new)


def number(article: ArticleText) -> int:
    return article_key(article.number).main


def answered(old: Texts, new: Texts, changes: list[Change]) -> dict[int, tuple[ChangeKind, int]]:
    """Of every old article what the rule says, and the number it has now; 0 for removed."""
    return {
        number(old[each.old]): (each.kind, 0 if each.new is None else number(new[each.new]))
        for each in changes
        if each.old is not None
    }


def expected(key: Key, old: int) -> ChangeKind:
    if old not in key.numbers():
        return ChangeKind.REMOVED
    if old not in key.unchanged_words():
        return ChangeKind.EDITED
    return ChangeKind.UNCHANGED if key.numbers()[old] == old else ChangeKind.RENUMBERED


@pytest.mark.parametrize("name", KEYS)
def test_every_article_is_classified_as_the_key_made_by_hand_says(
    name: str, reference_data: Path
) -> None:
    key = KEYS[name]
    old, new = versions(reference_data, name)
    assert (len(old), len(new)) == (key.old, key.new)
    given = answered(old, new, align(old, new))
    wrong = {
        n: given[n]
        for n in range(1, key.old + 1)
        if not (
            given[n][1] in key.open[n]
            if n in key.open
            else given[n] == (expected(key, n), key.numbers().get(n, 0))
        )
    }
    assert wrong == {}


@pytest.mark.parametrize("name", KEYS)
def test_what_is_called_unchanged_or_renumbered_has_the_same_words(
    name: str, reference_data: Path
) -> None:
    old, new = versions(reference_data, name)
    for each in align(old, new):
        if each.kind in {ChangeKind.UNCHANGED, ChangeKind.RENUMBERED}:
            assert each.old is not None
            assert each.new is not None
            assert bare(old[each.old].text) == bare(new[each.new].text)


@pytest.mark.parametrize("name", [*KEYS, "信访条例_信访工作条例"])
def test_the_other_way_round_gives_the_mirror_image(name: str, reference_data: Path) -> None:
    old, new = versions(reference_data, name)
    there = {(each.old, each.new, each.related) for each in align(old, new)}
    back = {(each.new, each.old, each.related) for each in align(new, old)}
    assert there == back


def test_what_was_split_and_what_was_joined_points_to_its_main_article(
    reference_data: Path,
) -> None:
    old, new = versions(reference_data, "监察法")
    parts = {
        number(new[each.new]): number(old[each.related])
        for each in align(old, new)
        if each.new is not None and each.related is not None
    }
    assert parts[48] == 43
    old, new = versions(reference_data, "信访条例_信访工作条例")
    joined = {
        number(old[each.old]): number(new[each.related])
        for each in align(old, new)
        if each.old is not None and each.related is not None
    }
    assert {n: joined[n] for n in (16, 17, 25, 30, 48)} == {16: 19, 17: 19, 25: 24, 30: 28, 48: 47}


def test_the_civil_code_against_itself_with_edits_is_told_apart(reference_data: Path) -> None:
    folder = reference_data / "laws" / "core" / "民法典"
    files = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]
    articles = reading.read_all(files).laws[0].articles
    old = [ArticleText(each.number, each.text) for each in articles]
    new = [
        ArticleText(
            each.number, f"{each.text[:-4]}，法律另有规定的除外。" if n % 9 == 0 else each.text
        )
        for n, each in enumerate(old)
        if n % 100 != 50
    ]
    changes = align(old, new)
    assert Counter(each.kind.value for each in changes) == {
        "unchanged": 1108,
        "edited": 139,
        "removed": 13,
    }
    assert all(
        old[each.old].number == new[each.new].number
        for each in changes
        if each.old is not None and each.new is not None
    )
