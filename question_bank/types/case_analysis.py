"""案例分析题: a passage, and sub-questions of any other type on it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core import figures
from question_bank.item_types import ItemType, MultiRule
from question_bank.types.base import (
    PARTS,
    BadResponse,
    Chance,
    Claims,
    Content,
    Fault,
    Kind,
    Order,
    Part,
    Response,
    Sent,
    Unclear,
    Words,
    Written,
)
from question_bank.types.registry import kind_of, kinds, register

MAX_PARTS, MAX_STEM, MAX_RATIONALE, MAX_WEIGHT = 10, 2000, 2000, 100


class CaseAnalysis(Kind):
    item_type = ItemType.CASE_ANALYSIS
    names = ("案例", "材料", "caseanalysis", "case")
    key_help = (
        (
            "一行一个小题，题型填小题的题型，“材料”列填案例；"
            "同一案例各行的“题组号”相同，材料只需写在第一行；"
            "只有一问的，材料、题干、正确答案写在一行，不填题组号"
        ),
        "",
    )

    def from_form(self, sent: Sent) -> Content:
        """Fields parts-n-item_type, parts-n-stem and what the type of each has.

        Blank ones go, unless the form is to be shown again (redo).
        """
        parts, again = [], bool(sent.text("redo"))
        for n in sent.lines("parts"):
            of_part = sent.under(f"parts-{n}-")
            chosen = ItemType.by_label(of_part.text("item_type"))
            kind = _inner(chosen) or kind_of(ItemType.SINGLE_CHOICE)
            content = kind.from_form(of_part)
            if again or _says_something(content, of_part):
                weight = of_part.text("weight") or "1"
                number = int(weight) if weight.isascii() and weight.isdecimal() else 0
                parts.append(as_part(content, weight=number, rationale=of_part.text("rationale")))
        return Content(self.item_type, sent.text("stem"), [], {}, parts)

    def faults(self, written: Written) -> list[Fault]:
        found = []
        if not 1 <= len(written.parts) <= MAX_PARTS:
            found.append(f"小题应为 1 至 {MAX_PARTS} 道")
        for number, each in enumerate(written.parts, 1):
            found += [f"第 {number} 小题：{text}" for text in _part_faults(each)]
        return [Fault(PARTS, text) for text in found]

    def clean(self, written: Written) -> Content:
        parts = [
            as_part(part.kind.clean(part.content), weight=int(part.weight),
                    rationale=part.rationale.strip())
            for part in self.parts(written)
        ]  # fmt: skip
        return Content(self.item_type, written.stem.strip(), [], {}, parts)

    def read_key(self, written: str, options: Sequence[str], stem: str) -> dict[str, Any]:
        raise Unclear(
            "案情请写在“材料”列，问题写在“题干”列；"
            "有几问的，一行一个小题，题型填小题的题型，各行的“题组号”相同"
        )

    def part_types(self) -> list[tuple[str, str]]:
        """(value, label) of the types that a sub-question may have."""
        return [(each.item_type.value, each.item_type.label)
                for each in kinds() if each is not self]  # fmt: skip

    def blank_part(self) -> Content:
        return kind_of(ItemType.SINGLE_CHOICE).from_form(Sent({}))

    def parts(self, written: Written) -> list[Part]:
        return [part_of(each) for each in written.parts]

    def key_text(self, written: Written) -> str:
        return "\n".join(f"（{n}）{part.kind.key_text(part.content)}"
                         for n, part in enumerate(self.parts(written), 1))  # fmt: skip

    def key_words(self, written: Written) -> list[Any]:
        return [part.kind.key_words(part.content) for part in self.parts(written)]

    def wording(self, written: Written) -> dict[str, str]:
        worded = {"材料": written.stem}
        for number, part in enumerate(self.parts(written), 1):
            name = f"第 {number} 小题 "
            worded[f"{name}题型"] = part.content.item_type.label
            worded |= {name + each: text for each, text in part.kind.wording(part.content).items()}
            worded |= {f"{name}权重": str(part.weight), f"{name}解析": part.rationale}
        return worded

    def words(self, written: Written) -> Words:
        found = [written.stem]
        for part in self.parts(written):
            words = part.kind.words(part.content)
            found += [*words.ordered, *sorted(words.loose)]
        return Words(found)

    def claims(self, written: Written) -> Claims:
        """The passage is a story; its figures are no law's."""
        law, other = [], [written.stem]
        for number, part in enumerate(self.parts(written), 1):
            claims = part.kind.claims(part.content)
            law += [(f"第 {number} 小题 {name}", text) for name, text in claims.law]
            other += claims.other
        return Claims(law, other)

    def shape(self, written: Written) -> list[list[Any]]:
        """Type and shape of each sub-question."""
        return [[part.content.item_type.value, part.kind.shape(part.content)]
                for part in self.parts(written)]  # fmt: skip

    def read_response(self, sent: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """{"parts": [response, …]}, null for one not answered yet."""
        given = sent.get("parts")
        if not isinstance(given, list) or len(given) != len(shape):
            raise BadResponse(f"应给出 parts（{len(shape)} 道小题的答案）")
        return {"parts": [_read(n, each, of) for n, (each, of) in
                          enumerate(zip(given, shape, strict=True), 1)]}  # fmt: skip

    def shuffle(self, written: Written, chance: Chance) -> Order:
        return [part.kind.shuffle(part.content, chance) for part in self.parts(written)]

    def grade(
        self, written: Written, response: Response, *, rule: MultiRule, order: Order = None
    ) -> Decimal | None:
        """The weighted share of the sub-questions; None while a person has to mark one of them."""
        return weighted(self.grade_parts(written, response, rule=rule, order=order))

    def grade_parts(
        self, written: Written, response: Response, *, rule: MultiRule, order: Order = None
    ) -> list[tuple[Part, Decimal | None]]:
        """Each sub-question with its own share."""
        return [
            (part, Decimal(0) if given is None
             else part.kind.grade(part.content, given, rule=rule, order=shown))
            for part, given, shown in self.answered(written, response, order)
        ]  # fmt: skip

    def answered(
        self, written: Written, response: Response, order: Order = None
    ) -> list[tuple[Part, Response | None, Order]]:
        """Each sub-question with its response, None for none, and its order of options."""
        parts = self.parts(written)
        given = list(response.get("parts", ())) or [None] * len(parts)
        shown = list(order or [None] * len(parts))
        return list(zip(parts, given, shown, strict=True))

    def response_text(self, written: Written, response: Response, order: Order = None) -> str:
        return "\n".join(
            f"（{n}）{part.kind.response_text(part.content, given, shown)}"
            for n, (part, given, shown) in enumerate(self.answered(written, response, order), 1)
            if given is not None
        )

    def instruction(self, rule: MultiRule) -> str:
        return f"阅读材料，回答各小题；多选小题{rule.label}"

    def penalty_note(self, penalty: Decimal, marks: Decimal) -> str:
        percent = figures.plain(penalty * 100)
        return f"选择、判断小题有错选的倒扣该小题分值的 {percent}%，不答不扣"


def part_of(part: Mapping[str, Any]) -> Part:
    """A sub-question out of its JSON."""
    item_type = ItemType.of(part["item_type"])
    content = Content(item_type, part["stem"], part.get("options", []), part.get("key"))
    return Part(content, kind_of(item_type), Decimal(part.get("weight", 1)),
                part.get("rationale", ""))  # fmt: skip


def as_part(content: Written, *, weight: int, rationale: str) -> dict[str, Any]:
    """A sub-question as JSON."""
    return {
        "item_type": content.item_type.value,
        "stem": content.stem,
        "options": list(content.options),
        "key": content.key,
        "weight": weight,
        "rationale": rationale,
    }


def weighted(shares: Sequence[tuple[Part, Decimal | None]]) -> Decimal | None:
    """The share of the whole for shares of its parts; None if one is not known."""
    if any(share is None for _, share in shares):
        return None
    total = sum((part.weight for part, _ in shares), Decimal(0))
    earned = sum((part.weight * (share or 0) for part, share in shares), Decimal(0))
    return earned / total if total else Decimal(0)


def _inner(item_type: ItemType | None) -> Kind | None:
    """The kind of a sub-question; None for a case in a case and for no type."""
    return None if item_type in (None, ItemType.CASE_ANALYSIS) else kind_of(item_type)


def _says_something(content: Content, sent: Sent) -> bool:
    empty = content == type(content)(content.item_type, "", [], *_empty_key(content.item_type))
    return not empty or bool(sent.text("rationale"))


def _empty_key(item_type: ItemType) -> tuple[Any]:
    return (kind_of(item_type).from_form(Sent({})).key,)


def _part_faults(part: Mapping[str, Any]) -> list[str]:
    kind = _inner(ItemType.by_label(str(part.get("item_type", ""))))
    if kind is None:
        return ["小题可以是案例分析题以外的各种题型"]
    found = [] if part["stem"].strip() else ["题干不能为空"]
    if len(part["stem"]) > MAX_STEM:
        found.append(f"题干超过 {MAX_STEM} 字")
    if len(part.get("rationale", "")) > MAX_RATIONALE:
        found.append(f"解析超过 {MAX_RATIONALE} 字")
    if max(map(len, part.get("options", ())), default=0) > 1000:
        found.append("选项超过 1000 字")
    if not 1 <= part.get("weight", 1) <= MAX_WEIGHT:
        found.append(f"权重应为 1 至 {MAX_WEIGHT} 的整数")
    return found + [each.text for each in kind.faults(part_of(part).content)]


def _read(number: int, given: Any, shape: Sequence[Any]) -> dict[str, Any] | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise BadResponse(f"第 {number} 小题的答案应为对象")
    try:
        return kind_of(ItemType.of(shape[0])).read_response(given, shape[1])
    except BadResponse as bad:
        raise BadResponse(f"第 {number} 小题{bad}") from None


register(CaseAnalysis())
