"""What a request carries comes before its transaction begins.

A transaction that may write keeps all other writers waiting on SQLite, above all the answers of
those who sit an exam: nobody may hold it while a body is still coming, however slowly.
"""

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

#: Bytes of a body that is no form: the largest is what a course package writes down.
MOST = 1024 * 1024
#: Bytes and fields of a form without files: whoever sends one need not be signed in, and a field of
#: four bytes takes two hundred once it is read.
MOST_OF_FORM, MOST_FIELDS = 8 * 1024 * 1024, 50_000


def init_app(app: Flask) -> None:
    """Before anything that asks the database, but what a larger body is allowed by."""

    @app.before_request
    def receive() -> None:
        if request.routing_exception is not None or request.method in {"GET", "HEAD", "OPTIONS"}:
            return
        if request.mimetype == "multipart/form-data":
            request.form  # noqa: B018  # read where it is first asked for
            return
        is_form = request.mimetype == "application/x-www-form-urlencoded"
        most = MOST_OF_FORM if is_form else MOST
        request.max_content_length = most = min(most, request.max_content_length or most)
        data = request.get_data()
        # What does not say its length is read that far, whatever follows.
        is_cut = request.content_length is None and len(data) == most
        if is_cut or (is_form and data.count(b"&") >= MOST_FIELDS):
            raise RequestEntityTooLarge
