"""What becomes of files of other systems; and damaged ones give rows or reasons, nothing else."""

import io
import zipfile
from random import Random
from time import process_time

import pytest

from core.files import Unreadable
from question_bank.exporting import writing
from question_bank.importing import readers, rows
from question_bank.importing.formats import Format
from question_bank.importing.rows import ReadRow
from question_bank.item_types import ItemType
from question_bank.types import Content
from tests.question_bank.foreign import (
    GOOD,
    MOODLE,
    PACKAGES,
    QTI,
    QTI_21,
    UNKNOWN,
    answered,
    choice,
    choose,
    item,
    question,
)  # fmt: skip
from tests.question_bank.test_formats import MANIFEST, RESOURCE, package
from tests.question_bank.test_round_trips import item as made

CONTENTS = (
    Content(ItemType.SINGLE_CHOICE, "哪一项对？", ["甲", "乙", "丙"], [1]),
    Content(ItemType.MULTIPLE_CHOICE, "哪几项对？", ["甲", "乙", "丙"], [0, 2]),
    Content(ItemType.TRUE_FALSE, "应当书面告知。", (), [0]),
    Content(ItemType.FILL_BLANK, "应当在____日内办结。", (),
            {"blanks": [["60", "六十"]], "any_order": False}),
    Content(ItemType.MATCHING, "配对。", ["一", "二", "三"],
            {"left": ["甲", "乙"], "pairs": [0, 1]}),
    Content(ItemType.ORDERING, "排序。", ["甲", "乙", "丙"], [2, 0, 1]),
)  # fmt: skip


def read(data: bytes | str) -> list[ReadRow]:
    raw = data.encode() if isinstance(data, str) else data
    return [rows.read(each) for each in readers.read(raw).rows]


def outcome(data: bytes | str) -> str:
    """What becomes of a file with one item: stem, key and what is doubtful, or the reason."""
    (row,) = read(data)
    if row.draft is None:
        return "；".join(fault.reason for fault in row.faults)
    said = [row.draft.stem, str(row.draft.key), *row.doubts, *row.notes]
    return " | ".join(said)


@pytest.mark.parametrize("name", MOODLE)
def test_moodle_xml_becomes_this_or_is_refused_for_that(name: str) -> None:
    data, expected = MOODLE[name]
    assert expected in outcome(data)


@pytest.mark.parametrize("name", QTI)
def test_a_qti_item_becomes_this_or_is_refused_for_that(name: str) -> None:
    data, expected = QTI[name]
    assert expected in outcome(data)


@pytest.mark.parametrize("kind", UNKNOWN)
def test_every_interaction_that_is_not_ours_is_named_in_its_refusal(kind: str) -> None:
    said = outcome(item(f'<p>甲</p><{kind}Interaction responseIdentifier="R"/>'))
    assert said.startswith("题目“i1”（甲题）：")
    assert f"{kind}Interaction" in said or "没有作答的地方" in said


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "iso-8859-1", "windows-1252", "x-none"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_what_an_xml_file_declares_need_not_be_its_encoding(encoding: str, declared: str) -> None:
    text = choice("信访事项应当自收到之日起几日内办结？").replace("UTF-8", declared)
    assert outcome(text.encode(encoding)) == "信访事项应当自收到之日起几日内办结？ | [1]"


def test_an_encoding_of_the_west_is_read_as_declared_or_refused() -> None:
    said = "<questiontext><text>d’été “x”</text></questiontext>"
    text = f'<quiz><question type="essay">{said}</question></quiz>'
    head = '<?xml version="1.0" encoding="{}"?>'
    (row,) = read((head.format("iso-8859-1") + text).encode("cp1252"))
    assert row.stem == "d’été “x”"
    with pytest.raises(Unreadable, match="编码无法识别（第 1 行）"):
        read((head.format("utf-8") + text).encode("cp1252"))


def test_categories_with_strokes_and_hidden_questions_keep_their_marks() -> None:
    named = "<category><text>$course$/top/甲//乙/丙</text></category>"
    category = f'<question type="category">{named}</question>'
    tags = "".join(f"<tag><text>{each}</text></tag>" for each in ("难度：较难", "重点"))
    marked = f"<idnumber>Q-7</idnumber><tags>{tags}</tags>"
    asked = question("multichoice", marked + answered(("乙", "0"), ("丙", "100")))
    (row,) = read(asked.replace("<quiz>", f"<quiz>{category}"))
    assert row.draft is not None
    assert (row.draft.topic, row.draft.difficulty) == ("甲/乙/丙", 4)
    assert row.draft.extra == {"名称": "甲题", "编号": "Q-7", "标签": "重点"}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_file_that_is_no_bank_is_refused_as_a_whole_and_at_once(name: str) -> None:
    data, reason = PACKAGES[name]
    began = process_time()
    with pytest.raises(Unreadable, match=reason):
        readers.read(data.encode() if isinstance(data, str) else data)
    assert process_time() - began < 2


