"""Item response theory, DIF and linking: what was planted is found again."""

import numpy as np
import pytest

from analytics.psychometrics import abilities, irt
from analytics.psychometrics.dif import Size, mantel_haenszel
from analytics.psychometrics.fit import item_fit
from analytics.psychometrics.irt import Calibration, IrtModel, Unsuitable, calibrate
from analytics.psychometrics.linking import Method, link
from analytics.psychometrics.responses import Responses


def crowd(a: np.ndarray, b: np.ndarray, able: np.ndarray, seed: int) -> Responses:
    rng = np.random.default_rng(seed)
    chance = 1 / (1 + np.exp(-a * (able[:, None] - b)))
    right = (rng.random(chance.shape) < chance).astype(float)
    return Responses([f"q{j}" for j in range(len(b))], right, np.ones(len(b)))


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, np.ndarray, np.ndarray, Responses]:
    rng = np.random.default_rng(7)
    a, b = rng.lognormal(0.1, 0.25, 30), rng.normal(0, 1, 30)
    able = rng.normal(size=4000)
    return a, b, able, crowd(a, b, able, 8)


@pytest.fixture(scope="module")
def calibrated(planted) -> Calibration:
    return calibrate(planted[3], IrtModel.TWO_PARAMETER)


def test_parameters_come_back_within_their_errors(planted, calibrated: Calibration) -> None:
    a, b, *_ = planted
    assert calibrated.converged
    off = np.concatenate(
        ((calibrated.a - a) / calibrated.a_error, (calibrated.b - b) / calibrated.b_error)
    )
    # 60 standard normal numbers.
    assert 0.75 < off.std() < 1.25
    assert np.abs(off).max() < 4


def test_abilities_come_back_within_their_errors(planted, calibrated: Calibration) -> None:
    _, _, able, responses = planted
    found = abilities.abilities(calibrated, responses)
    inside = np.abs(found.eap - able) < 1.96 * found.eap_error
    assert 0.93 < inside.mean() < 0.97


def test_items_that_follow_the_model_fit(planted, calibrated: Calibration) -> None:
    found = item_fit(calibrated, planted[3])
    assert sum(each.p_value is not None and each.p_value < 0.05 for each in found) <= 5


def test_an_item_that_does_not_follow_the_model_shows() -> None:
    """The able get it as often as the weak, those between do not."""
    rng = np.random.default_rng(2)
    able = rng.normal(size=3000)
    responses = crowd(np.ones(20), np.linspace(-2, 2, 20), able, 3)
    responses.scores[:, 10] = (np.abs(able) > 0.8).astype(float)
    found = item_fit(calibrate(responses, IrtModel.TWO_PARAMETER), responses)
    worst = min(found, key=lambda each: 1.0 if each.p_value is None else each.p_value)
    assert worst.item == "q10"


def test_who_was_not_asked_says_nothing(planted) -> None:
    """Half of the answers taken away at random: the same parameters, less exactly."""
    a, b, _, whole = planted
    rng = np.random.default_rng(4)
    scores = np.where(rng.random(whole.scores.shape) < 0.5, np.nan, whole.scores)
    found = calibrate(Responses(whole.items, scores, whole.maxima), IrtModel.TWO_PARAMETER)
    off = np.concatenate(((found.a - a) / found.a_error, (found.b - b) / found.b_error))
    assert 0.7 < off.std() < 1.3


def test_information_is_the_inverse_square_of_the_error_where_the_test_is_long() -> None:
    b = np.linspace(-2, 2, 200)
    able = np.zeros(4000)
    found = abilities.abilities(
        Calibration(IrtModel.RASCH, [str(j) for j in range(200)], list(range(200)), 4000,
                    np.ones(200), b, b, b, 0.0, 200, converged=True),
        crowd(np.ones(200), b, able, 5),
    )  # fmt: skip
    at_zero = irt.information(np.ones(200), b, np.array([0.0]))[0]
    assert found.eap.std() == pytest.approx(
        (at_zero + 1) ** -0.5 * (at_zero / (at_zero + 1)) ** 0.5, rel=0.05
    )


