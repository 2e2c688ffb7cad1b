"""Drawn charts: asked of a child process (analytics.charts), each content drawn once."""

import atexit
import json
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

#: The first chart waits for the child's imports, on a busy machine for long.
TIMEOUT_SECONDS = 60


class NotDrawn(Exception):
    """The child process died or took too long; the figures stand in the table all the same."""


def request(
    chart: str, rows: Sequence[Mapping[str, Any]], *, title: str, large: bool, contrast: bool
) -> str:
    """What a chart is made of; the same text gives the same picture."""
    look = {"text": 1.3 if large else 1.0, "contrast": contrast}
    asked = {"chart": chart, "title": title, "rows": list(rows), "look": look}
    return json.dumps(asked, ensure_ascii=False)


@lru_cache(maxsize=128)
def svg(wanted: str) -> str:
    """The SVG of a ``request``. Raises NotDrawn."""
    return _artist.draw(wanted)


class _Artist:
    """The child, started when first needed and again after it ended; one request at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: subprocess.Popen[str] | None = None
        atexit.register(self.dismiss)

    def draw(self, wanted: str) -> str:
        with self._lock:
            child = self._ready()
            try:
                return self._ask(child, wanted)
            except (OSError, ValueError):
                self.dismiss()
                raise NotDrawn from None

    def _ready(self) -> subprocess.Popen[str]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "analytics.charts"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        return self._child

    def _ask(self, child: subprocess.Popen[str], wanted: str) -> str:
        if child.stdin is None or child.stdout is None:
            raise ValueError("the child has no pipes")
        child.stdin.write(wanted + "\n")
        child.stdin.flush()
        if not select.select([child.stdout], [], [], TIMEOUT_SECONDS)[0]:
            raise TimeoutError
        return str(json.loads(child.stdout.readline())["svg"])

    def dismiss(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe is not None:
                    pipe.close()
            self._child = None


_artist = _Artist()
