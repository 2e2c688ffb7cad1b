"""Tables and pictures in files: carried where a format can hold them, named as lost elsewhere."""

import base64
import io
import zipfile
from typing import Any

import docx
import pytest
from sqlalchemy import delete, func, select, update

from core import archives
from core.db import db
from core.files import Unreadable
from question_bank import markup
from question_bank.exporting import writing
from question_bank.exporting.records import ExportItem
from question_bank.importing import album, cases, readers
from question_bank.importing.formats import Format
from question_bank.importing.markup import plain
from question_bank.importing.plan import Plan
from question_bank.item_types import ItemType
from question_bank.models import Citation, Item, ItemRevision
from question_bank.pictures.models import Picture, PictureUpload, PictureUse
from question_bank.queries.importing import plan_of
from question_bank.services import bundles, importing
from question_bank.types import Content
from tests.factories import NOON
from tests.question_bank.picturing import TABLE, drawn, kept, named, picture, showing
from tests.question_bank.test_round_trips import item
from tests.word_files import versions

PNG, JPG = picture("red"), picture("blue", "JPEG")
P, J = named(PNG), named(JPG, "印章")
WHY = f"解析如下：\n{TABLE}\n见==条文==。"
T = ItemType


def rich(
    item_type: ItemType, stem: str, options: Any = (), key: Any = (), **more: Any
) -> ExportItem:
    content = Content(item_type, stem, options, key, more.pop("parts", ()))
    texts = [stem, list(options), key, list(content.parts), more.get("rationale", WHY)]
    shown = {each: {PNG.address: PNG, JPG.address: JPG}[each] for each in markup.addresses(texts)}
    return item(content, **{"rationale": WHY, "pictures": shown} | more)


PART = {"item_type": "single_choice", "stem": "哪一项==不对==", "options": ["甲", P], "key": [0],
        "weight": 1, "rationale": ""}  # fmt: skip
ITEMS = {
    "choice": rich(T.SINGLE_CHOICE, f"下列==不属于==的是：\n{TABLE}\n如图：\n{P}\n请选：",
                   [f"甲{J}", "==乙==", "丙"], [1]),
    "several": rich(T.MULTIPLE_CHOICE, f"见表\n{TABLE}\n正确的是", ["甲", P, "乙"], [0, 2]),
    "judge": rich(T.TRUE_FALSE, f"{P}如图，期限为六十日。", (), [0]),
    "fill": rich(T.FILL_BLANK, "填表：\n| 环节 | 期限 |\n| 受理 | ____ |\n| 办理 | ____ |",
                 (), {"blanks": [["十五日"], ["六十日"]], "any_order": False}),
    "worded": rich(T.SHORT_ANSWER, f"简述下表：\n{TABLE}", (), {
        "points": [{"text": "要点一", "weight": 1, "words": []}], "reference": ""}),
    "match": rich(T.MATCHING, f"连线：\n{P}", ["甲", "乙"],
                  {"left": ["一", f"二{J}"], "pairs": [0, 1]}),
    "order": rich(T.ORDERING, "排序", ["甲", f"乙{P}", "丙"], [0, 2, 1]),
    "case": rich(T.CASE_ANALYSIS, f"材料：\n{TABLE}\n{P}", (), {}, rationale="",
                 parts=[PART, PART | {"key": [1]}]),
}  # fmt: skip
WITHOUT = [Format.XLSX, Format.CSV, Format.JSONL, Format.TEXT, Format.GIFT]
NOT_HERE = {
    Format.DOCX: {"match", "order"}, Format.MOODLE: {"case"}, Format.QTI: set(), Format.QTI3: set(),
}  # fmt: skip


@pytest.mark.parametrize("format_", NOT_HERE, ids=lambda each: each.value)
def test_what_can_hold_them_gives_tables_and_pictures_back(format_: Format) -> None:
    items = [each for name, each in ITEMS.items() if name not in NOT_HERE[format_]]
    exported = writing.write(items, format_)
    assert [each.text for each in exported.losses] == []
    read = cases.read_all(readers.read(exported.data).rows)
    assert len(read) == len(items)
    for mine, row in zip(items, read, strict=True):
        assert row.draft is not None
        assert not row.doubts
        carried = row.raw.pictures if row.raw else {}
        assert {each: found.data for each, found in carried.items()} == {
            each: found.data for each, found in mine.pictures.items()
        }


