"""A class ready to be taken part in, for tests."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from accounts.models import Account, Person
from courses.classes.kinds import ClassKind
from courses.classes.models import ClassUnit, Enrolment, Teacher, TrainingClass
from courses.hours.kinds import TrainingKind
from courses.models import CourseCategory
from tests.factories import NOON, Make

#: The class takes place on the two days after the day of NOON.
FIRST = date(2026, 3, 3)
_NUMBERS = count(1)
NINE = NOON + timedelta(hours=21)


def training_class(make: Make, *hours: str, **given) -> TrainingClass:
    """A published class open for sign-up now; a unit of so many hours each, an hour apart from nine
    on the first day."""
    defaults = {
        "title": "依法行政专题班", "class_kind": ClassKind.THEMATIC,
        "training_kind": TrainingKind.IN_SERVICE, "category": CourseCategory.LAW,
        "organiser": "人事司", "place": "第一会议室", "starts_on": FIRST,
        "ends_on": FIRST + timedelta(days=1), "days": Decimal(2),
        "signup_from": NOON - timedelta(days=1), "signup_until": NOON + timedelta(hours=6),
        "capacity": None, "approval": False, "full_time": False, "created_at": NOON,
        "published_at": NOON,
    }  # fmt: skip
    owner = TrainingClass(**(defaults | given))
    teacher = Teacher(name="王教授", employer=f"党校{next(_NUMBERS)}")
    owner.units = [
        ClassUnit(
            starts_at=NINE + timedelta(hours=place), ends_at=NINE + timedelta(hours=place + 1),
            hours=Decimal(each), topic=f"第{place + 1}讲", teacher=teacher,
            category=CourseCategory.LAW, is_law=place % 2 == 0,
        )
        for place, each in enumerate(hours or ("3", "3"))
    ]  # fmt: skip
    return make.save(owner)


def seat(make: Make, owner: TrainingClass, person: Person, by: Account, **given) -> Enrolment:
    """Somebody who has a seat."""
    defaults = {"granted": True, "decided_at": NOON, "seated_at": NOON, "asked_at": NOON}
    return make.save(
        Enrolment(class_id=owner.id, person_id=person.id, unit_id=person.stat_unit_id,
                  asked_by_id=by.id, **(defaults | given))
    )  # fmt: skip
