"""Must-know lists: the rules, the services, the pages of those who keep them."""

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from accounts.permissions import Role
from accounts.standing import RankGroup
from core import clock
from laws.alignment import ChangeKind
from laws.lists import levels, moving, sheet
from laws.lists.audience import Place, binds
from laws.lists.comparing import Kind, Line, differences
from laws.lists.levels import Requirement, State, Tier
from laws.lists.models import (
    MustKnowArticle,
    MustKnowAudience,
    MustKnowEntry,
    MustKnowList,
    MustKnowVersion,
)
from laws.lists.moving import Moved, Step
from laws.models import ArticleChange
from laws.numerals import Key
from tests.factories import NOON, Make
from tests.pages import main, page

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen(NOON):
        yield


def some_list(make: Make, *entries: MustKnowEntry, **given: object) -> MustKnowVersion:
    owner = MustKnowList(title="机关清单", created_at=NOON)
    version = MustKnowVersion(owner=owner, number=1, created_at=NOON, **given)
    version.entries = list(entries)
    return make.save(version)


def entry(version, *articles, **given) -> MustKnowEntry:
    defaults = {"position": 1, "title": "条目", "tier": Tier.GENERAL,
                "requirement": Requirement.MASTER}  # fmt: skip
    made = MustKnowEntry(law_version_id=version.id, **(defaults | given))
    made.articles = [
        MustKnowArticle(article_id=each.id, position=place)
        for place, each in enumerate(articles, 1)
    ]
    return made


def test_rules_of_an_audience_add_up_and_parts_of_a_rule_must_all_fit() -> None:
    place = Place(RankGroup.DIVISION, 7, "一处处长")
    heads = MustKnowAudience(rank_group=RankGroup.DIVISION, unit_id=None, post="处长")
    elsewhere = MustKnowAudience(rank_group=None, unit_id=8, post="")
    assert binds([], place, {})
    assert binds([heads], place, {})
    assert not binds([elsewhere], place, {})
    assert binds([elsewhere, heads], place, {})
    assert binds([elsewhere], place, {7: {8}})
    assert not binds([heads], Place(RankGroup.SECTION, 7, "副处长"), {})


def test_the_version_that_took_effect_last_applies() -> None:
    old = MustKnowVersion(number=1, effective_on=date(2026, 1, 1))
    new = MustKnowVersion(number=2, effective_on=date(2026, 3, 1))
    coming = MustKnowVersion(number=3, effective_on=date(2026, 5, 1))
    draft = MustKnowVersion(number=4, effective_on=None)
    versions = [old, new, coming, draft]
    assert levels.current(versions, TODAY) is new
    assert [levels.state(each, versions, TODAY) for each in versions] == [
        State.SUPERSEDED, State.CURRENT, State.COMING, State.DRAFT,
    ]  # fmt: skip


def test_an_article_is_followed_through_every_version_between() -> None:
    steps = [
        {1: Step(ChangeKind.EDITED, 11), 2: Step(ChangeKind.REMOVED, None)},
        {11: Step(ChangeKind.RENUMBERED, 111)},
    ]
    assert moving.follow(1, steps) == Moved(1, 111, ChangeKind.EDITED)
    assert moving.follow(2, steps) == Moved(2, None, ChangeKind.REMOVED)
    assert moving.follow(3, steps) == Moved(3, None, None)
    assert moving.follow(4, []) == Moved(4, 4, ChangeKind.UNCHANGED)


def line(title: str, requirement: str = "掌握", **given: object) -> Line:
    defaults = {"law": "法", "law_version": "2020", "tier": "综合清单", "articles": (), "law_id": 1}
    return Line(title=title, requirement=requirement, **(defaults | given))  # type: ignore[arg-type]


def test_two_versions_differ_by_what_was_added_changed_and_dropped() -> None:
    found = differences(
        [line("甲"), line("乙"), line("丙"), line("丙")],
        [line("甲"), line("丁"), line("乙", "了解"), line("丙")],
    )
    assert [(each.kind, each.title) for each in found] == [
        (Kind.SAME, "甲"), (Kind.ADDED, "丁"), (Kind.CHANGED, "乙"), (Kind.SAME, "丙"),
        (Kind.REMOVED, "丙"),
    ]  # fmt: skip
    assert found[2].changes == [("要求", "掌握", "了解")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []), ("全文", []), ("第三十四条", [(34, 0)]), ("34、36", [(34, 0), (36, 0)]),
        ("第十条至第十二条，第三条之一", [(10, 0), (11, 0), (12, 0), (3, 1)]),
    ],
)  # fmt: skip
def test_articles_are_read_as_people_write_them(text: str, expected: list) -> None:
    assert sheet.read_articles(text) == [Key(*each) for each in expected]


