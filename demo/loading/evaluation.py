"""Rules of the evaluation, what heads entered, an edition that is shown, and an appeal."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from accounts.models import Account, RosterSnapshot
from accounts.permissions import Role
from analytics.evaluation import queries
from analytics.evaluation.kinds import ReportItem
from analytics.evaluation.rules import PRESET
from analytics.evaluation.services import entering, ruling, running
from core import clock
from demo.people import DemoPerson

#: What a head has to say, by turns: mark, what it rests on, kinds of 述.
ENTERED: Sequence[tuple[int, str, tuple[ReportItem, ...]]] = (
    (3, "", (ReportItem.SPEECH,)),
    (4, "答复意见书引用条例条文，当事人息诉", (ReportItem.SPEECH, ReportItem.COURT)),
    (2, "", ()),
    (5, "办理结果被收入以案释法案例", (ReportItem.LECTURE, ReportItem.REPORT)),
)


def load(
    accounts: Mapping[str, Account],
    crowd: Mapping[str, DemoPerson],
    *,
    officer: Account,
    researcher: Account,
    heads: Sequence[Account],
    roster: RosterSnapshot,
    year: int,
    at: datetime,
) -> None:
    made = ruling.write(
        year=year, rules=PRESET, reason="演示：试行评价办法", at=at - timedelta(days=3), by=officer
    )
    ruling.approve(rules=made, at=at - timedelta(days=3), by=researcher)
    # The last department has entered nobody yet, so that it can be seen what that comes to.
    for head in heads[:-1]:
        _enter(head, year, at - timedelta(days=2))
    run = running.compute(
        year=year, rules=made, roster=roster, at=at - timedelta(hours=20), by=officer
    )
    plain = next(
        accounts[number].person_id
        for number, each in crowd.items()
        if each.roles == {Role.STAFF} and queries.own(accounts[number].person_id)
    )
    score = next(each for each in queries.all_scores(run.id) if each.person_id == plain)
    asker = next(each for each in accounts.values() if each.person_id == plain)
    running.appeal(
        score=score,
        reason="三月参加过一次庭审旁听，没有登记，请核对。",
        at=at - timedelta(hours=3),
        by=asker,
    )


def _enter(head: Account, year: int, at: datetime) -> None:
    """The head's colleagues but the last, so that a missing indicator can be seen."""
    known = queries.on_the_books(clock.local(at).date(), head.person.stat_unit_id)
    colleagues = [each for each in known if each.id != head.person_id]
    for number, person in enumerate(colleagues[:-1]):
        mark, note, items = ENTERED[number % len(ENTERED)]
        entering.enter(person=person, year=year, mark=mark, note=note, items=items, at=at, by=head)
