"""Items drafted from the text of an article."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from laws.parsing import reading
from question_bank import drafts, figure_check
from question_bank.drafting import altering, candidates, passages
from question_bank.drafting.candidates import Candidate, Method, Source
from question_bank.item_types import ItemType
from question_bank.models import DraftDecision, Item, ItemRevision, ItemState
from tests.factories import Make
from tests.pages import main

TEXT = "经办单位应当自受理之日起四十日内办结；情况复杂的，经批准可以延长。"
LIST = (
    "有下列情形之一的，不予登记：\n（一）申请材料不齐全的；\n（二）超过规定时限提出的；\n"
    "（三）已经进入其他法定程序的；\n（四）其他不符合规定的情形。"
)
OTHER = "经办人员不得有下列行为：\n（一）把材料内容告诉无关人员；\n（二）收受当事人财物。"


def of(text: str, *others: str, bodies: tuple[str, ...] = ()) -> list[Candidate]:
    return candidates.of(Source(1, "测试法", "第二条", text, others, bodies))


def by(method: Method, found: list[Candidate]) -> list[Candidate]:
    return [each for each in found if each.method is method]


def test_a_time_limit_becomes_a_choice_among_limits_that_laws_set() -> None:
    [found] = by(Method.FIGURE, of(TEXT))
    assert found.draft.stem == (
        "根据《测试法》，经办单位应当自受理之日起（　　）内办结；情况复杂的，经批准可以延长。"
    )
    assert [found.draft.options[n] for n in found.draft.key] == ["四十日"]
    assert len(set(found.draft.options)) == 4
    assert all(each.endswith("日") for each in found.draft.options)
    assert found.draft.article_ids == [1]


def test_the_figures_of_a_sentence_are_filled_in_in_either_numerals() -> None:
    [found] = by(Method.BLANK, of("应当自收到之日起15日内答复；经批准可以延长，但不得超过两个月。"))
    assert found.draft.item_type is ItemType.FILL_BLANK
    assert found.draft.stem == (
        "根据《测试法》，应当自收到之日起____内答复；经批准可以延长，但不得超过____。"
    )
    assert found.draft.key == {
        "blanks": [["15日", "十五日"], ["两个月", "2个月"]], "any_order": False,
    }  # fmt: skip
    assert drafts.faults(found.draft) == []
    [limit] = by(Method.BLANK, of(TEXT))
    assert limit.draft.key["blanks"] == [["四十日", "40日"]]
    assert by(Method.BLANK, of("经办单位应当及时办结并书面告知申请人。")) == []


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("应当在15日内书面告知申请人。", ["15日"]),
        ("可以延长两个月，最长不超过三个月。", ["两个月", "三个月"]),
        ("处五万元以上五十万元以下的罚款。", ["五万元", "五十万元"]),
        ("代表人数不得超过五人。", ["五人"]),
        ("第十五条规定的期限为十个工作日。", ["十个工作日"]),
        ("十五日内答复，逾期十五日的报告。", []),
        ("由一人负责记录有关情况。", []),
    ],
)
def test_only_figures_that_stand_once_are_asked(sentence: str, figures: list[str]) -> None:
    assert [each.text for each in altering.quantities(sentence)] == figures


def test_a_day_of_effect_is_asked_for_among_likely_days() -> None:
    [found] = by(Method.FIGURE, of("本法自2026年1月1日起施行，原办法同时废止。"))
    assert "2026年1月1日" in found.draft.options
    assert len(found.draft.options) == 4


def test_a_modal_is_asked_for_where_it_is_the_only_one() -> None:
    [found] = by(Method.MODAL, of("办理机关不得将检举材料转给被检举的人员。"))
    assert found.draft.options == ["应当", "可以", "不得"]
    assert found.draft.key == [2]
    assert by(Method.MODAL, of("机关应当登记，申请人可以在场查看有关材料。")) == []


def test_a_statement_is_true_as_the_article_has_it_and_false_when_altered() -> None:
    for number in range(20):
        text = f"经办单位应当在四十日内办结第{number}号窗口受理的事项。"
        [found] = by(Method.JUDGEMENT, of(text))
        said = found.draft.stem.removeprefix("根据《测试法》，")
        assert (said == text) is (found.draft.key == [0])


def test_members_of_another_enumeration_are_the_wrong_options() -> None:
    [found] = by(Method.ENUMERATION, of(LIST, OTHER))
    right = {found.draft.options[n] for n in found.draft.key}
    assert right == {"申请材料不齐全的", "超过规定时限提出的"}
    assert set(found.draft.options) - right == {"把材料内容告诉无关人员", "收受当事人财物"}


def test_without_another_enumeration_there_is_nothing_to_be_wrong_with() -> None:
    assert by(Method.ENUMERATION, of(LIST)) == []


def test_the_issuing_body_is_asked_of_a_law_that_one_organ_issued() -> None:
    [found] = by(Method.BODY, of("为了规范工作，制定本法。", bodies=("国务院",)))
    assert [found.draft.options[n] for n in found.draft.key] == ["国务院"]
    assert by(Method.BODY, of("为了规范工作，制定本法。", bodies=("中共中央", "国务院"))) == []


def test_what_leans_on_the_sentence_before_it_is_left_out() -> None:
    assert passages.sentences("前款规定的期限为十五日，自收到之日起计算。") == []
    assert passages.sentences(LIST) == []


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_gives_sound_candidates_or_none(text: str, other: str) -> None:
    for each in of(text, other, bodies=("国务院",)):
        assert drafts.faults(each.draft) == []


@given(st.randoms(use_true_random=False))
def test_the_right_figure_may_stand_anywhere(rng: Random) -> None:
    [found] = altering.quantities("期限为三十日，自收到之日起计算。")
    options, right = altering.ranged(found, rng)
    assert options[right] == "三十日"
    assert len(set(options)) == 4


def test_the_same_article_gives_the_same_candidates() -> None:
    assert of(TEXT, LIST) == of(TEXT, LIST)
    assert len({each.mark for each in of(TEXT, LIST)}) == len(of(TEXT, LIST))


@pytest.mark.reference
def test_candidates_of_real_laws_are_sound_and_agree_with_the_law(
    reference_data: Path,
) -> None:
    names = ("信访工作条例", "行政复议法", "公务员法", "政府信息公开条例")
    files = [
        (path.name, path.read_bytes())
        for path in sorted((reference_data / "laws" / "core").iterdir())
        if path.is_file() and path.name.startswith(names)
    ]
    found = hinted = 0
    for law in reading.read_all(files).laws:
        texts = [each.text for each in law.articles]
        for article in law.articles:
            others = [each for each in texts if each != article.text]
            source = Source(1, law.short_title, article.number, article.text, others)
            for each in candidates.of(source):
                found += 1
                assert drafts.faults(each.draft) == []
                assert each.passage.split("\n")[0] in article.text
                hints = figure_check.hints(
                    item_type=each.draft.item_type,
                    stem=each.draft.stem,
                    options=each.draft.options,
                    key=each.draft.key,
                    rationale="",
                    articles=[(article.number, article.text)],
                )
                hinted += bool(hints)
    assert found > 500
    # What the check asks about although nothing is wrong with it.
    assert hinted <= found / 100


# --- the page ---------------------------------------------------------------------------------


@pytest.fixture
def writer(make: Make) -> Account:
    return make.account(Role.STAFF, Role.ITEM_WRITER)


@pytest.fixture
def writing(writer: Account, sign_in: Callable[[Account], FlaskClient], make: Make) -> FlaskClient:
    law = make.law("中华人民共和国测试法", short_title="测试法")
    make.version(law, (TEXT, LIST, OTHER))
    return sign_in(writer)


def offered(client: FlaskClient, **query: str) -> list[str]:
    html = client.get("/bank/drafting", query_string={"law": "测试法"} | query).text
    return [each["value"] for each in BeautifulSoup(html, "html.parser").select("[name=candidate]")]


def test_candidates_stand_beside_their_articles(writing: FlaskClient) -> None:
    response = writing.get("/bank/drafting?law=测试法&articles=1")
    assert "四十日" in main(response)
    assert offered(writing, articles="1", method="figure")
    assert "没有条款号第九条" in writing.get("/bank/drafting?law=测试法&articles=第九条").text
    assert "没有名称含" in writing.get("/bank/drafting?law=没有的法").text


def test_what_is_accepted_is_the_writers_draft_and_offered_no_more(
    writing: FlaskClient, writer: Account, session: Session
) -> None:
    first, *rest = offered(writing)
    writing.post("/bank/drafting/accept", data={"candidate": first, "law": "测试法"})
    [item] = session.scalars(select(Item)).all()
    assert (item.state, item.writer_id) == (ItemState.DRAFT, writer.id)
    revision = session.scalars(select(ItemRevision)).one()
    assert revision.source == "由条文起草"
    assert len(revision.citations) == 1
    session.rollback()
    assert offered(writing) == rest
    # A second press of the same button changes nothing.
    again = writing.post("/bank/drafting/accept", data={"candidate": first}, follow_redirects=True)
    assert "未重复处理" in again.text
    assert session.scalars(select(DraftDecision)).all() == [
        session.scalars(select(DraftDecision)).one()
    ]


def test_what_is_dropped_can_be_brought_back(writing: FlaskClient) -> None:
    first, *rest = offered(writing)
    writing.post("/bank/drafting/drop", data={"candidate": first})
    assert offered(writing) == rest
    assert "恢复" in writing.get("/bank/drafting/dropped").text
    writing.post("/bank/drafting/bring-back", data={"one": first})
    assert first in offered(writing)
    assert writing.post("/bank/drafting/bring-back", data={"one": first}).status_code == 409


def test_one_candidate_is_taken_to_be_edited(writing: FlaskClient, session: Session) -> None:
    response = writing.post("/bank/drafting/edit", data={"one": offered(writing)[0]})
    item = session.scalars(select(Item)).one()
    assert response.headers["Location"] == f"/bank/items/{item.id}/edit"


@pytest.mark.parametrize("one", ["", "x", "1", "1-", "999999-abc", "99999999999999999-a"])
def test_what_is_no_candidate_is_refused(writing: FlaskClient, one: str) -> None:
    assert writing.post("/bank/drafting/edit", data={"one": one}).status_code in {404, 409}
    assert writing.post("/bank/drafting/accept", data={"candidate": one}).status_code in {302, 404}


def test_the_acceptance_rate_is_shown(writing: FlaskClient) -> None:
    [figure] = offered(writing, method="figure")
    [judgement] = offered(writing, method="judgement")
    writing.post("/bank/drafting/accept", data={"candidate": figure})
    writing.post("/bank/drafting/drop", data={"candidate": judgement})
    html = BeautifulSoup(writing.get("/bank/drafting").text, "html.parser")
    rows = {
        row.th.get_text(): [cell.get_text() for cell in row.find_all("td")]
        for row in html.select("tbody tr")
    }
    assert rows[Method.FIGURE.label] == ["1", "0", "0", "100.00%", "100.00%"]
    assert rows[Method.JUDGEMENT.label] == ["0", "0", "1", "0.00%", "0.00%"]
    assert rows[Method.BODY.label] == ["0", "0", "0", "—", "—"]


def test_an_item_that_the_bank_has_is_not_offered(writing: FlaskClient, session: Session) -> None:
    values = offered(writing)
    assert len(values) == len(set(values))
    assert ItemType.SINGLE_CHOICE.label in writing.get("/bank/drafting?law=测试法").text
