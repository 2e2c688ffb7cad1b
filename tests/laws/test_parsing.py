"""The parser on small invented texts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laws.categories import Category
from laws.parsing import reading
from laws.parsing.text import Flaw, Level, ParsedLaw, Unreadable

MD = """---
title: "中华人民共和国测试法"
publish_date: "1999-01-01"
status: "现行有效"
category: "行政法规"
---
# 中华人民共和国测试法

2001年2月3日 第九届全国人民代表大会常务委员会第二十次会议通过

2019年4月5日 第十三届全国人民代表大会常务委员会第十次会议修订

<!-- INFO END -->

## 第一章 总 则

第一条 为了测\u200b试，制定本法。

第二条　测试应当：

（一）真实；

（二）完整。

第二条之一 测试不得依照第一条
第三条的规定免除。

## 第二章 附 则

第三条 本法自2019年10月1日起施行。
"""

TXT = (
    "\ufeff\r\n\r\n中华人民共和国\r\n测试法\r\n\r\n"
    "（2001年2月3日第九届全国人民代表大会常务委员会第二十次会议通过　"
    "根据2010年1月2日第十一届全国人民代表大会常务委员会第十二次会议《关于修改部分法律的决定》修正　"
    "2019年4月5日第十三届全国人民代表大会常务委员会第十次会议修订）\r\n\r\n"
    "目　　录\r\n第一章　总　　则\r\n第二章　附　　则\r\n\r\n"
    "第一章　总　　则\r\n\r\n第一条　为了测试，制定本法。\r\n"
    "第二条　测试应当：\r\n　　（一）真实；\r\n"
    "　　（二）完整。\r\n第二条之一　测试不得依照第一条\r\n第三条的规定免除。\r\n"
    "第二章　附　　则\r\n\r\n第三条　本法自2019年10月1日起施行。\r\n"
)


def read(text: str, name: str = "测试.md") -> ParsedLaw:
    return reading.read(name, text.encode())


ISSUED = "2020年1月2日 国务院令第1号公布"


def law(body: str, title: str = "测试条例", preamble: str = ISSUED) -> ParsedLaw:
    return read(f"# {title}\n\n{preamble}\n\n<!-- INFO END -->\n\n{body}")


def flaws(parsed: ParsedLaw) -> list[tuple[Flaw, tuple[str, ...]]]:
    return [(problem.flaw, tuple(problem.articles)) for problem in parsed.problems]


def numbers(parsed: ParsedLaw) -> list[str]:
    return [article.number for article in parsed.articles]


@pytest.mark.parametrize(("text", "name"), [(MD, "甲.md"), (TXT, "乙.txt")], ids=["md", "txt"])
def test_the_same_law_is_read_from_md_and_from_official_txt(text: str, name: str) -> None:
    parsed = read(text, name)
    assert (parsed.title, parsed.short_title) == ("中华人民共和国测试法", "测试法")
    assert (parsed.promulgated_on, parsed.effective_on) == (date(2019, 4, 5), date(2019, 10, 1))
    assert (parsed.label, list(parsed.bodies)) == ("2019年修订", ["全国人民代表大会常务委员会"])
    assert parsed.categories == [Category.LAW]
    assert [(each.level, each.title) for each in parsed.divisions] == [
        (Level.CHAPTER, "第一章 总则"), (Level.CHAPTER, "第二章 附则"),
    ]  # fmt: skip
    assert [(each.number, each.key, each.text, each.division) for each in parsed.articles] == [
        ("第一条", (1, 0), "为了测试，制定本法。", 0),
        ("第二条", (2, 0), "测试应当：\n（一）真实；\n（二）完整。", 0),
        ("第二条之一", (2, 1), "测试不得依照第一条\n第三条的规定免除。", 0),
        ("第三条", (3, 0), "本法自2019年10月1日起施行。", 1),
    ]
    assert parsed.problems == []


def test_the_front_matter_is_not_believed_where_the_text_speaks() -> None:
    parsed = read(MD)
    assert parsed.promulgated_on.year == 2019
    assert Category.ADMIN_REGULATION not in parsed.categories


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_text_is_read_in_the_encodings_that_offices_use(encoding: str) -> None:
    assert len(reading.read("甲.md", MD.replace("\u200b", "").encode(encoding)).articles) == 4


@pytest.mark.parametrize(
    ("preamble", "bodies", "categories"),
    [
        ("2022年1月2日 中共中央、国务院发布", ["中共中央", "国务院"],
         [Category.PARTY_REGULATION, Category.ADMIN_REGULATION]),
        ("2022年1月2日 中华人民共和国国务院、中华人民共和国中央军事委员会令第9号公布",
         ["国务院", "中央军事委员会"], [Category.ADMIN_REGULATION]),
        ("1988年1月2日 国务院批准\n1988年2月3日 公安部、外交部令第4号发布", ["公安部", "外交部"],
         [Category.ADMIN_REGULATION]),
        ("1988年1月2日 国务院\n中央军委发布", ["国务院", "中央军事委员会"],
         [Category.ADMIN_REGULATION]),
        ("2016年1月2日 某某省第十二届人民代表大会常务委员会第三次会议通过",
         ["某某省人民代表大会常务委员会"], [Category.LOCAL_REGULATION]),
        ("2017年1月2日 最高人民法院审判委员会第9次会议通过\n2017年2月3日 最高人民法院公告公布",
         ["最高人民法院"], [Category.JUDICIAL_INTERPRETATION]),
        ("（2025年1月2日国家监察委员会全体会议决定　2025年2月3日国家监察委员会公告第3号公布）",
         ["国家监察委员会"], [Category.SUPERVISION_REGULATION]),
    ],
)  # fmt: skip
def test_issuing_bodies_and_categories_come_from_the_preamble(
    preamble: str, bodies: list[str], categories: list[Category]
) -> None:
    parsed = law("第一条 内容。", preamble=preamble)
    assert (list(parsed.bodies), list(parsed.categories)) == (bodies, categories)


def test_approval_is_not_promulgation() -> None:
    preamble = "2005年1月5日 国务院第76次常务会议通过\n2005年1月10日 国务院令第431号公布"
    parsed = law("第一条 内容。", preamble=preamble)
    assert parsed.promulgated_on == date(2005, 1, 10)


def test_the_enacting_organ_stays_the_issuing_body_after_an_amendment() -> None:
    parsed = law(
        "第一条 内容。",
        title="中华人民共和国某法",
        preamble="2018年3月20日 第十三届全国人民代表大会第一次会议通过\n"
        "2024年12月25日 第十四届全国人民代表大会常务委员会第十三次会议"
        "《关于修改〈中华人民共和国某法〉的决定》修正）",
    )
    assert list(parsed.bodies) == ["全国人民代表大会"]
    assert (parsed.label, parsed.promulgated_on) == ("2024年修正", date(2024, 12, 25))


def test_an_amended_law_does_not_say_from_when_the_amendment_applies() -> None:
    parsed = law(
        "第一条 内容。\n\n第二条 本条例自2004年7月1日起施行。",
        preamble="2003年8月27日 国务院令第1号公布\n"
        "2019年4月23日 《国务院关于修改部分行政法规的决定》修订",
    )
    assert (parsed.label, parsed.effective_on) == ("2019年修订", None)


@pytest.mark.parametrize(
    ("clause", "day"),
    [
        ("本条例自2020年5月1日起施行。", date(2020, 5, 1)),
        ("本条例自二〇二〇年五月一日起施行。《旧条例》同时废止。", date(2020, 5, 1)),
        ("本条例自公布之日起施行。", date(2020, 1, 2)),
        ("本条例自公布之日起30日后施行。", date(2020, 2, 1)),
        ("本条例由国务院负责解释。", None),
        ("依照《旧条例》办理，自2020年5月1日起的事项另行规定。", None),
    ],
)
def test_the_closing_article_says_from_when_the_text_applies(clause: str, day: date | None) -> None:
    assert law(f"第一条 内容。\n\n第二条 {clause}").effective_on == day


def test_gaps_are_reported_by_number_and_the_rest_is_kept() -> None:
    parsed = law("第一条 甲。\n\n第二条 乙。\n\n第五条 丙。\n\n第六条之二 丁。")
    assert numbers(parsed) == ["第一条", "第二条", "第五条", "第六条之二"]
    assert flaws(parsed) == [(Flaw.GAP, ("第三条", "第四条", "第六条", "第六条之一"))]


def test_a_repeated_number_keeps_its_first_text_and_is_reported() -> None:
    parsed = law("第一条 甲。\n\n第二条 乙。\n\n第二条 丙。\n\n第三条 丁。\n\n第三条 丁。")
    assert [(each.number, each.text) for each in parsed.articles] == [
        ("第一条", "甲。"), ("第二条", "乙。"), ("第三条", "丁。"),
    ]  # fmt: skip
    assert flaws(parsed) == [(Flaw.REPEAT, ("第三条",)), (Flaw.REPEAT, ("第二条",))]


def test_articles_out_of_order_are_put_in_order_and_reported() -> None:
    parsed = law("第一条 甲。\n\n第三条 乙。\n\n第二条 丙。")
    assert numbers(parsed) == ["第一条", "第二条", "第三条"]
    assert flaws(parsed) == [(Flaw.ORDER, ("第二条",))]


def test_a_text_that_begins_late_lacks_its_beginning() -> None:
    assert flaws(law("第三条 甲。")) == [(Flaw.GAP, ("第一条", "第二条"))]


@pytest.mark.parametrize(
    ("body", "articles"),
    [
        ("第一条 甲。\n\n第二条 任何组织和个", ("第二条",)),
        ("## 第一章 总则\n\n第一条 甲。", ("第一条",)),
        ("## 第一章 总则\n\n第一条 甲。\n\n## 第二章 职责\n\n第二条 乙。", ("第二条",)),
        ("第一条\n\n第二条 乙。", ("第一条",)),
    ],
    ids=["in a sentence", "after the first chapter", "before the last chapter", "empty article"],
)
def test_a_truncated_text_is_imported_and_reported(body: str, articles: tuple[str, ...]) -> None:
    assert flaws(law(body)) == [(Flaw.TRUNCATED, articles)]


def test_chapters_that_the_contents_list_and_the_text_lacks_are_reported() -> None:
    text = TXT[: TXT.index("第二章　附　　则\r\n\r\n第三条")]
    assert [problem.text for problem in read(text, "乙.txt").problems] == [
        "目录所列章节不见于正文：第二章附则"
    ]


def test_a_missing_chapter_heading_is_reported() -> None:
    parsed = law("## 第一章 总则\n\n第一条 甲。\n\n## 第三章 附则\n\n第二条 自公布之日起施行。")
    assert [(each.flaw, each.text) for each in parsed.problems] == [
        (Flaw.DIVISION, "章节序号不连续：缺第二章")
    ]


def test_a_file_cut_within_a_character_is_still_read() -> None:
    data = MD.encode()
    parsed = reading.read("甲.md", data[: data.index("第三条 本法".encode()) - 1 - 20])
    assert (Flaw.TRUNCATED, ("第二条之一",)) in flaws(parsed)


def test_a_space_inside_the_number_and_none_after_it_is_still_an_article() -> None:
    parsed = law("第一条 甲。\n\n第二 条乙。\n\n第三条的规定不适用。\n\n第三条 丙。")
    assert [each.text for each in parsed.articles] == ["甲。", "乙。\n第三条的规定不适用。", "丙。"]
    assert flaws(parsed) == [(Flaw.LAYOUT, ("第二条",))]


def test_articles_that_run_on_in_one_line_are_taken_apart_and_reported() -> None:
    parsed = law(
        "第一条 甲。 第二条 乙。 又。 依照本法 第三条 的规定。 "
        "第三条 丙： （一）其一； （二）其二。 "
        "第九条 除外。\n\n第四条 丁。"
    )
    assert [(each.number, each.text) for each in parsed.articles] == [
        ("第一条", "甲。"),
        ("第二条", "乙。\n又。\n依照本法　第三条　的规定。"),
        ("第三条", "丙：\n（一）其一；\n（二）其二。\n第九条　除外。"),
        ("第四条", "丁。"),
    ]
    assert flaws(parsed) == [(Flaw.LAYOUT, ("第二条", "第三条"))]


def test_an_amendment_keeps_the_articles_that_it_quotes() -> None:
    parsed = law(
        "第三十二条 甲。\n\n第三十三条 增加两条：\n\n第七节 监察\n\n"
        "第一百二十三条 乙。\n\n第一百二十四条 丙。\n\n第三十四条 丁。",
        title="中华人民共和国宪法修正案（2018年）",
        preamble="2018年3月11日 第十三届全国人民代表大会第一次会议通过",
    )
    assert numbers(parsed) == ["第三十二条", "第三十三条", "第三十四条"]
    assert parsed.articles[1].text.endswith("第一百二十四条　丙。")
    assert (parsed.divisions, parsed.problems) == ([], [])


def test_items_stand_for_articles_where_there_are_none() -> None:
    parsed = law("现规定如下：\n\n一、甲：\n\n(一)其一；\n\n(二)其二。\n\n二、乙。\n\n四、丙。")
    assert [(each.number, each.key) for each in parsed.articles] == [
        ("一", (1, 0)), ("二", (2, 0)), ("四", (4, 0)),
    ]  # fmt: skip
    assert parsed.opening == "现规定如下："
    assert flaws(parsed) == [(Flaw.GAP, ("三",))]


def test_what_stands_around_the_articles_is_kept_apart() -> None:
    parsed = law("## 序言\n\n从前。\n\n第一条 甲。\n\n① 注释。\n\n附件一\n\n第一条 表格说明")
    assert parsed.opening == "序言\n从前。"
    assert [each.text for each in parsed.articles] == ["甲。"]
    assert parsed.annex == "① 注释。\n附件一\n第一条 表格说明"


def test_an_opening_chapter_of_a_judicial_interpretation_is_a_division() -> None:
    parsed = read(
        "某某解释\n（2018年2月6日最高人民法院公告公布）\n"
        "一、受案范围\n第一条　甲。\n二、管辖\n第二条　乙。\n",
        "甲.txt",
    )
    assert [each.title for each in parsed.divisions] == ["一、受案范围", "二、管辖"]
    assert [each.text for each in parsed.articles] == ["甲。", "乙。"]


def test_a_later_date_in_the_files_name_is_the_version_and_is_reported() -> None:
    text = "# 测试条例\n\n2014年1月2日 国务院令第1号公布\n\n第一条 自公布之日起施行。"
    parsed = read(text, "测试条例(2019-03-24).md")
    assert (parsed.promulgated_on, parsed.label) == (date(2019, 3, 24), "2019年修订")
    assert parsed.effective_on is None
    assert flaws(parsed) == [(Flaw.UNDATED, ())]


def test_a_date_of_effect_in_the_files_name_is_not_the_promulgation() -> None:
    text = "# 测试条例\n\n2014年1月2日 国务院令第1号公布\n\n2014年3月1日 施行\n\n第一条 甲。"
    assert read(text, "测试条例(2014-03-01).md").promulgated_on == date(2014, 1, 2)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("甲.md", b"", "空"),
        ("甲.md", b"   \n", "空"),
        ("甲.txt", bytes(range(256)) * 20, "编码"),
        ("甲.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "图片"),
        ("甲.txt", b"GIF89a" + bytes(range(200)), "编码"),
        ("甲.txt", b"PK\x03\x04 not a text", "编码"),
        ("甲.docx", MD.encode(), "压缩包已损坏"),
        ("甲.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "另存为不加密的 .docx"),
        ("甲.pdf", b"%PDF-1.7", "这是 PDF 文件"),
        ("甲.txt", b"%PDF-1.7", "这是 PDF 文件"),
        ("甲.wps", MD.encode(), "只能导入"),
        ("甲.md", f"# 测试条例\n\n{ISSUED}\n\n没有条文。".encode(), "没有找到条文"),
        ("甲.md", "# 测试条例\n\n第一条 内容。".encode(), "没有找到公布日期"),
    ],
)  # fmt: skip
def test_what_cannot_be_registered_is_refused_with_the_reason(
    name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        reading.read(name, data)


@given(st.binary(max_size=400))
def test_no_bytes_whatever_cause_anything_but_a_refusal(data: bytes) -> None:
    for content in (data, MD.encode() + data, MD.encode()[: len(data) * 3], data + MD.encode()):
        batch = reading.read_all([("甲.md", content)])
        assert len(batch.laws) + len(batch.rejected) == 1


@given(
    st.text(
        alphabet="第一二十百零条章节编之附则录目 \n　#、。（）2019年月日-《》自起施行", max_size=120
    )
)
def test_no_text_whatever_causes_anything_but_a_refusal(text: str) -> None:
    batch = reading.read_all([("甲(2020-01-01).md", f"# 法\n\n{text}".encode())])
    assert len(batch.laws) + len(batch.rejected) == 1


def part(name: str, first: int) -> tuple[str, bytes]:
    text = (
        f"# 中华人民共和国法典\n\n# {name}\n\n"
        "2020年5月28日 第十三届全国人民代表大会第三次会议通过\n\n"
        f"<!-- INFO END -->\n\n## 第一章 规定\n\n第{first}条 甲。\n\n第{first + 1}条 乙。"
    )
    return f"法典/{name}.md", text.encode()


def test_the_parts_of_a_code_become_one_law() -> None:
    batch = reading.read_all([part("物权编", 3), part("总则", 1)])
    [code] = batch.laws
    assert (code.title, code.part, code.file) == ("中华人民共和国法典", "", "法典")
    assert numbers(code) == ["第一条", "第二条", "第三条", "第四条"]
    assert [(each.level, each.title) for each in code.divisions] == [
        (Level.BOOK, "总则"), (Level.CHAPTER, "第一章 规定"),
        (Level.BOOK, "物权编"), (Level.CHAPTER, "第一章 规定"),
    ]  # fmt: skip
    assert [each.division for each in code.articles] == [1, 1, 3, 3]


def test_a_part_that_comes_alone_is_reported() -> None:
    [alone] = reading.read_all([part("物权编", 3)]).laws
    assert alone.part == "物权编"
    assert flaws(alone)[0] == (Flaw.PART, ())


def test_a_part_missing_between_two_others_is_a_gap() -> None:
    [code] = reading.read_all([part("总则", 1), part("附则", 5)]).laws
    assert (Flaw.GAP, ("第三条", "第四条")) in flaws(code)
