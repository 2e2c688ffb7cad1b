"""What a draw may take and what it has to keep to: everything that the solver is told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Account
from core import clock
from core.db import db
from exam.assembling import assembly, plans
from exam.assembling.assembly import PoolItem, Rules, SectionPlan
from exam.assembling.matter import setting_of
from exam.assembling.plans import Conditions
from exam.kinds import ExamKind
from exam.marking.scoring import NOT_ASKED, UNMARKED
from exam.models import (
    AttemptVector,
    Blueprint,
    ExamSession,
    Form,
    FormItem,
    ItemEnemy,
    SessionForm,
)
from exam.queries.assembling import building
from exam.queries.sessions import dealing
from laws.lists.levels import Requirement
from laws.models import Article, LawVersion
from question_bank.difficulty import PRIOR
from question_bank.models import Citation, Item, ItemRevision, ItemState, NearPair
from question_bank.queries import calibrated
from question_bank.queries.requirements import required

#: From so many answers on, what candidates made of an item counts for more than its writer's word.
ENOUGH = 30
#: So many of the newest attempts are read for it.
_ATTEMPTS = 20_000


@dataclass(frozen=True)
class Offer:
    pool: Sequence[PoolItem]
    rules: Rules


def conditions_of(blueprint: Blueprint) -> Conditions:
    return Conditions(
        scene_percent=blueprint.scene_percent,
        full_marks=blueprint.full_marks,
        mean_target=blueprint.mean_target,
        mean_tolerance=blueprint.mean_tolerance,
        rest_sessions=blueprint.rest_sessions,
        exposure_most=blueprint.exposure_most,
        exposure_days=blueprint.exposure_days,
        points=blueprint.points,
        must=tuple(sorted(each.item_id for each in blueprint.must)),
    )


def offer(
    sections: Sequence[SectionPlan],
    conditions: Conditions,
    *,
    on: date,
    kind: ExamKind | None,
    overlap: int = 0,
    narrowed: Sequence[ColumnElement[bool]] = (),
) -> Offer:
    """What the bank offers for an exam of a day, of revisions that are ``narrowed`` down to."""
    needed = any(each.requirement for each in sections)
    return Offer(
        pool=_told(
            building.pool(on, kind, *narrowed), on, conditions.points, with_requirements=needed
        ),
        rules=Rules(
            scenes=plans.scenes(conditions.scene_percent, plans.total_items(sections)),
            must=conditions.must,
            enemies=enemies(),
            barred=barred(conditions, on),
            mean=conditions.mean,
            overlap=overlap,
        ),
    )


def practice_offer(sections: Sequence[SectionPlan], conditions: Conditions, on: date) -> Offer:
    """What the bank offers for a mock exam: only what may be practised, and so with no 必选题.

    Who practises need not be kept from what was sat lately, nor be expected to reach some mean.
    """
    needed = any(each.requirement for each in sections)
    pool = _told(building.practice_pool(on), on, conditions.points, with_requirements=needed)
    scenes = plans.scenes(conditions.scene_percent, plans.total_items(sections))
    return Offer(pool, Rules(scenes=scenes, enemies=enemies()))


def _told(
    pool: Sequence[PoolItem], on: date, points: Sequence[float], *, with_requirements: bool
) -> list[PoolItem]:
    """The items with what candidates made of them, their setting, and what lists ask of them."""
    seen, settings, known = observed(), _settings(), calibrated.of()
    asked = _requirements(on) if with_requirements else {}
    told = []
    for item in pool:
        number = item.revision_id
        if number in seen or number in settings or number in asked or number in known:
            told_of = known.get(number)
            item = replace(
                item,
                observed=seen.get(number),
                calibrated=None if told_of is None or told_of.partial else told_of.percent,
                information=() if told_of is None else told_of.information(points),
                setting=settings.get(number, ""),
                requirements=asked.get(number, frozenset()),
            )
        told.append(item)
    return told


def _settings() -> dict[int, str]:
    """Of scenes that others share, what they tell before they ask."""
    rows = db.session.execute(
        select(ItemRevision.id, ItemRevision.stem)
        .join(Item, Item.current_id == ItemRevision.id)
        .where(ItemRevision.scene.is_not(None))
        .order_by(ItemRevision.id)
    )
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for revision_id, stem in rows:
        if setting := setting_of(stem):
            alike[setting].append(revision_id)
    return {each: setting for setting, ids in alike.items() if len(ids) > 1 for each in ids}


def _requirements(on: date) -> dict[int, frozenset[Requirement]]:
    asked = required(on)
    rows = db.session.execute(
        select(Citation.revision_id, Citation.article_id, LawVersion.law_id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .join(Item, Item.current_id == Citation.revision_id)
        .order_by(Citation.id)
    )
    found: dict[int, frozenset[Requirement]] = {}
    for revision_id, article_id, law_id in rows:
        if these := asked.of(article_id, law_id):
            found[revision_id] = found.get(revision_id, frozenset()) | these
    return found


def observed() -> dict[int, int]:
    """By revision the share of the marks that candidates earned, in percent, where enough sat it.

    Of the newest attempts; what waits to be marked does not count.
    """
    rows = db.session.execute(
        select(AttemptVector.form_id, AttemptVector.share)
        .order_by(AttemptVector.id.desc())
        .limit(_ATTEMPTS)
    )
    by_form: defaultdict[int, list[bytes]] = defaultdict(list)
    for form_id, share in rows:
        by_form[form_id].append(share)
    earned: defaultdict[int, int] = defaultdict(int)
    counted: defaultdict[int, int] = defaultdict(int)
    for form_id, revision_ids in _slots(list(by_form)):
        shares = [each for each in by_form[form_id] if len(each) == len(revision_ids)]
        marks = np.frombuffer(b"".join(shares), np.uint8).reshape(len(shares), len(revision_ids))
        sat = (marks != UNMARKED) & (marks != NOT_ASKED)
        for revision_id, total, people in zip(
            revision_ids, (marks * sat).sum(axis=0), sat.sum(axis=0), strict=True
        ):
            earned[revision_id] += int(total)
            counted[revision_id] += int(people)
    return {each: round(earned[each] / people) for each, people in counted.items()
            if people >= ENOUGH}  # fmt: skip


def shares() -> dict[int, int]:
    """By revision the share of the marks to be expected, in percent, where it is known: by what a
    calibration says, or else by what candidates earned."""
    known = calibrated.of()
    return observed() | {each.revision_id: each.percent for each in known.values()
                         if not each.partial}  # fmt: skip


def information_of(form: Form) -> tuple[Sequence[float], int]:
    """What the calibrated items of a form tell at each point of its blueprint, and how many there
    are; of a form with several items a place, what a drawn one tells on average."""
    known = calibrated.of([each.revision_id for each in form.slots])
    points = form.blueprint.points
    told = [each.information(points) for each in known.values()]
    sums = [sum(each[place] for each in told) / form.alternatives for place in range(len(points))]
    return sums, len(told)


def _slots(form_ids: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Each form with the revisions of its slots, in order."""
    rows = db.session.execute(
        select(FormItem.form_id, FormItem.revision_id)
        .where(FormItem.form_id.in_(form_ids))
        .order_by(FormItem.form_id, FormItem.slot)
    )
    slots: defaultdict[int, list[int]] = defaultdict(list)
    for form_id, revision_id in rows:
        slots[form_id].append(revision_id)
    yield from slots.items()


