"""The steps of a correction, each in its own request: proposed, looked at, approved, taken back."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask

from accounts.models import Account
from core.db import db
from exam.marking import corrections
from exam.marking.corrections import Change, Remedy
from exam.models import Form
from exam.queries.marking import corrections as queries
from exam.services.marking import applying, correcting, undoing
from tests.exam.after import AFTER

REASON = "条文规定的是乙"


def propose(
    app: Flask,
    form_id: int,
    by: Account,
    *,
    slot: int = 1,
    part: int | None = None,
    remedy: Remedy = Remedy.NEW_KEY,
    key: str = "B",
    reason: str = REASON,
    at: datetime = AFTER,
) -> int:
    """The number of the correction that leads. The key is left out where the remedy has none."""
    with app.app_context():
        made = correcting.propose(
            form=db.session.get_one(Form, form_id),
            slot=slot,
            part=part,
            remedy=remedy,
            key=key if remedy in corrections.KEYED else "",
            reason=reason,
            at=at,
            by=db.session.merge(by),
        )
        db.session.commit()
        return made.id


def previewed(app: Flask, number: int) -> list[Change]:
    with app.app_context():
        return applying.changes(applying.plan(queries.correction(number)))


def approve(
    app: Flask,
    number: int,
    by: Account,
    *,
    seen: str | None = None,
    opinion: str = "属实",
    at: datetime = AFTER,
) -> list[Change] | None:
    """As one who looked at the preview, or at the one given."""
    return _decide(app, correcting.approve, number, by, seen, opinion, at)


def ask_undo(app: Flask, number: int, by: Account, *, at: datetime = AFTER) -> None:
    with app.app_context():
        undoing.ask_undo(
            correction=queries.correction(number),
            reason="更正有误",
            at=at,
            by=db.session.merge(by),
        )
        db.session.commit()


def undo(
    app: Flask, number: int, by: Account, *, seen: str | None = None, at: datetime = AFTER
) -> list[Change] | None:
    return _decide(app, undoing.undo, number, by, seen, "属实", at)


def _decide(
    app: Flask,
    act: Callable[..., list[Change] | None],
    number: int,
    by: Account,
    seen: str | None,
    opinion: str,
    at: datetime,
) -> list[Change] | None:
    with app.app_context():
        found = queries.correction(number)
        plans = applying.plan(found)
        if seen is None:
            seen = corrections.seen(applying.changes(plans))
        done = act(
            correction=found,
            plans=plans,
            opinion=opinion,
            seen=seen,
            at=at,
            by=db.session.merge(by),
        )
        db.session.commit()
        return done


def corrected(
    app: Flask,
    form_id: int,
    officers: Sequence[Account],
    remedy: Remedy,
    *,
    slot: int,
    key: str = "",
    part: int | None = None,
) -> int:
    """Proposed by the first of two, approved by the second."""
    number = propose(
        app, form_id, officers[0], slot=slot, part=part, remedy=remedy, key=key, reason="题有误"
    )
    approve(app, number, officers[1])
    return number


def undone(app: Flask, number: int, officers: Sequence[Account]) -> None:
    """Taken back: the second of two asks, the first approves."""
    ask_undo(app, number, officers[1])
    undo(app, number, officers[0])
