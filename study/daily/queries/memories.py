"""What the answers of a person leave of each article that is in force."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from core import clock
from core.db import db
from laws import force
from laws import queries as law_queries
from laws.models import Article, Division, Law, LawVersion
from laws.parsing.text import Level
from laws.queries.lineage import Lineage
from question_bank.models import Citation
from study.daily import pace
from study.daily.mastery import LATEST, Mastery
from study.daily.memory import Memory, Review
from study.practice.queries import answers
from study.practice.queries.answers import Given


def reviews(person: Person, at: datetime) -> dict[int, list[Review]]:
    """The person's considered answers, by the article in force today that they were about.

    An answer is about the articles that its item cites and that were in force when it was given.
    Where an article was edited or removed since, what was known of it does not count any more;
    where it stayed as it was, under whatever number, it does.
    """
    given = [each for each in answers.of(person, at) if _is_considered(each)]
    cited = _cited({each.revision_id for each in given})
    lineage = Lineage({law for several in cited.values() for _, law, _ in several})
    today = clock.local(at).date()
    found: defaultdict[int, list[Review]] = defaultdict(list)
    for each in given:
        day = clock.local(each.at).date()
        for article, law, version in cited[each.revision_id]:
            if not lineage.applies(law, version, day):
                continue
            moved = lineage.follow(article, law, version, today)
            if moved.new is not None and moved.stays_as_it_is:
                found[moved.new].append(
                    Review(each.at, each.share, each.revision_id, exam=each.exam)
                )
    return dict(found)


def _is_considered(given: Given) -> bool:
    return given.seconds is None or given.seconds >= pace.FLOOR


def _cited(revision_ids: set[int]) -> dict[int, list[tuple[int, int, int]]]:
    """Article, law and version that each revision cites."""
    rows = db.session.execute(
        select(Citation.revision_id, Article.id, LawVersion.law_id, LawVersion.id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(Citation.revision_id.in_(revision_ids))
        .order_by(Citation.id)
    )
    found: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for revision, article, law, version in rows:
        found[revision].append((article, law, version))
    return found


def memories(person: Person, at: datetime) -> dict[int, Memory]:
    """The memory of every article in force that the person ever answered about, by its id."""
    return {article: Memory.of(found) for article, found in reviews(person, at).items()}


def mastery(memory: Memory) -> Mastery:
    return Mastery.of(each.share for each in memory.reviews[-LATEST:])


@dataclass(frozen=True)
class Known:
    """An article, and what the person knows of it."""

    article: Article
    memory: Memory
    mastery: Mastery


@dataclass(frozen=True)
class KnownLaw:
    """A law with its articles that were answered about, and what is known of it as a whole."""

    version: LawVersion
    articles: Sequence[Known]
    #: How many articles the version has.
    size: int
    mastery: Mastery

    def due(self, today: date) -> int:
        return sum(each.memory.is_due(today) for each in self.articles)


def by_law(found: dict[int, Memory]) -> list[KnownLaw]:
    """By the law's name, articles in their order."""
    articles = db.session.scalars(
        select(Article)
        .where(Article.id.in_(found))
        .options(joinedload(Article.version).joinedload(LawVersion.law))
        .order_by(Article.version_id, Article.position, Article.id)
    ).all()
    by_version: defaultdict[int, list[Known]] = defaultdict(list)
    for each in articles:
        memory = found[each.id]
        by_version[each.version_id].append(Known(each, memory, mastery(memory)))
    sizes = law_queries.article_counts(list(by_version))
    laws = [
        KnownLaw(
            known[0].article.version,
            known,
            sizes[version_id],
            Mastery.of(one.share for each in known for one in each.memory.reviews[-LATEST:]),
        )
        for version_id, known in by_version.items()
    ]
    return sorted(laws, key=lambda law: (law.version.law.short_title, law.version.id))


def version_in_force(law: Law, today: date) -> LawVersion | None:
    """The version of a law that applies today, with its articles and divisions."""
    current = force.current(law.versions, today)
    return law_queries.version(current.id) if current else None


@dataclass(frozen=True)
class Chapter:
    """A chapter, or all of a law that has none, with the articles in it."""

    division: Division | None
    articles: Sequence[Article]
    #: By article, what is known of it.
    known: Mapping[int, Known]

    @property
    def mastery(self) -> Mastery:
        return Mastery.of(
            one.share for each in self.known.values() for one in each.memory.reviews[-LATEST:]
        )


def chapters(version: LawVersion, found: Mapping[int, Memory]) -> list[Chapter]:
    """The articles of a version by chapter, in their order; those before the first apart."""
    heads = {each.id: each for each in version.divisions}
    parts: list[tuple[Division | None, list[Article]]] = []
    for each in version.articles:
        head = _chapter_of(heads.get(each.division_id or 0), version.divisions)
        if not parts or parts[-1][0] is not head:
            parts.append((head, []))
        parts[-1][1].append(each)
    return [
        Chapter(
            head,
            articles,
            {
                each.id: Known(each, found[each.id], mastery(found[each.id]))
                for each in articles
                if each.id in found
            },
        )
        for head, articles in parts
    ]


def _chapter_of(division: Division | None, divisions: Sequence[Division]) -> Division | None:
    """The chapter (章) that a section (节) lies in; other divisions are their own."""
    if division is None or division.level <= Level.CHAPTER:
        return division
    before = [
        each
        for each in divisions
        if each.position < division.position and each.level <= Level.CHAPTER
    ]
    return before[-1] if before else division
