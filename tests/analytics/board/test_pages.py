"""The board's pages and outputs: what they show, to whom, and that they say the same."""

import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from sqlalchemy import func, select

from accounts.permissions import Role
from accounts.standing import DutyStatus, LeaderLevel
from analytics.board import queries, services, spans
from analytics.board.cli import make_due
from analytics.board.measures import BOARD
from analytics.board.models import BoardEdition, BoardTopic
from analytics.cli import cli
from analytics.measures import Count, Ratio
from analytics.periods import Period
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from tests.analytics.board.edition import LATER, figures, made
from tests.analytics.figures import sheets, soup

pytestmark = pytest.mark.usefixtures("much_later")


def test_the_first_screen_says_what_was_counted_by_hand(board, make, sign_in) -> None:
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/board/"))
    assert figures(page) == {
        "办信司": ["50.00% 3/6", "50.00% 3/6", "50.00% 3/6", "0.00% 0/6", "0.00% 0/6", "0.00% 0/24",
                "100.00% 6/6", "83.33% 5/6", "33.33% 2/6", "72.50 435/6"],
        "办信司（其他人员）": ["0.00% 0/1", "0.00% 0/1", "0.00% 0/1", "0.00% 0/1", "0.00% 0/1",
                       "0.00% 0/4", "0.00% 0/1", "0.00% 0/1", "0.00% 0/1", "— 0/0"],
        "督查室": ["0.00% 0/5", "0.00% 0/5", "0.00% 0/5", "0.00% 0/5", "0.00% 0/5", "0.00% 0/20",
                "75.00% 3/4", "50.00% 2/4", "25.00% 1/4", "70.33 211/3"],
        "投诉办": ["100.00% 1/1", "100.00% 1/1", "100.00% 1/1", "0.00% 0/1", "0.00% 0/1",
                "0.00% 0/4", "100.00% 1/1", "100.00% 1/1", "0.00% 0/1", "77.00 77/1"],
        "各部门小计": ["33.33% 4/12", "33.33% 4/12", "33.33% 4/12", "0.00% 0/12", "0.00% 0/12",
                  "0.00% 0/48", "90.91% 10/11", "72.73% 8/11", "27.27% 3/11", "72.30 723/10"],
        "单列和其他人员小计": ["0.00% 0/1", "0.00% 0/1", "0.00% 0/1", "0.00% 0/1", "0.00% 0/1",
                      "0.00% 0/4", "0.00% 0/1", "0.00% 0/1", "0.00% 0/1", "— 0/0"],
        "合计": ["30.77% 4/13", "30.77% 4/13", "30.77% 4/13", "0.00% 0/13", "0.00% 0/13",
               "0.00% 0/52", "83.33% 10/12", "66.67% 8/12", "25.00% 3/12", "72.30 723/10"],
    }  # fmt: skip
    text = page.get_text(" ", strip=True)
    assert "督查室" in page.select_one(".xf-board-late").get_text()
    assert "快照摘要" in text
    assert page.select("[data-chart-table]")
    assert "起止日期有误" not in text


