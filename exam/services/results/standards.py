"""A panel is called, its judges' estimates are entered, and its cut becomes a pass mark."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.models import AngoffJudge, AngoffPanel, AngoffRating, AngoffUse, ExamSession, Form
from exam.queries.results import standards as queries
from exam.results import angoff
from exam.results.angoff import Judged, Standard


class NotSealed(Refused):
    message = "只有已封存的试卷才能评定合格线"


class BadPanel(Refused):
    """The message says what is lacking."""


class RoundOver(Refused):
    message = "评定已经结束，不能再改"


class Incomplete(Refused):
    """Some judges have not rated every item; the message names them."""


class ResultsOut(Refused):
    message = "成绩已经可以查看（或已公布、定版），合格线不能再改"


class NotItsPaper(Refused):
    message = "这个场次用的不是（或不全是）这套试卷及其平行卷，不能采用它的合格线"


class OutOfReach(Refused):
    """The score is not what the panel came to; the message says from where to where it may be."""


def create(
    *,
    form: Form,
    minimal: str,
    judges: Sequence[tuple[str, str]],
    at: datetime,
    by: Account,
) -> AngoffPanel:
    """Raises NotSealed, BadPanel."""
    if form.sealed_at is None:
        raise NotSealed
    names = [name for name, _ in judges]
    if len(names) < angoff.LEAST:
        raise BadPanel(f"至少要 {angoff.LEAST} 名评委", field="judges")
    if len(set(names)) < len(names):
        raise BadPanel("评委不能重名；同名的请在姓名后加部门区分", field="judges")
    made = AngoffPanel(
        form_id=form.id,
        minimal=minimal,
        created_at=at,
        created_by_id=by.id,
        judges=[AngoffJudge(name=name, post=post) for name, post in judges],
    )
    db.session.add(made)
    db.session.flush()
    record("angoff.create", made, at=at, form_id=form.id, judges=len(names))
    return made


def rate(*, judge: AngoffJudge, ratings: Mapping[int, int], at: datetime) -> None:
    """Enter what a judge said in the round that goes on. Raises RoundOver."""
    panel = judge.panel
    lock(panel)
    if panel.concluded_at is not None:
        raise RoundOver
    slots = {each.slot for each in panel.form.slots}
    number = panel.round_number
    known = {each.slot: each for each in judge.ratings if each.round_number == number}
    for slot, percent in sorted(ratings.items()):
        if slot not in slots:
            continue
        if slot in known:
            known[slot].percent = percent
        else:
            judge.ratings.append(AngoffRating(round_number=number, slot=slot, percent=percent))
    db.session.flush()
    record("angoff.rate", panel, at=at, judge=judge.name, round=number, items=len(ratings))


def enter(*, panel: AngoffPanel, judged: Sequence[Judged], at: datetime) -> int:
    """Of a whole sheet; how many estimates. Raises RoundOver."""
    by_name = {each.name: each for each in panel.judges}
    for each in judged:
        if each.ratings:
            rate(judge=by_name[each.name], ratings=each.ratings, at=at)
    return sum(len(each.ratings) for each in judged)


def open_second(*, panel: AngoffPanel, discussion: str, at: datetime) -> None:
    """The first round is over; the second begins with what was said in it.

    Raises RoundOver, Incomplete.
    """
    lock(panel)
    if panel.second_at is not None:
        raise RoundOver
    _must_be_complete(panel)
    panel.second_at, panel.discussion = at, discussion
    for judge in panel.judges:
        judge.ratings += [
            AngoffRating(round_number=2, slot=each.slot, percent=each.percent)
            for each in judge.ratings
        ]
    db.session.flush()
    record("angoff.second_round", panel, at=at)


def conclude(*, panel: AngoffPanel, at: datetime) -> Standard:
    """Raises RoundOver, Incomplete."""
    lock(panel)
    if panel.concluded_at is not None:
        raise RoundOver
    if panel.second_at is None:
        raise Incomplete("请先完成第一轮，讨论之后再评第二轮")
    _must_be_complete(panel)
    panel.concluded_at = at
    db.session.flush()
    found = standard_of(panel)
    record("angoff.conclude", panel, at=at, cut=str(found.cut), error=str(found.error))
    return found


def standard_of(panel: AngoffPanel) -> Standard:
    """Of the round that goes on, or the last one. Raises Incomplete."""
    found = angoff.standard(queries.judged(panel, panel.round_number), queries.places(panel.form))
    if found is None:
        raise Incomplete(f"评完全部试题的评委不足 {angoff.LEAST} 名，没有结果")
    return found


def _must_be_complete(panel: AngoffPanel) -> None:
    places = queries.places(panel.form)
    short = [
        f"{each.name}（{len(each.lacks(places))} 题）"
        for each in queries.judged(panel, panel.round_number)
        if each.lacks(places)
    ]
    if short:
        raise Incomplete(f"还没有评完：{'、'.join(short)}")


def adopt(
    *, panel: AngoffPanel, session: ExamSession, score: Decimal, at: datetime, by: Account
) -> AngoffUse:
    """The cut becomes the session's pass mark, as long as nobody may have seen a result.

    Raises Incomplete, ResultsOut, NotItsPaper, OutOfReach.
    """
    lock(session)
    if panel.concluded_at is None:
        raise Incomplete("评定还没有结束")
    if queries.is_out(session, at):
        raise ResultsOut
    papers = session.forms
    if panel.form_id not in {each.id for each in papers} or any(
        each.blueprint_id != panel.form.blueprint_id for each in papers
    ):
        raise NotItsPaper
    low, high = standard_of(panel).room
    # The whole marks beside it may be taken, however much at one the judges are.
    if not low.to_integral_value(ROUND_FLOOR) <= score <= high.to_integral_value(ROUND_CEILING):
        raise OutOfReach(f"应在评定结果的 ±2 个标准误之内：{low:f} 到 {high:f} 分", field="score")
    if not 0 < score <= session.excellent_score:
        raise OutOfReach(
            f"应大于 0 且不高于优秀线 {session.excellent_score:f} 分；要更高请先改场次安排",
            field="score",
        )
    used = AngoffUse(
        panel_id=panel.id, session_id=session.id, earlier=session.pass_score, score=score,
        at=at, by_id=by.id,
    )  # fmt: skip
    session.pass_score = score
    db.session.add(used)
    db.session.flush()
    record("angoff.adopt", session, at=at, panel=panel.id, old=str(used.earlier), new=str(score))
    return used
