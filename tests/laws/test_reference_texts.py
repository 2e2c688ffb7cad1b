"""The parser on the official texts, which lie outside the repository."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from laws.categories import Category
from laws.parsing import reading
from laws.parsing.text import Flaw, ParsedLaw

pytestmark = pytest.mark.reference

COUNTS = {
    "宪法": (date(2018, 3, 11), 143),
    "信访工作条例": (date(2022, 2, 25), 50),
    "信访条例": (date(2005, 1, 10), 51),
    "法治宣传教育法": (date(2025, 9, 12), 65),
    "公务员法": (date(2018, 12, 29), 113),
    "公职人员政务处分法": (date(2020, 6, 20), 68),
    "监察法": (date(2024, 12, 25), 78),
    "行政复议法": (date(2023, 9, 1), 90),
    "行政复议法实施条例": (date(2007, 5, 29), 66),
    "行政诉讼法": (date(2017, 6, 27), 103),
    "最高人民法院关于适用《中华人民共和国行政诉讼法》的解释": (date(2018, 2, 6), 163),
    "行政处罚法": (date(2021, 1, 22), 86),
    "行政强制法": (date(2011, 6, 30), 71),
    "行政许可法": (date(2019, 4, 23), 83),
    "国家赔偿法": (date(2012, 10, 26), 42),
    "政府信息公开条例": (date(2019, 4, 3), 56),
    "治安管理处罚法": (date(2025, 6, 27), 144),
    "集会游行示威法": (date(2009, 8, 27), 36),
    "民法典": (date(2020, 5, 28), 1260),
    "民事诉讼法": (date(2023, 9, 1), 306),
    "刑事诉讼法": (date(2018, 10, 26), 308),
    "人民调解法": (date(2010, 8, 28), 35),
    "土地管理法": (date(2019, 8, 26), 87),
    "社会保险法": (date(2018, 12, 29), 98),
    "突发事件应对法": (date(2024, 6, 28), 106),
    "个人信息保护法": (date(2021, 8, 20), 74),
    "数据安全法": (date(2021, 6, 10), 55),
    "立法法": (date(2023, 3, 13), 120),
    "国家安全法": (date(2015, 7, 1), 84),
    "网络安全法": (date(2025, 10, 28), 81),
}
PAIRS = {
    "行政复议法": (43, 90),
    "监察法": (69, 78),
    "保守国家秘密法": (53, 65),
    "代表法": (52, 65),
    "全国年节及纪念日放假办法": (7, 8),
    "信访条例_信访工作条例": (51, 50),
}


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".md", ".txt"):
            yield str(path.relative_to(folder)), path.read_bytes()


@pytest.fixture(scope="module")
def core(reference_data: Path) -> reading.Batch:
    return reading.read_all(files(reference_data / "laws/core"))


@pytest.fixture(scope="module")
def regulations(reference_data: Path) -> reading.Batch:
    return reading.read_all(files(reference_data / "laws/regulations"))


def find(batch: reading.Batch, short_title: str, promulgated_on: date) -> ParsedLaw:
    """One of the texts of that version; all of them must have the same number of articles."""
    found = [law for law in batch.laws
             if (law.short_title, law.promulgated_on) == (short_title, promulgated_on)]  # fmt: skip
    assert found
    assert len({len(law.articles) for law in found}) == 1
    return found[0]


def flawed(batch: reading.Batch, *flaws: Flaw) -> dict[str, tuple[str, ...]]:
    return {law.file: tuple(problem.articles) for law in batch.laws for problem in law.problems
            if problem.flaw in flaws}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_a_law_has_as_many_articles_as_the_trade_counts(core: reading.Batch, name: str) -> None:
    promulgated_on, count = COUNTS[name]
    assert len(find(core, name, promulgated_on).articles) == count


@pytest.mark.parametrize("name", PAIRS)
def test_both_versions_of_a_pair_are_read_whole(reference_data: Path, name: str) -> None:
    batch = reading.read_all(files(reference_data / "laws/pairs" / name))
    by_date = sorted(batch.laws, key=lambda law: law.promulgated_on)
    assert tuple(len(law.articles) for law in by_date) == PAIRS[name]


def test_core_texts_lose_nothing(core: reading.Batch) -> None:
    assert core.rejected == []
    assert flawed(core, *set(Flaw) - {Flaw.UNDATED}) == {
        "刑事诉讼法(2018-10-26).md": ("第一百二十八条",),
        # It does not say from when it applies, so that its end has to be looked at.
        "国务院组织法(1982-12-10).md": ("第十一条",),
    }
    assert sorted(flawed(core, Flaw.UNDATED)) == [
        "政务数据共享条例(2025-05-28).md",
        "网络数据安全管理条例(2024-09-24).md",
    ]


def test_the_constitution_is_one_version_from_md_and_txt(core: reading.Batch) -> None:
    texts = [law for law in core.laws if law.short_title == "宪法"]
    assert len(texts) == 2
    assert {(law.title, law.promulgated_on) for law in texts} == {
        ("中华人民共和国宪法", date(2018, 3, 11))
    }
    assert texts[0].opening.startswith("序言\n中国是世界上历史最悠久的国家之一。")
    assert texts[0].articles[26].text == texts[1].articles[26].text


def test_the_amendments_of_the_constitution_number_their_own_articles(core: reading.Batch) -> None:
    counts = [(law.promulgated_on.year, len(law.articles)) for law in core.laws
              if law.title.startswith("中华人民共和国宪法修正案")]  # fmt: skip
    assert sorted(counts) == [(1988, 2), (1993, 9), (1999, 6), (2004, 14), (2018, 21)]


def test_the_joint_issue_is_a_party_and_an_administrative_regulation(core: reading.Batch) -> None:
    law = find(core, "信访工作条例", date(2022, 2, 25))
    assert list(law.bodies) == ["中共中央", "国务院"]
    assert set(law.categories) == {Category.PARTY_REGULATION, Category.ADMIN_REGULATION}
    assert law.effective_on == date(2022, 5, 1)


def test_the_criminal_law_has_its_inserted_articles(core: reading.Batch) -> None:
    law = find(core, "刑法", date(2023, 12, 29))
    assert law.articles[-1].number == "第四百五十二条"
    assert len([each for each in law.articles if not each.key.sub]) == 452
    assert "第二百六十二条之二" in {each.number for each in law.articles}


def test_no_invisible_character_is_left(core: reading.Batch) -> None:
    left = {law.file for law in core.laws for each in law.articles if "\u200b" in each.text}
    assert left == set()


def test_the_state_councils_regulations_are_read_with_the_known_flaws(
    regulations: reading.Batch,
) -> None:
    assert len(regulations.laws) == 709
    assert [each.file for each in regulations.rejected] == [
        "国务院关于高级专家退休问题的补充规定(1986-02-18).md"
    ]
    assert {file: len(numbers) for file, numbers in flawed(regulations, Flaw.GAP).items()} == {
        "关于爱国卫生运动委员会及其办事机构若干问题的规定(1980-05-09).md": 1,
    }
    # All but the first article of each chapter stand within the lines of others.
    run_on = flawed(regulations, Flaw.LAYOUT)
    assert {file: len(numbers) for file, numbers in run_on.items()} == {
        "飞行基本规则(2007-10-18).md": 112
    }
    rules = find(regulations, "飞行基本规则", date(2007, 10, 18))
    assert (len(rules.articles), rules.articles[-1].number) == (124, "第一百二十四条")
    assert sorted(flawed(regulations, Flaw.TRUNCATED)) == [
        # Five that do not say from when they apply; of the 2024 one the end is missing.
        "公安部对部分刀具实行管制的暂行规定(1983-03-12).md",
        "加强对外合作出版管理的暂行规定(1981-10-12).md",
        "国务院关于处理国家机关工作人员退职、退休时计算工作年限的暂行规定(1955-12-29).md",
        "国务院关于实施《公司法》注册资本登记管理制度的规定(2024-07-01).md",
        "外国籍非军用船舶通过琼州海峡管理规则(1964-06-08).md",
        "建设工程抗震管理条例(2021-07-19).md",
        "进出口商品检验法实施条例(2019-03-02).md",
        "进出口商品检验法实施条例(2022-03-29).md",
        "麻醉药品和精神药品管理条例(2016-02-06).md",
    ]
    assert flawed(regulations, Flaw.REPEAT, Flaw.ORDER, Flaw.PART) == {}
    assert len(flawed(regulations, Flaw.DIVISION)) == 6


def test_no_two_different_texts_claim_to_be_the_same_version(
    core: reading.Batch, regulations: reading.Batch
) -> None:
    seen: dict[tuple[str, date], ParsedLaw] = {}
    different = []
    for law in [*core.laws, *regulations.laws]:
        other = seen.setdefault((law.short_title, law.promulgated_on), law)
        if len(other.articles) != len(law.articles):
            different.append((other.file, law.file))
    assert different == []
