"""Counters of this process, in Prometheus' text exposition format."""

import threading
from collections import defaultdict

_lock = threading.Lock()
_counters: dict[tuple[str, str], float] = defaultdict(float)

_SECONDS = ("xuefa_request_seconds_total", "")
HELP = {
    "xuefa_requests_total": "Requests by status class",
    "xuefa_request_seconds_total": "Seconds spent answering requests",
    "xuefa_saves_total": "Batches of answers by outcome",
    "xuefa_pulses_total": "Signs of life of open attempts by outcome",
}


def count(name: str, labels: str = "", by: float = 1) -> None:
    """Add to a counter. ``labels`` is written as Prometheus reads it: ``status="2xx"``."""
    with _lock:
        _counters[name, labels] += by


def requests(status: int) -> tuple[str, str]:
    """The counter of requests answered with a status, with its labels."""
    return "xuefa_requests_total", f'status="{status // 100}xx"'


def count_answered(seconds: float, *counters: tuple[str, str]) -> None:
    """Count a request that took ``seconds``; the counters, with their labels, go up with it."""
    with _lock:
        for each in counters:
            _counters[each] += 1
        _counters[_SECONDS] += seconds


def exposition() -> str:
    with _lock:
        rows = sorted(_counters.items())
    lines: list[str] = []
    described: set[str] = set()
    for (name, labels), value in rows:
        if name not in described:
            described.add(name)
            lines += [f"# HELP {name} {HELP.get(name, name)}", f"# TYPE {name} counter"]
        lines.append(f"{name}{{{labels}}} {value:g}" if labels else f"{name} {value:g}")
    return "\n".join(lines) + "\n"
