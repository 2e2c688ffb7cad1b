"""The page of a sealed paper, rendered once and then only filled in.

A paper never changes, so its HTML is made once a process, question by question, with gaps where
attempts differ: which number a question has, what is answered in, and the sequence numbers. As it
was sealed it is put together once, too; one that was drawn for an attempt, from the same pieces.
Each gap is filled by the template of the item's type; an option to tick is rendered once for each
letter that it may stand under, anything else once for each answer that some attempt has saved.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from secrets import token_hex
from typing import Any

from flask import current_app, get_template_attribute
from markupsafe import Markup

from core import figures
from exam import responses
from exam.ordering import order_of
from exam.queries.taking import Kept
from exam.services import taking
from exam.snapshot import Paper, Slot
from question_bank.types import kind_of
from question_bank.types.base import letter

TEMPLATE = "exam/sheet.html"
#: Filled questions of a paper that are kept: the blank ones in many orders, and some saved answers.
KEPT = 1024
#: The same for questions with options, which are quickly put together from theirs.
KEPT_ORDERS = 64


#: Text, or what fills a gap: the slot, and whether it is the sequence number.
Piece = str | tuple[int, bool]


@dataclass(frozen=True)
class _Question:
    """The HTML of a question in three parts, between which its gaps are, and its cell."""

    head: str
    middle: str
    tail: str
    cell: str


class Sheet:
    def __init__(self, paper: Paper) -> None:
        # Stands where a gap begins and ends; nobody who writes items can know it.
        self._edge = edge = token_hex(16)
        #: Stands for the number of a question on its candidate's paper.
        self._number = number = token_hex(16)

        def gap(what: str, slot: int) -> str:
            return number if what == "number" else f"{edge}{what}:{slot}{edge}"

        def rendered(macro: str, *about: Any) -> list[str]:
            return str(get_template_attribute(TEMPLATE, macro)(*about, gap)).split(edge)

        #: Text and gaps in turn, beginning with text.
        self._frame = rendered("paper", paper)
        self._questions = {}
        for each in paper.slots:
            head, _, middle, _, tail = rendered("question", each)
            [cell] = rendered("cell", each)
            self._questions[each.slot] = _Question(head, middle, tail, cell)
        self._fields = {each.slot: _fields(each, number) for each in paper.slots}
        self._sealed = paper
        self._numbers, self._pieces = self._laid_out(paper)

    def filled(self, paper: Paper, seed: int, kept: Mapping[int, Kept]) -> Markup:
        """The paper as the candidate of an attempt sees it, with what is saved of it.

        ``paper`` is the sealed one, or what was drawn of it (exam.drawing).
        """
        numbers, pieces = (
            (self._numbers, self._pieces) if paper is self._sealed else self._laid_out(paper)
        )
        parts = []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            slot, is_seq = piece
            answer = kept.get(slot)
            parts.append(
                str(answer.seq if answer else 0)
                if is_seq
                else self._fields[slot](numbers[slot], seed, answer.response if answer else "{}")
            )
        return Markup("".join(parts))  # noqa: S704 - every part was escaped by its template

    def _laid_out(self, paper: Paper) -> tuple[Mapping[int, str], list[Piece]]:
        """The number of each slot, and the page in pieces, gaps between texts."""
        numbers = {each.slot: str(number) for number, each in enumerate(paper.slots, 1)}
        pieces: list[Piece] = []
        text = ""
        for index, part in enumerate(self._frame):
            if index % 2 == 0:
                text += part
                continue
            what, _, section = part.partition(":")
            if what == "cells":
                text += "".join(
                    self._questions[slot].cell.replace(self._number, number)
                    for slot, number in numbers.items()
                )
                continue
            for each in paper.slots:
                if each.section == int(section):
                    question, number = self._questions[each.slot], numbers[each.slot]
                    pieces += (
                        text + question.head.replace(self._number, number),
                        (each.slot, True),
                    )
                    pieces += (question.middle.replace(self._number, number), (each.slot, False))
                    text = question.tail
        return numbers, [*pieces, text]


def _fields(slot: Slot, number: str) -> Callable[[str, int, str], str]:
    """What fills the gap of a slot, from its number, an attempt's seed and the stored response.

    ``number`` stands in what is rendered for the one that the candidate reads.
    """
    path = f"item_types/{slot.item_type.value}/take.html"
    type_of: Any = current_app.jinja_env.get_template(path).module
    label = f"第 {number} 题，{slot.item_type.label}，{figures.plain(slot.marks)} 分。"
    if hasattr(type_of, "option"):
        return _options(slot, label, number, type_of)

    @lru_cache(maxsize=KEPT)
    def rendered(order: str, response: str) -> str:
        found = responses.of(response)
        return str(type_of.take(slot, _name(slot), label, json.loads(order), found))

    def filled(shown: str, seed: int, response: str) -> str:
        page = rendered(json.dumps(order_of(seed, slot.slot, slot)), response)
        return page.replace(number, shown)

    return filled


def _options(slot: Slot, label: str, number: str, type_of: Any) -> Callable[[str, int, str], str]:
    opening = str(type_of.opening(slot, label))
    option = cache(type_of.option)
    options = kind_of(slot.item_type).options(slot)
    written = range(len(options))
    letters = [letter(place) for place in written]

    @lru_cache(maxsize=KEPT_ORDERS)
    def rendered(places: tuple[int, ...], response: str) -> str:
        chosen = responses.of(response).get("choice", ())
        return opening + "".join(
            option(_name(slot), each, options[place], each in chosen)
            for each, place in zip(letters, places, strict=True)
        )

    def filled(shown: str, seed: int, response: str) -> str:
        places = tuple(order_of(seed, slot.slot, slot) or written)
        return rendered(places, response).replace(number, shown)

    return filled


def _name(slot: Slot) -> str:
    return f"slot-{slot.slot}"


@lru_cache(maxsize=32)
def sheet(digest: str, form_id: int) -> Sheet:
    """The page of a sealed paper, named by its seal so that no other is taken for it."""
    return Sheet(taking.paper(digest, form_id))
