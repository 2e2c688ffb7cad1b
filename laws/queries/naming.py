"""Reads about laws: by id, by name, and what took the place of what."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from core.db import db
from core.errors import Refused
from laws.models import Law, LawSuccession
from laws.parsing.source import clean_title
from laws.parsing.text import short_title


class NotFound(Refused):
    """No law goes by that name."""


class Ambiguous(Refused):
    """Several laws go by that name; the message lists them."""


def law(law_id: int) -> Law:
    """A law with its versions, oldest first. Raises NoResultFound."""
    return db.session.scalars(
        select(Law)
        .where(Law.id == law_id)
        .options(selectinload(Law.versions), selectinload(Law.categories))
    ).one()


def law_titled(title: str) -> Law | None:
    """The law of this title, written with 中华人民共和国 or without."""
    return db.session.scalars(
        select(Law).where(Law.short_title == short_title(clean_title(title))).order_by(Law.id)
    ).first()


def law_named(text: str) -> Law:
    """The law that somebody means: full name, short name, or a part that fits only one law.

    Raises NotFound and Ambiguous.
    """
    wanted = short_title(clean_title(text))
    if not wanted:
        raise NotFound("请给出法律名称")
    if exact := law_titled(text):
        return exact
    fitting = db.session.scalars(
        select(Law)
        .where(Law.title.contains(wanted, autoescape=True))
        .order_by(func.length(Law.title), Law.id)
        .limit(11)
    ).all()
    ending = [each for each in fitting if each.title.endswith(wanted)]
    if len(ending) == 1:
        return ending[0]
    if not fitting:
        raise NotFound(f"没有名称含“{text}”的法律法规")
    if len(fitting) > 1:
        names = "、".join(each.title for each in fitting[:10])
        raise Ambiguous(f"“{text}”对应多部法律法规，请写全名称：{names}")
    return fitting[0]


def ids_named(names: Collection[str]) -> dict[str, int]:
    """The ids of the laws that go by these short titles."""
    rows = db.session.execute(
        select(Law.short_title, Law.id).where(Law.short_title.in_(names)).order_by(Law.id.desc())
    )
    return {row[0]: row[1] for row in rows}


def successions(law: Law) -> Sequence[LawSuccession]:
    """What is kept about the law's own end and about what it ended, by day."""
    return db.session.scalars(
        select(LawSuccession)
        .where(
            or_(
                LawSuccession.repealed_title == law.short_title,
                LawSuccession.successor_title == law.short_title,
            )
        )
        .order_by(LawSuccession.ends_on, LawSuccession.id)
    ).all()


def successors(law_ids: Collection[int]) -> dict[int, list[str]]:
    """By law, the short titles of what took its place; nothing for a law that just ended."""
    rows = db.session.execute(
        select(Law.id, LawSuccession.successor_title)
        .join(LawSuccession, LawSuccession.repealed_title == Law.short_title)
        .where(Law.id.in_(law_ids), LawSuccession.successor_title != "")
        .order_by(LawSuccession.ends_on, LawSuccession.id)
    )
    found: dict[int, list[str]] = {}
    for law_id, title in rows:
        found.setdefault(law_id, []).append(title)
    return found
