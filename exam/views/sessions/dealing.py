"""Which paper each candidate of a session gets: who is kept from which, and what is decided."""

from collections.abc import Iterator
from itertools import groupby
from secrets import randbits
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, me, requires
from accounts.permissions import Permission
from core import clock, paging, spreadsheets
from core.audit.trail import record
from core.db import db, may_write, reading
from core.downloads import attachment
from core.errors import Refused
from core.spreadsheets import Column, Table
from exam.attempts.timing import SessionState, state_of
from exam.forms.sessions import ReasonForm
from exam.models import Candidate, ExamSession
from exam.queries.assembling import building as building_queries
from exam.queries.papers import contacts
from exam.queries.sessions import dealing as paper_queries
from exam.queries.sessions import overview as queries
from exam.services.assembling import stocking
from exam.services.sessions import candidates as candidate_services
from exam.services.sessions import dealing as services
from exam.services.sessions.planning import CHANCE
from exam.views.base import bp
from exam.views.sessions.acting import acted_or_told

DEALT = (
    Column("序号", "number", 6),
    Column("部门", "unit", 16),
    Column("姓名", "name", 12),
    Column("工号", "staff_number", 12),
    Column("职级", "group", 12),
    Column("状态", "status", 8),
    Column("接触过的本场试题数", "touched", 10),
    Column("试卷", "form", 28),
    Column("卷中本人接触过的题数", "kept", 10),
    Column("分配依据", "reason", 48),
)
TOUCHED = (
    Column("序号", "number", 6),
    Column("姓名", "name", 12),
    Column("工号", "staff_number", 12),
    Column("试题编号", "item", 10),
    Column("接触方式", "how", 24),
    Column("所在试卷", "held_by", 36),
    Column("所发试卷", "form", 28),
    Column("是否会考到", "asked", 10),
)


@bp.get("/sessions/<int:session_id>/papers")
@requires(Permission.SESSION_MANAGE)
def papers(session_id: int) -> str:
    """The papers of a session, who waits for one, and who has to do with their items."""
    found, at = queries.session(session_id), clock.now()
    touching = _touching(found)
    number, size = paging.asked()
    listed = [each for each in queries.candidates(found.id) if each.person_id in touching]
    state, waiting = state_of(found, at), paper_queries.undecided(found.id)
    return render_template(
        "exam/sessions/session_papers.html",
        session=found,
        is_open=state in {SessionState.UPCOMING, SessionState.OPEN},
        given=paper_queries.given(found),
        waiting=waiting,
        page=paging.of(listed, number=number, per_page=size),
        touching=touching,
        addable=paper_queries.addable(found),
        reader_id=me().id,
        own=any(each.person_id == me().id for each in waiting),
    )


def _touching(session: ExamSession) -> dict[int, list[contacts.Contact]]:
    """By person on the list, the contacts with items of the session's papers."""
    forms = {each.form_id for each in session.papers}
    every = contacts.contacts(forms, {each.person_id for each in session.candidates})
    return {
        person_id: list(some) for person_id, some in groupby(every, key=lambda each: each.person_id)
    }


@bp.post("/sessions/candidates/<int:candidate_id>/redraw")
@requires(Permission.SESSION_MANAGE)
def redraw_paper(candidate_id: int) -> ResponseReturnValue:
    found = queries.candidate(candidate_id)
    services.redraw(
        candidate=found,
        reason=ReasonForm().reason.data or "",
        rng=CHANCE,
        at=clock.now(),
        by=account(),
    )
    db.session.commit()
    flash(f"{found.entry.name}已重抽试卷，其他人不变。", "success")
    return redirect(url_for(".candidate", candidate_id=candidate_id))


@bp.post("/sessions/<int:session_id>/papers/draw")
@requires(Permission.FORM_BUILD)
def draw_free_paper(session_id: int) -> ResponseReturnValue:
    """Draw a paper without the items of those who wait; it has to be sealed before it is added."""
    try:
        # Search first, so that nobody waits for a write lock meanwhile.
        with reading():
            free = stocking.find_free(
                session=queries.session(session_id), seed=randbits(48), by=account()
            )
        made, without = stocking.draw_free_paper(
            session=queries.session(session_id), free=free, at=clock.now(), by=account()
        )
    except Refused as refusal:
        if not can(Permission.SESSION_MANAGE):
            raise
        db.session.rollback()
        flash(f"{refusal}。", "error")
        return redirect(url_for(".papers", session_id=session_id))
    db.session.commit()
    flash("回避卷已抽好，封存后请回到场次的“试卷分配与命题回避”加入。", "success")
    if without:
        named = "、".join(each.entry.name for each in without)
        flash(f"{named}接触过的试题太多，没有可用的回避卷，请批准免考。", "warning")
    return redirect(url_for(".form", form_id=made.id))


