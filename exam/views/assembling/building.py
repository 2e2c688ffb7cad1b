"""Pages of forms: the list, drawing, looking through, swapping, sealing, the candidate's view."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import SystemRandom, randbits
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db, may_write, only_reads, reading
from core.errors import Refused
from exam.forms.building import DrawForm, RenameForm
from exam.marking import rubric
from exam.models import ExamSession, Form, FormItem
from exam.papers.snapshot import Paper
from exam.printing.layout import Stock
from exam.queries.assembling import building as queries
from exam.queries.assembling import drawing
from exam.queries.papers import contacts, stopping
from exam.queries.papers.unsealing import begun_session
from exam.queries.sessions import dealing as paper_queries
from exam.services.assembling import building as services
from exam.services.assembling import searching, stocking
from exam.services.papers import replacing
from exam.services.sessions import dealing
from exam.views.assembling.outlook import Asked
from exam.views.base import bp
from exam.views.on_paper.printing import Drawn
from question_bank.amendment import footing
from question_bank.item_types import DIFFICULTIES, LETTERS, CognitiveLevel
from question_bank.models import Citation, ItemRevision
from question_bank.queries.browsing import cited_laws
from question_bank.reach import PASSED_ONLY
from question_bank.views.base import noted_as_seen

_SEEDS = 48


@bp.get("/forms")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def forms() -> str:
    number, size = paging.asked()
    query = queries.forms(request.args.get("q", "").strip(), request.args.get("state", ""))
    page = paging.select_page(query, number=number, per_page=size)
    return render_template(
        "exam/assembling/forms.html",
        page=page,
        sessions=queries.session_counts([each.id for each in page.items]),
        any_blueprint=paging.select_page(queries.blueprints(), number=1, per_page=1).total,
    )


@bp.route("/forms/new", methods=["GET", "POST"])
@requires(Permission.FORM_BUILD)
def new_form() -> ResponseReturnValue:
    offered = db.session.scalars(queries.blueprints()).all()
    chosen = request.args.get("blueprint", "")
    title = next((each.title for each in offered if str(each.id) == chosen), "")
    form = DrawForm(
        blueprint_id=chosen,
        title=title.removesuffix("组卷方案"),
        exam_on=clock.today(),
        seed=str(randbits(_SEEDS)),
    )
    form.blueprint_id.choices = {str(each.id): each.title for each in offered}
    short_of = None
    if form.validate_on_submit():
        try:
            drawn = _draw(form)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            if isinstance(refusal, searching.TooFewItems):
                short_of = Asked(
                    int(form.copies.data), form.shared(), form.day(), int(form.alternatives.data)
                )
        else:
            db.session.commit()
            flash(_drawn(drawn), "success")
            page = ".form_set" if len(drawn.forms) > 1 else ".form"
            return redirect(url_for(page, form_id=drawn.forms[0].id))
    return render_template(
        "exam/assembling/form_new.html", form=form, blueprints=offered, short_of=short_of
    )


def _draw(form: DrawForm) -> services.Drawn:
    """Search first, so that nobody waits for a write lock meanwhile. Raises what it raises."""
    sent, blueprint_id = str(form.seed.data), int(form.blueprint_id.data)
    # Whoever sends another seed only draws again.
    seed = int(sent) % 2**_SEEDS if sent.isdecimal() else randbits(_SEEDS)
    alternatives, day = int(form.alternatives.data), form.day()
    with reading():
        blueprint = queries.blueprint(blueprint_id)
        wanted = searching.wanted(
            blueprint,
            copies=int(form.copies.data),
            seed=seed,
            exam_on=day,
            overlap=form.shared(),
        )
        made = bool(queries.forms_drawn(blueprint_id, seed))
        found = rows = None
        if alternatives > 1 and not made:
            rows = stocking.find_stock(
                blueprint=blueprint, alternatives=alternatives, seed=seed, exam_on=day
            )
        elif not made:
            found = searching.find_forms(wanted)
    drawn: dict[str, Any] = {
        "blueprint": queries.blueprint(blueprint_id),
        "title": form.title.data or "",
        "seed": seed,
        "exam_on": day,
        "at": clock.now(),
        "by": account(),
    }
    if alternatives > 1:
        stock = stocking.draw_stock(alternatives=alternatives, found=rows, **drawn)
        return services.Drawn([stock], 0)
    return services.draw_forms(copies=wanted.copies, overlap=wanted.overlap, found=found, **drawn)


def _drawn(drawn: services.Drawn) -> str:
    if len(drawn.forms) == 1:
        return "试卷已抽好，请逐题查看；不合适的可以换题。"
    shared = f"任两套最多有 {drawn.overlap} 题相同" if drawn.overlap else "各套没有相同的试题"
    return f"已抽 {len(drawn.forms)} 套试卷，{shared}。"


@bp.get("/forms/<int:form_id>/set")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def form_set(form_id: int) -> ResponseReturnValue:
    """The parallel forms that were drawn together with a form, each with what bars its sealing."""
    asked = queries.form(form_id)
    found = queries.forms_drawn(asked.blueprint_id, asked.seed)
    if len(found) == 1:
        return redirect(url_for(".form", form_id=form_id))
    return render_template(
        "exam/assembling/form_set.html",
        form=found[0],
        forms=found,
        bars={each.id: _bar_to_sealing(each) for each in found if each.sealed_at is None},
        marks={f"seen-{each.id}": services.mark_of(each) for each in found},
        sessions=queries.session_counts([each.id for each in found]),
        means=drawing.expected_means(found),
        levels=DIFFICULTIES,
    )


def _bar_to_sealing(form: Form) -> str:
    """Why a form cannot be sealed; "" where it can."""
    try:
        services.must_be_fit(form)
    except Refused as refusal:
        return str(refusal)
    return ""


@bp.post("/forms/<int:form_id>/set/seal")
@requires(Permission.FORM_SEAL)
def seal_set(form_id: int) -> ResponseReturnValue:
    """Seal the forms that were drawn together, each that can be."""
    asked = queries.form(form_id)
    found = queries.forms_drawn(asked.blueprint_id, asked.seed)
    seen = {each.id: request.form.get(f"seen-{each.id}", "") for each in found}
    done = services.seal_together(forms=found, at=clock.now(), by=account(), seen=seen)
    db.session.commit()
    if done.forms:
        named = "、".join(each.title for each in done.forms)
        flash(f"已封存 {len(done.forms)} 套，可以建立考试场次：{named}。", "success")
    for each, reason in done.left:
        flash(f"“{each.title}”没有封存：{reason}。", "error")
    if not done.forms and not done.left:
        flash("这几套试卷此前已全部封存。", "info")
    return redirect(url_for(".form_set", form_id=form_id), 303)


@dataclass(frozen=True)
class Mix:
    """How many items a form has of each, as rows of the component bars."""

    by_law: Sequence[dict[str, object]]
    by_difficulty: Sequence[dict[str, object]]
    by_level: Sequence[dict[str, object]]


def mix(slots: Sequence[FormItem]) -> Mix:
    laws = Counter(
        law
        for each in slots
        for law in {cited.article.version.law.short_title for cited in each.revision.citations}
    )
    difficulties = Counter(each.revision.difficulty for each in slots)
    levels = Counter(each.revision.cognitive_level for each in slots)
    return Mix(
        by_law=[_bar(law, count) for law, count in sorted(laws.items(), key=_largest_first)],
        by_difficulty=[_bar(name, difficulties[n]) for n, name in DIFFICULTIES.items()],
        by_level=[_bar(level.label, levels[level]) for level in CognitiveLevel],
    )


def _largest_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _bar(label: str, count: int) -> dict[str, object]:
    return {"label": label, "value": count, "text": f"{count} 题"}


@bp.get("/forms/<int:form_id>")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def form(form_id: int) -> str:
    found, at = seen(queries.form(form_id)), clock.now()
    sessions = queries.sessions_of(found.id)
    # What was sat stays as it was sat; only what is still to be sat can be stopped.
    to_be_sat = found.sealed_at and (not sessions or stopping.planned_on(found.id, at))
    return render_template(
        "exam/assembling/form.html",
        form=found,
        paper=services.paper_of(found),
        intact=services.intact(found),
        mark=services.mark_of(found),
        mix=mix(found.slots),
        scenes=queries.scenes_held(found),
        scenes_needed=queries.scenes_needed(found),
        expected=drawing.expected_mean(found),
        told=drawing.information_of(found),
        points=found.blueprint.points,
        places={each.slot: each for each in found.slots},
        # A sealed form shows what was sealed, whatever became of its items.
        unusable=[] if found.sealed_at else queries.unusable_slots(found),
        enemies=[] if found.sealed_at else drawing.enemies_on(found),
        stopped=replacing.stopped(found, at) if to_be_sat else [],
        proposals=stopping.replacements(found.id),
        replaced=_replaced(found),
        own_proposal=found.created_by_id == account().id,
        sessions=sessions,
        drawn_with=queries.forms_drawn(found.blueprint_id, found.seed),
        waited_for=paper_queries.waiting_for(found, at) if found.sealed_at else [],
        may_unseal=found.sealed_by_id != account().id and not begun_session(found.id, at),
        rename=RenameForm(title=found.title),
        difficulties=DIFFICULTIES,
        stocks=Stock.choices(),
    )


def seen(found: Form) -> Form:
    """The paper, its reader noted: who has seen its items must not sit it (命题回避)."""
    if knows(found):
        return found
    may_write()
    dealing.note_seen(form=found, rng=SystemRandom(), at=clock.now(), by=account())
    db.session.commit()
    only_reads()
    return queries.form(found.id)


def knows(found: Form) -> bool:
    """Whether the reader drew the paper, sealed it or opened it before."""
    mine = account().id
    return mine in {found.created_by_id, found.sealed_by_id} or contacts.has_seen(found.id, mine)


@dataclass(frozen=True)
class Replaced:
    """The paper that a proposal is to take the place of."""

    form: Form
    #: Where the two differ.
    slots: Sequence[int]
    sessions: Sequence[ExamSession]


def _replaced(found: Form) -> Replaced | None:
    if found.replaces_id is None:
        return None
    old = queries.form(found.replaces_id)
    slots = replacing.changed_slots(found, old)
    return Replaced(old, slots, stopping.planned_on(old.id, clock.now()))


@bp.post("/forms/<int:form_id>/propose")
@requires(Permission.FORM_BUILD)
def propose_form(form_id: int) -> ResponseReturnValue:
    """A copy of a sealed paper with other items in the place of those that a law stopped."""
    made = replacing.propose(
        form=queries.form(form_id), rng=SystemRandom(), at=clock.now(), by=account()
    )
    db.session.commit()
    flash("换题方案已提出，核对无误后请另一人批准。", "success")
    return redirect(url_for(".form", form_id=made.id), 303)


@bp.post("/forms/<int:form_id>/approve")
@requires(Permission.FORM_SEAL)
def approve_form(form_id: int) -> ResponseReturnValue:
    """Seal a proposal and give it to the sessions that nobody has begun."""
    found = queries.form(form_id)
    sessions = replacing.approve(
        form=found, at=clock.now(), by=account(), seen=request.form.get("seen", "")
    )
    db.session.commit()
    flash(f"换题已批准并封存，{len(sessions)} 个场次改用这份试卷。", "success")
    return redirect(url_for(".form", form_id=form_id), 303)


@bp.get("/forms/<int:form_id>/preview")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def preview_form(form_id: int) -> str:
    """The paper as a candidate sees it: no key, no rationale."""
    return _paper_page("exam/assembling/form_preview.html", form_id)


@bp.get("/forms/<int:form_id>/print")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def print_form(form_id: int) -> str:
    """The paper for an exam on paper. Raises Drawn."""
    if queries.form(form_id).alternatives > 1:
        raise Drawn
    return _paper_page("exam/assembling/form_print.html", form_id)


@bp.get("/forms/<int:form_id>/print/key")
@requires(Permission.FORM_BUILD, Permission.FORM_SEAL)
def print_key(form_id: int) -> str:
    """The key and the marking guide for an exam on paper; never with the paper itself."""
    return _paper_page("exam/assembling/form_key.html", form_id)


def _paper_page(template: str, form_id: int) -> str:
    """Raises building.NotIntact."""
    found = queries.form(form_id)
    services.must_be_intact(found)
    found = seen(found)
    paper: Paper = services.paper_of(found)
    return render_template(template, form=found, paper=paper, questions=rubric.questions)


@bp.get("/forms/<int:form_id>/slots/<int:slot>")
@requires(Permission.FORM_BUILD)
def slot(form_id: int, slot: int) -> str:
    """What could stand in a slot instead."""
    found = _open_form(form_id)
    place = queries.place(found, slot)
    ids = [item.revision_id for item in drawing.alternatives(found, slot, clock.now())]
    law_id = request.args.get("law", type=int)
    query = queries.revisions(ids, request.args.get("q", "").strip(), law_id)
    number, size = paging.asked()
    page = paging.select_page(query, number=number, per_page=size)
    if noted_as_seen([each.id for each in page.items]):
        page = paging.select_page(query, number=number, per_page=size)
        found = _open_form(form_id)
        place = queries.place(found, slot)
    return render_template(
        "exam/assembling/form_slot.html",
        form=found,
        place=place,
        page=page,
        cited_of=_cited_on(found),
        laws=cited_laws(PASSED_ONLY),
        difficulties=DIFFICULTIES,
        letters=LETTERS,
    )


def _cited_on(form: Form) -> Callable[[ItemRevision], Sequence[Citation]]:
    """Of a revision the citations that count on the form's day."""
    versions = queries.quoted(form)
    return lambda revision: footing(revision.citations, versions)