def test_items_that_everybody_got_are_left_out() -> None:
    responses = crowd(np.ones(5), np.zeros(5), np.random.default_rng(1).normal(size=300), 2)
    responses.scores[:, 2] = 1.0
    found = calibrate(responses, IrtModel.RASCH)
    assert list(found.columns) == [0, 1, 3, 4]


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        (np.ones((50, 3)), "不足两道"),
        (np.zeros((0, 3)), "不足两道"),
        (np.full((50, 3), 0.5), "只分对错"),
    ],
)
def test_what_cannot_be_calibrated_says_why(scores: np.ndarray, reason: str) -> None:
    with pytest.raises(Unsuitable, match=reason):
        calibrate(Responses(["a", "b", "c"], scores, np.ones(3)), IrtModel.RASCH)


def test_the_planted_items_show_dif_and_no_other(planted) -> None:
    """Two items are harder by 0.8 for the focal group, which is weaker on the whole as well."""
    rng = np.random.default_rng(9)
    focal = np.arange(4000) % 2 == 0
    able = rng.normal(size=4000) - 0.4 * focal
    b = np.linspace(-1.5, 1.5, 25)
    harder = np.zeros(25)
    harder[[3, 17]] = 0.8
    chance = 1 / (1 + np.exp(-(able[:, None] - b - focal[:, None] * harder)))
    right = (rng.random(chance.shape) < chance).astype(float)
    found = mantel_haenszel(
        Responses([str(j) for j in range(25)], right, np.ones(25)), focal, purify=True
    )
    large = [each.item for each in found if each.size is Size.LARGE]
    assert large == ["3", "17"]
    for item in (3, 17):
        # ln(odds) 0.8 is 1.88 on the delta scale.
        assert found[item].delta == pytest.approx(-1.88, abs=0.5)
    assert sum(each.size is not Size.NEGLIGIBLE for each in found) == 2


def test_odds_by_hand() -> None:
    """One stratum: 6 of 8 right in the reference group, 2 of 4 in the focal one: odds 3 to 1."""
    right = np.array([1] * 6 + [0] * 2 + [1] * 2 + [0] * 2, dtype=float)[:, None]
    padded = np.hstack((right, 1 - right))
    focal = np.arange(12) >= 8
    found = mantel_haenszel(Responses(["q", "r"], padded, np.ones(2)), focal)[0]
    assert found.odds_ratio == pytest.approx(3.0)
    # Expected 8 × 8 / 12, variance 8 × 4 × 8 × 4 / (144 × 11).
    assert found.chi_square == pytest.approx((6 - 64 / 12 - 0.5) ** 2 / (1024 / 1584))


def test_nobody_to_compare_is_no_error() -> None:
    found = mantel_haenszel(Responses(["q"], np.ones((4, 1)), np.ones(1)), np.zeros(4, dtype=bool))
    assert found[0].size is None


@pytest.mark.parametrize("method", list(Method))
def test_a_form_comes_onto_the_scale_of_another(method: Method) -> None:
    """Exact parameters, moved by A = 1.3, B = -0.4, come back exactly."""
    rng = np.random.default_rng(6)
    a, b = rng.lognormal(0, 0.3, 12), rng.normal(size=12)

    def form(slopes: np.ndarray, places: np.ndarray, names: range) -> Calibration:
        return Calibration(
            IrtModel.TWO_PARAMETER, [str(j) for j in names], list(range(12)), 1000, slopes, places,
            slopes, places, 0.0, 24, converged=True,
        )  # fmt: skip

    # Ten of the twelve are common.
    old, new = form(a, b, range(12)), form(a * 1.3, (b + 0.4) / 1.3, range(12))
    found = link(old, new, method)
    assert (found.slope, found.shift) == pytest.approx((1.3, -0.4), abs=1e-4)
    moved = found.move(new.a, new.b)
    assert moved[0] == pytest.approx(a, abs=1e-3)
    assert moved[1] == pytest.approx(b, abs=1e-3)
    with pytest.raises(Unsuitable, match="共同题只有 2 道"):
        link(old, form(a, b, range(10, 22)), method)
