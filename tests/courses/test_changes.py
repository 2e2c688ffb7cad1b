"""The worklist of changes of law, its events, and lessons that are to be studied again."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Account, OrgUnit
from accounts.permissions import Role
from accounts.standing import LeaderLevel, RankGroup
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from courses import awareness
from courses.awareness import Number
from courses.models import (
    Assignment,
    Course,
    LessonArticle,
    LessonCase,
    NewLawEvent,
    RestudyDone,
)
from courses.queries import amending as queries
from courses.queries import awareness as reports
from courses.queries import following as follow_queries
from courses.services import amending as services
from courses.services import tasking
from exam.kinds import CandidateStatus, ExamKind
from laws import following
from laws.following import Event
from laws.lists.levels import Requirement, Tier
from laws.lists.models import MustKnowAudience, MustKnowEntry, MustKnowList, MustKnowVersion
from tests.factories import NOON, Make
from tests.pages import main
from tests.pages import page as soup

SignIn = Callable[[Account], FlaskClient]


class Amended:
    """A law whose first article is edited and second removed, a lesson and items on them."""

    def __init__(self, make: Make, app: Flask) -> None:
        self.law = make.law("信访测试条例")
        self.old = make.version(self.law, ["第一条原文三十日。", "第二条原文。", "第三条原文。"])
        self.new = make.version(
            self.law,
            ["第一条新文六十日。", "第三条原文。", "第四条新增。"],
            promulgated_on=date(2026, 2, 20),
            effective_on=date(2026, 6, 1),
            label="2026年修订",
        )
        make.change("edited", self.old, self.new, 1, 1)
        make.change("removed", self.old, self.new, 2, None)
        make.change("renumbered", self.old, self.new, 3, 2)
        make.change("added", self.old, self.new, None, 3)
        self.course = make.course(10, articles=self.old.articles[:3])
        self.item = make.revision(article=self.old.articles[0])
        with app.app_context(), clock.frozen(NOON):
            following.announce(
                Event(self.law.id, self.new.id, NOON, None, [(self.old.id, self.new.id)])
            )
            db.session.commit()
            self.event = db.session.scalars(select(NewLawEvent.id)).one()
            self.case = db.session.scalars(select(LessonCase.id)).one()


@pytest.fixture
def amended(make: Make, app: Flask) -> Amended:
    return Amended(make, app)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def cited(session: Session, amended: Amended) -> list[int]:
    session.expire_all()
    return list(
        session.scalars(
            select(LessonArticle.article_id)
            .where(LessonArticle.lesson_id == amended.course.lessons[0].id)
            .order_by(LessonArticle.position)
        )
    )


def page(client: FlaskClient, url: str) -> str:
    return main(client.get(url))


@pytest.mark.parametrize(
    "role",
    [Role.RESEARCH_OFFICE, Role.ITEM_REVIEWER, Role.ITEM_WRITER, Role.EXAM_ADMIN,
     Role.PAPER_SETTER],
)  # fmt: skip
def test_everybody_with_a_part_sees_the_worklist_and_the_event(
    make: Make, sign_in: SignIn, amended: Amended, role: Role
) -> None:
    client = sign_in(make.account(role))
    assert "《信访测试条例》修订" in page(client, "/changes/")
    shown = page(client, f"/changes/{amended.event}")
    assert "复核试题" in shown
    assert "更新课时" in shown


def test_staff_and_system_administrators_do_not(make: Make, sign_in: SignIn) -> None:
    for role in (Role.STAFF, Role.SYS_ADMIN, Role.AUDITOR):
        assert sign_in(make.account(role)).get("/changes/").status_code == 403


def test_the_research_office_confirms_and_the_tasks_appear(
    make: Make, sign_in: SignIn, amended: Amended
) -> None:
    client = sign_in(make.account(Role.RESEARCH_OFFICE))
    assert "布置新法学习" not in page(client, f"/changes/{amended.event}")
    client.post(f"/changes/{amended.event}/include")
    shown = page(client, f"/changes/{amended.event}")
    assert "布置新法学习" in shown
    assert "2026年3月22日前" in shown
    assert "2026年5月31日前" in shown


def test_declining_needs_a_reason_and_leaves_items_and_lessons_to_be_seen_to(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    client = sign_in(make.account(Role.RESEARCH_OFFICE))
    assert client.post(f"/changes/{amended.event}/decline").status_code == 409
    client.post(f"/changes/{amended.event}/decline", data={"reason": "与本局工作无关"})
    shown = page(client, f"/changes/{amended.event}")
    assert "与本局工作无关" in shown
    assert "复核试题" in shown
    assert "《信访测试条例》" in page(client, "/changes/")
    client.post(f"/changes/{amended.event}/reconsider")
    assert "待研究室确认" in page(client, f"/changes/{amended.event}")


def test_only_the_research_office_decides(make: Make, sign_in: SignIn, amended: Amended) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    for act in ("include", "decline", "reconsider"):
        assert client.post(f"/changes/{amended.event}/{act}").status_code == 403


def test_the_first_texts_of_700_old_laws_open_no_event_and_a_recent_one_does(
    make: Make, app: Flask, session: Session
) -> None:
    old = make.version()
    recent = make.version(promulgated_on=date(2026, 1, 10), effective_on=date(2026, 5, 1))
    with app.app_context():
        for version in (old, recent, recent):
            services.follow(
                Event(version.law_id, version.id, NOON, None), window=timedelta(days=180)
            )
        db.session.commit()
    assert session.scalars(select(NewLawEvent.version_id)).all() == [recent.id]


def test_a_lesson_is_flagged_until_it_cites_the_new_version(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    learner, officer = sign_in(make.account()), sign_in(make.account(Role.EXAM_ADMIN))
    lesson = f"/courses/lessons/{amended.course.lessons[0].id}"
    assert "所引条文已修改" in page(learner, lesson)
    assert "所引条文已修改" in page(officer, f"/courses/manage/{amended.course.id}")
    answer = officer.post(
        f"/changes/lessons/{amended.case}/renew",
        data={"restudy": "no", "event": amended.event},
    )
    assert answer.status_code == 303
    assert cited(session, amended) == [each.id for each in amended.new.articles[:2]]
    assert "所引条文已修改" not in page(learner, lesson)
    assert "已改引新版" in page(officer, f"/changes/{amended.event}")


def test_whoever_completed_a_lesson_before_is_told_once_its_author_asks_for_it(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    done, fresh = make.account(), make.account()
    before = NOON - timedelta(days=3)
    make.progress(done.person, amended.course, completed_at=before)
    make.progress(fresh.person, amended.course)
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    assert "重新学习" not in page(sign_in(done), "/")
    url = f"/changes/lessons/{amended.case}/renew"
    assert officer.post(url, data={"restudy": "yes"}).status_code == 409
    officer.post(url, data={"restudy": "yes", "reason": "期限由三十日改为六十日"})
    client = sign_in(done)
    assert "期限由三十日改为六十日" in page(client, "/")
    assert "期限由三十日改为六十日" not in page(sign_in(fresh), "/")
    lesson = f"/courses/lessons/{amended.course.lessons[0].id}"
    assert "已重新学习" in page(client, lesson)
    for _ in range(2):
        client.post(f"/changes/restudy/{amended.case}")
    assert "期限由三十日改为六十日" not in page(client, "/")
    assert session.scalar(select(func.count()).select_from(RestudyDone)) == 1


def test_a_course_draft_quotes_what_is_new_and_changed(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    assert client.post(f"/changes/{amended.event}/course").status_code == 303
    made = session.scalars(select(Course).where(Course.published_at.is_(None))).one()
    assert [each.article_id for each in made.lessons[0].articles] == [
        amended.new.articles[0].id, amended.new.articles[2].id,
    ]  # fmt: skip
    assert "草稿，发布后可以布置" in page(client, f"/changes/{amended.event}")


def test_study_and_test_are_done_as_soon_as_they_exist(
    make: Make, app: Flask, amended: Amended
) -> None:
    people = [make.person() for _ in range(4)]
    course = make.course(10, articles=amended.new.articles[:1])
    make.assignment(course, starts_on=date(2026, 2, 25))
    form = make.form(make.revision(article=amended.new.articles[0]), marks=100)
    test = make.exam_session(
        form,
        *people,
        exam_kind=ExamKind.NEW_LAW,
        opens_at=NOON - timedelta(days=4),
        closes_at=NOON - timedelta(days=3),
    )
    for person, earned in zip(people[:3], (100, 80, 20), strict=True):
        make.attempt(test, person, Decimal(earned))
    with app.app_context():
        found = queries.progress(amended.new.id, NOON)
    assert (found.assigned_on, found.tested_on) == (date(2026, 2, 25), date(2026, 2, 27))
    assert (found.due, found.passed) == (4, 2)
    assert (found.items, found.items_left) == (1, 1)
    assert (found.lessons, found.lessons_left) == (1, 1)


def listed(make: Make, amended: Amended, *rules: MustKnowAudience) -> MustKnowVersion:
    """A list in force with two entries on the law: one on the old version, one moved on."""
    version = MustKnowVersion(
        owner=MustKnowList(title="机关清单", created_at=NOON),
        number=1, created_at=NOON, approved_at=NOON, effective_on=date(2026, 1, 1),
    )  # fmt: skip
    version.audience = list(rules)
    for place, law_version in enumerate((amended.old, amended.new), 1):
        version.entries.append(
            MustKnowEntry(position=place, title=f"条目{place}", tier=Tier.PRIMARY,
                          requirement=Requirement.MASTER, law_version_id=law_version.id)
        )  # fmt: skip
    return make.save(version)


def test_list_entries_that_still_cite_the_old_version_are_a_task_with_the_way_to_move_them(
    make: Make, app: Flask, sign_in: SignIn, amended: Amended
) -> None:
    with app.app_context():
        assert queries.list_entries(amended.new.id, clock.today()) is None
    version = listed(make, amended)
    with app.app_context():
        assert queries.list_entries(amended.new.id, clock.today()) == (2, 1)
        assert queries.progress(amended.new.id, NOON).entries_left == 1
    research = sign_in(make.account(Role.RESEARCH_OFFICE))
    shown = soup(research.get(f"/changes/{amended.event}"))
    assert "清单条目换版" in shown.get_text()
    [link] = shown.select("#lists a")
    assert link["href"] == f"/laws/lists/versions/{version.id}" or link["href"].endswith(
        f"/lists/versions/{version.id}"
    )
    assert research.get(link["href"]).status_code == 200


def confirmed(app: Flask, amended: Amended) -> None:
    with app.app_context():
        services.include(event=queries.event(amended.event), at=NOON, by=None)
        db.session.commit()


def test_one_press_makes_publishes_and_assigns_the_course_once_it_is_confirmed(
    make: Make, app: Flask, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    url = f"/changes/{amended.event}"
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    assert "下发学习任务" not in page(officer, url)
    assert officer.post(f"{url}/assign").status_code == 409
    confirmed(app, amended)
    assert "布置给全局，2026年3月22日前完成" in page(officer, url)
    assert officer.post(f"{url}/assign").status_code == 303
    [given] = session.scalars(select(Assignment))
    assert given.course.title == "《信访测试条例》新法学习（2026年修订）"
    assert given.course.published_at is not None
    assert [each.article_id for each in given.course.lessons[0].articles] == [
        amended.new.articles[0].id, amended.new.articles[2].id,
    ]  # fmt: skip
    assert (given.unit_id, given.starts_on, given.due_on) == (
        None, date(2026, 3, 2), date(2026, 3, 22),
    )  # fmt: skip
    session.rollback()
    shown = page(officer, url)
    assert "学习任务自2026年3月2日起布置" in shown
    assert officer.post(f"{url}/assign").status_code == 409
    actions = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert {"new_law.assign", "course.publish", "course.assign"} <= set(actions)
    session.rollback()
    research = sign_in(make.account(Role.RESEARCH_OFFICE))
    assert research.post(f"{url}/assign").status_code == 403


def test_the_task_uses_the_course_that_was_made_and_goes_to_the_units_of_the_list(
    make: Make, app: Flask, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    unit = make.unit(name="办信司")
    make.unit()
    listed(make, amended, MustKnowAudience(unit_id=unit.id))
    confirmed(app, amended)
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    officer.post(f"/changes/{amended.event}/course")
    made = session.scalars(select(Course.id).where(Course.published_at.is_(None))).one()
    session.rollback()
    with clock.frozen(NOON + timedelta(days=60)):
        later = sign_in(make.account(Role.EXAM_ADMIN))
        assert later.post(f"/changes/{amended.event}/assign").status_code == 303
    [given] = session.scalars(select(Assignment))
    assert (given.course_id, given.unit_id) == (made, unit.id)
    assert given.due_on == date(2026, 5, 8)


def test_the_task_of_a_list_that_goes_by_rank_and_post_binds_just_those_people(
    make: Make, app: Flask, amended: Amended
) -> None:
    one, two = make.unit(name="一司"), make.unit(name="二司")
    in_unit = make.person(one)
    head = make.person(two, post_title="三处处长")
    chief = make.person(two, leader_level=LeaderLevel.BUREAU_CHIEF)
    make.person(two)
    listed(
        make, amended, MustKnowAudience(unit_id=one.id), MustKnowAudience(post="处长"),
        MustKnowAudience(rank_group=RankGroup.DEPT_LEADER),
    )  # fmt: skip
    confirmed(app, amended)
    bound = {in_unit.id, head.id, chief.id}
    with app.app_context():
        given = tasking.give(event=queries.event(amended.event), at=NOON, by=None)
        learners = follow_queries.learners([given.course.id], day=NOON.date(), unit_id=None)[
            given.course.id
        ]
        assert {each.person_id for each in learners if each.required} == bound
        assert len(given.assignments) == 3


def test_the_report_equals_a_count_by_hand_today_on_day_30_and_on_the_day_of_effect(
    make: Make, app: Flask, sign_in: SignIn, amended: Amended
) -> None:
    # 公布 2026-02-20, 第 30 日 03-22, 施行 06-01; today is 07-01.
    today = NOON + timedelta(days=121)
    one, two = make.unit(name="一司"), make.unit(name="二司")
    a, b, _c = (make.person(one) for _ in range(3))
    d, e = (make.person(two) for _ in range(2))
    course = make.course(10, articles=amended.new.articles[:1])
    make.assignment(course, starts_on=date(2026, 2, 25), due_on=date(2026, 3, 22))
    for person, day in ((a, 3), (b, 40), (d, 115)):
        make.completion(person, course, completed_at=NOON + timedelta(days=day))
    form = make.form(make.revision(article=amended.new.articles[0]), marks=100)
    test = make.exam_session(
        form, a, b, d, e, exam_kind=ExamKind.NEW_LAW,
        opens_at=NOON + timedelta(days=50), closes_at=NOON + timedelta(days=110),
    )  # fmt: skip
    for person, earned, day in ((a, 100, 55), (b, 20, 56), (d, 90, 100)):
        make.attempt(test, person, Decimal(earned), submitted_at=NOON + timedelta(days=day))
    days = awareness.days(date(2026, 2, 20), date(2026, 6, 1), date(2026, 7, 1))
    with app.app_context():
        counted = {
            day: {
                row.unit: (row.study_due, row.studied, row.test_due, row.passed)
                for row in reports.report(amended.new.id, day=day, at=today).rows
                if row.unit in {"一司", "二司", "合计"}
            }
            for day in days.values()
        }
    assert counted == {
        date(2026, 3, 22): {"一司": (3, 1, 0, 0), "二司": (2, 0, 0, 0), "合计": (5, 1, 0, 0)},
        date(2026, 6, 1): {"一司": (3, 2, 2, 1), "二司": (2, 0, 2, 0), "合计": (5, 2, 4, 1)},
        date(2026, 7, 1): {"一司": (3, 2, 2, 1), "二司": (2, 1, 2, 1), "合计": (5, 3, 4, 2)},
    }
    with clock.frozen(today):
        research = sign_in(make.account(Role.RESEARCH_OFFICE))
        shown = soup(research.get(f"/changes/{amended.event}?as_of=begins"))
        cells = [each.get_text(strip=True) for each in shown.select("#awareness tfoot tr > *")]
        assert cells[0] == "合计"
        assert cells[2] == "2"
        assert cells[5] == "不显示"  # who passed of four is for those who may know their results
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        shown = soup(officer.get(f"/changes/{amended.event}?as_of=begins"))
        cells = [each.get_text(strip=True) for each in shown.select("#awareness tfoot tr > *")]
        assert cells[5] == "1"


def test_every_number_of_the_report_opens_to_its_people_within_the_readers_reach(
    make: Make, sign_in: SignIn, amended: Amended
) -> None:
    one, two = make.unit(name="一司"), make.unit(name="二司")
    a, b, _c = (make.person(one, name=each) for each in ("甲", "乙", "丙"))
    d = make.person(two, name="丁")
    course = make.course(10, articles=amended.new.articles[:1])
    make.assignment(course, one, starts_on=date(2026, 2, 25), due_on=date(2026, 3, 22))
    make.completion(a, course, completed_at=NOON + timedelta(days=3))
    form = make.form(make.revision(article=amended.new.articles[0]), marks=100)
    test = make.exam_session(
        form, a, b, d, exam_kind=ExamKind.NEW_LAW,
        opens_at=NOON + timedelta(days=50), closes_at=NOON + timedelta(days=60),
    )  # fmt: skip
    [spared] = [each for each in test.candidates if each.person_id == b.id]
    spared.status, spared.reason = CandidateStatus.EXEMPT, "长期病假"
    make.save(spared)
    make.attempt(test, a, Decimal(100), submitted_at=NOON + timedelta(days=55))
    officer, office = make.account(Role.EXAM_ADMIN), make.account(Role.RESEARCH_OFFICE)
    liaison, head = make.account(Role.LIAISON, unit=one), make.account(Role.UNIT_HEAD, unit=one)
    base = f"/changes/{amended.event}/awareness"
    sign_in(office).post(f"/changes/{amended.event}/include")

    def names(reader: Account, number: str, unit: OrgUnit | None = None) -> set[str] | int:
        query = {"number": number} | ({"unit": unit.id} if unit else {})
        answer = sign_in(reader).get(base, query_string=query)
        if answer.status_code != 200:
            return answer.status_code
        rows = soup(answer).select("#people tbody tr")
        return {row.find("th").get_text() for row in rows} & {"甲", "乙", "丙", "丁"}

    with clock.frozen(NOON + timedelta(days=90)):
        assert {each: names(officer, each) for each in Number} == {
            "study_due": {"甲", "乙", "丙"}, "studied": {"甲"}, "study_left": {"乙", "丙"},
            "study_out": {"丁"}, "test_due": {"甲", "丁"}, "passed": {"甲"}, "test_left": {"丁"},
            "test_out": {"乙", "丙"},
        }  # fmt: skip
        shown = main(sign_in(officer).get(f"{base}?number=test_out&unit={one.id}"))
        assert "免考：长期病假" in shown
        assert "不在新法测试的名单上" in shown
        # Studying and the list of a test are followed, results are for those who see them.
        assert names(office, "study_left") == {"乙", "丙"}
        assert names(office, "test_due") == {"甲", "丁"}
        assert names(office, "passed") == names(office, "test_left") == 404
        assert names(liaison, "study_left", one) == {"乙", "丙"}
        assert names(liaison, "passed", one) == 404
        assert names(head, "passed", one) == {"甲"}
        for reader in (liaison, head):
            assert names(reader, "study_due") == names(reader, "study_due", two) == 404
            table = main(sign_in(reader).get(base))
            assert "一司" in table
            assert "二司" not in table
            assert "合计" not in table
            assert (
                f"/changes/{amended.event}/awareness"
                in sign_in(reader).get("/changes/awareness").text
            )
        assert sign_in(make.account()).get(base).status_code == 403


def test_who_passed_of_a_handful_is_not_told_nor_to_be_worked_out() -> None:
    def row(unit_id: int | None, due: int, passed: int) -> awareness.Row:
        return awareness.Row(unit_id, "", 0, 0, due, passed)

    def shown(*rows: awareness.Row, own: int = 0) -> list[int | None]:
        found = awareness.discreet(rows, lambda each: each.unit_id == own)
        return [each.passed for each in found]

    # The one small department takes the next smallest with it, the total stays.
    assert shown(row(1, 4, 1), row(2, 6, 5), row(3, 9, 9), row(None, 19, 15)) == [None, None, 9, 15]
    # Two small ones of together seven hide each other.
    assert shown(row(1, 4, 1), row(2, 3, 2), row(3, 9, 9), row(None, 16, 12)) == [None, None, 9, 12]
    # Nothing is left to hide it among: the total goes, too.
    assert shown(row(1, 4, 1), row(2, 6, 5), row(None, 10, 6), own=2) == [None, 5, None]
    assert shown(row(1, 4, 1), row(None, 4, 1)) == [None, None]
    assert shown(row(1, 5, 1), row(2, 0, 0), row(None, 5, 1)) == [1, 0, 1]


def test_a_reporting_day_is_offered_once_it_has_passed() -> None:
    made, begins = date(2026, 2, 20), date(2026, 6, 1)
    assert list(awareness.days(made, begins, date(2026, 3, 22))) == [awareness.AsOf.TODAY]
    assert awareness.days(made, begins, date(2026, 3, 23)) == {
        awareness.AsOf.TODAY: date(2026, 3, 23), awareness.AsOf.DAY_30: date(2026, 3, 22),
    }  # fmt: skip
    assert awareness.study_due(made, date(2026, 2, 21)) == date(2026, 3, 22)
    assert awareness.study_due(made, date(2026, 3, 20)) == date(2026, 3, 27)
