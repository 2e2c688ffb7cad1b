"""Where an article went: the one of the version that applies on a day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from sqlalchemy import select

from core.db import db
from laws import force
from laws.lists import moving
from laws.lists.moving import Moved, Step
from laws.models import Article, ArticleChange, LawVersion


class Lineage:
    """The versions of some laws, and what became of their articles from each to the next."""

    def __init__(self, law_ids: Collection[int]) -> None:
        self._versions: dict[int, list[LawVersion]] = {}
        rows = db.session.scalars(
            select(LawVersion)
            .where(LawVersion.law_id.in_(law_ids))
            .order_by(LawVersion.law_id, LawVersion.promulgated_on, LawVersion.id)
        )
        for row in rows:
            self._versions.setdefault(row.law_id, []).append(row)
        pairs = [
            (old.id, new.id)
            for several in self._versions.values()
            for old, new in pairwise(several)
        ]
        self._steps = _steps(pairs)

    def current(self, law_id: int, day: date) -> LawVersion | None:
        """The version of the law that applies on the day."""
        return force.current(self._versions.get(law_id, ()), day)

    def applies(self, law_id: int, version_id: int, day: date) -> bool:
        """Whether this version of the law applies on the day."""
        current = self.current(law_id, day)
        return current is not None and current.id == version_id

    def follow(self, article_id: int, law_id: int, version_id: int, day: date) -> Moved:
        """The article in the version that applies on the day, and the gravest change on the way.

        What is not in force yet stays where it is; of a law that does not apply nothing is left.
        """
        current = self.current(law_id, day)
        if current is None:
            return Moved(article_id, None, None)
        ids = [each.id for each in self._versions[law_id]]
        way = ids[ids.index(version_id) : ids.index(current.id) + 1]
        return moving.follow(article_id, [self._steps.get(pair, {}) for pair in pairwise(way)])


def _steps(pairs: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], dict[int, Step]]:
    rows = db.session.execute(
        select(
            ArticleChange.old_version_id,
            ArticleChange.new_version_id,
            ArticleChange.old_article_id,
            ArticleChange.kind,
            ArticleChange.new_article_id,
        )
        .where(
            ArticleChange.new_version_id.in_([new for _, new in pairs]),
            ArticleChange.old_article_id.is_not(None),
        )
        .order_by(ArticleChange.position, ArticleChange.id)
    )
    found: dict[tuple[int, int], dict[int, Step]] = {pair: {} for pair in pairs}
    for old_version, new_version, old, kind, new in rows:
        if old is not None and (old_version, new_version) in found:
            found[old_version, new_version][old] = Step(kind, new)
    return found


def follow_all(article_ids: Iterable[int], day: date) -> dict[int, Moved]:
    """What became of each article, by id, up to the version that applies on the day."""
    rows = db.session.execute(
        select(Article.id, LawVersion.law_id, LawVersion.id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(Article.id.in_(set(article_ids)))
        .order_by(Article.id)
    ).all()
    lineage = Lineage({row[1] for row in rows})
    return {row[0]: lineage.follow(row[0], row[1], row[2], day) for row in rows}
