"""The templates' macros, rendered without the application, and what CSS and scripts may contain."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, get_template_attribute, render_template, render_template_string
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from core import assets, styleguide, templating
from core.config import Config

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
PACKAGES = sorted(path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
Render = Callable[..., BeautifulSoup]


def named(path: Path) -> str:
    return path.name


@pytest.fixture(scope="module")
def bare() -> Flask:
    """Templates and what they rely on; no database, nobody signed in."""
    app = Flask("bare", root_path=str(ROOT))
    config = Config(data_dir=ROOT, database_url="", secret_key="test-key")
    app.config.update(SECRET_KEY="test-key", XUEFA=config, BOOTSTRAP_SERVE_LOCAL=True)
    Bootstrap5(app)
    CSRFProtect(app)
    assets.init_app(app)
    templating.init_app(app)
    app.jinja_env.globals["navigation_bar"] = str
    app.jinja_env.globals["page_head"] = lambda leads: get_template_attribute(
        "components/header.html", "page_head"
    )(config.unit_name, None, leads, False, None, "")
    app.add_url_rule("/sign-out", "accounts.sign_out", str)
    app.add_url_rule("/password", "accounts.password", str)
    return app


@pytest.fixture
def render(bare: Flask) -> Render:
    """HTML of a template's source, as asked for at ``url``."""

    def rendered(source: str, url: str = "/", **context: Any) -> BeautifulSoup:
        with bare.test_request_context(url):
            return BeautifulSoup(render_template_string(source, **context), "html.parser")

    return rendered


@pytest.fixture
def styleguide_page(bare: Flask) -> BeautifulSoup:
    with bare.test_request_context("/styleguide"):
        html = render_template("core/styleguide.html", form=styleguide.sample())
    return BeautifulSoup(html, "html.parser")


def use(file: str, call: str) -> str:
    names = ", ".join(re.findall(r"\{[%{] ?(?:call )?([a-z_]+)\(", call))
    return f'{{% from "components/{file}.html" import {names} %}}{call}'


def test_the_styleguide_has_one_heading_and_repeats_it_in_its_title(
    styleguide_page: BeautifulSoup,
) -> None:
    headings = styleguide_page.find_all("h1")
    assert [heading.get_text(strip=True) for heading in headings] == ["组件样张"]
    assert styleguide_page.title is not None
    assert styleguide_page.title.get_text() == "组件样张 · 学法培训考试系统"


def test_every_label_of_the_styleguide_names_a_control(styleguide_page: BeautifulSoup) -> None:
    ids = {tag["id"] for tag in styleguide_page.find_all(id=True)}
    assert {label["for"] for label in styleguide_page.select("label[for]")} <= ids


