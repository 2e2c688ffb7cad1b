"""How well an article is remembered, and when it is to be asked again: FSRS. Pure.

One memory for each person and article. It is not stored: the answers are, and they never change;
the memory is what the scheduler makes of them, in the order of time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from fsrs import Card, Rating, Scheduler

from core import clock

#: Recall that a review is meant to come at.
RETENTION = 0.9
#: Days after which an article is asked again, however well it is remembered.
LONGEST = 365

#: The library's published weights. No steps of minutes: people come once a day. No fuzz: the same
#: answers always give the same day.
SCHEDULER = Scheduler(
    desired_retention=RETENTION,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST,
    enable_fuzzing=False,
)


@dataclass(frozen=True)
class Review:
    """One answer to an item that rests on the article."""

    at: datetime
    share: Decimal
    revision_id: int = 0
    exam: bool = False

    @property
    def rating(self) -> Rating:
        """Right, partly right, wrong. Nobody is asked how easy it was."""
        if self.share >= 1:
            return Rating.Good
        return Rating.Hard if self.share > 0 else Rating.Again


@dataclass(frozen=True)
class Memory:
    #: Days in which recall falls from 1 to 0.9.
    stability: float
    #: From 1 to 10.
    difficulty: float
    last: datetime
    due_at: datetime
    reviews: Sequence[Review]

    @classmethod
    def of(cls, reviews: Sequence[Review]) -> Self:
        """What the answers, at least one, leave; they come in the order of time."""
        card = Card(card_id=1, due=reviews[0].at)
        for each in reviews:
            card, _ = SCHEDULER.review_card(card, each.rating, each.at)
        stability, difficulty = card.stability or 0.0, card.difficulty or 0.0
        return cls(stability, difficulty, reviews[-1].at, card.due, tuple(reviews))

    @property
    def due_on(self) -> date:
        return clock.local(self.due_at).date()

    def recall(self, at: datetime) -> float:
        """How likely it is, between 0 and 1, that an item on the article is answered right."""
        card = Card(
            card_id=1, stability=self.stability, difficulty=self.difficulty,
            due=self.due_at, last_review=self.last,
        )  # fmt: skip
        return SCHEDULER.get_card_retrievability(card, at)

    def is_due(self, today: date) -> bool:
        return self.due_on <= today
