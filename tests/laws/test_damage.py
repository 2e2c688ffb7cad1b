"""Damaged files: what is wrong is said by number, the rest is read, and nothing ever crashes."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laws.parsing import reading
from laws.parsing.text import Flaw, ParsedLaw
from tests.law_layouts import official, plain, zipped

HEAD = "# 测试条例\n\n2020年1月2日 国务院令第1号公布\n\n<!-- INFO END -->\n\n"
BODY = """第一章　总则

第一条　为了规范测试工作，保护测试人员的合法权益，制定本条例。

第二条　测试机构应当履行下列职责：

（一）登记；

（二）转送；

（三）答复。

第二章　程序

第三条　办理期限为六十日；情况复杂的，经本机关负责人批准，可以延长三十日。

第三条之一　延长的，应当告知理由。

第三章　附则

第四条　本条例自2020年5月1日起施行。
"""
TEXT = HEAD + BODY
LAW = reading.read("测试.md", TEXT.encode())
DOCUMENT = official(LAW)
ARCHIVE = zipped(LAW)


def read(text: str) -> ParsedLaw:
    return reading.read("测试.md", text.encode())


def problems(text: str) -> list[tuple[Flaw, str, tuple[str, ...]]]:
    return [(each.flaw, each.text, tuple(each.articles)) for each in read(text).problems]


def test_a_whole_text_has_no_problem() -> None:
    assert problems(TEXT) == []


@pytest.mark.parametrize(
    ("damage", "flaw", "words", "numbers"),
    [
        (("第二章　程序\n", ""), Flaw.DIVISION, "缺第二章", ()),
        (("（二）转送；\n", ""), Flaw.TRUNCATED, "第二条缺第（二）项", ("第二条",)),
        (("（一）登记；\n", ""), Flaw.TRUNCATED, "第二条缺第（一）项", ("第二条",)),
        (("可以延长三十日。", "可以延长"), Flaw.TRUNCATED, "条文中断", ("第三条",)),
        (("第三条之一　延长的，应当告知理由。", ""), Flaw.GAP, "", ()),
        (("施行。", ""), Flaw.TRUNCATED, "文末的句子不完整", ("第四条",)),
        (("施行。\n", "施行；\n"), Flaw.TRUNCATED, "文末的句子不完整", ("第四条",)),
        (("第三条　办理", "第九条　办理"), Flaw.GAP, "缺", ("第四条", "第五条")),
    ],
)
def test_damage_is_reported_by_number(
    damage: tuple[str, str], flaw: Flaw, words: str, numbers: tuple[str, ...]
) -> None:
    found = problems(TEXT.replace(*damage))
    if not words:
        assert found == []  # an inserted article leaves no gap behind
        return
    hits = [each for each in found if each[0] is flaw and words in each[1]]
    assert hits
    assert not numbers or set(numbers) & set(hits[0][2])


def test_chapters_out_of_order_are_put_in_order_and_reported() -> None:
    first, second, third = BODY.split("第二章")[0], "第二章" + BODY.split("第二章")[1], ""
    second, third = second.split("第三章")[0], "第三章" + second.split("第三章")[1]
    law = read(HEAD + second + first + third)
    assert [each.title for each in law.divisions] == ["第一章 总则", "第二章 程序", "第三章 附则"]
    assert [each.division for each in law.articles] == [0, 0, 1, 1, 2]
    assert {each.flaw for each in law.problems} >= {Flaw.ORDER}


def test_a_contents_list_tells_what_the_body_lacks() -> None:
    contents = "目　录\n第一章　总则\n第二章　程序\n第三章　监督\n第四章　附则\n"
    found = problems(HEAD + contents + BODY.replace("第三章　附则", "第四章　附则"))
    assert (Flaw.TRUNCATED, "目录所列章节不见于正文：第三章监督", ()) in found


@pytest.mark.parametrize(
    "text",
    ["第九九九九九九九九九条 甲。", "第99999999999999999999条 甲。", "第九千万章 总则\n第一条 甲。",
             "第一条 甲。\n\n第一条之九九九九九九 乙。"],
)  # fmt: skip
def test_absurd_numbers_are_no_numbers(text: str) -> None:
    batch = reading.read_all([("甲.md", (HEAD + text).encode())])
    assert len(batch.laws) + len(batch.rejected) == 1


def survives(name: str, data: bytes) -> None:
    batch = reading.read_all([(name, data)])
    assert batch.laws or batch.rejected
    assert all(each.reason.strip() for each in batch.rejected)
    for law in batch.laws:
        assert len({each.number for each in law.articles}) == len(law.articles)
        assert all(each.division is None or each.division < len(law.divisions)
                   for each in law.articles)  # fmt: skip


LINES = plain(LAW).decode().split("\r\n")


@given(st.lists(st.sampled_from(LINES), max_size=40), st.randoms())
def test_lines_dropped_doubled_and_shuffled_never_crash(
    lines: list[str], rng: random.Random
) -> None:
    kept = [line for line in LINES for _ in range(rng.choice((0, 1, 1, 2)))]
    rng.shuffle(lines)
    for text in (lines, kept, [*kept[: len(kept) // 2], *lines]):
        survives("测试_20200102.txt", "\r\n".join(text).encode())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(DOCUMENT)), st.integers(0, len(DOCUMENT) - 1), st.binary(max_size=8))
def test_documents_cut_or_altered_at_any_byte_never_crash(cut: int, at: int, noise: bytes) -> None:
    survives("测试_20200102.docx", DOCUMENT[:cut])
    survives("测试_20200102.docx", DOCUMENT[:at] + noise + DOCUMENT[at + len(noise) :])


@settings(deadline=None)
@given(st.integers(0, len(ARCHIVE) - 1), st.binary(max_size=8))
def test_archives_altered_at_any_byte_never_crash(at: int, noise: bytes) -> None:
    survives("测试.zip", ARCHIVE[:at] + noise + ARCHIVE[at + len(noise) :])


@given(st.integers(0, len(TEXT.encode())), st.sampled_from([".md", ".txt", ".htm", ".docx"]))
def test_a_text_cut_at_any_byte_is_read_or_refused(cut: int, suffix: str) -> None:
    survives(f"测试_20200102{suffix}", TEXT.encode()[:cut])


@given(st.text(alphabet="<>/pdivscript&;#!-[]第一条章　。 \n\"='", max_size=200))
def test_no_page_whatever_causes_anything_but_a_refusal(text: str) -> None:
    survives("甲_20200102.htm", text.encode())
