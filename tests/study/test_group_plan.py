"""The year's plan of a study group: approved, amended by number, and what is arranged from it."""

import re
from dataclasses import replace

from sqlalchemy import select

from study.group.models.groups import GroupPlan, GroupPlanItem
from study.group.queries import groups as group_queries
from tests.pages import main, page
from tests.study.group_year import P, draft, held, moment, read


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
