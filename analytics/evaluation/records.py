"""What an edition keeps, as one text and its digest; and where it stands. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from analytics.evaluation.kinds import SAMPLED, RunState


def digest(rules: Mapping[str, Any], roster_id: int, rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the rules, the roster and each person's inputs, score and level."""
    kept = {"rules": rules, "roster": roster_id, "people": list(rows)}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def state(
    *, until: datetime, finalised_at: datetime | None, reversed_at: datetime | None, at: datetime
) -> RunState:
    if reversed_at is not None:
        return RunState.REVERSED
    if finalised_at is not None:
        return RunState.FINAL
    return RunState.PUBLIC if at < until else RunState.WAITING


def is_sampled(year: int, person_id: int) -> bool:
    """Whether an entry is drawn for a check; the same for everybody who asks."""
    drawn = hashlib.sha256(f"{year}/{person_id}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") % SAMPLED == 0
