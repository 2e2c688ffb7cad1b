"""Pages of an exam's rates: what they show, and to whom they open whose names."""

import re
from datetime import timedelta

import pytest

from accounts.permissions import Role
from tests.analytics.figures import LATER, sheets, soup, table
from tests.factories import NOON

pytestmark = pytest.mark.usefixtures("much_later")


def test_a_manager_sees_the_figures_with_their_people(bureau, make, sign_in) -> None:
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/"))
    assert table(page) == {
        "办信司": [
            "—", "66.67% 2/3", "33.33% 1/3", "33.33% 1/3", "67.50 135/2", "95", "40",
            "50.00% 1/2", "50.00% 1/2", "66.67% 2/3", "33.33% 1/3",
        ],
        "督查室": [
            "—", "100.00% 2/2", "100.00% 2/2", "0.00% 0/2", "70.50 141/2", "80", "61",
            "100.00% 2/2", "0.00% 0/2", "100.00% 2/2", "100.00% 2/2",
        ],
        "合计": [
            "—", "80.00% 4/5", "60.00% 3/5", "20.00% 1/5", "69.00 276/4", "95", "40",
            "75.00% 3/4", "25.00% 1/4", "80.00% 4/5", "60.00% 3/5",
        ],
    }  # fmt: skip
    assert page.select_one(".xf-stat-value").get_text(strip=True) == "80.00%"


def test_the_other_half_of_the_table_counts_people(bureau, make, sign_in) -> None:
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/?view=counts"))
    counts = table(page)["办信司"]
    assert counts == ["3", "0", "0", "3", "3", "2", "2", "2", "1", "1", "1", "1", "0"]


def test_every_number_links_to_as_many_people(bureau, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    opened = 0
    for view in ("rates", "counts"):
        for cell in soup(client.get(f"/analytics/?view={view}")).select(".xf-figures td"):
            link = cell.find("a")
            if link is None:
                assert cell.get_text(strip=True) in {"0", "—"}
                continue
            page = soup(client.get(link["href"]))
            listed = len(page.select("#people tbody tr"))
            text = link.get_text(strip=True)
            parts = cell.select_one(".xf-parts")
            if parts is not None and "%" in text:
                numerator, denominator = map(int, parts.get_text().split("/"))
                assert listed == denominator - numerator
                tabs = {
                    each.contents[0].strip(): int(each.span.get_text())
                    for each in page.select(".xf-tabs a[href*=part]")
                }
                assert tabs["计入分子"] == numerator
                assert tabs["计入分母"] == denominator
            elif parts is not None:
                assert listed == int(parts.get_text().split("/")[1])
            elif view == "counts":
                assert listed == int(text)
            opened += 1
    assert opened > 40


def test_sorting_keeps_the_total_last(bureau, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    page = soup(client.get("/analytics/?sort=pass_due&dir=desc"))
    assert list(table(page)) == ["督查室", "办信司", "合计"]
    assert list(table(soup(client.get("/analytics/?sort=nonsense")))) == [
        "办信司",
        "督查室",
        "合计",
    ]


def test_a_head_sees_the_own_unit_and_the_total_and_opens_only_the_own(
    bureau, make, sign_in
) -> None:
    letters, inspection, session, _people = bureau
    client = sign_in(make.account(Role.UNIT_HEAD, unit=letters))
    page = soup(client.get("/analytics/"))
    assert list(table(page)) == ["办信司", "合计"]
    assert page.select_one(".xf-stat-value").get_text(strip=True) == "66.67%"
    assert page.select(".xf-figures tbody td a")
    where = f"/analytics/sessions/{session.id}/people"
    opened = soup(client.get(f"{where}?row={letters.id}-ranked&figure=passed"))
    assert len(opened.select("#people tbody tr")) == 1
    for row in (f"{inspection.id}-ranked", "x"):
        assert client.get(f"{where}?row={row}&figure=due").status_code == 404
    # Of the bureau the formula, and nobody's name.
    total = soup(client.get(f"{where}?row=total&figure=participation"))
    assert "4 ÷ 5 = 80.00%" in total.get_text()
    assert "名单不对您开放" in total.get_text()
    assert not total.select("#people")
    assert "督查室" not in total.get_text()
    assert "督查室" not in client.get(f"/analytics/sessions/{session.id}/print").text


def test_a_head_of_a_renamed_unit_sees_what_it_was(bureau, make, sign_in) -> None:
    letters, *_ = bureau
    renamed = make.unit("来信办理司", predecessor=letters)
    page = soup(sign_in(make.account(Role.UNIT_HEAD, unit=renamed)).get("/analytics/"))
    assert list(table(page)) == ["办信司", "合计"]


def test_a_liaison_opens_states_but_nothing_that_tells_scores(bureau, make, sign_in) -> None:
    letters, _inspection, session, _people = bureau
    client = sign_in(make.account(Role.LIAISON, unit=letters))
    where = f"/analytics/sessions/{session.id}/people?row={letters.id}-ranked&figure="
    page = soup(client.get(where + "absent"))
    assert "取用成绩" not in page.get_text()
    for key in ("passed", "excellent", "pass_due", "mean", "highest", "score_sum"):
        # Two have scores, which is too few to tell.
        assert client.get(where + key).status_code == 404
    links = soup(client.get("/analytics/")).select(".xf-figures td a")
    assert {re.search("figure=([a-z_]+)", each["href"])[1] for each in links} == {
        "participation", "first_participation",
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.BUREAU_LEADER, Role.RESEARCH_OFFICE])
def test_leaders_see_all_figures_and_nobodys_name(bureau, make, sign_in, role: Role) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(role))
    page = soup(client.get("/analytics/"))
    assert list(table(page)) == ["办信司", "督查室", "合计"]
    for link in page.select(".xf-figures td a"):
        opened = soup(client.get(link["href"]))
        assert "名单不对您开放" in opened.get_text()
        assert not opened.select("#people")
        assert "干部" not in opened.select_one("main").get_text()
    assert len(page.select(".xf-figures td a")) > 5
    where = f"/analytics/sessions/{session.id}/people?figure=participation"
    told = soup(client.get(where)).select_one("main").get_text(" ", strip=True)
    for said in ("公式 实参考 ÷ 应参考：4 ÷ 5 = 80.00%", "名单快照", "没有上次"):
        assert said in told
    staff = sign_in(make.account(Role.STAFF))
    assert staff.get(where).status_code == 403


