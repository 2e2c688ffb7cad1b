"""What a browser keeps for when the server is out of reach in the middle of an exam.

The same for everybody and without a word about anybody: a page that says so and goes back by
itself, and the script that shows it (static/js/attempt-worker.js).
"""

from pathlib import Path

from flask import Response, current_app, render_template, url_for

from core.access import public
from exam.views.base import bp

SCRIPTS = ("attempt-away", "attempt-shelf")


@bp.get("/attempts/away")
@public
def away() -> str:
    # It is kept, and no token of whoever fetched it is to be kept with it.
    return render_template("exam/attempts/away.html", csrf_token=lambda: "")


@bp.get("/attempts/worker.js")
@public
def worker() -> Response:
    """Beside the pages of attempts, because a script may stand before what lies beside it only."""
    script = Path(str(current_app.static_folder), "js/attempt-worker.js").read_bytes()
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def worker_address() -> str:
    """The script's address, with all that it is to keep: the page first."""
    return url_for(".worker", keep=[
        url_for(".away"),
        *[url_for("static", filename=f"js/{name}.js") for name in SCRIPTS],
        url_for("styles"),
        url_for("bootstrap.static", filename="css/bootstrap.min.css"),
    ])  # fmt: skip
