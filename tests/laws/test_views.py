"""The pages of the register, through a browser's requests."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from laws.models import Article, Law, LawCategory, LawVersion, TextStatus
from tests.factories import Make
from tests.pages import main, page

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
TEXT = """# 测试条例

2025年1月2日 国务院令第1号公布

<!-- INFO END -->

## 第一章 总则

第一条 为了<b>测试</b>，制定本条例。

第三条 本条例自2025年5月1日起施行。
"""

SignIn = Callable[[Account], FlaskClient]


@pytest.fixture
def reader(make: Make, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.account(Role.STAFF))


@pytest.fixture
def editor(make: Make, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.account(Role.STAFF, Role.RESEARCH_OFFICE))


def two_versions(make: Make) -> tuple[Law, LawVersion, LawVersion]:
    law = make.law("中华人民共和国测试法", short_title="测试法",
                   categories=[LawCategory(category="law")])  # fmt: skip
    old = make.version(law, ("旧的第一条。",), label="2005年公布", promulgated_on=date(2005, 1, 1),
                       effective_on=date(2005, 5, 1))  # fmt: skip
    new = make.version(law, ("新的第一条。", "受理时限为十五日。"), label="2024年修订",
                       promulgated_on=date(2024, 1, 1), effective_on=date(2024, 5, 1))  # fmt: skip
    return law, old, new


def upload(client: FlaskClient, *files: tuple[str, bytes]) -> TestResponse:
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    return client.post("/laws/import", data=data, content_type="multipart/form-data")


def test_the_register_lists_laws_with_their_present_version(
    make: Make, reader: FlaskClient
) -> None:
    two_versions(make)
    text = main(reader.get("/laws/"))
    assert "共 1 部" in text
    assert "2024年修订" in text
    assert "现行有效" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=测试", True), ("q=民法", False), ("category=law", True), ("category=rule", False),
        ("state=in_force", True), ("state=repealed", False), ("state=nonsense", True),
        ("q=%25", False),
    ],
)  # fmt: skip
def test_the_register_is_filtered(
    make: Make, reader: FlaskClient, query: str, *, found: bool
) -> None:
    two_versions(make)
    assert ("测试法" in main(reader.get(f"/laws/?{query}"))) is found


def test_an_empty_register_says_so(reader: FlaskClient) -> None:
    assert "还没有登记法律法规" in main(reader.get("/laws/"))


def test_a_law_is_read_as_it_stands_today_or_stood_on_a_day(
    make: Make, reader: FlaskClient
) -> None:
    law, _, _ = two_versions(make)
    assert "受理时限为十五日。" in main(reader.get(f"/laws/{law.id}"))
    then = main(reader.get(f"/laws/{law.id}?on=2010-01-01"))
    assert "旧的第一条。" in then
    before = main(reader.get(f"/laws/{law.id}?on=1999-01-01"))
    assert "1999年1月1日没有有效的版本" in before


def test_an_earlier_version_says_that_it_was_amended(make: Make, reader: FlaskClient) -> None:
    _, old, _ = two_versions(make)
    text = main(reader.get(f"/laws/versions/{old.id}"))
    assert "这是修改前的文本" in text
    assert "已修改" in text


def test_an_article_has_an_address(make: Make, reader: FlaskClient) -> None:
    article = two_versions(make)[2].articles[1]
    answer = reader.get(f"/laws/articles/{article.id}")
    assert answer.headers["Location"] == f"/laws/versions/{article.version_id}#a2"
    assert page(reader.get(answer.headers["Location"])).find(id="a2")


def test_an_outline_is_never_shown_as_the_official_text(make: Make, reader: FlaskClient) -> None:
    version = make.version(text_status=TextStatus.OUTLINE)
    assert "不是官方文本" in main(reader.get(f"/laws/versions/{version.id}"))


def test_search_finds_articles_in_force_by_several_words(make: Make, reader: FlaskClient) -> None:
    two_versions(make)
    soup = page(reader.get("/search?q=时限 十五日"))
    assert [mark.get_text() for mark in soup.select("main mark")] == ["时限", "十五日"]
    assert "没有找到" in main(reader.get("/search?q=旧的"))
    assert "2005年公布 已修改" in main(reader.get("/search?q=旧的&all=1"))


def test_search_finds_an_article_by_law_and_number(make: Make, reader: FlaskClient) -> None:
    two_versions(make)
    assert "受理时限" in main(reader.get("/search?q=测试法 第2条"))


def test_search_names_laws_first(make: Make, reader: FlaskClient) -> None:
    two_versions(make)
    assert "法律法规 中华人民共和国 测试 法" in main(reader.get("/search?q=测试"))


def test_what_is_searched_and_found_cannot_become_markup(make: Make, reader: FlaskClient) -> None:
    make.version(articles=("<script>alert(1)</script>时限",))
    answer = reader.get("/search?q=<script>")
    assert "<script>alert" not in answer.text
    assert "alert(1)" in main(answer)


def test_an_upload_is_previewed_and_nothing_is_registered_before_it_is_confirmed(
    editor: FlaskClient, session: Session
) -> None:
    with clock.frozen(NOW):
        answer = upload(editor, ("测试条例.md", TEXT.encode()), ("坏.txt", b"\0\1\2"))
        address = answer.headers["Location"]
        text = main(editor.get(address))
        assert "缺 1 个条号：第二条" in text
        assert "坏.txt：不是文本文件" in text
        assert session.scalar(select(func.count(Law.id))) == 0
        session.rollback()
        assert editor.post(address).status_code == 302
    version = session.scalars(select(LawVersion)).one()
    assert (version.label, version.effective_on) == ("2025年公布", date(2025, 5, 1))
    assert version.registered_by_id is not None
    session.commit()
    shown = editor.get(f"/laws/versions/{version.id}")
    assert "&lt;b&gt;测试&lt;/b&gt;" in shown.text
    assert "缺 1 个条号" in main(shown)
    assert editor.get(address).status_code == 410


def test_a_folder_goes_in_but_for_what_fails_and_each_file_is_reported(
    editor: FlaskClient, session: Session
) -> None:
    folder = [
        (io.BytesIO(TEXT.encode()), "法规/甲/测试条例.md"),
        (io.BytesIO(b"%PDF-1.7"), "法规/乙/扫描.pdf"),
        (io.BytesIO(b"x"), "法规/目录.csv"),
        (io.BytesIO(b"x"), "法规/.隐藏.txt"),
    ]
    kind = "multipart/form-data"
    sent = editor.post("/laws/import", data={"folder": folder}, content_type=kind)
    shown = main(editor.get(sent.headers["Location"]))
    assert "法规/乙/扫描.pdf：这是 PDF 文件" in shown
    assert "隐藏" not in shown
    assert "目录.csv" not in shown
    assert editor.get("/laws/import/progress").get_json() == {}
    confirmed = editor.post(sent.headers["Location"])
    address = confirmed.headers["Location"]
    rows = [
        [each.get_text(strip=True) for each in row.select("th, td")]
        for row in page(editor.get(address)).select("tbody tr")
    ]
    assert [row[:2] for row in rows] == [
        ["法规/乙/扫描.pdf", "没有登记"],
        ["法规/甲/测试条例.md", "有问题"],
    ]
    assert len(page(editor.get(f"{address}?show=没有登记")).select("tbody tr")) == 1
    book = openpyxl.load_workbook(io.BytesIO(editor.get(f"{address}.xlsx").data))
    assert [row[1] for row in book.active.values][-2:] == ["没有登记", "有问题"]
    assert editor.post(sent.headers["Location"]).status_code == 410
    nothing = {"folder": [(io.BytesIO(b"x"), "a/图.png")]}
    refused = editor.post("/laws/import", data=nothing, content_type=kind)
    assert "这个文件夹里没有" in main(refused)
    assert session.scalar(select(func.count(Law.id))) == 1


def test_an_upload_can_be_given_up(editor: FlaskClient, session: Session) -> None:
    address = upload(editor, ("测试条例.md", TEXT.encode())).headers["Location"]
    assert editor.post(f"{address}/cancel").status_code == 302
    assert editor.post(address).status_code == 410
    assert session.scalar(select(func.count(Law.id))) == 0


def test_an_upload_without_files_is_asked_for(editor: FlaskClient) -> None:
    assert "请选择文件" in main(editor.post("/laws/import", data={}))


def test_nobody_confirms_a_colleagues_upload(
    make: Make, sign_in: SignIn, editor: FlaskClient
) -> None:
    address = upload(editor, ("测试条例.md", TEXT.encode())).headers["Location"]
    other = sign_in(make.account(Role.RESEARCH_OFFICE))
    assert other.get(address).status_code == 410
    assert other.post(address).status_code == 410


@pytest.mark.parametrize("address", ["/laws/import", "/laws/import/abc", "/laws/versions/1/edit"])
def test_readers_do_not_write(reader: FlaskClient, address: str) -> None:
    assert reader.get(address).status_code == 403


def test_a_correction_changes_the_state(make: Make, editor: FlaskClient, session: Session) -> None:
    _, _, version = two_versions(make)
    address = f"/laws/versions/{version.id}/edit"
    page(editor.get(address))
    data = {"label": "2024年修订", "effective_on": "2024-05-01", "categories": ["law", "rule"]}
    refused = editor.post(address, data=data | {"repealed_on": "2024-04-01"})
    assert "废止日期不能早于施行日期" in main(refused)
    assert editor.post(address, data=data | {"repealed_on": "2025-01-01"}).status_code == 302
    assert "已废止" in main(editor.get(f"/laws/{version.law_id}"))
    session.refresh(version)
    assert version.repealed_on == date(2025, 1, 1)


def test_a_version_without_a_category_is_refused(make: Make, editor: FlaskClient) -> None:
    _, _, version = two_versions(make)
    answer = editor.post(f"/laws/versions/{version.id}/edit", data={"label": "甲"})
    assert "请至少选择一个类别" in main(answer)


def test_a_downloaded_text_can_be_imported_again(
    editor: FlaskClient, make: Make, session: Session
) -> None:
    upload_address = upload(editor, ("测试条例.md", TEXT.encode())).headers["Location"]
    editor.post(upload_address)
    version_id = session.scalars(select(LawVersion.id)).one()
    session.rollback()
    answer = editor.get(f"/laws/versions/{version_id}.txt")
    assert "attachment" in answer.headers["Content-Disposition"]
    again = upload(editor, ("下载.txt", answer.data)).headers["Location"]
    assert "已登记" in main(editor.get(again))
    editor.post(again)
    texts = session.scalars(select(Article.text).order_by(Article.position)).all()
    assert texts == ["为了<b>测试</b>，制定本条例。", "本条例自2025年5月1日起施行。"]


@pytest.mark.parametrize("address", ["/laws/9", "/laws/versions/9", "/laws/articles/9",
                                     "/laws/versions/9.txt"])  # fmt: skip
def test_what_is_not_there_is_not_found(reader: FlaskClient, address: str) -> None:
    assert reader.get(address).status_code == 404


def test_an_article_names_who_cites_it(make: Make, reader: FlaskClient) -> None:
    _, old, new = two_versions(make)
    make.version(
        make.law("乙条例", short_title="乙条例"),
        (
            "依照《中华人民共和国测试法》第二条和第一条处理。",
            "参照测试法办理。",
            "依照《测试法》执行。",
        ),
    )
    make.version(make.law("丙条例", short_title="丙条例"), ("依照《测试法》第二条。",),
                 repealed_on=date(2021, 1, 1))  # fmt: skip
    make.version(make.law("测试法实施条例", short_title="测试法实施条例"),
                 ("《测试法实施条例》第二条。",))  # fmt: skip
    whole = main(reader.get(f"/laws/versions/{new.id}/cited"))
    assert "《乙条例》第1条" in whole
    assert "《乙条例》第3条" in whole
    assert "丙条例" not in whole
    assert "《乙条例》第2条" not in whole
    assert "《测试法实施条例》第1条" not in whole
    one = page(reader.get(f"/laws/versions/{new.id}/cited?article=2"))
    assert [each.text for each in one.select(".xf-found-title")] == ["《乙条例》第1条"]
    assert [each["href"] for each in one.select(".xf-law-cited")] == [f"/laws/{new.law_id}#a2"]
    assert "不是条号" in main(reader.get(f"/laws/versions/{old.id}/cited?article=abc"))
    assert "没有引用" in main(reader.get(f"/laws/versions/{old.id}/cited?article=9"))
