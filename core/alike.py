"""Pages on which nothing differs from reader to reader but the token of their forms.

They are rendered once for all who want pages to look the same: everybody signs in in the minute
before an exam begins.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template, request, session

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
    folded = request.cookies.get("xf_nav") == "folded"
    look = (template, *preferences().values(), folded, request.script_root)
    parts = kept.get(look)
    if parts is None:
        parts = kept[look] = render_template(template, **context()).split(token)
    return token.join(parts)
