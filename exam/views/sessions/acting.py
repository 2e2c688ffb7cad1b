"""Small forms of pages that show much else: what they ask for is done, and the page shown again."""

from collections.abc import Callable, Sequence

from flask import flash

from core.db import db
from core.errors import Refused
from core.forms import Form


def acted(form: Form, act: Callable[[], str]) -> None:
    """Do what a form asks for, once, and say so in the words that ``act`` gives back; or say what
    the form lacks."""
    if not form.validate_on_submit():
        flash(form.first_error(), "error")
        return
    said = act()
    db.session.commit()
    flash(said, "success")


def acted_or_told(act: Callable[[], str]) -> None:
    """Do something once and say so in the words that ``act`` gives back, or say why not."""
    try:
        said = act()
    except Refused as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "error")
    else:
        db.session.commit()
        flash(said, "success")


def tell_of_each(
    chosen: int, left: Sequence[tuple[str, str]], *, done: str, undone: str, none: str
) -> None:
    """Say what became of those that were ticked, or ``none`` where nothing was.

    ``left``: by name, those that were left as they are, with the reason. ``done`` has a place for
    how many were not left, ``undone`` a place for a name.
    """
    if count := chosen - len(left):
        flash(done.format(count), "success")
    for name, reason in left:
        flash(f"{undone.format(name)}：{reason}。", "warning")
    if not chosen:
        flash(none, "info")