def topics() -> Sequence[str]:
    """The 知识点 of the published items, in order."""
    return db.session.scalars(
        select(ItemRevision.topic)
        .join(Item, Item.current_id == ItemRevision.id)
        .where(ItemRevision.topic != "", Item.state == ItemState.PUBLISHED)
        .distinct()
        .order_by(ItemRevision.topic)
    ).all()


def known(item_ids: Collection[int]) -> set[int]:
    """Those of the items that there are."""
    return set(db.session.scalars(select(Item.id).where(Item.id.in_(item_ids)).order_by(Item.id)))


def enemies() -> list[tuple[int, int]]:
    """Pairs of items that are never on one form: set by people, or saying nearly the same."""
    told = select(ItemEnemy.first_id, ItemEnemy.second_id).order_by(ItemEnemy.id)
    first, second = aliased(Item), aliased(Item)
    near = (
        select(first.id, second.id)
        .select_from(NearPair)
        .join(first, first.current_id == NearPair.first_id)
        .join(second, second.current_id == NearPair.second_id)
        .order_by(NearPair.id)
    )
    found = [(a, b) for query in (told, near) for a, b in db.session.execute(query)]
    return sorted({(min(pair), max(pair)) for pair in found})


def set_apart() -> Select[ItemEnemy]:
    """The pairs that people set, the newest first."""
    return (
        select(ItemEnemy)
        .options(joinedload(ItemEnemy.made_by).joinedload(Account.person))
        .order_by(ItemEnemy.made_at.desc(), ItemEnemy.id.desc())
    )


