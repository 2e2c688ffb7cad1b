"""Everyday study as staff meet it: the daily five, memory, regularity, notes, anomalies."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import func, select

from accounts.permissions import Role
from core import clock
from courses.models import StudyDay
from study.daily.models import AnomalyNote
from study.notes.models import ArticleMark
from study.practice.kinds import Reason
from study.practice.models import PracticeAnswer, PracticeEntry, PracticeRun
from tests.factories import NOON
from tests.pages import main

pytestmark = pytest.mark.usefixtures("noon")
DAY = timedelta(days=1)


@pytest.fixture
def answered(make):
    """One answer of somebody to a revision, in a run of its own."""

    numbers = count(1)

    def log(person, *revisions, at=NOON, share="1", seconds=20, **given) -> PracticeRun:
        run = PracticeRun(
            person_id=person.id, kind="drill", title="专项练习", started_at=at,
            multi_rule="partial_half", seed=-next(numbers),
        )  # fmt: skip
        run.entries = [
            PracticeEntry(slot=n, revision_id=each.id, marks=1)
            for n, each in enumerate(revisions, 1)
        ]
        make.save(run)
        for entry, each in zip(run.entries, revisions, strict=True):
            make.save(
                PracticeAnswer(
                    entry_id=entry.id, person_id=person.id, revision_id=each.id, at=at,
                    article_id=each.citations[0].article_id, fraction=Decimal(share),
                    seconds=seconds, response="{}",
                )
            )  # fmt: skip
        return run

    return log


def reasons(session) -> dict[str, Reason | None]:
    rows = session.scalars(
        select(PracticeEntry).join(PracticeRun).where(PracticeRun.kind == "daily")
    )
    found = {each.revision.stem: each.reason for each in rows}
    session.rollback()
    return found


# ------------------------------------------------------------------------------ the daily five
def test_each_of_the_daily_five_says_why_and_pressing_twice_is_once(
    make, sign_in, session, answered
) -> None:
    account = make.account()
    due, wrong, _ = (make.revision(stem=each) for each in ("到期的题", "错过的题", "新的题"))
    answered(account.person, due, at=NOON - 30 * DAY)
    answered(account.person, wrong, at=NOON - timedelta(hours=30), share="0")
    client = sign_in(account)
    begun = [client.post("/daily/five") for _ in range(2)]
    assert [each.status_code for each in begun] == [303, 303]
    assert begun[0].location == begun[1].location
    found = reasons(session)
    assert found["到期的题"] is Reason.DUE
    assert found["新的题"] is Reason.FRESH
    # What was wrong yesterday is due today already.
    assert found["错过的题"] in (Reason.DUE, Reason.MISTAKE)
    first = client.get(client.get(begun[0].location).location)
    assert "今日五题：" + Reason.DUE.label in main(first)


def test_an_item_that_is_held_back_is_not_among_the_five(make, sign_in, session) -> None:
    account, form = make.account(), make.sealed_form()
    make.exam_session(form, account.person)
    make.revision(stem="可以练的题")
    assert sign_in(account).post("/daily/five").status_code == 303
    assert set(reasons(session)) == {"可以练的题"}


def test_answers_are_timed_by_the_server(make, sign_in, session) -> None:
    make.revision()
    client = sign_in(make.account())
    url = client.get(client.post("/daily/five").location).location
    with clock.frozen(NOON + timedelta(seconds=7)):
        client.post(url, json={"answers": [{"slot": 1, "seq": 1, "choice": []}]})
    assert session.scalars(select(PracticeAnswer.seconds)).one() == 7


# ------------------------------------------------------------------------------ memory
def test_memory_of_an_article_is_shown_to_its_person_alone(make, sign_in, answered) -> None:
    account = make.account()
    revision = make.revision(article=make.version(make.law("公务员法")).articles[0])
    article = revision.citations[0].article_id
    for n in range(3):
        answered(account.person, revision, at=NOON - (3 - n) * DAY)
    # Clicking through counts for nothing.
    answered(account.person, revision, at=NOON - timedelta(hours=2), share="0", seconds=1)
    own = main(sign_in(account).get(f"/daily/articles/{article}"))
    assert "现在记得" in own
    assert "80%（95% 区间 40%–99%）" in own.replace("\n", "")
    assert "公务员法" in main(sign_in(account).get("/daily/memory"))
    other = sign_in(make.account(Role.STAFF, Role.UNIT_HEAD, unit=account.person.stat_unit))
    assert "还没有答过" in main(other.get(f"/daily/articles/{article}"))
    assert "公务员法" not in main(other.get("/daily/memory"))


def test_an_amended_article_begins_anew_and_one_that_only_moved_goes_on(
    make, sign_in, answered
) -> None:
    account, law = make.account(), make.law("会修改的法")
    old = make.version(law, ["甲。", "乙。", "丙。"])
    for article in old.articles:
        answered(account.person, make.revision(article=article), at=NOON - 20 * DAY)
    new = make.version(
        law, ["新增。", "甲。", "乙改。"],
        promulgated_on=date(2026, 2, 25), effective_on=date(2026, 3, 1),
    )  # fmt: skip
    make.change("renumbered", old, new, 1, 2)
    make.change("edited", old, new, 2, 3)
    make.change("removed", old, new, 3, None)
    make.change("added", old, new, None, 1)
    client = sign_in(account)
    moved, edited, gone = (
        main(client.get(f"/daily/articles/{each}"))
        for each in (new.articles[1].id, new.articles[2].id, old.articles[2].id)
    )
    assert "现在记得" in moved
    assert "还没有答过" in edited
    assert "条文已删去" in gone
    assert "现在记得" not in gone
    page = client.get(f"/daily/articles/{old.articles[0].id}")
    assert f"/daily/articles/{new.articles[1].id}" in page.text
    with clock.frozen(NOON - 3 * DAY):
        before = sign_in(account).get(f"/daily/articles/{old.articles[1].id}")
        assert "现在记得" in main(before)


def test_a_chapter_or_an_article_is_practised_by_itself(make, sign_in, session) -> None:
    version = make.version(make.law("章节法"), ["甲。", "乙。"])
    make.revision(stem="甲题", article=version.articles[0])
    make.revision(stem="乙题", article=version.articles[1])
    client = sign_in(make.account())
    law = client.get(f"/daily/memory/laws/{version.law_id}")
    assert "章节法" in main(law)
    seed = 100_000_001
    begun = client.post("/daily/drill", data={"seed": seed, "article": version.articles[1].id})
    assert begun.status_code == 303
    assert session.scalars(select(PracticeRun.title)).one() == "《章节法》第2条"
    assert len(session.scalars(select(PracticeEntry)).all()) == 1
    session.rollback()
    none = client.post("/daily/drill", data={"seed": seed + 1})
    assert none.location.endswith("/daily/memory"), "nothing is due"


# ------------------------------------------------------------------------------ regularity
def test_regularity_is_the_readers_own_and_by_considered_answers(make, sign_in, answered) -> None:
    account, revision = make.account(), make.revision()
    for number in range(3):
        answered(account.person, revision, at=NOON - 40 * DAY + timedelta(minutes=number))
        answered(account.person, revision, at=NOON - 2 * DAY + timedelta(minutes=number), seconds=1)
    make.save(StudyDay(person_id=account.person_id, day=date(2026, 2, 10), seconds=200))
    page = main(sign_in(account).get("/daily/regularity"))
    # 21 January and 10 February; from 11 February to 1 March are 19 days, from 1 to 20 January 20.
    assert "2 / 3" in page
    assert "2026年1月1日至2026年1月20日" in page
    assert sign_in(account).get("/daily/regularity?year=2031").status_code == 404


def test_the_days_page_has_the_law_of_the_day(make, sign_in) -> None:
    make.version(make.law("宪法"), ["国家的根本法。"])
    with clock.frozen(NOON.replace(month=12, day=4)):
        client = sign_in(make.account())
        assert "国家宪法日" in main(client.get("/daily/"))
        assert "国家宪法日" in main(client.get("/"))


# ------------------------------------------------------------------------------ notes
def test_notes_are_private_exported_and_survive_a_new_version(make, sign_in, session) -> None:
    account, law = make.account(), make.law("笔记法")
    old = make.version(law, ["六十日内办结。"])
    article = old.articles[0].id
    client = sign_in(account)
    client.post(f"/notes/{article}/star", data={"on": 1})
    client.post(f"/notes/{article}/star", data={"on": 1})
    client.post(f"/notes/{article}", data={"note": "记住六十日"})
    assert session.scalar(select(func.count()).select_from(ArticleMark)) == 1
    session.rollback()
    assert "记住六十日" in main(client.get("/notes/"))
    other = sign_in(make.account())
    assert "记住六十日" not in other.get(f"/daily/articles/{article}").text
    assert "记住六十日" not in other.get("/notes/").text
    assert "记住六十日" in client.get("/notes/export").text
    new = make.version(
        law, ["九十日内办结。"], promulgated_on=date(2026, 2, 1), effective_on=date(2026, 3, 1)
    )
    make.change("edited", old, new, 1, 1)
    assert "条文已修改" in main(client.get("/notes/"))
    now = new.articles[0].id
    current = f"/daily/articles/{now}"
    assert "记住六十日" in main(client.get(current))
    assert client.post(f"/notes/{article}/carry").location.split("#")[0] == current
    assert client.post(f"/notes/{article}/carry").status_code == 404
    assert session.scalars(select(ArticleMark.article_id)).one() == now
    session.rollback()
    long = client.post(f"/notes/{now}", data={"note": "长" * 5001})
    assert "不超过 5000 字" in main(long)
    assert "长长长" in long.text, "what was written is still there"
    client.post(f"/notes/{now}", data={"note": ""})
    client.post(f"/notes/{now}/star", data={"on": 0})
    assert session.scalar(select(func.count()).select_from(ArticleMark)) == 0


# ------------------------------------------------------------------------------ anomalies
@pytest.fixture
def rapid(make, answered):
    """Somebody of a unit who answered five items in a second each."""
    person = make.person(make.unit("办信司"))
    answered(person, *[make.revision() for _ in range(5)], seconds=1, at=NOON - DAY)
    return person


def test_anomalies_are_listed_with_evidence_to_the_units_liaison_alone(
    make, sign_in, rapid
) -> None:
    course = make.course(1, body="字" * 4000)
    make.progress(rapid, course, seconds=60, completed_at=NOON - DAY)
    honest = make.person(rapid.stat_unit)
    make.progress(honest, course, seconds=400, completed_at=NOON - DAY)
    make.save(StudyDay(person_id=rapid.id, day=date(2026, 3, 1), seconds=8 * 3600))
    page = main(
        sign_in(make.account(Role.STAFF, Role.LIAISON, unit=rapid.stat_unit)).get(
            "/daily/anomalies"
        )
    )
    for said in ("连续 5 题共用 5 秒", "约 4000 字", "达到每日上限", rapid.name):
        assert said in page
    assert honest.name not in page
    elsewhere = sign_in(make.account(Role.STAFF, Role.LIAISON))
    assert rapid.name not in main(elsewhere.get("/daily/anomalies"))


def test_a_liaison_notes_what_came_of_it_and_nobody_settles_their_own(
    make, sign_in, session, rapid
) -> None:
    liaison = sign_in(make.account(Role.STAFF, Role.LIAISON, unit=rapid.stat_unit))
    subject = session.scalars(select(func.min(PracticeAnswer.id))).one()
    session.rollback()
    url = f"/daily/anomalies/rapid_answers/{subject}"
    assert "请写明核实的情况" in main(liaison.post(url, data={"verdict": "explained"}))
    for _ in range(2):
        told = liaison.post(url, data={"verdict": "explained", "note": "题目刚练过"})
        assert told.status_code == 303
    assert session.scalars(select(AnomalyNote.note)).all() == ["题目刚练过"]
    session.rollback()
    assert rapid.name not in main(liaison.get("/daily/anomalies"))
    assert "题目刚练过" in main(liaison.get(url))
    assert sign_in(make.account(Role.STAFF, Role.LIAISON)).get(url).status_code == 404
    own = sign_in(make.account(Role.STAFF, Role.LIAISON, person=rapid))
    assert "您本人的记录" in main(own.get(url))
    assert own.post(url, data={"verdict": "explained", "note": "没事"}).status_code == 409
    assert "题目刚练过" in main(own.get("/daily/regularity"))


def test_slow_answers_are_no_anomaly(make, sign_in, answered) -> None:
    person = make.person(make.unit())
    answered(person, *[make.revision() for _ in range(6)], seconds=4)
    page = main(sign_in(make.account(Role.EXAM_ADMIN)).get("/daily/anomalies"))
    assert "没有待核实的学习异常" in page


def test_departments_are_shown_without_names_to_those_who_follow_them(make, sign_in) -> None:
    unit, small = make.unit(name="办信司"), make.unit(name="小处")
    people = [make.person(unit, name=f"某人{n}") for n in range(5)]
    for day, who in ((5, people[0]), (6, people[0]), (5, people[1])):
        make.save(StudyDay(person_id=who.id, day=date(2026, 1, day), seconds=200))
    make.save(StudyDay(person_id=people[2].id, day=date(2026, 1, 5), seconds=20))
    make.save(StudyDay(person_id=make.person(small).id, day=date(2026, 1, 5), seconds=200))
    head = sign_in(make.account(Role.STAFF, Role.UNIT_HEAD, unit=unit))
    page = main(head.get("/daily/departments"))
    assert "某人" not in page
    assert "小处" not in page
    assert "办信司 6 2 33.33%" in page
    admin = sign_in(make.account(Role.STAFF, Role.EXAM_ADMIN))
    assert "小处 1 — — — — —" in main(admin.get("/daily/departments"))
    assert sign_in(make.account()).get("/daily/departments").status_code == 403
    assert admin.get("/daily/departments?year=1999").status_code == 404
