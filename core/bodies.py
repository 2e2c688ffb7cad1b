"""What a request carries comes before its transaction begins.

A transaction that may write keeps all other writers waiting on SQLite, above all the answers of
those who sit an exam: nobody may hold it while a body is still coming, however slowly.
"""

from flask import Flask, request

#: Bytes of a body that is no form: the largest is what a course package writes down.
MOST = 1024 * 1024
_FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}


def init_app(app: Flask) -> None:
    """Before anything that asks the database, but what a larger body is allowed by."""

    @app.before_request
    def receive() -> None:
        if request.routing_exception is not None or request.method in {"GET", "HEAD", "OPTIONS"}:
            return
        if request.mimetype in _FORMS:
            request.form  # noqa: B018  # read where it is first asked for
        else:
            request.max_content_length = MOST
            request.get_data()