def enemy(enemy_id: int) -> ItemEnemy:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(select(ItemEnemy).where(ItemEnemy.id == enemy_id)).one()


def barred(conditions: Conditions, on: date) -> dict[int, str]:
    """Items that rest, each with why."""
    rested = dict.fromkeys(_last_sat(conditions, on), f"最近 {conditions.rest_sessions} 场考过")
    often = f"{conditions.exposure_days} 天内已用于 {conditions.exposure_most} 套封存试卷"
    return dict.fromkeys(_often_used(conditions, on), often) | rested


def _last_sat(conditions: Conditions, on: date) -> Sequence[int]:
    """What the last sessions up to a day ask, and those that are planned for later: who sits both
    would know it then."""
    if not conditions.rest_sessions:
        return []
    morrow = _midnight(on) + timedelta(days=1)
    real = (ExamSession.cancelled_at.is_(None), ExamSession.exam_kind != ExamKind.PRACTICE)
    last = db.session.scalars(
        select(ExamSession.id)
        .where(*real, ExamSession.opens_at < morrow)
        .order_by(ExamSession.opens_at.desc(), ExamSession.id.desc())
        .limit(conditions.rest_sessions)
    ).all()
    planned = select(ExamSession.id).where(*real, ExamSession.opens_at >= morrow)
    given = select(SessionForm.form_id).where(
        or_(SessionForm.session_id.in_(last), SessionForm.session_id.in_(planned))
    )
    return _items_on(db.session.scalars(given.distinct().order_by(SessionForm.form_id)).all())


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL)


def _items_on(form_ids: Collection[int]) -> Sequence[int]:
    return db.session.scalars(
        select(ItemRevision.item_id)
        .join(FormItem, FormItem.revision_id == ItemRevision.id)
        .where(FormItem.form_id.in_(form_ids))
        .distinct()
        .order_by(ItemRevision.item_id)
    ).all()


def _often_used(conditions: Conditions, on: date) -> Sequence[int]:
    if conditions.exposure_most is None:
        return []
    return db.session.scalars(
        select(ItemRevision.item_id)
        .join(FormItem, FormItem.revision_id == ItemRevision.id)
        .join(Form, Form.id == FormItem.form_id)
        .where(Form.sealed_at >= _midnight(on) - timedelta(days=conditions.exposure_days))
        .group_by(ItemRevision.item_id)
        .having(func.count(Form.id.distinct()) >= conditions.exposure_most)
        .order_by(ItemRevision.item_id)
    ).all()


# ------------------------------------------------------------------ a form and its slots


def enemies_on(form: Form) -> list[tuple[int, int]]:
    """Pairs of its slots whose items must not be on one form: they were set apart after the draw,
    or turned out to say nearly the same."""
    slots = {each.revision.item_id: each.slot for each in form.slots}
    return sorted(
        (min(slots[a], slots[b]), max(slots[a], slots[b]))
        for a, b in enemies()
        if a in slots and b in slots
    )


