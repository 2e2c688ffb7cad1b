"""The page of a sealed paper, rendered once and then only filled in.

A paper never changes, so its HTML is made once a process, question by question, with gaps where
attempts differ: which number a question has, what is answered in, and the sequence numbers. It is
kept as it goes over the wire, a question for each order of its options and each answer.
Each gap is filled by the template of the item's type; an option to tick is rendered once, whatever
letter it stands under, anything else once for each answer that some attempt has saved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from operator import getitem
from secrets import token_hex
from typing import Any, NamedTuple

from flask import current_app, get_template_attribute

from core import figures
from exam.attempts import responses
from exam.papers.ordering import picks_of, ways_of
from exam.papers.snapshot import Paper, Slot
from exam.queries.attempts.taking import Kept
from exam.services.attempts import taking
from question_bank.types import Order, kind_of
from question_bank.types.base import letter

TEMPLATE = "exam/papers/sheet.html"
#: Filled questions of a slot that are kept: the blank ones in many orders, and some saved answers.
KEPT = 256


#: What fills the gap of a slot, from an order of its options and the stored response, with the mark
#: where the number of the question stands.
_Fields = Callable[[Order, str], str]


@dataclass(frozen=True)
class _Question:
    """The HTML of a question in three parts, between which its gaps are."""

    head: bytes
    middle: bytes
    tail: bytes


class _Place:
    """A question wherever it stands on a paper."""

    def __init__(self, slot: Slot, question: _Question, fields: _Fields, number: bytes) -> None:
        self._question, self._fields, self._number = question, fields, number
        self.slot, self.section = slot.slot, slot.section
        #: The number that it was sealed under, and most candidates know it by.
        self.sealed = b"%d" % slot.slot
        self.ways = ways_of(slot.slot, slot)
        #: Before and after its sequence number, in pieces between which its own number stands.
        self._pieces = lru_cache(maxsize=KEPT)(self._made)
        #: Blank, in pieces between which its number stands, by which of its orders; None for one
        #: that nobody has met yet, and at the end for one that is not counted.
        self.blank: list[list[bytes] | None] = [None] * (len(self.ways.orders) + 1)
        #: The same under the number that it was sealed under: one piece.
        self.blank_as_sealed = [*self.blank]

    def filled(self, number: bytes, seed: int, pick: int, kept: Kept | None) -> bytes:
        """``pick``: which of its orders the seed picks, as ``exam.papers.ordering.picks_of``."""
        order = self.ways.orders[pick] if pick >= 0 else self.ways.order(seed)
        if kept is not None:
            before, after = self._pieces(order, kept.response)
            return b"%b%d%b" % (number.join(before), kept.seq, number.join(after))
        before, after = self._pieces(order, "{}")
        pieces = [*before[:-1], b"%b0%b" % (before[-1], after[0]), *after[1:]]
        if pick >= 0:
            self.blank[pick] = pieces
            self.blank_as_sealed[pick] = [self.sealed.join(pieces)]
        return number.join(pieces)

    def _made(self, order: Order, response: str) -> tuple[list[bytes], list[bytes]]:
        question, number = self._question, self._number
        after = b"".join((question.middle, self._fields(order, response).encode(), question.tail))
        return question.head.split(number), after.split(number)


class Sheet:
    def __init__(self, paper: Paper) -> None:
        # Stands where a gap begins and ends; nobody who writes items can know it.
        edge = token_hex(16)
        #: Stands for the number of a question on its candidate's paper.
        number = token_hex(16)

        def gap(what: str, slot: int) -> str:
            return number if what == "number" else f"{edge}{what}:{slot}{edge}"

        def rendered(macro: str, *about: Any) -> list[str]:
            return str(get_template_attribute(TEMPLATE, macro)(*about, gap)).split(edge)

        #: Text, and what fills a gap: a section by its index, or the cells of the answer sheet.
        self._frame = [
            part.encode() if index % 2 == 0 else _gap(*part.split(":"))
            for index, part in enumerate(rendered("paper", paper))
        ]
        self._places: dict[int, _Place] = {}
        self._cells: dict[int, list[bytes]] = {}
        for each in paper.slots:
            head, _, middle, _, tail = rendered("question", each)
            [cell] = rendered("cell", each)
            question = _Question(head.encode(), middle.encode(), tail.encode())
            self._places[each.slot] = _Place(each, question, _fields(each, number), number.encode())
            self._cells[each.slot] = cell.encode().split(number.encode())

        #: As many as there can be.
        self._numbers = [b"%d" % at for at in range(1, len(paper.slots) + 1)]
        self._paper, self._as_sealed = paper, self._laid_out(paper)

    def filled(self, paper: Paper, seed: int, kept: Mapping[int, Kept]) -> list[bytes]:
        """The paper as the candidate of an attempt sees it, with what is saved of it, in parts.

        ``paper`` is the sealed one, or what was drawn of it (exam.papers.drawing).
        """
        layout = self._as_sealed if paper is self._paper else self._laid_out(paper)
        parts: list[bytes] = []
        for part in self._frame:
            if isinstance(part, bytes):
                parts.append(part)
            elif part is None:
                parts += layout.cells
            elif part in layout.sections:
                parts += layout.sections[part].filled(seed, kept)
        return parts

    def _laid_out(self, paper: Paper) -> "_Layout":
        slots = [each.slot for each in paper.slots]
        cells = [
            number.join(self._cells[slot])
            for number, slot in zip(self._numbers, slots, strict=False)
        ]
        sections: dict[int, _Section] = {}
        placed = zip(self._numbers, map(self._places.__getitem__, slots), strict=False)
        for section, found in groupby(placed, key=lambda each: each[1].section):
            sections[section] = _Section([*found])
        return _Layout(cells, sections)


class _Section:
    """Questions of a section, in their order, each with its number."""

    def __init__(self, placed: Sequence[tuple[bytes, _Place]]) -> None:
        self._placed = placed
        self._ways = [place.ways for _, place in placed]
        self._blank = [
            place.blank_as_sealed if number == place.sealed else place.blank
            for number, place in placed
        ]

    def filled(self, seed: int, kept: Mapping[int, Kept]) -> list[bytes]:
        """They, as the candidate of an attempt sees them, with what is saved of them."""
        picks = picks_of(seed, self._ways)
        return [
            number.join(pieces)
            if pieces is not None and place.slot not in kept
            else place.filled(number, seed, pick, kept.get(place.slot))
            for pieces, (number, place), pick in zip(
                map(getitem, self._blank, picks), self._placed, picks, strict=True
            )
        ]


class _Layout(NamedTuple):
    """The questions in the order of a paper, numbered as its candidates read them."""

    cells: list[bytes]
    sections: Mapping[int, _Section]


def _gap(what: str, section: str) -> int | None:
    """The section whose questions stand in a gap; None for the cells of the answer sheet."""
    return None if what == "cells" else int(section)


def _fields(slot: Slot, number: str) -> _Fields:
    """``number`` stands in what is rendered for the one that the candidate reads."""
    path = f"item_types/{slot.item_type.value}/take.html"
    type_of: Any = current_app.jinja_env.get_template(path).module
    label = f"第 {number} 题，{slot.item_type.label}，{figures.plain(slot.marks)} 分。"
    if hasattr(type_of, "option"):
        return _options(slot, label, type_of)

    return lambda order, response: str(
        type_of.take(slot, _name(slot), label, order, responses.of(response))
    )


def _options(slot: Slot, label: str, type_of: Any) -> _Fields:
    opening = str(type_of.opening(slot, label))
    options = kind_of(slot.item_type).options(slot)
    written = range(len(options))
    letters = [letter(place) for place in written]
    #: Stands for the letter that an option gets from the order.
    mark = token_hex(16)

    @cache
    def option(place: int, chosen: bool) -> str:
        return str(type_of.option(_name(slot), mark, options[place], chosen))

    def rendered(order: Order, response: str) -> str:
        chosen = responses.of(response).get("choice", ())
        return opening + "".join(
            option(place, each in chosen).replace(mark, each)
            for each, place in zip(letters, order or written, strict=True)
        )

    return rendered


def _name(slot: Slot) -> str:
    return f"slot-{slot.slot}"


@lru_cache(maxsize=32)
def sheet(digest: str, form_id: int) -> Sheet:
    """The page of a sealed paper, named by its seal so that no other is taken for it."""
    return Sheet(taking.paper(digest, form_id))
