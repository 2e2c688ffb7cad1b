"""What a SCORM package says of somebody's passage, and what we take from it. Pure.

Study time is none of it: ``session_time`` is kept as sent and never counted. A package may say that
somebody is through; how long they studied, the server's clock says.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from courses.lessons.standards import Standard

#: Bytes of one commit; suspend_data of SCORM 2004 is 64,000 characters.
MAX_BYTES = 512 * 1024
_MAX_ELEMENTS = 5_000
_ELEMENT = re.compile(r"(cmi|adl)(\.[A-Za-z_0-9]{1,60}){1,6}")


class BadCommit(ValueError):
    """What the package sent is no data model; the text says why."""


@dataclass(frozen=True)
class Verdict:
    done: bool
    failed: bool = False
    score: Decimal | None = None


def read(sent: object) -> dict[str, str]:
    """The data model that was sent: element → value. Raises BadCommit."""
    if not isinstance(sent, dict) or len(sent) > _MAX_ELEMENTS:
        raise BadCommit("应为数据模型的键值")
    for name, value in sent.items():
        if not isinstance(value, str) or not _ELEMENT.fullmatch(name):
            raise BadCommit(f"{name[:60]!r} 不是数据模型的元素")
    return {name: value.replace("\0", "") for name, value in sent.items()}


def verdict(cmi: Mapping[str, str], standard: Standard, pass_score: Decimal | None) -> Verdict:
    """What the data model says of being through with it."""
    if standard is Standard.SCORM_12:
        score = percent(cmi.get("cmi.core.score.raw"), cmi.get("cmi.core.score.max"))
        status = cmi.get("cmi.core.lesson_status", "")
        done, failed = status in {"passed", "completed"}, status == "failed"
    else:
        scaled = number(cmi.get("cmi.score.scaled"))
        score = (
            within(scaled * 100)
            if scaled is not None
            else percent(cmi.get("cmi.score.raw"), cmi.get("cmi.score.max"))
        )
        success = cmi.get("cmi.success_status", "")
        failed = success == "failed"
        done = not failed and (
            success == "passed" or cmi.get("cmi.completion_status", "") == "completed"
        )
    if pass_score is not None and score is not None and score < pass_score:
        # What the manifest asks for goes before what the package says.
        done, failed = False, True
    return Verdict(done, failed, score)


def number(text: object) -> Decimal | None:
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10**6 else None


def percent(raw: str | None, most: str | None) -> Decimal | None:
    """A raw score as a share of the highest one, which is 100 where nothing is said."""
    value, top = number(raw), number(most) or Decimal(100)
    return None if value is None or raw == "" or top <= 0 else within(value * 100 / top)


def within(value: Decimal) -> Decimal:
    return min(Decimal(100), max(Decimal(0), value)).quantize(Decimal("0.01"))


def loaded(text: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(text)
    return found