@pytest.mark.parametrize(
    "format_", [Format.XLSX, Format.CSV, Format.JSONL, Format.TEXT, Format.GIFT]
)
def test_what_cannot_hold_pictures_keeps_the_marks_and_says_so(format_: Format) -> None:
    exported = writing.write([ITEMS["choice"], ITEMS["worded"]], format_)
    assert [each.what for each in exported.losses] == ["图片（文件里只有编号）"]
    (row, other) = cases.read_all(readers.read(exported.data, format_).rows)
    assert row.draft is not None
    assert markup.canonical(row.draft.stem) == ITEMS["choice"].stem
    assert other.draft is not None
    assert TABLE in other.draft.stem


def test_a_word_file_has_a_real_table_and_a_picture_in_the_line() -> None:
    data = writing.write([ITEMS["choice"]], Format.DOCX).data
    assert versions(data) == ["15"]
    document = docx.Document(io.BytesIO(data))
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["受理", "十五日"]
    shapes = document.inline_shapes
    assert [each._inline.docPr.get("descr") for each in shapes] == ["流程图", "印章"]
    assert not any("pic:" in each.text or "|" in each.text for each in document.paragraphs)


def test_repeated_headings_of_tables_are_no_running_heads() -> None:
    items = [
        rich(T.SINGLE_CHOICE, f"第{n}问见表：\n{TABLE}", ["甲", f"乙{n}"], [0]) for n in range(6)
    ]
    assert writing.write(items, Format.TEXT).losses == []


def test_tables_of_a_paper_that_hold_scores_options_or_answers_stay_what_they_are() -> None:
    document = docx.Document()
    document.add_paragraph("1. 下列正确的是（　）")
    _table(document, ("A. 甲", "B. 乙"), ("C. 丙", "D. 丁"))
    document.add_paragraph("【答案】A")
    _table(document, ("得分", "评卷人"), ("5", "张"))
    document.add_paragraph("2. 见下表，正确的是")
    _table(document, ("环节", "期限"), ("受理", "十五日"))
    document.add_paragraph("A. 甲")
    document.add_paragraph("B. 乙")
    document.add_paragraph("【答案】B")
    buffer = io.BytesIO()
    document.save(buffer)
    first, second = cases.read_all(readers.read(buffer.getvalue()).rows)
    assert first.draft is not None
    assert list(first.draft.options)[:2] == ["甲", "乙"]
    assert "|" not in first.draft.stem
    assert second.draft is not None
    assert second.draft.stem == "见下表，正确的是\n| 环节 | 期限 |\n| 受理 | 十五日 |"


def _table(document: Any, *rows: tuple[str, ...]) -> None:
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text


MOODLE = """<quiz><question type="shortanswer"><name><text>题</text></name>
<questiontext format="html"><text><![CDATA[{}]]></text>{}</questiontext>
<answer fraction="100"><text>甲</text></answer></question></quiz>"""


def moodle(html: str, files: str = "") -> Any:
    (row,) = cases.read_all(readers.read(MOODLE.format(html, files).encode()).rows)
    return row


def test_pictures_of_moodle_are_found_beside_the_text_and_in_it() -> None:
    data = base64.b64encode(drawn("red")).decode()
    file = f'<file name="流程 图.png" path="/" encoding="base64">{data}</file>'
    row = moodle(
        '<p>见<img src="@@PLUGINFILE@@/%E6%B5%81%E7%A8%8B%20%E5%9B%BE.png" alt="流程图"></p>', file
    )
    assert row.draft.stem.startswith(f"见{P}")
    assert row.doubts == []
    inline = moodle(f'<img src="data:image/png;base64,{data}">')
    assert f"(pic:{PNG.address})" in inline.draft.stem
    assert any("没有说明" in each for each in inline.notes)


@pytest.mark.parametrize(
    "source",
    ["http://attacker/x.png", "//attacker/x.png", "file:///etc/passwd", "@@PLUGINFILE@@/gone.png",
     "@@PLUGINFILE@@/evil.png", "data:image/png;base64,!!!", "data:text/html,<script>",
     "data:image/svg+xml,<svg onload=alert(1)>", "javascript:alert(1)"],
)  # fmt: skip
def test_pictures_that_are_none_are_named_and_nothing_is_fetched(source: str) -> None:
    svg = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
    file = f'<file name="evil.png" path="/" encoding="base64">{svg}</file>'
    row = moodle(f'<p>见<img src="{source}" alt="图一" onerror="alert(1)"></p>', file)
    assert row.draft.stem.startswith("见［图片：图一］")
    assert any("含图片" in each for each in row.doubts)
    assert row.raw.pictures == {}


