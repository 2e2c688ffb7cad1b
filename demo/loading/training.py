"""A plan in force, one class that is over, with survey and tests, and one that is filling up."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from accounts.models import Account
from accounts.permissions import Role
from accounts.standing import RankGroup
from core import clock
from courses.classes.kinds import ClassKind, Mark, Way
from courses.classes.models import ClassUnit, Enrolment, TrainingClass
from courses.classes.queries import people as class_people
from courses.classes.services import (
    arranging,
    attending,
    completing,
    enrolling,
    leaving,
    testing,
)
from courses.classes.services.arranging import ClassDraft, UnitDraft
from courses.classes.services.completing import Decision
from courses.hours.kinds import TrainingKind
from courses.models import CourseCategory
from courses.plans import services as plans
from courses.plans.models import PlanItem
from courses.plans.services import AimDraft, ItemDraft
from courses.quality import services as quality
from courses.quality.questions import REACTION, SurveyKind, teacher_key
from demo.loading import exams
from demo.material import DemoItem
from demo.people import SEED, DemoPerson
from exam.assembling.assembly import SectionPlan
from exam.kinds import ExamKind
from exam.models import Form
from exam.services.assembling import blueprints, building
from question_bank.item_types import ItemType, MultiRule

OVER = "依法办理信访事项专题培训班"
OPEN = "新修订法律学习研修班"
TEST = "依法办理信访事项专题测试"
SEATS = 12
SECTIONS = (SectionPlan(item_type=ItemType.SINGLE_CHOICE, count=5, marks=Decimal(20)),)
Crowd = Mapping[str, DemoPerson]
C = CourseCategory


def load_plan(*, officer: Account, leader: Account, today: date, at: datetime) -> list[PlanItem]:
    """The period's plan and the year's, approved by a leader early in the year."""
    at = min(at, datetime.combine(date(today.year, 1, 9), time(15), clock.LOCAL))
    first = today.year - (today.year - 1) % 5
    period = plans.create_period(
        name=f"{first}—{first + 4}年普法规划期", first_year=first, last_year=first + 4, at=at
    )
    whole = plans.create_plan(period=period, year=None, at=at, by=officer)
    plans.set_aims(plan=whole, draft=AimDraft("把法治教育纳入干部教育培训总体规划，突出宪法教育。",
                                              20, 40, 15), at=at)  # fmt: skip
    plans.add_target(plan=whole, rank_group=RankGroup.DIVISION, staff_category=None,
                     hours=Decimal(550), percent=100, at=at)  # fmt: skip
    plans.approve(plan=whole, at=at, by=leader)
    year = plans.create_plan(period=period, year=today.year, at=at, by=officer)
    plans.set_aims(plan=year, draft=AimDraft("按需施训、学用结合，办好专题班。", 10, 40, 10), at=at)
    for rank, percent in ((RankGroup.SECTION, 80), (RankGroup.DIVISION, 90)):
        plans.add_target(plan=year, rank_group=rank, staff_category=None, hours=Decimal(9),
                         percent=percent, at=at)  # fmt: skip
    items = [
        plans.add_item(plan=year, draft=ItemDraft(title, month, kind, training, category, hours, n),
                       at=at)
        for title, month, kind, training, category, hours, n in (
            (OVER, max(1, today.month - 1), ClassKind.THEMATIC, TrainingKind.SPECIALIZED,
             C.PETITION_WORK, Decimal(9), SEATS),
            (OPEN, today.month, ClassKind.SEMINAR, TrainingKind.IN_SERVICE, C.LAW, Decimal(6), 6),
            ("新录用人员初任培训班", 12, ClassKind.TRAINING, TrainingKind.INITIAL,
             C.CONSTITUTION, Decimal(24), 10),
            ("党内法规专题讲座", 1, ClassKind.LECTURE, TrainingKind.IN_SERVICE,
             C.PARTY_REGULATION, Decimal(3), 60),
        )
    ]  # fmt: skip
    plans.approve(plan=year, at=at, by=leader)
    return items


def load_over(
    crowd: Crowd,
    accounts: Mapping[str, Account],
    items: Mapping[int, DemoItem],
    item: PlanItem,
    *,
    officer: Account,
    at: datetime,
) -> None:
    """Three weeks ago: signed up for, attended, tested before and after, concluded, reviewed."""
    with clock.frozen(at - timedelta(days=40)):
        owner = _class(item, OVER, clock.today() + timedelta(days=19), 2, officer, seats=SEATS,
                       topics=TOPICS, accredited=True, needs_pass=True)  # fmt: skip
        chosen = [accounts[each.staff_number] for each in _some(crowd, accounts, OVER)[:SEATS]]
        for each in chosen:
            _seat(owner, each, officer)
        forms = _forms(officer)
    first, last = (clock.local(unit.starts_at) for unit in (owner.units[0], owner.units[-1]))
    with clock.frozen(at - timedelta(days=30)):
        tests = [
            testing.create(owner=owner, kind=kind, form=form, opens_at=begins,
                           closes_at=begins + timedelta(days=1), minutes=30, at=clock.now(),
                           by=officer)
            for kind, form, begins in (
                (ExamKind.PRE_TEST, forms[0], first - timedelta(days=1)),
                (ExamKind.POST_TEST, forms[1], last + timedelta(hours=4)),
            )
        ]  # fmt: skip
    for session in tests:
        exams.sit(session, crowd, items, session.candidates)
    rng = Random(f"{SEED}/{OVER}")  # noqa: S311 - not for secrets
    for unit in owner.units:
        _attend(owner, unit, rng, officer)
    with clock.frozen(last + timedelta(days=2)):
        decisions = {
            case.enrolment.id: Decision(case.proposal.complete, excellent=place == 0)
            if case.proposal.complete else Decision(False)
            for place, case in enumerate(completing.cases(owner))
        }  # fmt: skip
        completing.conclude(owner=owner, decisions=decisions, at=clock.now(), by=officer)
        _review(owner, chosen, rng)


def _forms(officer: Account) -> list[Form]:
    """Two sealed forms of one blueprint without an item in common."""
    at = clock.now()
    blueprint = blueprints.create_blueprint(
        title=f"{TEST}组卷方案", exam_kind=ExamKind.PRE_TEST, multi_rule=MultiRule.PARTIAL_HALF,
        sections=SECTIONS, at=at, by=officer,
    )  # fmt: skip
    drawn = building.draw_forms(
        blueprint=blueprint, title=TEST, copies=2, seed=11, exam_on=clock.today(), at=at, by=officer
    )
    for form in drawn.forms:
        building.seal(form=form, at=at, by=officer)
    return list(drawn.forms)


def _attend(owner: TrainingClass, unit: ClassUnit, rng: Random, officer: Account) -> None:
    people = {each.id: each for each in class_people.participants(owner.id)}
    marks = {each: rng.choices((Mark.PRESENT, Mark.LATE, Mark.LEAVE), (30, 2, 1))[0]
             for each in people}  # fmt: skip
    with clock.frozen(unit.ends_at):
        attending.take(unit=unit, marks=marks, people=people, way=Way.LIST, at=clock.now(),
                       by=officer)  # fmt: skip


def _review(owner: TrainingClass, people: Sequence[Account], rng: Random) -> None:
    """All but one answer the survey."""
    keys = [each.key for each in REACTION] + [teacher_key(each.id) for each in owner.teachers]
    for place, each in enumerate(people[:-1]):
        quality.answer(
            owner=owner,
            kind=SurveyKind.REACTION,
            person=each.person,
            about_id=each.person_id,
            scores={key: rng.choices((5, 4, 3), (5, 4, 1))[0] for key in keys},
            comment=("案例讲得透，建议多安排分组讨论。", "希望增加网上信访的内容。")[place]
            if place < 2 else "",
            today=clock.today(),
            lot=rng.randrange,
        )  # fmt: skip


def load_open(
    crowd: Crowd, accounts: Mapping[str, Account], item: PlanItem, *, officer: Account, at: datetime
) -> None:
    """In two weeks: full, with a waiting list, one sign-up to decide and one leave asked for."""
    with clock.frozen(at - timedelta(days=3)):
        owner = _class(item, OPEN, clock.today() + timedelta(days=17), 1, officer, seats=6,
                       topics=TOPICS[:2])  # fmt: skip
        chosen = [accounts[each.staff_number] for each in _some(crowd, accounts, OPEN)[:10]]
        for each in chosen[:8]:
            _seat(owner, each, officer)
        for each in chosen[8:]:
            enrolling.sign_up(owner=owner, person=each.person, at=clock.now(), by=each)
        mine = class_people.own(chosen[0].person_id, owner.id)
        unit = owner.units[-1]
        if mine is not None:
            leaving.ask(each=mine, from_at=unit.starts_at, until_at=unit.ends_at,
                        reason="当日参加接访值班", at=clock.now())  # fmt: skip


TOPICS = (
    ("信访工作条例的主要制度", "周老师", "市委党校", C.PARTY_REGULATION, 9),
    ("行政复议与信访的衔接", "吴老师", "政法学院", C.LAW, 14),
    ("宪法精神与依法行政", "周老师", "市委党校", C.CONSTITUTION, 9),
)


def _class(
    item: PlanItem, title: str, first: date, days: int, officer: Account, *, seats: int,
    topics: Sequence[tuple[str, str, str, CourseCategory, int]], accredited: bool = False,
    needs_pass: bool = False,
) -> TrainingClass:  # fmt: skip
    at = clock.now()
    owner = arranging.create(
        draft=ClassDraft(
            title=title, class_kind=item.class_kind, training_kind=item.training_kind,
            category=item.category, organiser="人事司", place="机关第二会议室",
            starts_on=first, ends_on=first + timedelta(days=days - 1), days=Decimal(days),
            signup_from=at, signup_until=at + timedelta(days=10), capacity=seats,
            accredited=accredited, evidence="年度培训计划第一项" if accredited else "",
            full_time=accredited, needs_pass=needs_pass, about="结合工作实际学习有关法律制度。",
            contact="人事司培训处",
        ),
        at=at, by=officer, plan_item_id=item.key,
    )  # fmt: skip
    for place, (topic, teacher, employer, category, hour) in enumerate(topics):
        day = first + timedelta(days=min(place // 2, days - 1))
        begins = datetime.combine(day, time(hour), clock.LOCAL)
        arranging.add_unit(
            owner=owner,
            draft=UnitDraft(begins, begins + timedelta(hours=3), Decimal(3), topic, teacher,
                            employer, category),
            at=at,
        )  # fmt: skip
    arranging.publish(owner=owner, at=at)
    return owner


def _seat(owner: TrainingClass, each: Account, officer: Account) -> Enrolment:
    made = enrolling.sign_up(owner=owner, person=each.person, at=clock.now(), by=each)
    enrolling.decide(each=made, grant=True, text="", at=clock.now(), by=officer)
    return made


def _some(crowd: Crowd, accounts: Mapping[str, Account], why: str) -> list[DemoPerson]:
    """People with an account who are at work, by lot, those whom the demonstration names first."""
    rng = Random(f"{SEED}/{why}")  # noqa: S311 - not for secrets
    found = [each for each in crowd.values() if each.staff_number in accounts
             and each.counts_in_its_unit and each.roles == {Role.STAFF}]  # fmt: skip
    rng.shuffle(found)
    return found
