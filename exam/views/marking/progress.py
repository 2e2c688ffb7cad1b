"""Pages of those who run the marking of a session: how far it is, how well two agree, closing."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from accounts.queries import accounts as account_queries
from core import clock, paging
from core.db import db
from exam.forms.sessions import ReasonForm
from exam.marking import double_marking, marking_report, rubric
from exam.marking.double_marking import Reader
from exam.marking.marking_report import Mark
from exam.models import ExamSession
from exam.papers.snapshot import Slot
from exam.queries.marking import marks as marking_queries
from exam.queries.marking import progress as queries
from exam.queries.marking.marks import Pile
from exam.queries.marking.progress import Judgement
from exam.queries.sessions import overview as session_queries
from exam.services.attempts.taking import sealed
from exam.services.marking import round as services
from exam.services.sessions.checking import able_markers
from exam.sessions import planning
from exam.views.base import bp


@dataclass(frozen=True)
class Dispute:
    """An answer that waits for an arbiter."""

    pile: Pile
    first: Judgement
    second: Judgement
    marks: Sequence[Decimal]
    apart: Decimal


@bp.get("/sessions/<int:session_id>/marking")
@requires(Permission.SESSION_MANAGE)
def marking_progress(session_id: int) -> str:
    session = session_queries.session(session_id)
    piles = queries.piles(session_id)
    items = _items(session_id, piles)
    judgements = queries.judgements(session_id)
    marks = [_mark(each, items[each.pile]) for each in judgements]
    unfinished = queries.unfinished(session_id)
    named = queries.named(session_id)
    ids = {each.marker for each in marks} | {each.account_id for each in unfinished}
    disputes = _disputes(judgements, items)
    lists: dict[str, Sequence[Any]] = {
        "items": list(piles.items()),
        "disputes": disputes,
        "markers": marking_report.by_marker(marks),
    }
    show = request.args.get("show", "")
    show = show if show in lists else "items"
    number, size = paging.asked()
    worth = {(pile.form_id, pile.slot): rubric.by_hand(item, item.marks)
             for pile, item in items.items()}  # fmt: skip
    return render_template(
        "exam/marking/marking_progress.html",
        session=session,
        scheme=planning.marking_in_words(session.scheme, session.single_reason),
        piles=piles,
        items=items,
        forms=marking_queries.forms_of([session_id]),
        by_item={Pile(session_id, each.form_id, each.slot): each
                 for each in marking_report.by_item(marks)},
        whole=marking_report.together(marks, worth),
        of_markers=marking_report.of_markers(marks, worth),
        show=show,
        page=paging.of(lists[show], number=number, per_page=size),
        arbitrations=Counter(each.pile for each in judgements if each.reader is Reader.ARBITER),
        at_hand=Counter(each.account_id for each in unfinished if each.skipped_at is None),
        since={each.account_id: each.claimed_at for each in unfinished},
        names=queries.names([each for each in ids if each is not None]),
        named=named,
        able=_able(session, {each.account_id for each in named}),
        others=[each for each in queries.markers()
                if each.id not in {one.account_id for one in named}],
        disputes=len(disputes),
        totals=(sum(each.total for each in piles.values()),
                sum(each.done for each in piles.values())),
        unfinished=session_queries.unmarked(session_id),
        unsettled=session_queries.unsettled(session_id),
        over=clock.now() >= session.closes_at,
        reopen_form=ReasonForm(),
    )  # fmt: skip


def _able(session: ExamSession, named: Collection[int]) -> int:
    """How many people may mark the session's papers now."""
    found = {each.id for each in able_markers(session.forms)}
    return len(found & set(named) if named else found)


def _items(session_id: int, piles: Mapping[Pile, object]) -> dict[Pile, Slot]:
    forms = marking_queries.forms_of([session_id])
    return {pile: sealed(forms[pile.form_id]).slots[pile.slot - 1] for pile in piles}


def _mark(judgement: Judgement, item: Slot) -> Mark:
    worth = rubric.exact(item.marks * rubric.found(item, judgement.points))
    return Mark(
        form_id=judgement.pile.form_id,
        slot=judgement.pile.slot,
        answer_id=judgement.answer_id,
        reader=judgement.reader,
        marker=judgement.marker_id,
        marks=worth,
    )


def _disputes(judgements: Sequence[Judgement], items: Mapping[Pile, Slot]) -> list[Dispute]:
    """The answers in arbitration, the widest apart first."""
    found: dict[int, dict[Reader, Judgement]] = {}
    for each in judgements:
        if each.disputed and each.reader is not Reader.ARBITER:
            found.setdefault(each.answer_id, {})[each.reader] = each
    disputes = []
    for pair in found.values():
        first, second = pair[Reader.FIRST], pair[Reader.SECOND]
        item = items[first.pile]
        apart = double_marking.difference(item, item.marks, first.points, second.points)
        marks = [_mark(each, item).marks for each in (first, second)]
        disputes.append(Dispute(first.pile, first, second, marks, apart))
    return sorted(disputes, key=lambda each: (-each.apart, each.first.answer_id))


def _back(session: ExamSession) -> ResponseReturnValue:
    return redirect(url_for(".marking_progress", session_id=session.id))


@bp.post("/sessions/<int:session_id>/marking/markers")
@requires(Permission.SESSION_MANAGE)
def name_marker(session_id: int) -> ResponseReturnValue:
    session = session_queries.session(session_id)
    chosen = account_queries.account(request.form.get("account_id", 0, type=int))
    services.name_marker(session=session, account=chosen, at=clock.now(), by=account())
    db.session.commit()
    flash(f"{chosen.person.name}可以评阅本场次；未指定的人不再能评。", "success")
    return _back(session)


@bp.post("/sessions/<int:session_id>/marking/markers/<int:account_id>/remove")
@requires(Permission.SESSION_MANAGE)
def drop_marker(session_id: int, account_id: int) -> ResponseReturnValue:
    session = session_queries.session(session_id)
    chosen = account_queries.account(account_id)
    services.drop_marker(session=session, account=chosen, at=clock.now(), by=account())
    db.session.commit()
    flash(f"{chosen.person.name}不再评阅本场次，已评的仍然有效。", "success")
    return _back(session)


@bp.post("/sessions/<int:session_id>/marking/markers/<int:account_id>/release")
@requires(Permission.SESSION_MANAGE)
def release_marker(session_id: int, account_id: int) -> ResponseReturnValue:
    session = session_queries.session(session_id)
    chosen = account_queries.account(account_id)
    freed = services.release(session=session, account=chosen, at=clock.now(), by=account())
    db.session.commit()
    flash(f"已收回{chosen.person.name}手中的 {freed} 份作答，其他阅卷人可以接着评。", "success")
    return _back(session)


@bp.post("/sessions/<int:session_id>/marking/close")
@requires(Permission.SESSION_MANAGE)
def close_marking(session_id: int) -> ResponseReturnValue:
    session = session_queries.session(session_id)
    services.close(session=session, at=clock.now(), by=account())
    db.session.commit()
    flash("主观题已定评，各答卷已按评阅结果计分，可以公布成绩。", "success")
    return _back(session)


@bp.post("/sessions/<int:session_id>/marking/reopen")
@requires(Permission.SESSION_MANAGE)
def reopen_marking(session_id: int) -> ResponseReturnValue:
    session, form = session_queries.session(session_id), ReasonForm()
    services.reopen(session=session, reason=form.reason.data or "", at=clock.now(), by=account())
    db.session.commit()
    flash("已撤销定评，可以继续评阅。", "success")
    return _back(session)
