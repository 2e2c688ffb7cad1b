"""Copying and speed of a session, as evidence for the officer alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, requires
from accounts.permissions import Permission
from analytics import queries as session_queries
from analytics.frames import scripts as frames
from analytics.frames.responses import sat
from analytics.frames.scripts import Script, Scripts
from analytics.integrity import queries, services
from analytics.integrity.kinds import Finding, IndexKind
from analytics.integrity.models import IntegrityNote
from analytics.psychometrics import copying, pace
from analytics.psychometrics.pace import Hasty
from analytics.views.base import bp
from core import clock
from core.db import db
from core.errors import Refused
from exam.models import ExamSession, Form
from exam.services.attempts.taking import sealed


@dataclass(frozen=True)
class Evidence:
    """One pair of scripts, or one script, that an index names."""

    kind: IndexKind
    people: Sequence[Script]
    figures: Any
    notes: Sequence[IntegrityNote]

    @property
    def key(self) -> str:
        return "-".join([self.kind.value, *(str(each.attempt_id) for each in self.people)])


class StillSat(Refused):
    message = "还有人在作答，考完以后再看"


def _session(session_id: int) -> ExamSession:
    """Raises NoResultFound, and StillSat while somebody may still answer."""
    at = clock.now()
    found = session_queries.session(session_id, at)
    if found not in session_queries.over(at):
        raise StillSat
    return found


@bp.get("/sessions/<int:session_id>/integrity")
@requires(Permission.RESULT_PUBLISH)
def integrity(session_id: int) -> str:
    found = _session(session_id)
    form_id = request.args.get("form", found.forms[0].id, type=int)
    form = next((each for each in found.forms if each.id == form_id), None)
    if form is None:
        raise NoResultFound
    everybody = request.args.get("pairs") == "all"
    scripts, standing = _scripts(found, form)
    notes = queries.notes(session_id)
    pairs, looked_at, refused = _pairs(scripts, standing, notes, everybody=everybody)
    speed = pace.examine(scripts.seconds)
    return render_template(
        "analytics/integrity.html",
        session=found,
        form=form,
        everybody=everybody,
        people=len(scripts.people),
        pairs=pairs,
        looked_at=looked_at,
        refused=refused,
        pace=_hasty(IndexKind.PACE, speed.pace, scripts, notes),
        pattern=_hasty(IndexKind.PATTERN, speed.pattern, scripts, notes),
        timed=speed.looked_at,
        pace_least=pace.LEAST,
        items_least=pace.ITEMS,
        alpha=copying.ALPHA,
        findings=Finding.choices(),
    )


def _scripts(session: ExamSession, form: Form) -> tuple[Scripts, Any]:
    """With how well each did on what they were asked, 0–1."""
    paper = sealed(form)
    known = sat(session, form, paper)
    marks = np.where(known.responses.asked, known.responses.scores, 0.0).sum(axis=1)
    possible = (known.responses.asked * known.responses.maxima).sum(axis=1)
    return frames.read(known, session, form, paper), marks / np.maximum(possible, 1e-9)


def _pairs(
    scripts: Scripts, standing: Any, notes: Any, *, everybody: bool
) -> tuple[list[Evidence], int, str]:
    people = scripts.people
    groups = None if everybody else [each.unit_id for each in people]
    if len(people) < copying.LEAST:
        said = f"这套试卷有 {len(people)} 份答卷，少于 {copying.LEAST} 份，说不出平常有多相近"
        return [], 0, said
    if (pairs := copying.pair_count(len(people), groups)) > copying.MOST_PAIRS:
        return [], 0, f"共有 {pairs} 对，超过 {copying.MOST_PAIRS} 对，请在同一部门内比较"
    found = copying.compare(scripts.codes, scripts.keys, standing, groups)
    named = [
        Evidence(
            IndexKind.COPYING,
            [people[each.first], people[each.second]],
            each,
            notes.get(
                (IndexKind.COPYING, people[each.first].attempt_id, people[each.second].attempt_id),
                (),
            ),
        )
        for each in found.pairs
    ]
    return named, found.looked_at, ""


def _hasty(kind: IndexKind, found: Sequence[Hasty], scripts: Scripts, notes: Any) -> list[Evidence]:
    return [
        Evidence(kind, [script], each, notes.get((kind, script.attempt_id, None), ()))
        for each in found
        for script in [scripts.people[each.person]]
    ]


@bp.post("/sessions/<int:session_id>/integrity")
@requires(Permission.RESULT_PUBLISH)
def integrity_note(session_id: int) -> ResponseReturnValue:
    """What came of it, in words; nothing else happens."""
    found = _session(session_id)
    kind = IndexKind.by_label(request.form.get("kind", ""))
    finding = Finding.by_label(request.form.get("finding", ""))
    attempt_id = request.form.get("attempt", type=int)
    if kind is None or finding is None or attempt_id is None:
        raise NoResultFound
    form_id, pairs = request.args.get("form", type=int), request.args.get("pairs")
    try:
        services.note(
            session=found,
            kind=kind,
            attempt_id=attempt_id,
            other_id=request.form.get("other", type=int),
            finding=finding,
            text=request.form.get("note", ""),
            at=clock.now(),
            by=account(),
        )
    except Refused as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "warning")
    else:
        db.session.commit()
        flash("已记下核实情况。", "success")
    return redirect(url_for(".integrity", session_id=session_id, form=form_id, pairs=pairs), 303)