def test_no_id_occurs_twice_on_the_styleguide(styleguide_page: BeautifulSoup) -> None:
    ids = [tag["id"] for tag in styleguide_page.find_all(id=True)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_an_error_page_says_what_to_do_and_under_which_number(bare: Flask, status: int) -> None:
    with bare.test_request_context("/"):
        html = render_template(f"errors/{status}.html", message=None, reference="7f3a")
    page = BeautifulSoup(html, "html.parser")
    (heading,) = page.find_all("h1")
    assert page.title is not None
    assert page.title.get_text() == f"{heading.get_text()} · 学法培训考试系统"
    assert page.select_one(".lead").get_text(strip=True)  # type: ignore[union-attr]
    assert page.select("main li")
    assert "7f3a" in page.get_text()


def test_an_error_page_shows_the_message_of_a_refusal(bare: Flask) -> None:
    with bare.test_request_context("/"):
        html = render_template("errors/409.html", message="试卷已经封存", reference="-")
    assert "试卷已经封存" in html


def test_sorting_keeps_the_filter_and_returns_to_the_first_page(render: Render) -> None:
    page = render(
        use("table", '{{ sort_link("姓名", "name", "score", "asc") }}'),
        "/people?unit=3&unit=4&q=%E7%8E%8B&page=7&sort=score",
    )
    assert href(page) == "/people?unit=3&unit=4&q=%E7%8E%8B&sort=name&dir=asc"


def test_sorting_again_reverses(render: Render) -> None:
    page = render(use("table", '{{ sort_link("姓名", "name", "name", "asc") }}'), "/people")
    assert href(page) == "/people?sort=name&dir=desc"


def test_an_argument_in_the_address_never_breaks_a_link(render: Render) -> None:
    page = render(
        use("table", '{{ sort_link("姓名", "name", "", "") }}'),
        '/people?endpoint=x&_external=1&q="><script>',
    )
    assert page.find("script") is None
    assert href(page).startswith("/people?endpoint=x&_external=1&q=%22%3E%3Cscript%3E")


def test_removing_a_filter_keeps_the_others(render: Render) -> None:
    chips = [{"label": "部门", "value": "人事司", "name": "unit", "raw": "3"}]
    page = render(
        use("table", "{% call filter_form(chips) %}{% endcall %}"),
        "/people?unit=3&unit=4&q=a&page=2",
        chips=chips,
    )
    assert href(page, ".xf-chip-filter") == "/people?unit=4&q=a"


def paged(number: int, pages: int) -> dict[str, Any]:
    return {
        "number": number, "pages": pages, "total": pages * 20, "per_page": 20, "items": [],
        "has_prev": number > 1, "has_next": number < pages,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [
        (1, 3, ["1", "2", "3"]),
        (1, 12, ["1", "2", "3", "4", "5"]),
        (6, 12, ["4", "5", "6", "7", "8"]),
        (12, 12, ["8", "9", "10", "11", "12"]),
    ],
)
def test_paging_shows_the_pages_around_this_one(
    render: Render, number: int, pages: int, shown: list[str]
) -> None:
    page = render(use("table", "{{ paging(page) }}"), page=paged(number, pages))
    numbers = re.findall(r"\b\d+\b", " ".join(
        item.get_text(" ") for item in page.select(".xf-paging-list li")
    ))  # fmt: skip
    assert numbers == shown
    assert f"第 {number} / {pages} 页 · 共 {pages * 20} 条" in page.get_text()


@pytest.mark.parametrize("total", [0, 20])
def test_a_list_on_one_page_shows_no_paging(render: Render, total: int) -> None:
    page = render(use("table", "{{ paging(page) }}"), page=paged(1, 1) | {"total": total})
    assert page.get_text(strip=True) == ""


def test_a_long_page_may_be_made_shorter(render: Render) -> None:
    page = render(use("table", "{{ paging(page) }}"), page=paged(1, 1) | {"total": 30})
    assert "第 1 / 1 页 · 共 30 条" in page.get_text()


def test_further_actions_stand_in_a_menu(render: Render) -> None:
    page = render(use("page", "{% call more() %}<li><a href='/x'>通知</a></li>{% endcall %}"))
    assert [link["href"] for link in page.select("details[data-menu] li > a")] == ["/x"]
    assert page.select_one("summary").get_text(strip=True) == "更多"


def test_a_field_is_tied_to_its_help_and_its_error(bare: Flask, render: Render) -> None:
    with bare.test_request_context("/"):
        form = styleguide.sample()
    page = render(use("forms", "{{ field(form.name) }}"), form=form)
    control = page.select_one("#name")
    assert control is not None
    assert control["aria-describedby"] == "name-help name-error"
    assert control["aria-invalid"] == "true"
    assert "请填写考试名称" in page.select_one("#name-error").get_text()  # type: ignore[union-attr]


def test_the_error_summary_leads_to_each_field(bare: Flask, render: Render) -> None:
    with bare.test_request_context("/"):
        form = styleguide.sample()
    page = render(use("forms", "{{ form_errors(form) }}"), form=form)
    assert [link["href"] for link in page.select("a")] == ["#name", "#minutes"]


def test_several_checkboxes_and_radio_buttons_are_a_named_group(
    bare: Flask, render: Render
) -> None:
    with bare.test_request_context("/"):
        form = styleguide.sample()
    page = render(use("forms", "{{ field(form.policy) }}{{ field(form.units) }}"), form=form)
    assert [legend.get_text() for legend in page.select("fieldset > legend")] == [
        "多选题计分", "参加部门",
    ]  # fmt: skip
    assert [box["value"] for box in page.select("input[checked]")] == ["all", "1", "3"]


def test_a_confirmation_posts_with_a_csrf_token_and_asks_first(render: Render) -> None:
    page = render(
        use(
            "confirm",
            '{{ confirm_button("删除", "/items/3/delete", "删除试题？", "不能恢复。", '
            'fields={"version": 2}) }}',
        )
    )
    form = page.form
    assert form is not None
    assert (form["method"], form["action"]) == ("post", "/items/3/delete")
    assert form.select_one("[name=csrf_token]")["value"]  # type: ignore[index]
    assert form.select_one("[name=version]")["value"] == "2"  # type: ignore[index]
    assert [button.get_text() for button in form.select("details [type=submit]")] == ["删除"]


def test_bars_are_shares_of_the_largest_and_say_their_value(render: Render) -> None:
    rows = [{"label": "甲", "value": 80}, {"label": "乙", "value": 20, "text": "20 分"}]
    page = render(use("figures", "{{ bars(rows) }}"), rows=rows)
    assert [bar["width"] for bar in page.select(".xf-bar-fill")] == ["100.0%", "25.0%"]
    assert [each.get_text() for each in page.select("dd:not(.xf-bar)")] == ["80", "20 分"]


@pytest.mark.parametrize("rows", [[], [{"label": "甲", "value": None, "text": "—"}]])
def test_bars_of_nothing_are_drawn_too(render: Render, rows: list[dict[str, Any]]) -> None:
    assert render(use("figures", "{{ bars(rows) }}"), rows=rows).dl is not None


def test_text_given_to_a_macro_is_escaped(render: Render) -> None:
    page = render(use("feedback", '{{ badge("good", "<script>") }}'))
    assert page.find("script") is None
    assert unescape(page.get_text()) == "<script>"


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_carry_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_scripts_stay_within_es2017(path: Path) -> None:
    text = re.sub(r"//.*", "", path.read_text())
    assert not re.search(r"\?\.[a-zA-Z\[(]|\?\?|\.replaceAll\(|\.at\(|catch \{|#[a-z]\w*\(", text)
    assert not re.search(r"\binnerHTML\b|\bdocument\.write\b|\beval\(", text)


def test_every_style_sheet_is_read_by_every_page_or_by_one_that_names_it() -> None:
    named = {*assets.STYLESHEETS, "landscape"}
    assert {path.stem for path in SHEETS} == named


def test_every_class_of_the_style_sheets_is_used() -> None:
    code = [path for package in PACKAGES for path in package.rglob("*.py")]
    users = [*TEMPLATES, *SCRIPTS, *code]
    used = set(re.findall(r"xf-[a-z0-9-]+", "".join(path.read_text() for path in users)))
    begun = tuple(name for name in used if name.endswith("-"))
    described = {name for sheet in SHEETS for name in re.findall(r"\.(xf-[\w-]+)", rules(sheet))}
    assert [name for name in sorted(described - used) if not name.startswith(begun)] == []


def test_a_class_is_described_in_one_style_sheet() -> None:
    sheets: dict[str, set[str]] = {}
    for sheet in SHEETS:
        for selectors in re.findall(r"^([^@{}]+)\{", rules(sheet), flags=re.MULTILINE):
            for selector in map(str.strip, selectors.split(",")):
                if re.fullmatch(r"\.xf-[\w-]+", selector):
                    sheets.setdefault(selector, set()).add(sheet.stem)
    # On paper things may look otherwise.
    assert {name: found for name, found in sheets.items() if len(found - {"print"}) > 1} == {}


def rules(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=named)
def test_a_style_sheet_stays_within_chromium_78(sheet: Path) -> None:
    text = rules(sheet)
    for newer in (":has(", ":is(", ":where(", "@container", "@layer", "clamp(", "aspect-ratio:",
                  " inset:", "dvh", "color-mix", "oklch", "margin-inline:"):  # fmt: skip
        assert newer not in text
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        flexes = re.search(r"display:\s*(inline-)?flex", body)
        assert not (flexes and re.search(r"(?<!grid-)\bgap:", body)), selector


def href(page: BeautifulSoup, selector: str = "a") -> str:
    link = page.select_one(selector)
    assert link is not None
    return str(link["href"])
