"""修法复核: items whose articles were amended, beside the old and the new text."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from laws import queries as law_queries
from laws import wording
from laws.models import LawVersion
from laws.numerals import article_key
from laws.wording import Marked
from question_bank.amendment import Decision, Stage
from question_bank.models import AmendmentCase
from question_bank.queries import amending as queries
from question_bank.queries.amending import Move
from question_bank.services import deciding
from question_bank.views.base import bp, reach

#: What somebody still has to do.
LEFT = (Stage.WAITING, Stage.WITH_WRITER, Stage.REVISED)
TONES = {Stage.WAITING: "warn", Stage.WITH_WRITER: "info", Stage.REVISED: "info",
         Stage.SETTLED: "good"}  # fmt: skip
#: Items decided about in one go.
AT_ONCE = 200


@dataclass(frozen=True)
class Passage:
    """An article before and after, with what changed marked on both sides."""

    move: Move
    marked: Marked
    #: 法律已废止，由《…》取代, where the law ended; "" otherwise.
    ended: str = ""

    @classmethod
    def of(cls, move: Move, ended: str = "") -> Self:
        old = move.old.text
        return cls(move, wording.mark(old, move.new.text if move.new is not None else old), ended)


@dataclass(frozen=True)
class Group:
    """The items that rest on the same touched articles of one version."""

    version: LawVersion
    passages: Sequence[Passage]
    cases: Sequence[AmendmentCase]
    #: What can be decided about at least one of them.
    decisions: Sequence[Decision]
    #: What took the place of a repealed law: ，由《…》取代; "" if nothing did.
    replaced: str = ""

    @property
    def repealed(self) -> bool:
        return self.cases[0].repealed

    @property
    def number(self) -> int:
        return self.cases[0].id


@bp.get("/amended")
@requires(Permission.ITEM_REVIEW, Permission.ITEM_WRITE)
def amended() -> str:
    """Items under review, grouped by the articles that they rest on."""
    stage = Stage.by_label(request.args.get("stage", ""))
    version_id = request.args.get("version", type=int)
    reviews = can(Permission.ITEM_REVIEW)
    number, size = paging.asked()
    query = queries.cases(
        reach(),
        version_id=version_id,
        stages=(stage,) if stage else LEFT,
        writer_id=None if reviews else account().id,
    )
    page = paging.select_page(query, number=number, per_page=size)
    return render_template(
        "question_bank/amended.html",
        page=page,
        groups=groups(page.items, reviews=reviews),
        version=db.session.get_one(LawVersion, version_id) if version_id else None,
        stage=stage,
        stages=Stage.choices(),
        stage_of=queries.stage,
        stage_tones=TONES,
        undoable=deciding.undoable,
        reviews=reviews,
    )


def groups(cases: Sequence[AmendmentCase], *, reviews: bool) -> list[Group]:
    """The cases, in their order, in runs that rest on the same articles."""
    moves, found = queries.moves_of(cases), []
    replacing = law_queries.successors({each.version.law_id for each in cases if each.repealed})
    for _, run in groupby(cases, key=lambda each: _key(each, moves[each.id])):
        alike = list(run)
        first = alike[0]
        touched = [each for each in moves[first.id] if each.touched]
        names = "》、《".join(replacing.get(first.version.law_id, ()))
        replaced = f"，由《{names}》取代" if first.repealed and names else ""
        ended = f"法律已废止{replaced}" if first.repealed else ""
        found.append(
            Group(
                version=first.version,
                passages=[Passage.of(each, ended) for each in touched],
                cases=alike,
                decisions=_open_decisions(alike) if reviews else (),
                replaced=replaced,
            )
        )
    return found


def _key(case: AmendmentCase, moves: Sequence[Move]) -> tuple[int, ...]:
    return (case.version_id, case.repealed, *(each.old.id for each in moves if each.touched))


def _open_decisions(cases: Sequence[AmendmentCase]) -> list[Decision]:
    at, by = clock.now(), account()
    return [
        decision
        for decision in Decision
        if any(not deciding.obstacle(case, decision, by, at) for case in cases)
    ]


@bp.post("/amended")
@requires(Permission.ITEM_REVIEW)
def decide_amended() -> ResponseReturnValue:
    """Decide about the ticked items."""
    decision = Decision.by_label(request.form.get("decision", ""))
    if decision is None:
        abort(400)
    note = request.form.get("note", "").strip()
    ids = request.form.getlist("case", type=int)[:AT_ONCE]
    if not ids:
        flash("没有勾选试题，未作处理。", "info")
        return _back()
    if len(note) > 200:
        flash("给命题人的说明不超过 200 字，未作处理。", "error")
        return _back()
    cases = queries.chosen(ids, reach())
    try:
        instead = _instead(cases) if decision is Decision.STILL_APPLIES else {}
    except Refused as refusal:
        flash(str(refusal), "error")
        return _back()
    outcome = deciding.decide_each(
        cases=cases,
        decision=decision,
        at=clock.now(),
        by=account(),
        note=note,
        instead=instead,
    )
    db.session.commit()
    if outcome.done:
        flash(f"{outcome.done} 道试题：{decision.label}。", "success")
    for item_id, reason in outcome.left[:5]:
        flash(f"试题 {item_id} 未处理：{reason}。", "warning")
    if len(outcome.left) > 5:
        flash(f"另有 {len(outcome.left) - 5} 道试题未处理。", "warning")
    return _back()


def _instead(cases: Sequence[AmendmentCase]) -> dict[int, int]:
    """By old article the one of the new version that was named in its place. Raises Refused."""
    found: dict[int, int] = {}
    for case_id, moves in queries.moves_of(cases).items():
        version = next(each.version for each in cases if each.id == case_id)
        for move in moves:
            number = request.form.get(f"article-{move.old.id}", "").strip()
            if not number or (move.new is not None and number == move.new.number):
                continue
            try:
                article = law_queries.article_of(version.id, article_key(number))
            except ValueError:
                article = None
            if article is None:
                raise Refused(
                    f"新版本没有这一条：{number}；请写条号，如 35 或 第三十五条。未作处理"
                )
            found[move.old.id] = article.id
    return found


@bp.post("/amended/<int:case_id>/undo")
@requires(Permission.ITEM_REVIEW)
def undo_amended(case_id: int) -> ResponseReturnValue:
    found = queries.chosen([case_id], reach())
    if not found:
        abort(404)
    deciding.undo(case=found[0], at=clock.now(), by=account())
    db.session.commit()
    flash(f"试题 {found[0].item_id} 的处理已撤销，重新待复核。", "success")
    return _back()


def _back() -> ResponseReturnValue:
    """The list as it was narrowed."""
    version, stage = (request.form.get(name) or None for name in ("version", "stage"))
    return redirect(url_for(".amended", version=version, stage=stage), 303)
