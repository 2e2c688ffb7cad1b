"""Files that the server sends by itself, from the disk to the wire, at the reader's pace."""

import os
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from werkzeug.wsgi import FileWrapper

Headers = list[tuple[str, str]]
_RANGE = re.compile(r"bytes (\d+)-(\d+)/\d+")


class ServedFile(FileWrapper):
    """The application's mark on an open file that is an answer (``wsgi.file_wrapper``)."""


class Part(NamedTuple):
    """Bytes ``start`` up to ``stop`` of the file at ``path``."""

    path: str
    start: int
    stop: int


def part_of(body: Iterable[bytes], headers: Sequence[tuple[str, str]]) -> Part | None:
    """The file, or the part of one, that a WSGI application answers with, if it does."""
    # A part of a file is the same, wrapped once more.
    marked = getattr(body, "iterable", body)
    if not isinstance(marked, ServedFile):
        return None
    path = getattr(marked.file, "name", None)
    if not isinstance(path, str):
        return None
    for name, value in headers:
        if name.lower() == "content-range" and (found := _RANGE.fullmatch(value)):
            return Part(path, int(found[1]), int(found[2]) + 1)
    size = os.fstat(marked.file.fileno()).st_size
    return Part(path, 0, size) if size else None
