"""Launching a package, and what it says while it runs."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, select

from accounts.models import Person
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.lessons import cmi, cmi5, statements
from courses.lessons.cmi import Verdict
from courses.lessons.cmi5 import Launched, Unit
from courses.lessons.models import Asset, Launch, PackageRecord, Statement
from courses.lessons.queries import packages as queries
from courses.lessons.services import assets
from courses.lessons.standards import Standard
from courses.lessons.statements import Said
from courses.models import Lesson
from courses.services import completing

#: Old launches are good for nothing and are swept away with the next one.
_KEPT = timedelta(days=2)
_STATE = "state:"


class TooMuch(Refused):
    message = "课件提交的记录过多，请联系管理员"


def launch(
    *, person: Person, lesson: Lesson, asset: Asset, preview: bool, at: datetime
) -> tuple[Launch, str]:
    """Open a package; the token is what its addresses carry, and nobody can read it back."""
    token = secrets.token_urlsafe(24)
    _sweep(person, at)
    made = Launch(
        token=queries.digest(token),
        person_id=person.id,
        lesson_id=lesson.id,
        asset_id=asset.id,
        opened_at=at,
        preview=preview,
    )
    db.session.add(made)
    db.session.flush()
    if not preview:
        if asset.standard is Standard.CMI5:
            _state(made, cmi5.LAUNCHED, at)
        completing.lock_person(person.id)
        own = queries.record_of(person.id, lesson.id)
        if own is None:
            own = PackageRecord(
                person_id=person.id, lesson_id=lesson.id, cmi="{}", number=0, said_at=at
            )
            db.session.add(own)
        elif queries.asset_of(own) != asset.id:
            own.cmi, own.score = "{}", None
        # Commits of an older launch that are still under way change nothing any more.
        own.launch_id, own.number = made.id, 0
        db.session.flush()
    return made, token


def _sweep(person: Person, at: datetime) -> None:
    used = select(PackageRecord.launch_id).where(PackageRecord.person_id == person.id)
    said = select(Statement.launch_id)
    db.session.execute(
        delete(Launch).where(
            Launch.person_id == person.id,
            Launch.opened_at < at - _KEPT,
            Launch.id.not_in(used),
            Launch.id.not_in(said),
        )
    )


@dataclass(frozen=True)
class Kept:
    taken: bool
    number: int = 0
    #: The package was opened anew elsewhere; nothing of this launch is taken any more.
    over: bool = False


def commit(*, launch: Launch, number: int, data: Mapping[str, str], at: datetime) -> Kept:
    """Keep what a SCORM package says, unless it is older than what is kept."""
    own = _held(launch)
    if own is None:
        return Kept(launch.preview, number)
    if own.launch_id != launch.id:
        return Kept(False, own.number, over=True)
    if number <= own.number:
        return Kept(False, own.number)
    own.number, own.cmi, own.said_at = number, json.dumps(dict(data), ensure_ascii=False), at
    _conclude(launch, own, cmi.verdict(data, _standard(launch), launch.asset.pass_score), at)
    return Kept(True, number)


def say(*, launch: Launch, said: Said, at: datetime) -> bool:
    """Keep an xAPI statement and what it says; whether it was new."""
    own = _held(launch)
    if own is None:
        return False
    known = select(Statement.id).where(
        Statement.lesson_id == launch.lesson_id, Statement.statement_id == said.statement_id
    )
    if db.session.scalar(known) is not None:
        return False
    count = select(func.count()).select_from(Statement).where(Statement.launch_id == launch.id)
    if (db.session.scalar(count) or 0) >= statements.MOST:
        raise TooMuch
    db.session.add(
        Statement(
            launch_id=launch.id,
            lesson_id=launch.lesson_id,
            statement_id=said.statement_id,
            verb=said.verb,
            body=json.dumps(said.body, ensure_ascii=False),
            stored_at=at,
        )
    )
    own.said_at = at
    db.session.flush()
    found = statements.verdict(said, launch.asset.pass_score)
    met = _about_unit(launch, said) and unit_of(launch.asset).move_on.met(_told(launch))
    if _conclude(launch, own, replace(found, done=met), at):
        _state(launch, cmi5.SATISFIED, at)
    return True


def launched(launch: Launch) -> Launched:
    """The launch as a cmi5 package knows it."""
    return Launched(
        launch.lesson_id, learner(launch.person_id, launch.lesson_id), str(launch.id),
        launch.preview,
    )  # fmt: skip


def unit_of(asset: Asset) -> Unit:
    """What the asset's cmi5.xml asks for. Raises NoUnit."""
    path = assets.file_of(asset, "cmi5.xml")
    if path is None:
        raise cmi5.NoUnit
    return _unit(path)


