"""匹配题: for each entry on the left the option that belongs to it."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from question_bank import item_types
from question_bank.item_types import LETTERS, ItemType, MultiRule
from question_bank.types import texts
from question_bank.types.base import (
    KEY,
    OPTIONS,
    BadResponse,
    Chance,
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
    written_of,
)
from question_bank.types.registry import register

MAX_LEFT, MAX_TEXT = 10, 500
_PAIR = re.compile(r"(?P<left>.+?)\s*(?:=+>?|→|—+|:|：)\s*(?P<right>[A-Ja-j]|\d{1,2})", re.DOTALL)


class Matching(Kind):
    item_type = ItemType.MATCHING
    names = ("匹配", "连线", "配对", "matching", "match")
    key_help = (
        "选项列填右边各项；这里逐项写 左项=选项字母，用分号隔开",
        "登记=B；受理=A；办理=C",
    )

    def from_form(self, sent: Sent) -> Content:
        """Fields left-n and right-n side by side, extra-n; options-n in the order kept so far.

        Options come in an order that gives nothing away: as they were, new ones by their text.
        """
        numbers = sorted({*sent.lines("left"), *sent.lines("right")})
        lines = [(sent.text(f"left-{n}"), sent.text(f"right-{n}")) for n in numbers]
        lines = [each for each in lines if any(each)]
        extra = [text for n in sent.lines("extra") if (text := sent.text(f"extra-{n}"))]
        options = in_kept_order([*(right for _, right in lines), *extra], sent)
        pairs = [options.index(right) if right else -1 for _, right in lines]
        key = {"left": [left for left, _ in lines], "pairs": pairs}
        return Content(self.item_type, sent.text("stem"), options, key)

    def faults(self, written: Written) -> list[Fault]:
        left, pairs = written.key["left"], written.key["pairs"]
        found = [Fault(OPTIONS, text) for text in
                 item_types.option_faults(self.item_type, written.options)]  # fmt: skip
        if not 2 <= len(left) <= MAX_LEFT:
            found.append(Fault(KEY, f"左边应为 2 至 {MAX_LEFT} 项"))
        if any(not each.strip() for each in left):
            found.append(Fault(KEY, "左边有一项没有填写"))
        if len({each.strip() for each in left}) < len(left):
            found.append(Fault(KEY, "左边有两项相同"))
        if any(len(each) > MAX_TEXT for each in left):
            found.append(Fault(KEY, f"左边各项不超过 {MAX_TEXT} 字"))
        if len(pairs) != len(left) or not all(0 <= n < len(written.options) for n in pairs):
            found.append(Fault(KEY, "左边每项都要有对应的右项"))
        return found

    def clean(self, written: Written) -> Content:
        key = {"left": [" ".join(each.split()) for each in written.key["left"]],
               "pairs": list(written.key["pairs"])}  # fmt: skip
        options = [each.strip() for each in written.options]
        return Content(self.item_type, written.stem.strip(), options, key, [])

    def read_key(self, written: str, options: Sequence[str], stem: str) -> dict[str, Any]:
        left, pairs = [], []
        for part in texts.split(written, ";；\n"):
            if not part:
                continue
            match = _PAIR.fullmatch(part)
            if not match:
                raise Unclear(f"看不懂“{part}”；请写成 左项=选项字母，各项用分号隔开")
            left.append(" ".join(match["left"].split()))
            pairs += texts.places(match["right"], options)
        if not left:
            raise Unclear("缺少正确答案；请写成 左项=选项字母，各项用分号隔开")
        return {"left": left, "pairs": pairs}

    def key_text(self, written: Written) -> str:
        pairs = zip(written.key["left"], written.key["pairs"], strict=False)
        return "；".join(f"{texts.escaped(left, ';；')}={LETTERS[n]}" for left, n in pairs)

    def key_words(self, written: Written) -> Any:
        pairs = zip(written.key["left"], written.key["pairs"], strict=False)
        return {(left, written.options[n]) for left, n in pairs}

    def words(self, written: Written) -> Words:
        return Words([written.stem], [*written.options, *written.key["left"]])

    def claims(self, written: Written) -> Claims:
        pairs = enumerate(zip(written.key["left"], written.key["pairs"], strict=False), 1)
        count = len(written.options)
        worded = [(f"第 {n} 项", f"{left}：{written.options[at]}")
                  for n, (left, at) in pairs if 0 <= at < count]  # fmt: skip
        used = set(written.key["pairs"])
        other = [each for n, each in enumerate(written.options) if n not in used]
        return Claims([("题干", written.stem), *worded], other)

    def shape(self, written: Written) -> list[int]:
        """How many entries on the left, and how many options."""
        return [len(written.key["left"]), len(written.options)]

    def read_response(self, sent: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """{"choice": ["B", ""]}, one letter for each entry on the left, "" for none."""
        left, options = shape
        chosen = texts.letters(sent, options, gaps=True)
        if len(chosen) != left:
            raise BadResponse(f"应有 {left} 项的答案")
        return {"choice": chosen}

    def shuffle(self, written: Written, chance: Chance) -> Order:
        places = list(range(len(written.options)))
        chance.shuffle(places)
        return places

    def grade(
        self, written: Written, response: Response, *, rule: MultiRule, order: Order = None
    ) -> Decimal | None:
        """The share of the entries that have their option."""
        pairs = written.key["pairs"]
        given = self.chosen(response, order)
        right = sum(one == other for one, other in zip(given, pairs, strict=False))
        return Decimal(right) / Decimal(len(pairs))

    def chosen(self, response: Response, order: Order = None) -> list[int | None]:
        """The written option given for each entry; None for none."""
        return [written_of(LETTERS.index(each), order) if each else None
                for each in response.get("choice", ())]  # fmt: skip

    def response_text(self, written: Written, response: Response, order: Order = None) -> str:
        given = zip(written.key["left"], self.chosen(response, order), strict=False)
        return "；".join(f"{left}={LETTERS[n]}" for left, n in given if n is not None)

    def instruction(self, rule: MultiRule) -> str:
        return "为左边每一项选出对应的右项，每对一项得相应比例的分"


def in_kept_order(wanted: Sequence[str], sent: Sent) -> list[str]:
    """The texts once each: those in the form's options-n in that order, then the rest by text."""
    before = [sent.text(f"options-{n}") for n in sent.lines("options")]
    there = set(filter(None, wanted))
    kept = [each for each in dict.fromkeys(before) if each in there]
    return kept + sorted(there - set(kept))


register(Matching())
