"""The people of the demonstration bureau: about 150, with the statuses that make counting hard.

Pure and deterministic: the same seed and day give the same people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from accounts import standing
from accounts.permissions import Role
from accounts.standing import DutyStatus, Establishment, Grade, LeaderLevel, StaffCategory
from demo import names
from demo.bureau import ADMINISTRATORS, APART, DUTIES, LEADERSHIP, LENT, UNITS, Apart, UnitPlan

SEED = 20261204


@dataclass(frozen=True)
class DemoPerson:
    staff_number: str
    name: str
    gender: str
    home_unit: str
    work_unit: str
    stat_unit: str
    division: str
    post_title: str
    leader_level: LeaderLevel | None
    grade: Grade | None
    staff_category: StaffCategory
    establishment: Establishment
    duty_status: DutyStatus
    in_study_group: bool
    joined_on: date
    left_on: date | None
    #: 任现职时间; None for people without a post of their own in the bureau.
    post_since: date | None
    note: str
    #: Those who have left hold none.
    roles: frozenset[Role]
    #: How well they know the law, in logits, and how much of their studies they get done (0–1).
    ability: float
    diligence: float

    @property
    def counts_in_its_unit(self) -> bool:
        """On the ranked line of their unit's table and at work: who may be given a duty."""
        counting = standing.counting(self.duty_status, self.staff_category)
        return self.duty_status is DutyStatus.ON_DUTY and counting.line is standing.Line.RANKED


#: The grades of people without a leader's post, by turns.
_STAFF_GRADES = (
    Grade.RESEARCHER_2,
    Grade.RESEARCHER_4,
    Grade.OFFICER_1,
    Grade.OFFICER_1,
    Grade.OFFICER_2,
    Grade.OFFICER_3,
    Grade.OFFICER_4,
    Grade.OFFICER_2,
    Grade.OFFICER_3,
    Grade.CLERK_1,
)


def people(today: date, seed: int = SEED) -> list[DemoPerson]:
    """Everybody, unit by unit in the bureau's order, leaders first, administrators last."""
    rng = Random(seed)  # noqa: S311 - not for secrets
    name_of = {gender: names.stream(rng, gender) for gender in ("男", "女")}
    drafts = [draft for plan in UNITS for draft in _of_unit(plan, rng, name_of, today)]
    drafts = _lend(_give_duties(drafts))
    drafts += _administrators(rng, name_of, today)
    return [
        replace(draft, staff_number=f"XF{number:04d}") for number, draft in enumerate(drafts, 1)
    ]


def _of_unit(
    plan: UnitPlan, rng: Random, name_of: dict[str, Iterator[str]], today: date
) -> Iterator[DemoPerson]:
    posts = _leadership() if plan.name == LEADERSHIP else _posts(plan)
    for place, (title, division, level, grade) in enumerate(posts):
        roles = {Role.STAFF}
        if plan.name == LEADERSHIP:
            roles = {Role.STAFF, Role.BUREAU_LEADER}
        elif place == 0:
            roles = {Role.STAFF, Role.UNIT_HEAD}
        yield _person(
            plan, rng, name_of, today, Apart(plan.name, DutyStatus.ON_DUTY, "", title, grade),
            division=division, level=level, roles=frozenset(roles),
        )  # fmt: skip
    for apart in APART:
        if apart.unit == plan.name:
            division = plan.divisions[apart.division]
            yield _person(plan, rng, name_of, today, apart, division=division)


_Post = tuple[str, str, LeaderLevel | None, Grade | None]


def _leadership() -> Iterator[_Post]:
    yield "局长", "", LeaderLevel.PROVINCIAL_DEPUTY, None
    for _ in range(3):
        yield "副局长", "", LeaderLevel.BUREAU_CHIEF, Grade.INSPECTOR_1
    yield "党组成员", "", LeaderLevel.BUREAU_CHIEF, None


