"""Papers laid out before everybody opens them in the same minute."""

from datetime import timedelta

import structlog
from flask import current_app

from core import clock
from core.db import reading
from core.templating import preferences
from exam.queries.attempts.ahead import opened_soon
from exam.views.attempts.page import Look, shared
from exam.views.papers.sheet import sheet

log = structlog.get_logger()

#: How long before a session opens.
AHEAD = timedelta(minutes=15)
#: Papers at most: less than are kept.
MOST = 24


def lay_out() -> None:
    """Lay out what this process does not have yet; safe to repeat."""
    # Addresses on a page are written as seen from a page of this room.
    with current_app.test_request_context("/exam/"), reading():
        for title, digest, form_id in opened_soon(clock.now(), AHEAD, MOST):
            try:
                sheet(digest, form_id)
                shared(Look(title, **preferences({}), folded=False, script_root=""))
            except Exception:
                log.exception("paper not laid out", form=form_id)
