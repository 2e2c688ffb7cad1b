"""The papers of a session and who gets which: dealt with the list, and what is decided later."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from accounts.models import Account
from accounts.standing import RankGroup
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.models import Candidate, ExamSession, Form, FormSight, SessionForm
from exam.papers import drawing, snapshot
from exam.queries.papers import contacts
from exam.queries.sessions import dealing as paper_queries
from exam.queries.sessions import overview as queries
from exam.services.assembling.building import intact
from exam.sessions import dealing
from exam.sessions.dealing import Choice, Sitter


class NoPaperFor(Refused):
    """A rank group on the list has no paper; the message names it."""


class UnequalPapers(Refused):
    """Everybody has to have the same marks to earn."""


class Begun(Refused):
    message = "该人员已经开始作答，不能再换卷"


class OnlyOne(Refused):
    message = "本场次没有其他可用的试卷，不能重抽；可先加一套试卷"


class Over(Refused):
    message = "场次已取消或已公布成绩，试卷安排不能再改"


@dataclass(frozen=True)
class PaperOf:
    """A sealed form and whom a session gives it to."""

    form: Form
    #: None for everybody whose group has no paper of its own.
    rank_group: RankGroup | None = None


def must_match(papers: Sequence[PaperOf], groups: Iterable[RankGroup]) -> None:
    """Raises UnequalPapers, NoPaperFor."""
    totals = {each.form.title: snapshot.load(each.form.snapshot or "").total for each in papers}
    if len(set(totals.values())) > 1:
        named = "，".join(f"“{title}”{total:f} 分" for title, total in totals.items())
        raise UnequalPapers(f"同一场次各套试卷的总分应相同：{named}", field="form")
    people = Counter(groups)
    for_groups = [Choice(0, each.rank_group, ()) for each in papers]
    if missing := dealing.without_paper(people, for_groups):
        named = "、".join(f"{each.label}（{people[each]} 人）" for each in missing)
        raise NoPaperFor(
            f"{named}没有试卷：请为其选一套，或让其中一套不限职级，或缩小参考范围", field="form"
        )


def rows_of(papers: Sequence[PaperOf]) -> list[SessionForm]:
    return [
        SessionForm(form=each.form, rank_group=each.rank_group, position=position)
        for position, each in enumerate(papers, 1)
    ]


def deal(
    session: ExamSession, candidates: Sequence[Candidate], *, rng: Random, but: int | None = None
) -> None:
    """Give each of the candidates a paper, those who have one already staying as they are counted.

    ``but``: a paper not to give if there is any other.
    """
    choices = choices_of(session)
    if but is not None:
        choices = [each for each in choices if each.form_id != but]
    sitters = sitters_of(session, candidates, choices)
    dealt = dealing.deal(sitters, choices, rng=rng, had=_had(session, candidates))
    by_form = {each.form_id: each for each in choices}
    for candidate, sitter in zip(candidates, sitters, strict=True):
        found = dealt[sitter.key]
        candidate.form_id, candidate.form_reason = found.form_id, found.reason
        choice = by_form.get(found.form_id) if found.form_id is not None else None
        candidate.left_out = (
            drawing.to_leave_out(choice.places, sitter.touched, sitter.met)
            if choice and any(len(place) > 1 for place in choice.places)
            else []
        )
    db.session.flush()
    for candidate in candidates:
        db.session.expire(candidate, ["form"])


def choices_of(session: ExamSession) -> list[Choice]:
    places = contacts.places_of({each.form_id for each in session.papers})
    return [
        Choice(each.form_id, each.rank_group, places.get(each.form_id, ()))
        for each in session.papers
    ]


def sitters_of(
    session: ExamSession, candidates: Sequence[Candidate], choices: Sequence[Choice]
) -> list[Sitter]:
    """The candidates with what they have to do with the papers, in their order."""
    people = [each.person_id for each in candidates]
    touched: defaultdict[int, set[int]] = defaultdict(set)
    for each in contacts.contacts({each.form_id for each in choices}, people):
        touched[each.person_id].add(each.item_id)
    met = contacts.met(session, people)
    return [
        Sitter(
            key=number,
            unit_id=each.entry.unit_id,
            rank_group=each.entry.rank_group,
            touched=touched.get(each.person_id, frozenset()),
            met=met.get(each.person_id, frozenset()),
        )
        for number, each in enumerate(candidates)
    ]


def _had(session: ExamSession, without: Sequence[Candidate]) -> dict[int, int]:
    dealt = {id(each) for each in without}
    return Counter(
        each.form_id
        for each in session.candidates
        if each.form_id is not None and id(each) not in dealt
    )


def redraw(
    *, candidate: Candidate, reason: str, rng: Random, at: datetime, by: Account | None
) -> None:
    """Give one candidate another paper before they begin. Raises Over, Begun, OnlyOne, Refused."""
    lock(candidate)
    session = candidate.session
    _must_go_on(session)
    if candidate.attempts:
        raise Begun
    if not reason.strip():
        raise Refused("重抽试卷须写明理由", field="reason")
    old = candidate.form_id
    mine = dealing.for_group(candidate.entry.rank_group, choices_of(session))
    if not any(each.form_id != old for each in mine):
        raise OnlyOne
    before = (candidate.form_reason, candidate.left_out)
    deal(session, [candidate], rng=rng, but=old)
    if candidate.form_id is None:
        candidate.form_id = old
        candidate.form_reason, candidate.left_out = before
        db.session.flush()
        raise OnlyOne
    candidate.form_reason = f"重抽：{reason.strip()}"
    db.session.flush()
    record(
        "candidate.redraw", candidate, at=at, old=old, new=candidate.form_id, reason=reason.strip()
    )


def add_paper(
    *, session: ExamSession, form: Form, rng: Random, at: datetime, by: Account | None
) -> list[Candidate]:
    """Give a session a further paper, for those whom none of the others is free for.

    Whoever has a paper keeps it. Returns who got it. Raises Over, UnequalPapers, Refused.
    """
    lock(session)
    _must_go_on(session)
    if not intact(form):
        raise Refused("只有已封存且校验无误的试卷才能加入场次", field="form")
    if form in session.forms:
        raise Refused("本场次已有这套试卷", field="form")
    must_match([*(PaperOf(each) for each in session.forms), PaperOf(form)], [])
    waiting = _for_whom(session, form)
    position = max(each.position for each in session.papers) + 1
    # A group that has papers of its own is dealt those only, so that it needs this one as its own.
    own = {each.rank_group for each in session.papers}
    for whom in _in_order({group if (group := each.entry.rank_group) in own else None
                            for each in waiting} or {None}):  # fmt: skip
        session.papers.append(SessionForm(form=form, rank_group=whom, position=position))
        position += 1
    db.session.flush()
    deal(session, waiting, rng=rng)
    record("session.add_form", session, at=at, form=form.id, title=form.title)
    return [each for each in waiting if each.form_id is not None]


def _for_whom(session: ExamSession, form: Form) -> list[Candidate]:
    """Those who wait: of the groups whose papers are of the form's blueprint, if there are any."""
    blueprints = {each.form_id: each.form.blueprint_id for each in session.papers}
    choices = choices_of(session)
    waiting = list(paper_queries.undecided(session.id))
    alike = [
        each
        for each in waiting
        if form.blueprint_id
        in {
            blueprints[choice.form_id]
            for choice in dealing.for_group(each.entry.rank_group, choices)
        }
    ]
    return alike or waiting


