"""The page of a sealed paper, rendered once and then only filled in.

A paper never changes, so its HTML is made once a process, with gaps where attempts differ: the
order of the options, what is chosen, the sequence numbers. An option is rendered once for each
letter that it may stand under.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from secrets import token_hex

from flask import get_template_attribute
from markupsafe import Markup

from exam import ordering, responses
from exam.models import Form
from exam.queries.taking import Kept
from exam.services import taking
from exam.snapshot import Paper, Slot
from question_bank.item_types import LETTERS

TEMPLATE = "exam/sheet.html"


class Sheet:
    def __init__(self, paper: Paper) -> None:
        # Stands where a gap begins and ends; nobody who writes items can know it.
        edge = token_hex(16)

        def gap(what: str, slot: int) -> str:
            return f"{edge}{what}:{slot}{edge}"

        #: Text and gaps in turn, beginning with text.
        self._parts = str(get_template_attribute(TEMPLATE, "paper")(paper, gap)).split(edge)
        self._slots = {each.slot: each for each in paper.slots}
        self._option = cache(get_template_attribute(TEMPLATE, "option"))

    def filled(self, seed: int, kept: Mapping[int, Kept]) -> Markup:
        """The paper as the candidate of an attempt sees it, with what is saved of it."""
        parts = list(self._parts)
        for index in range(1, len(parts), 2):
            what, _, number = parts[index].partition(":")
            answer = kept.get(int(number))
            parts[index] = (
                str(answer.seq if answer else 0)
                if what == "seq"
                else self._options(self._slots[int(number)], seed, answer)
            )
        return Markup("".join(parts))  # noqa: S704 - every part was escaped by its template

    def _options(self, slot: Slot, seed: int, answer: Kept | None) -> str:
        chosen = responses.choice(answer.response) if answer else ()
        places = ordering.shown_order(seed, slot.slot, slot.item_type, len(slot.options))
        return "".join(
            self._option(slot.slot, slot.item_type, letter, slot.options[place], letter in chosen)
            for letter, place in zip(LETTERS, places, strict=False)
        )


def sheet_of(form: Form) -> Sheet:
    return _sheet(form.hash or "", form.id)


@lru_cache(maxsize=32)
def _sheet(digest: str, form_id: int) -> Sheet:
    return Sheet(taking.paper(digest, form_id))
