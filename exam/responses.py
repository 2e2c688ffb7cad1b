"""A batch of answers as a client sends it: read strictly, refused with a Chinese reason. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from question_bank.item_types import LETTERS

MAX_SEQ = 2**53


class BadBatch(ValueError):
    """The body is not a batch of answers to this paper; the text says what is wrong."""


@dataclass(frozen=True)
class Response:
    slot: int
    seq: int
    #: Canonical JSON: {"choice": ["A"]}.
    body: str


def _no_constant(name: str) -> Any:
    raise BadBatch(f"不接受 {name}")


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadBatch("同一字段出现多次")
    return found


_DECODER = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_once)


def read(data: bytes, option_counts: Sequence[int]) -> list[Response]:
    """The answers of a request body, for a paper whose slot n has ``option_counts[n - 1]`` options.

    Raises BadBatch.
    """
    try:
        batch = _DECODER.decode(data.decode())
    except BadBatch:
        raise
    except (ValueError, RecursionError):
        raise BadBatch("请求不是有效的 JSON") from None
    answers = batch.get("answers") if isinstance(batch, dict) else None
    if not isinstance(answers, list) or not 0 < len(answers) <= len(option_counts):
        raise BadBatch("answers 应为 1 至全卷题数个答案的列表")
    read_answers = [_response(each, option_counts) for each in answers]
    if len({each.slot for each in read_answers}) < len(read_answers):
        raise BadBatch("同一题出现多次")
    return read_answers


def _response(answer: Any, option_counts: Sequence[int]) -> Response:
    if not isinstance(answer, dict):
        raise BadBatch("每个答案应为对象")
    slot: Any = answer.get("slot")
    seq: Any = answer.get("seq")
    if not _whole(slot) or not 1 <= slot <= len(option_counts):
        raise BadBatch("题号不在本卷之中")
    if not _whole(seq) or not 0 <= seq <= MAX_SEQ:
        raise BadBatch(f"第 {slot} 题的 seq 应为非负整数")
    return Response(slot, seq, _body(answer, slot, option_counts[slot - 1]))


def _body(answer: dict[str, Any], slot: int, options: int) -> str:
    choice = answer.get("choice")
    if not isinstance(choice, list) or not all(isinstance(each, str) for each in choice):
        raise BadBatch(f"第 {slot} 题应给出 choice（选项字母的列表）")
    if len(set(choice)) < len(choice) or not set(choice) <= set(LETTERS[:options]):
        raise BadBatch(f"第 {slot} 题含有不存在或重复的选项")
    return json.dumps({"choice": sorted(choice)}, separators=(",", ":"))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def choice(body: str) -> list[str]:
    """The letters of a stored response."""
    letters = json.loads(body).get("choice", [])
    return [str(letter) for letter in letters]
