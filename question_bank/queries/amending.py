"""Reads about items whose articles were amended."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from accounts.models import Account
from core.db import db
from laws.alignment import ChangeKind
from laws.models import Article, ArticleChange, Law, LawVersion
from question_bank.amendment import CARRIED, Decision, Stage
from question_bank.models import AmendmentCase, Citation, Item, ItemRevision, ItemState
from question_bank.queries.browsing import within
from question_bank.reach import Reach

#: SQL: where the review of a case stands; Item must be joined.
STAGE = case(
    (Item.state == ItemState.RETIRED, Stage.SETTLED.value),
    (
        Item.current_id != AmendmentCase.revision_id,
        case((Item.state == ItemState.DRAFT, Stage.REVISED.value), else_=Stage.SETTLED.value),
    ),
    (AmendmentCase.decision.is_(None), Stage.WAITING.value),
    (AmendmentCase.decision == Decision.REWRITE, Stage.WITH_WRITER.value),
    else_=Stage.SETTLED.value,
)


def stage(each: AmendmentCase) -> Stage:
    """The same for a loaded case."""
    item = each.item
    if item.state is ItemState.RETIRED:
        return Stage.SETTLED
    if item.current_id != each.revision_id:
        return Stage.REVISED if item.state is ItemState.DRAFT else Stage.SETTLED
    if each.decision is None:
        return Stage.WAITING
    return Stage.WITH_WRITER if each.decision is Decision.REWRITE else Stage.SETTLED


def ends_on(version: LawVersion, *, repealed: bool) -> date:
    """The first day on which what a case rests on applies no more: that of the repeal, or that
    on which the version takes the place of the one before."""
    return (version.repealed_on if repealed else None) or version.begins_on


def undecided(item_id: int, revision_id: int) -> bool:
    """Whether this wording of the item still waits for a decision, or for its writer."""
    passed = (Decision.STILL_APPLIES, Decision.UNTIL_EFFECTIVE)
    waiting = select(AmendmentCase.id).where(
        AmendmentCase.item_id == item_id,
        AmendmentCase.revision_id == revision_id,
        or_(AmendmentCase.decision.is_(None), AmendmentCase.decision.not_in(passed)),
    )
    return db.session.scalar(waiting.limit(1)) is not None


def used_until(item_id: int) -> date | None:
    """The last day of use that the item's decided cases leave."""
    rows = db.session.execute(
        select(LawVersion, AmendmentCase.repealed)
        .join(AmendmentCase, AmendmentCase.version_id == LawVersion.id)
        .where(AmendmentCase.item_id == item_id, AmendmentCase.decision == Decision.UNTIL_EFFECTIVE)
        .order_by(LawVersion.id, AmendmentCase.id)
    )
    days = [ends_on(row[0], repealed=row[1]) - timedelta(days=1) for row in rows]
    return min(days, default=None)


@dataclass(frozen=True)
class Move:
    """What became of one article that an item cites."""

    citation_id: int
    old: Article
    #: None if it was removed, or its law repealed.
    new: Article | None
    kind: ChangeKind

    @property
    def touched(self) -> bool:
        """Whether the article was edited or removed."""
        return self.kind not in CARRIED


def moves(each: AmendmentCase) -> Sequence[Move]:
    """The articles of the version before, as cited, in the order of citation."""
    return moves_of([each])[each.id]


def moves_of(cases: Sequence[AmendmentCase]) -> dict[int, list[Move]]:
    """The same for several cases, by case."""
    found: dict[int, list[Move]] = defaultdict(list)
    found |= {each.id: [] for each in cases}
    old, new = aliased(Article), aliased(Article)
    rows = db.session.execute(
        select(AmendmentCase.id, Citation.id, old, new, ArticleChange.kind)
        .join(Citation, Citation.revision_id == AmendmentCase.revision_id)
        .join(
            ArticleChange,
            and_(
                ArticleChange.old_article_id == Citation.article_id,
                ArticleChange.new_version_id == AmendmentCase.version_id,
            ),
        )
        .join(old, old.id == ArticleChange.old_article_id)
        .outerjoin(new, new.id == ArticleChange.new_article_id)
        .where(AmendmentCase.id.in_([each.id for each in cases]), AmendmentCase.repealed.is_(False))
        .order_by(AmendmentCase.id, Citation.id)
    )
    for case_id, citation_id, before, after, kind in rows:
        found[case_id].append(Move(citation_id, before, after, kind))
    return found | {each.id: _ended(each) for each in cases if each.repealed}


def _ended(each: AmendmentCase) -> list[Move]:
    """The articles of a law that was repealed."""
    return [
        Move(cited.id, cited.article, None, ChangeKind.REMOVED)
        for cited in each.revision.citations
        if cited.article.version_id == each.version_id
    ]


