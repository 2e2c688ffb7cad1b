"""The rows that an attempt writes where it begins and where it is handed in, without objects."""

from sqlalchemy import Text, bindparam, cast, insert, update

from core.db import table
from core.lookup import looked_up
from core.prepared import Prepared
from exam.models import Answer, Attempt, AttemptEvent, AttemptVector
from exam.models.columns import MARKS

_ATTEMPT, _EVENT, _VECTOR = table(Attempt), table(AttemptEvent), table(AttemptVector)
_ANSWER = table(Answer)
BEGUN = Prepared(
    insert(_ATTEMPT),
    "candidate_id", "number", "person_id", "session_id", "form_id", "started_at", "deadline",
    "holder_id", "seed", "draw_seed", "left_out",
)  # fmt: skip
NOTED = Prepared(insert(_EVENT), "attempt_id", "at", "kind", "detail")
#: What each saved answer earned: ``marks`` is a JSON object by slot.
MARKED = Prepared(
    update(_ANSWER)
    .where(_ANSWER.c.attempt_id == bindparam("of_attempt"))
    .values(earned=cast(looked_up(bindparam("marks", type_=Text), _ANSWER.c.slot), MARKS))
)
HANDED_IN = Prepared(
    update(_ATTEMPT).where(_ATTEMPT.c.id == bindparam("of_attempt")),
    "submitted_at", "auto_submitted", "earned", "unmarked", "by_hand",
)  # fmt: skip
COUNTED = Prepared(
    insert(_VECTOR),
    "attempt_id", "session_id", "form_id", "person_id", "unit_id", "right", "share",
)  # fmt: skip
