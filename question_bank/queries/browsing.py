"""Reads of items. Whose items a reader sees is part of every query."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from accounts.models import Account, Person
from core import paging
from core.db import any_of, db, different
from core.fulltext.index import CAP, Hits
from core.paging import Page
from laws import search
from laws.models import Article, Law, LawVersion
from laws.numerals import Key
from question_bank.life import Secrecy
from question_bank.models import (
    Citation,
    Item,
    ItemComment,
    ItemRevision,
    ItemState,
    ReviewStep,
)
from question_bank.queries import holding
from question_bank.queries.usage import Use, used_so
from question_bank.reach import Reach

#: What the index calls items.
ITEM = "item"
#: States in which an item has been passed at least once.
PASSED = (ItemState.PUBLISHED, ItemState.QUARANTINED, ItemState.RETIRED)
ORDERS: Mapping[str, Sequence[Any]] = {
    "id": (Item.id,),
    "type": (ItemRevision.item_type, Item.id),
    "difficulty": (ItemRevision.difficulty, Item.id),
    "topic": (ItemRevision.topic, Item.id),
    "changed": (ItemRevision.created_at, Item.id),
}


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; empty fields narrow nothing."""

    text: str = ""
    item_type: str = ""
    state: str = ""
    difficulty: int | None = None
    cognitive_level: str = ""
    scene: str = ""
    topic: str = ""
    law_id: int | None = None
    #: The article, in any version; of any law where none is named.
    article: Key | None = None
    writer_id: int | None = None
    batch_id: int | None = None
    pool: str = ""
    secrecy: str = ""
    use: Use | None = None
    #: Valid at most until then; the other end is open.
    valid_until: date | None = None
    #: Not kept secret until the exam: what may leave the house.
    exportable: bool = False


def items(
    narrow: Filter, reach: Reach, *, sort: str = "id", descending: bool = True
) -> Select[Any]:
    """Items with their current revisions and writers, newest first unless sorted otherwise."""
    order = ORDERS.get(sort, ORDERS["id"])
    return (
        select(Item)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(*_conditions(narrow), within(reach))
        .options(
            contains_eager(Item.current),
            joinedload(Item.writer).joinedload(Account.person),
        )
        .order_by(*(each.desc() if descending else each for each in order))
    )


@dataclass(frozen=True)
class Listing:
    """A page of a narrowed list, and how many items of each state the rest of the filter finds.

    Of more than CAP items that full text finds, only the newest are listed and counted, and the
    page says that there are more.
    """

    page: Page[Item]
    counts: Mapping[ItemState, int]
    more: bool = False


def listing(
    narrow: Filter, reach: Reach, *, sort: str, descending: bool, number: int, per_page: int
) -> Listing:
    """A page of ``items``; only its rows are read whole."""
    wanted: ColumnElement[bool]
    if narrow.text:
        newest, more = _newest(replace(narrow, state=""), reach)
        states, beyond = Counter(newest.values()), more
        ids = [each for each, state in newest.items() if narrow.state in ("", state.value)]
        if more and len(ids) <= number * per_page:
            # They are few among the newest of all states.
            newest, beyond = _newest(narrow, reach)
            ids = list(newest)
        total, wanted = len(ids), Item.id.in_(ids)
    else:
        states, more, beyond = _counted(narrow, reach), False, False
        state = ItemState.by_label(narrow.state)
        # A state that does not exist finds nothing.
        total = sum(states.values()) if not narrow.state else states[state] if state else 0
        wanted = and_(*_conditions(narrow), within(reach))
    order = [each.desc() if descending else each for each in ORDERS.get(sort, ORDERS["id"])]
    found = paging.select_page(
        select(Item.id)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(wanted)
        .order_by(*order),
        number=number,
        per_page=per_page,
        total=total,
    )
    rows = db.session.scalars(
        items(Filter(), reach, sort=sort, descending=descending).where(Item.id.in_(found.items))
    )
    page = replace(found.of(rows.all()), more=beyond)
    return Listing(page, {each: states[each] for each in ItemState}, more)


def _newest(narrow: Filter, reach: Reach) -> tuple[dict[int, ItemState], bool]:
    """State by id of the newest items that the filter finds, and whether there are more."""
    query = select(Item.id, Item.state)
    if _asks_revisions(narrow):
        query = query.join(ItemRevision, ItemRevision.id == Item.current_id)
    rows = db.session.execute(
        query.where(Item.current_id.is_not(None), *_conditions(narrow), within(reach))
        .order_by(Item.id.desc())
        .limit(CAP + 1)
    ).all()
    return {row[0]: row[1] for row in rows[:CAP]}, len(rows) > CAP


