"""Agreement of pairs of marks, against published values and the formula in matrices."""

from collections import Counter
from decimal import Decimal

import pytest

from exam.marking import agreement, marking_report
from exam.marking.agreement import quadratic_kappa
from exam.marking.double_marking import Reader
from exam.marking.marking_report import Mark


def pairs(first: list[str], second: list[str]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(one), Decimal(other)) for one, other in zip(first, second, strict=True)]


def digits(text: str) -> list[str]:
    return list(text)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [
        # The values that Ben Hamner's Metrics, by which the ASAP essay contest was judged, tests.
        ("123", "123", "1"),
        ("121", "122", "0.4"),
        ("1231223", "1231232", "0.75"),
        # What scikit-learn's cohen_kappa_score(weights="quadratic") gives, for the first in its own
        # tests.
        ("0" * 46 + "1" * 44 + "2" * 10, "0" * 50 + "1" * 40 + "2" * 10, "0.9541"),
        ("043", "142", "0.85"),
        ("044", "400", "-0.8"),
        ("01", "21", "-0.3333"),
        # By hand: Σd²/n = 4/4 = 1, by chance (2·2·4)·2/16 = 2.
        ("0022", "0220", "0"),
        # Always opposite: Σd²/n = 4, by chance 2.
        ("0202", "2020", "-1"),
    ],
)
def test_quadratic_kappa_gives_the_published_and_hand_made_values(
    first: str, second: str, kappa: str
) -> None:
    assert quadratic_kappa(pairs(digits(first), digits(second))) == pytest.approx(
        Decimal(kappa), abs=Decimal("0.0001")
    )


def by_matrix(first: list[int], second: list[int]) -> float:
    """1 − Σwᵢⱼoᵢⱼ / Σwᵢⱼeᵢⱼ over all categories from lowest to highest, as textbooks write it."""
    categories = range(min(first + second), max(first + second) + 1)
    seen, rows, columns = Counter(zip(first, second, strict=True)), Counter(first), Counter(second)
    weights = {(i, j): (i - j) ** 2 / (len(categories) - 1) ** 2
               for i in categories for j in categories}  # fmt: skip
    observed = sum(weight * seen[place] for place, weight in weights.items())
    expected = sum(w * rows[i] * columns[j] / len(first) for (i, j), w in weights.items())
    return 1 - observed / expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("0123455443210012", "0123445543211002"),
        ("5555444433332222", "5454343432322121"),
        ("0909090909", "1818181817"),
    ],
)
def test_quadratic_kappa_equals_the_formula_in_matrices(first: str, second: str) -> None:
    found = quadratic_kappa(pairs(digits(first), digits(second)))
    assert found is not None
    assert float(found) == pytest.approx(by_matrix([*map(int, first)], [*map(int, second)]))


def test_half_marks_count_by_their_distance_and_not_by_their_rank() -> None:
    doubled = quadratic_kappa(pairs(digits("012345"), digits("112355")))
    halves = ["0", "0.5", "1", "1.5", "2", "2.5"]
    assert quadratic_kappa(pairs(halves, ["0.5", "0.5", "1", "1.5", "2.5", "2.5"])) == doubled


def test_where_nobody_could_disagree_there_is_no_kappa() -> None:
    assert quadratic_kappa([]) is None
    assert quadratic_kappa(pairs(["3"] * 12, ["3"] * 12)) is None
    same = agreement.agreement(pairs(["3"] * 12, ["3"] * 12))
    assert (same.exact, same.kappa_text) == (Decimal(100), "—")


def test_fewer_than_ten_pairs_have_rates_but_no_kappa() -> None:
    nine = agreement.agreement(pairs(digits("012301230"), digits("012301232")))
    assert (nine.pairs, nine.exact, nine.within_one) == (9, Decimal("88.89"), Decimal("88.89"))
    assert (nine.kappa, nine.kappa_text) == (None, "数量太少")
    ten = agreement.agreement(pairs(digits("0123012301"), digits("0123012321")))
    assert ten.kappa_text == "0.826"
    assert agreement.agreement([]).exact is None


def mark(answer: int, reader: Reader, marker: int, marks: str, slot: int = 2) -> Mark:
    return Mark(1, slot, answer, reader, marker, Decimal(marks))


def test_a_report_counts_readings_by_item_and_marker_and_leaves_arbiters_out() -> None:
    first, second, arbiter = Reader.FIRST, Reader.SECOND, Reader.ARBITER
    marks = [
        mark(1, first, 7, "4"), mark(1, second, 8, "2"),
        mark(2, first, 8, "6"), mark(2, second, 7, "6"),
        mark(3, first, 7, "5"),
        mark(1, arbiter, 9, "10"),
    ]  # fmt: skip
    (item,) = marking_report.by_item(marks)
    assert (item.done, item.mean, item.agreement.pairs) == (5, Decimal("4.6"), 2)
    assert item.spread == pytest.approx(Decimal("1.4967"), abs=Decimal("0.0001"))
    assert (item.agreement.exact, item.agreement.within_one) == (Decimal(50), Decimal(50))
    seven, eight = marking_report.by_marker(marks)
    assert (seven.marker, seven.done, seven.mean, seven.leaning) == (7, 3, 5, 1)
    assert (eight.marker, eight.done, eight.mean, eight.leaning) == (8, 2, 4, -1)
    assert marking_report.by_item([]) == []


def test_items_are_taken_together_by_their_share_of_the_marks() -> None:
    small = [
        mark(n, reader, 7, "2", slot=1)
        for n in range(5)
        for reader in (Reader.FIRST, Reader.SECOND)
    ]
    large = [mark(n, Reader.FIRST, 7, "10" if n == 5 else "0", slot=2) for n in range(5, 10)]
    large += [mark(n, Reader.SECOND, 8, "0", slot=2) for n in range(5, 10)]
    worth = {(1, 1): Decimal(2), (1, 2): Decimal(10)}

    whole = marking_report.together([*small, *large], worth)

    # Shares: five times 1 and 1, four times 0 and 0, once 1 and 0; 0.1 seen, 0.5 by chance.
    assert whole.agreement.kappa == Decimal("0.8")
    assert (whole.done, whole.agreement.pairs, whole.agreement.exact) == (20, 10, Decimal("90.00"))
    assert marking_report.together([], {}).agreement.pairs == 0


def test_each_marker_is_set_against_the_others_over_all_items() -> None:
    marks = [mark(n, Reader.FIRST, 7, "3") for n in range(4)]
    marks += [mark(n, Reader.SECOND, 8, "2") for n in range(3)] + [mark(3, Reader.SECOND, 9, "5")]

    seven, eight, nine = marking_report.of_markers(marks, {(1, 2): Decimal(5)})

    assert (seven.done, seven.leaning) == (4, Decimal("0.25"))
    assert (eight.done, eight.leaning) == (3, Decimal(-1))
    assert (nine.done, nine.leaning) == (1, Decimal(2))
