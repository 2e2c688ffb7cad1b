"""填空题: blanks in the stem, each with the answers that are accepted."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from question_bank import folding, markup
from question_bank.item_types import ItemType, MultiRule
from question_bank.markup import Block
from question_bank.types import texts
from question_bank.types.base import (
    KEY,
    STEM,
    BadResponse,
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

#: A run of underscores, or brackets around nothing.
BLANK = re.compile(r"[_＿]{2,}|[（(][\s\u3000]*[)）]")
MAX_BLANKS, MAX_VARIANTS, MAX_TEXT = 10, 20, 200
_ANY_ORDER = re.compile(r"\s*不分(?:次序|顺序|先后)\s*[:：]")


def holds_blank(text: str) -> bool:
    """Whether there is a place in it to write in; such a text needs no brackets after it."""
    return BLANK.search(text) is not None


class FillBlank(Kind):
    item_type = ItemType.FILL_BLANK
    names = ("填空", "fillblank", "fill")
    key_help = (
        "各空之间用分号，一空的几种写法用竖线；数字、全半角、标点不必逐一列出；几空可以互换时前面写“不分次序：”",
        "六十日|两个月；三十日",
    )

    def from_form(self, sent: Sent) -> Content:
        """Fields blanks-n, variants a line each; any_order."""
        blanks = [_lines(sent.text(f"blanks-{n}")) for n in sent.lines("blanks")]
        while blanks and not blanks[-1]:
            blanks.pop()
        key = {"blanks": blanks, "any_order": bool(sent.text("any_order"))}
        return Content(self.item_type, sent.text("stem"), [], key)

    def faults(self, written: Written) -> list[Fault]:
        blanks, holes = written.key["blanks"], len(BLANK.findall(written.stem))
        found = []
        if not holes:
            found.append(Fault(STEM, "题干里没有空；请用两个以上下划线或空括号（　）标出"))
        elif holes > MAX_BLANKS:
            found.append(Fault(STEM, f"空不超过 {MAX_BLANKS} 处"))
        elif len(blanks) != holes:
            found.append(Fault(KEY, f"题干有 {holes} 处空，答案有 {len(blanks)} 组，应一一对应"))
        for number, variants in enumerate(blanks, 1):
            found += [Fault(KEY, f"第 {number} 空{text}") for text in _variant_faults(variants)]
        return found

    def clean(self, written: Written) -> Content:
        blanks = [list(dict.fromkeys(each.strip() for each in blank if each.strip()))
                  for blank in written.key["blanks"]]  # fmt: skip
        any_order = bool(written.key.get("any_order")) and len(blanks) > 1
        key = {"blanks": blanks, "any_order": any_order}
        return Content(self.item_type, written.stem.strip(), [], key, [])

    def read_key(self, written: str, options: Sequence[str], stem: str) -> dict[str, Any]:
        mark = _ANY_ORDER.match(written)
        cell = written[mark.end() :] if mark else written
        groups = _split_blanks(cell)
        if not any(groups):
            raise Unclear("缺少正确答案；请填写，如 六十日|两个月；三十日")
        return {"blanks": groups, "any_order": bool(mark)}

    def key_text(self, written: Written) -> str:
        blanks = "；".join("|".join(texts.escaped(each, "|｜;；\n") for each in blank)
                          for blank in written.key["blanks"])  # fmt: skip
        if _ANY_ORDER.match(blanks):
            blanks = re.sub("[:：]", lambda match: "\\" + match[0], blanks, count=1)
        return f"不分次序：{blanks}" if written.key.get("any_order") else blanks

    def key_words(self, written: Written) -> Any:
        blanks = [{folding.folded(each) for each in blank} for blank in written.key["blanks"]]
        return sorted(map(sorted, blanks)) if written.key.get("any_order") else blanks

    def words(self, written: Written) -> Words:
        return Words([BLANK.sub("", written.stem)])

    def claims(self, written: Written) -> Claims:
        blanks = iter(written.key["blanks"])
        stem = BLANK.sub(lambda match: next(iter(next(blanks, ())), match[0]), written.stem)
        return Claims([("题干与答案", stem)])

    def blocks(self, written: Written) -> Sequence[Block]:
        """The stem with its blanks as gaps."""
        return markup.parse(written.stem, BLANK)

    def shape(self, written: Written) -> int:
        """How many blanks there are."""
        return len(written.key["blanks"])

    def read_response(self, sent: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """{"texts": ["…"]}, one for each blank, "" for one left empty."""
        given = sent.get("texts")
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            raise BadResponse("应给出 texts（各空答案的列表）")
        if len(given) != shape:
            raise BadResponse(f"应有 {shape} 空的答案")
        return {"texts": [texts.checked(each, MAX_TEXT) for each in given]}

    def grade(
        self, written: Written, response: Response, *, rule: MultiRule, order: Order = None
    ) -> Decimal | None:
        """The share of the blanks that are filled rightly."""
        return Decimal(sum(self.right(written, response))) / Decimal(self.shape(written))

    def right(self, written: Written, response: Response) -> list[bool]:
        """For each text of the response whether it is right where it stands, or fits some blank."""
        blanks, given = written.key["blanks"], list(response.get("texts", ()))
        fits = [[any(folding.same(text, each) for each in blank) for blank in blanks]
                for text in given]  # fmt: skip
        if written.key.get("any_order"):
            return _assigned(fits, len(blanks))
        return [row[n] if n < len(row) else False for n, row in enumerate(fits)]

    def response_text(self, written: Written, response: Response, order: Order = None) -> str:
        given = response.get("texts", ())
        return "；".join(given) if any(given) else ""

    def instruction(self, rule: MultiRule) -> str:
        return "在空白处填写答案，数字用汉字或阿拉伯数字均可；每空按比例得分"


def _lines(text: str) -> list[str]:
    return [each.strip() for each in text.splitlines() if each.strip()]


def _split_blanks(cell: str) -> list[list[str]]:
    """Groups of variants; a separator behind a backslash is text."""
    marked = re.split(r"(?<!\\)((?:\\\\)*)[;；\n]", cell)
    groups = [marked[n] + (marked[n + 1] if n + 1 < len(marked) else "")
              for n in range(0, len(marked), 2)]  # fmt: skip
    found = []
    for group in groups:
        parts = texts.split(re.sub(r"\\([;；:：\n])", r"\1", group), "|｜")
        found.append([each for each in parts if each])
    while found and not found[-1]:
        found.pop()
    return found


def _variant_faults(variants: Sequence[str]) -> list[str]:
    found = []
    if not any(folding.folded(each) for each in variants):
        found.append("没有答案")
    elif not all(folding.folded(each) for each in variants):
        found.append("有一个答案只有标点")
    if len(variants) > MAX_VARIANTS:
        found.append(f"的写法超过 {MAX_VARIANTS} 种")
    if any(len(each) > MAX_TEXT for each in variants):
        found.append(f"的答案超过 {MAX_TEXT} 字")
    return found


def _assigned(fits: Sequence[Sequence[bool]], blanks: int) -> list[bool]:
    """The texts that fit when each blank takes one, as many as can be."""
    taken: dict[int, int] = {}

    def place(text: int, tried: set[int]) -> bool:
        for blank in range(blanks):
            if fits[text][blank] and blank not in tried:
                tried.add(blank)
                if blank not in taken or place(taken[blank], tried):
                    taken[blank] = text
                    return True
        return False

    for text in range(len(fits)):
        place(text, set())
    return [text in taken.values() for text in range(len(fits))]


register(FillBlank())
