"""Classical statistics on matrices small enough to count by hand, and on none at all."""

from collections.abc import Sequence

import numpy as np
import pytest

from analytics.psychometrics.classical import Choice, ItemFigures, analyse
from analytics.psychometrics.flags import Flag, better_key, flags_of
from analytics.psychometrics.responses import Responses


def scored(rows: Sequence[Sequence[float]], k: int | None = None) -> Responses:
    scores = np.array(rows, dtype=float).reshape(len(rows), k or len(rows[0]))
    return Responses([f"q{j}" for j in range(scores.shape[1])], scores, np.ones(scores.shape[1]))


def test_figures_by_hand() -> None:
    found = analyse(scored([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]]))
    assert found.mean == pytest.approx(1.5)
    assert [each.p for each in found.items] == [0.75, 0.5, 0.25]
    # Totals 2 1 3 0: variance 5/3; items 1/4, 1/3, 1/4: 3/2 × (1 - (5/6)/(5/3)) = 3/4.
    assert found.alpha == pytest.approx(0.75)
    assert found.sem == pytest.approx((5 / 3) ** 0.5 * 0.5)
    # Item 0: 1 1 1 0 with the rest 1 0 2 0.
    assert found.items[0].r_rest == pytest.approx(np.corrcoef([1, 1, 1, 0], [1, 0, 2, 0])[0, 1])


@pytest.mark.parametrize(
    "rows",
    [[], [[1, 0]], [[1, 1], [1, 1]], [[0, 0], [0, 0]]],
    ids=["none", "one", "all", "nothing"],
)
def test_without_variance_nothing_is_said(rows: Sequence[Sequence[float]]) -> None:
    found = analyse(scored(rows, 2))
    assert found.alpha is None
    assert found.sem is None
    assert [(each.r_total, each.r_rest) for each in found.items] == [(None, None)] * 2


def test_one_item_has_no_reliability() -> None:
    found = analyse(scored([[1], [0], [1]]))
    assert found.alpha is None
    assert found.items[0].r_rest is None
    assert found.items[0].p == pytest.approx(2 / 3)


def test_the_order_of_those_who_stand_level_decides_nothing() -> None:
    rng = np.random.default_rng(3)
    rows = rng.integers(0, 2, (40, 6)).astype(float)
    first = analyse(scored(rows.tolist()))
    for _ in range(5):
        again = analyse(scored(rng.permutation(rows).tolist()))
        assert [each.upper_lower for each in again.items] == pytest.approx(
            [each.upper_lower for each in first.items]
        )


def test_upper_and_lower_groups_by_hand() -> None:
    """100 people of totals 0–99 on other items: the best 27 all right, the weakest 27 all wrong."""
    guide = np.tril(np.ones((100, 99)), -1)
    item = (np.arange(100) >= 50).astype(float)[:, None]
    found = analyse(scored(np.hstack((item, guide)).tolist()))
    assert found.items[0].upper_lower == pytest.approx(1.0)


def test_who_was_not_asked_does_not_count() -> None:
    """Two halves of a crowd with different papers: figures of an item are those of its own half."""
    rng = np.random.default_rng(5)
    able = rng.normal(size=600)
    right = (able[:, None] + rng.normal(size=(600, 8)) > 0).astype(float)
    drawn = right.copy()
    drawn[:300, 4:6] = np.nan
    drawn[300:, 6:] = np.nan
    found = analyse(scored(drawn.tolist()))
    assert [each.n for each in found.items] == [600] * 4 + [300] * 4
    assert found.alpha is None
    half = analyse(scored(right[300:, :6].tolist()))
    for column in (4, 5):
        assert found.items[column].p == pytest.approx(half.items[column].p)
        assert found.items[column].r_rest == pytest.approx(half.items[column].r_rest)


def test_partial_credit_counts_as_a_share() -> None:
    scores = np.array([[0, 1.0], [1, 2], [2, 4], [2, 3]])
    found = analyse(Responses(["a", "b"], scores, np.array([2.0, 4.0])))
    assert [each.p for each in found.items] == pytest.approx([5 / 8, 10 / 16])


def figures(**changes) -> ItemFigures:
    usual = {
        "item": "q", "n": 100, "p": 0.6, "r_total": 0.4, "r_rest": 0.3,
        "upper_lower": 0.5, "alpha_if_deleted": 0.7, "choices": (),
    }  # fmt: skip
    return ItemFigures(**(usual | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"p": 0.9}, [Flag.EASY]),
        ({"p": 0.85}, []),
        ({"p": 0.29}, [Flag.HARD]),
        ({"upper_lower": 0.14}, [Flag.POOR]),
        ({"r_rest": -0.3, "upper_lower": -0.2}, [Flag.NEGATIVE]),
        ({"p": 0.9, "n": 29}, []),
    ],
)
def test_flags(changes: dict, expected: list[Flag]) -> None:
    assert flags_of(figures(**changes)) == expected


def test_the_option_that_the_able_chose_instead_of_the_key_is_named() -> None:
    key, other = Choice("A", 0.2, -0.3, is_key=True), Choice("C", 0.6, 0.4, is_key=False)
    item = figures(r_rest=-0.3, p=0.2, choices=(key, other))
    assert better_key(item) == other
    assert flags_of(item)[0] is Flag.WRONG_KEY
    sound = figures(
        choices=(Choice("A", 0.7, 0.4, is_key=True), Choice("C", 0.3, 0.25, is_key=False))
    )
    assert better_key(sound) is None


def test_ten_thousand_people_without_any_knowledge_raise_no_alarm() -> None:
    rng = np.random.default_rng(11)
    chosen = rng.choice(list("ABCD"), (2000, 20))
    keys = ["A"] * 20
    scores = (chosen == "A").astype(float)
    found = analyse(Responses([str(j) for j in range(20)], scores, np.ones(20), chosen, keys))
    assert sum(better_key(each) is not None for each in found.items) <= 3
