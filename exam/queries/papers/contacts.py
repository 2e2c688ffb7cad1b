"""Who came into contact with which items: as writer, reviewer or setter, and in earlier exams."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, Subquery, cast, literal, select, union_all
from sqlalchemy.orm import aliased

from accounts.models import Account, Person
from core.audit.models import AuditRecord
from core.db import db
from exam.kinds import ExamKind
from exam.models import Answer, Attempt, ExamSession, Form, FormItem, FormSight, Marking
from exam.papers import drawing
from question_bank.models import (
    AmendmentCase,
    BulkAct,
    BulkChange,
    DraftDecision,
    DuplicateDecision,
    Item,
    ItemComment,
    ItemRevision,
    ItemSight,
    ReviewStep,
)


@dataclass(frozen=True)
class Contact:
    """Somebody has seen an item other than by sitting an exam."""

    person_id: int
    item_id: int
    #: In words: 命题, 审题, 组卷 …
    how: str


def has_seen(form_id: int, account_id: int) -> bool:
    """Whether somebody opened a page with the items of a paper before."""
    query = select(FormSight.id).where(
        FormSight.form_id == form_id, FormSight.account_id == account_id
    )
    return db.session.scalar(query) is not None


def places_of(form_ids: Collection[int]) -> dict[int, list[Sequence[int]]]:
    """The items of each place of some papers, in the order of the slots."""
    rows = db.session.execute(
        select(FormItem.form_id, Form.alternatives, ItemRevision.item_id)
        .join(Form, Form.id == FormItem.form_id)
        .join(ItemRevision, ItemRevision.id == FormItem.revision_id)
        .where(FormItem.form_id.in_(form_ids))
        .order_by(FormItem.form_id, FormItem.slot)
    ).all()
    items: defaultdict[int, list[int]] = defaultdict(list)
    sizes = {form_id: size for form_id, size, _ in rows}
    for form_id, _, item_id in rows:
        items[form_id].append(item_id)
    return {each: drawing.places(items[each], sizes[each]) for each in items}


def items_of(person_ids: Collection[int]) -> set[int]:
    """Every item of the bank that some people have been in contact with."""
    return set().union(*items_by(person_ids).values())


def items_by(person_ids: Collection[int]) -> Mapping[int, set[int]]:
    """The same by person; who has been in contact with none is not in it."""
    found = _found(None)
    query = (
        select(Account.person_id, found.c.item_id)
        .join(Account, Account.id == found.c.account_id)
        .where(Account.person_id.in_(person_ids))
        .distinct()
        .order_by(Account.person_id, found.c.item_id)
    )
    touched: defaultdict[int, set[int]] = defaultdict(set)
    for person_id, item_id in db.session.execute(query):
        touched[person_id].add(item_id)
    return touched


def contacts(form_ids: Collection[int], person_ids: Collection[int] | None = None) -> list[Contact]:
    """Every contact with an item of some papers, of everybody or of some people."""
    found = _found(
        select(ItemRevision.item_id)
        .join(FormItem, FormItem.revision_id == ItemRevision.id)
        .where(FormItem.form_id.in_(form_ids))
    )
    query = (
        select(Account.person_id, found.c.item_id, found.c.how)
        .join(Account, Account.id == found.c.account_id)
        .distinct()
        .order_by(Account.person_id, found.c.item_id, found.c.how)
    )
    if person_ids is not None and len(person_ids) == 1:
        query = query.where(Account.person_id.in_(person_ids))
    wanted = None if person_ids is None else set(person_ids)
    return [
        Contact(*row)
        for row in db.session.execute(query)
        if wanted is None or row.person_id in wanted
    ]


def _found(held: Select[int] | None) -> Subquery:
    """(account_id, item_id, how) of every contact, with the items of a query or with any."""
    return union_all(
        *(query if held is None else query.where(item.in_(held)) for query, item in _contacts())
    ).subquery()


def _contacts() -> list[tuple[Select[Any], Any]]:
    """(account, item, how) of each kind of contact, and its column of the item."""
    revision, placed = ItemRevision, (ItemRevision.id == FormItem.revision_id)
    first, second = DuplicateDecision.first_id, DuplicateDecision.second_id
    of_item = [
        (Item.writer_id, Item.id, "命题", select().select_from(Item)),
        (revision.created_by_id, revision.item_id, "修改", select().select_from(revision)),
        (ReviewStep.by_id, revision.item_id, "审题",
         select().select_from(ReviewStep).join(revision, revision.id == ReviewStep.revision_id)),
        (ItemComment.by_id, ItemComment.item_id, "批注", select().select_from(ItemComment)),
        (DraftDecision.decided_by_id, DraftDecision.item_id, "由条文起草",
         select().select_from(DraftDecision)),
        (DuplicateDecision.by_id, first, "查重", select().select_from(DuplicateDecision)),
        (DuplicateDecision.by_id, second, "查重", select().select_from(DuplicateDecision)),
        (BulkAct.by_id, BulkChange.item_id, "成批处理",
         select().select_from(BulkChange).join(BulkAct, BulkAct.id == BulkChange.act_id)),
        (AmendmentCase.decided_by_id, AmendmentCase.item_id, "修法复核",
         select().select_from(AmendmentCase)),
        (ItemSight.account_id, revision.item_id, "看过试题",
         select().select_from(ItemSight).join(revision, revision.id == ItemSight.revision_id)
         .where(ItemSight.exported.is_(False))),
        (ItemSight.account_id, revision.item_id, "导出试题",
         select().select_from(ItemSight).join(revision, revision.id == ItemSight.revision_id)
         .where(ItemSight.exported.is_(True))),
    ]  # fmt: skip
    placed_in = select().select_from(FormItem).join(revision, placed)
    in_form = placed_in.join(Form, Form.id == FormItem.form_id)
    sights = placed_in.join(FormSight, FormSight.form_id == FormItem.form_id)
    of_form = [
        (Form.created_by_id, revision.item_id, "组卷", in_form),
        (Form.sealed_by_id, revision.item_id, "封卷", in_form),
        (FormSight.account_id, revision.item_id, "看过试卷", sights),
        (_actor().id, revision.item_id, "经手试卷", _handled(placed_in)),
        (Marking.marked_by_id, revision.item_id, "阅卷", _marked(placed_in)),
    ]
    return [
        (query.add_columns(account.label("account_id"), item.label("item_id"),
                           literal(how, String).label("how")).where(account.is_not(None)), item)
        for account, item, how, query in of_item + of_form
    ]  # fmt: skip


_ACTOR = aliased(Account, name="actor")


def _actor() -> Any:
    return _ACTOR


def _handled(placed_in: Select[Any]) -> Select[Any]:
    """Whoever did something to the paper, by the audit trail."""
    return (
        placed_in.join(
            AuditRecord,
            (AuditRecord.object_type == "Form")
            & (AuditRecord.object_id == cast(FormItem.form_id, String)),
        )
        .join(Person, Person.staff_number == AuditRecord.actor)
        .join(_ACTOR, _ACTOR.person_id == Person.id)
    )


def _marked(placed_in: Select[Any]) -> Select[Any]:
    """Whoever marked an answer to the item."""
    return (
        placed_in.join(Attempt, Attempt.form_id == FormItem.form_id)
        .join(Answer, (Answer.attempt_id == Attempt.id) & (Answer.slot == FormItem.slot))
        .join(Marking, Marking.answer_id == Answer.id)
    )


def met(session: ExamSession, person_ids: Collection[int]) -> Mapping[int, set[int]]:
    """By person, the items that they were asked in the last exams before a session, practice
    left out; in as many exams as the session says."""
    if not session.avoid_exams or not person_ids:
        return {}
    rows = db.session.execute(
        select(
            Attempt.person_id, Attempt.session_id, Attempt.form_id, Attempt.draw_seed,
            Attempt.left_out,
        )
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .where(
            ExamSession.opens_at < session.opens_at,
            ExamSession.exam_kind != ExamKind.PRACTICE,
            Attempt.session_id != session.id,
        )
        .order_by(
            Attempt.person_id, ExamSession.opens_at.desc(), ExamSession.id.desc(), Attempt.id
        )
    ).all()  # fmt: skip
    wanted, exams = set(person_ids), defaultdict[int, dict[int, None]](dict)
    kept = []
    for row in rows:
        last = exams[row.person_id]
        if row.person_id in wanted and (len(last) < session.avoid_exams or row.session_id in last):
            last[row.session_id] = None
            kept.append(row)
    stock = places_of({row.form_id for row in kept})
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in kept:
        found[row.person_id] |= asked(stock[row.form_id], row.draw_seed, row.left_out)
    return found


def asked(stock: Sequence[Sequence[int]], seed: int, left_out: Collection[int]) -> set[int]:
    """The items of a paper that an attempt was asked; ``stock``: the items of each place."""
    numbered, slot = [], 0
    for place in stock:
        numbered.append(range(slot + 1, slot + len(place) + 1))
        slot += len(place)
    slots = drawing.chosen(numbered, seed, left_out)
    items = [item for place in stock for item in place]
    return {items[each - 1] for each in slots}
