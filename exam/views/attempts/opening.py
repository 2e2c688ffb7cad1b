"""GET /exam/attempts/<id>, answered on the server's loop where nothing is out of the ordinary.

Everybody opens their paper in the same minute. Who is signed in, may sit exams and goes on at the
device that holds the attempt gets the page from here, by the same queries, rules and templates as
in exam.views.attempts.taking; everybody else, and every question to be decided, is Flask's.
"""

import re
from asyncio import AbstractEventLoop
from collections.abc import Iterator
from datetime import datetime

from flask import Flask

from accounts.guards import TOKEN, lets_pass
from accounts.permissions import Permission
from core import clock, forgery
from core.apart import Away, apart
from core.db import db
from core.loop_pages import LoopPages, PageRequest
from core.serving.rsgi import Exchange, Scope
from core.serving.turns import Turns
from exam.queries.attempts import taking as queries
from exam.saving import token
from exam.views.attempts import after, before
from exam.views.attempts.page import TEMPLATE, look_of, page, shared
from exam.views.attempts.taking import is_over, is_to_be_admitted
from exam.views.papers.sheet import TEMPLATE as SHEET
from question_bank.item_types import ItemType

PATH = re.compile(r"/exam/attempts/([0-9]{1,9})")


def templates() -> Iterator[str]:
    """What the page of an attempt is made of, whatever is asked on it, and those around it."""
    yield before.TEMPLATE
    yield TEMPLATE
    yield after.TEMPLATE
    yield SHEET
    for each in ItemType:
        yield f"item_types/{each.value}/take.html"


class Front:
    """Gives the page to whom it is due; leaves everything else alone."""

    def __init__(self, app: Flask) -> None:
        self._settings = app.config["XUEFA"]
        self._key = token.key_of(app.config["SECRET_KEY"])
        self._pages = LoopPages(app)
        with app.app_context():
            self._engine = db.engine
        self._turns = Turns()

    def start(self, loop: AbstractEventLoop) -> None:
        self._turns.start(loop)
        self._apart = apart(self._engine, loop)

    async def __call__(self, scope: Scope, exchange: Exchange) -> bytes | None:
        path = PATH.fullmatch(scope.path)
        if path is None or scope.method != "GET":
            return b""
        at, asked = clock.now(), PageRequest.now(scope, exchange)
        try:
            found = await self._usual(scope, int(path[1]), at)
        except (Away, RuntimeError):
            # Not this reader's, or a database, frame or paper that is not at hand: Flask has them
            # or says what is wrong.
            found = None
        if found is None:
            return b""
        actor, data = found
        self._pages.give(asked, data, actor=actor)
        return None

    async def _usual(self, scope: Scope, attempt_id: int, at: datetime) -> tuple[str, bytes] | None:
        """Who reads, and their page; None where there is anything to be decided."""
        await self._turns.take()
        cookies = self._pages.cookies(scope)
        session = self._pages.session(cookies)
        if "_flashes" in session or not {TOKEN, forgery.TOKEN} <= session.keys():
            return None
        found = await queries.seated(session[TOKEN], attempt_id, self._apart)
        if found is None:
            return None
        reader, seat = found
        if (
            not lets_pass(reader, Permission.EXAM_TAKE, self._settings, at)
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
            frame=shared(look_of(seat, cookies, "")),
            csrf=self._pages.form_token(session),
            key=self._key,
        )
