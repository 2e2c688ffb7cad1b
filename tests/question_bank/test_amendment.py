"""Which citations count on which day."""

from dataclasses import dataclass
from datetime import date

from question_bank.amendment import footing, usable

OLD, NEW = date(2012, 10, 26), date(2025, 6, 27)


@dataclass(frozen=True)
class Cited:
    law_id: int
    version_id: int
    promulgated_on: date


def test_an_item_is_usable_if_of_every_law_some_citation_counts() -> None:
    assert usable([(1, 10), (1, 11), (2, 20)], {11, 20})
    assert not usable([(1, 10), (1, 11), (2, 20)], {11})
    assert not usable([(1, 10)], {11})
    assert not usable([], {11})


def test_of_each_law_the_newest_counting_version_is_shown() -> None:
    first, second = Cited(1, 10, OLD), Cited(1, 11, NEW)
    other = Cited(2, 20, OLD)
    assert footing([first, other, second], {10, 20}) == [first, other]
    assert footing([first, other, second], {11, 20}) == [other, second]
    assert footing([first, other, second], {10, 11}) == [other, second]


def test_where_no_version_counts_the_newest_cited_is_shown() -> None:
    first, second = Cited(1, 10, OLD), Cited(1, 11, NEW)
    assert footing([first, second], set()) == [second]
