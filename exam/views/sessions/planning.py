"""Pages that plan sessions: a form, the arrangements, the summary; and later changes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.models import RosterEntry
from accounts.permissions import Permission
from accounts.services import rosters
from accounts.standing import Line, RankGroup
from core import clock, figures, paging
from core.db import db
from core.errors import Refused
from core.meanwhile import ChangedMeanwhile
from exam.attempts.timing import SessionState, state_of
from exam.forms.sessions import (
    ArrangementForm,
    CancelForm,
    EndForm,
    ExtendForm,
    MakeupForm,
    RearrangementForm,
    SessionForm,
)
from exam.kinds import CandidateStatus, ExamKind
from exam.models import Candidate, ExamSession, Form
from exam.printing import layout
from exam.queries.assembling import building as building_queries
from exam.queries.sessions import dealing as paper_queries
from exam.queries.sessions import eligibility, makeups
from exam.queries.sessions import naming as naming_queries
from exam.queries.sessions import overview as queries
from exam.results import review
from exam.services.assembling import building
from exam.services.attempts import taking
from exam.services.sessions import carrying, checking, window
from exam.services.sessions import planning as services
from exam.services.sessions.dealing import PaperOf
from exam.sessions import naming, planning
from exam.sessions.planning import SessionPlan
from exam.views.base import bp

#: As many papers one session gives out.
MAX_PAPERS = 12
#: The groups of a paper that is for all who have none of their own.
EVERYBODY: Sequence[RankGroup | None] = (None,)
#: Names that are listed for checking.
SHOWN_NAMES = 100
#: Faulty rows of a list that are shown at once.
SHOWN = 20


class NobodyOwes(Refused):
    message = "原场次没有需要补考的人员：缺考、不合格和缓考人员都已列入补考，或者本来就没有"


class MakeupOfMakeup(Refused):
    message = "补考场次不再另建补考，请从原场次建"


@bp.route("/sessions/new", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def new_session() -> ResponseReturnValue:
    """Three steps at one address: forms (?form=, once or more), the arrangements, the summary."""
    makeup_of = _makeup_of()
    chosen = _chosen()
    if not chosen or "more" in request.args:
        return _choose_form(makeup_of, chosen)
    form = _blank(chosen, makeup_of)
    act = request.form.get("act", "check")
    if act != "edit" and form.is_submitted():
        form.validate()
        plan, papers = _asked_for(form, chosen, makeup_of)
        if not form.errors:
            if act != "create":
                return _summary(form, plan, papers, makeup_of)
            try:
                return _create(plan, papers, makeup_of)
            except Refused as refusal:
                db.session.rollback()
                form.note(refusal)
    return _arrange(form, chosen, makeup_of)


def _asked_for(
    form: ArrangementForm, chosen: Sequence[Form], makeup_of: ExamSession | None
) -> tuple[SessionPlan, list[PaperOf]]:
    """What a form asks for; whatever is wrong with it is noted in the form, all of it at once."""
    unread, at, person_ids = set(form.errors), clock.now(), None
    reasons: list[Refused] = []
    if makeup_of is not None:
        person_ids = frozenset(each.person_id for each in _owing(makeup_of))
    elif isinstance(form, SessionForm) and form.named.data and "named" not in unread:
        try:
            person_ids = _named(form.named.data)
        except Refused as refusal:
            reasons.append(refusal)
            unread.add("named")
    plan, papers = form.plan(person_ids=person_ids), _papers(chosen)
    entries = services.called(plan, rosters.entries_now(at=at))
    reasons += checking.of_plan(plan, papers, entries, at, unread=unread)
    if not entries and checking.SCOPE.isdisjoint(unread):
        reasons.append(services.NobodyToSit(field="unit_ids"))
    for each in reasons:
        form.note(each)
    return plan, papers


def _chosen() -> list[Form]:
    """The forms that the address names, each once."""
    ids = dict.fromkeys(request.args.getlist("form", type=int))
    return [building_queries.form(each) for each in list(ids)[:MAX_PAPERS]]


def _papers(chosen: Sequence[Form]) -> list[PaperOf]:
    """Each form with the rank groups that are ticked for it; without any it is for everybody."""
    return [
        PaperOf(form, group)
        for form in chosen
        for group in (_groups(form) if len(chosen) > 1 else ()) or EVERYBODY
    ]


def _groups(form: Form) -> Sequence[RankGroup | None]:
    ticked = request.form.getlist(f"groups-{form.id}")
    return [each for each in RankGroup if each.value in ticked]


def _makeup_of() -> ExamSession | None:
    session_id = request.args.get("makeup_of", type=int)
    if session_id is None:
        return None
    found = queries.session(session_id)
    if found.makeup_of_id is not None:
        services.must_be_first_makeup(found, ())
        raise MakeupOfMakeup
    if state_of(found, clock.now()) not in {SessionState.CLOSED, SessionState.PUBLISHED}:
        raise services.NotOver
    if not _owing(found):
        if found.exam_kind is ExamKind.PRE_APPOINTMENT and makeups.makeups_of(found.id):
            raise services.OneMakeupOnly
        raise NobodyOwes
    return found


def _owing(makeup_of: ExamSession) -> list[Candidate]:
    """Who is called to the makeup: everybody who owes it, or the deferred alone (?who=)."""
    only = CandidateStatus.DEFERRED if request.args.get("who") == "deferred" else None
    return makeups.makeup_candidates(makeup_of, clock.now(), only=only)


def _choose_form(makeup_of: ExamSession | None, chosen: Sequence[Form]) -> str:
    number, size = paging.asked()
    used = makeup_of.forms if makeup_of else ()
    query = building_queries.sealed_forms(request.args.get("q", "").strip(), used=used)
    page = paging.select_page(query, number=number, per_page=size)
    return render_template(
        "exam/sessions/session_form.html",
        page=page,
        sessions=building_queries.session_counts([each.id for each in page.items]),
        makeup_of=makeup_of,
        chosen=[each.id for each in chosen],
        alike=paper_queries.drawn_together(page.items),
    )


def _blank(chosen: Sequence[Form], makeup_of: ExamSession | None) -> ArrangementForm:
    paper_form = chosen[0]
    opens_at, closes_at = planning.usual_window(clock.now(), clock.LOCAL)
    usual = {"opens_at": opens_at, "closes_at": closes_at}
    if makeup_of is not None:
        carried = _arrangement(makeup_of)
        if makeup_of.makeup_from and makeup_of.makeup_from > clock.now():
            usual = {"opens_at": carried["makeup_from"], "closes_at": carried["makeup_until"]}
        return MakeupForm(data=carried | usual | {
            "makeup_from": None, "makeup_until": None,
            "title": planning.makeup_title(makeup_of.title, len(makeups.makeups_of(makeup_of.id))),
            "exam_kind": ExamKind.MAKEUP.value,
            "score_policy": makeup_of.score_policy.value, "max_attempts": 1,
        })  # fmt: skip
    form = SessionForm(data=usual | {
        # Of parallel forms the session has the name that they share.
        "title": layout.face(paper_form.title, minutes=None).title.removesuffix("试卷"),
        "exam_kind": paper_form.blueprint.exam_kind.value,
        "minutes": 60, "max_attempts": 1, "shuffle_options": True,
        "pass_score": _share(paper_form, 60), "excellent_score": _share(paper_form, 90),
        "paper_release": "after_close", "key_release": "after_close",
        "double_marking": len(checking.able_markers(chosen)) >= planning.TWO,
        "mark_tolerance": 20,
    })  # fmt: skip
    form.offer_units({unit.id: unit.name for unit in queries.units()})
    return form


def _arrangement(session: ExamSession) -> dict[str, Any]:
    """A session's arrangement as the form's fields."""
    data = {name: getattr(session, name) for name in services.PLANNED}
    times = {
        name: clock.local(data[name])
        for name in ("opens_at", "closes_at", "makeup_from", "makeup_until")
        if data[name]
    }
    written = ("pass_score", "excellent_score", "mark_tolerance")
    lines = {name: _written(data[name]) for name in written}
    return data | times | lines


def _share(paper_form: Form, percent: int) -> Decimal:
    return _written(building.paper_of(paper_form).total * percent / 100)


def _written(marks: Decimal) -> Decimal:
    """60 rather than 60.00, as somebody would type it."""
    return Decimal(figures.plain(marks))


def _arrange(form: ArrangementForm, chosen: Sequence[Form], makeup_of: ExamSession | None) -> str:
    due = _owing(makeup_of) if makeup_of else []
    return render_template(
        "exam/sessions/session_new.html",
        form=form,
        chosen=chosen,
        papers={each.id: building.paper_of(each) for each in chosen},
        paper=building.paper_of(chosen[0]),
        markers=len(checking.able_markers(chosen)),
        groups={each.id: _groups(each) for each in chosen},
        all_groups=RankGroup,
        makeup_of=makeup_of,
        makeup_due=due,
        without_result=makeups.without_result(makeup_of, clock.now()) if makeup_of else 0,
        usual_makeup_form=makeup_of is not None and bool(set(makeup_of.forms) & set(chosen)),
    )


@dataclass(frozen=True)
class Turnout:
    """Who would be on the list, as the roster stands now."""

    by_unit: Sequence[tuple[str, int, int]]
    due: int
    deferred: Sequence[RosterEntry]
    #: How many the plan would call but who are not counted, by reason.
    left_out: Sequence[tuple[str, int]]
    #: Who is called by name, where few enough to be read through.
    named: Sequence[RosterEntry] = ()


def turnout(plan: SessionPlan) -> Turnout:
    entries = rosters.entries_now(at=clock.now())
    called = services.called(plan, entries)
    due = Counter(each.unit_name for each in called if not each.proposes_deferral)
    deferred = Counter(each.unit_name for each in called if each.proposes_deferral)
    left_out = Counter(each.reason for each in entries if each.line is Line.EXCLUDED)
    units = list(dict.fromkeys(each.unit_name for each in called))
    return Turnout(
        by_unit=[(unit, due[unit], deferred[unit]) for unit in units],
        due=due.total(),
        deferred=[each for each in called if each.proposes_deferral],
        left_out=sorted(left_out.items()),
        named=called if plan.person_ids is not None and len(called) <= SHOWN_NAMES else (),
    )


def _create(
    plan: SessionPlan, papers: Sequence[PaperOf], makeup_of: ExamSession | None
) -> ResponseReturnValue:
    made = services.open_session(
        plan=plan, papers=papers, at=clock.now(), by=account(), makeup_of=makeup_of
    )
    db.session.commit()
    flash("场次已建立，名单已按当前名册冻结。", "success")
    if waiting := len(paper_queries.undecided(made.id)):
        flash(f"有 {waiting} 人接触过试题，没有可用的试卷，请先作决定。", "warning")
    return redirect(url_for(".session", session_id=made.id))


def _summary(
    form: ArrangementForm,
    plan: SessionPlan,
    papers: Sequence[PaperOf],
    makeup_of: ExamSession | None,
) -> str:
    return render_template(
        "exam/sessions/session_check.html",
        form=form,
        plan=plan,
        given=[(each, building.paper_of(each.form)) for each in papers],
        makeup_of=makeup_of,
        conditions=eligibility.sentences(carrying.conditions(makeup_of, plan.opens_at))
        if makeup_of
        else [],
        namesakes=queries.sessions_titled(plan.title),
        turnout=turnout(plan),
        policy=planning.policy_in_words(
            review.opens(plan.score_release, on_paper=plan.on_paper),
            review.opens(plan.paper_release, on_paper=plan.on_paper),
            plan.key_release,
        ),
        marking=planning.marking_in_words(plan.scheme, plan.single_reason),
    )


def _named(text: str) -> frozenset[int]:
    """The people whom a list names. Raises Refused with what is wrong, row by row."""
    rows = naming.resolve(naming.split_people(text), naming_queries.register())
    if faults := [f"第 {each.row} 行“{each.text}”：{each.fault}" for each in rows if each.fault]:
        more = f"；另有 {len(faults) - SHOWN} 行" if len(faults) > SHOWN else ""
        raise Refused("；".join(faults[:SHOWN]) + more, field="named")
    return frozenset(each.known.person_id for each in rows if each.known)


@bp.route("/sessions/<int:session_id>/edit", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def edit_session(session_id: int) -> ResponseReturnValue:
    found, at = queries.session(session_id), clock.now()
    if state_of(found, at) is not SessionState.UPCOMING:
        raise services.Begun
    form = RearrangementForm(data=_arrangement(found) | {"seen": services.mark_of(found)})
    if form.is_submitted() and not form.validate():
        for each in checking.of_arrangement(form.plan(), found.forms, at, unread=form.errors):
            form.note(each)
    elif form.is_submitted():
        try:
            services.revise_session(
                session=found, plan=form.plan(), at=at, by=account(), seen=form.seen.data or ""
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            if isinstance(refusal, ChangedMeanwhile):
                form.seen.data = services.mark_of(queries.session(session_id))
        else:
            db.session.commit()
            flash("场次安排已修改。", "success")
            return redirect(url_for(".session", session_id=session_id))
    return render_template(
        "exam/sessions/session_edit.html",
        form=form,
        session=queries.session(session_id),
        paper=building.paper_of(found.form),
        markers=len(checking.able_markers(found.forms)),
    )


@bp.post("/sessions/<int:session_id>/extend")
@requires(Permission.SESSION_MANAGE)
def extend(session_id: int) -> ResponseReturnValue:
    found, form = queries.session(session_id), ExtendForm()
    if form.validate_on_submit():
        window.extend(session=found, closes_at=form.moment(), at=clock.now(), by=account())
        db.session.commit()
        flash("结束时间已延长；因原结束时间而缩短的作答已相应顺延。", "success")
    else:
        flash("请填写新的结束时间。", "error")
    return redirect(url_for(".session", session_id=session_id))


@bp.post("/sessions/<int:session_id>/end")
@requires(Permission.SESSION_MANAGE)
def end_early(session_id: int) -> ResponseReturnValue:
    found, reason = queries.session(session_id), EndForm(prefix="end-").reason.data or ""
    absent = window.end_early(session=found, reason=reason, at=clock.now(), by=account())
    db.session.commit()
    missing = f"，{absent} 人没有作答，计为缺考" if absent else ""
    flash(f"场次已提前结束{missing}。", "success")
    return redirect(url_for(".session", session_id=session_id))


@bp.post("/sessions/<int:session_id>/cancel")
@requires(Permission.SESSION_MANAGE)
def cancel(session_id: int) -> ResponseReturnValue:
    found, form = queries.session(session_id), CancelForm()
    services.cancel(session=found, reason=form.reason.data or "", at=clock.now(), by=account())
    db.session.commit()
    flash("场次已取消。", "success")
    return redirect(url_for(".sessions"))


@bp.post("/sessions/<int:session_id>/publish")
@requires(Permission.RESULT_PUBLISH)
def publish(session_id: int) -> ResponseReturnValue:
    found, at = queries.session(session_id), clock.now()
    while taking.close_overdue(at=at):
        pass
    services.publish_results(session=found, at=at, by=account())
    db.session.commit()
    flash("成绩已公布。", "success")
    return redirect(url_for(".session", session_id=session_id))