def _full(query: Select[Any]) -> Select[Any]:
    cited = selectinload(ItemRevision.citations).joinedload(Citation.article)
    return query.options(
        joinedload(AmendmentCase.item).joinedload(Item.writer).joinedload(Account.person),
        joinedload(AmendmentCase.revision).options(
            cited.joinedload(Article.version).joinedload(LawVersion.law)
        ),
        joinedload(AmendmentCase.version).joinedload(LawVersion.law).selectinload(Law.versions),
    )


def cases(
    reach: Reach,
    *,
    version_id: int | None = None,
    stages: Sequence[Stage] = (),
    writer_id: int | None = None,
) -> Select[AmendmentCase]:
    """Cases within the reach, those that cite the same articles together; all stages if none."""
    ended = (
        select(func.min(Article.position))
        .join(Citation, Citation.article_id == Article.id)
        .where(
            Citation.revision_id == AmendmentCase.revision_id,
            Article.version_id == AmendmentCase.version_id,
        )
        .correlate(AmendmentCase)
        .scalar_subquery()
    )
    amended = (
        select(func.min(Article.position))
        .join(Citation, Citation.article_id == Article.id)
        .join(ArticleChange, ArticleChange.old_article_id == Article.id)
        .where(
            Citation.revision_id == AmendmentCase.revision_id,
            ArticleChange.new_version_id == AmendmentCase.version_id,
            ArticleChange.kind.not_in(CARRIED),
        )
        .correlate(AmendmentCase)
        .scalar_subquery()
    )
    first = case((AmendmentCase.repealed.is_(True), ended), else_=amended)
    query = (
        select(AmendmentCase)
        .join(Item, Item.id == AmendmentCase.item_id)
        .where(within(reach))
        .order_by(
            AmendmentCase.version_id.desc(), AmendmentCase.repealed, first, AmendmentCase.item_id
        )
    )
    if version_id is not None:
        query = query.where(AmendmentCase.version_id == version_id)
    if stages:
        query = query.where(STAGE.in_([each.value for each in stages]))
    if writer_id is not None:
        query = query.where(Item.writer_id == writer_id)
    return _full(query)


def chosen(case_ids: Sequence[int], reach: Reach) -> Sequence[AmendmentCase]:
    """The cases of these ids that lie within the reach, in order."""
    query = (
        select(AmendmentCase)
        .join(Item, Item.id == AmendmentCase.item_id)
        .where(AmendmentCase.id.in_(case_ids), within(reach))
        .order_by(AmendmentCase.id)
    )
    return db.session.scalars(_full(query)).unique().all()


def cases_of(item_id: int) -> Sequence[AmendmentCase]:
    """The cases of an item, the newest first."""
    query = (
        select(AmendmentCase)
        .where(AmendmentCase.item_id == item_id)
        .order_by(AmendmentCase.id.desc())
    )
    return db.session.scalars(_full(query)).unique().all()


def counts(
    version_ids: Sequence[int], *, writer_id: int | None = None
) -> dict[int, dict[Stage, int]]:
    """How many cases of each version stand at each stage."""
    at = STAGE.label("stage")
    query = (
        select(AmendmentCase.version_id, at, func.count())
        .join(Item, Item.id == AmendmentCase.item_id)
        .where(AmendmentCase.version_id.in_(version_ids))
        .group_by(AmendmentCase.version_id, at)
        .order_by(AmendmentCase.version_id, at)
    )
    if writer_id is not None:
        query = query.where(Item.writer_id == writer_id)
    found = {each: dict.fromkeys(Stage, 0) for each in version_ids}
    for version_id, name, count in db.session.execute(query):
        found[version_id][Stage.of(name)] += count
    return found


def stages(*, writer_id: int | None = None) -> dict[Stage, int]:
    """How many cases stand at each stage over all versions; of a writer's items if given."""
    at = STAGE.label("stage")
    query = (
        select(at, func.count())
        .select_from(AmendmentCase)
        .join(Item, Item.id == AmendmentCase.item_id)
        .group_by(at)
        .order_by(at)
    )
    if writer_id is not None:
        query = query.where(Item.writer_id == writer_id)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {each: found.get(each.value, 0) for each in Stage}


def is_stopped(on: date) -> ColumnElement[bool]:
    """SQL: the revision of the case must not be asked on the day; Item must be joined.

    It stays in papers that were sealed before; one of which it was decided that it still applies,
    or that it is used up to a later day, may be asked.
    """
    allowed = or_(
        AmendmentCase.decision == Decision.STILL_APPLIES,
        and_(AmendmentCase.decision == Decision.UNTIL_EFFECTIVE, Item.used_until >= on),
    )
    return or_(AmendmentCase.decision.is_(None), ~allowed)


def unsettled() -> Select[int]:
    """Cases that still wait for somebody."""
    return (
        select(AmendmentCase.id)
        .join(Item, Item.id == AmendmentCase.item_id)
        .where(STAGE.not_in([Stage.SETTLED.value]))
    )