def _open_form(form_id: int) -> Form:
    found = queries.form(form_id)
    if found.sealed_at is not None:
        raise services.Sealed
    return found


@bp.post("/forms/<int:form_id>/slots/<int:slot>/swap")
@requires(Permission.FORM_BUILD)
def swap(form_id: int, slot: int) -> ResponseReturnValue:
    """Put the chosen item into the slot, or any other that fits where none is chosen."""
    found, at = queries.form(form_id), clock.now()
    queries.place(found, slot)
    chosen, seen = (request.form.get(each, type=int) for each in ("revision", "seen"))
    by = account()
    if chosen is None:
        services.swap_at_random(form=found, slot=slot, rng=SystemRandom(), at=at, by=by, seen=seen)
    else:
        revision = db.session.scalars(queries.revisions([chosen])).one()
        services.swap_item(form=found, slot=slot, revision=revision, at=at, by=by, seen=seen)
    db.session.commit()
    flash(f"第 {slot} 题已换。", "success")
    return redirect(url_for(".form", form_id=form_id, _anchor=f"q{slot}"))


@bp.post("/forms/<int:form_id>/rename")
@requires(Permission.FORM_BUILD)
def rename_form(form_id: int) -> ResponseReturnValue:
    found, form = queries.form(form_id), RenameForm()
    if form.validate_on_submit():
        services.rename(form=found, title=form.title.data or "", at=clock.now(), by=account())
        db.session.commit()
        flash("试卷名称已修改。", "success")
    else:
        flash("请填写试卷名称，不超过 100 字。", "error")
    return redirect(url_for(".form", form_id=form_id))


@bp.post("/forms/<int:form_id>/discard")
@requires(Permission.FORM_BUILD)
def discard_form(form_id: int) -> ResponseReturnValue:
    services.discard(form=queries.form(form_id), at=clock.now(), by=account())
    db.session.commit()
    flash("试卷已删除，试题仍在题库中。", "success")
    return redirect(url_for(".forms"))


@bp.post("/forms/<int:form_id>/seal")
@requires(Permission.FORM_SEAL)
def seal_form(form_id: int) -> ResponseReturnValue:
    seen = request.form.get("seen", "")
    services.seal(form=queries.form(form_id), at=clock.now(), by=account(), seen=seen)
    db.session.commit()
    flash("试卷已封存，可以建立考试场次。", "success")
    return redirect(url_for(".form", form_id=form_id))
