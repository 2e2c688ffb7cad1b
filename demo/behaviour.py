"""How the demonstration's people study and answer, so that its figures look alive. Pure.

Everything follows from the person, the thing and the seed: asked twice, the answer is the same.
A person's ability and an item's difficulty meet as in the Rasch model; somebody who does not know
guesses, and wrong options differ in how well they tempt.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from demo.people import SEED, DemoPerson
from question_bank.item_types import ItemType

#: Where items of each difficulty lie on the scale of ability, in logits.
_DIFFICULTY = {1: -1.0, 2: -0.3, 3: 0.35, 4: 1.1, 5: 1.9}
#: Items of one difficulty spread around it by so much.
_ITEM_SPREAD = 0.8
#: One option of a multiple-choice item is easier to judge than a whole item, in logits.
_OPTION_BONUS = 2.2
#: How many times likelier than another wrong option the most tempting one is guessed.
_TEMPTATION = 3.0
#: The share of items left blank.
_BLANK = 0.004
#: Hours of the day, on the clock of the moments given, at which people begin an exam.
_HOURS = (9, 10, 14, 15, 16)


def choices(
    person: DemoPerson,
    *,
    code: str,
    item_type: ItemType,
    options: int,
    key: Sequence[int],
    difficulty: int,
    seed: int = SEED,
) -> list[int]:
    """The options that the person ticks, ascending; none for an item left blank.

    ``code`` names the item; ``options`` is how many it shows (two for true/false).
    """
    rng = Random(f"{seed}/{person.staff_number}/{code}")  # noqa: S311 - not for secrets
    item = Random(f"{seed}/{code}")  # noqa: S311 - not for secrets
    margin = person.ability - _DIFFICULTY[difficulty] - item.gauss(0, _ITEM_SPREAD)
    tempting = item.randrange(options)
    if rng.random() < _BLANK:
        return []
    if item_type is ItemType.MULTIPLE_CHOICE:
        return _ticked(rng, margin, options, key)
    if rng.random() < _logistic(margin):
        return list(key)
    weights = [_TEMPTATION if index == tempting else 1.0 for index in range(options)]
    return rng.choices(range(options), weights)


def _ticked(rng: Random, margin: float, options: int, key: Sequence[int]) -> list[int]:
    """Each option judged by itself; at least one is ticked."""
    sure = _logistic(margin + _OPTION_BONUS)
    ticked = [index for index in range(options) if (index in key) == (rng.random() < sure)]
    return ticked or [rng.randrange(options)]


def _logistic(margin: float) -> float:
    return 1 / (1 + math.exp(-margin))


def sits(person: DemoPerson, event: str, seed: int = SEED) -> bool:
    """Whether somebody who may sit the exam named ``event`` does; nearly everybody does."""
    rng = Random(f"{seed}/{person.staff_number}/{event}")  # noqa: S311 - not for secrets
    return rng.random() < 0.82 + 0.18 * person.diligence


def begins(rng: Random, opens_at: datetime, until: datetime) -> datetime:
    """When somebody begins who has from one moment to another: in office hours where there are
    any, else at the opening.
    """
    hours = math.floor((until - opens_at) / timedelta(hours=1)) + 1
    full = (opens_at + timedelta(hours=number) for number in range(hours))
    office = [hour for hour in full if hour.hour in _HOURS and hour + timedelta(hours=1) <= until]
    return (rng.choice(office) if office else opens_at) + timedelta(seconds=rng.randrange(3_500))


def share_of_time(person: DemoPerson, event: str, seed: int = SEED) -> float:
    """How much of the allowed time the person takes, between 0.3 and 1."""
    rng = Random(f"{seed}/{person.staff_number}/{event}/time")  # noqa: S311 - not for secrets
    return min(1.0, max(0.3, rng.gauss(0.75 - 0.06 * person.ability, 0.12)))


def lessons_done(person: DemoPerson, course: str, lessons: int, seed: int = SEED) -> int:
    """How many lessons of a course, from the first, the person has finished."""
    rng = Random(f"{seed}/{person.staff_number}/{course}")  # noqa: S311 - not for secrets
    if rng.random() < person.diligence**2:
        return lessons
    return sum(rng.random() < person.diligence for _ in range(lessons))
