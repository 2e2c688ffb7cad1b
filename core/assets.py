"""Our own files for the browser: which style sheets every page has, and addresses that say what a
file holds, so that a browser keeps it until it changes."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask

#: In the order in which they are read: what comes later has the last word.
STYLESHEETS = (
    "tokens", "base", "frame", "search", "parts", "marks", "tables", "forms", "plain", "laws",
    "compare", "lists", "question_bank", "item_types", "exam", "answers", "hall", "courses",
    "analytics", "accounts", "print",
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
