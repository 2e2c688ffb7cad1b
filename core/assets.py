"""Our own files for the browser, at addresses that say which release they are of.

A browser keeps them, and what scripts import from beside themselves, until anything changes; the
style sheets travel as one. Who is new to a page asks for a dozen files, everybody else for none.
"""

import gzip
import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request

from core.access import public

#: In the order in which they are read: what comes later has the last word.
STYLESHEETS = (
    "tokens", "base", "header", "frame", "search", "parts", "buttons", "facts", "marks", "messages",
    "dialogs", "figures", "tables", "cards", "filters", "paging", "forms", "plain", "laws",
    "compare", "lists", "question_bank", "item_types", "questions", "taking", "building", "papers",
    "answers", "rich", "hall", "results", "courses", "prose", "lessons", "outline", "classes",
    "group", "daily", "analytics", "heat", "board", "wall", "accounts", "print",
)  # fmt: skip

#: The part of an address that names the release, and under which flask.g keeps the one asked for.
RELEASE = "release"
#: Endpoints whose addresses have it.
OURS = {"static", "styles"}
#: Endpoints of files, which are the same for everybody.
FILES = OURS | {"bootstrap.static"}


def release(folder: Path) -> str:
    """The digest of all files of a folder, by name and content."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return _digest(folder, tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=8)
def _digest(folder: Path, files: Sequence[tuple[Path, int]]) -> str:
    digest = hashlib.sha256()
    for path, _changed_at in files:
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


@public
def styles() -> Response:
    """All style sheets as one."""
    packed = request.accept_encodings["gzip"] > 0
    folder = Path(str(current_app.static_folder))
    response = Response(_styles(folder, current_app.extensions[RELEASE](), packed))
    response.content_type = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=8)
def _styles(folder: Path, _release: str, packed: bool) -> bytes:
    joined = b"\n".join((folder / f"css/{name}.css").read_bytes() for name in STYLESHEETS)
    return gzip.compress(joined, mtime=0) if packed else joined


def is_kept() -> bool:
    """Whether the address of this request names what it is answered with, for good."""
    return bool(g.get(RELEASE)) and g.get(RELEASE) == current_app.extensions[RELEASE]()


def init_app(app: Flask) -> None:
    folder = Path(str(app.static_folder))
    started = release(folder)
    app.extensions[RELEASE] = lambda: release(folder) if app.debug else started
    app.add_url_rule(f"{app.static_url_path}/v-<{RELEASE}>/<path:filename>", endpoint="static")
    app.add_url_rule(f"{app.static_url_path}/v-<{RELEASE}>/styles.css", view_func=styles)

    @app.url_defaults
    def name_release(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in OURS:
            values.setdefault(RELEASE, app.extensions[RELEASE]())

    @app.url_value_preprocessor
    def take_release(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if endpoint in OURS and values is not None:
            setattr(g, RELEASE, values.pop(RELEASE, None))

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
