"""Where a text names another law or article: 依照《行政处罚法》第三十六条第一款. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from laws import clauses
from laws.clauses import Address
from laws.numerals import Key, to_int
from laws.parsing.text import short_title

_OWN = "本(?:宪法|法|条例|规定|办法|解释|决定|规则|准则|细则|章程|规程)"
_BOOK = r"《([^《》]{2,80}(?:《[^《》]{2,60}》[^《》]{0,20})?)》(?:[(（][^()（）]{2,40}[)）])?"
#: 刑法第十七条: a law named without marks counts only where an article follows.
_BARE = (
    r"([\u4e00-\u9fff]{0,16}(?:宪法|刑法|民法典|法|条例))(?=第[零一二三四五六七八九十百千〇]+条)"
)
_CITED = re.compile(rf"(?:{_BOOK}|({_OWN})|{_BARE})(?:{clauses.PATTERN})?")
_OWN_END = re.compile(rf"{_OWN}$")
#: Further articles of the same law: 第十条、第十二条和第十五条第一款.
_FURTHER = re.compile(rf"(?:、|和|或者?|及|以及|，)({clauses.PATTERN})")
_HERE = re.compile(r"本条第([一二三四五六七八九十]{1,3})款")
_DISTINCT = re.compile(r"[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True)
class Mention:
    """A stretch of a text that names a law, an article, or both."""

    begin: int
    end: int
    #: The names that may be meant, the longest first, as short titles; empty for the law itself.
    names: tuple[str, ...]
    address: Address | None


def mentions(text: str, *, within: Key) -> list[Mention]:
    """What the text of the article ``within`` names, in its order, without overlaps."""
    found = [*_cited(text), *_here(text, within)]
    found.sort(key=lambda each: (each.begin, -each.end))
    kept: list[Mention] = []
    for each in found:
        if not kept or each.begin >= kept[-1].end:
            kept.append(each)
    return kept


def _cited(text: str) -> Iterator[Mention]:
    for match in _CITED.finditer(text):
        book, own, bare, *groups = match.groups()
        address = _address(groups)
        begin = match.start() if not bare else match.start(3)
        if bare and (of_own := _OWN_END.search(bare)):
            own, bare, begin = of_own[0], None, begin + of_own.start()
        if own and address is None:
            continue
        names = () if own else (short_title(book),) if book else _endings(bare)
        yield Mention(begin, match.end(), names, address)
        end = match.end()
        while address and (further := _FURTHER.match(text, end)):
            more = _address(further.groups()[1:])
            if more is None:
                break
            yield Mention(further.start(1), further.end(), names, more)
            end = further.end()


def _here(text: str, within: Key) -> Iterator[Mention]:
    for match in _HERE.finditer(text):
        number = to_int(match[1])
        yield Mention(match.start(), match.end(), (), Address(within, number))


def _address(groups: list[str | None] | tuple[str | None, ...]) -> Address | None:
    try:
        return clauses.of_match(groups) if groups[0] else None
    except ValueError:
        return None


def _endings(bare: str) -> tuple[str, ...]:
    """What precedes a bare name cannot be told from it: 依照行政处罚法 may be any ending."""
    names = (short_title(bare[n:]) for n in range(len(bare) - 1))
    return tuple(dict.fromkeys(name for name in names if _DISTINCT.fullmatch(name)))


@dataclass(frozen=True)
class Piece:
    """A stretch of text, with the law and the article that it leads to, if any."""

    text: str
    #: None for text that leads nowhere; 0 for the law itself.
    law_id: int | None = None
    address: Address | None = None

    @property
    def anchor(self) -> str:
        """Where it leads to on the page of the law; empty for the law as a whole."""
        return self.address.anchor if self.address else ""


def pieces(text: str, *, within: Key, laws: Mapping[str, int], own: frozenset[Key]) -> list[Piece]:
    """The text in pieces; ``laws`` says which short titles the register knows, ``own`` which
    articles the law itself has. What neither knows stays text."""
    found: list[Piece] = []
    end = 0
    for each in mentions(text, within=within):
        piece = _resolved(text, each, laws, own)
        if piece is None:
            continue
        begin = each.end - len(piece.text)
        found += [Piece(text[end:begin])] if begin > end else []
        found.append(piece)
        end = each.end
    return [*found, Piece(text[end:])] if end < len(text) or not found else found


def _resolved(
    text: str, each: Mention, laws: Mapping[str, int], own: frozenset[Key]
) -> Piece | None:
    shown = text[each.begin : each.end]
    if not each.names:
        known = each.address is not None and each.address.article in own
        return Piece(shown, 0, each.address) if known else None
    name = next((name for name in each.names if name in laws), None)
    if name is None:
        return None
    # Of a bare name only the part that is a name: in 依照刑法第十七条, 刑法第十七条.
    at = shown.find(name) if not shown.startswith(("《", "第")) else 0
    return Piece(shown[max(at, 0) :], laws[name], each.address)


def names_in(texts: Mapping[Key, str]) -> set[str]:
    """Every name that the articles may mention, to be looked up at once."""
    return {
        name
        for key, text in texts.items()
        for each in mentions(text, within=key)
        for name in each.names
    }