def _posts(plan: UnitPlan) -> Iterator[_Post]:
    """The unit's own people: its leaders, each division's, then everybody else by turns."""
    leader = LeaderLevel
    deputy = "副书记" if plan.name == "机关党委" else f"副{plan.head_title}"
    deputies = 2 if plan.size > 12 else 1
    yield plan.head_title, "", leader.BUREAU_CHIEF, None
    for _ in range(deputies):
        yield deputy, "", leader.BUREAU_DEPUTY, None
    for division in plan.divisions:
        yield "处长", division, leader.DIVISION_CHIEF, Grade.RESEARCHER_1
    seconds = plan.divisions[: len(plan.divisions) // 2]
    for division in seconds:
        yield "副处长", division, leader.DIVISION_DEPUTY, Grade.RESEARCHER_3
    rest = plan.size - 1 - deputies - len(plan.divisions) - len(seconds)
    for index in range(rest):
        grade = _STAFF_GRADES[index % len(_STAFF_GRADES)]
        yield grade.label, plan.divisions[-1 - index % len(plan.divisions)], None, grade


def _person(
    plan: UnitPlan,
    rng: Random,
    name_of: dict[str, Iterator[str]],
    today: date,
    apart: Apart,
    *,
    division: str,
    level: LeaderLevel | None = None,
    roles: frozenset[Role] = frozenset({Role.STAFF}),
) -> DemoPerson:
    gender = apart.gender or rng.choice("男男男女女")
    joined = today - timedelta(apart.joined or _years_of_service(level, apart.grade, rng))
    since = max(joined, today - timedelta(rng.randrange(60, 1500)))
    left = today - timedelta(apart.left) if apart.left else None
    return DemoPerson(
        staff_number="",
        name=next(name_of[gender]),
        gender=gender,
        home_unit=plan.name,
        work_unit=plan.name,
        stat_unit=plan.name,
        division=division,
        post_title=apart.post_title,
        leader_level=level,
        grade=apart.grade,
        staff_category=apart.category,
        establishment=apart.establishment,
        duty_status=apart.status,
        in_study_group=plan.name == LEADERSHIP or Role.UNIT_HEAD in roles,
        joined_on=joined,
        left_on=left,
        post_since=min(since, left) if left else since,
        note=apart.note,
        roles=frozenset() if left else roles,
        ability=round(plan.ability + rng.gauss(0, 0.8), 2),
        diligence=round(min(1.0, max(0.1, plan.diligence + rng.gauss(0, 0.18))), 2),
    )


def _years_of_service(level: LeaderLevel | None, grade: Grade | None, rng: Random) -> int:
    """Days since joining that fit the rank: from clerks of two years to leaders of thirty."""
    if level in {LeaderLevel.PROVINCIAL_DEPUTY, LeaderLevel.BUREAU_CHIEF}:
        years = rng.uniform(24, 34)
    elif level is not None or grade in {Grade.INSPECTOR_2, Grade.RESEARCHER_1, Grade.RESEARCHER_2}:
        years = rng.uniform(14, 28)
    elif grade in {Grade.OFFICER_4, Grade.CLERK_1}:
        years = rng.uniform(2, 5)
    else:
        years = rng.uniform(5, 20)
    return round(years * 365)


def _give_duties(drafts: Sequence[DemoPerson]) -> list[DemoPerson]:
    """Each unit's liaison, and the roles of examinations, to people on duty who hold none yet."""
    given = list(drafts)

    def give(role: Role, unit: str, division: str | None, count: int) -> None:
        free = [
            index
            for index, person in enumerate(given)
            if person.home_unit == unit
            and division in (None, person.division)
            and person.counts_in_its_unit
            and person.roles == {Role.STAFF}
            and not (role is Role.LIAISON and person.leader_level)
        ]
        for index in free[:count]:
            given[index] = replace(given[index], roles=given[index].roles | {role})

    for unit, division, role, count in DUTIES:
        give(role, unit, division, count)
    for plan in UNITS:
        if plan.name != LEADERSHIP:
            give(Role.LIAISON, plan.name, None, 1)
    return given


def _lend(drafts: Sequence[DemoPerson]) -> list[DemoPerson]:
    """One ordinary person works in another unit; the unit they belong to goes on counting them."""
    home, work = LENT
    lent = max(
        index
        for index, person in enumerate(drafts)
        if person.home_unit == home and person.counts_in_its_unit and person.roles == {Role.STAFF}
    )
    return [
        replace(person, work_unit=work, note="临时抽调，编制和统计仍在原单位")
        if index == lent
        else person
        for index, person in enumerate(drafts)
    ]


def _administrators(
    rng: Random, name_of: dict[str, Iterator[str]], today: date
) -> Iterator[DemoPerson]:
    office = next(plan for plan in UNITS if plan.name == "办公室")
    for role, title in ADMINISTRATORS:
        apart = Apart(
            office.name, DutyStatus.ON_DUTY, "系统运维人员，不参加学法考试", title, None,
            StaffCategory.OPERATOR, Establishment.INSTITUTION, joined=500,
        )  # fmt: skip
        yield _person(office, rng, name_of, today, apart, division="", roles=frozenset({role}))
