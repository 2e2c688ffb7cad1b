"""What is another in an archive than in one that was frozen. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from study.archive.sections import Archive, Section


@dataclass(frozen=True)
class Difference:
    of: str
    label: str
    #: "" where one of the two has no such line.
    before: str
    now: str


def differences(frozen: Archive, now: Archive) -> list[Difference]:
    """Facts first, then section by section: figures, and lines that came or went."""
    return [*_facts(frozen, now), *_sections(frozen, now)]


def _facts(frozen: Archive, now: Archive) -> Iterator[Difference]:
    for label in dict.fromkeys([*frozen.facts, *now.facts]):
        before, after = frozen.facts.get(label, ""), now.facts.get(label, "")
        if before != after:
            yield Difference("基本信息", label, before, after)


def _sections(frozen: Archive, now: Archive) -> Iterator[Difference]:
    before = {each.key: each for each in frozen.sections}
    for each in now.sections:
        old = before.pop(each.key, Section(each.key, each.title))
        yield from _section(old, each)
    for gone in before.values():
        yield from _section(gone, Section(gone.key, gone.title))


def _section(old: Section, new: Section) -> Iterator[Difference]:
    was = {each.label: each.written for each in old.figures}
    is_ = {each.label: each.written for each in new.figures}
    for label in dict.fromkeys([*was, *is_]):
        if was.get(label) != is_.get(label):
            yield Difference(new.title, label, was.get(label, ""), is_.get(label, ""))
    # A column that one of the two does not have is no change of what it says.
    shared = [each for each in new.heading if each in old.heading]
    kept, lines = _lines(old, shared), _lines(new, shared)
    for line in kept:
        if line not in lines:
            yield Difference(new.title, "明细", line, "")
    for line in lines:
        if line not in kept:
            yield Difference(new.title, "明细", "", line)


def _lines(section: Section, shared: Sequence[str]) -> Sequence[str]:
    """Its rows in words: the columns that both have, or all where only one has rows at all."""
    keep = [number for number, each in enumerate(section.heading) if not shared or each in shared]
    rows = ([row[number] for number in keep] if section.heading else row for row in section.rows)
    return list(dict.fromkeys([*("，".join(filter(None, row)) for row in rows), *section.text]))
