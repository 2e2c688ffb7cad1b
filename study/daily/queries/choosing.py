"""Items that could be among 今日五题, by the reason for which they would be asked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from accounts.models import Person
from core import clock
from core.db import db
from courses.models import Lesson, LessonArticle, LessonProgress, NewLawEvent
from courses.must_know import queries as must_know
from courses.new_law import LawEventKind
from courses.queries import amending
from exam.assembling import plans
from laws import queries as law_queries
from laws.models import LawVersion
from laws.queries.lineage import follow_all
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries import holding
from study.daily.memory import Memory
from study.daily.queries import memories
from study.practice.drawing import Choice, in_turn
from study.practice.kinds import Reason
from study.practice.queries import choosing, mistakes
from study.practice.queries import runs as queries

#: What a lesson taught is asked within so many days after it was completed.
STUDIED = timedelta(days=3)
#: A law is new for so long after the day from which it applies.
NEW = timedelta(days=180)
#: Of each reason no more items than this are looked at.
MOST = 40


def queues(person: Person, at: datetime, rng: Random) -> Mapping[Reason, Sequence[int]]:
    """Ids of items that may be practised today, the best of each reason first."""
    today = clock.local(at).date()
    known = memories.memories(person, at)
    last = queries.last_answered(person)
    wrong = mistakes.of(person, at)
    may = set(choosing.item_ids(Choice(), today))

    def turns(items: Iterable[int]) -> list[int]:
        return in_turn(set(items) & may, last, rng)[:MOST]

    post, general = _lists(person, today)
    weak = [article for article, each in known.items() if memories.mastery(each).is_weak]
    return {
        Reason.DUE: _due(known, at, last, rng),
        Reason.STUDIED: turns(_on(_studied(person, at), today)),
        Reason.MISTAKE: turns(each for each, one in wrong.items() if one.last < today),
        Reason.NEW_LAW: turns(_on(_new(today), today)),
        Reason.POST: turns(_of_lists(post, today)),
        Reason.MUST_KNOW: turns(_of_lists(general, today)),
        Reason.WEAK: turns(_on(weak, today)),
        Reason.FRESH: turns(may - wrong.keys()) or turns(may),
    }


def _due(
    known: Mapping[int, Memory], at: datetime, last: Mapping[int, datetime], rng: Random
) -> list[int]:
    """Of every article that is due one item, that met the longest ago; what is most likely
    forgotten comes first."""
    today = clock.local(at).date()
    due = [article for article, each in known.items() if each.is_due(today)]
    due.sort(key=lambda article: (known[article].recall(at), article))
    by_article = _by_article(due[:MOST], today)
    found = (in_turn(by_article[article], last, rng) for article in due if article in by_article)
    return list(dict.fromkeys(several[0] for several in found))


def _by_article(article_ids: Collection[int], today: date) -> dict[int, list[int]]:
    """Items that may be practised, by the articles that they cite."""
    rows = db.session.execute(
        select(Citation.article_id, Item.id)
        .join(Item, Item.current_id == Citation.revision_id)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(
            Citation.article_id.in_(article_ids),
            holding.may_practise(today),
            ItemRevision.item_type.in_(plans.marked_at_once()),
        )
        .order_by(Citation.article_id, Item.id)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for article, item in rows:
        found[article].append(item)
    return found


def _on(article_ids: Collection[int], today: date) -> set[int]:
    return {item for several in _by_article(article_ids, today).values() for item in several}


def _studied(person: Person, at: datetime) -> list[int]:
    """Articles, as they are in force, of the lessons that the person completed lately."""
    taught = db.session.scalars(
        select(LessonArticle.article_id)
        .join(Lesson, Lesson.id == LessonArticle.lesson_id)
        .join(LessonProgress, LessonProgress.lesson_id == Lesson.id)
        .where(LessonProgress.person_id == person.id, LessonProgress.completed_at > at - STUDIED)
        .order_by(LessonArticle.id)
    )
    moved = follow_all(taught, clock.local(at).date())
    return [each.new for each in moved.values() if each.new is not None]


def _new(today: date) -> list[int]:
    """New and changed articles of laws that apply since lately, unless nobody need study them."""
    versions = db.session.scalars(
        select(LawVersion)
        .join(NewLawEvent, NewLawEvent.version_id == LawVersion.id)
        .where(
            NewLawEvent.kind != LawEventKind.REPEALED,
            NewLawEvent.included.is_not(False),
            law_queries.is_current(today),
        )
        .order_by(LawVersion.id)
    ).all()
    recent = [each for each in versions if today - each.begins_on <= NEW]
    return [article for each in recent for article in amending.news_of(each.id)]


def _lists(person: Person, today: date) -> tuple[list[int], list[int]]:
    """The must-know lists that bind the person: by post or unit, and the others."""
    post: list[int] = []
    general: list[int] = []
    for each in must_know.lists_of(person, today):
        narrow = any(rule.post or rule.unit_id is not None for rule in each.audience)
        (post if narrow else general).append(each.list_id)
    return post, general


def _of_lists(list_ids: Iterable[int], today: date) -> set[int]:
    return {item for each in list_ids for item in choosing.item_ids(Choice(list_id=each), today)}
