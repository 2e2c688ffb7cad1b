"""What the page of an attempt is made of is compiled before anybody opens it."""

import pytest
from flask import Flask

from core import templating
from exam.views.attempts import opening
from exam.views.attempts.page import shared
from exam.views.papers.sheet import sheet


@pytest.mark.parametrize("ahead", [True, False])
def test_opening_a_page_compiles_nothing_any_more(app, seat, monkeypatch, ahead: bool) -> None:
    place = seat()
    app.jinja_env.cache.clear()
    shared.cache_clear()
    sheet.cache_clear()
    if ahead:
        templating.compile_ahead(app, opening.templates())
    compiled: list[str] = []
    load = app.jinja_env.loader.load

    def noted(jinja, name, given=None):
        compiled.append(name)
        return load(jinja, name, given)

    monkeypatch.setattr(app.jinja_env.loader, "load", noted)
    assert place.client.get(place.url).status_code == 200
    assert (compiled == []) is ahead


def test_every_template_that_is_named_is_there(app: Flask) -> None:
    names = list(opening.templates())
    assert len(names) > 8
    assert set(names) <= set(app.jinja_env.list_templates())
