"""What the text itself did not say, set right by a person."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from accounts.models import Account
from core.db import db
from core.errors import Refused
from laws import following
from laws.categories import Category
from laws.models import Law, LawCategory, LawVersion
from laws.services import indexing, succeeding
from laws.services.noting import note


class EndsBeforeItBegins(Refused):
    """A version cannot be repealed before the day on which it begins to apply."""

    message = "废止日期不能早于施行日期"


class WithoutCategory(Refused):
    """A law is of at least one category."""

    message = "请至少选择一个类别"


class ReplacesItself(Refused):
    """A law cannot take its own place; a new version of it is no repeal."""

    message = "取代它的须是另一部法律法规；同一部法律的新版本不必登记废止"


def correct(
    *,
    version: LawVersion,
    label: str,
    effective_on: date | None,
    repealed_on: date | None,
    categories: Sequence[Category],
    at: datetime,
    successor: Law | None = None,
    basis: str = "",
    by: Account | None = None,
) -> None:
    """Correct what the text itself did not say; ``successor`` and ``basis`` say what replaced a
    repealed law, and by which instrument.

    Whoever follows the register is told of a law that ends (laws.following). Raises
    EndsBeforeItBegins, WithoutCategory, ReplacesItself.
    """
    if not categories:
        raise WithoutCategory(field="categories")
    if repealed_on and repealed_on < (effective_on or version.promulgated_on):
        raise EndsBeforeItBegins(field="repealed_on")
    if successor is not None and successor.id == version.law_id:
        raise ReplacesItself(field="successor")
    before = _facts(version)
    version.label = label
    version.effective_on = effective_on
    version.repealed_on = repealed_on
    law = version.law
    law.categories = [
        next((row for row in law.categories if row.category is each), None)
        or LawCategory(category=each)
        for each in categories
    ]
    db.session.flush()
    succeeding.correct(version, successor=successor, basis=basis, at=at, by=by)
    indexing.put_law(law)
    note(version, "law.version.correct", at=at, before=before, after=_facts(version),
         successor=successor.title if successor else "")  # fmt: skip
    if repealed_on is not None and before["repealed_on"] is None:
        by_id = by.id if by else None
        following.announce(following.Event(law.id, version.id, at=at, by_id=by_id, repealed=True))


def _facts(version: LawVersion) -> dict[str, Any]:
    return {
        "label": version.label,
        "effective_on": version.effective_on and version.effective_on.isoformat(),
        "repealed_on": version.repealed_on and version.repealed_on.isoformat(),
        "categories": [each.category.value for each in version.law.categories],
    }
