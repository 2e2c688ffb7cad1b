"""What there is to study and to be tested by for an entry, and who has done both. Pure.

清单覆盖率: of all (person, entry) pairs that a list asks for, those where the person has studied
and been tested (DOMAIN 2.4).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.figures import rate

#: Fewer published items than this cannot test an entry.
MIN_ITEMS = 3


@dataclass(frozen=True)
class Asked:
    """What an entry is about: articles, or for none of them a whole law in any version."""

    entry_id: int
    title: str
    law_id: int
    article_ids: frozenset[int] = frozenset()

    def meets(self, law_id: int, article_id: int) -> bool:
        return article_id in self.article_ids if self.article_ids else law_id == self.law_id


@dataclass(frozen=True)
class Lesson:
    """A lesson of an open course that quotes an article."""

    course_id: int
    lesson_id: int
    law_id: int
    article_id: int


@dataclass(frozen=True)
class Cited:
    """An article that something (an item, a paper) rests on."""

    of: int
    law_id: int
    article_id: int


@dataclass(frozen=True)
class Offer:
    """What there is for an entry."""

    asked: Asked
    #: Course → its lessons that teach the entry.
    courses: Mapping[int, frozenset[int]]
    #: Type of item → how many published items there are.
    items: Mapping[str, int]
    #: Papers, or items of papers that each draws from, that ask about it:
    #: exam.queries.papers.asked.
    forms: frozenset[int] = frozenset()

    @property
    def lack(self) -> str:
        """What keeps the entry from being released; "" if nothing does."""
        missing = [] if self.courses else ["没有课程"]
        if (count := sum(self.items.values())) < MIN_ITEMS:
            missing.append(f"试题 {count} 道，至少要 {MIN_ITEMS} 道")
        return f"“{self.asked.title}”{'、'.join(missing)}" if missing else ""

    def studied(self, lessons: Collection[int]) -> bool:
        """Whether somebody who completed these lessons has learnt the entry: all that one course
        says about it."""
        return any(wanted <= set(lessons) for wanted in self.courses.values())

    def tested(self, forms: Collection[int]) -> bool:
        return not self.forms.isdisjoint(forms)


def offers(
    asked: Iterable[Asked],
    *,
    lessons: Sequence[Lesson],
    items: Sequence[Cited],
    types: Mapping[int, str],
    forms: Sequence[Cited],
) -> list[Offer]:
    """What there is for each entry, in their order. ``types``: item → its type."""
    found = []
    for each in asked:
        courses: dict[int, set[int]] = {}
        for lesson in lessons:
            if each.meets(lesson.law_id, lesson.article_id):
                courses.setdefault(lesson.course_id, set()).add(lesson.lesson_id)
        counts: dict[str, int] = {}
        for item in {one.of for one in items if each.meets(one.law_id, one.article_id)}:
            counts[types[item]] = counts.get(types[item], 0) + 1
        found.append(Offer(
            each,
            {course: frozenset(several) for course, several in sorted(courses.items())},
            counts,
            frozenset(one.of for one in forms if each.meets(one.law_id, one.article_id)),
        ))  # fmt: skip
    return found


@dataclass(frozen=True)
class Learner:
    """What somebody has done."""

    person_id: int
    lessons: Collection[int] = field(default_factory=frozenset)
    forms: Collection[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Tally:
    """How many of those whom an entry binds have studied, been tested, and both."""

    due: int
    studied: int
    tested: int
    both: int

    @property
    def rate(self) -> Decimal | None:
        return rate(self.both, self.due)


def tally(offer: Offer, learners: Sequence[Learner]) -> Tally:
    marks = [(offer.studied(each.lessons), offer.tested(each.forms)) for each in learners]
    return Tally(
        due=len(marks),
        studied=sum(studied for studied, _ in marks),
        tested=sum(tested for _, tested in marks),
        both=sum(studied and tested for studied, tested in marks),
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """Over all entries: counts of (person, entry) pairs, never a mean of rates."""
    tallies = list(tallies)
    return Tally(
        due=sum(each.due for each in tallies),
        studied=sum(each.studied for each in tallies),
        tested=sum(each.tested for each in tallies),
        both=sum(each.both for each in tallies),
    )