def alternatives(form: Form, slot: int, at: datetime) -> list[PoolItem]:
    """Items that could take the place of a slot's: of the same cell, and the form keeps its rules.

    Not on the form or on one of its parallel forms already, no enemy of what is on it, not resting,
    not touched by who waits for the form (命题回避); a scene where the form would otherwise have
    fewer than it needs. None for a 必选题, unless it may not be asked any more.
    """
    blueprint = form.blueprint
    conditions = conditions_of(blueprint)
    place = building.place(form, slot)
    rows = {each.position: building.plan_of(each) for each in blueprint.sections}
    held = {each.revision_id for each in form.slots}
    offered = offer(
        list(rows.values()),
        conditions,
        on=form.exam_on,
        kind=blueprint.exam_kind,
        narrowed=[
            or_(ItemRevision.item_type == place.revision.item_type, ItemRevision.id.in_(held))
        ],
    )
    usable = place.revision_id in {each.revision_id for each in offered.pool}
    if usable and place.revision.item_id in conditions.must:
        return []
    others = [each for each in form.slots if each.slot != slot]
    free = _Free(offered, [each.revision for each in others], dealing.kept_free_of(form, slot, at))
    wordings = {each.revision.fingerprint for each in others} | _wordings_beside(form)
    scene_needed = building.scenes_held(form, without=slot) < building.scenes_needed(form)
    least, most = _room(offered, conditions, form, others, place.marks)
    plan = rows[place.section]
    return [
        item
        for item in offered.pool
        if item.revision_id not in held
        and item.fingerprint not in wordings
        and assembly.fits(item, plan)
        and (item.is_scene or not scene_needed)
        and least <= item.ease <= most
        and free.may_join(item)
    ]


class _Free:
    """Whether an item may stand beside those that are on the form."""

    def __init__(
        self, offered: Offer, beside: Iterable[ItemRevision], touched: Collection[int]
    ) -> None:
        ids = {each.item_id for each in beside}
        pairs = offered.rules.enemies
        self._barred = {b for a, b in pairs if a in ids} | {a for a, b in pairs if b in ids}
        self._barred |= {*offered.rules.barred, *touched}
        self._settings = {each.setting for each in offered.pool if each.item_id in ids} - {""}

    def may_join(self, item: PoolItem) -> bool:
        return item.item_id not in self._barred and item.setting not in self._settings


def _wordings_beside(form: Form) -> set[str]:
    """Of the forms that the same draw made, what they have that this one has not."""
    mine = {each.revision.fingerprint for each in form.slots}
    rows = db.session.scalars(
        select(ItemRevision.fingerprint)
        .join(FormItem, FormItem.revision_id == ItemRevision.id)
        .join(Form, Form.id == FormItem.form_id)
        .where(
            Form.blueprint_id == form.blueprint_id,
            Form.seed == form.seed,
            Form.replaces_id.is_(None),
            Form.id.not_in([form.id, form.replaces_id or form.id]),
        )
        .order_by(FormItem.id)
    )
    return set(rows) - mine


def _room(
    offered: Offer,
    conditions: Conditions,
    form: Form,
    others: Sequence[FormItem],
    marks: Decimal,
) -> tuple[Decimal, Decimal]:
    """From and to which share, in percent, the form's expected mean stays where it has to be."""
    if conditions.mean is None:
        return Decimal(0), Decimal(100)
    rest = _expected(others, shares())
    low, high = ((each * form.alternatives - rest) / marks * 100 for each in conditions.mean)
    return low, high


def expected_mean(form: Form) -> Decimal:
    """The mean that candidates are expected to reach (预估平均分)."""
    return expected_means([form])[0]


def expected_means(forms: Sequence[Form]) -> list[Decimal]:
    seen = shares()
    return [_expected(each.slots, seen) / each.alternatives for each in forms]


def _expected(slots: Iterable[FormItem], seen: Mapping[int, int]) -> Decimal:
    shares = (
        each.marks * seen.get(each.revision_id, PRIOR[each.revision.difficulty]) for each in slots
    )
    return sum(shares, Decimal(0)) / 100
