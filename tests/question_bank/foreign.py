"""Files of other systems as real exporters write them, and as they arrive: unusual, wrong, hostile.

A row of a table says what a file holds and what becomes of it: what is read, or the reason given.
"""

import io
import struct
import zipfile

from tests.question_bank.test_formats import MANIFEST, QUIZ, RESOURCE, package

QTI_21 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
STEM = '<questiontext format="html"><text>哪一项对？</text></questiontext>'


def question(kind: str, inside: str, stem: str = STEM) -> str:
    return QUIZ.format(
        f'<question type="{kind}"><name><text>甲题</text></name>{stem}{inside}</question>'
    )


def answered(*pairs: tuple[str, str]) -> str:
    return "".join(f'<answer fraction="{share}"><text>{text}</text></answer>'
                   for text, share in pairs)  # fmt: skip


def choice(stem: str, *, single: str = "true") -> str:
    text = f'<questiontext format="html"><text>{stem}</text></questiontext>'
    return question(
        "multichoice", f"<single>{single}</single>{answered(('乙', '0'), ('丙', '100'))}", text
    )


def item(
    body: str,
    *,
    key: str = "<value>B</value>",
    cardinality: str = "single",
    base: str = "identifier",
    more: str = "",
    root: str = "",
) -> str:
    correct = f"<correctResponse>{key}</correctResponse>" if key else ""
    return (
        f'<assessmentItem xmlns="{QTI_21}" identifier="i1" title="甲题" {root}>'
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{base}">'
        f"{correct}{more}</responseDeclaration><itemBody>{body}</itemBody></assessmentItem>"
    )


def choose(stem: str = "<p>哪一项对？</p>", most: int = 1) -> str:
    return (
        f'{stem}<choiceInteraction responseIdentifier="R" maxChoices="{most}">'
        '<simpleChoice identifier="A">甲</simpleChoice><simpleChoice identifier="B">乙</simpleChoice>'
        '<simpleChoice identifier="C">丙</simpleChoice></choiceInteraction>'
    )


def mapping(**values: str) -> str:
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>'
                      for key, value in values.items())  # fmt: skip
    return f'<mapping defaultValue="0">{entries}</mapping>'


