"""复核: asked for in time, answered by another person, changed only by marking."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.models import Account, RoleGrant
from accounts.permissions import Role
from core import clock
from core.db import db
from exam.marking import rechecks
from exam.models import Attempt, CalendarDay, Final, Marking, Recheck, ScoreChange
from exam.services.assembling import building
from tests.exam.items import SHORT, SINGLE
from tests.factories import NOON
from tests.pages import main, page, shown

FRIDAY = date(2026, 9, 25)
HOLIDAYS = {date(2026, 10, n): False for n in range(1, 8)} | {date(2026, 9, 27): True}


@pytest.mark.parametrize(
    ("count", "calendar", "day"),
    [
        (0, {}, date(2026, 9, 25)),
        (1, {}, date(2026, 9, 28)),
        (5, {}, date(2026, 10, 2)),
        (1, HOLIDAYS, date(2026, 9, 27)),
        (5, HOLIDAYS, date(2026, 10, 8)),
    ],
)
def test_working_days_pass_over_weekends_and_holidays(count, calendar, day) -> None:
    assert rechecks.working_days_after(FRIDAY, count, calendar) == day


def test_the_last_day_counts_to_its_midnight_in_beijing() -> None:
    late = NOON.replace(hour=17)  # Tuesday, one in the morning
    ends = rechecks.ends(late, 1, {}, clock.LOCAL)
    assert ends.isoformat() == "2026-03-05T00:00:00+08:00"


@pytest.fixture
def published(app, noon, make, session, sign_in):
    """A single choice and a short answer, 20 marks each; the short one was given 10."""
    single = SINGLE.columns | {"stem": "您的答案是哪一项"}
    form = make.form(
        make.revision(SINGLE.item_type, **single),
        make.revision(SHORT.item_type, **SHORT.columns),
        marks=20,
    )
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    account = make.account(Role.STAFF, person=make.person(name="王申请"))
    exam = make.exam_session(
        form, account.person, shuffle_options=False, pass_score=Decimal(35),
        excellent_score=Decimal(40),
    )  # fmt: skip
    client = sign_in(account)
    url = client.post(f"/exam/sessions/{exam.id}/attempts").location
    token = BeautifulSoup(client.get(url).data, "html.parser").find(
        "meta", {"name": "attempt-token"}
    )["content"]
    answers = [
        {"slot": 1, "seq": 1, "choice": ["B"]},
        {"slot": 2, "seq": 1, "text": "党委统一领导，政府组织落实"},
    ]
    client.put(f"{url}/answers", json={"answers": answers}, headers={"X-Attempt-Token": token})
    client.post(f"{url}/submit")
    marker = make.account(Role.GRADER)
    grader = sign_in(marker)
    form_at = BeautifulSoup(grader.get(f"/exam/marking/{exam.id}/{form.id}/2").data, "html.parser")
    grader.post(form_at.select_one("form[data-marking]")["action"], data={"points-0": ["0"]})
    exam.published_at, exam.closes_at = NOON, NOON
    session.commit()
    return exam, client, url, grader, account


def row(session, model):
    """The only one, as it is committed now."""
    session.commit()
    found = session.scalars(select(model).execution_options(populate_existing=True)).one()
    session.commit()
    return found


ASK = {"slot": "2", "reason": "写到了组织落实"}
#: What the page sends if nothing but the verdict and the reply is filled in.
UPHELD = {"verdict": "upheld", "reply": "评分无误", "points-2-0": ["0"]}


def test_a_recheck_is_answered_by_another_person_and_changes_the_score(
    published, make, sign_in, session
) -> None:
    _, client, url, marker, _ = published
    assert "以前（含当日）可以申请" in main(client.get(f"{url}/recheck"))
    asked = client.post(f"{url}/recheck", data=ASK)
    assert asked.status_code == 302
    client.post(f"{url}/recheck", data=ASK)
    found = row(session, Recheck)
    assert clock.local(found.due_at).isoformat() == "2026-03-10T00:00:00+08:00"
    assert "第 2 题复核" in main(client.get("/"))
    address = f"/exam/rechecks/{found.id}"
    assert marker.get(address).status_code == 409
    other = sign_in(make.account(Role.GRADER))
    assert "1 件复核待答复" in main(other.get("/"))
    text = main(other.get(address))
    assert ("写到了组织落实" in text, "王申请" in text) == (True, False)
    same = {"verdict": "changed", "reply": "漏看", "points-2-0": ["0"]}
    refused = other.post(address, data=same)
    assert (refused.status_code, "与原评阅相同" in refused.text) == (422, True)
    done = other.post(address, data=same | {"points-2-0": ["0", "1"]})
    assert done.status_code == 302
    change = row(session, ScoreChange)
    assert (change.old, change.new, change.recheck_id) == (30, 35, found.id)
    assert row(session, Attempt).earned == 35
    result = main(client.get(f"{url}/result"))
    assert "成绩由 30 分更正为 35 分" in result
    assert "第 2 题复核：改评" in result
    assert other.post(address, data=same).status_code == 422


def test_what_is_upheld_changes_nothing_and_a_key_is_put_right_by_a_correction(
    published, make, sign_in, session
) -> None:
    _, client, url, _, _ = published
    client.post(f"{url}/recheck", data={"slot": "0", "reason": "请全卷复核"})
    address = f"/exam/rechecks/{row(session, Recheck).id}"
    other = sign_in(make.account(Role.GRADER))
    corrected = other.post(address, data=UPHELD | {"verdict": "corrected"})
    assert "没有已生效的更正" in corrected.text
    # No question has a number of so many figures.
    corrected = other.post(
        address, data=UPHELD | {"verdict": "corrected", f"change-{'9' * 5000}": "1"}
    )
    assert "没有已生效的更正" in corrected.text
    assert other.post(address, data=UPHELD).status_code == 302
    assert row(session, Attempt).earned == 30
    assert session.scalars(select(ScoreChange)).all() == []
    session.commit()
    assert "评分无误" in main(client.get(f"{url}/result"))


@pytest.mark.parametrize("verdict", ["upheld", "corrected"])
def test_points_ticked_otherwise_are_not_dropped_by_a_verdict_that_marks_nothing(
    published, make, sign_in, session, verdict
) -> None:
    _, client, url, _, _ = published
    client.post(f"{url}/recheck", data=ASK)
    address = f"/exam/rechecks/{row(session, Recheck).id}"
    other = sign_in(make.account(Role.GRADER))
    points = "input[name=points-2-0][checked]"
    assert [each["value"] for each in page(other.get(address)).select(points)] == ["0"]
    refused = other.post(
        address, data={"verdict": verdict, "reply": "两点都有", "points-2-0": ["0", "1"]}
    )
    assert (refused.status_code, "第 2 题勾选的采分点与原评阅不同" in refused.text) == (422, True)
    again = shown(refused)
    assert [each["value"] for each in again.select(points)] == ["0", "1"]
    assert again.select_one("textarea[name=reply]").get_text(strip=True) == "两点都有"
    assert row(session, Recheck).answered_at is None


def test_a_form_that_lacks_its_reply_keeps_its_ticks(published, make, sign_in, session) -> None:
    _, client, url, _, _ = published
    client.post(f"{url}/recheck", data=ASK)
    other = sign_in(make.account(Role.GRADER))
    refused = other.post(
        f"/exam/rechecks/{row(session, Recheck).id}",
        data={"verdict": "changed", "points-2-0": ["1"]},
    )
    assert refused.status_code == 422
    ticked = shown(refused).select("input[name=points-2-0][checked]")
    assert [each["value"] for each in ticked] == ["1"]


def test_the_page_speaks_of_the_candidate_but_leaves_the_stem_as_it_is(
    published, make, sign_in, session
) -> None:
    _, client, url, _, _ = published
    client.post(f"{url}/recheck", data=ASK | {"slot": "0"})
    other = sign_in(make.account(Role.GRADER))
    told = main(other.get(f"/exam/rechecks/{row(session, Recheck).id}"))
    assert "您的答案是哪一项" in told
    assert "考生的答案" in told
    assert "考生的作答：" in told
    assert told.count("您的答案") == 1


def test_who_may_not_answer(published, make, sign_in, session) -> None:
    exam, client, url, marker, _ = published
    client.post(f"{url}/recheck", data=ASK)
    number = row(session, Recheck).id
    setter = make.account(Role.EXAM_ADMIN)
    exam.form.sealed_by_id = setter.id
    session.commit()
    at = f"/exam/rechecks/{number}"
    assert sign_in(setter).get(at).status_code == 409
    for other in (sign_in(setter), marker):
        listed = other.get("/exam/rechecks").text
        assert ("须由他人答复" in listed, at in listed) == (True, False)
    listed = sign_in(make.account(Role.GRADER)).get("/exam/rechecks").text
    assert ("须由他人答复" in listed, at in listed) == (False, True)


def test_the_home_page_counts_what_its_reader_may_answer(published, make, sign_in, session) -> None:
    exam, client, url, marker, candidate = published
    for slot in ("1", "2"):
        client.post(f"{url}/recheck", data=ASK | {"slot": slot})
    free = make.account(Role.EXAM_ADMIN)
    assert "2 件复核待答复" in main(sign_in(free).get("/"))
    # Who marked the second item answers for the first; the candidate, once an officer, for none.
    assert "1 件复核待答复" in main(marker.get("/"))
    candidate.grants.append(RoleGrant(role=Role.EXAM_ADMIN, lane=candidate.lane, granted_at=NOON))
    setter = make.account(Role.EXAM_ADMIN)
    exam.form.created_by_id = setter.id
    session.commit()
    for barred in (candidate, setter):
        assert "复核待答复" not in main(sign_in(barred).get("/"))
    with clock.frozen(NOON + timedelta(days=30)):
        assert "2 件已超期" in main(sign_in(free).get("/"))
        assert "1 件已超期" in main(sign_in(marker_account(session)).get("/"))
    session.add(Final(session=exam, number=1, hash="0" * 64, parts={}, made_at=NOON))
    session.commit()
    assert "复核待答复" not in main(sign_in(free).get("/"))


def marker_account(session) -> Account:
    """Who marked."""
    found = session.scalars(select(Account).join(Marking, Marking.marked_by_id == Account.id)).one()
    session.commit()
    return found


def test_who_marked_another_item_of_the_paper_may_answer(published, make, sign_in, session) -> None:
    _, client, url, marker, _ = published
    client.post(f"{url}/recheck", data=ASK | {"slot": "1"})
    assert marker.get(f"/exam/rechecks/{row(session, Recheck).id}").status_code == 200
    client.post(f"{url}/recheck", data=ASK | {"slot": "0"})
    numbers = session.scalars(select(Recheck.id).order_by(Recheck.id)).all()
    session.commit()
    assert marker.get(f"/exam/rechecks/{numbers[1]}").status_code == 409


def test_what_was_asked_before_is_not_taken_for_a_new_request(
    published, make, sign_in, session
) -> None:
    _, client, url, _, _ = published
    client.post(f"{url}/recheck", data=ASK)
    assert "第 2 题（简答题）：已申请" in main(client.get(f"{url}/recheck"))
    again = client.post(f"{url}/recheck", data=ASK | {"reason": "还写到了别的"})
    assert (again.status_code, "同一项只申请一次" in again.text) == (422, True)
    other = sign_in(make.account(Role.GRADER))
    address = f"/exam/rechecks/{row(session, Recheck).id}"
    other.post(address, data=UPHELD)
    again = client.post(f"{url}/recheck", data=ASK)
    assert (again.status_code, "同一项只申请一次" in again.text) == (422, True)


def test_a_recheck_is_asked_for_in_time_and_once_overdue_it_is_listed_so(
    published, make, sign_in, session
) -> None:
    exam, _, url, _, account = published
    session.add(CalendarDay(day=date(2026, 3, 3), working=False))
    session.commit()
    with clock.frozen(NOON + timedelta(days=6)):  # Sunday: the fifth working day is Tuesday
        sign_in(account).post(f"{url}/recheck", data=ASK)
    with clock.frozen(NOON + timedelta(days=9)):
        client = sign_in(account)
        assert "申请期限已于" in client.post(f"{url}/recheck", data=ASK | {"slot": "1"}).text
        assert "申请复核" not in main(client.get(f"{url}/result"))
        exam.recheck_days = 0
        session.commit()
        assert "不受理复核" in client.post(f"{url}/recheck", data=ASK | {"slot": "1"}).text
    assert row(session, Recheck).slot == 2
    with clock.frozen(NOON + timedelta(days=30)):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        assert "已超期" in main(officer.get("/exam/rechecks"))


def test_before_publication_there_is_nothing_to_recheck(published, session) -> None:
    exam, client, url, _, _ = published
    exam.published_at = None
    session.commit()
    assert "成绩公布后才能" in client.post(f"{url}/recheck", data=ASK).text
    assert session.scalars(select(Recheck)).all() == []


def test_the_calendar_is_kept_by_the_officer(app, noon, make, sign_in, session) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    week = {"first": "2026-10-01", "last": "2026-10-07", "working": "0", "note": "国庆节"}
    assert officer.post("/exam/calendar", data=week).status_code == 302
    assert officer.post("/exam/calendar", data=week).status_code == 302
    assert len(session.scalars(select(CalendarDay)).all()) == 7
    session.commit()
    assert officer.post("/exam/calendar", data=week | {"last": "2026-09-01"}).status_code == 422
    text = main(officer.get("/exam/calendar"))
    assert "2026年10月7日 周三" in text
    first = session.scalars(select(CalendarDay.id).order_by(CalendarDay.id)).first()
    session.commit()
    officer.post(f"/exam/calendar/{first}/remove")
    assert len(session.scalars(select(CalendarDay)).all()) == 6
