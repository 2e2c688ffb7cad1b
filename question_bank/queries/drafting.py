"""What can still be drafted from a law, and what became of what was drafted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from core import figures
from core.db import db
from laws.models import Article, LawVersion
from question_bank.drafting import candidates
from question_bank.drafting.candidates import Candidate, Method, Source
from question_bank.models import DraftDecision, Item, ItemRevision, Verdict

#: Articles on either side of one whose enumerations its wrong options are taken from.
AROUND = 60


@dataclass(frozen=True)
class Drafted:
    """An article with the candidates that nobody has decided on and the bank does not have."""

    article: Article
    candidates: Sequence[Candidate]


@dataclass(frozen=True)
class Rate:
    """How the candidates of one method fared."""

    method: Method
    accepted: int
    #: Of those accepted, how many were worded differently afterwards.
    edited: int
    dropped: int

    @property
    def decided(self) -> int:
        return self.accepted + self.dropped

    @property
    def share(self) -> Decimal | None:
        """Percentage accepted of those decided on; None where nobody decided on any."""
        return figures.rate(self.accepted, self.decided)


def version(version_id: int) -> LawVersion:
    """A version with its articles, bodies and law. Raises NoResultFound."""
    return db.session.scalars(
        select(LawVersion)
        .where(LawVersion.id == version_id)
        .options(
            selectinload(LawVersion.articles),
            selectinload(LawVersion.bodies),
            selectinload(LawVersion.law),
        )
    ).one()


def drafted(
    found: LawVersion, articles: Sequence[Article], methods: Sequence[Method]
) -> list[Drafted]:
    """What can be drafted by the methods from some articles of the version, article by article."""
    offered = {each.id: candidates.of(_source(found, each)) for each in articles}
    gone = _decided(list(offered)) | _in_bank(
        [one.mark for each in offered.values() for one in each]
    )
    return [
        Drafted(
            article,
            [each for each in offered[article.id] if each.method in methods
             and (article.id, each.mark) not in gone and (None, each.mark) not in gone],
        )
        for article in articles
    ]  # fmt: skip


def candidate(article_id: int, mark: str) -> Candidate | None:
    """The candidate of the article that goes by the mark; None where the text gives none such."""
    article = db.session.get_one(Article, article_id)
    source = _source(version(article.version_id), article)
    return next((each for each in candidates.of(source) if each.mark == mark), None)


def decision(article_id: int, mark: str) -> DraftDecision | None:
    return db.session.scalars(
        select(DraftDecision)
        .where(DraftDecision.article_id == article_id, DraftDecision.mark == mark)
        .order_by(DraftDecision.id)
    ).first()


def dropped(account_id: int) -> Select[Any]:
    """What the account has dropped, newest first."""
    return (
        select(DraftDecision)
        .where(
            DraftDecision.decided_by_id == account_id,
            DraftDecision.decision == Verdict.DROPPED,
        )
        .options(
            joinedload(DraftDecision.article).joinedload(Article.version).joinedload(LawVersion.law)
        )
        .order_by(DraftDecision.decided_at.desc(), DraftDecision.id.desc())
    )


def _source(found: LawVersion, article: Article) -> Source:
    place = next(n for n, each in enumerate(found.articles) if each.id == article.id)
    around = found.articles[max(0, place - AROUND) : place + AROUND + 1]
    return Source(
        article_id=article.id,
        law=found.law.short_title,
        number=article.number,
        text=article.text,
        others=[each.text for each in around if each.id != article.id],
        bodies=[each.name for each in found.bodies] if place == 0 else (),
    )


def _decided(article_ids: Sequence[int]) -> set[tuple[int | None, str]]:
    rows = db.session.execute(
        select(DraftDecision.article_id, DraftDecision.mark)
        .where(DraftDecision.article_id.in_(article_ids))
        .order_by(DraftDecision.id)
    )
    return {(row[0], row[1]) for row in rows}


def _in_bank(marks: Sequence[str]) -> set[tuple[int | None, str]]:
    """Marks under which the bank has an item already, whoever wrote it."""
    rows = db.session.scalars(
        select(ItemRevision.fingerprint)
        .join(Item, Item.current_id == ItemRevision.id)
        .where(ItemRevision.fingerprint.in_(marks))
        .order_by(ItemRevision.id)
    )
    return {(None, mark) for mark in rows}


def rates(account_id: int | None = None) -> list[Rate]:
    """How the candidates of each method fared, with one account or with everybody."""
    counted = _counted(account_id)
    reworded = _reworded(account_id)
    return [
        Rate(
            method,
            accepted=counted.get((method, Verdict.ACCEPTED), 0),
            edited=reworded.get(method, 0),
            dropped=counted.get((method, Verdict.DROPPED), 0),
        )
        for method in Method
    ]


def _counted(account_id: int | None) -> Mapping[tuple[Method, Verdict], int]:
    query = (
        select(DraftDecision.method, DraftDecision.decision, func.count(DraftDecision.id))
        .group_by(DraftDecision.method, DraftDecision.decision)
        .order_by(DraftDecision.method, DraftDecision.decision)
    )
    if account_id is not None:
        query = query.where(DraftDecision.decided_by_id == account_id)
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def _reworded(account_id: int | None) -> Mapping[Method, int]:
    query = (
        select(DraftDecision.method, func.count(DraftDecision.id))
        .join(Item, Item.id == DraftDecision.item_id)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(ItemRevision.number > 1)
        .group_by(DraftDecision.method)
        .order_by(DraftDecision.method)
    )
    if account_id is not None:
        query = query.where(DraftDecision.decided_by_id == account_id)
    return {row[0]: row[1] for row in db.session.execute(query)}
