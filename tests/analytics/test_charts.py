"""Charts: what they show, and that the child process draws them."""

from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from analytics import drawing, pictures, rates
from analytics.measures import EXAM
from analytics.pictures import Lines
from tests.analytics.frames import candidates, made_up, sat, unit, voided

FRAME = candidates(
    sat(95, **unit("办信司", 1)), {**unit("办信司", 1)}, sat(70, **unit("督查室", 2)),
    {"line": "apart", **unit("督查室", 2)}, {"exempt": True, **unit("投诉办", 3)},
)  # fmt: skip
BARS = pictures.departments(rates.department_table(FRAME), EXAM, pictures.EXAM_SHOWN)


def test_departments_are_drawn_with_their_people_and_without_rows_apart_or_empty() -> None:
    assert [(bar["unit"], bar["measure"], bar["text"]) for bar in BARS] == [
        ("办信司", "参考率", "50.00%（1/2）"),
        ("办信司", "合格率（应考）", "50.00%（1/2）"),
        ("督查室", "参考率", "100.00%（1/1）"),
        ("督查室", "合格率（应考）", "100.00%（1/1）"),
        ("全局", "参考率", "50.00%（2/4）"),
        ("全局", "合格率（应考）", "50.00%（2/4）"),
    ]
    assert [word["label"] for word in pictures.words(BARS)] == ["办信司", "督查室", "全局"]
    assert pictures.words([]) == []


@pytest.mark.parametrize(
    ("lines", "ranges"),
    [
        pytest.param(
            Lines(Decimal(100), Decimal(60), Decimal(90)),
            [
                ("50–60", 1, "不合格"), ("60–70", 1, "合格"), ("70–80", 0, "合格"),
                ("80–90", 1, "合格"), ("90–100", 2, "优秀"),
            ],
            id="lines on tenths",
        ),
        pytest.param(
            Lines(Decimal(100), Decimal(72), Decimal(95)),
            [
                ("50–60", 1, "不合格"), ("60–72", 1, "不合格"), ("72–80", 0, "合格"),
                ("80–90", 1, "合格"), ("90–95", 1, "合格"), ("95–100", 1, "优秀"),
            ],
            id="lines between",
        ),
    ],
)  # fmt: skip
def test_scores_fall_into_ranges_that_hold_their_lower_end(
    lines: Lines, ranges: list[tuple[str, int, str]]
) -> None:
    frame = candidates(sat(55), sat(60), sat(89), sat(90), sat(100), voided(), {})
    found = pictures.scores(frame, lines)
    assert [(each["range"], each["people"], each["level"]) for each in found] == ranges


def test_nobodys_scores_are_ranges_of_nobody() -> None:
    found = pictures.scores(candidates(), Lines(Decimal(100), Decimal(60), Decimal(90)))
    assert sum(each["people"] for each in found) == 0


def test_every_score_that_counts_lies_in_one_range() -> None:
    frame = candidates(*[sat(score) for score in range(101)], made_up(95))
    found = pictures.scores(frame, Lines(Decimal(100), Decimal(60), Decimal(90)))
    assert sum(each["people"] for each in found) == 102


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(svg).iter() if each.text]  # noqa: S314  # our own


def asked(chart: str, rows: list[dict[str, Any]], **given: bool) -> str:
    look = {"large": False, "contrast": False} | given
    return drawing.request(chart, rows, title="图", **look)


def test_the_child_draws_each_chart_in_chinese_without_styles_or_scripts() -> None:
    scores = pictures.scores(FRAME, Lines(Decimal(100), Decimal(60), Decimal(90)))
    trend = pictures.trend([("一月", rates.department_table(FRAME)[-1])])
    departments = drawing.svg(asked("departments", BARS))
    pictures_ = [
        departments,
        drawing.svg(asked("scores", scores)),
        drawing.svg(asked("trend", trend)),
    ]
    for picture in pictures_:
        assert 'aria-label="图"' in picture
        assert "style=" not in picture
        assert "<script" not in picture
    assert "督查室" in texts(departments)
    assert "50.00%（2/4）" in texts(departments)


def test_contrast_and_size_change_the_picture_and_the_same_request_does_not() -> None:
    plain, high = (drawing.svg(asked("departments", BARS, contrast=each)) for each in (False, True))
    assert "#1d5aa3" in plain
    assert "#1d5aa3" not in high
    assert drawing.svg(asked("departments", BARS)) is plain


def test_a_chart_that_cannot_be_drawn_is_an_error_and_the_next_one_is_drawn() -> None:
    with pytest.raises(drawing.NotDrawn):
        drawing.svg(asked("nonsense", []))
    assert drawing.svg(asked("departments", BARS, large=True)).startswith("<svg")


@pytest.fixture(autouse=True, scope="module")
def _no_child_is_left_behind():
    yield
    drawing._artist.dismiss()
