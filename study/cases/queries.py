"""Cases: the catalogue for everybody, the desk for those who write and review them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account
from core.db import db
from core.fulltext.index import REF_ID, Hits
from core.paging import Page
from laws import search
from laws.alignment import ChangeKind
from laws.models import Article, ArticleChange, Law, LawVersion
from laws.queries.lineage import follow_all
from question_bank.amendment import STOPPED
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries import holding
from study.cases.kinds import Field
from study.cases.models import CaseArticle, CaseFlag, CaseItem, StudyCase

#: What the index calls a case.
CASE = "case"
_ARTICLES = (
    selectinload(StudyCase.articles)
    .joinedload(CaseArticle.article)
    .joinedload(Article.version)
    .joinedload(LawVersion.law)
)
_WHOLE = (
    _ARTICLES,
    selectinload(StudyCase.items).joinedload(CaseItem.item).joinedload(Item.current),
    selectinload(StudyCase.flags).options(
        joinedload(CaseFlag.version).joinedload(LawVersion.law), joinedload(CaseFlag.settled_by)
    ),
    joinedload(StudyCase.author),
    joinedload(StudyCase.reviewer),
)


def _on_law(law_id: int) -> ColumnElement[bool]:
    return exists().where(
        CaseArticle.case_id == StudyCase.id,
        CaseArticle.article_id == Article.id,
        Article.version_id == LawVersion.id,
        LawVersion.law_id == law_id,
    )


def _published(field: Field | None, law_id: int | None) -> Select[StudyCase]:
    query = select(StudyCase).where(StudyCase.published_at.is_not(None)).options(_ARTICLES)
    if field is not None:
        query = query.where(StudyCase.field == field)
    return query if law_id is None else query.where(_on_law(law_id))


def catalogue(*, field: Field | None = None, law_id: int | None = None) -> Select[StudyCase]:
    """Published cases, the newest first."""
    query = _published(field, law_id)
    return query.order_by(StudyCase.published_at.desc(), StudyCase.id.desc())


def matching(
    text: str,
    *,
    field: Field | None = None,
    law_id: int | None = None,
    number: int,
    per_page: int,
) -> Page[StudyCase]:
    """Published cases that hold every word, best first."""
    hits = Hits(db.session, [CASE], search.texts(text), search.better_texts(text))
    open_ones = _published(field, law_id).with_only_columns(StudyCase.id).options()
    hits.where(REF_ID.in_(open_ones))
    page = hits.page(number=number, per_page=per_page)
    rows = db.session.scalars(
        select(StudyCase)
        .where(StudyCase.id.in_([ref for _, ref in page.items]))
        .options(_ARTICLES)
        .order_by(StudyCase.id)
    )
    found = {each.id: each for each in rows}
    return page.of([found[ref] for _, ref in page.items if ref in found])


def laws() -> list[tuple[int, str]]:
    """The laws that published cases cite, by name."""
    rows = db.session.execute(
        select(Law.id, Law.short_title)
        .join(LawVersion, LawVersion.law_id == Law.id)
        .join(Article, Article.version_id == LawVersion.id)
        .join(CaseArticle, CaseArticle.article_id == Article.id)
        .join(StudyCase, StudyCase.id == CaseArticle.case_id)
        .where(StudyCase.published_at.is_not(None))
        .distinct()
        .order_by(Law.short_title, Law.id)
    )
    return [(row[0], row[1]) for row in rows]


def published(case_id: int) -> StudyCase:
    """A case that everybody may read. Raises NoResultFound."""
    return db.session.scalars(
        select(StudyCase)
        .where(StudyCase.id == case_id, StudyCase.published_at.is_not(None))
        .options(*_WHOLE)
    ).one()


def desk(reader: Account, *, reviews: bool, state: str = "", text: str = "") -> Select[StudyCase]:
    """Cases for those who keep them: a reviewer sees all, an author their own, the last first."""
    query = select(StudyCase).options(*_WHOLE).order_by(StudyCase.id.desc())
    if not reviews:
        query = query.where(StudyCase.author_id == reader.id)
    if state:
        query = query.where(_STATES[state])
    return query.where(StudyCase.title.contains(text, autoescape=True)) if text else query


_OPEN_FLAG = exists().where(CaseFlag.case_id == StudyCase.id, CaseFlag.settled_at.is_(None))
_STATES: dict[str, ColumnElement[bool]] = {
    "draft": StudyCase.submitted_at.is_(None) & StudyCase.withdrawn_at.is_(None),
    "waiting": StudyCase.submitted_at.is_not(None)
    & StudyCase.published_at.is_(None)
    & StudyCase.withdrawn_at.is_(None),
    "published": StudyCase.published_at.is_not(None),
    "withdrawn": StudyCase.withdrawn_at.is_not(None),
    "flagged": StudyCase.published_at.is_not(None) & _OPEN_FLAG,
}


def kept(case_id: int, reader: Account, *, reviews: bool) -> StudyCase:
    """A case of the desk. Raises NoResultFound."""
    query = select(StudyCase).where(StudyCase.id == case_id).options(*_WHOLE)
    if not reviews:
        query = query.where(StudyCase.author_id == reader.id)
    return db.session.scalars(query).one()


def flagged() -> int:
    """How many published cases wait for somebody to look at what was amended."""
    query = select(func.count()).select_from(StudyCase).where(_STATES["flagged"])
    return db.session.scalar(query) or 0


def waiting() -> int:
    query = select(func.count()).select_from(StudyCase).where(_STATES["waiting"])
    return db.session.scalar(query) or 0


@dataclass(frozen=True)
class Cited:
    """An article as the case cites it, and the one in force."""

    cited: Article
    #: None where it was removed or its law does not apply any more.
    current: Article | None
    kind: ChangeKind | None


def cited(case: StudyCase, day: date) -> list[Cited]:
    """The case's articles with what stands in their place on the day."""
    moved = follow_all([each.article_id for each in case.articles], day)
    ids = {each.new for each in moved.values() if each.new is not None}
    rows = db.session.scalars(
        select(Article)
        .where(Article.id.in_(ids))
        .options(joinedload(Article.version).joinedload(LawVersion.law))
        .order_by(Article.id)
    )
    current = {each.id: each for each in rows}
    return [
        Cited(each.article, current.get(went.new or 0), went.kind)
        for each in case.articles
        for went in (moved[each.article_id],)
    ]