def _in_order(groups: set[RankGroup | None]) -> list[RankGroup | None]:
    return [each for each in (*RankGroup, None) if each in groups]


def note_seen(*, form: Form, rng: Random, at: datetime, by: Account) -> None:
    """Note that somebody opened a page with the items of a form; the first time counts.

    Where it was dealt to them and they have not begun, they get another one, or wait for one.
    """
    lock(form)
    if contacts.has_seen(form.id, by.id):
        return
    db.session.add(FormSight(form_id=form.id, account_id=by.id, at=at))
    db.session.flush()
    for candidate in queries.yet_to_sit(by.person_id, form.id, at):
        deal(candidate.session, [candidate], rng=rng)
        record("candidate.avoid", candidate, at=at, old=form.id, new=candidate.form_id)


def replace(session: ExamSession, old: Form, new: Form, *, rng: Random) -> None:
    """Give out ``new`` in the place of an amended ``old``; whoever may not sit it gets another."""
    for paper in session.papers:
        if paper.form_id == old.id:
            paper.form_id = new.id
    mine = [each for each in session.candidates if each.form_id == old.id]
    for candidate in mine:
        candidate.form_id = new.id
    db.session.flush()
    for row in (*session.papers, *mine):
        db.session.expire(row, ["form"])
    choices = choices_of(session)
    [choice] = {each.form_id: each for each in choices if each.form_id == new.id}.values()
    sitters = sitters_of(session, mine, choices)
    moved = [
        candidate
        for candidate, sitter in zip(mine, sitters, strict=True)
        if not choice.is_free_of(sitter.touched)
    ]
    if moved:
        deal(session, moved, rng=rng)
    for candidate, sitter in zip(mine, sitters, strict=True):
        if candidate not in moved and new.alternatives > 1:
            candidate.left_out = drawing.to_leave_out(choice.places, sitter.touched, sitter.met)
    db.session.flush()


def _must_go_on(session: ExamSession) -> None:
    if session.cancelled_at is not None or session.published_at is not None:
        raise Over