def with_citations(query: Select[Any]) -> Select[Any]:
    """The same items with the articles that they cite."""
    return query.options(contains_eager(Item.current).options(_cited()))


def _counted(narrow: Filter, reach: Reach) -> Counter[ItemState]:
    """How many items of each state the filter finds, whatever state it names."""
    counted = select(Item.state, func.count(Item.id))
    if _asks_revisions(narrow):
        counted = counted.join(ItemRevision, ItemRevision.id == Item.current_id)
    rows = db.session.execute(
        counted.where(
            Item.current_id.is_not(None), *_conditions(replace(narrow, state="")), within(reach)
        )
        .group_by(Item.state)
        .order_by(Item.state)
    )
    return Counter({row[0]: row[1] for row in rows})


def _asks_revisions(narrow: Filter) -> bool:
    """Whether a condition is about the revision itself, so that counting has to read it."""
    return bool(
        narrow.item_type
        or narrow.difficulty
        or narrow.cognitive_level
        or narrow.scene
        or narrow.topic
        or narrow.valid_until
    )


def _conditions(narrow: Filter) -> list[ColumnElement[bool]]:
    same: list[tuple[Any, Any]] = [
        (ItemRevision.item_type, narrow.item_type or None),
        (Item.state, narrow.state or None),
        (ItemRevision.difficulty, narrow.difficulty),
        (ItemRevision.cognitive_level, narrow.cognitive_level or None),
        (ItemRevision.scene, narrow.scene or None),
        (ItemRevision.topic, narrow.topic or None),
        (Item.writer_id, narrow.writer_id),
        (Item.batch_id, narrow.batch_id),
        (Item.pool, narrow.pool or None),
        (Item.secrecy, narrow.secrecy or None),
    ]
    conditions = [column == value for column, value in same if value is not None]
    if narrow.valid_until is not None:
        conditions.append(ItemRevision.valid_until <= narrow.valid_until)
    if narrow.use:
        conditions.append(used_so(narrow.use))
    if narrow.exportable:
        conditions.append(Item.secrecy != Secrecy.UNTIL_EXAM)
    if narrow.text:
        found = Hits(db.session, [ITEM], search.texts(narrow.text))
        # No way in: for each item of another condition's index SQLite would try every hit.
        conditions.append((Item.id + 0).in_(found.ref_ids()))
    if narrow.law_id is not None or narrow.article is not None:
        conditions.append(_cites(narrow.law_id, narrow.article))
    return conditions


