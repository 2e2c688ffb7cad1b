"""Papers are laid out before they are opened: which, and so that nothing is left to do."""

from datetime import timedelta
from typing import Any

import pytest

from exam.queries.attempts.ahead import opened_soon
from exam.views.attempts.page import Frame, shared
from exam.views.papers import ahead
from exam.views.papers.sheet import Sheet, sheet
from tests.factories import NOON

MINUTES = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def nothing_laid_out() -> None:
    shared.cache_clear()
    sheet.cache_clear()


def refuse(*_: Any) -> None:
    raise AssertionError("laid out while somebody waits")


def test_a_page_that_was_laid_out_ahead_is_only_filled_in(app, seat, monkeypatch) -> None:
    place = seat()
    shared.cache_clear()
    sheet.cache_clear()
    with app.app_context():
        ahead.lay_out()
    monkeypatch.setattr(Sheet, "__init__", refuse)
    monkeypatch.setattr(Frame, "__init__", refuse)
    again = place.client.get(place.url)
    assert again.status_code == 200
    assert place.meta("attempt-token") in again.text


@pytest.mark.parametrize(
    ("opens", "closes", "given", "soon"),
    [
        (-60, 60, {}, True),
        (14, 60, {}, True),
        (16, 60, {}, False),
        (-120, -1, {}, False),
        (-120, -60, {"makeup_from": -10, "makeup_until": 10}, True),
        (-120, -60, {"makeup_from": -30, "makeup_until": -10}, False),
        (-60, 60, {"cancelled_at": -5}, False),
        (-60, 60, {"on_paper": True}, False),
    ],
)
def test_papers_of_sessions_that_are_open_or_soon_will_be(
    app, make, sealed, opens, closes, given, soon
) -> None:
    moments = {
        name: NOON + value * MINUTES if type(value) is int else value
        for name, value in given.items()
    }
    form = sealed()
    exam = make.exam_session(
        form, make.person(), opens_at=NOON + opens * MINUTES, closes_at=NOON + closes * MINUTES,
        **moments,
    )  # fmt: skip
    with app.app_context():
        found = opened_soon(NOON, ahead.AHEAD, ahead.MOST)
        assert [tuple(each) for each in found] == [(exam.title, form.hash, form.id)] * soon


def test_a_paper_that_cannot_be_laid_out_keeps_no_other_from_it(
    app, make, sealed, monkeypatch
) -> None:
    for _ in range(2):
        make.exam_session(sealed(), make.person())
    tried: list[int] = []

    def fail(_digest: str, form_id: int) -> None:
        tried.append(form_id)
        raise ValueError(form_id)

    monkeypatch.setattr(ahead, "sheet", fail)
    with app.app_context():
        ahead.lay_out()
    assert len(tried) == 2
