"""Whom courses are for, and of whom they are required: by hand, and in the catalogue."""

from datetime import date, timedelta

import pytest

from accounts.standing import Grade, RankGroup
from core import clock
from courses.addressing import EVERYBODY, Aim, Sought, aims_of, declared, meets
from courses.assigning.models import LearningException, LearningRule
from courses.audience import ListRule, Scope
from courses.lessons.models import CourseAudience
from laws.lists.levels import Requirement, Tier
from laws.lists.models import MustKnowArticle, MustKnowEntry, MustKnowList, MustKnowVersion
from tests.factories import NOON

DIVISION, SECTION = RankGroup.DIVISION, RankGroup.SECTION


@pytest.mark.parametrize(
    ("sought", "courses"),
    [
        (Sought(rank_group=DIVISION), "处级 二司 全体 新人"),
        (Sought(rank_group=DIVISION, alone=True), "处级"),
        (Sought(unit_id=2), "处级 接访 二司 全体 新人"),
        (Sought(unit_id=3), "处级 接访 全体 新人"),
        (Sought(unit_id=22), "处级 接访 二司 全体 新人"),
        (Sought(unit_id=2, alone=True), "二司"),
        (Sought(post="接访处处长", alone=True), "接访"),
        (Sought(post="接访", alone=True), "接访"),
        (Sought(newcomers=True, alone=True), "新人"),
        (Sought(newcomers=True, rank_group=SECTION), "接访 二司 全体 新人"),
        (Sought(alone=True), "处级 接访 二司 新人"),
    ],
)
def test_courses_are_found_by_whom_they_are_for(sought, courses) -> None:
    """Unit 22 is what unit 2 became."""
    found = {
        "处级": [declared(DIVISION, None, "")],
        "接访": [declared(SECTION, None, "接访、来访")],
        "二司": [Aim(unit_ids=frozenset({2}))],
        "全体": [EVERYBODY],
        "新人": [Aim(newcomers=True)],
    }
    chain = {22: [2]}
    assert " ".join(name for name, aims in found.items() if meets(aims, sought, chain)) == courses


def test_a_course_is_for_whom_it_names_and_of_whom_it_is_required() -> None:
    assert aims_of(None, []) == [EVERYBODY]
    assert aims_of(declared(None, None, " "), [Scope(frozenset({2}))]) == [Aim(frozenset({2}))]
    units = [Scope(frozenset({each})) for each in (2, 3)]
    assert aims_of(None, units) == [Aim(frozenset({2, 3}))]
    by_list = Scope(audience=[ListRule(DIVISION), ListRule(unit_id=5, post="处长")], post="科")
    assert aims_of(None, [by_list, Scope(grade=Grade.CLERK_1), Scope(dormant=True)]) == [
        Aim(rank_group=DIVISION, posts=("科",)),
        Aim(frozenset({5}), posts=("处长",)),
        Aim(rank_group=SECTION),
    ]


@pytest.fixture
def account(make):
    return make.account()


@pytest.fixture
def client(account, sign_in):
    return sign_in(account)


def titles(client, query: str) -> list[str]:
    page = client.get(f"/courses/{query}").text
    return [part.split(">", 1)[1].split("<")[0] for part in page.split('class="xf-card-link"')[1:]]


def rule(make, course, **given) -> LearningRule:
    today = clock.today()
    made = make.save(LearningRule(**(
        {"title": "入职学法", "starts_on": today, "due_days": 60, "created_at": NOON} | given
    )))  # fmt: skip
    make.assignment(course, rule=made, starts_on=made.starts_on, due_on=made.due_on)
    return made


