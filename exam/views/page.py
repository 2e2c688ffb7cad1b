"""The page around a paper, rendered once for all who see the same and filled in for each.

What differs from candidate to candidate is a gap in the rendered template, so that opening a page
is a matter of joining texts. Fillings are escaped here; the sheet comes from exam.views.sheet.
"""

from functools import lru_cache
from secrets import token_hex

from flask import current_app, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from core.templating import preferences

TEMPLATE = "exam/attempt.html"


class Frame:
    """The template with gaps, under the reader's preferences."""

    def __init__(self, title: str, text_size: str) -> None:
        # Stands where a gap begins and ends; nobody who writes titles can know it.
        edge = token_hex(16)

        def gap(what: str) -> Markup:
            return Markup("{0}{1}{0}").format(edge, what)

        page = render_template(
            TEMPLATE, title=title, text_size=text_size, gap=gap, csrf_token=lambda: gap("csrf")
        )
        #: Text and the names of gaps in turn, beginning with text.
        self._parts = page.split(edge)

    def filled(self, sheet: Markup, **fillings: object) -> str:
        found = {name: str(escape(value)) for name, value in fillings.items()}
        found |= {"sheet": sheet, "csrf": generate_csrf()}
        return "".join(found[part] if index % 2 else part for index, part in enumerate(self._parts))


@lru_cache(maxsize=64)
def _shared(title: str, text_size: str, _readers: tuple[str | bool, ...]) -> Frame:
    return Frame(title, text_size)


def frame(title: str, *, large_print: bool) -> Frame:
    """The frame that the reader sees; one of their own while it tells them something."""
    chosen = preferences()
    text_size = "large" if large_print else chosen["text_size"]
    if current_app.debug or "_flashes" in session:
        return Frame(title, text_size)
    folded = request.cookies.get("xf_nav") == "folded"
    readers = (chosen["contrast"], folded, request.script_root)
    return _shared(title, text_size, readers)
