"""Uploads larger than a form: allowed for those who write lessons, on the pages of lessons."""

from flask import Flask, current_app, request

from accounts.guards import can, forget, identity, signed_in
from accounts.permissions import Permission
from core.db import reading

_PAGES = {"courses.new_lesson", "courses.edit_lesson"}


def init_app(app: Flask) -> None:
    @app.before_request
    def allow() -> None:
        """Before anything reads the body; for strangers the limit of forms stands."""
        if request.endpoint not in _PAGES or request.method != "POST":
            return
        # Nobody waits for what is read here while the body comes.
        with reading():
            if signed_in() and can(Permission.COURSE_EDIT) and not identity().must_change:
                request.max_content_length = current_app.config["XUEFA"].max_media
        forget()