def tried(case: StudyCase, day: date) -> list[int]:
    """The items to try on the case that may be practised on the day."""
    ids = [each.item_id for each in case.items]
    query = (
        select(Item.id)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(Item.id.in_(ids), holding.may_practise(day))
    )
    return list(db.session.scalars(query.order_by(Item.id)))


def on_article(article_id: int, day: date) -> list[StudyCase]:
    """Published cases that cite the article, or one that it came from, the newest first."""
    law_id = db.session.scalar(
        select(LawVersion.law_id)
        .join(Article, Article.version_id == LawVersion.id)
        .where(Article.id == article_id)
    )
    if law_id is None:
        return []
    found = db.session.scalars(catalogue(law_id=law_id)).all()
    cites = {one.article_id for each in found for one in each.articles}
    leading = {old for old, went in follow_all(cites, day).items() if went.new == article_id}
    leading.add(article_id)
    return [each for each in found if any(one.article_id in leading for one in each.articles)]


def items_on(article_ids: Collection[int], day: date) -> list[tuple[int, str]]:
    """Items that may be practised and cite one of the articles: what an author may choose of."""
    rows = db.session.execute(
        select(Item.id, ItemRevision.stem)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .join(Citation, Citation.revision_id == ItemRevision.id)
        .where(Citation.article_id.in_(article_ids), holding.may_practise(day))
        .distinct()
        .order_by(Item.id)
        .limit(50)
    )
    return [(row[0], row[1]) for row in rows]


def touched(old_id: int, new_id: int) -> ColumnElement[bool]:
    """SQL: the case cites an article that was edited or removed between two versions."""
    return exists().where(
        CaseArticle.case_id == StudyCase.id,
        CaseArticle.article_id == ArticleChange.old_article_id,
        ArticleChange.old_version_id == old_id,
        ArticleChange.new_version_id == new_id,
        ArticleChange.kind.in_(STOPPED),
    )


def cites_version(version_id: int) -> ColumnElement[bool]:
    return exists().where(
        CaseArticle.case_id == StudyCase.id,
        CaseArticle.article_id == Article.id,
        Article.version_id == version_id,
    )
