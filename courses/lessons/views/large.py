"""Uploads larger than a form: allowed for those who write lessons, on the pages of lessons."""

from flask import Flask, current_app, request

from accounts.guards import can, identity, signed_in
from accounts.permissions import Permission

_PAGES = {"courses.new_lesson", "courses.edit_lesson"}


def init_app(app: Flask) -> None:
    @app.before_request
    def allow() -> None:
        """Before anything reads the body; for strangers the limit of forms stands."""
        if request.endpoint not in _PAGES or request.method != "POST" or not signed_in():
            return
        if can(Permission.COURSE_EDIT) and not identity().must_change:
            request.max_content_length = current_app.config["XUEFA"].max_media
