"""A batch of answers as a client sends it: read strictly, refused with a Chinese reason. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from question_bank.item_types import ItemType
from question_bank.types import BadResponse, kind_of

MAX_SEQ = 2**53

#: What reading the answer to a slot needs to know: its type, and the type's own shape.
Shape = tuple[ItemType, Any]


class BadBatch(ValueError):
    """The body is not a batch of answers to this paper; the text says what is wrong."""


class Response(NamedTuple):
    slot: int
    seq: int
    #: Canonical JSON: {"choice":["A"]}, {"text":"…"} …
    body: str


def _no_constant(name: str) -> Any:
    raise BadBatch(f"不接受 {name}")


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadBatch("同一字段出现多次")
    return found


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
#: Looks at every object, and takes half as long again.
_STRICT_DECODER = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_once)


def read(data: bytes, shapes: Sequence[Shape]) -> list[Response]:
    """The answers of a request body, for a paper whose slot n has the shape ``shapes[n - 1]``.

    Raises BadBatch.
    """
    batch = _decoded(_DECODER, data)
    answers = batch.get("answers") if isinstance(batch, dict) else None
    if not isinstance(answers, list) or not 0 < len(answers) <= len(shapes):
        raise BadBatch("answers 应为 1 至全卷题数个答案的列表")
    if b"\\u" in data:
        _must_be_storable(answers)
    found = [_response(each, shapes) for each in answers]
    if data.count(b":") > len(batch) + sum(map(len, answers)):
        # There are as many colons as fields, unless a text has some, or a field came twice.
        _decoded(_STRICT_DECODER, data)
    if len(found) > 1 and len({each.slot for each in found}) < len(found):
        raise BadBatch("同一题出现多次")
    return found


def _decoded(decoder: json.JSONDecoder, data: bytes) -> Any:
    try:
        return decoder.decode(data.decode())
    except BadBatch:
        raise
    except (ValueError, RecursionError):
        raise BadBatch("请求不是有效的 JSON") from None


def _response(answer: Any, shapes: Sequence[Shape]) -> Response:
    if not isinstance(answer, dict):
        raise BadBatch("每个答案应为对象")
    slot: Any = answer.get("slot")
    seq: Any = answer.get("seq")
    # Whole numbers and nothing else: to Python, true is one, too.
    if type(slot) is not int or not 1 <= slot <= len(shapes):
        raise BadBatch("题号不在本卷之中")
    if type(seq) is not int or not 0 <= seq <= MAX_SEQ:
        raise BadBatch(f"第 {slot} 题的 seq 应为非负整数")
    item_type, shape = shapes[slot - 1]
    try:
        return Response(slot, seq, kind_of(item_type).stored(answer, shape))
    except BadResponse as bad:
        raise BadBatch(f"第 {slot} 题{bad}") from None


def _must_be_storable(answers: Any) -> None:
    """No database takes half characters and NUL, which only escapes can bring."""
    for text in _texts(answers):
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise BadBatch("答案含有无法保存的字符，请删去后重写")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def of(body: str) -> Mapping[str, Any]:
    """A stored response."""
    response: dict[str, Any] = json.loads(body)
    return response
