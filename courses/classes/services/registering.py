"""The one place where a class enters hours in the register, and takes them back."""

from datetime import datetime
from decimal import Decimal

from accounts.models import Account
from core.db import db
from core.figures import half_up, titled
from courses.classes.models import ClassCredit, Enrolment
from courses.classes.queries import people as queries
from courses.services import crediting


def enter(*, each: Enrolment, law: Decimal, other: Decimal, at: datetime, by: Account) -> None:
    """Hours attended, those about law apart from the rest, as concentrated training.

    The days of the class are shared out as the hours are, and come to the same sum.
    """
    owner, days = each.owner, each.days or Decimal(0)
    on_law = half_up(days * law / (law + other)) if law + other > 0 else Decimal(0)
    for hours, part, is_law in ((law, on_law, True), (other, days - on_law, False)):
        if hours > 0:
            entry = crediting.credit_class(
                person_id=each.person_id,
                hours=hours,
                days=part,
                is_law=is_law,
                accredited=owner.accredited,
                earned_on=owner.ends_on,
                reason=f"{owner.class_kind.label}{titled(owner.title)}结业"[:300],
                at=at,
                by=by,
            )
            db.session.add(ClassCredit(enrolment_id=each.id, entry_id=entry.id))
    db.session.flush()


def take_back(*, each: Enrolment, reason: str, at: datetime, by: Account) -> None:
    """Reverse what stands of the entries."""
    for entry in queries.credits(each.id):
        crediting.reverse(entry=entry, reason=reason, at=at, by=by)
