"""Editions: rules approved, scores recomputed from what was stored, publicity, appeal, final."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Account
from accounts.permissions import Role
from analytics.cli import cli
from analytics.evaluation import queries, trying
from analytics.evaluation.forms import as_fields
from analytics.evaluation.kinds import Level
from analytics.evaluation.models import EvalAppeal, EvalEntry, EvalRules, EvalRun, EvalScore
from analytics.evaluation.rules import PRESET
from analytics.evaluation.services import running
from core import clock
from core.db import db
from core.figures import plain
from courses.models import StudyDay
from exam.kinds import CandidateStatus
from tests.analytics.figures import soup
from tests.factories import NOON, Make

LATER = NOON + timedelta(days=1)
AFTER = NOON + timedelta(days=20)


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with clock.frozen(LATER):
        yield


@pytest.fixture
def bureau(make: Make, sign_in) -> SimpleNamespace:
    """Three of 办信司 and one of 督查室 with a published exam: 90, absent, exempt; 80."""
    letters, inspection = make.unit("办信司"), make.unit("督查室")
    staff = make.account(Role.STAFF, unit=letters)
    absent, exempt = make.person(letters), make.person(letters)
    other = make.account(Role.STAFF, unit=inspection)
    session = make.exam_session(
        make.sealed_form(), staff.person, absent, exempt, other.person, title="年度考试",
        published_at=NOON + timedelta(hours=2),
    )  # fmt: skip
    make.attempt(session, staff.person, 90)
    make.attempt(session, other.person, 80)
    session.candidates[2].status = CandidateStatus.EXEMPT
    session.candidates[2].reason = "病假"
    make.save(session)
    make.save(StudyDay(person_id=staff.person_id, day=NOON.date(), seconds=600))
    make.credit(staff.person, "40", is_law=True)
    return SimpleNamespace(
        letters=letters,
        staff=staff,
        absent=absent,
        exempt=exempt,
        other=other,
        roster=session.roster_id,
        officer=make.account(Role.EXAM_ADMIN, unit=inspection),
        researcher=make.account(Role.RESEARCH_OFFICE, unit=inspection),
        head=make.account(Role.UNIT_HEAD, unit=letters),
        as_=sign_in,
    )


def fields(**changed: Any) -> dict[str, str]:
    data = as_fields(PRESET) | {"year": 2026, "reason": "试行"} | changed
    return {
        name: "y" if value is True else str(value)
        for name, value in data.items()
        if value is not None and value is not False
    }


def approved(bureau: SimpleNamespace, **changed: Any) -> int:
    answer = bureau.as_(bureau.officer).post("/evaluation/rules/new", data=fields(**changed))
    assert answer.status_code == 303, answer.text
    rules_id = int(answer.location.rsplit("/", 1)[1])
    answer = bureau.as_(bureau.researcher).post(f"/evaluation/rules/{rules_id}/approve")
    assert answer.status_code == 303
    return rules_id


def computed(bureau: SimpleNamespace) -> int:
    answer = bureau.as_(bureau.officer).post(
        "/evaluation/editions", data={"year": "2026", "roster": str(bureau.roster)}
    )
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def rows(app: Flask, run_id: int) -> dict[int, EvalScore]:
    with app.app_context():
        return {each.person_id: each for each in queries.all_scores(run_id)}


def differing(app: Flask, run_id: int) -> int:
    with app.app_context():
        return len(running.differing(queries.run(run_id)))


def score_of(app: Flask, run_id: int, who: Account) -> EvalScore:
    return rows(app, run_id)[who.person_id]


def test_rules_are_approved_by_another_and_a_change_is_another_version(app, bureau, make) -> None:
    officer = bureau.as_(bureau.officer)
    wrong = officer.post("/evaluation/rules/new", data=fields(staff_usage=14))
    assert wrong.status_code == 200
    assert "合计为 99，应为 100" in wrong.text
    silent = officer.post("/evaluation/rules/new", data=fields(reason=""))
    assert "请写明另立一版的理由" in silent.text
    refused = officer.post(
        "/evaluation/editions", data={"year": "2026", "roster": str(bureau.roster)}
    )
    assert "还没有经批准的评价规则" in refused.text
    first = approved(bureau)
    second = approved(bureau, staff_usage=10, staff_reporting=15, reason="年中调整")
    assert first != second
    with app.app_context():
        known = db.session.scalars(select(EvalRules).order_by(EvalRules.id)).all()
        assert [(each.year, each.number) for each in known] == [(2026, 1), (2026, 2)]
        assert known[0].rules == PRESET
        assert known[1].approved_by_id == bureau.researcher.id
    # Whoever holds both offices still does not approve their own.
    both = make.account(Role.EXAM_ADMIN, Role.RESEARCH_OFFICE)
    answer = bureau.as_(both).post("/evaluation/rules/new", data=fields())
    page = bureau.as_(both).post(f"{answer.location}/approve", follow_redirects=True)
    assert "不能批准自己编制的规则" in page.text


def test_an_edition_gives_the_same_scores_again_and_new_rules_move_only_new_ones(
    app, bureau
) -> None:
    approved(bureau, least_weight=0)
    first = computed(bureau)
    before = rows(app, first)
    staff = before[bureau.staff.person_id]
    # 学时 15/15, 经常 10 × 1/3 months so far, 考 25 × 0.9, over 50 points that there are.
    assert staff.total == Decimal("81.67")
    assert staff.level is Level.GOOD
    assert before[bureau.absent.id].level is Level.FAILED
    assert before[bureau.exempt.id].total == 0
    assert differing(app, first) == 0
    with app.app_context():
        stored = db.session.get_one(EvalScore, staff.id)
        stored.total = Decimal("99")
        db.session.commit()
    assert differing(app, first) == 1
    with app.app_context():
        db.session.get_one(EvalScore, staff.id).total = staff.total
        db.session.commit()
    approved(bureau, staff_target="320", reason="年中调整")
    second = computed(bureau)
    assert {key: each.total for key, each in rows(app, first).items()} == {
        key: each.total for key, each in before.items()
    }
    assert rows(app, second)[bureau.staff.person_id].total != staff.total
    assert differing(app, first) == differing(app, second) == 0


def test_everybody_reads_what_is_theirs(app, bureau, make) -> None:
    approved(bureau)
    run = computed(bureau)
    mine, theirs = score_of(app, run, bureau.staff), score_of(app, run, bureau.other)
    own = bureau.as_(bureau.staff)
    page = own.get("/evaluation/mine")
    assert "81.67" in page.text
    assert "分数构成" in page.text
    assert own.get(f"/evaluation/mine/{theirs.id}").status_code == 404
    assert own.post(f"/evaluation/mine/{theirs.id}/appeal", data={"reason": "x"}).status_code == 404
    assert own.get(f"/evaluation/scores/{mine.id}").status_code == 403
    head = bureau.as_(bureau.head)
    assert head.get(f"/evaluation/scores/{mine.id}").status_code == 200
    assert head.get(f"/evaluation/scores/{theirs.id}").status_code == 404
    listed = head.get(f"/evaluation/editions/{run}/people").text
    assert bureau.staff.person.name in listed
    assert bureau.other.person.name not in listed
    page = head.get(f"/evaluation/editions/{run}")
    assert "督查室" not in page.text
    assert "等次分布" not in page.text
    assert head.get(f"/evaluation/editions/{run}/departments.xlsx").status_code == 404
    leader = bureau.as_(make.account(Role.BUREAU_LEADER))
    page = leader.get(f"/evaluation/editions/{run}")
    assert "等次分布" in page.text
    # Fewer than five people: an index would tell a person's score.
    assert "/units/" not in page.text
    assert leader.get(f"/evaluation/editions/{run}/units/{bureau.letters.id}").status_code == 404
    assert leader.get(f"/evaluation/scores/{mine.id}").status_code == 403
    researcher = bureau.as_(bureau.researcher)
    assert researcher.get(f"/evaluation/scores/{mine.id}").status_code == 404
    bureau.as_(bureau.staff).post(f"/evaluation/mine/{mine.id}/appeal", data={"reason": "漏登"})
    assert bureau.as_(bureau.researcher).get(f"/evaluation/scores/{mine.id}").status_code == 200


def test_the_officer_opens_every_page_and_the_papers(bureau) -> None:
    approved(bureau, least_weight=0)
    run, officer = computed(bureau), bureau.as_(bureau.officer)
    for page in ("", "/people", "/sensitivity", "/simulation", f"/units/{bureau.letters.id}"):
        assert officer.get(f"/evaluation/editions/{run}{page}").status_code == 200, page
    tried = officer.get(
        f"/evaluation/editions/{run}/simulation",
        query_string=fields(good=85, passed=70, least_weight=0),
    )
    assert "人的等次会变" in tried.text
    assert bureau.staff.person.name in tried.text
    tried = officer.get(
        f"/evaluation/editions/{run}/simulation", query_string=fields(staff_usage=99)
    )
    assert "应为 100" in tried.text
    book = openpyxl.load_workbook(
        io.BytesIO(officer.get(f"/evaluation/editions/{run}/departments.xlsx").data)
    )
    cells = [cell.value for row in book["部门指数"].iter_rows() for cell in row]
    assert "办信司" in cells
    assert officer.get(f"/evaluation/editions/{run}/departments.docx").data[:2] == b"PK"


def test_sensitivity_names_who_moves_to_those_who_may_know(bureau, app) -> None:
    approved(bureau, least_weight=0)
    run = computed(bureau)
    unbound = replace(PRESET, least_weight=Decimal(0))
    with app.app_context():
        scored = queries.all_scores(run)
        moved = {
            each.person_id
            for row in trying.sensitivity([one.inputs for one in scored], unbound)
            for each in row.moves
        }
        names = {each.name for each in scored if each.person_id in moved}
    assert names
    shown = bureau.as_(bureau.officer).get(f"/evaluation/editions/{run}/sensitivity").text
    assert all(f">{name}</a>" in shown for name in names)
    assert "→" in shown
    other = bureau.as_(bureau.researcher).get(f"/evaluation/editions/{run}/sensitivity").text
    assert "名单由人事司查看" in other
    assert not any(f">{name}</a>" in other for name in names)


def test_who_has_data_for_too_little_is_left_without_a_level_and_told_why(bureau, app) -> None:
    approved(bureau)
    run = computed(bureau)
    mine = score_of(app, run, bureau.staff)
    assert (mine.total, mine.level) == (Decimal("81.67"), None)
    page = bureau.as_(bureau.staff).get("/evaluation/mine").text
    assert "不定等次" in page
    assert "有数据的权重只有 50，低于最低有效权重 60，不定等次" in page
    assert "有数据的权重合计低于 60 的不定等次" in page
    officer = bureau.as_(bureau.officer)
    assert "不定等次（有数据的权重不足 60）：" in officer.get(f"/evaluation/editions/{run}").text
    assert "最低有效权重" in officer.get("/evaluation/rules/new").text
    assert differing(app, run) == 0


def appeal(app: Flask, bureau: SimpleNamespace, run: int) -> int:
    mine = score_of(app, run, bureau.staff)
    bureau.as_(bureau.staff).post(f"/evaluation/mine/{mine.id}/appeal", data={"reason": "漏登"})
    with app.app_context():
        return db.session.scalars(select(EvalAppeal.id)).one()


def answer(client: FlaskClient, appeal_id: int, verdict: str, text: str = "已核") -> str:
    page = client.post(
        f"/evaluation/appeals/{appeal_id}", data={"verdict": verdict, "text": text},
        follow_redirects=True,
    )  # fmt: skip
    return page.text


def finalised(bureau: SimpleNamespace, run: int) -> str:
    page = bureau.as_(bureau.officer).post(
        f"/evaluation/editions/{run}/finalise", follow_redirects=True
    )
    return page.text


def test_publicity_appeal_final_and_reversal(app, bureau) -> None:
    approved(bureau)
    run = computed(bureau)
    asked = appeal(app, bureau, run)
    assert appeal(app, bureau, run) == asked  # a second click is the same appeal
    assert "期满才能定版" in finalised(bureau, run)
    with clock.frozen(AFTER):
        assert "还有申诉没有答复" in finalised(bureau, run)
        assert "以外的人复核" in answer(bureau.as_(bureau.officer), asked, "no")
        assert "请写明复核意见" in answer(bureau.as_(bureau.researcher), asked, "no", "")
        assert "复核意见已登记" in answer(bureau.as_(bureau.researcher), asked, "no")
        assert "已定版" in finalised(bureau, run)
        # Only now it is a section of the archive, for whoever sees the scores of the unit.
        score = score_of(app, run, bureau.staff)
        with app.app_context():
            [kept] = queries.archived(score.person_id, 2026, lambda unit: unit == score.unit_id)
            [hidden] = queries.archived(score.person_id, 2026, lambda _: False)
            [before] = queries.archived(score.person_id, 2025, lambda _: True)
        assert kept.figures[0].value == (plain(score.total) if score.total is not None else "—")
        assert (kept.note[:4], hidden.figures, before.note) == (
            "2026", (), "本年度的评价尚未定版。",
        )  # fmt: skip
        with app.app_context():
            row = db.session.get_one(EvalRun, run)
            assert len(row.digest) == 64
            assert running.digest_of(row) == row.digest
        officer = bureau.as_(bureau.officer)
        again = officer.post(
            "/evaluation/editions", data={"year": "2026", "roster": str(bureau.roster)}
        )
        assert "须先冲正" in again.text
        path = f"/evaluation/editions/{run}/reverse"
        assert "请写明理由" in officer.post(path, data={}, follow_redirects=True).text
        reversed_ = officer.post(path, data={"reason": "名单有误"}, follow_redirects=True)
        assert "已冲正" in reversed_.text
        assert "还没有您的评价" in bureau.as_(bureau.staff).get("/evaluation/mine").text


def test_what_the_head_said_is_in_the_archive_once_the_edition_is_final(app, bureau) -> None:
    approved(bureau)
    head, staff = bureau.as_(bureau.head), bureau.staff.person_id
    entry = {"mark": "4", "remark": "依法调解长期纠纷", "items": ["court", "speech"]}
    assert head.post(f"/evaluation/entries/{staff}?year=2026", data=entry).status_code == 303
    run = computed(bureau)

    def words() -> list[list[str]]:
        with app.app_context():
            found = queries.archived(staff, 2026, lambda _: True)
            return [list(each.text) for each in found if each.key == "unit_words"]

    assert words() == []
    with clock.frozen(AFTER):
        finalised(bureau, run)
        assert words() == [[
            "用法评分 4 分（满分 5 分）：依法调解长期纠纷。", "讲法述法：研讨发言、旁听庭审。",
            f"{bureau.head.person.name} 2026年3月3日登记",
        ]]  # fmt: skip
        # What is entered later is of the next edition.
        head.post(f"/evaluation/entries/{staff}?year=2026", data=entry | {"remark": "改写"})
        assert "依法调解" in words()[0][0]


def test_an_accepted_appeal_needs_another_edition_and_none_is_made_too_late(app, bureau) -> None:
    approved(bureau)
    run = computed(bureau)
    asked = appeal(app, bureau, run)
    other = score_of(app, run, bureau.other)
    with clock.frozen(AFTER):
        answer(bureau.as_(bureau.researcher), asked, "yes")
        assert "重新计算一版" in finalised(bureau, run)
        late = bureau.as_(bureau.other).post(
            f"/evaluation/mine/{other.id}/appeal",
            data={"reason": "晚了"},
            follow_redirects=True,
        )
        assert "公示期已过" in late.text
        second = computed(bureau)
    with clock.frozen(AFTER + timedelta(days=20)):
        assert "已有更新的一版" in finalised(bureau, run)
        assert "已定版" in finalised(bureau, second)


def test_heads_enter_their_own_people_and_a_check_can_take_it_out(app, bureau) -> None:
    head, staff = bureau.as_(bureau.head), bureau.staff.person_id
    path = f"/evaluation/entries/{staff}?year=2026"
    assert "请写明事例" in head.post(path, data={"mark": "5", "items": ["speech"]}).text
    entered = {"mark": "4", "remark": "引用准确", "items": ["speech", "court"]}
    assert head.post(path, data=entered).status_code == 303
    own = head.post(f"/evaluation/entries/{bureau.head.person_id}", data={"mark": "3"})
    assert "不能给本人登记" in own.text
    theirs = head.post(f"/evaluation/entries/{bureau.other.person_id}", data={"mark": "3"})
    assert theirs.status_code == 404
    assert bureau.head.person.name in head.get("/evaluation/entries").text
    approved(bureau)
    run = computed(bureau)
    inputs = score_of(app, run, bureau.staff).inputs
    assert (inputs["usage"], inputs["report"]) == (4, ["court", "speech"])
    with app.app_context():
        entry = db.session.scalars(select(EvalEntry.id)).one()
    researcher = bureau.as_(bureau.researcher)
    assert "引用准确" in researcher.get("/evaluation/checks?all=1").text
    bare = researcher.post(
        f"/evaluation/checks/{entry}", data={"verdict": "no"}, follow_redirects=True
    )
    assert "请写明理由" in bare.text
    researcher.post(f"/evaluation/checks/{entry}", data={"verdict": "no", "remark": "查无此事"})
    assert computed(bureau) == run  # a second click
    with clock.frozen(LATER + timedelta(minutes=1)):
        later = score_of(app, computed(bureau), bureau.staff)
    assert later.inputs["usage"] is None
    assert score_of(app, run, bureau.staff).inputs["usage"] == 4


def test_nobody_to_score_is_an_empty_edition(app, bureau, make) -> None:
    approved(bureau)
    bureau.roster = make.roster().id
    run = computed(bureau)
    assert rows(app, run) == {}
    page = bureau.as_(bureau.officer).get(f"/evaluation/editions/{run}")
    assert "没有可列的部门" in page.text
    assert (
        bureau.as_(bureau.officer).get(f"/evaluation/editions/{run}/sensitivity").status_code == 200
    )


def test_the_command_says_the_departments_and_recomputes(app, bureau) -> None:
    runner = app.test_cli_runner()
    assert json.loads(runner.invoke(cli, ["evaluate", "--json"]).output)["edition"] is None
    approved(bureau)
    run = computed(bureau)
    found = runner.invoke(cli, ["evaluate", "--year", "2026", "--json"])
    assert found.exit_code == 0, found.output
    data = json.loads(found.output)
    assert (data["edition"]["id"], data["differing"]) == (run, 0)
    assert [each["unit"] for each in data["units"]] == ["办信司", "督查室"]
    assert data["units"][0]["rank"] is None
    assert sum(data["levels"].values()) == 4


def test_every_number_of_an_index_opens_to_as_many_people(app, bureau, make) -> None:
    approved(bureau)
    run, officer = computed(bureau), bureau.as_(bureau.officer)
    where = f"/evaluation/editions/{run}"
    unit = f"{where}/units/{bureau.letters.id}"
    edition = soup(officer.get(where))
    for link in edition.select("main a[href*='level='], main a[href$='/people']"):
        text = link.get_text(strip=True)
        if text.isdigit():
            assert len(soup(officer.get(link["href"])).select("tbody tr")) == int(text)
    links = soup(officer.get(unit)).select("main td a")
    seen = set()
    for link in links:
        page = soup(officer.get(link["href"]))
        text = page.select_one("main").get_text(" ", strip=True)
        row = [cell.get_text(strip=True) for cell in link.find_parent("tr").select("td")]
        assert f"{row[0]} ÷ {row[1]} = " in text
        assert f"= {row[4]}（全程用分数" in text
        assert "没有上一版" in text
        people = [[cell.get_text(strip=True) for cell in each.select("td")]
                  for each in page.select("#people tbody tr")]  # fmt: skip
        seen.add(link["href"].rsplit("/", 1)[1])
        if not link["href"].endswith("/balance"):
            assert sum(Fraction(each[1]) for each in people) == Fraction(row[0])
            assert sum(Fraction(each[2]) for each in people) == Fraction(row[1])
    assert {"studied", "sat", "passed", "mean", "balance"} <= seen
    # Three of 办信司; of the yearly exam one is exempt and one was away.
    for measure, sizes in (("studied", [1, 3, 2, 0]), ("sat", [1, 2, 1, 1]),
                           ("mean", [1, 1, 0, 2])):  # fmt: skip
        tabs = soup(officer.get(f"{unit}/{measure}")).select(".xf-tabs a")
        assert [int(each.span.get_text()) for each in tabs] == sizes
    groups = {each["href"] for each in edition.select("a[href*='group=']")}
    for each in groups:
        assert soup(officer.get(each)).select("main td a")
    head = bureau.as_(bureau.head)
    assert soup(head.get(f"{unit}/sat")).select("#people tbody tr")
    other = bureau.other.person.stat_unit_id
    assert head.get(f"{where}/units/{other}/sat").status_code == 404
    assert officer.get(f"{unit}/mended").status_code == 404
    assert officer.get(f"{unit}/nonsense").status_code == 404
    leader = bureau.as_(make.account(Role.BUREAU_LEADER))
    assert leader.get(f"{unit}/sat").status_code == 404
    with clock.frozen(LATER + timedelta(hours=1)):
        again = computed(bureau)
        second = bureau.as_(bureau.officer).get(unit.replace(f"/{run}/", f"/{again}/"))
    assert "，持平。" in second.text
