"""Database to DataFrame: the only file here that knows tables.

The function returns exactly the columns and dtypes it declares, also when there are no rows.
"""

from decimal import Decimal
from typing import Any

import pandas as pd

from exam.models import ExamSession
from exam.outcomes import Sitting, outcome
from exam.queries import sessions

#: One row a person on the roster of a session. ``due``: still owes the exam; ``first_due``: and
#: not deferred. ``score`` is hundredths of a mark, -1 for somebody who never handed in.
CANDIDATES = {
    "person_id": "int64",
    "name": "str",
    "unit": "str",
    "unit_position": "int64",
    "line": "str",
    "exempt": "bool",
    "deferred": "bool",
    "taken": "bool",
    "passed": "bool",
    "excellent": "bool",
    "voided": "bool",
    "score": "int64",
    "reason": "str",
}


def candidates(session: ExamSession) -> pd.DataFrame:
    rows = [_row(session, each) for each in sessions.candidates(session.id)]
    return pd.DataFrame(rows, columns=list(CANDIDATES)).astype(CANDIDATES)


def _row(session: ExamSession, candidate: Any) -> dict[str, Any]:
    found = outcome(
        [
            Sitting(each.number, each.earned, each.voided_at is not None)
            for each in candidate.attempts
            if each.earned is not None
        ],
        policy=session.score_policy,
        pass_score=session.pass_score,
        excellent_score=session.excellent_score,
        makeup=session.makeup_of_id is not None,
    )
    entry = candidate.entry
    return {
        "person_id": candidate.person_id,
        "name": entry.name,
        "unit": entry.unit_name,
        "unit_position": entry.unit_position,
        "line": entry.line.value,
        "exempt": candidate.status.value == "exempt",
        "deferred": candidate.status.value == "deferred",
        "taken": found.score is not None,
        "passed": found.passed,
        "excellent": found.excellent,
        "voided": found.voided,
        "score": int(found.score * Decimal(100)) if found.score is not None else -1,
        "reason": candidate.reason or entry.reason,
    }
