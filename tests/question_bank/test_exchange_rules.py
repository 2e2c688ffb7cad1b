"""Our exports beside the rules of those who read them: the schema of QTI, Moodle's importer."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from lxml import etree

from question_bank.exporting import writing
from question_bank.exporting.records import ExportItem
from question_bank.importing.formats import Format
from question_bank.importing.qti import names
from question_bank.item_types import ItemType
from question_bank.types import Content
from tests.question_bank.test_foreign_files import CONTENTS
from tests.question_bank.test_round_trips import item

ODD = '甲 <b>&amp; ]]> ~ # } { % * \\ = / " 乙'
ESSAY = Content(
    ItemType.SHORT_ANSWER, "简述。", (), {"points": [{"text": "答出甲", "weight": 1, "words": []}]}
)
CASE = Content(ItemType.CASE_ANALYSIS, "案情。\n又及。", (), {}, [
    {"item_type": "single_choice", "stem": "哪项？", "options": ["甲", "乙"], "key": [0],
     "weight": 1, "rationale": ""},
    {"item_type": "fill_blank", "stem": "应在____日内。", "options": [], "weight": 2,
     "rationale": "", "key": {"blanks": [["60"]], "any_order": False}},
])  # fmt: skip
BLANKS = Content(
    ItemType.FILL_BLANK, "填____与____。", (), {"blanks": [[ODD], ["5*"]], "any_order": False}
)

#: Children of an item in the order of the schema.
ORDER = ("responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing",
         "modalFeedback")  # fmt: skip
#: Attributes that the schema of 2.1 asks for.
REQUIRED = {
    "assessmentItem": {"identifier", "title", "adaptive", "timeDependent"},
    "responseDeclaration": {"identifier", "cardinality", "baseType"},
    "outcomeDeclaration": {"identifier", "cardinality", "baseType"},
    "mapping": {"defaultValue"}, "mapEntry": {"mapKey", "mappedValue"},
    "choiceInteraction": {"responseIdentifier", "shuffle", "maxChoices"},
    "orderInteraction": {"responseIdentifier", "shuffle"},
    "matchInteraction": {"responseIdentifier", "shuffle", "maxAssociations"},
    "textEntryInteraction": {"responseIdentifier"},
    "extendedTextInteraction": {"responseIdentifier"},
    "simpleChoice": {"identifier"}, "simpleAssociableChoice": {"identifier", "matchMax"},
    "modalFeedback": {"outcomeIdentifier", "identifier", "showHide"},
    "setOutcomeValue": {"identifier"}, "variable": {"identifier"}, "correct": {"identifier"},
    "mapResponse": {"identifier"}, "baseValue": {"baseType"},
}  # fmt: skip
#: Where each kind of element may stand.
INSIDE = {
    "choiceInteraction": {"itemBody", "div"}, "orderInteraction": {"itemBody", "div"},
    "matchInteraction": {"itemBody", "div"}, "extendedTextInteraction": {"itemBody", "div"},
    "textEntryInteraction": {"p"}, "p": {"itemBody", "div", "modalFeedback", "contentBody"},
    "div": {"itemBody"}, "br": {"prompt", "simpleChoice", "simpleAssociableChoice"},
    "prompt": {"choiceInteraction", "orderInteraction", "matchInteraction",
               "extendedTextInteraction"},
}  # fmt: skip
#: The shares that Moodle's importer takes for an answer, in hundredths of a per cent.
SHARES = {0, 500, 1000, 1111, 1250, 1429, 1667, 2000, 2500, 3000, 3333, 4000, 5000, 6000, 6667,
          7000, 7500, 8000, 8333, 9000, 10000}  # fmt: skip


def items() -> list[ExportItem]:
    contents = (*CONTENTS, ESSAY, CASE, BLANKS)
    return [item(each, number=n, rationale="见第三条。\n另见附则。", topic="复查")
            for n, each in enumerate(contents, 1)]  # fmt: skip


def package(format_: Format) -> dict[str, etree._Element]:
    made = writing.write(items(), format_)
    assert made.count == len(items())
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}


def elements(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for each in root.iter():
        yield names.name(each), each


@pytest.mark.parametrize("format_", [Format.QTI, Format.QTI3], ids=lambda each: each.value)
def test_a_package_keeps_the_order_the_places_and_the_attributes_of_the_schema(
    format_: Format,
) -> None:
    files = package(format_)
    manifest = files.pop("imsmanifest.xml")
    listed = names.every(manifest, "resource")
    assert [names.name(each) for each in manifest] == ["metadata", "organizations", "resources"]
    assert [each.get("href") for each in listed] == list(files)
    assert len({each.get("identifier") for each in listed}) == len(files)
    assert len({root.get("identifier") for root in files.values()}) == len(files)
    for root in files.values():
        places = [ORDER.index(names.name(each)) for each in root]
        assert places == sorted(places)
        for name, each in elements(root):
            missing = {a for a in REQUIRED.get(name, ()) if not names.attribute(each, a)}
            assert not missing, (name, missing)
            parent = each.getparent()
            if name in INSIDE and parent is not None:
                assert names.name(parent) in INSIDE[name]
            if identifier := names.attribute(each, "identifier"):
                assert re.fullmatch(r"[A-Za-z_][\w.-]*", identifier)


@pytest.mark.parametrize("format_", [Format.QTI, Format.QTI3], ids=lambda each: each.value)
def test_what_a_package_refers_to_is_declared(format_: Format) -> None:
    files = package(format_)
    files.pop("imsmanifest.xml")
    for root in files.values():
        responses = [names.attribute(each, "identifier")
                     for each in names.every(root, "responseDeclaration")]  # fmt: skip
        outcomes = {names.attribute(each, "identifier")
                    for each in names.every(root, "outcomeDeclaration")}  # fmt: skip
        asked = [found for _, each in elements(root)
                 if (found := names.attribute(each, "responseIdentifier"))]  # fmt: skip
        assert sorted(asked) == sorted(set(responses)) == sorted(responses)
        used = {names.attribute(each, "identifier") for name, each in elements(root)
                if name in {"variable", "correct", "mapResponse", "setOutcomeValue"}}  # fmt: skip
        assert used <= {*responses, *outcomes}
        if names.every(root, "modalFeedback"):
            assert "FEEDBACK" in outcomes


def test_moodle_finds_in_every_question_what_its_importer_asks_for() -> None:
    quiz = etree.fromstring(writing.write(items(), Format.MOODLE).data)
    kinds = [each.get("type") for each in quiz]
    assert kinds == ["multichoice", "multichoice", "truefalse", "cloze", "matching", "ordering",
                     "essay", "cloze"]  # fmt: skip
    for each in quiz:
        assert each.findtext("name/text")
        assert each.find("questiontext").get("format") == "plain_text"
        assert each.findtext("generalfeedback/text")
        assert all(len(tag) <= 50 for tag in each.xpath("tags/tag/text/text()"))
    for each in quiz.xpath("question[@type='multichoice']"):
        shares = [float(answer.get("fraction")) for answer in each.iterfind("answer")]
        assert {round(abs(share) * 100) for share in shares} <= SHARES
        assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=0.1)
        assert each.findtext("single") in {"true", "false"}
        assert each.findtext("answernumbering") == "ABCD"
    (truth,) = quiz.xpath("question[@type='truefalse']")
    assert truth.xpath("answer/text/text()") == ["true", "false"]
    assert sorted(truth.xpath("answer/@fraction")) == ["0", "100"]


def test_moodle_takes_odd_words_in_a_blank_for_what_they_are() -> None:
    """Its importer divides at ~ and #, ends at }, undoes references, and takes * for any words."""
    quiz = etree.fromstring(writing.write([item(BLANKS)], Format.MOODLE).data)
    text = quiz.findtext("question/questiontext/text")
    blanks = re.findall(r"\{1:SHORTANSWER:(.+?)(?<!\\)\}", text)
    assert len(blanks) == 2
    assert not re.search(r"[~#}](?<!&#)", blanks[0].replace("&#", ""))
    assert blanks[1] == r"=5\*"
