"""问卷: anonymous; what fewer than five people said is shown to nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.lessons.kinds.base import Fault, Form, Kind

#: Fewer answers are shown to nobody.
LEAST = 5
MOST_QUESTIONS = 30
_WORDS = ("文字：", "文字:")


@dataclass(frozen=True)
class Question:
    text: str
    #: Answered in words; else by one of 1 to 5.
    words: bool = False


def questions(settings: Mapping[str, Any]) -> Sequence[Question]:
    return [_question(each) for each in str(settings.get("questions", "")).splitlines() if each]


def _question(line: str) -> Question:
    for mark in _WORDS:
        if line.startswith(mark):
            return Question(line.removeprefix(mark).strip(), words=True)
    return Question(line.strip())


def _fault(form: Form) -> Fault | None:
    asked = questions(form.settings)
    if not asked or not all(each.text for each in asked):
        return "questions", "问卷须有至少一个问题，每行一个"
    if len(asked) > MOST_QUESTIONS:
        return "questions", f"问卷不超过 {MOST_QUESTIONS} 个问题，现有 {len(asked)} 个"
    return None


KIND = Kind(
    "survey",
    "clipboard-check",
    "匿名填写；不足 5 份不显示结果",
    fields=("questions",),
    timed=False,
    fault=_fault,
)
