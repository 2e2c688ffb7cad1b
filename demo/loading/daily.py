"""Everyday study: cases, the daily five of some people over weeks, notes, one too fast series."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Account
from core import clock
from core.db import db
from demo.loading.bank import Articles
from demo.material import FOLDER
from demo.people import SEED, DemoPerson
from exam.papers.ordering import order_of
from exam.papers.snapshot import Slot
from question_bank.item_types import ItemType
from question_bank.models import Item
from study.cases.kinds import Field
from study.cases.queries import items_on
from study.cases.services import writing
from study.cases.services.writing import CaseDraft
from study.notes import services as notes
from study.practice.drawing import Choice
from study.practice.kinds import Reason, RunKind
from study.practice.models import PracticeRun
from study.practice.queries import choosing
from study.practice.queries import runs as queries
from study.practice.services import answering, starting
from study.practice.services.starting import Start

#: How far back the daily five of the keen go, and on every how manieth day they do them.
DAYS, EVERY = 32, 4
#: Items that are marked by a choice, so that an answer to them is easily written.
_CHOICES = (ItemType.SINGLE_CHOICE, ItemType.TRUE_FALSE, ItemType.MULTIPLE_CHOICE)


def load_cases(
    articles: Articles, *, authors: Sequence[Account], reviewer: Account, at: datetime
) -> None:
    """Cases written by liaisons; most are published by the research office."""
    newest: dict[tuple[str, str], tuple[Any, int]] = {}
    for (law, day, number), article in articles.items():
        newest[law, number] = max(newest.get((law, number), (day, 0)), (day, article.id))
    for place, each in enumerate(json.loads((FOLDER / "cases.json").read_text())):
        draft = CaseDraft(
            title=each["title"],
            field=Field.of(each["field"]),
            facts=each["facts"],
            issue=each["issue"],
            reasoning=each["reasoning"],
            article_ids=[newest[each["law"], one][1] for one in each["articles"]],
        )
        case = writing.create(draft=draft, at=at, by=authors[place % len(authors)])
        offered = items_on(draft.article_ids, clock.local(at).date())
        writing.choose_items(case=case, item_ids=[item for item, _ in offered[:3]], at=at)
        if each["state"] != "draft":
            writing.submit(case=case, at=at)
        if each["state"] == "published":
            writing.publish(case=case, at=at, by=reviewer)


def load_answers(
    accounts: Mapping[str, Account], crowd: Mapping[str, DemoPerson], *, keen: Iterable[str],
    at: datetime,
) -> None:  # fmt: skip
    """The daily five of those named, over weeks, and one of somebody in every unit."""
    today = clock.local(at).date()
    ids = choosing.item_ids(Choice(), today)
    items = db.session.scalars(
        select(Item).where(Item.id.in_(ids)).options(joinedload(Item.current)).order_by(Item.id)
    )
    revisions = [
        each.current_id
        for each in items
        if each.current_id and each.current and each.current.item_type in _CHOICES
    ]
    keen = list(keen)
    others = [each for each in _of_units(accounts, crowd) if each not in keen]
    for number in [*keen, *others]:
        rng = Random(f"{SEED}/{number}/daily")  # noqa: S311 - not for secrets
        # Some items come again and again, so that there is something to remember.
        own = rng.sample(revisions, min(14, len(revisions)))
        first = DAYS - rng.randrange(EVERY) if number in keen else 1 + rng.randrange(DAYS)
        for back in range(first, 0, -EVERY if number in keen else -DAYS):
            moment = at - timedelta(days=back, minutes=rng.randrange(200))
            drawn = rng.sample(own, min(5, len(own)))
            _five(accounts[number], drawn, moment, rng, rapid=number == others[-1])


def _of_units(accounts: Mapping[str, Account], crowd: Mapping[str, DemoPerson]) -> list[str]:
    """One of every unit."""
    found: dict[str, list[str]] = {}
    for number in accounts:
        found.setdefault(crowd[number].stat_unit, []).append(number)
    return [several[-1] for several in found.values()]


def _five(
    account: Account, revisions: Sequence[int], at: datetime, rng: Random, *, rapid: bool
) -> None:
    start = Start(account, queries.daily_seed(clock.local(at).date()), at)
    run = starting.begin(
        start=start,
        kind=RunKind.DAILY,
        title=RunKind.DAILY.label,
        drawn=revisions,
        reasons=dict.fromkeys(revisions, Reason.MUST_KNOW),
    )
    if any(each.answer for each in run.entries):
        return
    slots = answering.slots(run.entries, start.day)
    given = {slot.slot: _answer(run, slot, right=rng.random() < 0.75) for slot in slots}
    pace = {slot.slot: 1 if rapid else rng.randrange(8, 40) for slot in slots}
    answering.take_over(run=run, answers=given, seconds=pace, at=at + timedelta(minutes=3))


def _answer(run: PracticeRun, slot: Slot, *, right: bool) -> str:
    """The right choice as the page shows it; 不会 for the other."""
    if not right:
        return "{}"
    order = order_of(run.seed, slot.slot, slot)
    places = [order.index(each) if order else each for each in slot.key]
    return json.dumps({"choice": sorted("ABCDEFGHIJ"[each] for each in places)})


def load_notes(
    articles: Articles, accounts: Mapping[str, Account], *, keen: Iterable[str], at: datetime
) -> None:
    """A star and some notes of those named, one on a rule that is amended later."""
    wanted = (
        (
            "信访工作条例",
            "第三十四条",
            "六十日办结，确属复杂最多再延三十日，记得批准和告知两道手续。",
        ),
        ("信访工作条例", "第二十三条", ""),
        ("机关学法用法考核办法（演示用，非真实文件）", "第三条", "五日内申请复核，别错过。"),
    )
    found = {(law, number): each for (law, _, number), each in articles.items()}
    for number in keen:
        for law, name, text in wanted:
            notes.mark(
                person=accounts[number].person,
                article=found[law, name],
                starred=True,
                note=text,
                at=at,
            )