def test_html_tables_become_rows_and_hostile_html_stays_words_or_goes() -> None:
    html = ("<table><tr><th>环节<th>期限<tr><td>受|理<td><p>十五</p><p>日</p><script>1</script>"
            "<tr><td colspan=2 onclick=alert(1)>合计</table>后")  # fmt: skip
    assert plain(html).text == (
        "| 环节 | 期限 |\n| --- | --- |\n| 受\\|理 | 十五 日 |\n| 合计 |  |\n后"
    )
    nested = "<table><tr><td>甲<td><table><tr><td>内<td>里</table><tr><td>乙<td>丙</table>"
    assert plain(nested).text == "| 甲 | 内 里 |\n| 乙 | 丙 |"
    assert plain("<table><tr><td>只有一格</table>").text == "只有一格"
    assert plain("<table>" * 3_000 + "<td colspan=999999>" * 3_000).text == ""
    assert plain("见<strong>不属于</strong>的<b>是</b>").text == "见==不属于==的是"


def test_a_file_of_many_large_pictures_ends_in_bounded_time(monkeypatch) -> None:
    monkeypatch.setattr(album, "MAX_PIXELS", 60 * 40 * 2)
    file = album.Album()
    assert file.picture(drawn("red")) == file.picture(drawn("red"))
    file.picture(drawn("blue"))
    with pytest.raises(Unreadable, match="太多"):
        file.picture(drawn("green"))


def test_an_import_keeps_the_pictures_of_its_rows_and_gives_them_back_when_undone(
    app, make, session
) -> None:
    by = make.account()
    data = writing.write([ITEMS["choice"], ITEMS["order"]], Format.QTI).data
    with app.app_context():
        plan: Plan = plan_of(readers.read(data), day=NOON.date())
        batch = importing.take_in(plan=plan, file_name="题.zip", at=NOON, by=db.session.merge(by))
        db.session.commit()
    assert session.scalar(select(func.count(Picture.id))) == 2
    assert session.scalar(select(func.count(PictureUpload.id))) == 2
    assert session.scalar(select(func.count(PictureUse.id))) == 3
    session.rollback()
    with app.app_context():
        importing.take_back(batch=db.session.merge(batch), at=NOON)
        db.session.commit()
    assert session.scalar(select(func.count(PictureUse.id))) == 0


def test_a_row_that_names_a_picture_that_nobody_has_is_refused(app) -> None:
    data = writing.write([ITEMS["choice"], ITEMS["worded"]], Format.XLSX).data
    with app.app_context():
        plan = plan_of(readers.read(data), day=NOON.date())
        assert [each.faults[0].field for each in plan.rejected] == ["图片"]
        assert len(plan.accepted) == 1
    kept(app, PNG, NOON)
    kept(app, JPG, NOON)
    with app.app_context():
        assert len(plan_of(readers.read(data), day=NOON.date()).accepted) == 2


def test_a_bundle_carries_pictures_and_gives_them_back_byte_for_byte(app, make, session) -> None:
    for each in (PNG, JPG):
        kept(app, each, NOON)
    revision = showing(app, lambda: make.revision(stem=f"{TABLE}\n{P}", rationale=J))
    with app.app_context():
        found = db.session.get_one(Item, revision.item_id)
        data, digest = bundles.write([found]).data, bundles.digest([found])
        _forget()
        with pytest.raises(Unreadable, match="与其编号不符"):
            bundles.read(_altered(data))
        restored = bundles.restore(bundles.read(data), file_name="a.zip", at=NOON, by=None)
        assert (restored.accepted, restored.rejected) == (1, [])
        again = db.session.scalars(select(Item)).one()
        assert bundles.digest([again]) == digest
        db.session.commit()
    assert session.scalar(select(func.count(PictureUse.id))) == 2
    rows = session.execute(select(Picture.address, Picture.data).order_by(Picture.id)).all()
    assert dict(map(tuple, rows)) == {PNG.address: PNG.data, JPG.address: JPG.data}


def _forget() -> None:
    """Empty the bank."""
    current = {"current_id": None, "published_citation_id": None, "state": "draft"}
    db.session.execute(update(Item).values(current))
    for table in (PictureUse, PictureUpload, Picture, Citation, ItemRevision, Item):
        db.session.execute(delete(table))
    db.session.expire_all()


def _altered(data: bytes) -> bytes:
    """The same bundle with another picture under the first one's name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for each in archives.entries(data):
            other = drawn("gray") if each.name.startswith("pictures/") else each.data
            archive.writestr(each.name, other)
    return buffer.getvalue()
