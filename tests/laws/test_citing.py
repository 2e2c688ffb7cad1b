"""What a text names is found, and leads to what the register knows."""

import pytest

from laws import citing
from laws.numerals import Key

LAWS = {"行政处罚法": 7, "刑法": 8, "行政诉讼法": 9, "宪法": 10}


def linked(text: str) -> list[tuple[str, int, str]]:
    found = citing.pieces(
        text, within=Key(5), laws=LAWS, own=frozenset({Key(5), Key(10), Key(12), Key(15, 1)})
    )
    assert "".join(each.text for each in found) == text
    return [(each.text, each.law_id, each.anchor) for each in found if each.law_id is not None]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("依照《中华人民共和国行政处罚法》第三十六条第一款的规定。",
         [("《中华人民共和国行政处罚法》第三十六条第一款", 7, "a36p1")]),
        ("适用《中华人民共和国行政处罚法》。", [("《中华人民共和国行政处罚法》", 7, "")]),
        ("《没有登记的条例》第三条除外。", []),
        ("依照本法第十条第（二）项、第十二条和第十五条之一的规定。",
         [("本法第十条第（二）项", 0, "a10p1i2"), ("第十二条", 0, "a12"),
          ("第十五条之一", 0, "a15-1")]),
        ("本法第九十九条没有。本法所称。", []),
        ("构成犯罪的，依照刑法第二百九十三条追究。", [("刑法第二百九十三条", 8, "a293")]),
        ("行政诉讼法第十三条规定的行为", [("行政诉讼法第十三条", 9, "a13")]),
        ("依照本条第二款的规定", [("本条第二款", 0, "a5p2")]),
        ("", []),
    ],
)  # fmt: skip
def test_citations_lead_to_what_is_known(text: str, links: list[tuple[str, int, str]]) -> None:
    assert linked(text) == links


def test_the_names_of_a_page_are_collected_for_one_look_up() -> None:
    names = citing.names_in({Key(1): "依照《中华人民共和国刑法》和《甲条例》第一条。"})
    assert names == {"刑法", "甲条例"}
