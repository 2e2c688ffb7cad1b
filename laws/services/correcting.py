"""What the text itself did not say, set right by a person."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from core.db import db
from core.errors import Refused
from laws.categories import Category
from laws.models import LawCategory, LawVersion
from laws.services import indexing
from laws.services.noting import note


class EndsBeforeItBegins(Refused):
    """A version cannot be repealed before the day on which it begins to apply."""

    message = "废止日期不能早于施行日期"


class WithoutCategory(Refused):
    """A law is of at least one category."""

    message = "请至少选择一个类别"


def correct(
    *,
    version: LawVersion,
    label: str,
    effective_on: date | None,
    repealed_on: date | None,
    categories: Sequence[Category],
    at: datetime,
) -> None:
    """Correct what the text itself did not say. Raises EndsBeforeItBegins, WithoutCategory."""
    if not categories:
        raise WithoutCategory(field="categories")
    if repealed_on and repealed_on < (effective_on or version.promulgated_on):
        raise EndsBeforeItBegins(field="repealed_on")
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
    indexing.put_law(law)
    note(version, "law.version.correct", at=at, before=before, after=_facts(version))


def _facts(version: LawVersion) -> dict[str, Any]:
    return {
        "label": version.label,
        "effective_on": version.effective_on and version.effective_on.isoformat(),
        "repealed_on": version.repealed_on and version.repealed_on.isoformat(),
        "categories": [each.category.value for each in version.law.categories],
    }
