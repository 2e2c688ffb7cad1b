"""Abilities by numbers worked out by hand, and against sums over a fine grid."""

import numpy as np
import pytest

from analytics.psychometrics import abilities, kept
from analytics.psychometrics.irt import Calibration, IrtModel, Unsuitable
from analytics.psychometrics.responses import Responses


def of(b: list[float], scores: list[list[float]], a: list[float] | None = None) -> tuple:
    slopes = np.array(a or [1.0] * len(b))
    model = IrtModel.TWO_PARAMETER if a else IrtModel.RASCH
    responses = Responses([f"q{n}" for n in range(len(b))], np.array(scores), np.ones(len(b)))
    none = np.zeros(len(b))
    places = list(range(len(b)))
    made = Calibration(model, responses.items, places, len(scores), slopes, np.array(b), none,
                       none, 0.0, len(b), converged=True)  # fmt: skip
    return made, responses


def test_two_items_of_middling_difficulty_by_hand() -> None:
    """b = 0, 0. One right: 0 by symmetry, information 2 × ¼. Warm's equation at 0 and 2 right is
    r - 2P + (1 - 2P)/2 = 0: P = (r + ½) / 3, so θ = ln 5 or -ln 5."""
    made, responses = of([0.0, 0.0], [[0, 0], [1, 0], [1, 1]])
    known = abilities.abilities(made, responses)
    assert known.wle == pytest.approx([-np.log(5), 0.0, np.log(5)])
    assert known.wle_error == pytest.approx([(2 * 5 / 36) ** -0.5, 2**0.5, (2 * 5 / 36) ** -0.5])
    assert known.eap[1] == pytest.approx(0.0, abs=1e-12)
    levels = abilities.levels(made, responses)
    assert [(each.score, each.people) for each in levels] == [(0, 1), (1, 1), (2, 1)]
    assert [each.ml for each in levels] == [None, pytest.approx(0.0), None]
    assert levels[1].ml_error == pytest.approx(2**0.5)


def test_eap_is_the_mean_over_a_fine_grid_with_gaps_and_slopes() -> None:
    a, b = [0.6, 1.4, 2.1], [-1.0, 0.2, 1.1]
    made, responses = of(b, [[1, 0, np.nan], [0, 1, 1], [np.nan, np.nan, np.nan]], a)
    known = abilities.abilities(made, responses)
    grid = np.linspace(-9, 9, 20001)
    chance = 1 / (1 + np.exp(-np.array(a) * (grid[:, None] - np.array(b))))
    for place, likely in enumerate([
        chance[:, 0] * (1 - chance[:, 1]), (1 - chance[:, 0]) * chance[:, 1] * chance[:, 2],
        np.ones(len(grid)),
    ]):  # fmt: skip
        weight = likely * np.exp(-(grid**2) / 2)
        mean = (weight * grid).sum() / weight.sum()
        assert known.eap[place] == pytest.approx(mean, abs=1e-6)
        spread = ((weight * grid**2).sum() / weight.sum() - mean**2) ** 0.5
        assert known.eap_error[place] == pytest.approx(spread, abs=1e-6)
    assert np.isnan(known.wle[2])
    assert abilities.levels(made, responses) == []


def test_wle_is_where_the_weighted_likelihood_is_highest() -> None:
    a, b = np.array([0.6, 1.4, 2.1, 0.9]), np.array([-1.0, 0.2, 1.1, 0.0])
    rows = [[1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1]]
    known = abilities.abilities(*of(b.tolist(), rows, a.tolist()))
    grid = np.linspace(-8, 8, 160001)
    chance = 1 / (1 + np.exp(-a * (grid[:, None] - b)))
    weight = 0.5 * np.log((a**2 * chance * (1 - chance)).sum(axis=1))
    for place, row in enumerate(rows):
        likely = np.where(np.array(row) == 1, np.log(chance), np.log(1 - chance)).sum(axis=1)
        assert known.wle[place] == pytest.approx(grid[(likely + weight).argmax()], abs=2e-4)


def test_a_spread_counts_everybody_once() -> None:
    assert abilities.spread(np.array([-0.6, -0.5, 0.0, 0.49, np.nan, 1.0])) == [
        (-1.0, -0.5, 1), (-0.5, 0.0, 1), (0.0, 0.5, 2), (0.5, 1.0, 0), (1.0, 1.5, 1),
    ]  # fmt: skip
    assert abilities.spread(np.array([])) == []


def test_what_is_kept_is_of_the_same_answers_and_refusals_stay_refusals() -> None:
    rng = np.random.default_rng(1)
    scores = (rng.random((120, 4)) < 0.5).astype(float)
    responses = Responses(["1", "2", "3", "4"], scores, np.ones(4))
    first = kept.fitted(responses, IrtModel.RASCH)
    assert kept.fitted(responses, IrtModel.RASCH) is first
    scores[0] = 1 - scores[0]
    assert kept.fitted(responses, IrtModel.RASCH) is not first
    for _ in range(2):
        with pytest.raises(Unsuitable, match="只有 120 人作答，少于 200 人，不作标定"):
            kept.fitted(responses, IrtModel.TWO_PARAMETER)
