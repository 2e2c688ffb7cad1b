"""What every type of item can be asked. Pure.

A type is one module of this package with one ``Kind``, and a folder of templates,
``templates/item_types/<value>/``: ``show.html`` (the item with its key), ``edit.html`` (the part of
the form that is the type's own) and ``take.html`` (answering it in an exam).
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from question_bank.item_types import ItemType, MultiRule

#: Where something stands that may be wrong: fields of the form, columns of a file.
STEM, OPTIONS, KEY, PARTS = "stem", "options", "key", "parts"

#: How a candidate sees the options: which written option stands at each shown place. A list of
#: indices; for a case a list of such lists; None or empty for "as written".
Order = Sequence[Any] | None

#: Of a response, in JSON.
Response = Mapping[str, Any]

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encoded(response: Response) -> str:
    """A canonical response as it is stored."""
    return _ENCODER.encode(response)


class Written(Protocol):
    """What a writer put down: a draft, a revision, a slot of a paper, a part of a case."""

    @property
    def item_type(self) -> ItemType: ...
    @property
    def stem(self) -> str: ...
    @property
    def options(self) -> Sequence[str]: ...
    @property
    def key(self) -> Any: ...
    @property
    def parts(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True)
class Content:
    """The plainest thing that is ``Written``."""

    item_type: ItemType
    stem: str = ""
    options: Sequence[str] = ()
    key: Any = ()
    parts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Fault:
    """What is wrong with an item: where (STEM, OPTIONS, KEY, PARTS), and what, in Chinese."""

    field: str
    text: str


class BadResponse(ValueError):
    """A client sent what is no answer to the item; the text says why, in Chinese."""


class Unclear(ValueError):
    """What a file says is the answer cannot be taken; the text says why and what to write."""


@dataclass(frozen=True)
class Claims:
    """Of an item's wordings (by part: 题干, 选项 B) those that claim to be the law, and the others.

    A wrong option is wrong on purpose; a rationale is no part of it.
    """

    law: Sequence[tuple[str, str]]
    other: Sequence[str] = ()


@dataclass(frozen=True)
class Words:
    """The wordings that make an item what it is; two items with the same are one.

    ``ordered`` where the order says something, ``loose`` where it does not (options).
    """

    ordered: Sequence[str]
    loose: Sequence[str] = ()


class Sent:
    """Fields of a form as a browser sends them, those of a sub-question under its own prefix."""

    def __init__(self, fields: Mapping[str, Sequence[str]], prefix: str = "") -> None:
        self._fields = fields
        self._prefix = prefix

    def text(self, name: str) -> str:
        """The field's text, stripped; "" for none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value sent under the name, stripped."""
        return [
            each.replace("\0", "").strip() for each in self._fields.get(self._prefix + name, ())
        ]

    def lines(self, name: str) -> list[int]:
        """The numbers n of the fields name-n, or name-n-…, ascending; they may have gaps."""
        match = re.compile(rf"{re.escape(self._prefix + name)}-(\d{{1,4}})(?:-.*)?")
        found = (match.fullmatch(each) for each in self._fields)
        return sorted({int(each[1]) for each in found if each})

    def under(self, prefix: str) -> "Sent":
        return Sent(self._fields, self._prefix + prefix)


class Chance(Protocol):
    """What brings a list into an order by chance; random.Random does."""

    def shuffle(self, x: list[int], /) -> None: ...


