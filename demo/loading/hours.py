"""Credit hours of the past years, claims at every stage, a rule for newcomers, and reminders."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from flask import current_app

from accounts.models import Account
from accounts.permissions import LANES, Role
from core import clock
from core.db import db
from courses.assigning import services as rules
from courses.assigning.services import RuleDraft
from courses.hours import queries
from courses.hours import services as hours
from courses.hours.conversion import Conversion
from courses.hours.kinds import Activity, Bucket, TrainingKind
from courses.hours.services import ClaimDraft
from courses.models import Course
from courses.reminding import services as reminding
from courses.services import crediting
from demo.people import SEED, DemoPerson

#: What newcomers learn, by the course's title.
FOR_NEWCOMERS = "公务员法与干部学法用法"
#: Title, organiser, days, about law, years back.
ATTENDED = (
    ("依法行政专题培训班", "人事司", "12", True, 0),
    ("处级干部任职能力培训班", "机关党校", "10", False, 1),
    ("信访法治化业务培训班", "研究室", "4", True, 2),
    ("党内法规专题研讨班", "机关党委", "3", True, 3),
)
#: Title, organiser, activity, kind, days; how far each has come.
CLAIMS = (
    ("行政复议实务培训班", "司法行政学院", Activity.FULL_TIME, TrainingKind.SPECIALIZED, "3"),
    ("法治宣传教育法解读讲座", "省委党校", Activity.LECTURE, None, "0.5"),
    ("基层治理法治化研修班", "国家行政学院", Activity.FULL_TIME, TrainingKind.IN_SERVICE, "4.5"),
    ("网络法治专题班", "干部网络学院", Activity.NETWORK, TrainingKind.IN_SERVICE, "2"),
)


def load_rules(catalogue: Mapping[Course, object], *, officer: Account, at: datetime) -> None:
    """A conversion of lectures with a cap, and what newcomers learn."""
    today = clock.local(at).date()
    hours.set_conversion(
        rule=Conversion(Activity.LECTURE, today, Bucket.CONCENTRATED, Decimal(6), Decimal(3),
                        Decimal(30)),
        basis="演示：讲座按半天 3 学时折算",
        at=at,
        by=officer,
    )  # fmt: skip
    course = next(each for each in catalogue if each.title == FOR_NEWCOMERS)
    draft = RuleDraft(
        "新录用人员入职学法", today, due_days=60, joined_from=today - timedelta(days=180)
    )
    rules.make(draft=draft, courses=[course], at=at, by=officer)


def load_hours(
    accounts: Mapping[str, Account],
    crowd: Mapping[str, DemoPerson],
    *,
    officer: Account,
    at: datetime,
) -> None:
    """Old records of training, taken over; and claims of the first unit that has a liaison."""
    today, known = clock.local(at).date(), queries.conversions()
    for number, account in accounts.items():
        if crowd[number].roles & LANES.keys():
            continue
        rng = Random(f"{SEED}/{number}/hours")  # noqa: S311 - not for secrets
        for title, organiser, days, is_law, back in ATTENDED:
            day = date(today.year - back, rng.randrange(1, 13), rng.randrange(1, 28))
            if rng.random() < crowd[number].diligence and crowd[number].joined_on < day < today:
                crediting.take_over(
                    person_id=account.person_id, activity=Activity.FULL_TIME, days=Decimal(days),
                    is_law=is_law, accredited=True, document=f"培训〔{day.year}〕{day.month}号",
                    earned_on=day, reason=f"{organiser}：{title}", at=at, by=officer, rules=known,
                )  # fmt: skip
    liaison, *staff = _of_a_unit(accounts, crowd)
    for place, (claim, filer) in enumerate(zip(CLAIMS, staff, strict=False)):
        _claim(claim, filer, liaison, officer, place, at=at)


def _of_a_unit(accounts: Mapping[str, Account], crowd: Mapping[str, DemoPerson]) -> list[Account]:
    """A liaison, and the plain staff of the same unit."""
    number, first = next(
        (number, each) for number, each in crowd.items()
        if Role.LIAISON in each.roles and number in accounts
    )  # fmt: skip
    staff = [
        accounts[each.staff_number]
        for each in crowd.values()
        if each.stat_unit == first.stat_unit and each.roles == {Role.STAFF}
        and each.staff_number in accounts
    ]  # fmt: skip
    return [accounts[number], *staff]


def _claim(
    claim: tuple[str, str, Activity, TrainingKind | None, str],
    filer: Account,
    liaison: Account,
    officer: Account,
    place: int,
    *,
    at: datetime,
) -> None:
    """The first is left to the liaison, the second to 人事司; the rest are decided."""
    title, organiser, activity, kind, days = claim
    ended = clock.local(at).date() - timedelta(days=20 + place)
    made = hours.file_claim(
        person=filer.person,
        draft=ClaimDraft(
            title, organiser, activity, ended - timedelta(days=int(Decimal(days))), ended,
            Decimal(days), is_law=True, training_kind=kind,
            document=f"外训〔{ended.year}〕{place + 1}号",
        ),
        proof=None,
        sure=True,
        at=at,
        by=filer,
    )  # fmt: skip
    if place >= 1:
        hours.check(claim=made, agrees=True, text="", at=at, by=liaison)
    if place >= 2:
        grants = place == 2
        hours.decide(
            claim=made, grants=grants, accredited=grants,
            text="" if grants else "请补充结业证编号", at=at, by=officer,
        )  # fmt: skip


def remind(*, at: datetime) -> None:
    """What the ladder has to tell by now."""
    db.session.flush()
    reminding.tell(notices=reminding.due(at=at), at=at, config=current_app.config["XUEFA"])
