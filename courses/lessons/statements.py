"""xAPI statements of a cmi5 package: what is taken, and what it says. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from courses.lessons import cmi
from courses.lessons.cmi import Verdict

MAX_BYTES = 256 * 1024
#: Statements of one launch; a package that says more is broken.
MOST = 2_000
VERBS = "http://adlnet.gov/expapi/verbs/"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class BadStatement(ValueError):
    """What was sent is no statement of this launch; the text says why."""


@dataclass(frozen=True)
class Said:
    statement_id: str
    verb: str
    body: dict[str, Any]


def read(sent: object, *, learner: str, given_id: str | None = None) -> Said:
    """A statement about the learner. Raises BadStatement."""
    if not isinstance(sent, dict):
        raise BadStatement("a statement is an object")
    verb, target = sent.get("verb"), sent.get("object")
    if not isinstance(verb, dict) or not isinstance(verb.get("id"), str) or len(verb["id"]) > 300:
        raise BadStatement("a statement has a verb with an id")
    if not isinstance(target, dict):
        raise BadStatement("a statement has an object")
    if _account(sent.get("actor")) != learner:
        raise BadStatement("the statement is about somebody else")
    statement_id = given_id or sent.get("id") or str(uuid4())
    if not isinstance(statement_id, str) or not _UUID.fullmatch(statement_id):
        raise BadStatement("the id is no UUID")
    return Said(statement_id.lower(), verb["id"], {**sent, "id": statement_id.lower()})


def _account(actor: object) -> object:
    account = actor.get("account") if isinstance(actor, dict) else None
    return account.get("name") if isinstance(account, dict) else None


def verdict(said: Said, pass_score: Decimal | None) -> Verdict:
    """What one statement says of being through; whether that is enough, its unit's moveOn says."""
    name = said.verb.removeprefix(VERBS)
    score = _score(said.body.get("result"))
    if name not in {"completed", "passed", "failed"}:
        return Verdict(False, False, None)
    missed = name == "passed" and None not in (score, pass_score) and score < pass_score  # type: ignore[operator]  # neither is None
    return Verdict(name != "failed" and not missed, name == "failed" or missed, score)


def _score(result: object) -> Decimal | None:
    score: Any = result.get("score") if isinstance(result, Mapping) else None
    if not isinstance(score, Mapping):
        return None
    scaled = cmi.number(score.get("scaled"))
    return None if scaled is None else cmi.within(scaled * 100)
