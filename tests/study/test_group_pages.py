"""The pages of a study group, by who is who: plan, attendance, what is each member's own."""

import io

from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from laws.models import Article
from study.group import rules
from study.group.kinds import Presence
from study.group.models.meetings import (
    GroupAttendance,
    GroupCorrection,
    GroupMeeting,
    GroupStudiedLaw,
)
from study.group.queries import groups as group_queries
from study.group.queries import meetings as queries
from study.group.services import meetings
from tests.pages import main, page
from tests.study.group_year import PDF, A, L, P, draft, held, moment, read


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
