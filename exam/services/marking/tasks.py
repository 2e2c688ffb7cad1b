"""What there is to mark for an account, item by item, and why it may not mark some of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Account
from core.db import db
from exam.models import ExamSession
from exam.papers.snapshot import Slot
from exam.queries.marking import keeping_apart
from exam.queries.marking import marks as queries
from exam.queries.marking.marks import Pile, Progress
from exam.services.attempts.taking import sealed
from exam.services.marking import marks

#: Sessions that the home page names.
SHOWN = 5


@dataclass(frozen=True)
class Task:
    """One item of a session, to be marked across all candidates."""

    pile: Pile
    item: Slot
    progress: Progress
    #: Why the account may not mark it; "" for that it may.
    barred: str
    #: It may not even see it: it is still to sit it.
    hidden: bool = False

    @property
    def open(self) -> bool:
        """Whether there is something in it for the account to do."""
        return not self.barred and bool(self.progress.waiting or self.progress.arbitration)


@dataclass(frozen=True)
class Waiting:
    """A session in which something waits for the account."""

    session: ExamSession
    #: Answers to be marked, and answers on which two others differ.
    unread: int
    disputed: int


def of_sessions(session_ids: Sequence[int], by: Account, at: datetime) -> dict[int, list[Task]]:
    """What there is to mark in each session."""
    forms = queries.forms_of(session_ids)
    found = queries.progress(session_ids, by)
    items = {pile: sealed(forms[pile.form_id]).slots[pile.slot - 1] for pile in found}
    wrote = queries.written_by([each.revision_id for each in items.values()], by)
    ahead = keeping_apart.to_sit(forms.keys(), by, at)
    listed: dict[int, list[Task]] = {each: [] for each in session_ids}
    for pile, progress in found.items():
        barred = ""
        if pile.form_id in ahead:
            barred = marks.SitsFirst.message
        elif not marks.may_mark(forms[pile.form_id], by):
            barred = "本卷由您组卷或封存，须由他人评阅"
        elif items[pile].revision_id in wrote:
            barred = "本题由您命制，须由他人评阅"
        task = Task(pile, items[pile], progress, barred, hidden=pile.form_id in ahead)
        listed[pile.session_id].append(task)
    return listed


def waiting(by: Account, at: datetime) -> list[Waiting]:
    """The sessions in which something waits for the account, those that end first at the top."""
    sessions = db.session.scalars(queries.sessions(by).limit(SHOWN)).all()
    if not sessions:
        return []
    found = of_sessions([each.id for each in sessions], by, at)
    rows = [
        Waiting(
            each,
            sum(task.progress.waiting for task in found[each.id] if task.open),
            sum(task.progress.arbitration for task in found[each.id] if task.open),
        )
        for each in sessions
        if each.published_at is None and each.marking_closed_at is None
    ]
    return [each for each in rows if each.unread or each.disputed]
