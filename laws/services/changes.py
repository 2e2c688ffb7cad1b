"""What became of every article from one version to the next, kept beside the versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import delete, insert, or_, select

from core.db import db
from laws import queries
from laws.alignment import ArticleText, Change, align
from laws.models import Article, ArticleChange, LawVersion


@dataclass(frozen=True)
class Neighbours:
    """Two versions of a law that follow one another."""

    old: LawVersion
    new: LawVersion


def refresh(*, version: LawVersion) -> list[Neighbours]:
    """Compare the version, whose text is new on the register, with those before and after it.

    What was kept about the three until now is replaced: the versions before and after it are
    neighbours no more. An outline is compared like a text: whatever cites it must be read anew.
    """
    ordered = queries.versions_of(version.law_id)
    pairs = [
        Neighbours(old, new) for old, new in pairwise(ordered) if version.id in (old.id, new.id)
    ]
    ids = {version.id, *(each.id for pair in pairs for each in (pair.old, pair.new))}
    db.session.execute(
        delete(ArticleChange).where(
            or_(
                ArticleChange.old_version_id == version.id,
                ArticleChange.new_version_id == version.id,
                ArticleChange.old_version_id.in_(ids) & ArticleChange.new_version_id.in_(ids),
            )
        )
    )
    for pair in pairs:
        _write(pair)
    return pairs


def _write(pair: Neighbours) -> None:
    old, new = _articles(pair.old), _articles(pair.new)
    changes = align(_texts(old), _texts(new))
    rows = [
        {
            "old_version_id": pair.old.id,
            "new_version_id": pair.new.id,
            "position": position,
            "kind": each.kind,
            "old_article_id": None if each.old is None else old[each.old].id,
            "new_article_id": None if each.new is None else new[each.new].id,
            "related_id": _related(each, old, new),
            "only_references": each.only_references,
        }
        for position, each in enumerate(changes, 1)
    ]
    if rows:
        db.session.execute(insert(ArticleChange), rows)


def _related(change: Change, old: Sequence[Article], new: Sequence[Article]) -> int | None:
    if change.related is None:
        return None
    return (old if change.old is None else new)[change.related].id


def _articles(version: LawVersion) -> Sequence[Article]:
    return db.session.scalars(
        select(Article)
        .where(Article.version_id == version.id)
        .order_by(Article.position, Article.id)
    ).all()


def _texts(articles: Sequence[Article]) -> list[ArticleText]:
    return [ArticleText(each.number, each.text) for each in articles]
