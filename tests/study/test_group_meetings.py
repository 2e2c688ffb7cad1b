"""A study group's year through the services: what is counted, entered, locked and owed."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import Refused
from courses.hours import services
from courses.hours.conversion import PRESET
from courses.hours.kinds import Activity
from courses.models import Bucket, CreditEntry
from laws.models import Article
from study.group import rules
from study.group.kinds import MemberKind, Presence, SessionForm
from study.group.queries import groups as group_queries
from study.group.queries import meetings as queries
from study.group.queries import tasks
from study.group.rules import Verdict
from study.group.services import attending, closing, documents, groups, meetings
from study.group.services.groups import Seat
from tests.study.group_year import PDF, A, L, P, draft, held, moment


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
    held(place, draft(moment(3, 5), ends_at=moment(3, 5, 12)), P, A, A)
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