def _cites(law_id: int | None, key: Key | None) -> ColumnElement[bool]:
    cited = (
        select(Citation.revision_id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
    )
    if law_id is not None:
        cited = cited.where(LawVersion.law_id == law_id)
    if key is not None:
        cited = cited.where(Article.number_main == key.main, Article.number_sub == key.sub)
    return Item.current_id.in_(cited)


def within(reach: Reach) -> ColumnElement[bool]:
    """What the reach sees, for queries of Item."""
    own: ColumnElement[bool] = (
        false() if reach.account_id is None else Item.writer_id == reach.account_id
    )
    seen: ColumnElement[bool] = own
    if reach.others:
        theirs: ColumnElement[bool] = (
            Item.id.is_not(None) if reach.drafts else Item.state.in_(PASSED)
        )
        if not reach.confidential:
            theirs = and_(theirs, Item.secrecy != Secrecy.UNTIL_EXAM)
        seen = or_(own, theirs)
    return seen if reach.held else and_(seen, holding.free(reach.account_id))


def _cited() -> Any:
    return (
        selectinload(ItemRevision.citations)
        .joinedload(Citation.article)
        .joinedload(Article.version)
        .joinedload(LawVersion.law)
    )


def item(item_id: int, reach: Reach) -> Item:
    """An item with its revisions and cited articles. NoResultFound outside of the reach."""
    query = (
        select(Item)
        .where(Item.id == item_id, within(reach))
        .options(
            joinedload(Item.current),
            joinedload(Item.writer).joinedload(Account.person),
            selectinload(Item.revisions).options(_cited()),
        )
    )
    return db.session.scalars(query).unique().one()


def visible_revisions(revision_ids: Sequence[int], reach: Reach) -> dict[int, int]:
    """Of these revisions those whose item lies within the reach: revision id to item id."""
    query = (
        select(ItemRevision.id, ItemRevision.item_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(ItemRevision.id.in_(revision_ids), within(reach))
        .order_by(ItemRevision.id)
    )
    return {row.id: row.item_id for row in db.session.execute(query)}


def chosen(item_ids: Sequence[int], reach: Reach) -> Sequence[Item]:
    """The items of these ids that lie within the reach, in order of id, with their articles."""
    query = items(Filter(), reach, descending=False).where(Item.id.in_(item_ids))
    return db.session.scalars(with_citations(query)).unique().all()


def next_waiting(
    after: int,
    reviewer_id: int,
    reach: Reach,
    states: Sequence[ItemState] = (ItemState.DRAFT, ItemState.QUARANTINED),
) -> int | None:
    """The next item, from the one given on, that the reviewer can pass; None if there is none."""
    cited = exists().where(Citation.revision_id == Item.current_id)
    return db.session.scalar(
        select(Item.id)
        .where(
            Item.id != after,
            Item.state.in_(states),
            or_(Item.writer_id.is_(None), Item.writer_id != reviewer_id),
            cited,
            within(reach),
        )
        .order_by(case((Item.id > after, 0), else_=1), Item.id)
        .limit(1)
    )


def revision_authors(item: Item) -> dict[int, str]:
    """Who made each revision of the item: name by account id."""
    ids = {each.created_by_id for each in item.revisions if each.created_by_id}
    rows = db.session.execute(
        select(Account.id, Person.name)
        .join(Person, Person.id == Account.person_id)
        .where(Account.id.in_(ids))
        .order_by(Account.id)
    )
    return {row[0]: row[1] for row in rows}


def steps_of(item: Item) -> Sequence[ReviewStep]:
    """Who passed the item or sent it back, on whichever revision, the oldest first."""
    ids = [each.id for each in item.revisions]
    return db.session.scalars(
        select(ReviewStep)
        .where(ReviewStep.revision_id.in_(ids))
        .options(joinedload(ReviewStep.by).joinedload(Account.person),
                 joinedload(ReviewStep.revision))
        .order_by(ReviewStep.at, ReviewStep.id)
    ).all()  # fmt: skip


def comments_of(item_id: int) -> Sequence[ItemComment]:
    """Remarks on the item, the oldest first."""
    return db.session.scalars(
        select(ItemComment)
        .where(ItemComment.item_id == item_id)
        .options(
            joinedload(ItemComment.by).joinedload(Account.person),
            joinedload(ItemComment.resolved_by).joinedload(Account.person),
            joinedload(ItemComment.revision),
        )
        .order_by(ItemComment.at, ItemComment.id)
    ).all()


def comment_of(item_id: int, comment_id: int) -> ItemComment:
    """One remark on the item; ask for the item first. NoResultFound for another item's."""
    return db.session.scalars(
        select(ItemComment).where(ItemComment.id == comment_id, ItemComment.item_id == item_id)
    ).one()


class CitedLaw(NamedTuple):
    id: int
    short_title: str


def cited_laws(reach: Reach) -> Sequence[CitedLaw]:
    """Laws that some item within the reach cites, by name."""
    cited = (
        select(Item.id)
        .join(Citation, Citation.revision_id == Item.current_id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(LawVersion.law_id == Law.id, within(reach))
    )
    rows = db.session.execute(
        select(Law.id, Law.short_title).where(any_of(cited)).order_by(Law.short_title, Law.id)
    )
    return [CitedLaw(*row) for row in rows]


def topics(reach: Reach) -> Sequence[str]:
    """The topics of the items within the reach, by name."""
    named = different(ItemRevision.topic)
    current = aliased(ItemRevision)
    used = (
        select(Item.id)
        .join(current, current.id == Item.current_id)
        .where(current.topic == named.c.value, within(reach))
    )
    return db.session.scalars(
        select(named.c.value).where(named.c.value != "", any_of(used)).order_by(named.c.value)
    ).all()


def writers(reach: Reach) -> Sequence[Account]:
    """Whoever wrote an item within the reach, by name."""
    known = different(Item.writer_id)
    wrote = select(Item.id).where(Item.writer_id == known.c.value, within(reach))
    return db.session.scalars(
        select(Account)
        .join(known, known.c.value == Account.id)
        .join(Person, Person.id == Account.person_id)
        .where(any_of(wrote))
        .options(joinedload(Account.person))
        .order_by(Person.name, Account.id)
    ).all()