MOODLE = {
    "markup in a stem": (choice("<![CDATA[<div><p>哪<span>一</span>项</p><div>对&nbsp;？</div></div>]]>"),
                         "哪一项\n对\xa0？ | [1]"),
    "character references": (choice("A &amp;lt; B &#8220;对&#8221;？"), "A < B “对”？ | [1]"),
    "HTML entities without a definition": (choice("哪&nbsp;项&hellip;对？"), "哪\xa0项…对？ | [1]"),
    "a formula that needs its form": (choice("<![CDATA[10<sup>2</sup>是？]]>"), "含上标，只导入文字"),
    "single written as 1": (choice("哪项？", single="1"), "哪项？ | [1]"),
    "two right of one": (question("multichoice", "<single>true</single>" + answered(
        ("乙", "100"), ("丙", "100"))), "第 1 题“甲题”：单选题应有且只有一个 100% 的选项，现有 2 个"),
    "shares that make no whole": (question("multichoice", "<single>false</single>" + answered(
        ("乙", "50"), ("丙", "25"), ("丁", "0"))), "正确选项的分值合计 75%，不是 100%"),
    "shares taken away": (question("multichoice", "<single>false</single>" + answered(
        ("乙", "50"), ("丙", "50"), ("丁", "-50"))), "哪一项对？ | [0, 1] | 错误选项原要倒扣分"),
    "a share that is no number": (question("multichoice", answered(("乙", "１００％"))), "不是 -100 至 100"),
    "a right option that is a picture": (question("multichoice", answered(("", "100"), ("丙", "0"))),
                                         "第 1 个答案（answer）是对的却没有文字"),
    "no answers": (question("multichoice", ""), "没有答案（answer）"),
    "true and false with words of their own": (question("truefalse", answered(
        ("正确", "0"), ("错误", "100"))), "哪一项对？ | [1]"),
    "true and false with feedback": (question("truefalse", (
        '<answer fraction="100"><text>true</text><feedback><text>见第三条</text></feedback></answer>'
        '<answer fraction="0"><text>false</text></answer>')), "哪一项对？ | [0]"),
    "both right": (question("truefalse", answered(("true", "100"), ("false", "100"))), "一个 100% 的答案"),
    "an essay": (question("essay", "<graderinfo><text>答出甲</text></graderinfo>"), "哪一项对？"),
    "an essay without what to look for": (question("essay", ""), "graderinfo"),
    "a wildcard": (question("shortanswer", answered(("甲*乙", "100"))), "通配符"),
    "a wildcard for all other answers": (question("shortanswer", answered(("甲", "100"), ("*", "0"))),
                                         "哪一项对？ ____ | {'blanks': [['甲']], 'any_order': False}"),
    "no answer in full": (question("shortanswer", answered(("甲", "50"))), "没有得满分的答案"),
    "a figure": (question("numerical", '<answer fraction="100"><text>60</text><tolerance>0</tolerance></answer>'),
                 "[['60']]"),
    "a tolerance": (question("numerical", '<answer fraction="100"><text>60</text><tolerance>1e-3</tolerance></answer>'),
                    "误差范围（tolerance 1e-3）"),
    "a tolerance that is no number": (question("numerical", '<answer fraction="100"><text>6</text><tolerance>0.0.1</tolerance></answer>'),
                                      "误差范围（tolerance 0.0.1）"),
    "a unit": (question("numerical", answered(("6", "100")) + "<units><unit><multiplier>1</multiplier>"
                        "<unit_name>米</unit_name></unit></units>"), "单位（米）"),
    "a pair without its answer": (question("matching", "<subquestion><text>甲</text><answer><text/></answer></subquestion>"),
                                  "左项“甲”没有答案"),
    "distractors in a matching": (question("matching", "".join(
        f"<subquestion><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
        for left, right in (("甲", "一"), ("乙", "二"), ("", "三")))), "{'left': ['甲', '乙'], 'pairs': [0, 1]}"),
    "an order that is written in no order": (question("ordering", answered(
        ("二", "2.0000000"), ("一", "1.0000000"), ("三", "3.0000000"))), "哪一项对？ | [0, 1, 2]"),
    "blanks": (question("cloze", "", "<questiontext><text>甲{1:SHORTANSWER:=乙&amp;#126;丙~=丁}</text></questiontext>"),
               "甲____ | {'blanks': [['乙~丙', '丁']], 'any_order': False}"),
    "blanks in markup": (question("cloze", "", (
        "<questiontext format=\"html\"><text><![CDATA[<p>甲&nbsp;{1:SA:=R&amp;D#好}</p>]]></text></questiontext>")),
        "甲\xa0____ | {'blanks': [['R&D']], 'any_order': False}"),
    "a blank that cannot be read": (question("cloze", "", (
        "<questiontext><text>甲{1:SA:=乙}丙{1:MULTICHOICE}</text></questiontext>")), "看不懂的空“{1:MULTICHOICE…”"),
    "a blank with a wildcard": (question("cloze", "", (
        "<questiontext><text>甲{1:SA:=乙*}</text></questiontext>")), "第 1 空用了通配符 *"),
    "a blank for a figure with words": (question("cloze", "", (
        "<questiontext><text>甲{3:NUMERICAL:=zero}</text></questiontext>")), "第 1 空应填数"),
    "no blank": (question("cloze", ""), "没有看得懂的空"),
    "calculated": (question("calculatedmulti", ""), "计算题（calculatedmulti）"),
    "words to drag": (question("ddwtos", ""), "拖放题（ddwtos）"),
    "a type of a plug-in": (question("crossword", ""), "本系统没有“crossword”这种题型"),
    "hidden": (question("multichoice", "<hidden>1</hidden>" + answered(("乙", "0"), ("丙", "100"))),
               "原系统中是隐藏"),
    "nothing but a type": ('<quiz><question type="multichoice"/></quiz>', "没有答案"),
}  # fmt: skip

