"""Our own files for the browser: which style sheets every page has, and addresses that say what a
file holds, so that a browser keeps it until it changes."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request

#: In the order in which they are read: what comes later has the last word.
STYLESHEETS = (
    "tokens", "base", "frame", "search", "parts", "marks", "tables", "forms", "plain", "laws",
    "compare", "lists", "question_bank", "item_types", "exam", "answers", "rich", "hall", "results",
    "courses", "classes", "group", "daily", "analytics", "accounts", "print",
)  # fmt: skip

#: Query argument that carries the digest of a file's content.
VERSION = "v"


@lru_cache(maxsize=512)
def _digest(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def version(path: Path) -> str | None:
    """The digest of a file's content; None for a file that is not there."""
    try:
        return _digest(path, path.stat().st_mtime_ns)
    except OSError:
        return None


def init_app(app: Flask) -> None:
    folder = Path(str(app.static_folder))

    @app.url_defaults
    def say_what_it_holds(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and VERSION not in values:
            values[VERSION] = version(folder / str(values.get("filename", "")))

    app.jinja_env.globals["url_for"] = _remembering(app)


def _remembering(app: Flask) -> Callable[..., str]:
    """``url_for`` for templates, which asks once a process for the address of a release's file."""
    known: dict[tuple[str, str, str], str] = {}

    def url_for(endpoint: str, **values: Any) -> str:
        if not endpoint.endswith("static") or values.keys() != {"filename"} or app.debug:
            return app.url_for(endpoint, **values)
        key = (request.script_root, endpoint, values["filename"])
        if (found := known.get(key)) is None:
            found = known[key] = app.url_for(endpoint, **values)
        return found

    return url_for