def test_a_package_is_read_as_far_as_it_can_be() -> None:
    resources = "".join(
        RESOURCE.format(each) for each in ("a.xml", "gone.xml", "b.xml", "test.xml")
    )
    resources += RESOURCE.format("s.xml").replace("item", "stimulus")
    resources += RESOURCE.format("old.xml").replace("imsqti_item_xmlv2p1", "imsqti_xmlv1p2")
    data = package({
        "题库/IMSManifest.xml": MANIFEST.format(resources), "题库/a.xml": GOOD, "题库/b.xml": GOOD,
        "题库/test.xml": f'<assessmentTest xmlns="{QTI_21}"/>', "题库/s.xml": "<x/>",
        "题库/old.xml": "<questestinterop/>", "题库/left.xml": GOOD,
    })  # fmt: skip
    file = readers.read(data)
    found = {each.sheet.removeprefix("题库/"): rows.read(each) for each in file.rows}
    assert {name for name, row in found.items() if row.draft} == {"a.xml", "b.xml"}
    assert "“i1”与 题库/a.xml 相同" in found["b.xml"].doubts[0]
    assert "包里却没有" in found["gone.xml"].faults[0].reason
    assert "QTI 1.2" in found["old.xml"].faults[0].reason
    assert file.passed_over == ["题库/left.xml（清单中没有列出）"]


def exported() -> dict[str, bytes]:
    """One small file of each format, as our own export writes them."""
    items = [made(content, number=n) for n, content in enumerate(CONTENTS, 1)]
    return {each.value: writing.write(items, each).data
            for each in (Format.MOODLE, Format.QTI, Format.QTI3, Format.GIFT)}  # fmt: skip


def mutated(data: bytes, rng: Random) -> bytes:
    """The bytes with a few of them changed, cut out, doubled or put elsewhere."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(changed))
        end = min(len(changed), at + rng.randint(1, 40))
        match rng.randrange(5):
            case 0:
                changed[at] = rng.randrange(256)
            case 1:
                del changed[at:end]
            case 2:
                changed[at:at] = changed[at:end]
            case 3:
                changed[at:at] = rng.choice(SHARDS)
            case _:
                del changed[at:]
        if not changed:
            return b""
    return bytes(changed)


#: What means something to one of the readers.
SHARDS = (
    b"<", b">", b"&", b"]]>", b"<![CDATA[",
    b"&nbsp;", b"{", b"}", b"{1:SA:=", b"~", b"=", b"%", b"\0",
    b"\xff", "甲".encode("gb18030"), b'fraction="1e999"', b"<answer/>", b"<value/>", b"</text>",
    b"<question type=", b"-->", b"<!--", b"<?x?>", b"<responseDeclaration/>",
    b"<choiceInteraction/>",
    b"PK\x01\x02", b"identifier=\"\"", b"<sup>", b"<table><td>", b"<img>", b"NUMERICAL",
)  # fmt: skip


def inner(data: bytes, rng: Random) -> bytes:
    """The package with one of its files mutated: the archive itself stays sound."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(files))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, mutated(content, rng) if each == name else content)
    return buffer.getvalue()


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_gives_rows_or_reasons_and_nothing_else(seed: int) -> None:
    rng = Random(seed)
    whole = exported()
    began = process_time()
    refused = taken = 0
    for turn in range(100):
        data = whole[sorted(whole)[turn % len(whole)]]
        broken = inner(data, rng) if data.startswith(b"PK") and turn % 8 < 6 else mutated(data, rng)
        try:
            found = [rows.read(each) for each in readers.read(broken).rows]
        except Unreadable:
            refused += 1
            continue
        for row in found:
            assert (row.draft is None) == bool(row.faults)
            assert all(fault.reason for fault in row.faults)
            taken += row.draft is not None
    assert refused > 5
    assert taken > 50
    assert process_time() - began < 3


def test_a_question_that_stands_above_its_options_and_in_them_is_asked_once() -> None:
    twice = choose().replace('maxChoices="1">', 'maxChoices="1"><prompt>哪一项对？</prompt>')
    said = outcome(item(twice))
    assert said.count("哪一项对？") == 1