def test_the_catalogue_narrows_by_audience_with_a_chip_for_each(client, account, make) -> None:
    today = clock.today()
    own, other = account.person.stat_unit, make.unit("二司")
    for_rank, for_unit, for_new = (make.course(10, title=each) for each in ("甲", "乙", "丙"))
    make.course(10, title="丁")
    make.save(CourseAudience(course_id=for_rank.id, rank_group=DIVISION, posts="接访"))
    make.assignment(for_unit, other, starts_on=today, due_on=today)
    rule(make, for_new, joined_from=date(2026, 1, 1))
    assert titles(client, "?rank=division&aimed=only") == ["甲"]
    assert titles(client, "?rank=section") == ["丁", "丙", "乙"]
    assert titles(client, f"?unit={other.id}&aimed=only") == ["乙"]
    assert titles(client, f"?unit={own.id}") == ["丁", "丙", "甲"]
    assert titles(client, "?newcomers=1&aimed=only") == ["丙"]
    assert titles(client, "?post=接访处&aimed=only") == ["甲"]
    page = client.get("/courses/?rank=division&newcomers=1&per_page=50").text
    assert 'href="/courses/?newcomers=1&amp;per_page=50">适用职级：处级' in page
    assert 'href="/courses/?rank=division&amp;per_page=50">适用对象：新录用人员' in page
    assert "面向处级，岗位含接访" in client.get("/courses/").text
    assert client.get("/courses/?unit=x&rank=zzz&newcomers=9&aimed=zz").status_code == 200


def must_know_list(make, version, *numbers: int) -> list[MustKnowEntry]:
    """A list in force with an entry for each article of the version, numbered from 1."""
    owner = make.save(MustKnowList(title="机关清单", created_at=NOON))
    entries = [
        MustKnowEntry(
            position=each, title=f"条目{each}", tier=Tier.GENERAL, law_version=version,
            requirement=Requirement.MASTER,
            articles=[MustKnowArticle(article_id=version.articles[each - 1].id, position=1)],
        )
        for each in numbers
    ]  # fmt: skip
    make.save(MustKnowVersion(
        list_id=owner.id, number=1, created_at=NOON, approved_at=NOON,
        effective_on=date(2026, 1, 1), entries=entries,
    ))  # fmt: skip
    return entries


def test_the_catalogue_narrows_by_the_entry_that_courses_teach_and_cards_name_them(
    client, make
) -> None:
    version = make.version(make.law("测试法"), ["一", "二", "三", "四"])
    entries = must_know_list(make, version, 1, 2, 3, 4)
    make.course(10, title="两条", articles=version.articles[:2])
    make.course(10, title="三条", articles=version.articles[:3])
    make.course(10, title="无关")
    assert titles(client, f"?entry={entries[0].id}") == ["三条", "两条"]
    assert titles(client, f"?entry={entries[2].id}") == ["三条"]
    assert titles(client, f"?entry={entries[2].id}&newcomers=1&aimed=only") == []
    page = client.get(f"/courses/?entry={entries[0].id}").text
    assert "应知应会条目：条目1" in page
    assert "条目1、条目2</p>" in page
    assert "条目1、条目2 等 3 条</p>" in page
    assert "条目4</option>" not in page
    assert client.get("/courses/?entry=999").status_code == 404


def test_a_course_says_of_whom_it_is_required_and_by_when(client, account, make) -> None:
    today, own = date(2026, 3, 2), account.person.stat_unit
    free, bound, ruled = (make.course(10) for _ in range(3))
    page = client.get(f"/courses/{free.id}").text
    assert "您：选修，不限期。" in page
    assert "没有布置为必修，全体人员可以选修。" in page
    later = clock.today() + timedelta(days=40)
    for unit in (make.unit("二司", position=90), own, make.unit("三司", position=91)):
        make.assignment(bound, unit, starts_on=today, due_on=later)
    page = client.get(f"/courses/{bound.id}").text
    assert f"您：<strong>必修</strong>，{later.year}年{later.month}月{later.day}日前完成" in page
    assert f"{own.short_name}、二司、三司</span>" in page
    assert page.count("您在其中") == 1
    made = rule(make, ruled, rank_group=RankGroup.OTHER)
    make.save(LearningException(
        rule_id=made.id, person_id=account.person_id, reason="借调", created_at=NOON
    ))  # fmt: skip
    page = client.get(f"/courses/{ruled.id}").text
    assert "全局 · 其他</span>" in page
    assert "纳入后 60 天内" in page
    assert "已登记您不适用" in page
    assert "您：选修，不限期。" in page
