"""测验: items on the cited articles, drawn from what may be practised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.lessons.kinds.base import Fault, Form, Kind


@dataclass(frozen=True)
class Rules:
    count: int = 5
    #: Percent.
    pass_mark: int = 60
    #: 0: as many as somebody likes.
    tries: int = 3


def rules(settings: Mapping[str, Any]) -> Rules:
    return Rules(
        int(settings.get("count", 5)),
        int(settings.get("pass_mark", 60)),
        int(settings.get("tries", 3)),
    )


def _fault(form: Form) -> Fault | None:
    if form.article_ids:
        return None
    return "articles", "测验须引用至少一条，从引用这些法律的可练习试题中抽题"


KIND = Kind(
    "quiz",
    "ui-checks",
    "从可练习的试题中抽题，达到合格线才算学完",
    fields=("count", "pass_mark", "tries"),
    timed=False,
    fault=_fault,
)
