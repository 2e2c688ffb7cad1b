"""What of an answer a person has to mark, and what it earns once that is done. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.figures import half_up
from question_bank import folding
from question_bank.item_types import MultiRule
from question_bank.types import Order, Part, Response, Written, kind_of

#: Points of the marking guide that an answer holds, as indices: a collection of those found, or
#: with how much of each counts, 0 to 1, where two people who marked it were not of one mind.
Found = Collection[int] | Mapping[int, Decimal]
#: What was found by question: "0" for the item itself, "1" for its first part …
Judged = Mapping[str, Found]

WHOLE = "0"


@dataclass(frozen=True)
class Point:
    """A point of the marking guide."""

    text: str
    #: The share of the question's marks.
    share: Decimal
    #: Words that suggest that an answer holds the point.
    words: Sequence[str]


@dataclass(frozen=True)
class Question:
    """A question of an item that persons mark, with what one candidate answered."""

    name: str
    written: Written
    #: The share of the item's marks.
    share: Decimal
    rationale: str
    response: Response

    @property
    def text(self) -> str:
        """The answer as written; "" for a blank one."""
        return answer_text(self.response)

    @property
    def reference(self) -> str:
        return str(self.written.key.get("reference", ""))

    @property
    def points(self) -> list[Point]:
        return points_of(self.written)


def answer_text(response: Response) -> str:
    return str(response.get("text", "")).strip()


def points_of(written: Written) -> list[Point]:
    """The marking guide of a question that persons mark."""
    points = written.key["points"]
    total = sum(Decimal(str(each["weight"])) for each in points)
    return [
        Point(each["text"], Decimal(str(each["weight"])) / total, each.get("words") or ())
        for each in points
    ]


def questions(item: Written, response: Response | None) -> list[Question]:
    """The questions of an item that persons mark, each with its answer."""
    given = response or {}
    return [
        Question(name, written, share, rationale, answer)
        for name, written, share, rationale, answer in _asked(item, given)
        if kind_of(written.item_type).by_hand
    ]


def _asked(
    item: Written, response: Response
) -> Iterator[tuple[str, Written, Decimal, str, Response]]:
    parts = kind_of(item.item_type).parts(item)
    if not parts:
        yield WHOLE, item, Decimal(1), "", response
        return
    answers = _answers(response, len(parts))
    total = _weight(parts)
    for number, (part, answer) in enumerate(zip(parts, answers, strict=True), 1):
        yield str(number), part.content, part.weight / total, part.rationale, answer


def _answers(response: Response, count: int) -> list[Response]:
    given = list(response.get("parts") or ())
    return [(given[n] if n < len(given) else None) or {} for n in range(count)]


def _weight(parts: Sequence[Part]) -> Decimal:
    return sum((part.weight for part in parts), Decimal(0))


def share_of_parts(item: Written, numbers: Collection[int]) -> Decimal:
    """The share of an item's marks that some of its parts are worth."""
    parts = kind_of(item.item_type).parts(item)
    if not parts:
        return Decimal(0)
    held = [part for number, part in enumerate(parts, 1) if number in numbers]
    return _weight(held) / _weight(parts)


def needs_person(item: Written) -> bool:
    """Whether some question of the item is marked by persons."""
    return bool(questions(item, None))


def by_hand(item: Written, marks: Decimal) -> Decimal:
    """What persons give at most of an item's marks."""
    return marks * sum((each.share for each in questions(item, None)), Decimal(0))


def exact(value: Decimal) -> Decimal:
    """A figure made of thirds and the like as it would be without their endless places.

    Before rounding half up: 0.004999…9 out of thirds is 0.005, which is 0.01.
    """
    return half_up(value, 9)


def found(item: Written, judged: Judged) -> Decimal:
    """The share of an item's marks that what persons found in its questions is worth."""
    return sum(
        (each.share * credit(each.written, judged.get(each.name, ()))
         for each in questions(item, None)),
        Decimal(0),
    )  # fmt: skip