QTI = {
    "no namespace": (item(choose()).replace(f'xmlns="{QTI_21}"', ""), "哪一项对？ | [1]"),
    "a prefix": (item(choose()).replace("<", "<q:").replace("<q:/", "</q:").replace("xmlns=", "xmlns:q="),
                 "哪一项对？ | [1]"),
    "2.2": (item(choose()).replace("v2p1", "v2p2"), "哪一项对？ | [1]"),
    "nested divisions": (item(f"<div><div><p>阅读下文。</p><div>{choose()}</div></div></div>"), "阅读下文。\n哪一项对？ | [1]"),
    "CDATA": (item(choose("<p><![CDATA[甲<乙？]]></p>")), "甲<乙？ | [1]"),
    "a picture": (item(choose('<p><img src="a.png" alt="图一"/>哪一项？</p>')), "［图片：图一］哪一项？ | [1] | 含图片"),
    "a table": (item(choose("<table><tbody><tr><td>甲</td><td>乙</td></tr></tbody></table><p>选？</p>")), "含表格"),
    "only a mapping, one is best": (item(choose(), key="", more=mapping(A="0.5", B="1")), "哪一项对？ | [1]"),
    "only a mapping, several": (item(choose(most=0), key="", cardinality="multiple", more=mapping(A="1", B="1", C="-1")),
                                "哪一项对？ | [0, 1]"),
    "a correct response that is empty, and a mapping": (item(choose(), key=" ", more=mapping(B="1")), "哪一项对？ | [1]"),
    "neither": (item(choose(), key=""), "题目“i1”（甲题）：没有正确选项"),
    "an empty value": (item(choose(), key="<value/>"), "value）是空的"),
    "a key that is no option": (item(choose(), key="<value>Z</value>"), "“Z”不在选项之中"),
    "two keys of one": (item(choose(), key="<value>A</value><value>B</value>"), "却有几个正确答案"),
    "a mapping that is no number": (item(choose(), key="", more=mapping(B="一")), "mappedValue“一”不是数"),
    "a base type of another kind": (item(choose(), base="directedPair"), "baseType 是“directedPair”，choiceInteraction 应为 identifier"),
    "a cardinality of another kind": (item(choose(), cardinality="record"), "cardinality 是“record”"),
    "no declaration": (item(choose()).replace('identifier="R" card', 'identifier="S" card'), "缺少作答变量“R”"),
    "declared twice": (item(choose()).replace("<itemBody>", '<responseDeclaration identifier="R" '
                       'cardinality="single" baseType="identifier"/><itemBody>'), "“R”声明了两次"),
    "one identifier of two options": (item(choose()).replace('identifier="C"', 'identifier="A"'), "identifier 缺少或重复"),
    "options that say the same": (item(choose()).replace("丙", "甲"), "选项"),
    "templates": (item(choose("<p><printedVariable identifier='N'/>日？</p>")), "模板变量（printedVariable）"),
    "adaptive": (item(choose(), root='adaptive="true"'), "哪一项对？ | [1] | 原为自适应题"),
    "a passage elsewhere": (item("<p>x</p>" + choose()).replace("<itemBody>", '<assessmentStimulusRef identifier="s" href="s.xml"/><itemBody>'),
                            "引用了另外的材料"),
    "a body without a question": (item("<p>说明</p>"), "没有作答的地方"),
    "no body": (f'<assessmentItem xmlns="{QTI_21}" identifier="i1"/>', "缺少题目正文（itemBody）"),
    "an order in no order": (item('<orderInteraction responseIdentifier="R"><simpleChoice identifier="A">甲</simpleChoice>'
                                  '<simpleChoice identifier="B">乙</simpleChoice></orderInteraction>', cardinality="multiple"),
                             "cardinality 是“multiple”，orderInteraction 应为 ordered"),
    "half a pair": (item('<matchInteraction responseIdentifier="R"><simpleMatchSet><simpleAssociableChoice identifier="L">甲'
                         '</simpleAssociableChoice></simpleMatchSet><simpleMatchSet><simpleAssociableChoice identifier="X">乙'
                         '</simpleAssociableChoice></simpleMatchSet></matchInteraction>', base="directedPair", key="<value>L</value>"),
                    "不是一对 identifier"),
    "a text with a mapping": (item('<p>甲<textEntryInteraction responseIdentifier="R"/>。</p>', base="string", key="<value>乙</value>",
                                   more=mapping(乙="1", 丙="0.5")), "甲____。 | {'blanks': [['乙']], 'any_order': False} | 第 1 空原有部分分"),
    "an essay without a reference": (item('<extendedTextInteraction responseIdentifier="R"/>', base="string", key=""), "没有参考答案"),
}  # fmt: skip
UNKNOWN = (
    "associate", "custom", "drawing", "gapMatch", "graphicAssociate", "graphicGapMatch",
    "graphicOrder", "hotspot", "hottext", "media", "portableCustom", "positionObject",
    "selectPoint", "slider", "upload", "endAttempt", "fantasy",
)  # fmt: skip

