"""Pages of practice: choosing, one item after another, mock exams, the end, the own mistakes."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, me, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db, reading
from core.errors import Refused
from exam.attempts import responses
from exam.marking import rubric
from exam.papers.ordering import order_of
from exam.queries.assembling import building
from study.practice import results
from study.practice.drawing import SIZES
from study.practice.forms import DrillForm, SeedForm
from study.practice.kinds import SELF_MARKED, Outcome, RunKind, outcome
from study.practice.mistakes import SUCCESSES
from study.practice.models import PracticeRun
from study.practice.queries import choosing, mistakes
from study.practice.queries import runs as queries
from study.practice.results import Essay, Marked
from study.practice.services import answering, starting
from study.practice.services.starting import Start

bp = Blueprint("practice", __name__, url_prefix="/practice")

#: Runs that the first page lists.
RECENT = 5


def _start(form: SeedForm) -> Start:
    return Start(account(), form.seed.data or abort(HTTPStatus.BAD_REQUEST), clock.now())


@bp.get("/")
@requires(Permission.COURSE_STUDY)
def index() -> str:
    today, at = clock.today(), clock.now()
    found = choosing.offer(today)
    form = DrillForm(formdata=None, data={"seed": queries.new_seed()})
    form.offer(found)
    return render_template(
        "study/practice.html",
        form=form,
        offer=found,
        daily=queries.of_today(me(), today),
        mocks=building.blueprints_to_practise(),
        mistakes=len(mistakes.of(me(), at)),
        recent=db.session.scalars(queries.runs(me()).limit(RECENT)).all(),
        seed=queries.new_seed,
    )


@bp.post("/drills")
@requires(Permission.COURSE_STUDY)
def drill() -> ResponseReturnValue:
    with reading():
        found = choosing.offer(clock.today())
        form = DrillForm()
        form.offer(found)
        valid = form.validate()
        if not valid:
            # What is kept of the choices may be half a minute old.
            choosing.offer.forget()
            found = choosing.offer(clock.today())
            form.offer(found)
            valid = form.validate()
        count = form.count.data or SIZES[1]
        drawn = starting.find_drill(_start(form), form.choice(), count) if valid else []
    if not valid:
        flash("所选范围已有变化，请重新选择。", "warning")
        return redirect(url_for(".index"), 303)
    try:
        run = starting.begin(
            start=_start(form), kind=RunKind.DRILL, title=form.title(found), drawn=drawn
        )
    except starting.NothingFits as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "warning")
        return redirect(url_for(".index"), 303)
    if len(run.entries) < count:
        flash(f"符合条件的试题只有 {len(run.entries)} 题。", "info")
    return _begun(run)


@bp.post("/runs/<int:run_id>/again")
@requires(Permission.COURSE_STUDY)
def again(run_id: int) -> ResponseReturnValue:
    """What was wrong in a run, once more."""
    with reading():
        wrong = [
            each.revision.item_id
            for each in queries.run(me(), run_id).entries
            if each.answer is not None and each.answer.fraction < 1
        ]
    return _again(wrong)


@bp.post("/mistakes")
@requires(Permission.COURSE_STUDY)
def practise_mistakes() -> ResponseReturnValue:
    """Old mistakes once more; with an article only those on it."""
    article_id = request.form.get("article", type=int)
    with reading():
        found = mistakes.by_article(mistakes.of(me(), clock.now()), clock.today())
        wrong = [
            revision.item_id
            for weak in found
            if article_id in (None, weak.article.id)
            for revision, _ in weak.items
        ]
    return _again(wrong)


def _again(item_ids: Sequence[int]) -> ResponseReturnValue:
    form = SeedForm()
    if not form.validate():
        abort(HTTPStatus.BAD_REQUEST)
    start, kind = _start(form), RunKind.AGAIN
    with reading():
        drawn = starting.find_again(start, item_ids, SIZES[-1])
    return _begun(starting.begin(start=start, kind=kind, title=kind.label, drawn=drawn))


@bp.post("/mocks/<int:blueprint_id>")
@requires(Permission.COURSE_STUDY)
def mock(blueprint_id: int) -> ResponseReturnValue:
    form = SeedForm()
    if not form.validate():
        abort(HTTPStatus.BAD_REQUEST)
    start = _start(form)
    with reading():
        drawn = starting.find_mock(
            blueprint=building.blueprint(blueprint_id), day=start.day, seed=start.seed
        )
    blueprint = building.blueprint(blueprint_id)
    return _begun(starting.mock(start=start, blueprint=blueprint, drawn=drawn))


def _begun(run: PracticeRun) -> ResponseReturnValue:
    db.session.commit()
    return redirect(url_for(".run", run_id=run.id), 303)


@bp.get("/runs/<int:run_id>")
@requires(Permission.COURSE_STUDY)
def run(run_id: int) -> ResponseReturnValue:
    """Where the run goes on: its next item, the mock exam's paper, or its end."""
    found = queries.run(me(), run_id)
    if found.kind is RunKind.MOCK:
        return _end(found) if found.finished_at else _paper(found)
    slot = _next(found, 0)
    return redirect(
        url_for(".item", run_id=run_id, slot=slot) if slot else url_for(".end", run_id=run_id)
    )


