"""Published data sets come out as the R packages psych, ltm, eRm and CTT have them."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from analytics.psychometrics import classical, conditional, irt
from analytics.psychometrics.flags import better_key
from analytics.psychometrics.irt import IrtModel
from analytics.psychometrics.reading import read
from analytics.psychometrics.responses import Responses

pytestmark = pytest.mark.reference


def published(folder: Path, name: str) -> dict:
    return json.loads((folder / "psychometrics" / f"{name}.json").read_text())


def responses(folder: Path, file: str, key: str | None = None) -> Responses:
    at = folder / "psychometrics"
    return read(
        (at / file).read_bytes(), (at / key).read_bytes() if key else None
    ).responses  # fmt: skip


SETS = {
    "LSAT6": ("ltm_LSAT6_1000x5.csv", None),
    "CTTdata": ("CTT_data_responses.csv", "CTT_key.csv"),
    # Beside the items it has columns about the examinees.
    "MathExam14W": ("psychotools_MathExam14W_solved.csv", None),
}
CALIBRATED = ["LSAT6", "MathExam14W"]


@pytest.mark.parametrize("name", SETS)
def test_classical_figures(reference_data: Path, name: str) -> None:
    known = published(reference_data, name)["ctt"]
    found = classical.analyse(responses(reference_data, *SETS[name]))
    assert (found.n, found.k) == (known["n"], known["k"])
    assert found.alpha == pytest.approx(known["alpha_psych"], abs=1e-6)
    assert found.sem == pytest.approx(known["sem"], abs=1e-6)
    assert found.mean == pytest.approx(known["mean_total"], abs=1e-6)
    assert found.sd == pytest.approx(known["sd_total"], abs=1e-6)
    for item, expected in zip(found.items, known["items"], strict=True):
        assert item.item == expected["item"]
        for figure in ("p", "r_total", "r_rest", "alpha_if_deleted"):
            assert getattr(item, figure) == pytest.approx(expected[figure], abs=1e-6)


@pytest.mark.parametrize("name", CALIBRATED)
@pytest.mark.parametrize(
    ("model", "reference"),
    [
        (IrtModel.RASCH, "rasch_disc1"),
        (IrtModel.ONE_SLOPE, "rasch_common_disc"),
        (IrtModel.TWO_PARAMETER, "twopl"),
    ],
)
def test_marginal_likelihood(
    reference_data: Path, name: str, model: IrtModel, reference: str
) -> None:
    known = published(reference_data, name)["irt"][reference]
    found = irt.calibrate(responses(reference_data, *SETS[name]), model)
    assert found.converged
    assert found.b == pytest.approx(known["b"], abs=1e-2)
    assert found.a == pytest.approx(np.broadcast_to(known.get("a", 1.0), found.a.shape), abs=1e-2)
    assert found.log_likelihood == pytest.approx(known["logLik"], abs=1e-3)


@pytest.mark.parametrize("name", CALIBRATED)
def test_conditional_likelihood(reference_data: Path, name: str) -> None:
    known = published(reference_data, name)["irt"]["rasch_CML_difficulty"]
    found = conditional.calibrate(responses(reference_data, *SETS[name]))
    assert found.b == pytest.approx(known["difficulty"], abs=1e-4)
    assert found.log_likelihood == pytest.approx(known["cond_logLik"], abs=1e-5)


def test_a_key_that_is_made_wrong_is_found(reference_data: Path) -> None:
    """Each item of the published multiple-choice test in turn, with each of its wrong options."""
    at = reference_data / "psychometrics"
    chosen, key = (at / "CTT_data_responses.csv").read_bytes(), _key(at / "CTT_key.csv")
    tried = found = 0
    for place, right in enumerate(key):
        wrong = "ABCD".replace(right, "")[place % 3]
        planted = [*key[:place], wrong, *key[place + 1 :]]
        figures = classical.analyse(read(chosen, "\n".join(planted).encode()).responses)
        tried += 1
        found += _says(figures.items[place], right)
        others = [each for each in figures.items if each is not figures.items[place]]
        assert sum(_says(each, None) for each in others) == 0
    assert found / tried >= 0.9


def _key(path: Path) -> list[str]:
    return [row[0] for row in csv.reader(path.read_text().splitlines())][1:]


def _says(item: classical.ItemFigures, right: str | None) -> bool:
    better = better_key(item)
    return better is not None and (right is None or better.option == right)