GOOD = item(choose())
LISTED = MANIFEST.format(RESOURCE.format("a.xml"))


def encrypted(data: bytes) -> bytes:
    """The archive with the marks of encryption set."""
    marked = bytearray(data)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = marked.find(sign)
        while place >= 0:
            marked[place + at] |= 1
            place = marked.find(sign, place + 4)
    return bytes(marked)


def lying() -> bytes:
    """An archive of 40 MB that says of itself that it holds 100 bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", b" " * 40_000_000)
    data = bytearray(buffer.getvalue())
    struct.pack_into("<I", data, data.find(b"PK\x01\x02") + 24, 100)
    return bytes(data)


def laughing() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE quiz [<!ENTITY l0 "ha">{entities}]><quiz a="&l9;">&l9;</quiz>'


PACKAGES = {
    "no bytes": (b"", "文件是空的"),
    "a name only": (b"this is no archive", "没有找到列名|没有读到试题"),
    "torn": (package({"imsmanifest.xml": LISTED, "a.xml": GOOD})[:-40], "已损坏或不完整"),
    "nothing in it": (package({}), "压缩包里没有文件"),
    "folders only": (package({"a/": "", "b/c/": ""}), "压缩包里没有文件"),
    "an archive in an archive": (package({"题库.zip": "PK"}), "还有压缩包“题库.zip”"),
    "items without a manifest": (package({"a.xml": GOOD}), "没有 imsmanifest.xml"),
    "a manifest of something else": (package({"imsmanifest.xml": "<html/>"}), "最外层应是 <manifest>，读到 <html>"),
    "a torn manifest": (package({"imsmanifest.xml": LISTED[:80]}), "imsmanifest.xml 读不了：XML 格式有误"),
    "a manifest that lists nothing": (package({"imsmanifest.xml": MANIFEST.format(""), "a.xml": GOOD}), "包里却有 1 个题目文件"),
    "a way out": (package({"imsmanifest.xml": LISTED, "../a.xml": GOOD}), "不安全的路径"),
    "a way out for Windows": (package({"imsmanifest.xml": LISTED, "..\\a.xml": GOOD}), "不安全的路径"),
    "a way out in the manifest": (package({"imsmanifest.xml": MANIFEST.format(RESOURCE.format("%2e%2e/a.xml"))}), "包外"),
    "encrypted": (encrypted(package({"imsmanifest.xml": LISTED, "a.xml": GOOD})), "已加密"),
    "larger than it says": (lying(), "已损坏|声明不符|压缩比"),
    "an entity of a file": ('<!DOCTYPE q [<!ENTITY e SYSTEM "file:///etc/passwd">]><quiz>&e;</quiz>', "DOCTYPE"),
    "a billion laughs": (laughing(), "DOCTYPE"),
    "a document type of its own": (f"<!-- x -->\n<!DOCTYPE assessmentItem SYSTEM \"qti.dtd\">{GOOD}", "DOCTYPE"),
    "a huge attribute": (f"<quiz a=\"{'x' * 11_000_000}\"/>", "一段内容超过 10 MB"),
    "cut off": (question("multichoice", answered(("乙", "100")))[:-30], "XML 格式有误第 2 行附近"),
    "two files in one": (GOOD + GOOD, "由几个文件拼成"),
    "a quiz of nothing": (QUIZ.format(""), "没有试题（question）"),
    "a quiz of categories": (QUIZ.format('<question type="category"><category><text>甲</text></category></question>'), "没有试题（question）"),
}  # fmt: skip
