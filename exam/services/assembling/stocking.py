"""Papers with alternatives for each place (卷卷不同), and papers free of somebody's items."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from exam.assembling import stocking
from exam.assembling.assembly import PoolItem, Shortage, Undecided, Uneven
from exam.models import Blueprint, Candidate, ExamSession, Form, FormItem
from exam.queries.assembling import building as queries
from exam.queries.assembling import drawing
from exam.queries.papers import contacts
from exam.queries.sessions import dealing
from exam.services.assembling.searching import TooFewItems, TooHard
from exam.services.turns import take_turn

MAX_ALTERNATIVES = 10
_NAMED = 3


class TooUneven(Refused):
    """Papers drawn from the stock would differ in their expected mean by more than is allowed."""

    message = (
        "题库中难度相同的试题不够，不能保证每个人抽到的试卷都达到预估平均分；"
        "请减少每题位备选，或放宽预估平均分允许的相差"
    )


class TooManyTouched(Refused):
    """Each of those who wait has been in contact with too much of the bank."""

    def __init__(self, most: Sequence[tuple[str, int]]) -> None:
        """``most``: names of those who touched most, and how many items."""
        named = "、".join(f"{name}（{count} 题）" for name, count in most)
        super().__init__(
            f"待定人员接触过的试题太多，除去后题库余下的组不成一套卷（接触最多的是{named}）；请批准免考"
        )


class NobodyWaits(Refused):
    message = "本场次没有因命题回避而待定试卷的人，不需要另抽回避卷"


Rows = Sequence[Sequence[Sequence[PoolItem]]]


def find_stock(
    *,
    blueprint: Blueprint,
    alternatives: int,
    seed: int,
    exam_on: date,
    without: Collection[int] = (),
) -> Rows:
    """So many items for each place of each row, none of those in ``without``. Writes nothing.

    Raises TooFewItems, TooHard, TooUneven, Refused.
    """
    if not 1 <= alternatives <= MAX_ALTERNATIVES:
        raise Refused(f"每题位备选应为 1 至 {MAX_ALTERNATIVES} 题", field="alternatives")
    rows = [queries.plan_of(section) for section in blueprint.sections]
    conditions = drawing.conditions_of(blueprint)
    if conditions.must and alternatives > 1:
        raise Refused("组卷方案有必选题，每人都要考同一道；请不用随机抽题，或去掉必选题",
                      field="alternatives")  # fmt: skip
    offered = drawing.offer(rows, conditions, on=exam_on, kind=blueprint.exam_kind)
    pool = [each for each in offered.pool if each.item_id not in without]
    try:
        return stocking.stock(pool, rows, offered.rules, alternatives=alternatives, seed=seed)
    except Shortage as shortage:
        raise TooFewItems(shortage) from None
    except Undecided:
        raise TooHard(field="blueprint_id") from None
    except Uneven:
        raise TooUneven(field="alternatives") from None


def draw_stock(
    *,
    blueprint: Blueprint,
    title: str,
    alternatives: int,
    seed: int,
    exam_on: date,
    at: datetime,
    by: Account | None,
    found: Rows | None = None,
) -> Form:
    """A paper with so many items ready for each place.

    ``found`` is what find_stock found for the same. The same draw asked for twice, by its seed, is
    made once. Raises TooFewItems, TooHard, Refused.
    """
    take_turn(by)
    if made := queries.forms_drawn(blueprint.id, seed):
        return made[0]
    rows = found or find_stock(
        blueprint=blueprint, alternatives=alternatives, seed=seed, exam_on=exam_on
    )
    stocked = [
        (section, item)
        for section, row in zip(blueprint.sections, rows, strict=True)
        for place in row
        for item in place
    ]
    form = Form(
        title=title,
        blueprint_id=blueprint.id,
        multi_rule=blueprint.multi_rule,
        penalty_percent=blueprint.penalty_percent,
        seed=seed,
        alternatives=alternatives,
        exam_on=exam_on,
        created_at=at,
        created_by_id=by.id if by else None,
        slots=[
            FormItem(
                slot=slot,
                section=section.position,
                revision_id=item.revision_id,
                marks=section.marks,
            )
            for slot, (section, item) in enumerate(stocked, 1)
        ],
    )
    db.session.add(form)
    db.session.flush()
    record(
        "form.draw", form, at=at,
        title=title, items=len(form.slots), seed=seed, alternatives=alternatives,
    )  # fmt: skip
    return form


@dataclass(frozen=True)
class Free:
    """A paper for those who wait, without any item that they touched; nothing of it is written."""

    blueprint_id: int
    exam_on: date
    seed: int
    rows: Rows
    #: Candidates who touched too much for any such paper, and have to be exempted.
    without: Sequence[int]


def find_free(*, session: ExamSession, seed: int, by: Account | None) -> Free:
    """Of the session's blueprint, for as many of those who wait as can be served.

    Those who touched most go without first. Raises NobodyWaits, TooManyTouched, Refused.
    """
    waiting = list(dealing.undecided(session.id))
    if not waiting:
        raise NobodyWaits
    if by is not None and by.person_id in {each.person_id for each in waiting}:
        raise Refused("您本人也在待定名单中，回避卷须由他人抽取和封存")
    touched = {each.id: contacts.items_of({each.person_id}) for each in waiting}
    waiting = sorted(waiting, key=lambda each: (-len(touched[each.id]), each.id))
    group = waiting[-1].entry.rank_group
    mine = [each for each in session.papers if each.rank_group == group]
    model = (mine or session.papers)[0].form
    found: dict[int, Rows] = {}

    def serves_without(count: int) -> bool:
        barred = set().union(*(touched[each.id] for each in waiting[count:]))
        try:
            found[count] = find_stock(
                blueprint=model.blueprint,
                alternatives=1,
                seed=seed,
                exam_on=model.exam_on,
                without=barred,
            )
        except TooFewItems:
            return False
        return True

    # The fewer are to be served, the more items are free.
    count = bisect_left(range(len(waiting)), True, key=serves_without)
    if count == len(waiting):
        raise TooManyTouched(
            [(each.entry.name, len(touched[each.id])) for each in waiting[:_NAMED]]
        )
    without = [each.id for each in waiting[:count]]
    return Free(model.blueprint_id, model.exam_on, seed, found[count], without)


def draw_free_paper(
    *, session: ExamSession, free: Free, at: datetime, by: Account | None
) -> tuple[Form, Sequence[Candidate]]:
    """Draw what find_free found; who goes without it is returned with it.

    It has to be sealed and added to the session (dealing.add_paper). Whoever draws or seals it has
    seen it, and is not among those who wait.
    """
    number = sum("回避卷" in each.title for each in session.forms) + 1
    form = draw_stock(
        blueprint=queries.blueprint(free.blueprint_id),
        title=f"{session.title}回避卷{number if number > 1 else ''}",
        alternatives=1,
        seed=free.seed,
        exam_on=free.exam_on,
        at=at,
        by=by,
        found=free.rows,
    )
    return form, [each for each in session.candidates if each.id in free.without]
