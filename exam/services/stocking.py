"""Papers with alternatives for each place (卷卷不同), and papers free of somebody's items."""

from collections.abc import Collection
from datetime import date, datetime
from random import Random

from accounts.models import Account
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from exam import assembly, stocking
from exam.models import Blueprint, ExamSession, Form, FormItem
from exam.queries import building as queries
from exam.queries import contacts
from exam.queries import papers as paper_queries
from exam.services import papers
from exam.services.building import TooFewItems
from exam.services.turns import take_turn

MAX_ALTERNATIVES = 10


class NobodyWaits(Refused):
    message = "本场次没有因命题回避而待定试卷的人，不需要另抽回避卷"


def draw_stock(
    *,
    blueprint: Blueprint,
    title: str,
    alternatives: int,
    seed: int,
    exam_on: date,
    at: datetime,
    by: Account | None,
    without: Collection[int] = (),
) -> Form:
    """A paper with so many items ready for each place, none of those in ``without``.

    The same draw asked for twice, by its seed, is made once. Raises TooFewItems, Refused.
    """
    take_turn(by)
    if made := queries.forms_drawn(blueprint.id, seed):
        return made[0]
    if not 1 <= alternatives <= MAX_ALTERNATIVES:
        raise Refused(f"每题位备选应为 1 至 {MAX_ALTERNATIVES} 题", field="alternatives")
    pool = [
        each for each in queries.pool(exam_on, blueprint.exam_kind) if each.item_id not in without
    ]
    try:
        rows = stocking.stock(
            pool,
            [queries.plan_of(section) for section in blueprint.sections],
            alternatives=alternatives,
            rng=Random(seed),  # noqa: S311 - repeatable on purpose
            scene_percent=blueprint.scene_percent,
            enemies=paper_queries.enemies({each.item_id for each in pool}),
        )
    except assembly.Shortage as shortage:
        each = f"（每题位备选 {alternatives} 题）" if alternatives > 1 else ""
        raise TooFewItems(f"题库不足{each}：{shortage}", field="blueprint_id") from None
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


def draw_free_paper(*, session: ExamSession, seed: int, at: datetime, by: Account | None) -> Form:
    """A paper of the session's blueprint without any item that those who wait have to do with.

    It has to be sealed and added to the session (papers.add_paper). Whoever draws or seals it has
    seen it, and is not among them. Raises NobodyWaits, TooFewItems, Refused.
    """
    waiting = papers.undecided(session)
    if not waiting:
        raise NobodyWaits
    ids = {each.person_id for each in waiting}
    if by is not None and by.person_id in ids:
        raise Refused("您本人也在待定名单中，回避卷须由他人抽取和封存")
    mine = [each for each in session.papers if each.rank_group == waiting[0].entry.rank_group]
    model = (mine or session.papers)[0].form
    everything = contacts.items_of(ids)
    number = sum("回避卷" in each.title for each in session.forms) + 1
    return draw_stock(
        blueprint=model.blueprint,
        title=f"{session.title}回避卷{number if number > 1 else ''}",
        alternatives=1,
        seed=seed,
        exam_on=model.exam_on,
        at=at,
        by=by,
        without=everything,
    )
