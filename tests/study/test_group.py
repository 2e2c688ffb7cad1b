"""Study groups told as stories: through the services, and through the pages by who is who."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.attachments import Upload
from core.db import db
from core.errors import Refused
from courses.hours import services
from courses.hours.conversion import PRESET
from courses.hours.kinds import Activity
from courses.models import Bucket, CreditEntry
from laws.models import Article
from study.group import rules
from study.group.kinds import MemberKind, Presence, SessionForm
from study.group.models.groups import GroupPlan, GroupPlanItem
from study.group.models.meetings import (
    GroupAttendance,
    GroupCorrection,
    GroupMeeting,
    GroupStudiedLaw,
)
from study.group.queries import groups as group_queries
from study.group.queries import meetings as queries
from study.group.queries import tasks
from study.group.rules import Verdict
from study.group.services import attending, closing, documents, groups, meetings
from study.group.services.groups import Seat
from tests.pages import main, page
from tests.study.group_year import A, L, P, draft, held, house, moment

PDF = Upload("材料.pdf", b"%PDF-1.7 x")


@pytest.fixture
def place(app: Flask, make):
    """A group, in an app context whose clock stands at 2 January 2026."""
    with clock.frozen(moment(1, 2)), app.app_context():
        found = house(make)
        db.session.rollback()
        yield found


@pytest.fixture
def seen(app: Flask, make):
    """The same for pages: requests have contexts of their own."""
    with clock.frozen(moment(1, 2)):
        with app.app_context():
            found = house(make)
        yield found


def test_a_year_comes_to_what_a_count_by_hand_says(place) -> None:
    """Three members; quarter 3 has only a pre-meeting study, quarter 4 nothing yet.

    By hand: February 3 of 3, April 2 of 3 (one on leave), May 1 of 3 (leave, absence),
    August 3 of 3: 9 of 12 present, 75.00 %; 2 on leave, 1 absent, 1 made up.
    """
    held(place, draft(moment(2, 5), is_law=False), P, P, P)
    held(place, draft(moment(4, 8), SessionForm.LECTURE), P, P, L)
    may = held(place, draft(moment(5, 6), SessionForm.ENLARGED), P, L, A)
    held(place, draft(moment(8, 20), SessionForm.PRE_MEETING), P, P, P)
    called_off = meetings.create(group=place.group, draft=draft(moment(9, 1)), at=moment(8, 21))
    meetings.cancel(meeting=called_off, reason="另有安排", at=moment(8, 22))
    held(place, draft(moment(10, 9)), P, P, P, close=False)  # not closed: not counted
    line = queries.line_of(may, place.people[2].person_id)
    by = db.session.merge(place.secretary)
    attending.hand_in_makeup(line=line, note="补学了讲座录像", upload=None, at=moment(5, 9), by=by)
    attending.decide_makeup(line=line, confirm=True, reason="", at=moment(5, 10))
    db.session.commit()
    found = queries.year(place.group_id, 2026)
    count = found.count
    assert (count.expected, count.present, count.leave, count.absent) == (12, 9, 2, 1)
    assert (count.made_up, count.owed, count.rate) == (1, 2, Decimal("75.00"))
    own = [found.of_person(each.person_id).rate for each in place.people]
    assert own == [Decimal("100.00"), Decimal("75.00"), Decimal("50.00")]
    said = rules.findings(
        found.held, count, group_queries.parameters(place.group_id, 2026), year=2026,
        today=date(2026, 10, 10),
    )  # fmt: skip
    verdicts = [each.verdict for each in said[:4]]
    assert verdicts == [Verdict.MET, Verdict.MET, Verdict.MISSED, Verdict.OPEN]
    assert [one.number for one in said[1].counted] == [2, 3]


def test_closing_enters_hours_once_and_a_correction_reverses_them(place) -> None:
    made = held(place, draft(moment(2, 5)), P, P, A)
    db.session.expire_all()
    assert closing.is_intact(made)
    by = db.session.merge(place.secretary)
    with pytest.raises(Refused, match="已归档锁定"):
        closing.close(meeting=made, parameters=rules.Parameters(), at=moment(2, 6), by=by)
    entries = db.session.scalars(select(CreditEntry)).all()
    assert [(each.bucket, each.hours) for each in entries] == [(Bucket.GROUP_STUDY, 3)] * 3
    digest = made.digest
    line = queries.line_of(made, place.people[0].person_id)
    found = closing.correct_presence(
        line=line, presence=Presence.LEAVE, why="出差", reason="误登", at=moment(2, 7), by=by
    )
    assert (found.number, found.before, found.after) == (1, "出席", "请假（出差）")
    assert closing.is_intact(made)
    assert made.digest != digest
    sums = dict.fromkeys([each.person_id for each in made.lines], Decimal(0))
    for each in db.session.scalars(select(CreditEntry)):
        sums[each.person_id] += each.hours
    assert [sums[each.person_id] for each in place.people] == [0, 3, 0]
    closing.correct_presence(
        line=line, presence=Presence.PRESENT, why="", reason="核实确已参加", at=moment(2, 8), by=by
    )
    total = sum(each.hours for each in db.session.scalars(select(CreditEntry))
                if each.person_id == line.person_id)  # fmt: skip
    assert (total, len(made.corrections)) == (3, 2)


def test_the_ledger_keeps_days_and_hours_both_with_the_date_of_each_session(place) -> None:
    # A year's cap of 7 hours cuts the second session.
    rule = replace(PRESET[Activity.GROUP_STUDY], valid_from=date(2026, 1, 2), yearly_cap=Decimal(7))
    by = db.session.merge(place.secretary)
    services.set_conversion(rule=rule, basis="", at=moment(1, 2), by=by)
    two_days = draft(moment(2, 5), ends_at=moment(2, 6, 12))
    held(place, two_days, P, A, A)
    held(place, draft(moment(3, 5)), P, A, A)
    held(place, draft(moment(4, 5), SessionForm.PRE_MEETING), A, P, A)
    entries = db.session.scalars(
        select(CreditEntry)
        .where(CreditEntry.person_id != place.invited.person_id)
        .order_by(CreditEntry.earned_on)
    ).all()
    # By hand: two days are 6 hours; of the 3 of March 1 is left, a third of its day.
    assert [(each.earned_on.month, each.days, each.hours) for each in entries] == [
        (2, Decimal(2), Decimal(6)), (3, Decimal("0.33"), Decimal(1)), (4, None, Decimal("0.5")),
    ]  # fmt: skip
    found = queries.year(place.group_id, 2026)
    grid = documents.ledger(place.group, found, 2026).blocks[1]
    assert [row[1:6] for row in grid.rows] == [
        ["2026-02-05 至 2026-02-06", "集体学习研讨", "02月学习", "2", "6"],
        ["2026-03-05", "集体学习研讨", "03月学习", "1", "3"],
        ["2026-04-05", "会前学法", "04月学习", "—", "0.5"],
        ["", "", "3 次", "3", "9.5"],
    ]


def test_six_minutes_enter_no_half_day_and_the_page_says_why(place, sign_in) -> None:
    plan = draft(moment(2, 5), ends_at=moment(2, 5) + timedelta(minutes=6))
    made = held(place, plan, P, P, P, close=False)
    said = "起止时间共 6 分钟，按折算规则登记 0.13 学时，不到规定的 3 学时"
    with clock.frozen(moment(2, 6)):
        secretary = sign_in(place.secretary)
        assert said in secretary.get(f"/group/sessions/{made.id}").text
        done = secretary.post(f"/group/sessions/{made.id}/close", follow_redirects=True).text
    assert "每人登记 0.13 学时" in done
    assert said in done
    hours = db.session.scalars(select(CreditEntry.hours).distinct()).all()
    assert hours == [Decimal("0.13")]
    whole = held(place, draft(moment(2, 9)), P, P, P)
    with clock.frozen(moment(2, 10)):
        assert "登记的学时少于规定" not in secretary.get(f"/group/sessions/{whole.id}").text


def test_a_closed_record_is_locked_and_tampering_shows(place) -> None:
    made = held(place, draft(moment(2, 5)), P, P, P)
    by = db.session.merge(place.secretary)
    with pytest.raises(meetings.Locked):
        meetings.edit(meeting=made, draft=draft(moment(2, 5)), at=moment(2, 6))
    with pytest.raises(meetings.Locked):
        meetings.add_material(meeting=made, kind="core", upload=PDF, at=moment(2, 6), by=by)
    with pytest.raises(meetings.Locked):
        meetings.cancel(meeting=made, reason="x", at=moment(2, 6))
    found = closing.correct_text(
        meeting=made, name="minutes", value="更正后的纪要", reason="漏记", at=moment(2, 6), by=by
    )
    assert (found.before, closing.is_intact(made)) == ("学习了有关内容。", True)
    made.minutes = "悄悄改写"
    assert not closing.is_intact(made)


def test_a_record_closes_only_when_it_is_whole(place, make) -> None:
    plan = replace(draft(moment(2, 5)), minutes="", is_law=True)
    made = meetings.create(group=place.group, draft=plan, at=moment(2, 1))
    assert closing.lacking(made, moment(2, 5)) == [
        "学习尚未结束", "未填纪要", "法治专题须登记所学法律及条款",
        "未登记出席情况：成员甲、成员乙、成员丙、列席人",
    ]  # fmt: skip


def test_laws_are_kept_in_the_version_of_the_day(place, make) -> None:
    law = make.law("测试条例")
    old = make.version(law, ["旧。"], promulgated_on=date(2020, 1, 1), label="旧版")
    new = make.version(law, ["新。"], promulgated_on=date(2026, 3, 1),
                       effective_on=date(2026, 5, 1), label="新版")  # fmt: skip
    for month, version in ((4, old), (5, new)):
        plan = replace(draft(moment(month, 8)), laws=["测试条例"])
        made = meetings.create(group=place.group, draft=plan, at=moment(month, 1))
        assert [each.version_id for each in made.studied] == [version.id]
    assert db.session.get(Article, old.articles[0].id)


def test_members_change_and_the_past_stands(place, make) -> None:
    before = held(place, draft(moment(2, 5)), P, P, P)
    group = place.group
    leaving = next(each for each in group.members if each.person_id == place.people[2].person_id)
    groups.end_membership(member=leaving, left_on=date(2026, 3, 31), at=moment(3, 31))
    db.session.commit()
    newcomer = db.session.merge(make.person(in_study_group=True, name="成员丁"))
    groups.add_member(group=place.group, person=newcomer,
                      seat=Seat(MemberKind.REGULAR, True, date(2026, 4, 1)),
                      at=moment(4, 1))  # fmt: skip
    db.session.commit()
    after = meetings.create(group=place.group, draft=draft(moment(4, 8)), at=moment(4, 2))
    names = [[line.person.name for line in each.lines] for each in (before, after)]
    assert names == [
        ["成员甲", "成员乙", "成员丙", "列席人"],
        ["成员丁", "成员甲", "成员乙", "列席人"],
    ]
    heads = [
        [each.person.name for each in group_queries.members_on(place.group, day) if each.is_head]
        for day in (date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert heads == [["成员甲"], ["成员丁"]]
    db.session.commit()
    stranger = db.session.merge(make.person(name="未标记"))
    with pytest.raises(Refused, match="没有标明“中心组成员”"):
        groups.add_member(group=place.group, person=stranger,
                          seat=Seat(MemberKind.REGULAR, False, date(2026, 4, 1)),
                          at=moment(4, 1))  # fmt: skip


def test_the_plan_goes_from_draft_to_approval_and_on_by_numbered_amendments(
    app, seen, make, sign_in
) -> None:
    place = seen
    make.version(make.law("测试条例"))
    secretary, head = sign_in(place.secretary), sign_in(place.people[0])
    member, base = sign_in(place.people[1]), f"/group/{place.group_id}/plan"
    fields = {"quarter": "2", "form": "discussion", "theme": "学条例", "lead": "成员乙",
              "laws": "测试条例"}  # fmt: skip
    secretary.post(f"{base}/2026", data={"intro": "总体要求"})
    answer = secretary.post(f"{base}/2026/items/new", data=fields | {"laws": "没有的法"})
    assert "没有名称含“没有的法”的法律法规" in main(answer)
    assert "学条例" in answer.text  # nothing is lost
    secretary.post(f"{base}/2026/items/new", data=fields)
    assert "计划尚未批准" in main(member.get(base))
    assert head.post(f"{base}/2026/approve").status_code == 303
    assert read(app, select(GroupPlan.approved_at)) == [(None,)]  # not submitted
    secretary.post(f"{base}/2026/submit")
    assert "待您批准" in main(head.get("/"))
    assert member.post(f"{base}/2026/approve").status_code == 404
    head.post(f"{base}/2026/return", data={"reason": "补充法律"})
    assert "补充法律" in main(secretary.get(base))
    secretary.post(f"{base}/2026/submit")
    head.post(f"{base}/2026/approve")
    assert "学条例" in main(member.get(base))
    [(item,)] = read(app, select(GroupPlanItem.id))
    answer = secretary.post(f"/group/plan/items/{item}", data=fields | {"theme": "学新条例"})
    assert "请写明调整理由" in main(answer)
    secretary.post(f"/group/plan/items/{item}", data=fields | {"theme": "学新条例", "reason": "r"})
    assert "学新条例" not in main(member.get(base)).split("计划调整")[0]
    change = re.search(r"/group/plan/changes/(\d+)/approve", head.get(base).text)[1]
    assert secretary.post(f"/group/plan/changes/{change}/approve").status_code == 403
    head.post(f"/group/plan/changes/{change}/approve")
    assert read(app, select(GroupPlanItem.theme)) == [("学新条例",)]
    secretary.post(f"/group/plan/items/{item}/remove", data={"reason": "并入其他安排"})
    head.post(f"/group/plan/changes/{int(change) + 1}/approve")
    assert "已取消" in main(member.get(base))
    assert member.get(f"{base}/2026.docx").data[:2] == b"PK"


def test_a_study_of_the_plan_is_arranged_with_what_the_plan_says_of_it(
    app, seen, make, sign_in
) -> None:
    place = seen
    make.version(make.law("测试条例"))
    secretary, head = sign_in(place.secretary), sign_in(place.people[0])
    base = f"/group/{place.group_id}"
    secretary.post(f"{base}/plan/2026", data={"intro": ""})
    secretary.post(f"{base}/plan/2026/items/new", data={
        "quarter": "1", "form": "lecture", "theme": "学条例", "lead": "", "laws": "测试条例",
    })  # fmt: skip
    secretary.post(f"{base}/plan/2026/submit")
    head.post(f"{base}/plan/2026/approve")
    [(item,)] = read(app, select(GroupPlanItem.id))
    assert f"/group/{place.group_id}/sessions/new?item={item}" in secretary.get(f"{base}/plan").text
    form = page(secretary.get(f"{base}/sessions/new?item={item}"))
    assert form.select_one("#topic")["value"] == "学条例"
    assert "测试条例" in form.select_one("#studied").get_text()
    assert form.select_one("#form [selected]")["value"] == "lecture"
    assert form.select_one("#minutes") is None  # there is nothing to minute yet
    with app.app_context():
        plan = group_queries.plan_item(item, group_queries.Reader(0, reads_all=True))
        held(place, replace(draft(moment(1, 2)), plan_item=plan), P, P, P)
    assert "sessions/new?item" not in secretary.get(f"{base}/plan").text
    answer = secretary.post(
        f"/group/plan/items/{item}/remove", data={"reason": "x"}, follow_redirects=True
    )
    assert "已经完成并归档" in answer.text


def test_the_rest_of_the_list_is_present_with_one_press(app, seen, sign_in) -> None:
    place = seen
    with app.app_context():
        made = meetings.create(group=place.group, draft=draft(moment(1, 2)), at=moment(1, 1))
        lines = {each.person.name: each.id for each in made.lines}
        number = made.id
        db.session.commit()
    data = {f"presence-{each}": "unknown" for each in lines.values()} | {"rest": "present"}
    data |= {f"presence-{lines['成员乙']}": "leave", f"reason-{lines['成员乙']}": "出差"}
    sign_in(place.secretary).post(f"/group/sessions/{number}/attendance", data=data)
    query = select(GroupAttendance.presence).order_by(GroupAttendance.position, GroupAttendance.id)
    assert [row[0] for row in read(app, query)] == [P, L, P, P]


def test_members_see_themselves_readers_see_all_and_others_nothing(
    app, seen, make, sign_in
) -> None:
    place = seen
    with app.app_context():
        made = held(place, draft(moment(2, 5)), P, P, A)
        made.id  # noqa: B018 - loaded
    url, group = f"/group/sessions/{made.id}", f"/group/{place.group_id}"
    office = sign_in(make.account(Role.RESEARCH_OFFICE))
    stranger = sign_in(make.account())
    member, head = sign_in(place.people[1]), sign_in(place.people[0])
    assert "成员丙" in main(office.get(url))
    assert "成员丙" in main(head.get(url))
    assert "成员丙" not in main(member.get(url))
    mine = f"{group}/people/{place.people[1].person_id}"
    other = f"{group}/people/{place.people[2].person_id}"
    pages = {
        group: (200, 200, 200, 404), url: (200, 200, 200, 404), mine: (200, 200, 200, 404),
        other: (404, 200, 200, 404), f"{group}/members": (404, 200, 200, 404),
        f"{group}/papers": (404, 200, 200, 404), f"{url}.docx": (404, 200, 200, 404),
        f"{group}/report": (200, 200, 403, 404), f"{url}/screen": (403, 403, 403, 403),
        f"{group}/archives/2026.zip": (403, 403, 200, 403),
        f"{group}/sessions": (200, 200, 200, 404), f"{group}/plan": (200, 200, 200, 404),
    }  # fmt: skip
    found = {
        path: tuple(each.get(path).status_code for each in (member, head, office, stranger))
        for path in pages
    }
    assert found == pages
    assert "中心组学习" not in stranger.get("/").text
    assert "/group/" in member.get("/").text


def test_attendance_by_list_names_who_lacks_a_reason_and_keeps_the_rest(app, seen, sign_in) -> None:
    place = seen
    with app.app_context():
        made = held(place, draft(moment(1, 2)), P, P, P, close=False)
        lines = {each.person.name: each.id for each in made.lines}
        url = f"/group/sessions/{made.id}/attendance"
    secretary = sign_in(place.secretary)
    data = {f"presence-{lines['成员甲']}": "leave", f"reason-{lines['成员甲']}": "出国访问",
            f"presence-{lines['成员乙']}": "absent", f"reason-{lines['成员乙']}": ""}  # fmt: skip
    answer = secretary.post(url, data=data, follow_redirects=True)
    assert "已保存 1 人；以下未保存，请补填原因：成员乙：缺席须写明原因" in answer.text
    found = {
        lines["成员甲"]: (Presence.LEAVE, "出国访问"), lines["成员乙"]: (Presence.PRESENT, ""),
    }  # fmt: skip
    query = select(GroupAttendance.id, GroupAttendance.presence, GroupAttendance.reason)
    rows = {row[0]: row[1:] for row in read(app, query)}
    assert {each: rows[each] for each in found} == found


def read(app: Flask, query) -> list:
    """Rows as a request of their own would see them."""
    with app.app_context():
        return [tuple(each) for each in db.session.execute(query)]


def _coming(place) -> tuple[int, int, int]:
    """A session to come, with a material, at which 成员乙 speaks: their line, it, the speech."""
    coming = meetings.create(group=place.group, draft=draft(moment(1, 5)), at=moment(1, 2))
    by = db.session.merge(place.secretary)
    person = db.session.merge(place.people[1].person)
    speech = meetings.add_speaker(
        meeting=coming, at=moment(1, 2), by=by,
        draft=meetings.SpeakerDraft(role="talk", name="", person=person, subject="体会"),
    )  # fmt: skip
    meetings.add_material(meeting=coming, kind="core", upload=PDF, at=moment(1, 2), by=by)
    db.session.commit()
    line = next(each.id for each in coming.lines if each.person_id == person.id)
    return line, coming.materials[0].id, speech.id


def test_what_is_owed_after_a_session_is_pressed_until_it_is_handed_in(place) -> None:
    made = held(place, draft(moment(3, 2)), P, L, A, close=False)
    ids = {each.person_id for each in place.people}
    present, leave, absent = (each.person_id for each in place.people)
    unsaid = held(place, draft(moment(3, 9)), P, P, P, close=False)
    queries.line_of(unsaid, present).presence = Presence.UNKNOWN  # type: ignore[union-attr]
    queries.line_of(unsaid, present).recorded_at = None  # type: ignore[union-attr]
    db.session.flush()

    def owed(at) -> set[tuple[int, str, date]]:
        return {(each.person_id, each.kind, each.due_on) for each in tasks.owed(ids, at)}

    made_up = date(2026, 4, 1)
    assert owed(moment(3, 1)) == set()
    assert owed(moment(3, 10)) == {
        (leave, "group_make_up", made_up), (absent, "group_make_up", made_up),
        (present, "group_explain", date(2026, 3, 16)),
    }  # fmt: skip
    line = queries.line_of(made, leave)
    attending.hand_in_makeup(
        line=line, note="自学", upload=None, at=moment(3, 11),
        by=db.session.merge(place.people[1]),
    )  # fmt: skip
    assert (leave, "group_make_up", made_up) not in owed(moment(3, 12))
    assert {each[0] for each in owed(moment(3, 12))} == {absent, present}


def test_leave_make_up_outline_and_writings_are_the_members_own(app, seen, make, sign_in) -> None:
    place = seen
    with app.app_context():
        line, material, speech = _coming(place)
    member, other = sign_in(place.people[1]), sign_in(place.people[2])
    home = main(member.get("/"))
    assert all(each in home for each in ("参加学习", "1 份核心材料未阅", "提交发言提纲"))
    assert member.get(f"/group/materials/{material}").data == PDF.data
    assert "核心材料未阅" not in main(member.get("/"))
    assert sign_in(make.account()).get(f"/group/materials/{material}").status_code == 404
    assert other.post(f"/group/speakers/{speech}/outline").status_code == 404
    file = (io.BytesIO(PDF.data), "提纲.pdf")
    member.post(f"/group/speakers/{speech}/outline", data={"outline": "一、二、", "file": file})
    assert other.post(f"/group/lines/{line}/leave", data={"reason": "x"}).status_code == 404
    member.post(f"/group/lines/{line}/leave", data={"reason": "出差"})
    assert other.post(f"/group/lines/{line}/leave/back").status_code == 404
    member.post(f"/group/lines/{line}/leave/back")
    said = select(GroupAttendance.presence).where(GroupAttendance.id == line)
    assert read(app, said) == [(Presence.UNKNOWN,)]
    member.post(f"/group/lines/{line}/leave", data={"reason": "出访"})
    with clock.frozen(moment(1, 6)):
        sign_in(place.people[1]).post(f"/group/lines/{line}/leave/back")
        later, secretary = sign_in(place.people[1]), sign_in(place.secretary)
        assert "补学" in main(later.get("/"))
        later.post(f"/group/lines/{line}/make-up", data={"note": "看了录像"})
        # The secretary is led straight to the record, not to the list of groups.
        work = page(secretary.get("/")).select("a[href*='/group/sessions/']")
        assert [each["href"] for each in work if "#makeup-" in each["href"]]
        assert any(each.get_text().startswith("去归档") for each in work)
        assert "补学待确认" in main(secretary.get("/"))
        assert later.post(f"/group/lines/{line}/make-up/confirm").status_code == 403
        secretary.post(f"/group/lines/{line}/make-up/confirm")
    query = select(
        GroupAttendance.presence, GroupAttendance.reason, GroupAttendance.makeup_confirmed_at
    ).where(GroupAttendance.id == line)
    assert read(app, query) == [(Presence.LEAVE, "出访", moment(1, 6))]
    path = f"/group/{place.group_id}/works/new"
    work = {"kind": "notes", "year": "2026", "title": "学习心得", "body": "正文"}
    assert "请填写正文，或上传文件" in main(member.post(path, data=work | {"body": ""}))
    member.post(path, data=work)
    with app.app_context():
        me, of_year = place.people[1].person_id, queries.year(place.group_id, 2026)
        duties = queries.duties(of_year, place.group_id, 2026, [me])
        assert duties[me].writings == 1
    assert other.get("/group/works/1").status_code == 404
    member.post("/group/works/1/withdraw")
    office = sign_in(place.secretary)
    assert "还没有提交" in main(office.get(f"/group/{place.group_id}/works"))


def test_a_session_is_written_closed_and_corrected_on_the_pages(app, seen, make, sign_in) -> None:
    place = seen
    make.version(make.law("测试条例"), ["一。", "二。", "三。"])
    secretary = sign_in(place.secretary)
    fields = {
        "form": "discussion", "topic": "学条例", "is_law": "y", "starts_at": "2026-01-05T09:00",
        "ends_at": "2026-01-05T11:00", "place": "一楼", "chair": "成员甲", "recorder": "书记员",
        "studied": "测试条例 第一条、第三条", "minutes": "纪要",
    }  # fmt: skip
    new = f"/group/{place.group_id}/sessions/new"
    assert "结束时间应晚于开始时间" in main(
        secretary.post(new, data=fields | {"ends_at": "2026-01-05T08:00"})
    )
    assert "没有第九条，请核对条号" in main(
        secretary.post(new, data=fields | {"studied": "测试条例 第九条"})
    )
    secretary.post(new, data=fields)
    [(made,)] = read(app, select(GroupMeeting.id))
    query = select(Article.number).join(GroupStudiedLaw).order_by(GroupStudiedLaw.position)
    assert read(app, query) == [("第1条",), ("第3条",)]
    url = f"/group/sessions/{made}"
    lines = [row[0] for row in read(app, select(GroupAttendance.id).order_by(GroupAttendance.id))]
    with clock.frozen(moment(1, 5, 12)):
        secretary = sign_in(place.secretary)
        assert "归档前还须补齐" in main(secretary.get(url))
        secretary.post(f"{url}/attendance", data={f"presence-{each}": "present" for each in lines})
        secretary.post(f"{url}/close")
        assert "校验通过" in main(secretary.get(url))
        data = {"line_id": lines[0], "presence": "absent", "why": "未到", "reason": "核对签到表"}
        secretary.post(f"{url}/correct/presence", data=data)
        data = {"name": "place", "value": "二楼", "reason": "笔误"}
        secretary.post(f"{url}/correct/text", data=data)
        assert secretary.get(f"{url}.docx").data[:2] == b"PK"
    query = select(GroupCorrection.what).order_by(GroupCorrection.number)
    assert read(app, query) == [("成员甲的出席情况",), ("地点",)]


def test_parameters_of_a_year_are_set_by_the_secretary_alone(app, seen, sign_in) -> None:
    place = seen
    path = f"/group/{place.group_id}/rules?year=2026"
    fields = dict.fromkeys(rules.Parameters.__dataclass_fields__, "2")
    assert sign_in(place.people[0]).post(path, data=fields).status_code == 403
    answer = sign_in(place.secretary).post(path, data=fields | {"attendance_percent": "101"})
    assert "应为 0 至 100 的整数" in main(answer)
    sign_in(place.secretary).post(path, data=fields)
    with app.app_context():
        assert group_queries.parameters(place.group_id, 2026).per_quarter == 2
        assert group_queries.parameters(place.group_id, 2025).per_quarter == 1
