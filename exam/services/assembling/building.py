"""Forms: drawn, mended, sealed."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from random import Random
from typing import Protocol

from accounts.models import Account
from core import clock, meanwhile
from core.audit.trail import last_detail, record
from core.db import db, lock
from core.errors import Refused
from core.memo import Memo
from exam.assembling import assembly
from exam.assembling import plans as paper_plans
from exam.assembling.assembly import PoolItem
from exam.models import Blueprint, Form, FormItem
from exam.papers import snapshot
from exam.papers.snapshot import Paper, Quote, Slot
from exam.queries.assembling import building as queries
from exam.queries.assembling import drawing
from exam.services.assembling import searching
from exam.services.assembling.searching import Found
from exam.services.turns import take_turn
from question_bank.amendment import footing
from question_bank.models import ItemRevision
from question_bank.types import kind_of

MAX_FORMS = 10


class Sealed(Refused):
    """A sealed form does not change."""

    message = "试卷已封存，不能再改动"


class NotByProposer(Refused):
    """Whoever changes a proposal could otherwise approve what is their own."""

    message = "换题方案只能由提出人修改"


class NeedsApproval(Refused):
    """A proposal is sealed by its approval and in no other way."""

    message = "换题方案须由第二人批准后封存"


class NotIntact(Refused):
    message = "试卷内容与封存时不一致，不能打开；请报告系统管理员并核查审计日志"


class Empty(Refused):
    message = "试卷没有试题，不能封存"


class OutOfDate(Refused):
    """Items were revised or withdrawn, or their law changed; the message names the slots."""


class Enemies(Refused):
    """Two items must not be on one form; the message names their slots."""


class OtherCell(Refused):
    """The item does not belong to the cell that it is to fill, or to the form."""

    message = "所选试题不符合该题位的要求，已在本卷中，或为待定人员接触过"


class TooFewScenes(Refused):
    """The form tells of fewer scenes than its blueprint asks for; the message says how many."""


class NoOther(Refused):
    message = "题库中没有其他符合该题位的试题"


class Mended(Refused):
    """What is to be sealed is not what its reader was shown."""

    message = "您打开本页以后，试卷换过题或改过名，没有封存；请重新打开，看过现在的内容再封存"


class Swapped(Refused):
    """The item that somebody gave up has been given up before; the message names the slot."""


@dataclass(frozen=True)
class Drawn:
    forms: Sequence[Form]
    #: The largest number of items that two of the forms have in common.
    overlap: int


def draw_forms(
    *,
    blueprint: Blueprint,
    title: str,
    copies: int,
    seed: int,
    exam_on: date,
    at: datetime,
    by: Account | None,
    overlap: int = 0,
    found: Found | None = None,
) -> Drawn:
    """Parallel forms (A卷, B卷 …) for an exam of a day; one of the plain title for one copy.

    Two of them have at most ``overlap`` items in common, 必选题 apart. The same draw asked for
    twice, by its seed, is made once. ``found`` is what a search found before; where the blueprint
    was changed since, there is another search. Raises TooFewItems, TooHard.
    """
    take_turn(by)
    if made := queries.forms_drawn(blueprint.id, seed):
        return Drawn(made, _common(made))
    asked = searching.wanted(blueprint, copies=copies, seed=seed, exam_on=exam_on, overlap=overlap)
    if found is None or found.wanted != asked:
        found = searching.find_forms(asked)
    forms = []
    for number, sections in enumerate(found.forms):
        form = Form(
            title=title if copies == 1 else f"{title} {'ABCDEFGHIJ'[number]}卷",
            blueprint_id=blueprint.id,
            multi_rule=blueprint.multi_rule,
            penalty_percent=blueprint.penalty_percent,
            seed=seed,
            exam_on=exam_on,
            created_at=at,
            created_by_id=by.id if by else None,
            slots=_slots(blueprint, sections),
        )
        db.session.add(form)
        db.session.flush()
        record("form.draw", form, at=at, title=form.title, items=len(form.slots), seed=seed)
        forms.append(form)
    return Drawn(forms, assembly.overlap(found.forms))


def draw_form(
    *,
    blueprint: Blueprint,
    title: str,
    seed: int,
    at: datetime,
    by: Account | None,
    exam_on: date | None = None,
) -> Form:
    """One form, for an exam on the day of ``at`` unless another is given. Raises TooFewItems."""
    day = exam_on or clock.local(at).date()
    drawn = draw_forms(
        blueprint=blueprint, title=title, copies=1, seed=seed, exam_on=day, at=at, by=by
    )
    return drawn.forms[0]


def _common(forms: Sequence[Form]) -> int:
    held = [{each.revision_id for each in form.slots} for form in forms]
    return max((len(a & b) for n, a in enumerate(held) for b in held[:n]), default=0)


def _slots(blueprint: Blueprint, sections: Sequence[Sequence[PoolItem]]) -> list[FormItem]:
    places = [
        (section, item)
        for section, items in zip(blueprint.sections, sections, strict=True)
        for item in items
    ]
    return [
        FormItem(
            slot=slot,
            section=section.position,
            revision_id=item.revision_id,
            marks=section.marks,
        )
        for slot, (section, item) in enumerate(places, 1)
    ]


def swap_item(
    *,
    form: Form,
    slot: int,
    revision: ItemRevision,
    at: datetime,
    by: Account | None,
    seen: int | None = None,
) -> None:
    """Put another item of the same cell into a slot; ``seen`` is the revision shown in it.

    Raises Sealed, NotByProposer, Swapped, OtherCell.
    """
    _lock_open(form)
    _must_be_own(form, by)
    _must_be_as_seen(form, slot, seen)
    if revision.id not in {item.revision_id for item in drawing.alternatives(form, slot, at)}:
        raise OtherCell
    _put(form, slot, revision.id, at)


def swap_at_random(
    *,
    form: Form,
    slot: int,
    rng: Random,
    at: datetime,
    by: Account | None,
    seen: int | None = None,
) -> None:
    """Put any other item of the same cell into a slot; ``seen`` is the revision shown in it.

    Raises Sealed, NotByProposer, Swapped, NoOther.
    """
    _lock_open(form)
    _must_be_own(form, by)
    _must_be_as_seen(form, slot, seen)
    items = drawing.alternatives(form, slot, at)
    if not items:
        raise NoOther
    _put(form, slot, rng.choice(items).revision_id, at)


def _lock_open(form: Form) -> None:
    lock(form)
    if form.sealed_at is not None:
        raise Sealed


def _must_be_own(form: Form, by: Account | None) -> None:
    if form.replaces_id is not None and by is not None and by.id != form.created_by_id:
        raise NotByProposer


def _must_be_as_seen(form: Form, slot: int, seen: int | None) -> None:
    if seen is not None and queries.place(form, slot).revision_id != seen:
        raise Swapped(f"您打开本页以后，第 {slot} 题已经换过；请重新打开，看过现在的试题再换")


def _put(form: Form, slot: int, revision_id: int, at: datetime) -> None:
    place = queries.place(form, slot)
    old, place.revision_id = place.revision_id, revision_id
    db.session.flush()
    record("form.swap", form, at=at, slot=slot, old=old, new=revision_id)


def rename(*, form: Form, title: str, at: datetime, by: Account | None) -> None:
    """Raises Sealed."""
    _lock_open(form)
    old, form.title = form.title, title
    db.session.flush()
    record("form.rename", form, at=at, old=old, new=title)


def discard(*, form: Form, at: datetime, by: Account | None) -> None:
    """Throw an unsealed form away. Raises Sealed."""
    _lock_open(form)
    record("form.discard", form, at=at, title=form.title)
    db.session.delete(form)
    db.session.flush()


def mark_of(form: Form) -> str:
    """What a paper is to ask, in a word (core.meanwhile)."""
    return meanwhile.mark((form.title, [(each.slot, each.revision_id) for each in form.slots]))


def seal(*, form: Form, at: datetime, by: Account | None, seen: str = "") -> None:
    """Freeze the form: from here on its snapshot is what counts.

    ``seen`` is the mark of what was shown. Raises Sealed, NeedsApproval, Mended, Empty, OutOfDate,
    Enemies, TooFewScenes.
    """
    if form.replaces_id is not None:
        raise NeedsApproval
    seal_proposal(form=form, at=at, by=by, seen=seen)


def seal_proposal(*, form: Form, at: datetime, by: Account | None, seen: str = "") -> None:
    """The same for a proposal that somebody approves (exam.services.papers.replacing)."""
    _lock_open(form)
    if seen and seen != mark_of(form):
        raise Mended
    must_be_fit(form)
    text = snapshot.dump(paper_of(form))
    form.snapshot, form.hash = text, snapshot.digest(text)
    form.sealed_at, form.sealed_by_id = at, by.id if by else None
    db.session.flush()
    record("form.seal", form, at=at, title=form.title, hash=form.hash)


@dataclass(frozen=True)
class SealedTogether:
    forms: Sequence[Form]
    #: Those that could not be sealed, each with the reason.
    left: Sequence[tuple[Form, str]]


def seal_together(
    *, forms: Sequence[Form], at: datetime, by: Account | None, seen: Mapping[int, str]
) -> SealedTogether:
    """Seal each of the forms that can be; those that are sealed already stay as they are.

    ``seen``: the mark of what was shown of each, by id.
    """
    done, left = [], []
    for form in forms:
        try:
            seal(form=form, at=at, by=by, seen=seen.get(form.id, ""))
        except Sealed:
            continue
        except Refused as refusal:
            left.append((form, str(refusal)))
        else:
            done.append(form)
    return SealedTogether(done, left)


def must_be_fit(form: Form) -> None:
    """Raises Empty, OutOfDate, Enemies, TooFewScenes for a form not to be sealed."""
    if not form.slots:
        raise Empty
    if slots := queries.unusable_slots(form):
        named = paper_plans.named(slots)
        raise OutOfDate(f"第 {named} 题已修改、停用或所引条文在考试日不再有效，请先换题")
    if pairs := drawing.enemies_on(form):
        named = "；".join(f"第 {a} 题与第 {b} 题" for a, b in pairs[:5])
        raise Enemies(f"{named}互斥或内容相近，不能同卷，请先换题")
    if (short := queries.scenes_needed(form) - queries.scenes_held(form)) > 0:
        raise TooFewScenes(
            f"情景题（来访、来信、网上件）还缺 {short} 题，"
            f"组卷方案要求不低于 {form.blueprint.scene_percent}%"
        )


def intact(form: Form, content: str | None = None) -> bool:
    """Whether a sealed form still is what was sealed: by its hash, and by what the trail says.

    Who changes the paper in the database and its hash with it does not change the trail.
    ``content``: its snapshot, where that was read already.
    """
    content = content or form.snapshot
    return content is not None and is_sealed(form.id, form.hash, content)


def is_sealed(form_id: int, digest: str | None, content: str) -> bool:
    """The same, of a form that is known by its id and its hash."""
    if snapshot.digest(content) != digest:
        return False
    return _is_noted((form_id, digest))


def _looked_up(seal: tuple[int, str]) -> bool:
    """Whether the trail knows the seal, or none of the form."""
    form_id, digest = seal
    noted = last_detail("form.seal", db.session.get_one(Form, form_id))
    return noted is None or noted.get("hash") == digest


#: Everybody begins in the same minute, on the same few papers. A seal that is changed is another.
_is_noted = Memo(_looked_up, seconds=60, keep=64)


def must_be_intact(form: Form) -> None:
    """Raises NotIntact for a sealed form that is not as it was sealed."""
    if form.sealed_at is not None and not intact(form):
        raise NotIntact


def paper_of(form: Form) -> Paper:
    """The paper of a form: as sealed, or as it would be sealed now.

    Rows of the blueprint that follow one another with the same type and marks make one section.
    """
    if form.snapshot is not None:
        return snapshot.load(form.snapshot)
    kinds = [
        list(rows)
        for _, rows in groupby(form.blueprint.sections, key=lambda row: (row.item_type, row.marks))
    ]
    index = {row.position: number for number, rows in enumerate(kinds) for row in rows}
    versions = queries.quoted(form)
    penalty = Decimal(form.penalty_percent) / 100
    slots = [slot_of(each, index[each.section], versions) for each in form.slots]
    return Paper(
        title=form.title,
        multi_rule=form.multi_rule,
        total=sum((each.marks for each in slots), start=kinds[0][0].marks * 0) / form.alternatives,
        sections=[
            snapshot.section(
                number + 1,
                rows[0].item_type,
                sum(each.section == number for each in slots) // form.alternatives,
                rows[0].marks,
                form.multi_rule,
                penalty,
            )
            for number, rows in enumerate(kinds)
        ],
        slots=slots,
        penalty=penalty,
        alternatives=form.alternatives,
    )


class Place(Protocol):
    """An item in its place on a paper."""

    @property
    def slot(self) -> int: ...

    @property
    def revision(self) -> ItemRevision: ...

    @property
    def marks(self) -> Decimal: ...


def slot_of(place: Place, section: int, versions: Container[int]) -> Slot:
    """The slot as sealing would freeze it; ``versions`` are the law versions that count."""
    revision = place.revision
    return Slot(
        slot=place.slot,
        section=section,
        revision_id=revision.id,
        item_type=revision.item_type,
        stem=revision.stem,
        options=list(kind_of(revision.item_type).options(revision)),
        key=revision.key,
        marks=place.marks,
        rationale=revision.rationale,
        citations=[
            Quote(
                law=each.article.version.law.title,
                version=each.article.version.label,
                article=each.article.number,
                text=each.article.text,
                article_id=each.article_id,
            )
            for each in footing(revision.citations, versions)
        ],
        parts=revision.parts,
    )
