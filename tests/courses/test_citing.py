"""Articles as people write them down."""

import pytest

from courses import citing
from courses.citing import Cited, Unclear


@pytest.mark.parametrize(
    ("line", "law", "keys"),
    [
        ("信访工作条例 第三十四条", "信访工作条例", [(34, 0)]),
        ("《信访工作条例》第三十四条、第35条", "信访工作条例", [(34, 0), (35, 0)]),
        ("宪法第四十一条", "宪法", [(41, 0)]),
        ("宪法 41，27", "宪法", [(41, 0), (27, 0)]),
        ("刑法 第二百六十二条之一", "刑法", [(262, 1)]),
        ("公务员法：第九条至第十一条", "公务员法", [(9, 0), (10, 0), (11, 0)]),
        ("推进法治建设第一责任人职责规定 第五条", "推进法治建设第一责任人职责规定", [(5, 0)]),
    ],
)
def test_a_line_names_a_law_and_its_articles(line, law, keys) -> None:
    assert citing.read(line) == [Cited(law, keys)]


def test_each_law_has_its_line() -> None:
    found = citing.read("宪法 第二条\n\n公务员法 第九条\n")
    assert [each.law for each in found] == ["宪法", "公务员法"]
    assert citing.read(" \n") == []


@pytest.mark.parametrize("line", ["信访工作条例", "第三条", "宪法 第甲条", "宪法 第九条至第二条"])
def test_what_cannot_be_read_is_named_with_the_remedy(line: str) -> None:
    with pytest.raises(Unclear, match=r"第 2 行.*第三十四条|第 2 行.*起止"):
        citing.read(f"宪法 第二条\n{line}")


def test_no_line_takes_long() -> None:
    with pytest.raises(Unclear):
        citing.read("甲 " + "第一" * 3_000 + "乙")
