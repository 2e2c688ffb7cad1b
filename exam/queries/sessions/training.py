"""Who completed 任职培训 after an appointment. Courses lie above exams: app.py says who knows."""

from collections.abc import Callable, Mapping
from datetime import date

#: By person, the first day on or after theirs on which they had completed it; others left out.
Provider = Callable[[Mapping[int, date]], Mapping[int, date]]


def _none(_since: Mapping[int, date]) -> Mapping[int, date]:
    return {}


_provider: Provider = _none


def wire(provider: Provider) -> None:
    """Say who knows the classes; app.py does."""
    global _provider
    _provider = provider


def completed_since(since: Mapping[int, date]) -> Mapping[int, date]:
    return _provider(since) if since else {}
