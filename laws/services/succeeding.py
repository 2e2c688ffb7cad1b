"""Repeal: what a text, a list or a person says about the end of a law is kept and applied."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select

from accounts.models import Account
from core.db import db
from laws import known_repeals
from laws.models import Law, LawSuccession, LawVersion
from laws.numerals import Key
from laws.parsing import repeals
from laws.parsing.text import ParsedArticle
from laws.services.noting import note


def enter(
    *,
    repealed: str,
    successor: str,
    on: date,
    at: datetime,
    article: str = "",
    basis: str = "",
    by: Account | None = None,
) -> LawSuccession:
    """Keep that one law, by short title, ended for another; a second time changes the day only
    if a person says so."""
    known = db.session.scalars(
        select(LawSuccession).where(
            LawSuccession.repealed_title == repealed, LawSuccession.successor_title == successor
        )
    ).one_or_none()
    if known is None:
        known = LawSuccession(
            repealed_title=repealed,
            successor_title=successor,
            ends_on=on,
            article=article,
            basis=basis,
            entered_at=at,
            entered_by_id=by.id if by else None,
        )
        db.session.add(known)
    elif by is not None:
        known.ends_on, known.basis, known.entered_by_id = on, basis, by.id
    elif known.entered_by_id is None:
        # An amended text says only from when the amendment counts; the first text knows the day.
        known.ends_on = min(known.ends_on, on)
    db.session.flush()
    return known


def by_text(version: LawVersion, *, at: datetime) -> list[LawVersion]:
    """Keep what the registered text repeals and what is known about the law; apply all that
    concerns it, also what was kept before the repealed law was registered.

    Returns the versions that end by it, for whoever follows the register, newly or not."""
    law = version.law
    articles = [
        ParsedArticle(each.number, Key(each.number_main, each.number_sub), each.text)
        for each in version.articles[-repeals.CLOSING :]
    ]
    said = repeals.repeals(law.title, articles, in_force_from=version.begins_on)
    for each in said:
        day = each.on or version.begins_on
        enter(repealed=each.name, successor=law.short_title, on=day, at=at, article=each.article)
    for known in known_repeals.concerning(law.short_title):
        enter(repealed=known.repealed, successor=known.successor, on=known.on, at=at,
              basis=known.basis)  # fmt: skip
    names = [each.name for each in said]
    names += [known.repealed for known in known_repeals.concerning(law.short_title)]
    return apply([law.short_title, *names], at=at)


def apply(titles: Sequence[str], *, at: datetime) -> list[LawVersion]:
    """Let what is kept about the end of these laws, by short title, count; what ends by it."""
    rows = db.session.execute(
        select(LawSuccession, Law)
        .join(Law, Law.short_title == LawSuccession.repealed_title)
        .where(LawSuccession.repealed_title.in_(titles))
        .order_by(LawSuccession.ends_on, LawSuccession.id)
    ).all()
    ended = [_end(law, row, at=at) for row, law in rows]
    return [each for each in ended if each is not None]


def _end(law: Law, row: LawSuccession, *, at: datetime) -> LawVersion | None:
    """Mark the version that the repeal met, unless it ended by then; the version if it ends by
    this, be it marked already: what rests on it may have come since.

    Texts of the same name that were promulgated later are a new life of the law."""
    met = [each for each in law.versions if each.promulgated_on < row.ends_on]
    if not met or met[-1].begins_on > row.ends_on:
        return None
    version = met[-1]
    if version.repealed_on is None or version.repealed_on > row.ends_on:
        version.repealed_on = row.ends_on
        db.session.flush()
        note(version, "law.version.repeal", at=at, repealed_on=row.ends_on.isoformat(),
             successor=row.successor_title)  # fmt: skip
    return version if version.repealed_on == row.ends_on else None


def correct(
    version: LawVersion,
    *,
    successor: Law | None,
    basis: str,
    at: datetime,
    by: Account | None,
) -> None:
    """What a person enters takes the place of what was kept about the end of the law."""
    title = version.law.short_title
    wanted = successor.short_title if successor else ""
    stale = delete(LawSuccession).where(LawSuccession.repealed_title == title)
    if version.repealed_on is not None:
        stale = stale.where(LawSuccession.successor_title != wanted)
    db.session.execute(stale)
    if version.repealed_on is not None and (wanted or basis):
        row = enter(repealed=title, successor=wanted, on=version.repealed_on, at=at, basis=basis,
                    by=by)  # fmt: skip
        row.ends_on, row.basis = version.repealed_on, basis
    db.session.flush()
