"""The page around a paper, rendered once for all who see the same and filled in for each.

What differs from candidate to candidate is a gap in the rendered template, so that opening a page
is a matter of joining texts. Fillings are escaped here; the sheet is exam.views.papers.sheet's.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from flask import current_app, render_template, session
from markupsafe import escape

from accounts.queries.accounts import Identity
from core.templating import preferences, split_at_gaps
from exam.queries.attempts.taking import Kept, Seat
from exam.saving import token
from exam.services.attempts import taking
from exam.views.attempts.away import worker_address
from exam.views.papers.sheet import sheet

TEMPLATE = "exam/attempts/attempt.html"


class Look(NamedTuple):
    """All that the frames of two readers of the same look have in common."""

    title: str
    text_size: str
    contrast: str
    folded: bool
    script_root: str


class Frame:
    """The template with gaps, under the reader's preferences."""

    def __init__(self, look: Look) -> None:
        parts = split_at_gaps(
            lambda gap: render_template(
                TEMPLATE,
                title=look.title,
                text_size=look.text_size,
                gap=gap,
                worker=worker_address(),
                csrf_token=lambda: gap("csrf"),
            )
        )
        #: As it goes over the wire: text, and the names of gaps.
        self._parts = [(n % 2 and part) or part.encode() for n, part in enumerate(parts)]

    def filled(self, sheet: list[bytes], **fillings: object) -> bytes:
        found = {name: [str(escape(value)).encode()] for name, value in fillings.items()}
        found["sheet"] = sheet
        parts: list[bytes] = []
        for part in self._parts:
            if isinstance(part, bytes):
                parts.append(part)
            else:
                parts += found[part]
        return b"".join(parts)


#: Rendered where Flask has a request; in front of it there is none, and this raises RuntimeError
#: for a frame that is not at hand.
shared = lru_cache(maxsize=64)(Frame)


def frame_of(look: Look) -> Frame:
    """The frame that the reader sees; one of their own while it tells them something."""
    own = current_app.debug or "_flashes" in session
    return Frame(look) if own else shared(look)


def look_of(seat: Seat, cookies: Mapping[str, str], script_root: str) -> Look:
    chosen = preferences(cookies)
    return Look(
        seat.title,
        "large" if seat.large_print else chosen["text_size"],
        chosen["contrast"],
        cookies.get("xf_nav") == "folded",
        script_root,
    )


def page(
    seat: Seat, reader: Identity, at: datetime, kept: Mapping[int, Kept], *, frame: Frame,
    csrf: str, key: bytes,
) -> bytes:  # fmt: skip
    """The page of an attempt, as its candidate may see it now, with what is saved of it by slot."""
    paper = taking.drawn(seat.digest, seat.form_id, seat.draw_seed, seat.left_out)
    return frame.filled(
        sheet(seat.digest, seat.form_id).filled(paper, seat.seed, kept),
        attempt=seat.id,
        csrf=csrf,
        deadline=seat.deadline.isoformat(timespec="milliseconds"),
        token=token.sign_packed(
            key, seat.id, seat.person_id, seat.epoch,
            taking.packed_shapes(seat.digest, seat.form_id),
        ),
        server_time=at.isoformat(timespec="milliseconds"),
        watermark=f"{reader.name} {reader.staff_number}",
    )  # fmt: skip
