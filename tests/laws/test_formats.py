"""One law in any format and layout is one text: the same articles, divisions, dates, bodies."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from laws.parsing import files, layout, reading
from laws.parsing.text import Flaw, ParsedLaw
from tests import law_layouts as layouts
from tests.law_layouts import LAYOUTS

TEXT = """# 中华人民共和国测试法

2001年2月3日 第九届全国人民代表大会常务委员会第二十次会议通过

2019年4月5日 第十三届全国人民代表大会常务委员会第十次会议修订

<!-- INFO END -->

## 第一章 总则

### 第一节 目的

第一条 为了测试，制定本法。

第二条 测试应当：

（一）真实；

（二）完整。

前款规定的测试，不得少于5日。

第二条之一 测试不得依照前条免除。

### 第二节 范围

第三条 测试范围自 2019 年 5 月 1 日起另行规定。

## 第二章 附则

第四条 本法自2019年10月1日起施行。
"""


def content(law: ParsedLaw) -> dict[str, object]:
    return {
        "title": law.title,
        "articles": [(each.number, each.text) for each in law.articles],
        "divisions": [(each.level, each.title) for each in law.divisions],
        "places": [each.division for each in law.articles],
    }


def facts(law: ParsedLaw) -> dict[str, object]:
    return {
        "promulgated_on": law.promulgated_on,
        "effective_on": law.effective_on,
        "bodies": list(law.bodies),
        "label": law.label,
    }


def set_as(layout: str, law: ParsedLaw) -> ParsedLaw:
    name, write = LAYOUTS[layout]
    dated = name if name.endswith(".zip") else f"{law.promulgated_on:%Y%m%d}_{name}"
    stem, _, kind = dated.rpartition(".")
    dated = dated if kind == "zip" else f"{stem}_{law.promulgated_on:%Y%m%d}.{kind}"
    batch = reading.read_all([(dated, write(law))])
    assert batch.rejected == []
    [found] = batch.laws
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_law_is_the_same_in_every_layout(layout: str) -> None:
    law = reading.read("测试.md", TEXT.encode())
    found = set_as(layout, law)
    assert content(found) == content(law)
    assert facts(found) == facts(law)
    assert found.problems == []


@pytest.mark.reference
@pytest.mark.parametrize("layout", LAYOUTS)
def test_official_texts_are_the_same_in_every_layout(layout: str, reference_data: Path) -> None:
    """Every layout sets a sixth of the core texts."""
    folder = reference_data / "laws/core"
    batch = reading.read_all(
        (str(path.relative_to(folder)), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.suffix in files.TEXTS
    )
    share = list(LAYOUTS).index(layout) % 6
    laws = [law for n, law in enumerate(batch.laws) if n % 6 == share]
    # An amendment quotes articles; only white space tells its own numbers from the quoted ones.
    laws = [law for law in laws if not (layout == "docx without a gap" and "修正案" in law.title)]
    dated = {law.file for law in laws if not any(p.flaw is Flaw.UNDATED for p in law.problems)}
    assert len(laws) > 10
    for law in laws:
        if layout == "zip" and law.file not in dated:
            continue
        found = set_as(layout, law)
        assert content(found) == content(law), law.file
        if law.file in dated and layout != "zip":
            assert facts(found) == facts(law), law.file


@pytest.mark.reference
def test_the_civil_code_in_one_document_is_the_code_of_its_eight_files(
    reference_data: Path,
) -> None:
    folder = reference_data / "laws/core"
    [code] = reading.read_all(
        (str(path.relative_to(folder)), path.read_bytes())
        for path in sorted((folder / "民法典").iterdir())
    ).laws
    assert len(code.articles) == 1260
    books = [each.title for each in code.divisions if each.level == 1]
    assert books == [
        "第一编 总则", "第二编 物权", "第三编 合同", "第四编 人格权", "第五编 婚姻家庭",
        "第六编 继承", "第七编 侵权责任", "附则",
    ]  # fmt: skip
    assert content(set_as("official docx", code)) == content(code)


ORDER = """中华人民共和国主席令
第七十号
《中华人民共和国测试法》已由第十三届全国人民代表大会常务委员会第十次会议于2019年4月5日修订通过，现予公布，自2019年10月1日起施行。
中华人民共和国主席　某某某
2019年4月5日
中华人民共和国
测试法
（2001年2月3日第九届全国人民代表大会常务委员会第二十次会议通过　2019年4
月5日第十三届全国人民代表大会常务委员会第十次会议修订）
目　录
第一章　总　则................1
第二章　附　则................9
第一章
总　则
第一条　甲。
第二章
附　则
第二条　本法自2019年10月1日起施行。
"""


CODE = "中华人民共和国民法典"
PASSED = "（2020年5月28日第十三届全国人民代表大会第三次会议通过）"


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(lambda _heading, name: [CODE, name, PASSED], id="name under the title"),
        pytest.param(lambda heading, _name: [CODE, heading, PASSED], id="heading under the title"),
        pytest.param(
            lambda heading, _name: [CODE, PASSED, heading], id="heading under the preamble"
        ),
        pytest.param(lambda _heading, name: [f"{CODE}（{name}）", PASSED], id="name in the title"),
    ],
)
def test_the_parts_of_a_code_in_plain_text_become_one_law(
    head: Callable[[str, str], list[str]],
) -> None:
    named = {"第一编　总则": "总则", "第二编　物权": "物权编", "附　　则": "附则"}
    texts = ["第一条　甲。\n第二条　乙。", "第三条　丙。", "第四条　本法自2021年1月1日起施行。"]
    files_ = [
        (f"民法典/{n}.txt", "\n".join([*head(heading, name), text]).encode())
        for n, ((heading, name), text) in enumerate(zip(named.items(), texts, strict=True))
    ]
    [law] = reading.read_all(files_).laws
    assert (law.title, law.promulgated_on, law.problems) == (CODE, date(2020, 5, 28), [])
    assert [each.number for each in law.articles] == ["第一条", "第二条", "第三条", "第四条"]
    assert [each.title for each in law.divisions] == ["第一编 总则", "第二编 物权", "附则"]


WHOLE = [
    "中华人民共和国测试法",
    "（2019年4月5日第十三届全国人民代表大会常务委员会第十次会议通过）",
    "目　录", "第一章　总　则", "第二章　附　则",
    "第一章　总　则",
    "第一条　为了规范测试工作，保护参加测试的人民群众的合法权益，根据宪法，制定本法。",
    "本法第二条规定的期限，自收到书面申请之日起计算。",
    "第二条　行政机关应当自收到申请之日起六十日内作出决定；情况复杂的，经批准可以延长三十日。",
    "第二章　附　则",
    "第三条　本法自2019年10月1日起施行。",
]  # fmt: skip
NUMBER = re.compile(r"^(第.条)　", re.MULTILINE)
HEADING = re.compile(r"^第(.)章　(.)　(.)$", re.MULTILINE)


@pytest.mark.parametrize(
    "set_so",
    [
        pytest.param(lambda text: NUMBER.sub(r"\1　\1　", text), id="numbers twice"),
        pytest.param(lambda text: NUMBER.sub(r"【\1】", text), id="numbers in brackets"),
        pytest.param(lambda text: NUMBER.sub(r"#### \1 ", text), id="articles as headings"),
        pytest.param(lambda text: text.replace("目　录", "【目录】"), id="contents in brackets"),
        pytest.param(
            lambda text: HEADING.sub(r"第\1章　\2　\3……（1）", text, count=2),
            id="pages in brackets",
        ),
        pytest.param(lambda text: HEADING.sub(r"第　\1　章　\2　\3", text), id="spread headings"),
        pytest.param(
            lambda text: text.translate(str.maketrans("一二人民行日", "⼀⼆⼈⺠⾏⽇")),
            id="copied out of a PDF",
        ),
        pytest.param(lambda text: f"{text}\n来源：国家法律法规数据库\n【打印】", id="a foot"),
    ],
)
def test_however_a_text_was_typed_its_articles_are_the_same(set_so: Callable[[str], str]) -> None:
    text = "\n".join(WHOLE)
    law = reading.read("测试_20190405.txt", text.encode())
    assert [len(each.text.split("\n")) for each in law.articles] == [2, 1, 1]
    found = reading.read("测试_20190405.txt", set_so(text).encode())
    assert (content(found), facts(found)) == (content(law), facts(law))
    assert found.problems == []


def test_lines_broken_at_a_width_are_put_together_and_reported() -> None:
    law = reading.read("测试_20190405.txt", "\n".join(WHOLE).encode())
    assert layout.width(WHOLE) is None
    more = (
        "前款规定的期限，不包括鉴定、检测、公告和听证所需要的时间以及当事人"
        "补正材料和协商调解所用去的时间，法律另有规定的除外。"
    )
    long = [*WHOLE[:9], more, more, *WHOLE[9:]]
    whole = reading.read("测试_20190405.txt", "\n".join(long).encode())
    broken = [line[at : at + 15] for line in long for at in range(0, len(line), 15)]
    found = reading.read("测试_20190405.txt", "\n".join(broken).encode())
    assert content(found) == content(whole) != content(law)
    assert [each.flaw for each in found.problems] == [Flaw.LAYOUT]


def _document(body: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = f"<w:document {space}><w:body>{body}</w:body></w:document>"
    return layouts.archive({"word/document.xml": document.encode()})


def _paragraph(text: str, marks: str = "", more: str = "") -> str:
    return f"<w:p><w:pPr>{marks}</w:pPr><w:r><w:t>{text}</w:t></w:r>{more}</w:p>"


def test_tracked_changes_and_boxes_of_a_document_leave_the_text_that_a_reader_takes() -> None:
    law = reading.read("测试_20190405.txt", "\n".join(WHOLE).encode())
    gone = "<w:rPr><w:del w:id='1' w:author='甲'/></w:rPr>"
    paragraphs = []
    for line in WHOLE:
        half = len(line) // 2
        if line.startswith("第二条"):
            paragraphs += [_paragraph(line[:half], gone), _paragraph(line[half:])]
        else:
            paragraphs.append(_paragraph(line))
    found = reading.read("测试_20190405.docx", _document("".join(paragraphs)))
    assert (content(found), found.problems) == (content(law), [])
    box = "<w:r><w:txbxContent>" + _paragraph("第二条　旁注。") + "</w:txbxContent></w:r>"
    paragraphs[-1] = _paragraph(WHOLE[-1], more=box)
    found = reading.read("测试_20190405.docx", _document("".join(paragraphs)))
    assert content(found) == content(law)
    [problem] = found.problems
    assert problem.text == "文本框里的文字没有登记，请核对是否属于正文：第二条　旁注。"


def test_what_may_be_missing_at_the_end_and_what_nobody_can_read_is_reported() -> None:
    articles = [f"第{number}条　行政机关应当依法办理。" for number in "一二三四五六"]
    articles[2] = "第三条　行政机\ufffd应当依法办理。"
    text = "\n".join([*WHOLE[:2], *articles])
    found = reading.read("测试_20190405.txt", text.encode())
    assert [(each.flaw, tuple(each.articles)) for each in found.problems] == [
        (Flaw.LAYOUT, ("第三条",)), (Flaw.TRUNCATED, ("第六条",)),
    ]  # fmt: skip


def test_the_order_that_publishes_a_law_is_not_its_title() -> None:
    law = reading.read("公报.txt", ORDER.encode())
    assert law.title == "中华人民共和国测试法"
    assert (law.promulgated_on, law.effective_on) == (date(2019, 4, 5), date(2019, 10, 1))
    assert [each.title for each in law.divisions] == ["第一章 总则", "第二章 附则"]
    assert [each.text for each in law.articles] == ["甲。", "本法自2019年10月1日起施行。"]
    assert law.problems == []


def test_a_contents_list_needs_no_heading_of_its_own() -> None:
    text = ORDER.replace("目　录\n", "")
    law = reading.read("公报.txt", text.encode())
    assert [each.title for each in law.divisions] == ["第一章 总则", "第二章 附则"]


def test_files_in_an_archive_are_read_or_refused_one_by_one() -> None:
    law = reading.read("测试.md", TEXT.encode())
    inner = layouts.zipped(law)
    data = layouts.archive(
        {"好.txt": layouts.plain(law), "扫描件.pdf": b"%PDF-1.4", "又一个.zip": inner, "空.md": b""}
    )
    batch = reading.read_all([("一批.zip", data), ("坏.zip", data[:200])])
    assert [each.file for each in batch.laws] == ["一批.zip/好.txt"]
    assert [(each.file, each.reason[:10]) for each in batch.rejected] == [
        ("一批.zip/扫描件.pdf", "这是 PDF 文件，"),
        ("一批.zip/又一个.zip", "压缩包里的压缩包不再"),
        ("一批.zip/空.md", "文件是空的"),
        ("坏.zip", "压缩包已损坏、已加密"),
    ]
