"""How far a long act has come: said by the act, and shown to whoever started it.

It is kept in a file beside the uploads: the transaction of the act shows nothing to others, and
the question may come to another process.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app

#: What is being done, how many of how many; 0 of 0 where nobody can say.
Say = Callable[[str, int, int], None]
T = TypeVar("T")

_EVERY = 0.2
#: Of an act that has said nothing for so long nothing is shown: its process is gone.
_GONE_SECONDS = 120
_STEP = 100


def silent(_what: str, _done: int, _of: int) -> None:
    """For acts that nobody watches."""


def through(rows: Sequence[T], what: str, say: Say, *, step: int = _STEP) -> Iterator[T]:
    """The rows one by one, saying how far they have come."""
    return counted(rows, len(rows), what, say, step=step)


def counted(rows: Iterable[T], of: int, what: str, say: Say, *, step: int = _STEP) -> Iterator[T]:
    """As ``through``, of rows that are not counted yet."""
    say(what, 0, of)
    for number, row in enumerate(rows, 1):
        yield row
        if number % step == 0 or number == of:
            say(what, number, of)


@contextmanager
def shown(owner: int) -> Iterator[Say]:
    """What is said inside is shown to the account ``owner`` until the block ends."""
    path, last = _path(owner), 0.0

    def say(what: str, done: int, of: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _EVERY and 0 < done < of:
            return
        last = now
        beside = path.with_suffix(".next")
        beside.write_text(json.dumps({"what": what, "done": done, "of": of}), encoding="utf-8")
        beside.replace(path)

    try:
        yield say
    finally:
        path.unlink(missing_ok=True)


def of(owner: int) -> dict[str, Any] | None:
    """``what``, ``done`` and ``of`` of what the account has going on; None for nothing."""
    path = _path(owner)
    try:
        if time.time() - path.stat().st_mtime > _GONE_SECONDS:
            return None
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return found


def _path(owner: int) -> Path:
    folder: Path = current_app.config["XUEFA"].data_dir / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{owner}.progress"
