"""Pages that show sessions: the list, one with its live board and scores, the score table."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, case, false

from accounts.guards import requires, scope, unit_limit
from accounts.models import RosterEntry
from accounts.permissions import Permission
from accounts.queries import snapshots
from core import clock, figures, paging, spreadsheets
from core.audit.trail import last_detail, record
from core.db import db, may_write
from core.downloads import attachment
from core.errors import Refused
from core.paging import Page
from core.spreadsheets import Column, Table
from exam.attempts.timing import SessionState, state_of
from exam.forms.sessions import CancelForm, EndForm, ExtendForm
from exam.kinds import CandidateStatus
from exam.models import Candidate, ExamSession
from exam.queries.on_paper import scores as paper_queries
from exam.queries.papers import stopping
from exam.queries.results import finals as final_queries
from exam.queries.sessions import dealing as paper_dealing
from exam.queries.sessions import eligibility, hall, makeups
from exam.queries.sessions import overview as queries
from exam.queries.sessions.listed import Listed, in_order, listed
from exam.results.outcomes import GradeLevel
from exam.services.assembling import building
from exam.services.attempts import taking
from exam.sessions import planning
from exam.sessions.standing import Standing
from exam.views.base import bp
from exam.views.sessions.rows import (
    Row,
    Sees,
    counts_of,
    may_see_scores,
    row_of,
    score_record,
    seen,
    sees_score,
)

SCORES = (
    Column("序号", "number", 6),
    Column("部门", "unit", 16),
    Column("姓名", "name", 12),
    Column("职务职级", "post", 22),
    Column("考试名称", "title", 28),
    Column("次数", "attempts", 6),
    Column("成绩", "score", 9, "0.00"),
    Column("等次", "level", 9),
    Column("是否合格", "passed", 9),
    Column("状态", "standing", 10),
    Column("用时", "taken", 14),
    Column("备注", "remarks", 30),
)


class NotOut(Refused):
    message = "本场次的成绩还没有公布，公布后可以导出"


#: The least that a session is extended by.
A_MINUTE = timedelta(minutes=1)
UNFINISHED = {SessionState.UPCOMING, SessionState.OPEN}


@bp.get("/sessions")
@requires(Permission.SESSION_READ)
def sessions() -> str:
    number, size = paging.asked()
    unit_id, at = unit_limit(Permission.SESSION_READ), clock.now()
    query = queries.sessions(unit_id)
    if text := request.args.get("q", "").strip():
        query = query.where(ExamSession.title.contains(text, autoescape=True))
    if state := SessionState.by_label(request.args.get("state", "")):
        query = query.where(queries.in_state(state, at))
    page = paging.select_page(query, number=number, per_page=size)
    return render_template(
        "exam/sessions/sessions.html",
        page=page,
        states={each.id: state_of(each, at) for each in page.items},
        turnout=queries.turnout([each.id for each in page.items], unit_id),
        all_states=SessionState.choices(),
    )


@bp.get("/sessions/<int:session_id>/manage")
@requires(Permission.SESSION_READ)
def session(session_id: int) -> str:
    unit_id = unit_limit(Permission.SESSION_READ)
    found, at = queries.session(session_id, unit_id), clock.now()
    listing = listed(found, at, unit_id)
    state, scores_shown = state_of(found, at), may_see_scores(found)
    sees, counts = sees_score(found), listing.counts()
    page = _shown(listing)
    managing = scope(Permission.SESSION_MANAGE) is not None
    over = state in {SessionState.CLOSED, SessionState.PUBLISHED}
    owing = makeups.makeup_counts(found, at) if managing and over else Counter()
    return render_template(
        "exam/sessions/session.html",
        session=found,
        roster_digest=snapshots.digest(found.roster)[: snapshots.PRINTED],
        state=state,
        page=page,
        progress=_progress(page.items, sees),
        counts=counts_of(counts),
        standings=[each for each in Standing if counts[each]],
        levels=GradeLevel.choices(),
        units=queries.units_of(found.id, unit_id),
        scores_shown=scores_shown,
        sees_score=sees,
        policy=planning.policy_in_words(found.score_opens, found.paper_opens, found.key_release),
        by_hand=any(building.intact(each) and taking.sealed(each).by_hand for each in found.forms),
        marking=planning.marking_in_words(found.scheme, found.single_reason),
        stopped=stopping.stopped_papers(found) if state in UNFINISHED else [],
        several=len(found.forms) > 1,
        given=paper_dealing.given(found),
        undecided=paper_dealing.undecided(found.id) if managing and state in UNFINISHED else [],
        makeups=makeups.makeups_of(found.id),
        makeup_due=owing.total(),
        makeup_deferred=owing[CandidateStatus.DEFERRED],
        makeup_of=queries.session(found.makeup_of_id) if found.makeup_of_id and managing else None,
        final=final_queries.latest(found.id),
        called_off=last_detail("session.cancel", found) if found.cancelled_at else None,
        unfinished=paper_queries.unfinished(found.id) if found.on_paper else 0,
        unopened=hall.unopened(found) if state in UNFINISHED else [],
        unsealed=[each for each in found.forms if each.hash is None] if state in UNFINISHED else [],
        opened_in_words=_opened_in_words(found),
        gate_in_words=_gate_in_words(found),
        conditions=eligibility.sentences(eligibility.rules_of(found.id)),
        extend_form=ExtendForm(closes_at=clock.local(found.closes_at)),
        extend_from=f"{clock.local(max(found.closes_at, at) + A_MINUTE):%Y-%m-%dT%H:%M}",
        cancel_form=CancelForm(),
        end_form=EndForm(prefix="end-"),
    )


def _opened_in_words(session: ExamSession) -> str | None:
    """Who opened the papers of a session as the second person, and what the check found."""
    lines = [
        f"{clock.local(each.opened_at):%Y-%m-%d %H:%M} "
        f"{each.opened_by.person.name if each.opened_by else ''}"
        f"{'启封，校验通过' if each.intact else '启封，校验未通过'}"
        for each in hall.openings(session.id)
    ]
    needed = session.gate is not None and session.gate.second_opening
    return "；".join(lines) or ("须由第二人启封，尚未启封" if needed else None)


def _gate_in_words(session: ExamSession) -> str:
    gate = session.gate
    if gate is None:
        return "不限"
    code = f"口令每 {gate.code_minutes} 分钟更换" if gate.code_minutes else "固定口令"
    parts = [
        code if gate.code_secret else "",
        f"{len(gate.networks.splitlines())} 个网段" if gate.networks else "",
        "考试浏览器" if gate.seb_config_keys or gate.seb_exam_keys else "",
    ]
    return "、".join(filter(None, parts)) or "不限"


def _shown(listing: Listed) -> Page[Row]:
    """The page of the list that the address asks for."""
    number, size = paging.asked()
    sort = request.args.get("sort", "")
    key, may_see = listing.key(sort), seen(listing.session)
    query = listing.candidates(*_wanted(listing, may_see))
    if sort == "score":
        # Whose score is not the reader's to see stands at the end, in no telling order.
        query, key = query.order_by(case((may_see, 0), else_=1)), case((may_see, key))
    order = in_order(key, descending=request.args.get("dir") == "desc")
    page = paging.select_page(query.order_by(*order), number=number, per_page=size)
    return page.of([row_of(listing.session, each, listing.at) for each in page.items])


def _wanted(listing: Listed, may_see: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """SQL: what the filters of the address ask for."""
    asked = request.args.get
    wanted: list[ColumnElement[bool]] = []
    if text := asked("q", "").strip():
        wanted.append(RosterEntry.name.contains(text, autoescape=True))
    if unit := asked("unit"):
        wanted.append(RosterEntry.unit_name == unit)
    if asked("paper"):
        form_id = asked("paper", 0, type=int)
        none = asked("paper") == "none"
        wanted.append(Candidate.form_id.is_(None) if none else Candidate.form_id == form_id)
    if value := asked("standing"):
        wanted.append(listing.stand([each for each in Standing if each.value == value]))
    if value := asked("level"):
        levels = [listing.at_level(each) for each in GradeLevel if each.value == value]
        wanted += [may_see, *(levels or [false()])]
    return wanted


def _progress(rows: Any, sees: Sees) -> dict[int, dict[str, Any]]:
    """What the live board says of each candidate shown, by id."""
    latest = [row.latest for row in rows if row.latest is not None]
    answered = queries.answered([each.id for each in latest])
    return {row.candidate.id: _line(row, answered, sees) for row in rows}


def _line(row: Row, answered: dict[int, tuple[int, datetime]], sees: Sees) -> dict[str, Any]:
    attempt = row.latest
    count, saved = answered.get(attempt.id, (0, None)) if attempt else (None, None)
    shown = sees(row.candidate) and row.outcome.score is not None
    return {
        "standing": row.standing.value,
        "label": row.standing.label,
        "answered": count,
        "saved": f"{clock.local(saved):%m-%d %H:%M:%S}" if saved else None,
        "deadline": f"{clock.local(attempt.deadline):%m-%d %H:%M}" if attempt else None,
        "score": figures.plain(row.outcome.score) if shown else None,
        "level": row.outcome.level.label if shown and row.outcome.level else None,
    }


@bp.get("/sessions/<int:session_id>/progress")
@requires(Permission.SESSION_READ)
def progress(session_id: int) -> ResponseReturnValue:
    """The live board, asked for every few seconds with the address of the list shown."""
    unit_id, at = unit_limit(Permission.SESSION_READ), clock.now()
    found = queries.session(session_id, unit_id)
    listing = listed(found, at, unit_id)
    sees = sees_score(found)
    page = _shown(listing)
    return jsonify(
        counts=counts_of(listing.counts()),
        rows={str(key): line for key, line in _progress(page.items, sees).items()},
        state=state_of(found, at).value,
    )


@bp.get("/sessions/<int:session_id>/scores.xlsx")
@requires(Permission.RESULT_READ)
def export_scores(session_id: int) -> Response:
    """The people whom the page's filters let through; its title says so of fewer than all."""
    unit_id = unit_limit(Permission.RESULT_READ)
    found = queries.session(session_id, unit_id)
    if not may_see_scores(found):
        raise NotOut
    listing = listed(found, at := clock.now(), unit_id)
    query = listing.candidates(*_wanted(listing, seen(found)))
    people = db.session.scalars(query.order_by(*in_order(None, descending=False))).all()
    rows = [row_of(found, each, at) for each in people]
    part = "" if len(rows) == listing.counts().total() else f"（筛选 {len(rows)} 人）"
    final = final_queries.latest(found.id) if not part else None
    table = Table(
        "成绩表",
        SCORES,
        [score_record(number, row, found) for number, row in enumerate(rows, 1)],
        title=f"{found.title}成绩表{part}",
        notes=[
            "填报单位（盖章）：　　　　负责人签字：　　　　填报人：　　　　日期：",
            snapshots.said(found.roster),
            *([f"第 {final.number} 版定版，摘要（SHA-256）{final.hash}"] if final else []),
        ],
    )
    data = spreadsheets.write_workbook(table)
    may_write()
    record("scores.export", found, rows=len(rows))
    db.session.commit()
    return attachment(data, f"{found.title}成绩表{part}.xlsx")
