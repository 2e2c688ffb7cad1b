"""Pages of the signed-in that many see alike, rendered once for all of them: a minute before an
exam everybody reads what it is, and a minute after it what came of it.

What differs from reader to reader is a gap in what is kept, and filled in for each.
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from flask import Flask, current_app, render_template, session

from core import forgery
from core.apart import Apart
from core.templating import Gap, filled, split_at_gaps

_LAYOUT = "xuefa_layout"


class Shown(Protocol):
    """A named tuple: what a template is given by the names of its fields, all of it hashable."""

    def __hash__(self) -> int: ...

    def _asdict(self) -> dict[str, Any]: ...


class Visit(NamedTuple):
    """Who reads which page, and how."""

    #: Whoever the layout knows readers by.
    who: Any
    endpoint: str | None
    path: str
    root: str
    cookies: Mapping[str, str]
    #: What the forms of the page carry.
    csrf: str
    #: What of the layout concerns the reader, of what does not concern everybody.
    concerned: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Layout:
    """What pages have around their content for somebody who is signed in."""

    #: The visit that is a request of Flask's.
    visit: Callable[[], Visit]
    #: What of it concerns the reader, apart from any request. Raises Away.
    concerned: Callable[[Visit, Apart], Awaitable[frozenset[str]]]
    #: All that two visits have in common that see the same of it.
    look: Callable[[Visit], Hashable]
    #: What templates are given for it with gaps instead of the reader, from what gives a gap.
    gapped: Callable[[Gap], Mapping[str, Any]]
    #: What fills these gaps for the reader.
    reader: Callable[[Visit], Mapping[str, str]]


def lay_out(app: Flask, layout: Layout) -> None:
    app.extensions[_LAYOUT] = layout


def shared(template: str, shown: Shown, **own: str) -> str:
    """The page of a template to somebody who is signed in, rendered once for all who see the same.

    ``shown``: all that the template shows but for ``own``, texts that fill gaps of these names.
    """
    if current_app.debug or "_flashes" in session:
        return render_template(template, **shown._asdict(), **own)
    layout: Layout = current_app.extensions[_LAYOUT]
    return _given(layout, layout.visit(), template, shown, own)


async def at_hand(
    app: Flask, visit: Visit, apart: Apart, template: str, shown: Shown, **own: str
) -> str:
    """The same in front of Flask. Raises Away, and RuntimeError for a page that nobody was given
    yet."""
    layout: Layout = app.extensions[_LAYOUT]
    visit = visit._replace(concerned=await layout.concerned(visit, apart))
    return _given(layout, visit, template, shown, own)


def _given(
    layout: Layout, visit: Visit, template: str, shown: Shown, own: Mapping[str, str]
) -> str:
    parts = _shared(template, layout.look(visit), shown, tuple(own))
    return filled(parts, **layout.reader(visit), **own)


@lru_cache(maxsize=256)
def _shared(template: str, _look: Hashable, shown: Shown, names: tuple[str, ...]) -> Sequence[str]:
    layout: Layout = current_app.extensions[_LAYOUT]

    def made(gap: Gap) -> str:
        gaps = {name: gap(name) for name in names}
        whole = render_template(template, **shown._asdict(), **layout.gapped(gap), **gaps)
        if forgery.token() in whole:
            raise ValueError(f"{template} would keep the token of a reader")
        return whole

    return split_at_gaps(made)