def test_every_figure_opens_to_the_people_that_it_counts(board, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    with client.application.app_context():
        edition = queries.newest(spans.running(clock.local(LATER).date())[0].period)
        assert edition is not None
        rows = {each.key: each for each in queries.rows(edition, queries.Filter())}
    for key in (f"{board['letters'].id}-ranked", "total"):
        row = rows[key]
        for record in (*BOARD.ratios, BOARD.count("begun"), BOARD.count("excluded")):
            where = f"/analytics/board/figure?row={key}&figure={record.key}&per_page=50"
            page = soup(client.get(where))
            if not isinstance(record, Ratio):
                assert len(page.select("#people tbody tr")) == row.values[record.key]
                continue
            tabs = {
                each.contents[0].strip(): int(each.span.get_text())
                for each in page.select(".xf-tabs a[href*=part]")
            }
            for part, end in (("计入分子", record.numerator), ("计入分母", record.denominator)):
                of = BOARD.record(end)
                if isinstance(of, Count) and of.unit == "人":
                    assert tabs[part] == row.values[end]


def test_of_a_retired_or_exempt_person_the_figures_say_nothing(board, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    aside = soup(client.get("/analytics/board/figure?figure=participation&part=aside"))
    listed = {row.th.get_text(strip=True) for row in aside.select("#people tbody tr")}
    assert listed == {"督查3", "退休"}
    assert "不计入" in aside.get_text()
    assert "第一次计算，没有上次" in aside.get_text()


def test_the_workbook_recomputed_says_what_the_page_says(board, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    book = sheets(client.get("/analytics/board/figures.xlsx"))
    assert book.sheetnames == ["全部指标", "法律法规", "条文", "依据的试卷", "口径"]
    _title, names, *lines = book["全部指标"].iter_rows(values_only=True)
    rows = [dict(zip(names, line, strict=True)) for line in lines if line[1] is not None]
    for row in rows:
        for ratio in BOARD.ratios:
            values = {
                key: None
                if row[BOARD.titles[key]] is None
                else Decimal(str(row[BOARD.titles[key]]))
                for key in (ratio.numerator, ratio.denominator)
            }
            cell = row[ratio.title]
            assert ratio.of(values) == (None if cell is None else Decimal(str(cell)))
    page = figures(soup(client.get("/analytics/board/")))
    for row in rows:
        assert page[row["部门"]][0].split(" ")[0] == f"{row['参学率']:.2f}%"
    assert any("快照摘要" in str(line[0]) for line in lines)
    laws = next(iter(book["法律法规"].iter_rows(min_row=3, max_row=3, values_only=True)))
    # Ten people, 723 of 1,000 marks.
    assert laws[1:3] == (10, 72.3)


def test_paper_and_interface_carry_the_same_figures(board, make, sign_in, session) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    answer = client.get("/analytics/board/figures.docx")
    paper = Document(io.BytesIO(answer.data))
    text = "\n".join(each.text for each in paper.paragraphs)
    assert "应参学 13 人" in text
    assert "参考率 83.33%（10/12）" in text
    assert "来信0" not in text
    data = client.get("/analytics/board/figures.json").get_json()
    total = data["rows"][-1]
    assert (total["values"]["due"], total["figures"]["participation"]) == (13, 83.33)
    assert data["digest"][:16] in text
    assert {each["key"] for each in data["records"]} == {each.key for each in BOARD.records}
    [table] = paper.tables
    last = [cell.text for cell in table.rows[-1].cells]
    assert last[:3] == ["合计", "13", "30.77%"]
    # To be passed on: nothing of a handful, though 人事司 may know them, nor of who goes with them.
    blank = [row.cells[0].text for row in table.rows if {c.text for c in row.cells[1:]} == {"—"}]
    assert blank == [
        "办信司（其他人员）", "督查室", "投诉办", "各部门小计", "单列和其他人员小计",
    ]  # fmt: skip
    actions = session.scalars(select(AuditRecord.action)).all()
    assert actions.count("board.export") == 2


@pytest.mark.parametrize("role", [Role.BUREAU_LEADER, Role.RESEARCH_OFFICE])
def test_leaders_see_no_names_and_nothing_of_a_handful(board, make, sign_in, role: Role) -> None:
    client = sign_in(make.account(role))
    page = soup(client.get("/analytics/board/"))
    found = figures(page)
    # 投诉办 and the guest are alone; 督查室 goes with them, lest the sums give them away.
    assert set(found["投诉办"]) == {"—"}
    assert set(found["办信司（其他人员）"]) == {"—"}
    assert set(found["督查室"]) == {"—"}
    assert found["办信司"][0] == "50.00% 3/6"
    opened = soup(client.get("/analytics/board/figure?figure=completion"))
    assert "名单不对您开放" in opened.get_text()
    assert not opened.select("#people")
    alone = board["complaints"].id
    assert client.get(f"/analytics/board/figure?row={alone}-ranked&figure=due").status_code == 404
    assert "人数太少，不显示" in soup(client.get(f"/analytics/board/units/{alone}")).get_text()
    assert client.get(f"/analytics/board/people/{board['alone'].id}").status_code == 403
    rows = client.get("/analytics/board/figures.json").get_json()["rows"]
    assert next(row for row in rows if row["unit"] == "投诉办")["hidden"]
    assert "孤单" not in json.dumps(rows, ensure_ascii=False)


def test_weak_laws_name_and_open_the_papers_that_they_rest_on(board, make, sign_in, app) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    said = f"法律、条文得分率所依据的试卷：《年度考试》{board['form'].title}（10 份）"
    page = soup(client.get("/analytics/board/"))
    assert said in page.get_text()
    link = page.select_one('a[href*="/analytics/weak-points?"]')
    assert link.get_text() == "年度考试"
    assert "年度考试" in soup(client.get(link["href"])).get_text()
    book = sheets(client.get("/analytics/board/figures.xlsx"))
    rows = {each.title: list(each.iter_rows(values_only=True)) for each in book}
    assert rows["依据的试卷"][2][:3] == ("年度考试", board["form"].title, 10)
    assert all(any(row[0] == said for row in rows[name]) for name in ("法律法规", "条文"))
    paper = Document(io.BytesIO(client.get("/analytics/board/figures.docx").data))
    assert [each.text for each in paper.paragraphs].count(f"{said}。") == 1
    data = client.get("/analytics/board/figures.json").json
    assert [(each["session_id"], each["scripts"]) for each in data["sources"]] == [
        (board["exam"].id, 10)
    ]
    with app.app_context():
        edition = db.session.scalars(select(BoardEdition)).one()
        edition.content = {k: v for k, v in edition.content.items() if k != "sources"}
        edition.digest = "0" * 64
        db.session.commit()
    assert "这一版没有记下" in soup(client.get("/analytics/board/")).get_text()


def test_a_head_is_led_to_the_own_department_and_opens_only_it(board, make, sign_in) -> None:
    letters, inspection = board["letters"], board["inspection"]
    client = sign_in(make.account(Role.UNIT_HEAD, unit=letters))
    answer = client.get("/analytics/board/?period=2026")
    assert answer.location == f"/analytics/board/units/{letters.id}?period=2026"
    page = soup(client.get(answer.location))
    assert list(figures(page)) == ["办信司", "办信司（其他人员）", "合计"]
    assert (
        "来信5"
        in client.get(
            f"/analytics/board/figure?row={letters.id}-ranked&figure=pass_due&part=rest"
        ).text
    )
    assert client.get(f"/analytics/board/units/{inspection.id}").status_code == 404
    other = f"/analytics/board/figure?row={inspection.id}-ranked&figure=study"
    assert client.get(other).status_code == 404
    assert "名单不对您开放" in client.get("/analytics/board/figure?figure=study").text
    assert client.get("/analytics/board/wall").status_code == 404
    assert client.get("/analytics/board/charts/scores.svg").status_code == 404
    assert client.get(f"/analytics/board/units/{letters.id}/charts/boxes.svg").status_code == 200
    assert client.get(f"/analytics/board/people/{board['others'][0].id}").status_code == 404
    book = sheets(client.get("/analytics/board/figures.xlsx"))
    names = [row[1] for row in book["全部指标"].iter_rows(min_row=3, values_only=True)]
    assert [each for each in names if each] == ["办信司", "办信司（其他人员）", "合计"]
    law = client.get("/analytics/board/laws?title=" + board["form"].slots[0].revision.citations[
        0].article.version.law.title)  # fmt: skip
    assert "督查室" not in law.text


def test_a_liaison_opens_who_studied_and_not_who_passed(board, make, sign_in) -> None:
    letters = board["letters"]
    client = sign_in(make.account(Role.LIAISON, unit=letters))
    where = f"/analytics/board/figure?row={letters.id}-ranked&figure="
    assert "来信0" in client.get(where + "study").text
    for key in ("pass_due", "mean", "excellent", "settled", "score_sum"):
        page = client.get(where + key)
        assert "名单不对您开放" in page.text
        assert "来信" not in page.text
    person = client.get(f"/analytics/board/people/{board['own'][5].id}")
    assert "合格率" not in person.text
    assert "参学率" in person.text


def test_a_person_sees_the_own_standing_without_scores(board, make, sign_in) -> None:
    own = board["own"][0]
    client = sign_in(make.account(Role.STAFF, person=own))
    page = soup(client.get("/analytics/board/mine"))
    assert "100.00%" in page.get_text()
    assert "平均分" not in page.get_text()
    assert client.get(f"/analytics/board/people/{board['own'][1].id}").status_code == 403
    head = sign_in(make.account(Role.UNIT_HEAD, unit=board["letters"]))
    assert "平均分" in soup(head.get(f"/analytics/board/people/{own.id}")).get_text()
    stranger = sign_in(make.account(Role.STAFF))
    assert "还没有您的数据" in soup(stranger.get("/analytics/board/mine")).get_text()


def test_the_wall_names_nobody_whoever_signed_in(board, make, sign_in) -> None:
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/board/wall"))
    text = page.get_text(" ", strip=True)
    names = [each.name for each in (*board["own"], *board["others"], board["alone"])]
    assert not any(name in text for name in names)
    assert "投诉办" not in text
    assert page.select_one("[data-wall]")["data-digest"]


def test_charts_are_drawn_of_what_the_tables_hold(board, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    for name in ("progress", "funnel", "months", "scores", "boxes", "regularity"):
        assert client.get(f"/analytics/board/charts/{name}.svg").status_code == 200, name
    assert client.get("/analytics/board/charts/none.svg").status_code == 404
    page = soup(client.get("/analytics/board/"))
    funnel = next(each for each in page.select("figure") if "有必修任务" in each.get_text())
    cells = [[cell.get_text(strip=True) for cell in row.select("th, td")]
             for row in funnel.select("tbody tr")]  # fmt: skip
    assert cells == [
        ["有必修任务", "13", "100.00%", "—"], ["已开始", "4", "30.77%", "30.77%"],
        ["完成全部必修", "4", "30.77%", "100.00%"], ["学完并参考", "4", "30.77%", "100.00%"],
        ["学完并合格", "4", "30.77%", "100.00%"],
    ]  # fmt: skip


def test_filters_narrow_people_and_laws(board, make, sign_in, app) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    chief = make.person(board["letters"], leader_level=LeaderLevel.DIVISION_CHIEF, name="处长")
    make.roster(*board["own"], *board["others"], board["alone"], chief, title="新名单",
                taken_at=LATER)  # fmt: skip
    made(app)
    page = soup(client.get("/analytics/board/?rank=division"))
    assert list(figures(page)) == ["办信司", "合计"]
    assert figures(page)["合计"][0] == "0.00% 0/1"
    leader = sign_in(make.account(Role.BUREAU_LEADER))
    assert set(figures(soup(leader.get("/analytics/board/?rank=division")))["合计"]) == {"—"}
    assert "没有 5 人以上答过的题" in client.get("/analytics/board/?law=judicial_interp").text
    assert client.get("/analytics/board/?period=1900").status_code == 404
    assert client.get("/analytics/board/?rank=nonsense&category=x").status_code == 200


def test_a_second_edition_takes_the_place_of_the_days_and_is_compared_with_the_last(
    board, make, sign_in, app, session
) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    make.completion(board["own"][3], board["course"])
    answer = client.post("/analytics/board/make?period=2026", follow_redirects=True)
    assert "已算好2026 年的看板" in answer.text
    assert session.scalar(select(func.count()).select_from(BoardEdition)) == 1
    with clock.frozen(LATER + timedelta(days=1)):
        make.completion(board["own"][4], board["course"])
        make_due_once(app)
        client = sign_in(make.account(Role.EXAM_ADMIN))
        page = soup(client.get("/analytics/board/figure?figure=completion"))
        assert "为 38.46%，比上次升 7.69 个百分点" in page.get_text(" ", strip=True)
        course = [
            row.get_text(" ", strip=True) for row in page.select("[aria-label=走势] tbody tr")
        ]
        assert course == ["2026年4月12日 46.15% 6 13", "2026年4月11日 38.46% 5 13"]
    editions = session.scalars(select(BoardEdition).order_by(BoardEdition.made_on)).all()
    year = [each for each in editions if (each.last_day - each.first_day).days > 300]
    assert [each.people is None for each in year] == [True, False]
    topics = session.scalars(select(BoardTopic.edition_id).distinct()).all()
    assert year[0].id not in topics
    assert "board.make" in session.scalars(select(AuditRecord.action)).all()


def make_due_once(app) -> None:
    with app.app_context():
        make_due()


def test_editions_are_due_while_their_period_runs_and_once_after(bureau, app) -> None:
    with app.app_context():
        at = LATER
        assert [each.key for each in services.due(at)] == ["2026", "2026Q2", "2026-04"]
        for span in services.due(at):
            services.keep(services.prepare(span.period, at), at=at, asked=False)
        db.session.commit()
        assert services.due(at) == []
        assert len(services.due(at + timedelta(minutes=30))) == 3
        next_month = at + timedelta(days=30)
        assert [each.key for each in services.due(next_month)] == ["2026", "2026Q2", "2026-05",
                                                                  "2026-04"]  # fmt: skip
        year = queries.newest(spans.running(clock.local(at).date())[0].period)
        assert year is not None
        year.took = 60_000
        db.session.commit()
        noon, night = at + timedelta(days=1), at + timedelta(hours=14)
        assert "2026" not in [each.key for each in services.due(noon)]
        assert "2026" in [each.key for each in services.due(night)]


def test_two_periods_and_two_departments_stand_side_by_side(board, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    assert "还没有计算过2025 年的看板" in soup(client.get("/analytics/board/compare")).get_text()
    client.post("/analytics/board/make?period=2025")
    letters, inspection = board["letters"].id, board["inspection"].id
    page = soup(client.get(
        f"/analytics/board/compare?figure=study&a={letters}-ranked&b={inspection}-ranked"
    ))  # fmt: skip
    text = page.get_text(" ", strip=True)
    assert "办信司与督查室" in text
    assert "+50" in text
    assert client.get("/analytics/board/compare.svg?figure=study").status_code == 200
    head = sign_in(make.account(Role.UNIT_HEAD, unit=board["letters"]))
    assert "督查室" not in head.get("/analytics/board/compare").text


def test_without_a_roster_or_an_edition_the_page_says_what_to_do(make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    assert "还没有计算过2026 年的看板" in soup(client.get("/analytics/board/")).get_text()
    answer = client.post("/analytics/board/make", follow_redirects=True)
    assert "还没有名单快照" in answer.text
    assert client.get("/analytics/board/figures.json").status_code == 404
    head = sign_in(make.account(Role.UNIT_HEAD))
    assert "现在计算" not in head.get("/analytics/board/", follow_redirects=True).text
    assert head.post("/analytics/board/make").location == "/analytics/board/?period=2026"


def test_where_everybody_is_gone_or_exempt_the_page_stands(make, sign_in, app) -> None:
    unit = make.unit("办信司")
    gone = make.person(unit, duty_status=DutyStatus.RETIRED)
    make.roster(gone)
    made(app)
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/board/"))
    assert figures(page)["合计"] == ["— 0/0"] * 10


def test_an_organ_of_three_shows_its_leaders_and_its_wall_nothing_of_anybody(
    make, sign_in, app
) -> None:
    unit = make.unit("办信司")
    make.roster(*[make.person(unit) for _ in range(3)])
    made(app)
    leader = sign_in(make.account(Role.BUREAU_LEADER))
    for where in ("", "wall", f"units/{unit.id}"):
        page = soup(leader.get(f"/analytics/board/{where}"))
        assert "0.00%" not in page.get_text()
    assert leader.get("/analytics/board/figure?figure=study").status_code == 404
    assert leader.get("/analytics/board/charts/funnel.svg").status_code == 404
    assert leader.get("/analytics/board/figures.docx").status_code == 200
    assert "100.00%" not in leader.get("/analytics/board/compare").text


def test_the_command_makes_and_checks_and_finds_damage(bureau, app) -> None:
    def run(args: list[str]) -> Any:
        return app.test_cli_runner().invoke(cli, args)

    done = run(args=["board", "rebuild", "2026", "--json"])
    assert json.loads(done.output)["editions"][0]["people"] == 13
    assert run(args=["board", "rebuild", "1066"]).exit_code == 2
    good = run(args=["board", "check", "--json"])
    assert good.exit_code == 0
    assert json.loads(good.output)["editions"][0]["moved"] == 0
    with app.app_context():
        edition = db.session.scalars(select(BoardEdition)).one()
        content = json.loads(json.dumps(edition.content))
        content["cells"][0]["studied"] += 1
        edition.content = content
        db.session.commit()
    bad = run(args=["board", "check"])
    assert bad.exit_code == 1
    assert "损坏" in bad.output


def test_days_that_somebody_chose_are_reckoned_on_demand_and_compared(
    bureau, make, sign_in
) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    asked = "/analytics/board/?period=dates&first=2026-03-01&last=2026-03-31"
    assert "还没有计算过2026 年 3 月的看板" in client.get(asked).text
    asked = "/analytics/board/?period=dates&first=2026-02-20&last=2026-03-11"
    page = soup(client.get(asked))
    form = page.select_one("form[data-at-once]")
    assert "还没有计算过2026年2月20日至2026年3月11日的看板" in page.get_text()
    answer = client.post(form["action"], follow_redirects=True)
    page = soup(answer)
    assert "period=2026-02-20_2026-03-11" in answer.request.url
    # Twenty days, of which all are over; the exam and the course lie in them.
    assert "20 / 20" in page.get_text(" ", strip=True).replace("20/20", "20 / 20")
    assert figures(page)["合计"][6] == "83.33% 10/12"
    assert page.select_one("#filter-period option[selected]").get_text() == "自选起止日期"
    assert page.select_one("input[name=first]")["value"] == "2026-02-20"
    opened = soup(client.get(page.select_one("#table tfoot a")["href"]))
    assert opened.select("#people tbody tr")
    compare = client.get("/analytics/board/compare?period=2026-02-20_2026-03-11")
    page = soup(compare)
    assert "还没有计算过2026年1月31日至2026年2月19日的看板" in page.get_text()
    done = client.post(page.select_one("form[data-form][method=post]")["action"],
                       follow_redirects=True)  # fmt: skip
    page = soup(done)
    assert "全局：2026年2月20日至2026年3月11日与2026年1月31日至2026年2月19日" in page.get_text()
    assert client.get("/analytics/board/progress").get_json() is None


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-11", "2026-02-20", "结束日期不能早于开始日期"),
        ("2026-05-01", "2026-05-02", "开始日期不能晚于今天"),
        ("2025-01-31", "2026-01-01", "起止日期最多跨 12 个自然月"),
        ("1999-01-01", "1999-02-01", "开始日期不能早于 2000 年"),
        ("2026-02-30", "2026-03-01", "请填写正确的开始日期"),
        ("", "2026-03-01", "请填写开始日期"),
        ("2026-03-01", "次日", "请填写正确的结束日期"),
    ],
)
def test_days_that_cannot_be_are_said_beside_this_years_figures(
    board, make, sign_in, first, last, said
) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    arguments = f"?period=dates&first={first}&last={last}"
    for where in ("/analytics/board/", "/analytics/board/compare"):
        page = soup(client.get(where + arguments))
        assert said in page.select_one(".xf-callout").get_text()
        assert "下面是本年的数" in page.get_text()
    assert figures(soup(client.get("/analytics/board/" + arguments)))["合计"][0] == "30.77% 4/13"
    assert client.get("/analytics/board/figures.xlsx" + arguments).status_code == 404
    assert client.get(f"/analytics/board/?period={first}_{last}").status_code == 404


def test_editions_of_chosen_days_go_in_time_and_those_of_periods_stay(app, bureau) -> None:
    old = LATER - timedelta(days=93)
    with app.app_context():
        for key in ("2026-02-20_2026-03-11", "2026", "2025"):
            span = spans.named(key, clock.local(LATER).date())
            assert span is not None
            services.keep(services.prepare(span.period, old), at=old, asked=False)
        services.keep(services.prepare(spans.named("2026", LATER.date()).period, LATER),
                      at=LATER, asked=False)  # fmt: skip
        left = {spans.of(Period(*each), LATER.date()).key for each in queries.periods_made()}
        assert left == {"2025", "2026"}


def test_what_is_not_known_leads_to_the_text_and_to_its_study(board, make, sign_in) -> None:
    article = board["form"].slots[0].revision.citations[0].article
    law, number = article.version.law, article.number
    client = sign_in(make.account(Role.EXAM_ADMIN, Role.STAFF))
    text, study = f"/laws/articles/{article.id}", f"/daily/articles/{article.id}"
    whole = (f"/laws/{law.id}", f"/daily/memory/laws/{law.id}")
    for where, wanted in (
        ("/analytics/board/", (text, study, *whole)),
        (f"/analytics/board/laws?title={law.title}", (text, study, *whole)),
        (f"/analytics/board/units/{board['letters'].id}", whole),
        ("/analytics/weak-points", (text, study, *whole)),
        ("/analytics/mastery", whole),
    ):
        links = {each["href"] for each in soup(client.get(where)).select("main a[href]")}
        assert set(wanted) <= links, where
    assert number in client.get(text, follow_redirects=True).text
    assert client.get(study).status_code == 200
    # Who does not study here is led to the text alone.
    links = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/board/")).select("main a")
    assert not any("/daily/" in each["href"] for each in links)
