"""Archives, XML and Word documents from outside."""

import io
import zipfile

import docx
import pytest

from core import archives, documents, xml
from core.files import Unreadable
from question_bank.importing import readers, rows


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_an_archive_gives_what_is_wanted_of_it() -> None:
    data = packed({"a/1.txt": b"one", "b.xml": b"two"})
    assert [(each.name, each.data) for each in archives.entries(data)] == [
        ("a/1.txt", b"one"),
        ("b.xml", b"two"),
    ]
    assert [each.name for each in archives.entries(data, wanted=lambda n: n.endswith(".xml"))] == [
        "b.xml"
    ]


def test_names_written_on_a_chinese_windows_are_read() -> None:
    name = "信访工作条例.txt".encode("gb18030")
    data = packed({"x" * len(name): b"text"}).replace(b"x" * len(name), name)
    assert archives.entries(data)[0].name == "信访工作条例.txt"


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "a/../../b", "C:\\b.txt", "..\\b"])
def test_a_path_out_of_the_archive_is_refused(name: str) -> None:
    with pytest.raises(Unreadable, match="不安全的路径"):
        archives.entries(packed({name: b""}))


def test_what_unpacks_to_too_much_is_refused_before_and_while_unpacking() -> None:
    bomb = packed({"a": b"\0" * (30 * 1024 * 1024)})
    with pytest.raises(Unreadable, match="压缩比异常"):
        archives.entries(bomb)
    with pytest.raises(Unreadable, match="展开后超过"):
        archives.entries(packed({"a": b"x" * 2_000_000}), max_unpacked=1_000_000)
    honest = packed({"a": b"abc" * 1_000})
    lying = bytearray(honest)
    at = honest.rindex(b"PK\x01\x02") + 24
    lying[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        archives.entries(bytes(lying), max_unpacked=100)
    with pytest.raises(Unreadable, match="个文件"):
        archives.entries(packed({str(n): b"" for n in range(5)}), max_entries=4)


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + b"\0" * 60, b"not an archive"])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        archives.entries(data)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "DOCTYPE"),
        ("<!DOCTYPE a><a/>", "DOCTYPE"),
        ("<a>\n<b></a>", "第 2 行"),
        ("", "XML"),
    ],
)
def test_xml_that_is_broken_or_declares_things_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        xml.parse(text.encode())


def test_billion_laughs_are_not_laughed() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE a [<!ENTITY l0 "ha">{levels}]><a>&l11;</a>'
    with pytest.raises(Unreadable):
        xml.parse(text.encode())


def test_a_document_reads_as_its_paragraphs_and_tables() -> None:
    document = docx.Document()
    document.add_heading("试题", level=1)
    document.add_paragraph("1．下列\t说法").add_run().add_break()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "甲", "乙"
    document.add_paragraph("末段")
    buffer = io.BytesIO()
    document.save(buffer)
    found = documents.paragraphs(buffer.getvalue())
    assert [(each.text, each.cell) for each in found] == [
        ("试题", None),
        ("1．下列\t说法\n", None),
        ("甲", (1, 1)),
        ("乙", (1, 2)),
        ("末段", None),
    ]
    assert found[0].style == "Heading1"


def test_deleted_text_is_not_read() -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = (
        f"<w:document {w}><w:body><w:p><w:r><w:t>在</w:t></w:r>"
        "<w:del><w:r><w:delText>去</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>加</w:t></w:r></w:ins></w:p></w:body></w:document>"
    )
    data = packed({"word/document.xml": body.encode()})
    assert [each.text for each in documents.paragraphs(data)] == ["在加"]


@pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0old", b"PK", packed({"a": b""})])
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        documents.paragraphs(data)


def numbered(lines: list[tuple[str, int]]) -> bytes:
    """A document whose paragraphs are counted by Word: 一、 above, 1. within, A. within that."""
    made = docx.Document()
    part = made.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{name}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (name, text) in enumerate(
            [("chineseCounting", "%1、"), ("decimal", "%2."), ("upperLetter", "%3．")])
    )  # fmt: skip
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    part.insert(
        0,
        docx.oxml.parse_xml(
            f'<w:abstractNum xmlns:w="{space}" w:abstractNumId="77">{levels}</w:abstractNum>'
        ),
    )
    part.append(
        docx.oxml.parse_xml(
            f'<w:num xmlns:w="{space}" w:numId="77"><w:abstractNumId w:val="77"/></w:num>'
        )
    )
    for text, level in lines:
        paragraph = made.add_paragraph(text)
        if level >= 0:
            properties = paragraph._p.get_or_add_pPr()
            properties.append(
                docx.oxml.parse_xml(
                    f'<w:numPr xmlns:w="{space}"><w:ilvl w:val="{level}"/><w:numId w:val="77"/>'
                    "</w:numPr>"
                )
            )
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()  # fmt: skip


def test_numbers_that_word_counts_are_shown_as_it_shows_them() -> None:
    data = numbered([("单选题", 0), ("甲？", 1), ("乙", 2), ("丙", 2), ("答案：A", -1), ("丁？", 1),
                     ("戊", 2), ("判断题", 0), ("己", 1)])  # fmt: skip
    found = documents.paragraphs(data)
    assert [each.label for each in found if each.text] == [
        "一、", "1.", "A．", "B．", "", "2.", "A．", "二、", "1.",
    ]  # fmt: skip


def test_a_bank_that_word_numbers_is_read() -> None:
    data = numbered([("单选题", 0), ("甲是哪一项？", 1), ("乙", 2), ("丙", 2), ("答案：B", -1),
                     ("丁是哪一项？", 1), ("戊", 2), ("己", 2), ("答案：A", -1)])  # fmt: skip
    read = [rows.read(each) for each in readers.read(data).rows]
    assert [(each.stem, [*each.draft.options], each.draft.key) for each in read if each.draft] == [
        ("甲是哪一项？", ["乙", "丙"], [1]), ("丁是哪一项？", ["戊", "己"], [0]),
    ]  # fmt: skip
