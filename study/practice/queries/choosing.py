"""What there is to practise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from core.db import db
from core.memo import Memo
from exam.assembling import plans
from laws.lists import queries as list_queries
from laws.lists.models import MustKnowVersion
from laws.models import Article, Law, LawVersion
from question_bank.item_types import ItemType
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries import holding
from study.practice.drawing import Choice
from study.practice.kinds import SELF_MARKED


@dataclass(frozen=True)
class Offer:
    """(value, name, number of items) of each thing that a drill can be narrowed to."""

    laws: Sequence[tuple[int, str, int]]
    topics: Sequence[tuple[str, int]]
    types: Sequence[tuple[ItemType, int]]
    lists: Sequence[tuple[int, str]]


def _offer(on: date) -> Offer:
    """What the items that may be practised on the day are about."""
    count = func.count(Item.id.distinct())
    laws = db.session.execute(
        select(Law.id, Law.short_title, count)
        .join(LawVersion, LawVersion.law_id == Law.id)
        .join(Article, Article.version_id == LawVersion.id)
        .join(Citation, Citation.article_id == Article.id)
        .join(Item, Item.current_id == Citation.revision_id)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(*_asked(on))
        .group_by(Law.id, Law.short_title)
        .order_by(Law.short_title, Law.id)
    )
    topics = db.session.execute(
        select(ItemRevision.topic, count)
        .join(Item, Item.current_id == ItemRevision.id)
        .where(*_asked(on), ItemRevision.topic != "")
        .group_by(ItemRevision.topic)
        .order_by(ItemRevision.topic)
    )
    types = db.session.execute(
        select(ItemRevision.item_type, count)
        .join(Item, Item.current_id == ItemRevision.id)
        .where(holding.may_practise(on), ItemRevision.item_type.in_(_TYPES))
        .group_by(ItemRevision.item_type)
        .order_by(ItemRevision.item_type)
    )
    return Offer(
        laws=[(row[0], row[1], row[2]) for row in laws],
        topics=[(row[0], row[1]) for row in topics],
        types=[(row[0], row[1]) for row in types],
        lists=[(each.list_id, each.owner.title) for each in list_queries.current(on)],
    )


#: For so many seconds what there is to practise is not asked anew: it takes a third of a second of
#: a large bank. Only the choices come from it; what is drawn is asked of the bank each time.
offer = Memo(_offer, seconds=30)

_TYPES = [*plans.marked_at_once(), *SELF_MARKED]


def _asked(on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        holding.may_practise(on),
        ItemRevision.item_type.in_(plans.marked_at_once()),
    )


def item_ids(choice: Choice, on: date) -> Sequence[int]:
    """Ids of the items that may be practised on the day and fit the choice, in order.

    Those that their writer judges are practised where their type is chosen, and not in between.
    """
    by_oneself = choice.item_type in SELF_MARKED
    types = SELF_MARKED if by_oneself else plans.marked_at_once()
    query = holding.practisable(on).where(ItemRevision.item_type.in_(types))
    if choice.law_ids:
        query = query.where(_cites(LawVersion.law_id.in_(choice.law_ids)))
    if choice.article_ids is not None:
        query = query.where(_cites(Article.id.in_(choice.article_ids)))
    if choice.list_id is not None:
        query = query.where(_cites(_listed(choice.list_id, on)))
    if choice.topic:
        query = query.where(ItemRevision.topic == choice.topic)
    if choice.item_type:
        query = query.where(ItemRevision.item_type == choice.item_type)
    return db.session.scalars(query).all()


def _cites(wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    cited = (
        select(Citation.revision_id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(wanted)
    )
    return Item.current_id.in_(cited)


def _listed(list_id: int, on: date) -> ColumnElement[bool]:
    """An article, of the version that applies, that the list asks for: named, or of a whole law."""
    version = list_on(list_id, on)
    entries = version.entries if version else []
    whole = [each.law_version.law_id for each in entries if not each.articles]
    named = [one.article_id for each in entries for one in each.articles]
    return or_(LawVersion.law_id.in_(whole), Article.id.in_(named))


def list_on(list_id: int, on: date) -> MustKnowVersion | None:
    """The version of a list that applies on the day; None for none."""
    return next((each for each in list_queries.current(on) if each.list_id == list_id), None)
