"""Small forms of pages that show much else: what they ask for is done, and the page shown again."""

from collections.abc import Callable

from flask import flash

from core.db import db
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
