"""The pages of blueprints: what is written, what is refused, what a blueprint in use keeps."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from exam.models import Blueprint, BlueprintSection
from tests.exam.assembling.sending import row, seen, sent, soup, text

pytestmark = pytest.mark.usefixtures("noon")


def test_a_new_blueprint_begins_as_the_usual_paper(setter, bank) -> None:
    page = soup(setter.get("/exam/blueprints/new"))
    counts = [each["value"] for each in page.select("[name$='-count']")]
    marks = [each["value"] for each in page.select("[name$='-marks']")]
    assert (counts, marks) == (["40", "20", "20"], ["1", "2", "1"])
    assert page.select_one("[data-totals]").get_text() == "共 80 题，满分 100 分"
    assert "第 1 行（单选题·难度 1–5）缺 28 题" in page.select_one("[data-gaps]").get_text()


def test_a_blueprint_is_written_and_shows_totals_and_stock(setter, bank, session) -> None:
    law_id = str(bank[0].citations[0].article.version.law_id)
    done = setter.post(
        "/exam/blueprints/new",
        data=sent(row(0, laws=law_id), row(1, "multiple_choice", "3", "4", difficulty_min="4")),
    )
    assert done.status_code == 302
    made = session.scalars(select(Blueprint)).one()
    assert (made.title, made.total_marks) == ("年度方案", Decimal(16))
    assert [each.law.short_title for each in made.sections[0].laws] == ["信访工作条例"]
    page = soup(setter.get(done.location))
    assert "共 5 题，满分 16 分" in page.get_text()
    gap = page.select_one("[aria-label='题库缺口'] tbody tr").get_text(" ", strip=True)
    assert gap.startswith("2 多选题·难度 4–5 1 题")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"count": "0"}, "题数"),
        ({"count": "-3"}, "题数应为 1 至 200 的整数"),
        ({"count": "201"}, "题数应为 1 至 200 的整数"),
        ({"count": ""}, "请填写题数"),
        ({"count": "两"}, "题数"),
        ({"marks": "0.3"}, "每题分值应为 0.5 至 100 分"),
        ({"marks": "1.2"}, "每题分值应为 0.5 的整数倍"),
        ({"marks": "NaN"}, "每题分值"),
        ({"marks": "1e400"}, "每题分值应为 0.5 至 100 分"),
        ({"marks": "9" * 30}, "每题分值应为 0.5 至 100 分"),
        ({"difficulty_min": "4", "difficulty_max": "2"}, "难度上限应不低于下限"),
        ({"difficulty_min": "9"}, "难度从"),
        ({"item_type": "essay"}, "题型"),
        ({"laws": "999"}, "法律"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_at_its_field(setter, session, fields, said) -> None:
    answer = setter.post("/exam/blueprints/new", data=sent(row(0), row(1, **fields)))
    assert answer.status_code == 200
    assert said in text(answer)
    assert soup(answer).select_one("[name='rows-0-count']")["value"] == "2"
    assert session.scalars(select(Blueprint)).all() == []


def test_the_summary_of_errors_names_the_row_and_leads_to_its_field(setter) -> None:
    page = soup(setter.post("/exam/blueprints/new", data=sent(row(0), row(1, count="201"))))
    [link] = page.select("a[href='#rows-1-count']")
    assert link.get_text() == "第 2 行题数：题数应为 1 至 200 的整数"
    assert page.select_one("#rows-1-count")


def test_too_many_items_and_no_rows_are_refused(setter) -> None:
    answer = setter.post(
        "/exam/blueprints/new", data=sent(row(0, count="200"), row(1, count="101"))
    )
    assert "全卷共 301 题，最多 300 题" in text(answer)
    assert "组卷方案至少要有一行" in text(setter.post("/exam/blueprints/new", data=sent()))


@pytest.mark.parametrize(
    ("act", "counts"),
    [
        ("add", ["1", "2", "abc", "abc"]),
        ("remove-1", ["1", "abc"]),
        ("up-2", ["1", "abc", "2"]),
        ("down-0", ["2", "1", "abc"]),
        ("up-0", ["1", "2", "abc"]),
        ("remove-9", ["1", "2", "abc"]),
        ("up-x", ["1", "2", "abc"]),
    ],
)
def test_without_javascript_buttons_rearrange_rows_and_lose_nothing(setter, act, counts) -> None:
    rows = [row(0, count="1"), row(1, count="2"), row(2, count="abc")]
    page = soup(setter.post("/exam/blueprints/new", data=sent(*rows, act=act)))
    assert [each["value"] for each in page.select("[name$='-count']")] == counts
    assert page.select(".xf-error") == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(0, marks="Infinity")], "每题分值应为 0.5 至 100 分"),
        ([row(0, marks="NaN")], "每题分值应为 0.5 至 100 分"),
        ([row(0, laws="999")], "选的项中有已经不能选的，请刷新页面后重选"),
        ([row(n, count="1") for n in range(61)], "最多 60 行，请合并相同条件的行"),
    ],
    ids=["infinite", "no number", "no such law", "too many rows"],
)
def test_what_no_blueprint_can_have_is_refused_in_words(setter, session, rows, said) -> None:
    answer = setter.post("/exam/blueprints/new", data=sent(*rows))
    assert answer.status_code == 200
    assert said in text(answer)
    assert seen(session, select(Blueprint)) == []


def test_rows_written_law_by_law_are_gathered_into_the_sections_of_a_paper(setter, bank) -> None:
    """What is no number yet keeps its row, and rows of a kind keep their order."""
    rows = [
        row(0, count="1"), row(1, "true_false", "2"), row(2, count="3", marks="2.0"),
        row(3, count="4", marks="x"), row(4, "true_false", "5"),
    ]  # fmt: skip
    page = soup(setter.post("/exam/blueprints/new", data=sent(*rows, act="gather")))
    assert [each["value"] for each in page.select("[name$='-count']")] == ["1", "3", "2", "5", "4"]
    apart = [row(0), row(1, "true_false"), row(2), row(3, "true_false")]
    told = text(setter.get(setter.post("/exam/blueprints/new", data=sent(*apart)).location))
    assert "卷面会有 4 个大题" in told
    assert "就合为 2 个大题" in told
    together = [row(0), row(1), row(2, "true_false"), row(3, "true_false")]
    new = setter.post("/exam/blueprints/new", data=sent(*together, title="另一个"))
    told = text(setter.get(new.location))
    assert "卷面大题 2 个：单选题 4 题、判断题 4 题" in told
    assert "没有排在一起" not in told


def test_the_page_asks_for_the_stock_of_what_is_being_typed(setter, bank) -> None:
    rows = [row(0, count="10"), row(1, count="x"), row(2, count="5")]
    answer = setter.post("/exam/blueprints/stock", data=sent(*rows)).get_json()
    assert answer["fitting"] == [12, None, 12]
    assert (answer["items"], answer["marks"]) == (15, "30")
    assert [(gap["row"], gap["short"]) for gap in answer["gaps"]] == [(3, 3)]
    assert answer["gaps"][0]["text"].endswith("缺 3 题，与第 1 行争用同一批试题")


def test_a_blueprint_sent_twice_is_made_once_and_its_title_is_its_own(setter, session) -> None:
    first = setter.post("/exam/blueprints/new", data=sent(row(0)))
    second = setter.post("/exam/blueprints/new", data=sent(row(0)))
    assert first.location == second.location
    other = setter.post("/exam/blueprints/new", data=sent(row(0, count="3")))
    assert "已有同名的组卷方案" in text(other)
    assert len(session.scalars(select(Blueprint)).all()) == 1


def test_an_unused_blueprint_is_changed_copied_and_deleted(setter, session) -> None:
    setter.post("/exam/blueprints/new", data=sent(row(0)))
    changed = sent(row(0, count="7"), row(1, "true_false"), title="新名")
    assert setter.post("/exam/blueprints/1/edit", data=changed).status_code == 302
    copied = setter.post("/exam/blueprints/1/copy")
    assert copied.location == "/exam/blueprints/2/edit"
    assert seen(session, select(Blueprint.title).order_by(Blueprint.id)) == [
        "新名", "新名（副本）",
    ]  # fmt: skip
    order = (BlueprintSection.blueprint_id, BlueprintSection.id)
    assert seen(session, select(BlueprintSection.count).order_by(*order)) == [7, 2, 7, 2]
    assert setter.post("/exam/blueprints/1/delete").location == "/exam/blueprints"
    assert session.scalars(select(Blueprint.id)).all() == [2]


def test_a_blueprint_that_was_drawn_from_stays_as_it_is(setter, make, session) -> None:
    form = make.form()
    path = f"/exam/blueprints/{form.blueprint_id}"
    assert "方案不能再改" in text(setter.get(f"{path}/edit"))
    for act in ("edit", "delete"):
        refused = setter.post(f"{path}/{act}", data=sent(row(0)))
        assert refused.status_code == 409
    assert "已抽 1 套" in text(setter.get(path))
    assert session.scalars(select(Blueprint.id)).all() == [form.blueprint_id]


def test_who_saves_last_is_told_that_somebody_changed_it_meanwhile(
    setter, make, sign_in, bank, session
) -> None:
    law_id = str(bank[0].citations[0].article.version.law_id)
    setter.post("/exam/blueprints/new", data=sent(row(0, laws=law_id)))
    path = "/exam/blueprints/1/edit"
    other = sign_in(make.account(Role.PAPER_SETTER))

    def opened(client) -> dict[str, str]:
        return {"seen": soup(client.get(path)).select_one("[name=seen]")["value"]}

    first, second = opened(setter), opened(other)
    assert first == second
    setter.post(path, data=sent(row(0, count="3"), title="甲改") | first)
    answer = other.post(path, data=sent(row(0, count="5"), title="乙改") | second)
    assert "您打开本页以后，别人修改并保存过" in text(answer)
    assert soup(answer).select_one("[name=title]")["value"] == "乙改"
    assert seen(session, select(BlueprintSection.count)) == [3]
    # Whoever saves once more has been told.
    again = {"seen": soup(answer).select_one("[name=seen]")["value"]}
    assert other.post(path, data=sent(row(0, count="5"), title="乙改") | again).status_code == 302
    assert seen(session, select(BlueprintSection.count)) == [5]


def test_a_day_beyond_all_calendars_is_refused(setter, bank, session) -> None:
    limits = {"rest_sessions": "1", "exposure_most": "1"}
    setter.post("/exam/blueprints/new", data=sent(row(0)) | limits)
    draw = {"blueprint_id": "1", "title": "卷", "copies": "1", "alternatives": "1", "seed": "1"}
    for day in ("9999-12-31", "0001-01-01"):
        answer = setter.post("/exam/forms/new", data=draw | {"exam_on": day})
        assert "应在 1900 年至 2199 年之间，请核对年份" in text(answer)
        assert setter.get(f"/exam/blueprints/1?on={day}").status_code == 200
