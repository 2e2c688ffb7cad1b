"""Pages on which nothing differs from reader to reader but the token of their forms.

They are rendered once for all who want pages to look the same: everybody signs in in the minute
before an exam begins.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app, render_template, request, session

from core import forgery
from core.templating import preferences

_KEPT = "xuefa_alike"


def alike(template: str, context: Callable[[], dict[str, Any]]) -> str:
    """The page of a template that shows nothing of its reader, and no errors of a form.

    ``context``: what the template is given, made only where the page is rendered.
    """
    if current_app.debug or "_flashes" in session:
        return render_template(template, **context())
    token = forgery.token()
    kept: dict[Any, list[str]] = current_app.extensions.setdefault(_KEPT, {})
    look = _look(template, request.cookies, request.script_root)
    parts = kept.get(look)
    if parts is None:
        parts = kept[look] = render_template(template, **context()).split(token)
    return token.join(parts)


def _look(template: str, cookies: Mapping[str, str], root: str) -> tuple[object, ...]:
    """All that two readers' pages of a template have in common who see the same."""
    return template, *preferences(cookies).values(), cookies.get("xf_nav") == "folded", root


def rendered(app: Flask, template: str, cookies: Mapping[str, str], token: str) -> str | None:
    """The page as somebody was given it by this process who wanted it to look the same, with
    another token in its forms; None where nobody was."""
    parts = app.extensions.get(_KEPT, {}).get(_look(template, cookies, ""))
    return None if parts is None else token.join(parts)
