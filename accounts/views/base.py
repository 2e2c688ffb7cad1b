"""The blueprint that the pages of this package hang on, and what several of them do."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, request

from core import clock
from core.errors import Refused
from core.labels import Labelled
from core.routing import LARGEST

bp = Blueprint("accounts", __name__)


def show_refusal(form: Any, refusal: Refused) -> None:
    """Say the refusal at the field it belongs to, else at the first one."""
    target = form[refusal.field] if refusal.field in form else next(iter(form))
    target.errors = [*target.errors, str(refusal)]


def asked_for(kind: type[Labelled], name: str) -> Any:
    """The member that the query argument names; None for none or a name that is none."""
    return next((each for each in kind if each.value == request.args.get(name)), None)


def text_asked(name: str = "q") -> str:
    """The words of a query argument, without NUL, which PostgreSQL refuses."""
    return plain(request.args.get(name, ""))


def plain(text: str) -> str:
    return text.replace("\0", "").strip()[:100]


def unit_asked() -> int | None:
    """The unit that the address names; None for none, or a number that no row can have."""
    asked = request.args.get("unit", type=int)
    return asked if asked is not None and 0 < asked <= LARGEST else None


def alive_after() -> datetime:
    """Sessions without a sign of life since then have idled out."""
    idle: timedelta = current_app.config["XUEFA"].idle
    return clock.now() - idle