class Kind(ABC):
    """A type of item. Stateless; items come as ``Written``, responses as JSON values."""

    item_type: ClassVar[ItemType]
    #: Names in files besides the label, folded as ``importing.words.plain`` does.
    names: ClassVar[Sequence[str]] = ()
    #: A person gives the marks; ``grade`` is None.
    by_hand: ClassVar[bool] = False
    #: What the template's column 正确答案 is to hold for this type, and an example.
    key_help: ClassVar[tuple[str, str]]

    # ------------------------------------------------------------------------------ writing

    @abstractmethod
    def from_form(self, sent: Sent) -> Content:
        """The item as filled in; whatever it is, nothing that was written is lost."""

    @abstractmethod
    def faults(self, written: Written) -> list[Fault]:
        """What is wrong with the item; of an empty stem others speak."""

    def clean(self, written: Written) -> Content:
        """The item as it is kept: stripped, in canonical order. For an item without faults."""
        return Content(
            self.item_type,
            written.stem.strip(),
            [each.strip() for each in written.options],
            written.key,
            [],
        )

    @abstractmethod
    def read_key(self, written: str, options: Sequence[str], stem: str) -> Any:
        """The key that a cell of a file stands for. Raises Unclear."""

    def key_cell(self, written: Written) -> str:
        """The key as a cell of a file, so that ``read_key`` gives it back."""
        return self.key_text(written)

    # ------------------------------------------------------------------------------ reading

    def options(self, written: Written) -> Sequence[str]:
        """The options as shown."""
        return written.options

    def parts(self, written: Written) -> Sequence["Part"]:
        """Sub-questions, if it has any."""
        return ()

    @abstractmethod
    def key_text(self, written: Written) -> str:
        """The right answer in one reading, for people."""

    def key_lines(self, written: Written) -> Sequence[str]:
        """The right options in words, where ``key_text`` names letters."""
        return ()

    def key_words(self, written: Written) -> Any:
        """The key as a value that does not hang on the order of the options."""
        return self.key_text(written)

    def wording(self, written: Written) -> dict[str, str]:
        """The item part by part, as people compare two revisions."""
        worded = {f"选项 {letter(n)}": text for n, text in enumerate(written.options)}
        return {"题干": written.stem, **worded, "正确答案": self.key_text(written)}

    def words(self, written: Written) -> Words:
        return Words([written.stem], written.options)

    @abstractmethod
    def claims(self, written: Written) -> Claims:
        """Which wordings claim to be the law."""

    # ------------------------------------------------------------------------------ in exams

    @abstractmethod
    def shape(self, written: Written) -> Any:
        """What ``read_response`` needs to know of an item: small, and JSON."""

    @abstractmethod
    def read_response(self, sent: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """The canonical response in what a client sent. Raises BadResponse.

        Fields besides the response's own are passed over. Letters are those that the candidate
        sees.
        """

    def stored(self, sent: Mapping[str, Any], shape: Any) -> str:
        """The canonical response in what a client sent, as it is stored. Raises BadResponse."""
        return encoded(self.read_response(sent, shape))

    def shuffle(self, written: Written, chance: Chance) -> Order:
        """An order of the options for one candidate; None where it is always as written."""
        return None

    @abstractmethod
    def grade(
        self, written: Written, response: Response, *, rule: MultiRule, order: Order = None
    ) -> Decimal | None:
        """The share of the marks that a canonical response earns, 0 to 1; None: a person says."""

    def is_wrong(self, written: Written, response: Response, order: Order = None) -> bool:
        """Whether a canonical response ticks what is not so: where guesses cost marks, this does.

        Blank is never wrong, nor is what only leaves something out.
        """
        return False

    @abstractmethod
    def response_text(self, written: Written, response: Response, order: Order = None) -> str:
        """A canonical response in one reading, in letters as written; "" for none given."""

    @abstractmethod
    def instruction(self, rule: MultiRule) -> str:
        """What a section of such items says about how to answer."""

    def penalty_note(self, penalty: Decimal, marks: Decimal) -> str:
        """What it says about wrong answers that cost a share of an item's marks; "" for nothing."""
        return ""


@dataclass(frozen=True)
class Part:
    """A sub-question: what is written, its kind, its share of the item, why it is so."""

    content: Content
    kind: Kind
    weight: Decimal
    rationale: str


def letter(index: int) -> str:
    """A for 0; past Z, which no item reaches, the number."""
    return chr(ord("A") + index) if 0 <= index < 26 else str(index + 1)


def written_of(shown: int, order: Order) -> int:
    """The written option at a shown place."""
    return int(order[shown]) if order else shown
