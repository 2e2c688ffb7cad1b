"""PUT /exam/attempts/<id>/answers as it is asked and answered, whoever reads it. Pure."""

import json
import re
from typing import Any

from core import headers, metrics
from exam.attempts import responses
from exam.saving import moments
from exam.saving.batches import Outcome

PATH = re.compile(r"/exam/attempts/([0-9]{1,18})/(answers|pulse)")
#: The longest answer that a paper can ask for, a case with ten texts of 4,000 characters, fits.
MAX_BODY = 192 * 1024
STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    403: "403 Forbidden",
    405: "405 Method Not Allowed",
    409: "409 Conflict",
    411: "411 Length Required",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}
#: The counters that go up with each save, by its status.
COUNTED = {
    each: (("xuefa_saves_total", f'status="{each}"'), metrics.requests(each)) for each in STATUS
}
#: Headers that some answers carry besides those of every answer.
EXTRA = {405: [("Allow", "PUT")], 503: [("Retry-After", "2")]}
#: What is told, by status, where nothing is known to be written and nothing refused.
UNAVAILABLE = 503, {"error": "暂时无法保存，请稍后自动重试"}

#: An answer: its status, and what is told, perhaps written out as JSON already.
Told = tuple[int, dict[str, Any] | bytes]


def headers_of(*, tls: bool) -> list[tuple[str, str]]:
    """Those of every answer to a page that is open."""
    return [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "no-store"),
        *headers.of_every_answer(tls=tls).items(),
    ]


def written(body: dict[str, Any] | bytes) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()


def told(outcome: Outcome, at: str) -> Told:
    """An outcome as the client reads it: JSON, written out where it is figures alone."""
    deadline = moments.told(outcome.deadline) if outcome.deadline else ""
    if outcome.refused is None and not outcome.stale:
        saved = f'{{"saved": {outcome.saved}, "stale": [], "server_time": "{moments.told(at)}", '
        return 200, f'{saved}"deadline": "{deadline}"}}'.encode()
    body: dict[str, Any] = {
        "saved": list(outcome.saved),
        "stale": [each.slot for each in outcome.stale],
        "server_time": moments.told(at),
        "deadline": deadline,
    }
    if outcome.stale:
        body["newer"] = [
            {"slot": each.slot, "seq": each.seq, **responses.of(each.response)}
            for each in outcome.stale
        ]
    if outcome.refused:
        return 409, {"error": outcome.refused.message, "reason": outcome.refused.value, **body}
    return 200, body
