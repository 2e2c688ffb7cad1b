"""The pages of an exam that everybody opens in the same minute – the one before it, the one to
answer on, the plain result –, answered on the server's loop where nothing is out of the ordinary.

Who is signed in, may sit exams, and goes on at the device that holds the attempt, gets them from
here by the same queries, rules and templates as in exam.views.attempts.taking; everybody else, and
every question to be decided, is Flask's.
"""

import re
from asyncio import AbstractEventLoop
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from flask import Flask

from accounts.guards import TOKEN, lets_pass
from accounts.permissions import Permission
from accounts.queries.accounts import Identity
from core import clock, forgery
from core.apart import Away, apart
from core.db import db
from core.loop_pages import LoopPages, PageRequest
from core.serving.rsgi import Exchange, Scope
from core.serving.turns import Turns
from core.shared import Shown, Visit, at_hand
from exam.queries.attempts import pages
from exam.queries.attempts import taking as queries
from exam.saving import token
from exam.views.attempts import after, before
from exam.views.attempts.page import TEMPLATE, look_of, page, shared
from exam.views.attempts.taking import is_over, is_to_be_admitted
from exam.views.papers.sheet import TEMPLATE as SHEET
from question_bank.item_types import ItemType

_INTRO = re.compile(r"/exam/sessions/([0-9]{1,9})")
_ATTEMPT = re.compile(r"/exam/attempts/([0-9]{1,9})")
_RESULT = re.compile(r"/exam/attempts/([0-9]{1,9})/result")

#: Who reads, by their staff number, and their page.
Given = tuple[str, bytes]


def templates() -> Iterator[str]:
    """What the page of an attempt is made of, whatever is asked on it, and those around it."""
    yield before.TEMPLATE
    yield TEMPLATE
    yield after.TEMPLATE
    yield SHEET
    for each in ItemType:
        yield f"item_types/{each.value}/take.html"


class _Reading(NamedTuple):
    """A browser's request, before it is known whose it is."""

    path: str
    cookies: Mapping[str, str]
    token: str
    #: What the forms of the page carry.
    csrf: str
    at: datetime


class Front:
    """Gives the pages to whom they are due; leaves everything else alone."""

    def __init__(self, app: Flask) -> None:
        self._app, self._settings = app, app.config["XUEFA"]
        self._key = token.key_of(app.config["SECRET_KEY"])
        self._pages = LoopPages(app)
        with app.app_context():
            self._engine = db.engine
        self._turns = Turns()
        self._routes = ((_ATTEMPT, self._attempt), (_INTRO, self._intro), (_RESULT, self._result))

    def start(self, loop: AbstractEventLoop) -> None:
        self._turns.start(loop)
        self._apart = apart(self._engine, loop)

    async def __call__(self, scope: Scope, exchange: Exchange) -> bytes | None:
        if scope.method != "GET":
            return b""
        routes = ((page_of, path.fullmatch(scope.path)) for path, page_of in self._routes)
        page_of, found = next((each for each in routes if each[1]), (None, None))
        if page_of is None or found is None:
            return b""
        at, asked = clock.now(), PageRequest.now(scope, exchange)
        try:
            await self._turns.take()
            reading = self._reading(scope, at)
            given = reading and await page_of(reading, int(found[1]))
        except (Away, RuntimeError):
            # Not this reader's, or a database, page, frame or paper that is not at hand: Flask has
            # them or says what is wrong.
            given = None
        if given is None:
            return b""
        actor, data = given
        self._pages.give(asked, data, actor=actor)
        return None

    def _reading(self, scope: Scope, at: datetime) -> _Reading | None:
        """None for who is not signed in, or has something to be told."""
        cookies = self._pages.cookies(scope)
        session = self._pages.session(cookies)
        if "_flashes" in session or not {TOKEN, forgery.TOKEN} <= session.keys():
            return None
        csrf = self._pages.form_token(session)
        return _Reading(scope.path, cookies, session[TOKEN], csrf, at)

    def _lets_pass(self, reader: Identity, at: datetime) -> bool:
        return lets_pass(reader, Permission.EXAM_TAKE, self._settings, at)

    async def _attempt(self, reading: _Reading, attempt_id: int) -> Given | None:
        """Who reads, and their page; None where there is anything to be decided."""
        found, at = await queries.seated(reading.token, attempt_id, self._apart), reading.at
        if found is None:
            return None
        reader, seat = found
        if (
            not self._lets_pass(reader, at)
            or is_over(seat, at)
            or is_to_be_admitted(seat, reader.sign_in_id)
        ):
            return None
        kept = await queries.answers_apart(seat, self._apart) if seat.begun else {}
        await self._turns.take()
        return reader.staff_number, page(
            seat,
            reader,
            at,
            kept,
            frame=shared(look_of(seat, reading.cookies, "")),
            csrf=reading.csrf,
            key=self._key,
        )

    async def _intro(self, reading: _Reading, session_id: int) -> Given | None:
        found = await pages.invited_anew(reading.token, session_id, self._apart)
        if found is None or not self._lets_pass(found[0], reading.at):
            return None
        reader, invited = found
        usual = before.usual(invited, reading.at)
        if usual is None:
            return None
        shown, opens_in = usual
        own = {"opens_in": str(opens_in)}
        return await self._shared(reading, reader, "exam.intro", before.TEMPLATE, shown, own)

    async def _result(self, reading: _Reading, attempt_id: int) -> Given | None:
        found = await pages.sat_by(reading.token, attempt_id, self._apart)
        if found is None or not self._lets_pass(found[0], reading.at):
            return None
        reader, sat = found
        plain = after.plain(sat, reading.at)
        if plain is None:
            return None
        own = after.texts(sat, sat.earned)
        return await self._shared(reading, reader, "exam.result", after.TEMPLATE, plain, own)

    async def _shared(
        self, reading: _Reading, reader: Identity, endpoint: str, template: str, shown: Shown,
        own: Mapping[str, str],
    ) -> Given:  # fmt: skip
        visit = Visit(reader, endpoint, reading.path, "", reading.cookies, reading.csrf)
        text = await at_hand(self._app, visit, self._apart, template, shown, **own)
        return reader.staff_number, text.encode()
