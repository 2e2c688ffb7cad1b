"""The page of a sealed paper, rendered once and then only filled in.

A paper never changes, so its HTML is made once a process, with gaps where attempts differ: what
is answered in, and the sequence numbers. Each gap is filled by the template of the item's type; an
option to tick is rendered once for each letter that it may stand under, anything else once for each
answer that some attempt has saved.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from secrets import token_hex
from typing import Any

from flask import current_app, get_template_attribute
from markupsafe import Markup

from core import figures
from exam import responses
from exam.models import Form
from exam.ordering import order_of
from exam.queries.taking import Kept
from exam.services import taking
from exam.snapshot import Paper, Slot
from question_bank.types import kind_of
from question_bank.types.base import letter

TEMPLATE = "exam/sheet.html"
#: Filled questions of a paper that are kept: the blank ones in many orders, and some saved answers.
KEPT = 1024


class Sheet:
    def __init__(self, paper: Paper) -> None:
        # Stands where a gap begins and ends; nobody who writes items can know it.
        edge = token_hex(16)

        def gap(what: str, slot: int) -> str:
            return f"{edge}{what}:{slot}{edge}"

        #: Text and gaps in turn, beginning with text.
        self._parts = str(get_template_attribute(TEMPLATE, "paper")(paper, gap)).split(edge)
        self._fields = {each.slot: _fields(each) for each in paper.slots}

    def filled(self, seed: int, kept: Mapping[int, Kept]) -> Markup:
        """The paper as the candidate of an attempt sees it, with what is saved of it."""
        parts = list(self._parts)
        for index in range(1, len(parts), 2):
            what, _, number = parts[index].partition(":")
            answer = kept.get(int(number))
            parts[index] = (
                str(answer.seq if answer else 0)
                if what == "seq"
                else self._fields[int(number)](seed, answer.response if answer else "{}")
            )
        return Markup("".join(parts))  # noqa: S704 - every part was escaped by its template


def _fields(slot: Slot) -> Callable[[int, str], str]:
    """What fills the gap of a slot, from an attempt's seed and the stored response."""
    path = f"item_types/{slot.item_type.value}/take.html"
    type_of: Any = current_app.jinja_env.get_template(path).module
    label = f"第 {slot.slot} 题，{slot.item_type.label}，{figures.plain(slot.marks)} 分。"
    if hasattr(type_of, "option"):
        return _options(slot, label, type_of)

    @lru_cache(maxsize=KEPT)
    def rendered(order: str, response: str) -> str:
        found = responses.of(response)
        return str(type_of.take(slot, _name(slot), label, json.loads(order), found))

    def filled(seed: int, response: str) -> str:
        return rendered(json.dumps(order_of(seed, slot.slot, slot)), response)

    return filled


def _options(slot: Slot, label: str, type_of: Any) -> Callable[[int, str], str]:
    opening = str(type_of.opening(slot, label))
    option = cache(type_of.option)
    options = kind_of(slot.item_type).options(slot)
    written = range(len(options))

    def filled(seed: int, response: str) -> str:
        chosen = responses.of(response).get("choice", ())
        places = order_of(seed, slot.slot, slot) or written
        letters = [letter(shown) for shown in written]
        return opening + "".join(
            option(_name(slot), each, options[place], each in chosen)
            for each, place in zip(letters, places, strict=True)
        )

    return filled


def _name(slot: Slot) -> str:
    return f"slot-{slot.slot}"


def sheet_of(form: Form) -> Sheet:
    return _sheet(form.hash or "", form.id)


@lru_cache(maxsize=32)
def _sheet(digest: str, form_id: int) -> Sheet:
    return Sheet(taking.paper(digest, form_id))
