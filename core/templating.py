"""What every template can use: filters for figures and moments, and the reader's preferences."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from threading import RLock
from typing import Any, TypeVar, cast

from flask import Flask, request
from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, meta
from markupsafe import Markup, escape

from core import clock, figures, markdown
from core.figures import NONE

#: str, or Markup where the whole is.
Text = TypeVar("Text", bound=str)
#: What gives a gap of a text by its name.
Gap = Callable[[str], Markup]


class _Globals(ChainMap[str, Any]):
    """What a template sees of its environment; its names are told at once, not asked one by one."""

    def keys(self) -> set[str]:  # type: ignore[override]
        return set().union(*self.maps)


class Templates(Environment):
    """Jinja asks for the names of a template's globals at every import of every page, and compiles
    a template as often as it is asked for before the first time is over."""

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._turn = RLock()

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        with self._turn:
            return super().get_template(name, parent, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return _Globals({} if d is None else d, self.globals)


def split_at_gaps(made: Callable[[Gap], Text]) -> list[Text]:
    """Text and the names of gaps in turn, beginning with text.

    ``made``: the whole, from what gives a gap by its name.
    """
    # Stands where a gap begins and ends; nobody who writes what is shown can know it.
    edge = token_hex(16)
    whole = made(lambda what: Markup("{0}{1}{0}").format(edge, what))
    return cast(list[Text], whole.split(edge))


def filled(parts: Sequence[str], **fillings: str) -> str:
    """Text that was split at its gaps, with each of them filled; what fills them is escaped."""
    found = {name: escape(value) for name, value in fillings.items()}
    whole = [*parts]
    whole[1::2] = [found[name] for name in parts[1::2]]
    return "".join(whole)


class Gapped:
    """A text with gaps, which is made once and then only filled in for each who reads it."""

    def __init__(self, made: Callable[[Gap], Markup]) -> None:
        self._parts = split_at_gaps(made)

    def filled(self, **fillings: str) -> Markup:
        """The text with each gap filled; what fills them is escaped."""
        return Markup(filled(self._parts, **fillings))  # noqa: S704  # both are escaped


def compile_ahead(app: Flask, names: Iterable[str]) -> None:
    """Compile templates, and all that they name, before anybody waits for them."""
    jinja, compiled, left = app.jinja_env, set[str](), list(names)
    while left:
        name = left.pop()
        if name in compiled:
            continue
        compiled.add(name)
        jinja.get_template(name)
        source, *_ = app.create_global_jinja_loader().get_source(jinja, name)
        left += filter(None, meta.find_referenced_templates(jinja.parse(source)))


def _moment(value: datetime | None) -> str:
    return NONE if value is None else figures.moment(clock.local(value))


def _last_day(value: datetime) -> str:
    """The last day before a deadline that falls on midnight."""
    return figures.day(clock.local(value - timedelta(microseconds=1)).date())


def preferences(cookies: Mapping[str, str] | None = None) -> dict[str, str]:
    """How the reader wants pages to look, as their browser remembers it."""
    kept = request.cookies if cookies is None else cookies
    return {
        "text_size": "large" if kept.get("xf_size") == "large" else "normal",
        "contrast": "high" if kept.get("xf_contrast") == "high" else "normal",
    }


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        day=figures.day,
        moment=_moment,
        last_day=_last_day,
        percent=figures.percent,
        share=figures.share,
        plain=figures.plain,
        fixed=figures.fixed,
        signed=figures.signed,
        half_up=figures.half_up,
        duration=figures.duration,
        remaining=figures.remaining,
        markdown=markdown.render,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def of_every_page() -> dict[str, Any]:
        return {
            "unit_name": app.config["XUEFA"].unit_name,
            "today": clock.today(),
            **preferences(),
        }