def given(item: Written, marks: Decimal, judged: Judged) -> Decimal:
    """What persons gave of an item's marks, as pages tell them: without what machines score."""
    return half_up(exact(marks * found(item, judged)))


def credit(written: Written, points: Found) -> Decimal:
    """The share of a question's marks that the points found are worth."""
    counted = credits(points)
    return sum(
        (each.share * counted.get(n, 0) for n, each in enumerate(points_of(written))), Decimal(0)
    )


def credits(points: Found) -> Mapping[int, Decimal]:
    """How much counts of each point, 0 to 1."""
    return points if isinstance(points, Mapping) else dict.fromkeys(points, Decimal(1))


def between(judged: Judged) -> bool:
    """Whether some point counts in part, so that no ticks say what was found."""
    return any(each < 1 for points in judged.values() for each in credits(points).values())


def share(
    item: Written,
    response: Response,
    *,
    order: Order,
    rule: MultiRule,
    judged: Judged,
    penalty: Decimal = Decimal(0),
    free: Collection[int] = (),
) -> Decimal | None:
    """The share of an item's marks that an answer earns; None while a person has to say.

    It is negative for wrong choices where the paper has a ``penalty``, itself a share. ``free`` are
    parts, counted from 1, for which everybody earns all.
    """
    found = shares(
        item, response, order=order, rule=rule, judged=judged, penalty=penalty, free=free
    )
    parts = kind_of(item.item_type).parts(item)
    if not parts:
        return found[0]
    known = [each for each in found if each is not None]
    if len(known) < len(parts):
        return None
    earned = sum((part.weight * each for part, each in zip(parts, known, strict=True)), Decimal(0))
    return earned / _weight(parts)


def shares(
    item: Written,
    response: Response,
    *,
    order: Order,
    rule: MultiRule,
    judged: Judged,
    penalty: Decimal = Decimal(0),
    free: Collection[int] = (),
) -> list[Decimal | None]:
    """The same by part, each of the part's own marks; of an item without parts its one share."""

    def share_of(name: str, written: Written, answer: Response, shown: Order) -> Decimal | None:
        if int(name) in free:
            return Decimal(1)
        kind = kind_of(written.item_type)
        if kind.by_hand:
            return _by_hand(name, written, answer, judged)
        if not answer:
            return Decimal(0)
        if penalty and kind.is_wrong(written, answer, shown):
            return -penalty
        return kind.grade(written, answer, rule=rule, order=shown)

    parts = kind_of(item.item_type).parts(item)
    if not parts:
        return [share_of(WHOLE, item, response, order)]
    orders = list(order or [None] * len(parts))
    return [
        share_of(str(n), part.content, answer, orders[n - 1])
        for n, (part, answer) in enumerate(
            zip(parts, _answers(response, len(parts)), strict=True), 1
        )
    ]


def _by_hand(name: str, written: Written, answer: Response, judged: Judged) -> Decimal | None:
    if not answer_text(answer):
        return Decimal(0)
    return credit(written, judged[name]) if name in judged else None


@dataclass(frozen=True)
class Stretch:
    """A stretch of an answer; ``word`` if it is one of the suggested words."""

    text: str
    word: bool


def stretches(text: str, points: Sequence[Point]) -> list[Stretch]:
    """An answer cut where a suggested word begins or ends, so that pages can mark the words.

    Of words that overlap the one that begins first, of those that begin together the longest.
    """
    words = {word for point in points for word in point.words}
    spans = {span for word in words for span in folding.places(word, text)}
    found, done = [], 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= done:
            found += [Stretch(text[done:start], word=False), Stretch(text[start:end], word=True)]
            done = end
    return [each for each in (*found, Stretch(text[done:], word=False)) if each.text]


def hints(text: str, point: Point) -> list[str]:
    """The suggested words of a point that an answer uses, in whatever width and digits."""
    return [word for word in point.words if folding.places(word, text)]