@pytest.mark.parametrize("text", ["前言", "第十条至第二条", "1-2-3至5至7"])
def test_articles_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"[一-龥]"):
        sheet.read_articles(text)


def office(make: Make, sign_in):
    account = make.account(Role.RESEARCH_OFFICE)
    return account, sign_in(account)


def test_a_list_is_written_approved_by_another_person_and_then_stands(make, sign_in, session):
    _, client = office(make, sign_in)
    version = make.version(make.law("信访工作条例"), ["一。", "二。", "三。"])
    assert client.post("/lists/new", data={"title": "机关清单"}).status_code == 303
    row = {"law": "信访工作条例", "articles": "第二条", "tier": "primary", "requirement": "master"}
    assert client.post("/lists/versions/1/entries/new", data=row).status_code == 303
    bad = client.post("/lists/versions/1/entries/new", data=row | {"articles": "第九条"})
    assert "没有第九条，请核对条号" in main(bad)
    assert "信访工作条例" in bad.text
    bad = client.post("/lists/versions/1/entries/new", data=row | {"law": "没有的法"})
    assert "没有名称含“没有的法”的法律法规" in main(bad)

    lesson = [version.articles[1]]
    approval = {"effective_on": "2026-03-02"}
    client.post("/must-know/versions/1/approve", data=approval)
    assert "编制人不能批准自己编制的清单" in page(client.get("/lists/versions/1")).get_text()
    _, other = office(make, sign_in)
    other.post("/must-know/versions/1/approve", data=approval)
    text = main(other.get("/lists"))
    assert "草稿" in text
    make.course(articles=lesson)
    for _ in range(3):
        make.revision(article=lesson[0])
    other.post("/must-know/versions/1/approve", data={"effective_on": "2026-03-01"})
    assert "施行日期不能早于今天" in page(other.get("/lists")).get_text()
    other.post("/must-know/versions/1/approve", data=approval)
    assert "施行中" in main(other.get("/lists"))
    entry_id = session.scalar(select(MustKnowEntry.id))
    session.rollback()
    client.post(f"/lists/entries/{entry_id}/remove")
    assert session.scalars(select(MustKnowEntry)).all()


def test_what_is_not_covered_is_not_approved(make: Make, sign_in) -> None:
    _, client = office(make, sign_in)
    law = make.version()
    version = some_list(make, entry(law, law.articles[0], title="没有覆盖的条目"))
    client.post(f"/must-know/versions/{version.id}/approve", data={"effective_on": "2026-03-02"})
    text = page(client.get("/lists")).get_text()
    assert "“没有覆盖的条目”没有课程、试题 0 道，至少要 3 道" in text
    assert "草稿" in text


def test_entries_are_put_in_order_and_dropped_from_drafts(make: Make, sign_in, session) -> None:
    _, client = office(make, sign_in)
    law = make.version()
    version = some_list(
        make, entry(law, title="甲"), entry(law, title="乙", position=2),
        entry(law, title="丙", position=3),
    )  # fmt: skip
    ids = [each.id for each in version.entries]
    client.post(f"/lists/entries/{ids[2]}/up")
    client.post(f"/lists/entries/{ids[0]}/up")
    client.post(f"/lists/entries/{ids[1]}/remove")
    order = session.scalars(select(MustKnowEntry.title).order_by(MustKnowEntry.position)).all()
    assert order == ["甲", "丙"]


def two_versions(make: Make):
    law = make.law("信访工作条例")
    old = make.version(law, ["甲。", "乙。", "丙。"])
    new = make.version(
        law, ["零。", "甲。", "乙改。"], promulgated_on=date(2026, 1, 1), effective_on=None,
        label="2026年修订",
    )  # fmt: skip
    for place, (kind, before, after) in enumerate(
        [("added", None, 0), ("renumbered", 0, 1), ("edited", 1, 2), ("removed", 2, None)], 1
    ):
        make.save(ArticleChange(
            old_version_id=old.id, new_version_id=new.id, position=place, kind=ChangeKind.of(kind),
            old_article_id=None if before is None else old.articles[before].id,
            new_article_id=None if after is None else new.articles[after].id,
        ))  # fmt: skip
    return old, new


def approved(make: Make, *entries: MustKnowEntry) -> MustKnowVersion:
    return some_list(make, *entries, approved_at=NOON, effective_on=TODAY)