def _next(found: PracticeRun, after: int) -> int | None:
    """The next item that can be answered, from ``after`` on and then from the beginning."""
    open_ones = [each for each in found.entries if not each.is_done]
    askable = queries.askable([each.revision_id for each in open_ones], clock.today())
    slots = [each.slot for each in open_ones if each.revision_id in askable]
    return next((each for each in slots if each > after), slots[0] if slots else None)


@bp.get("/runs/<int:run_id>/items/<int:slot>")
@requires(Permission.COURSE_STUDY)
def item(run_id: int, slot: int) -> ResponseReturnValue:
    """An item to answer; once answered, what was right and why."""
    found = queries.run(me(), run_id)
    entry = answering.entry_of(found, slot)
    if found.kind is RunKind.MOCK and found.finished_at is None:
        return redirect(url_for(".run", run_id=run_id))
    today, ids = clock.today(), [entry.revision_id]
    may = queries.shown(ids) if entry.is_done else queries.askable(ids, today)
    shown = answering.slots([entry], today)[0] if may else None
    kept, essay = entry.answer or entry.essay, entry.essay
    response = responses.of(kept.response) if kept else {}
    return render_template(
        "study/practice_item.html",
        run=found,
        entry=entry,
        slot=shown,
        order=order_of(found.seed, slot, shown) if shown else None,
        response=response,
        questions=rubric.questions(shown, response) if shown and essay else [],
        share=answering.judged_share(found, shown, essay) if shown and essay else None,
        self_marked=entry.revision.item_type in SELF_MARKED,
        outcome=outcome(entry.answer.fraction) if entry.answer else None,
        next=_next(found, slot) if found.kind is not RunKind.MOCK else None,
    )


@bp.post("/runs/<int:run_id>/items/<int:slot>")
@requires(Permission.COURSE_STUDY)
def answer(run_id: int, slot: int) -> ResponseReturnValue:
    """One answer; only from here on the key is sent."""
    found = queries.run(me(), run_id)
    sent = _sent(found)
    if list(sent) != [slot]:
        abort(HTTPStatus.BAD_REQUEST)
    answering.answer(run=found, slot=slot, response=sent[slot], at=clock.now())
    db.session.commit()
    return jsonify(url=url_for(".item", run_id=run_id, slot=slot))


@bp.post("/runs/<int:run_id>/items/<int:slot>/judgement")
@requires(Permission.COURSE_STUDY)
def judge(run_id: int, slot: int) -> ResponseReturnValue:
    """What the reader finds of the marking guide in their own answer."""
    found = queries.run(me(), run_id)
    entry = answering.entry_of(found, slot)
    names = [each.name for each in rubric.questions(entry.revision, None)]
    points = {name: request.form.getlist(f"points-{name}", type=int) for name in names}
    answering.judge(run=found, slot=slot, found=points, at=clock.now())
    db.session.commit()
    return redirect(url_for(".item", run_id=run_id, slot=slot), 303)


