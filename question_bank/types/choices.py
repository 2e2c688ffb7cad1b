"""单选题, 多选题, 判断题: options to tick."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from core import figures
from question_bank import item_types, markup
from question_bank.importing import answers
from question_bank.item_types import LETTERS, TRUE_FALSE_OPTIONS, ItemType, MultiRule
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
    Words,
    Written,
    encoded,
    written_of,
)
from question_bank.types.registry import register

_NEGATIVE = re.compile(r"不正确|错误|不符合|有误|不当|不对|不属于|不包括|不是|不适用")
_ASKING = re.compile(r"下列|以下|哪|(?:是|有|的|为|说法|做法|表述|选项|情形)$")
_PARTS = re.compile(r"[，,。；;：:？?！!\n（）() 　]+")


def asks_for_the_wrong(stem: str) -> bool:
    """Whether the options to tick are those that do not fit: its last words say 不正确的是 or so.

    What stands before them is the law's own wording, where 不属于本机关职权 asks for nothing.
    """
    parts = [each for each in _PARTS.split(markup.prose(stem)) if each]
    last = parts[-1] if parts else ""
    return bool(_NEGATIVE.search(last) and _ASKING.search(last))


class Choice(Kind):
    """Some of the options are right."""

    def from_form(self, sent: Sent) -> Content:
        """Lines options-n, and key once for the number n of each right one; blank lines go."""
        ticked = set(sent.all("key"))
        lines = [(sent.text(f"options-{n}"), str(n) in ticked) for n in sent.lines("options")]
        worded = [(text, right) for text, right in lines if text or right]
        return Content(
            self.item_type,
            sent.text("stem"),
            [text for text, _ in worded],
            [n for n, (_, right) in enumerate(worded) if right],
        )

    def faults(self, written: Written) -> list[Fault]:
        options, key = item_types.option_faults, item_types.key_faults
        return [
            *(Fault(OPTIONS, text) for text in options(self.item_type, written.options)),
            *(Fault(KEY, text) for text in key(self.item_type, written.options, written.key)),
        ]

    def clean(self, written: Written) -> Content:
        options = [each.strip() for each in written.options]
        key = sorted(set(written.key))
        return Content(self.item_type, written.stem.strip(), options, key, [])

    def read_key(self, written: str, options: Sequence[str], stem: str) -> list[int]:
        return answers.choices(written, options)

    def key_text(self, written: Written) -> str:
        return item_types.letters(written.key)

    def key_lines(self, written: Written) -> list[str]:
        return [f"{LETTERS[n]}. {written.options[n]}" for n in written.key]

    def key_words(self, written: Written) -> set[str]:
        shown = self.options(written)
        return {shown[n] for n in written.key}

    def claims(self, written: Written) -> Claims:
        right = set(written.key)
        every = range(len(written.options))
        if asks_for_the_wrong(written.stem):
            right = set(every) - right
        law = [(f"选项 {LETTERS[n]}", written.options[n]) for n in sorted(right) if n in every]
        other = [each for n, each in enumerate(written.options) if n not in right]
        return Claims([("题干", written.stem), *law], other)

    def shape(self, written: Written) -> int:
        """How many options there are."""
        return len(self.options(written))

    def read_response(self, sent: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """{"choice": ["A"]}, the letters ascending."""
        chosen = sent.get("choice")
        if not isinstance(chosen, list) or not all(isinstance(each, str) for each in chosen):
            raise BadResponse("应给出 choice（选项字母的列表）")
        if len(set(chosen)) < len(chosen) or not set(chosen) <= set(LETTERS[:shape]):
            raise BadResponse("含有不存在或重复的选项")
        return {"choice": sorted(chosen)}

    def stored(self, sent: Mapping[str, Any], shape: Any) -> str:
        """Answers are a few letters, and always the same few: made once."""
        chosen = sent.get("choice")
        if not isinstance(chosen, list):
            return super().stored(sent, shape)
        try:
            return _stored(self, shape, *chosen)
        except TypeError:  # something among them has no hash, so it is no letter
            return super().stored(sent, shape)

    def shuffle(self, written: Written, chance: Chance) -> Order:
        places = list(range(len(written.options)))
        chance.shuffle(places)
        return places

    def grade(
        self, written: Written, response: Response, *, rule: MultiRule, order: Order = None
    ) -> Decimal | None:
        chosen = self._chosen(response, order)
        return item_types.fraction(self.item_type, written.key, chosen, rule)

    def is_wrong(self, written: Written, response: Response, order: Order = None) -> bool:
        return bool(self._chosen(response, order) - set(written.key))

    def response_text(self, written: Written, response: Response, order: Order = None) -> str:
        return item_types.letters(self._chosen(response, order))

    def penalty_note(self, penalty: Decimal, marks: Decimal) -> str:
        return f"答错每题倒扣 {figures.plain(marks * penalty)} 分，不答不扣"

    def _chosen(self, response: Response, order: Order) -> set[int]:
        return {written_of(LETTERS.index(each), order) for each in response.get("choice", ())}


@lru_cache(maxsize=4096)
def _stored(kind: Choice, shape: Any, *chosen: Any) -> str:
    return encoded(kind.read_response({"choice": list(chosen)}, shape))


class SingleChoice(Choice):
    item_type = ItemType.SINGLE_CHOICE
    names = ("单选", "单项选择", "single")
    key_help = ("选项字母", "B")

    def instruction(self, rule: MultiRule) -> str:
        return "每题只有一个正确答案"


class MultipleChoice(Choice):
    item_type = ItemType.MULTIPLE_CHOICE
    names = ("多选", "多项选择", "multiple")
    key_help = ("选项字母：ABC、A,B,C、A、C、A|B、1,3 都可以", "ACD")

    def instruction(self, rule: MultiRule) -> str:
        return f"每题有两个或两个以上正确答案；{rule.label}"

    def penalty_note(self, penalty: Decimal, marks: Decimal) -> str:
        return f"有错选的每题倒扣 {figures.plain(marks * penalty)} 分，不答不扣"


class TrueFalse(Choice):
    """A statement; 正确 and 错误 are its options, always in this order."""

    item_type = ItemType.TRUE_FALSE
    names = ("判断", "是非", "truefalse", "judge")
    key_help = ("正确/错误、√/×、对/错", "正确")

    def from_form(self, sent: Sent) -> Content:
        """Field truth; options that were written before the type was changed stay in the form."""
        truth = sent.text("truth")
        key = [int(truth)] if truth in {"0", "1"} else []
        options = [text for n in sent.lines("options") if (text := sent.text(f"options-{n}"))]
        return Content(self.item_type, sent.text("stem"), options, key)

    def faults(self, written: Written) -> list[Fault]:
        if not written.key:
            return [Fault(KEY, "请选择正确或错误")]
        found = item_types.key_faults(self.item_type, (), written.key)
        return [Fault(KEY, text) for text in found]

    def clean(self, written: Written) -> Content:
        key = sorted(set(written.key))
        return Content(self.item_type, written.stem.strip(), [], key, [])

    def read_key(self, written: str, options: Sequence[str], stem: str) -> list[int]:
        return answers.judgement(written, options)

    def options(self, written: Written) -> Sequence[str]:
        return TRUE_FALSE_OPTIONS

    def words(self, written: Written) -> Words:
        return Words([written.stem])

    def wording(self, written: Written) -> dict[str, str]:
        return {"题干": written.stem, "正确答案": self.key_text(written)}

    def key_text(self, written: Written) -> str:
        return "".join(TRUE_FALSE_OPTIONS[n] for n in written.key)

    def key_lines(self, written: Written) -> list[str]:
        return []

    def claims(self, written: Written) -> Claims:
        if 0 in written.key:
            return Claims([("题干", written.stem)])
        return Claims([], [written.stem])

    def shuffle(self, written: Written, chance: Chance) -> Order:
        return None

    def response_text(self, written: Written, response: Response, order: Order = None) -> str:
        return "".join(TRUE_FALSE_OPTIONS[n] for n in sorted(self._chosen(response, None)))

    def instruction(self, rule: MultiRule) -> str:
        return "判断下列说法是否正确"


register(SingleChoice())
register(MultipleChoice())
register(TrueFalse())