def test_a_newer_text_is_shown_and_moves_a_list_in_one_press(make, sign_in, session) -> None:
    _, client = office(make, sign_in)
    old, new = two_versions(make)
    version = approved(make, entry(old, *old.articles, title="办理"), entry(new, title="新的"))
    number, newest = version.id, new.id
    text = main(client.get(f"/lists/versions/{number}"))
    assert "有 1 个条目的法律已有新版本" in text
    assert "已有新版本，请换版 2026年修订 第2条 ：已修改（新 第3条）" in text.replace(
        "第2条：", "第2条 ："
    )
    assert "第3条：已删去" in text
    assert client.post(f"/lists/versions/{number}/move").status_code == 303
    draft = session.scalars(select(MustKnowVersion).where(MustKnowVersion.number == 2)).one()
    assert draft.approved_at is None
    assert draft.supersedes_id == number
    moved, untouched = draft.entries
    assert moved.law_version_id == newest
    assert [each.article.number for each in moved.articles] == ["第2条", "第3条"]
    assert untouched.title == "新的"
    draft_id = draft.id
    session.rollback()
    again = main(client.get(f"/lists/versions/{draft_id}"))
    assert "已有新版本" not in again
    compared = main(client.get(f"/lists/versions/{draft_id}/compare"))
    assert "第1条、第2条、第3条 → 第2条、第3条" in compared
    client.post(f"/lists/versions/{number}/copy")
    assert "这份清单已有一个草稿版本" in page(client.get("/lists")).get_text()


def test_a_draft_is_thrown_away_and_its_list_with_it(make: Make, sign_in, session) -> None:
    _, client = office(make, sign_in)
    version = some_list(make, entry(make.version()))
    client.post(f"/lists/versions/{version.id}/discard")
    assert session.scalars(select(MustKnowList)).all() == []


def test_the_audience_of_a_draft_is_set(make: Make, sign_in) -> None:
    _, client = office(make, sign_in)
    unit = make.unit("办信司")
    version = some_list(make)
    rule = {"rank_group": "division", "unit_id": str(unit.id), "post": "处长"}
    client.post(f"/lists/versions/{version.id}/audience", data=rule)
    assert "处级 · 办信司 · 职务含“处长”" in main(client.get(f"/lists/versions/{version.id}"))
    client.post(f"/lists/versions/{version.id}/audience", data={"rank_group": "", "unit_id": ""})
    assert "请至少选定" in page(client.get(f"/lists/versions/{version.id}")).get_text()
    client.post(f"/lists/versions/{version.id}/audience/1/remove")
    assert "全体人员" in main(client.get(f"/lists/versions/{version.id}"))


def workbook(*rows: list[str]) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in [["层次", "条目名称", "法律名称", "法律版本日", "条款", "要求"], *rows]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer


def test_entries_come_from_a_sheet_with_a_preview_and_go_back_into_one(make, sign_in, session):
    _, client = office(make, sign_in)
    make.version(make.law("信访工作条例"), ["一。", "二。"])
    version = some_list(make)
    rows = workbook(
        ["首要任务", "根本", "信访工作条例", "", "第一条至第二条", "掌握"],
        ["", "", "《信访工作条例》", "2020-01-01", "", ""],
        ["第四层", "", "信访工作条例", "", "", ""],
        ["", "", "信访工作条例", "", "第九条", ""],
        ["", "", "信访工作条例", "1999-01-01", "", ""],
        ["", "", "没有的法", "", "", ""],
        ["", "缺名", "", "", "", ""],
    )
    sheet_address = f"/lists/versions/{version.id}.xlsx"
    address = f"/lists/versions/{version.id}/import"
    answer = client.post(address, data={"file": (rows, "清单.xlsx")})
    preview = answer.headers["Location"]
    text = main(client.get(preview))
    assert "可以导入 2 个" in text
    assert "不能导入 5 行" in text
    assert "4 层次 “第四层”不是层次，请写 首要任务、综合清单、专业清单 之一" in text
    assert "5 条款 《信访工作条例》（2020年公布）没有第九条，请核对条号" in text
    assert session.scalars(select(MustKnowEntry)).all() == []
    session.rollback()
    assert client.post(preview).status_code == 303
    assert client.post(preview).status_code == 410
    assert len(session.scalars(select(MustKnowEntry)).all()) == 2
    session.rollback()
    exported = client.get(sheet_address)
    again = client.post(address, data={"file": (io.BytesIO(exported.data), "清单.xlsx")})
    assert "草稿中已有 2 个" in main(client.get(again.headers["Location"]))


def test_what_is_no_list_is_refused_with_a_reason(make: Make, sign_in) -> None:
    _, client = office(make, sign_in)
    version = some_list(make)
    address = f"/lists/versions/{version.id}/import"
    answer = client.post(address, data={"file": (io.BytesIO(b"no"), "a.xlsx")})
    assert "文件不是 .xlsx 工作簿" in main(answer)
    book = openpyxl.Workbook()
    book.active.append(["什么"])
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    assert "没有找到表头" in main(client.post(address, data={"file": (buffer, "a.xlsx")}))
    assert "请选择文件" in main(client.post(address, data={}))
