"""Indices of copying and speed: seldom wrong where nobody did anything, and they find who did."""

from itertools import pairwise

import numpy as np
import pytest

from analytics.psychometrics import copying, pace

pytestmark = pytest.mark.once
PEOPLE, ITEMS = 120, 50


def answered(rng: np.random.Generator, people: int = PEOPLE) -> np.ndarray:
    """Right (0) by a two-parameter model; of the wrong options some are more tempting."""
    ability, hard = rng.normal(size=people), rng.normal(-0.6, 1, ITEMS)
    right = rng.random((people, ITEMS)) < 1 / (
        1 + np.exp(-rng.uniform(0.6, 1.6, ITEMS) * (ability[:, None] - hard))
    )
    wrong = [rng.choice(3, people, p=rng.dirichlet([1.5] * 3)) + 1 for _ in range(ITEMS)]
    return np.where(right, 0, np.stack(wrong, axis=1))


def compared(codes: np.ndarray, groups=None) -> copying.Found:
    standing = (codes == 0).sum(axis=1).astype(float)
    return copying.compare(codes, np.zeros(ITEMS, dtype=int), standing, groups)


def test_where_nobody_copied_a_session_names_somebody_in_at_most_one_of_twenty() -> None:
    rng = np.random.default_rng(1)
    # Of 24 at a chance of 5 %, four or more would come about three times in a hundred.
    assert sum(bool(compared(answered(rng)).pairs) for _ in range(24)) <= 3


def test_pairs_that_copied_most_of_a_paper_are_found() -> None:
    rng, hit, others, planted = np.random.default_rng(2), 0, 0, 0
    for _ in range(8):
        codes = answered(rng)
        middling = rng.permutation(np.argsort((codes == 0).sum(axis=1))[10:100])[:10].tolist()
        pairs = list(pairwise(middling))[::2]
        for source, copier in pairs:
            taken = rng.permutation(ITEMS)[: round(0.85 * ITEMS)]
            codes[copier, taken] = codes[source, taken]
        named = {frozenset((each.first, each.second)) for each in compared(codes).pairs}
        wanted = {frozenset(each) for each in pairs}
        hit, planted = hit + len(named & wanted), planted + len(wanted)
        others += len(named - wanted)
    assert hit >= 0.8 * planted
    assert others <= 1


def test_only_pairs_of_one_group_are_looked_at_and_blanks_are_no_likeness() -> None:
    rng = np.random.default_rng(3)
    codes = answered(rng, 60)
    codes[1] = codes[0]
    codes[3, 5:], codes[2, 5:] = -1, -1
    groups = [n % 2 for n in range(60)]
    found = compared(codes, groups)
    # The copiers are in different groups; who left most blank is compared with nobody.
    assert found.pairs == []
    assert found.looked_at == 2 * (29 * 28 // 2)
    everybody = compared(codes)
    assert [(each.first, each.second, each.alike) for each in everybody.pairs] == [(0, 1, ITEMS)]
    assert everybody.looked_at == 58 * 57 // 2


def test_the_tail_is_that_of_unequal_trials() -> None:
    chances = np.array([[0.5, 0.2, 0.9]])
    # All three, two or more, any: worked out by hand.
    assert copying.tail(chances, np.array([3]))[0] == pytest.approx(0.09)
    assert copying.tail(chances, np.array([2]))[0] == pytest.approx(0.09 + 0.01 + 0.36 + 0.09)
    assert copying.tail(chances, np.array([0]))[0] == pytest.approx(1)


def times(rng: np.random.Generator, people: int = PEOPLE) -> np.ndarray:
    usual, speed = rng.normal(3, 0.4, ITEMS), rng.normal(0, 0.3, people)
    return np.exp(usual - speed[:, None] + rng.normal(0, 1, (people, ITEMS)) * 0.45)


def test_where_nobody_hurried_a_session_names_somebody_in_at_most_one_of_twenty() -> None:
    rng = np.random.default_rng(4)
    found = [pace.examine(times(rng)) for _ in range(60)]
    # Of 60 at a chance of 5 %, seven or more would come about once in twenty-five times.
    assert sum(bool(each.pace) for each in found) <= 6
    assert sum(bool(each.pattern) for each in found) <= 6


def test_who_hurried_through_is_found_and_who_paused_is_not() -> None:
    rng, whole, part = np.random.default_rng(5), 0, 0
    for _ in range(20):
        seconds = times(rng)
        seconds[rng.random(seconds.shape) < 0.02] *= 10
        seconds[0] /= 6
        seconds[1, rng.permutation(ITEMS)[:20]] /= 6
        seconds[2, :20] *= 30
        found = pace.examine(seconds)
        whole += 0 in [each.person for each in found.pace]
        part += 1 in [each.person for each in found.pattern]
        assert 2 not in [each.person for each in found.pace]
    assert whole >= 16
    assert part >= 16


def test_too_few_known_times_are_not_judged() -> None:
    seconds = times(np.random.default_rng(6))
    seconds[25:] = np.nan
    found = pace.examine(seconds)
    assert (found.pace, found.pattern, found.looked_at) == ([], [], 25)
