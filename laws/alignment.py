"""Which article of an older text became which article of a newer one. Pure.

Articles are matched by what they say, not by their numbers. The same words come first;
then, round by round, what is most alike, where lying between the same matched neighbours counts
in favour; at last the parts of articles that were split up or put together are traced.

An article whose own words stayed but which mentions another by its new number (本法第三十四条 →
本法第三十五条) is edited, never merely renumbered: what it says has to be read anew. It is marked
``only_references``, so that a reader may pass over it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.labels import Labelled
from laws import matching, parts, references, similarity
from laws.matching import Pairs
from laws.parsing.comparing import bare


class ChangeKind(Labelled):
    """What became of an article."""

    UNCHANGED = "unchanged", "未变"
    #: The same words under another number.
    RENUMBERED = "renumbered", "仅条号变"
    EDITED = "edited", "已修改"
    ADDED = "added", "新增"
    REMOVED = "removed", "删去"


@dataclass(frozen=True)
class ArticleText:
    #: As written: 第三十四条.
    number: str
    text: str


@dataclass(frozen=True)
class Change:
    """One row of a comparison; every old and every new article stands in exactly one."""

    kind: ChangeKind
    #: Index into the old articles; None for an added one.
    old: int | None
    #: Index into the new articles; None for a removed one.
    new: int | None
    #: Where the rest of a split article went or came from. Of an added article: the index of the
    #: old one that its text was taken from. Of a removed one: of the new one that took its text.
    related: int | None = None
    #: Edited, but only to follow the new numbers of articles that it mentions.
    only_references: bool = False


def align(old: Sequence[ArticleText], new: Sequence[ArticleText]) -> list[Change]:
    """Every article of both texts, in the order of the new text.

    A removed article stands behind the article that came before it in the old text. Comparing
    new with old gives the same pairs, with added and removed exchanged.
    """
    before, after = [bare(each.text) for each in old], [bare(each.text) for each in new]
    pairs = _same(before, after)
    taken = set(pairs.values())
    left = [n for n in range(len(old)) if n not in pairs]
    right = [n for n in range(len(new)) if n not in taken]
    weight = similarity.weights(each.text for each in (*old, *new)) if left and right else {}
    if weight:
        common = similarity.measure(
            [old[n].text for n in left], [new[n].text for n in right], weight
        )
        pairs = matching.match(
            pairs,
            matching.Side(len(old), left, _mentions(old)),
            matching.Side(len(new), right, _mentions(new)),
            matching.score(common),
        )
    edited = {i: j for i, j in pairs.items() if before[i] != after[j]}
    changes = [*_kept(old, new, pairs, edited), *_rest(old, new, pairs, edited, weight)]
    return _in_order(changes)


def _same(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Articles of the same words; where several are alike, the first with the first."""
    places: dict[str, tuple[list[int], list[int]]] = {}
    for side, texts in enumerate((before, after)):
        for n, text in enumerate(texts):
            places.setdefault(text, ([], []))[side].append(n)
    return {
        i: j
        for olds, news in places.values()
        if len(olds) == len(news)
        for i, j in zip(olds, news, strict=True)
    }


def _mentions(articles: Sequence[ArticleText]) -> matching.Mentions:
    places = {references.key_of(each.number): n for n, each in enumerate(articles)}
    return [
        frozenset(places[key] for key in references.mentioned(each.text) if key in places)
        for each in articles
    ]


def _kept(
    old: Sequence[ArticleText], new: Sequence[ArticleText], pairs: Pairs, edited: Pairs
) -> Iterator[Change]:
    keys = [[references.key_of(each.number) for each in side] for side in (old, new)]
    moved = {keys[0][i]: keys[1][j] for i, j in pairs.items()}
    for i, j in pairs.items():
        if i in edited:
            follows = references.only_follow(old[i].text, new[j].text, moved)
            yield Change(ChangeKind.EDITED, i, j, only_references=follows)
        elif keys[0][i] == keys[1][j]:
            yield Change(ChangeKind.UNCHANGED, i, j)
        else:
            yield Change(ChangeKind.RENUMBERED, i, j)


def _rest(
    old: Sequence[ArticleText],
    new: Sequence[ArticleText],
    pairs: Pairs,
    edited: Pairs,
    weight: similarity.Weight,
) -> Iterator[Change]:
    """Added and removed articles, and which edited ones they are parts of."""
    texts = [each.text for each in old], [each.text for each in new]
    taken = set(pairs.values())
    removed = [n for n in range(len(old)) if n not in pairs]
    added = [n for n in range(len(new)) if n not in taken]
    back = {j: i for i, j in edited.items()}
    into = parts.sources(removed, back, texts[0], texts[1], weight)
    yield from (Change(ChangeKind.REMOVED, n, None, into.get(n)) for n in removed)
    out_of = parts.sources(added, edited, texts[1], texts[0], weight)
    yield from (Change(ChangeKind.ADDED, None, n, out_of.get(n)) for n in added)


def _in_order(changes: Sequence[Change]) -> list[Change]:
    """By the new text; a removed article behind the one that came before it in the old text."""
    became = {each.old: each.new for each in changes}
    behind, last = {}, -1
    for n in sorted(n for n in became if n is not None):
        new = became[n]
        last = last if new is None else new
        behind[n] = last

    def place(change: Change) -> tuple[int, int, int]:
        if change.new is None:
            return (behind[change.old or 0], 1, change.old or 0)
        return (change.new, 0, 0)

    return sorted(changes, key=place)
