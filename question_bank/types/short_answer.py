"""简答题: an answer in words, marked by a person along a list of points."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from question_bank.item_types import ItemType, MultiRule
from question_bank.types import texts
from question_bank.types.base import (
    KEY,
    Claims,
    Content,
    Fault,
    Kind,
    Order,
    Response,
    Sent,
    Unclear,
    Words,
    Written,
)
from question_bank.types.registry import register

MAX_POINTS, MAX_POINT, MAX_WORDS, MAX_WEIGHT = 20, 500, 10, 100
MAX_REFERENCE, MAX_ANSWER = 4000, 4000
_REFERENCE = re.compile(r"(?:^|\n)\s*参考答案\s*[:：]")
_POINT = re.compile(
    r"(?:[（(]?\d{1,2}[.、．)）]\s*)?(?P<text>.*?)\s*(?:[（(]\s*(?P<weight>\d{1,3})\s*分?\s*[)）])?"
    r"\s*(?:[\[【](?P<words>[^\[\]【】]*)[\]】])?",
    re.DOTALL,
)


class ShortAnswer(Kind):
    item_type = ItemType.SHORT_ANSWER
    names = ("简答", "问答", "论述", "名词解释", "shortanswer", "essay")
    by_hand = True
    #: Characters that an answer may have.
    longest = MAX_ANSWER
    key_help = (
        "各要点一行或用分号隔开：要点（权重）[关键词、关键词]；最后可以另起一行写“参考答案：”",
        "说明登记的期限（2）[十五日]；说明书面告知（3）",
    )

    def from_form(self, sent: Sent) -> Content:
        """Fields points-n, weight-n, words-n; reference."""
        points = []
        for n in sent.lines("points"):
            text, words = sent.text(f"points-{n}"), _words(sent.text(f"words-{n}"))
            if text or words:
                weight = sent.text(f"weight-{n}") or "1"
                number = int(weight) if weight.isascii() and weight.isdecimal() else 0
                points.append({"text": text, "weight": number, "words": words})
        key = {"points": points, "reference": sent.text("reference")}
        return Content(self.item_type, sent.text("stem"), [], key)

    def faults(self, written: Written) -> list[Fault]:
        points = written.key["points"]
        found = []
        if not 1 <= len(points) <= MAX_POINTS:
            found.append(f"评分要点应为 1 至 {MAX_POINTS} 条")
        for number, point in enumerate(points, 1):
            if not point["text"].strip():
                found.append(f"第 {number} 个要点没有写内容")
            if not 1 <= point["weight"] <= MAX_WEIGHT:
                found.append(f"第 {number} 个要点的权重应为 1 至 {MAX_WEIGHT} 的整数")
            if len(point["text"]) > MAX_POINT:
                found.append(f"第 {number} 个要点超过 {MAX_POINT} 字")
            if len(point["words"]) > MAX_WORDS:
                found.append(f"第 {number} 个要点的关键词超过 {MAX_WORDS} 个")
        if len(written.key.get("reference", "")) > MAX_REFERENCE:
            found.append(f"参考答案超过 {MAX_REFERENCE} 字")
        return [Fault(KEY, text) for text in found]

    def clean(self, written: Written) -> Content:
        points = [
            {
                "text": " ".join(each["text"].split()),
                "weight": int(each["weight"]),
                "words": [word for word in map(str.strip, each["words"]) if word],
            }
            for each in written.key["points"]
        ]
        key = {"points": points, "reference": written.key.get("reference", "").strip()}
        return Content(self.item_type, written.stem.strip(), [], key, [])

    def read_key(self, written: str, options: Sequence[str], stem: str) -> dict[str, Any]:
        """Prose without a list of points is one point for each part of it."""
        mark = _REFERENCE.search(written)
        listed = written[: mark.start()] if mark else written
        reference = written[mark.end() :].strip() if mark else ""
        points = [_point(each) for each in texts.split(listed, ";；\n") if each]
        if any(len(each["text"]) > MAX_POINT for each in points):
            points, reference = [{"text": "按参考答案给分", "weight": 1, "words": []}], written
        if not points and reference:
            points = [{"text": "按参考答案给分", "weight": 1, "words": []}]
        if not points:
            raise Unclear("缺少评分要点；请填写，如 说明期限（2）；说明书面告知（3）")
        return {"points": points, "reference": reference}

    def key_text(self, written: Written) -> str:
        lines = [_cell(each) for each in written.key["points"]]
        reference = written.key.get("reference", "")
        return "\n".join(lines + ([f"参考答案：{reference}"] if reference else []))

    def words(self, written: Written) -> Words:
        return Words([written.stem])

    def claims(self, written: Written) -> Claims:
        points = [(f"要点 {n}", each["text"]) for n, each in enumerate(written.key["points"], 1)]
        reference = written.key.get("reference", "")
        more = [("参考答案", reference)] if reference else []
        return Claims([("题干", written.stem), *points, *more])

    def shape(self, written: Written) -> None:
        return None

    def read_response(self, sent: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """{"text": "…"}."""
        return {"text": texts.answer_text(sent, "text", MAX_ANSWER)}

    def grade(
        self, written: Written, response: Response, *, rule: MultiRule, order: Order = None
    ) -> Decimal | None:
        """Nothing for an empty answer; any other a person marks."""
        return None if response.get("text", "").strip() else Decimal(0)

    def response_text(self, written: Written, response: Response, order: Order = None) -> str:
        return str(response.get("text", ""))

    def instruction(self, rule: MultiRule) -> str:
        return "用文字作答，由阅卷人按要点评分"


def _words(text: str) -> list[str]:
    return [each for each in re.split(r"[\s,，、;；]+", text) if each]


def _point(text: str) -> dict[str, Any]:
    literal = text.startswith("\\")
    match = _POINT.fullmatch(text.removeprefix("\\"))
    assert match is not None  # noqa: S101 - the text may be anything
    wording = match["text"]
    if literal:
        wording = text.removeprefix("\\")[: match.end("text")]
    return {
        "text": " ".join(wording.split()),
        "weight": int(match["weight"] or 1),
        "words": _words(match["words"] or ""),
    }


def _cell(point: Mapping[str, Any]) -> str:
    text = texts.escaped(point["text"], ";；\n")
    if re.match(r"[（(]?\d{1,2}[.、．)）]", text):
        text = "\\" + text
    words = f"[{'、'.join(point['words'])}]" if point["words"] else ""
    return f"{text}（{point['weight']}）{words}"


register(ShortAnswer())
