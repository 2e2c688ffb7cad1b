"""排序题: steps to be put into their order."""

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
    Written,
    written_of,
)
from question_bank.types.matching import in_kept_order
from question_bank.types.registry import register


class Ordering(Kind):
    item_type = ItemType.ORDERING
    names = ("排序", "ordering", "order")
    key_help = ("选项列填各项；这里写正确的次序", "CAB")

    def from_form(self, sent: Sent) -> Content:
        """Fields step-n in the right order; options-n in the order kept so far."""
        steps = [text for n in sent.lines("step") if (text := sent.text(f"step-{n}"))]
        options = in_kept_order(steps, sent)
        if len(options) < len(steps):
            options = steps
            return Content(self.item_type, sent.text("stem"), options, list(range(len(steps))))
        return Content(
            self.item_type, sent.text("stem"), options, [options.index(each) for each in steps]
        )

    def faults(self, written: Written) -> list[Fault]:
        found = [Fault(OPTIONS, text) for text in
                 item_types.option_faults(self.item_type, written.options)]  # fmt: skip
        if sorted(written.key) != list(range(len(written.options))):
            found.append(Fault(KEY, "正确次序应包含每个选项，各一次"))
        return found

    def read_key(self, written: str, options: Sequence[str], stem: str) -> list[int]:
        return texts.places(written, options)

    def key_text(self, written: Written) -> str:
        return "".join(LETTERS[n] for n in written.key)

    def key_lines(self, written: Written) -> list[str]:
        return [f"{LETTERS[n]}. {written.options[n]}" for n in written.key]

    def key_words(self, written: Written) -> list[str]:
        return [written.options[n] for n in written.key]

    def claims(self, written: Written) -> Claims:
        options = [(f"选项 {LETTERS[n]}", each) for n, each in enumerate(written.options[:10])]
        return Claims([("题干", written.stem), *options])

    def shape(self, written: Written) -> int:
        """How many options there are."""
        return len(written.options)

    def read_response(self, sent: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """{"choice": ["C", "A", "B"]}; fewer letters while it is being answered."""
        chosen = texts.letters(sent, shape)
        if len(set(chosen)) < len(chosen):
            raise BadResponse("同一选项出现多次")
        return {"choice": chosen}

    def shuffle(self, written: Written, chance: Chance) -> Order:
        places = list(range(len(written.options)))
        chance.shuffle(places)
        return places

    def grade(
        self, written: Written, response: Response, *, rule: MultiRule, order: Order = None
    ) -> Decimal | None:
        """All or nothing."""
        return Decimal(self.chosen(response, order) == list(written.key))

    def chosen(self, response: Response, order: Order = None) -> list[int]:
        """The written options in the order given."""
        return [written_of(LETTERS.index(each), order) for each in response.get("choice", ())]

    def response_text(self, written: Written, response: Response, order: Order = None) -> str:
        return "".join(LETTERS[n] for n in self.chosen(response, order))

    def instruction(self, rule: MultiRule) -> str:
        return "排出正确次序，次序全部正确得分"


register(Ordering())