def _sent(found: PracticeRun) -> dict[int, str]:
    """The answers in the request, canonical, by slot. Raises Refused."""
    try:
        read = responses.read(request.get_data(), answering.shapes(found))
    except responses.BadBatch as bad:
        refusal = Refused(str(bad))
        refusal.status = HTTPStatus.BAD_REQUEST
        raise refusal from None
    return {each.slot: each.body for each in read}


def _paper(found: PracticeRun) -> str:
    askable = queries.askable([each.revision_id for each in found.entries], clock.today())
    paper = answering.paper(found, clock.today(), askable)
    return render_template(
        "study/practice_mock.html",
        run=found,
        paper=paper,
        orders={each.slot: order_of(found.seed, each.slot, each) for each in paper.slots},
        drafts={each.slot: responses.of(each.draft or "{}") for each in found.entries},
        left_out=len(found.entries) - len(paper.slots),
        at=clock.now(),
    )


@bp.put("/runs/<int:run_id>/answers")
@requires(Permission.COURSE_STUDY)
def keep(run_id: int) -> ResponseReturnValue:
    """Write down what a mock exam holds so far."""
    found = queries.run(me(), run_id)
    answering.keep(run=found, answers=_sent(found))
    db.session.commit()
    return "", HTTPStatus.NO_CONTENT


@bp.post("/runs/<int:run_id>/hand-in")
@requires(Permission.COURSE_STUDY)
def hand_in(run_id: int) -> ResponseReturnValue:
    found = queries.run(me(), run_id)
    # None, where not one item may be asked any more.
    none = request.get_json(silent=True) == {"answers": []}
    answering.hand_in(run=found, answers={} if none else _sent(found), at=clock.now())
    db.session.commit()
    return jsonify(url=url_for(".end", run_id=run_id))


@bp.get("/runs/<int:run_id>/end")
@requires(Permission.COURSE_STUDY)
def end(run_id: int) -> ResponseReturnValue:
    """What the run came to so far."""
    found = queries.run(me(), run_id)
    if found.kind is RunKind.MOCK and found.finished_at is None:
        return redirect(url_for(".run", run_id=run_id))
    return _end(found)


def _end(found: PracticeRun) -> str:
    answered = [each for each in found.entries if each.answer is not None]
    shown = queries.shown([each.revision_id for each in answered])
    marked = [
        Marked(slot, entry.answer.fraction)
        for entry, slot in zip(answered, answering.slots(answered, clock.today()), strict=True)
        if entry.answer is not None
    ]
    visible = {each.slot for each in answered if each.revision_id in shown}
    written = [each for each in found.entries if each.essay is not None]
    readable = queries.shown([each.revision_id for each in written])
    essays = [
        Essay(slot, each.revision_id in readable, answering.judged_share(found, slot, each.essay))
        for each, slot in zip(written, answering.slots(written, clock.today()), strict=True)
        if each.essay is not None
    ]
    return render_template(
        "study/practice_end.html",
        run=found,
        marked=marked,
        essays=essays,
        visible=visible,
        laws=results.by_law([each for each in marked if each.slot.slot in visible]),
        counts={one: sum(each.outcome is one for each in marked) for one in Outcome},
        earned=results.earned(marked),
        possible=results.possible(marked),
        next=_next(found, 0) if found.kind is not RunKind.MOCK else None,
        seed=queries.new_seed(),
    )


@bp.get("/mistakes")
@requires(Permission.COURSE_STUDY)
def mistake_book() -> str:
    """错题本: the reader's own, by article."""
    number, per_page = paging.asked()
    found = mistakes.of(me(), clock.now())
    weak = mistakes.by_article(found, clock.today())
    shown = sum(len(each.items) for each in weak)
    return render_template(
        "study/practice_mistakes.html",
        page=paging.of(weak, number=number, per_page=per_page),
        items=shown,
        hidden=len(found) - shown,
        successes=SUCCESSES,
        seed=queries.new_seed,
    )


@bp.get("/history")
@requires(Permission.COURSE_STUDY)
def history() -> str:
    number, per_page = paging.asked()
    page = paging.select_page(queries.log(me()), number=number, per_page=per_page)
    return render_template(
        "study/practice_history.html",
        page=page,
        shown=queries.shown([each.revision_id for each in page.items]),
        outcome=outcome,
    )
