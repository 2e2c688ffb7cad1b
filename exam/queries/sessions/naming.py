"""The register as lists that name people are read against."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from accounts.standing import StaffCategory
from core.db import db
from exam.sessions.naming import Known


def register() -> Sequence[Known]:
    """Everybody who has not left, by staff number."""
    people = db.session.scalars(
        select(Person)
        .where(Person.left_on.is_(None), Person.staff_category != StaffCategory.OPERATOR)
        .options(joinedload(Person.stat_unit))
        .order_by(Person.staff_number)
    )
    return [
        Known(each.id, each.staff_number, each.name, each.stat_unit.short_name) for each in people
    ]
