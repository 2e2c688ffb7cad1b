"""An article taken apart for drafting: sentences that stand alone, and enumerations. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Shorter than this says too little, longer than this is no stem.
MIN_SENTENCE, MAX_SENTENCE = 12, 160
#: Words at the head of a sentence that point at what was said before it.
_LEANING = re.compile(
    r"^(?:前[一二三四五六七八九十]?款|前[一二三四五六七八九十]?项|上述|其中|其|但是|但|除前|该|"
    r"有前款|依照前|违反前|对前款|本款|本项|同时|否则|因此)"
)
_ITEM = re.compile(r"^[（(][一二三四五六七八九十]+[）)]\s*")
#: Members of an enumeration that stand for whatever was left out.
_CATCH_ALL = re.compile(r"其他|另有规定|等$")
_END = re.compile(r"(?<=[。；])")


@dataclass(frozen=True)
class Enumeration:
    """下列…：（一）…；（二）… with its members as worded, without numbers and closing marks."""

    lead: str
    members: Sequence[str]


def sentences(text: str) -> list[str]:
    """The sentences of an article that can be understood without what stands before them.

    Members of enumerations are no sentences. A sentence that is too long gives the parts between
    its semicolons that stand alone.
    """
    found: list[str] = []
    for paragraph in text.split("\n"):
        if _ITEM.match(paragraph) or paragraph.rstrip().endswith(("：", ":")):
            continue
        for sentence in re.split(r"(?<=。)", paragraph):
            whole = sentence.strip()
            parts = [whole] if len(whole) <= MAX_SENTENCE else _END.split(whole)
            found += [part.strip() for part in parts if _stands_alone(part.strip())]
    return list(dict.fromkeys(found))


def _stands_alone(sentence: str) -> bool:
    if not MIN_SENTENCE <= len(sentence) <= MAX_SENTENCE:
        return False
    balanced = sentence.count("（") == sentence.count("）")
    return balanced and not _LEANING.match(sentence)


def enumerations(text: str) -> Iterator[Enumeration]:
    """The enumerations of an article that have at least two members besides a catch-all."""
    lead, members = "", list[str]()
    for paragraph in [*text.split("\n"), ""]:
        if _ITEM.match(paragraph) and lead:
            members.append(_ITEM.sub("", paragraph).strip().rstrip("；。;，"))
            continue
        named = [each for each in members if not _CATCH_ALL.search(each)]
        if len(named) > 1:
            yield Enumeration(lead, named)
        members = []
        lead = _lead(paragraph)


def _lead(paragraph: str) -> str:
    """The sentence that opens an enumeration, without its colon; "" where none does."""
    paragraph = paragraph.strip()
    if not paragraph.endswith(("：", ":")):
        return ""
    last = re.split(r"(?<=。)", paragraph[:-1])[-1].strip()
    return "" if _LEANING.match(last) or not 4 <= len(last) <= MAX_SENTENCE else last