@lru_cache(maxsize=100)
def _unit(path: Path) -> Unit:
    """Files of packages never change: they are named by what they hold."""
    return cmi5.unit(path.read_bytes())


def _about_unit(launch: Launch, said: Said) -> bool:
    return cmi5.about(
        said.body["object"],
        activity=launched(launch).activity,
        publisher_id=unit_of(launch.asset).publisher_id,
    )


def _told(launch: Launch) -> set[str]:
    """What the package has said of the person and of the unit itself, at this launch or before."""
    rows = db.session.execute(
        select(Statement.statement_id, Statement.verb, Statement.body)
        .join(Launch, Launch.id == Statement.launch_id)
        .where(
            Launch.person_id == launch.person_id,
            Launch.lesson_id == launch.lesson_id,
            Launch.asset_id == launch.asset_id,
            Statement.verb.in_([statements.VERBS + each for each in cmi5.TOLD]),
        )
        .order_by(Statement.id)
    )
    said = [Said(row[0], row[1], json.loads(row[2])) for row in rows]
    return {
        each.verb.removeprefix(statements.VERBS)
        for each in said
        if _about_unit(launch, each)
        and not statements.verdict(each, launch.asset.pass_score).failed
    }


def _state(launch: Launch, verb: str, at: datetime) -> None:
    """State something about the launch ourselves."""
    given_id = str(uuid4())
    body = launched(launch).statement(
        verb, unit_of(launch.asset), given_id=given_id, at=at.isoformat()
    )
    db.session.add(
        Statement(
            launch_id=launch.id,
            lesson_id=launch.lesson_id,
            statement_id=given_id,
            verb=verb,
            body=json.dumps(body, ensure_ascii=False),
            stored_at=at,
        )
    )
    db.session.flush()


def keep_state(*, launch: Launch, name: str, text: str | None, at: datetime) -> None:
    """Keep what a cmi5 package writes down for its next launch; None forgets it."""
    own = _held(launch)
    if own is None:
        return
    data: dict[str, Any] = json.loads(own.cmi)
    if text is None:
        data.pop(_STATE + name, None)
    else:
        data[_STATE + name] = text
    if len(json.dumps(data)) > cmi.MAX_BYTES:
        raise TooMuch
    own.cmi, own.said_at = json.dumps(data, ensure_ascii=False), at
    db.session.flush()


def state(launch: Launch, name: str) -> str | None:
    own = queries.record_of(launch.person_id, launch.lesson_id)
    found = None if own is None or launch.preview else json.loads(own.cmi).get(_STATE + name)
    return found if isinstance(found, str) else None


def fetch(*, launch: Launch, at: datetime) -> bool:
    """Whether the token for the record store may be handed out: once a launch."""
    lock(launch)
    if launch.fetched_at is not None:
        return False
    launch.fetched_at = at
    db.session.flush()
    return True


def _held(launch: Launch) -> PackageRecord | None:
    """The person's record, held until the transaction ends; None for a preview."""
    if launch.preview:
        return None
    completing.lock_person(launch.person_id)
    own = queries.record_of(launch.person_id, launch.lesson_id)
    if own is not None:
        db.session.refresh(own)
    return own


def _conclude(launch: Launch, own: PackageRecord, said: Verdict, at: datetime) -> bool:
    """Keep what was said; whether the person is through with it now, and was not before."""
    if said.score is not None:
        own.score = said.score
    through = said.done and own.completed_at is None
    if through:
        own.completed_at = at
        db.session.flush()
        record(
            "lesson.package_done",
            object_type="Lesson",
            object_id=launch.lesson_id,
            at=at,
            person=launch.person_id,
            score=str(own.score) if own.score is not None else "",
        )
    db.session.flush()
    return through


def _standard(launch: Launch) -> Standard:
    return launch.asset.standard or Standard.SCORM_12


def learner(person_id: int, lesson_id: int) -> str:
    """What a package is told of who is learning: the same at every launch, and no name."""
    return hashlib.sha256(f"xuefa/{person_id}/{lesson_id}".encode()).hexdigest()[:24]