@bp.post("/sessions/<int:session_id>/papers/exempt")
@requires(Permission.SESSION_MANAGE)
def exempt_undecided(session_id: int) -> ResponseReturnValue:
    """Exempt those whom no paper is free for, all at once."""

    def act() -> str:
        count = candidate_services.exempt_undecided(
            session=queries.session(session_id),
            candidate_ids=set(request.form.getlist("candidate", type=int)),
            reason=ReasonForm().reason.data or "",
            at=clock.now(),
            by=account(),
        )
        return f"已批准 {count} 人免考。"

    acted_or_told(act)
    return redirect(url_for(".papers", session_id=session_id))


@bp.post("/sessions/<int:session_id>/papers")
@requires(Permission.SESSION_MANAGE)
def add_paper(session_id: int) -> ResponseReturnValue:
    found = queries.session(session_id)
    form = building_queries.form(request.form.get("form", 0, type=int))
    got = services.add_paper(session=found, form=form, rng=CHANCE, at=clock.now(), by=account())
    db.session.commit()
    flash(f"已加入“{form.title}”，{len(got)} 名待定人员改用它；其他人不变。", "success")
    return redirect(url_for(".papers", session_id=session_id))


@bp.get("/sessions/<int:session_id>/papers.xlsx")
@requires(Permission.SESSION_MANAGE)
def export_papers(session_id: int) -> Response:
    """The proof list: who had to do with which item, which paper they got, and why."""
    found = queries.session(session_id)
    people, touching = queries.candidates(found.id), _touching(found)
    places = contacts.places_of({each.form_id for each in found.papers})
    dealt = Table(
        "试卷分配",
        DEALT,
        [_dealt(n, each, touching, places) for n, each in enumerate(people, 1)],
        title=f"{found.title}试卷分配与命题回避证明",
        notes=[
            f"按{clock.local(clock.now()):%Y年%m月%d日%H:%M}的命题、审题、组卷、封卷、阅卷等记录生成。"
        ],
    )
    touched = Table("接触记录", TOUCHED, list(_touched(found, people, touching, places)))
    data = spreadsheets.write_workbook(dealt, touched)
    may_write()
    record("papers.export", found, rows=len(people))
    db.session.commit()
    return attachment(data, f"{found.title}命题回避证明.xlsx")


_Touching = dict[int, list[contacts.Contact]]
_Places = dict[int, list[Any]]


def _dealt(number: int, candidate: Candidate, touching: _Touching, places: _Places) -> Any:
    entry = candidate.entry
    touched = {each.item_id for each in touching.get(candidate.person_id, ())}
    return {
        "number": number,
        "unit": entry.unit_name,
        "name": entry.name,
        "staff_number": entry.staff_number,
        "group": entry.rank_group.label,
        "status": candidate.status.label,
        "touched": len(touched),
        "form": candidate.form.title if candidate.form else "待定",
        "kept": len(touched & may_be_asked(candidate, places)),
        "reason": candidate.form_reason,
    }


def may_be_asked(candidate: Candidate, places: _Places) -> set[int]:
    """The items of a candidate's paper that a draw can put to them."""
    items = [item for place in places.get(candidate.form_id or 0, ()) for item in place]
    left_out = set(candidate.left_out)
    return {item for slot, item in enumerate(items, 1) if slot not in left_out}


def _touched(
    session: ExamSession, people: Any, touching: _Touching, places: _Places
) -> Iterator[dict[str, Any]]:
    holders = {
        form.id: {item for place in places[form.id] for item in place} for form in session.forms
    }
    number = 0
    for candidate in people:
        every = touching.get(candidate.person_id, [])
        asked = may_be_asked(candidate, places)
        for item_id, some in groupby(every, key=lambda each: each.item_id):
            number += 1
            yield {
                "number": number,
                "name": candidate.entry.name,
                "staff_number": candidate.entry.staff_number,
                "item": item_id,
                "how": "、".join(each.how for each in some),
                "held_by": "、".join(f.title for f in session.forms if item_id in holders[f.id]),
                "form": candidate.form.title if candidate.form else "待定",
                "asked": "会" if item_id in asked else "不会",
            }