def test_an_opened_figure_says_how_it_moved_since_the_last_exam(bureau, make, sign_in) -> None:
    letters, _inspection, _session, people = bureau
    later = make.exam_session(
        make.sealed_form(), *people, title="又一年", opens_at=NOON + timedelta(days=9),
        closes_at=NOON + timedelta(days=10),
    )  # fmt: skip
    for person in people[:3]:
        make.attempt(later, person, 80)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    where = f"/analytics/sessions/{later.id}/people?row={letters.id}-ranked&figure="
    for figure, said in (
        ("pass_due", "上次（年度考试）为 33.33%，升 66.67 个百分点"),
        ("mean", "上次（年度考试）为 67.50，升 12.5 分"),
        ("taken", "上次（年度考试）为 2，升 1 人"),
        ("exempt", "上次（年度考试）为 0，持平"),
    ):
        assert said in soup(client.get(where + figure)).get_text(" ", strip=True)


@pytest.mark.parametrize("figure", ["", "nonsense", "unit_id", "title"])
def test_an_unknown_figure_is_not_found(bureau, make, sign_in, figure: str) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(Role.EXAM_ADMIN))
    where = f"/analytics/sessions/{session.id}/people?row=total&figure={figure}"
    assert client.get(where).status_code == 404


def test_sessions_to_come_and_cancelled_ones_are_not_shown(bureau, make, sign_in) -> None:
    future = make.exam_session(
        make.sealed_form(), opens_at=LATER + timedelta(days=1), closes_at=LATER + timedelta(days=2)
    )
    gone = make.exam_session(make.sealed_form(), cancelled_at=NOON)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    for each in (future, gone):
        assert client.get(f"/analytics/?session={each.id}").status_code == 404
        assert client.get(f"/analytics/sessions/{each.id}/table.xlsx").status_code == 404


def test_a_running_session_says_that_its_figures_are_not_final(bureau, make, sign_in) -> None:
    letters, *_ = bureau
    running = make.exam_session(
        make.sealed_form(),
        make.person(letters),
        opens_at=LATER - timedelta(hours=1),
        closes_at=LATER + timedelta(hours=1),
    )
    client = sign_in(make.account(Role.EXAM_ADMIN))
    page = soup(client.get(f"/analytics/?session={running.id}"))
    assert "场次尚在进行，1 人尚未参考，数字为暂计" in page.get_text()


def test_the_history_goes_back_over_main_sessions(bureau, make, sign_in) -> None:
    _letters, _inspection, session, people = bureau
    make.exam_session(make.sealed_form(), *people, title="补考场", makeup_of_id=session.id)
    older = make.exam_session(
        make.sealed_form(), *people, title="上年考试",
        opens_at=NOON - timedelta(days=365), closes_at=NOON - timedelta(days=364),
    )  # fmt: skip
    make.attempt(older, people[0], 70)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    found = table(soup(client.get("/analytics/history")))
    assert list(found) == ["年度考试", "上年考试"]
    assert found["上年考试"][1:] == ["5", "1", "20.00%", "20.00%", "0.00%", "70.00", "4"]
    assert client.get("/analytics/history/trend.svg").status_code == 200


def test_where_nothing_happened_yet_the_pages_say_so(make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    for where in ("/analytics/", "/analytics/weak-points"):
        assert "还没有可统计的考试" in soup(client.get(where)).get_text()
    assert "还没有结束的考试" in soup(client.get("/analytics/history")).get_text()
    assert "还没有名单快照" in soup(client.get("/analytics/learning")).get_text()


def test_scores_of_a_handful_are_shown_to_those_who_may_know_their_people(
    bureau, make, sign_in
) -> None:
    letters, *_ = bureau
    leader = sign_in(make.account(Role.BUREAU_LEADER))
    of_leader = table(soup(leader.get("/analytics/")))
    # Two have a score in 办信司, two in 督查室: counts stand, scores do not.
    for unit in ("办信司", "督查室"):
        assert of_leader[unit][2:7] == ["—"] * 5
    of_officer = table(soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/")))
    assert "—" not in of_officer["办信司"][2:7]
    head = sign_in(make.account(Role.UNIT_HEAD, unit=letters))
    assert "—" not in table(soup(head.get("/analytics/")))["办信司"][2:7]
    liaison = sign_in(make.account(Role.LIAISON, unit=letters))
    assert table(soup(liaison.get("/analytics/")))["办信司"][2:7] == ["—"] * 5
    workbook = sheets(leader.get("/analytics/sessions/1/table.xlsx"))
    assert "67.5" not in str(workbook)
