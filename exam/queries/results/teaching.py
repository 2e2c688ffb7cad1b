"""Which courses teach an article. Courses lie above exams: app.py says where to ask."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Teaching:
    """A course, and the page that shows it."""

    title: str
    endpoint: str
    values: Mapping[str, Any]


#: By article, the courses that teach it.
Provider = Callable[[Sequence[int]], Mapping[int, Sequence[Teaching]]]


def _none(_article_ids: Sequence[int]) -> Mapping[int, Sequence[Teaching]]:
    return {}


_provider: Provider = _none


def wire(provider: Provider) -> None:
    """Say who knows the courses; app.py does."""
    global _provider
    _provider = provider


def of_articles(article_ids: Sequence[int]) -> Mapping[int, Sequence[Teaching]]:
    return _provider(article_ids) if article_ids else {}
