"""Playing a recording: one page at a time, and only what the server's clock bears out."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from accounts.models import Person
from core.db import db
from courses.lessons import playing
from courses.lessons.models import Asset, Playing
from courses.models import Lesson
from courses.progress import StudyRules
from courses.services import completing, studying


@dataclass(frozen=True)
class Heard:
    """What the page is told."""

    #: Tenths of a second, of the recording and of the day's study time.
    covered: int
    needed: int
    holder: str
    #: This page is the one that counts.
    current: bool
    limited: bool
    seconds: int


def begin(
    *, person: Person, lesson: Lesson, asset: Asset, at: datetime, rules: StudyRules
) -> Heard:
    """Start playing: from now on this page counts, and no other one of the person's."""
    studied = studying.begin(person=person, lesson=lesson, at=at, rules=rules)
    own = _own(person, lesson)
    if own is None:
        own = Playing(person_id=person.id, lesson_id=lesson.id, asset_id=asset.id, played="[]")
        db.session.add(own)
    elif own.asset_id != asset.id:
        # Another recording was put in its place.
        own.asset_id, own.played, own.position = asset.id, "[]", 0
    own.holder = secrets.token_hex(8)
    own.reported_at = at
    db.session.flush()
    db.session.execute(
        update(Playing)
        .where(Playing.person_id == person.id, Playing.id != own.id, Playing.holder != "")
        .values(holder="")
    )
    length = (asset.seconds or 0) * 10
    return _told(own, length, current=True, limited=studied.limited, seconds=studied.seconds)


def report(
    *,
    person: Person,
    lesson: Lesson,
    holder: str,
    start: int,
    end: int,
    asset: Asset,
    at: datetime,
    rules: StudyRules,
) -> Heard:
    """A stretch that the page says it has played; counted as far as time went by."""
    completing.lock_person(person.id)
    own, length = _own(person, lesson), (asset.seconds or 0) * 10
    if own is None or not holder or own.holder != holder or own.asset_id != asset.id:
        return Heard(0, playing.needed(length), holder, current=False, limited=False, seconds=0)
    elapsed = int((at - own.reported_at).total_seconds() * 10)
    own.reported_at = max(at, own.reported_at)
    own.position = min(max(0, end), length)
    moved = end > start and elapsed > 0
    act = studying.sign_of_life if moved else studying.begin
    studied = act(person=person, lesson=lesson, at=at, rules=rules)
    if moved and studied.current and not studied.limited:
        stretches = playing.heard(
            playing.read(own.played), start=start, end=end, elapsed=elapsed, length=length
        )
        own.played = playing.written(stretches)
    db.session.flush()
    return _told(
        own, length, current=studied.current, limited=studied.limited, seconds=studied.seconds
    )


def _told(own: Playing, length: int, *, current: bool, limited: bool, seconds: int) -> Heard:
    return Heard(
        covered=playing.covered(playing.read(own.played)),
        needed=playing.needed(length),
        holder=own.holder,
        current=current,
        limited=limited,
        seconds=seconds,
    )


def _own(person: Person, lesson: Lesson) -> Playing | None:
    return db.session.scalars(
        select(Playing)
        .where(Playing.person_id == person.id, Playing.lesson_id == lesson.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
