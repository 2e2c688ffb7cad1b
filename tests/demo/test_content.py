"""The demonstration's items, outlines and courses: well formed, balanced, and true to the law."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from demo import material
from demo.material import Citation, DemoItem, LawOutline
from laws.numerals import NUMERAL, to_int
from laws.parsing import reading
from laws.parsing.text import ParsedLaw, short_title
from question_bank.item_types import ItemType, faults

ITEMS = material.items()
LAWS = {law.title: law for law in material.laws()}
COURSES = material.courses()
LESSONS = [lesson for course in COURSES for lesson in course.lessons]

SINGLE = [item for item in ITEMS if item.item_type is ItemType.SINGLE_CHOICE]
MULTIPLE = [item for item in ITEMS if item.item_type is ItemType.MULTIPLE_CHOICE]
TRUE_FALSE = [item for item in ITEMS if item.item_type is ItemType.TRUE_FALSE]

#: A gist may share this many characters in a row with the official text: names of organs and
#: lists of legal terms cannot be said otherwise.
LONGEST_SHARED_RUN = 18
COURSE_CATEGORIES = {
    "constitution",
    "law",
    "admin_regulation",
    "party_regulation",
    "petition_work",
}
UNITS = "个工作日|个月|周岁|小时|日|年|月|倍|元|人|名|%"
QUANTITY = re.compile(rf"(?<!第)([{NUMERAL}]+)({UNITS})")


def quantities(text: str) -> set[tuple[int, str]]:
    """Each number with its unit, so that 六十日 and 60日 are the same."""
    return {(to_int(number), unit.replace("名", "人")) for number, unit in QUANTITY.findall(text)}


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def han(text: str) -> int:
    return len(re.findall(r"[一-鿿]", text))


def ids(items: Iterable[DemoItem]) -> list[str]:
    return [item.code for item in items]


# Items


def test_there_are_enough_items_of_each_type() -> None:
    assert len(SINGLE) >= 90
    assert len(MULTIPLE) >= 45
    assert len(TRUE_FALSE) >= 45


@pytest.mark.parametrize(
    ("law", "least"),
    [
        ("信访工作条例", 60),
        ("中华人民共和国宪法", 20),
        ("中华人民共和国行政复议法", 25),
        ("中华人民共和国行政诉讼法", 20),
        ("中华人民共和国公务员法", 25),
    ],
)
def test_the_laws_of_the_trade_are_covered(law: str, least: int) -> None:
    assert sum(item.citation.law == law for item in ITEMS) >= least


def test_no_item_is_there_twice() -> None:
    assert [stem for stem, n in Counter(item.stem for item in ITEMS).items() if n > 1] == []
    assert len(set(ids(ITEMS))) == len(ITEMS)


@pytest.mark.parametrize("item", ITEMS, ids=ids(ITEMS))
def test_an_item_is_well_formed(item: DemoItem) -> None:
    assert faults(item.item_type, item.options, item.key) == []
    assert list(item.key) == sorted(set(item.key))
    assert 1 <= item.difficulty <= 5
    assert item.topic
    assert item.citation.articles
    if item.item_type is ItemType.TRUE_FALSE:
        assert not item.options
        assert item.stem.endswith("。")
    else:
        assert len(item.options) in {4, 5}
        assert item.stem.endswith("：")
        assert not any(re.search("以上(都|均|全)", option) for option in item.options)


@pytest.mark.parametrize("item", ITEMS, ids=ids(ITEMS))
def test_a_rationale_names_law_and_article_and_no_option_letter(item: DemoItem) -> None:
    law = LAWS[item.citation.law]
    assert f"《{law.short_title}》{item.citation.articles[0]}" in item.rationale or any(
        f"{law.short_title}》{number}" in item.rationale for number in item.citation.articles
    )
    assert not re.search(r"选?项?[A-E](?![a-z])", item.rationale)


def test_keys_of_single_choice_are_spread_over_the_letters() -> None:
    counts = Counter(item.key_text for item in SINGLE)
    assert all(0.2 <= counts[letter] / len(SINGLE) <= 0.3 for letter in "ABCD")


def test_keys_of_multiple_choice_vary_in_number_and_place() -> None:
    sizes = Counter(len(item.key) for item in MULTIPLE)
    assert set(sizes) == {2, 3, 4}
    assert max(sizes.values()) <= 0.6 * len(MULTIPLE)
    places = Counter(letter for item in MULTIPLE for letter in item.key_text)
    assert max(places[x] for x in "ABCD") <= 1.2 * min(places[x] for x in "ABCD")


def test_true_and_false_are_about_even() -> None:
    share = sum(item.key_text == "正确" for item in TRUE_FALSE) / len(TRUE_FALSE)
    assert 0.4 <= share <= 0.6


def test_the_longest_option_is_no_guide_to_the_key() -> None:
    def longest_is_key(item: DemoItem) -> bool:
        (key,) = item.key
        others = [len(text) for n, text in enumerate(item.options) if n != key]
        return len(item.options[key]) > max(others)

    assert sum(map(longest_is_key, SINGLE)) <= 0.25 * len(SINGLE)


def test_a_good_part_of_the_items_are_scenes_from_work() -> None:
    scenes = [item for item in ITEMS if item.scenario]
    assert len(scenes) >= 0.3 * len(ITEMS)
    assert all(item.cognitive_level != "remember" for item in scenes)


# Outlines


@pytest.mark.parametrize("law", LAWS.values(), ids=list(LAWS))
def test_an_outline_is_well_formed(law: LawOutline) -> None:
    assert law.short_title == short_title(law.title)
    assert law.categories
    assert law.issuing_bodies
    assert law.promulgated_on <= law.effective_on
    numbers = [article.number for article in law.articles]
    assert len(set(numbers)) == len(numbers)
    assert all(article.gist.endswith("。") for article in law.articles)


@pytest.mark.parametrize(
    "citation",
    [
        *(pytest.param(item.citation, id=item.code) for item in ITEMS),
        *(
            pytest.param(citation, id=f"{lesson.title}-{citation.law}")
            for lesson in LESSONS
            for citation in lesson.citations
        ),
    ],
)
def test_what_is_cited_is_in_an_outline(citation: Citation) -> None:
    law = LAWS[citation.law]
    assert citation.version == law.promulgated_on
    assert set(citation.articles) <= {article.number for article in law.articles}


# Courses


def test_there_are_courses_of_every_category() -> None:
    assert 8 <= len(COURSES) <= 10
    assert {course.category for course in COURSES} == COURSE_CATEGORIES
    assert {course.required for course in COURSES} == {True, False}


def test_credit_hours_follow_from_the_minutes() -> None:
    for course in COURSES:
        taught = sum(lesson.minutes for lesson in course.lessons) / 45
        assert taught - 0.5 < course.credit_hours <= taught, course.title


def test_a_lesson_is_a_text_to_learn_from() -> None:
    for course in COURSES:
        assert 2 <= len(course.lessons) <= 5, course.title
        assert course.summary
        assert course.audience
    for lesson in LESSONS:
        assert 300 <= han(lesson.body) <= 900, lesson.title
        assert "# " not in re.sub(r"(?m)^## ", "", lesson.body), lesson.title
        assert {"## 学习目标", "## 要点讲解", "## 小案例", "## 常见误区"} <= set(
            lesson.body.splitlines()
        ), lesson.title
        assert lesson.citations, lesson.title


# Against the official texts


@cache
def official(folder: Path) -> dict[str, ParsedLaw]:
    """The texts of our versions, by title."""
    wanted = {(law.title, law.promulgated_on) for law in LAWS.values()}
    stems = {law.short_title for law in LAWS.values()}
    paths = [
        path
        for path in sorted((folder / "laws" / "core").iterdir())
        if re.sub(r"[(（_].*", "", path.stem).removeprefix("中华人民共和国") in stems
    ]
    paths = [
        each for path in paths for each in (sorted(path.iterdir()) if path.is_dir() else [path])
    ]
    paths += [
        path
        for path in sorted((folder / "laws" / "regulations").iterdir())
        if path.stem.split("(")[0] in stems
    ]
    batch = reading.read_all((path.name, path.read_bytes()) for path in paths)
    return {law.title: law for law in batch.laws if (law.title, law.promulgated_on) in wanted}


def text_of(folder: Path, citation: Citation) -> str:
    law = official(folder)[citation.law]
    return "\n".join(a.text for a in law.articles if a.number in citation.articles)


@pytest.mark.reference
@pytest.mark.parametrize("law", LAWS.values(), ids=list(LAWS))
def test_an_outline_agrees_with_the_official_text(law: LawOutline, reference_data: Path) -> None:
    real = official(reference_data)[law.title]
    assert real.label == law.label
    assert set(real.categories) == set(law.categories)
    assert list(real.bodies) == list(law.issuing_bodies)
    assert real.effective_on in {law.effective_on, None}
    assert len(real.articles) == law.article_count
    chapters = {
        article.number: next(
            (
                squeezed(division.title)
                for division in reversed(real.divisions[: article.division + 1])
                if re.match("第[^节编分]+章", division.title)
            ),
            "",
        )
        for article in real.articles
        if article.division is not None
    }
    for article in law.articles:
        assert chapters[article.number] == squeezed(article.chapter), article.number


@pytest.mark.reference
@pytest.mark.parametrize("item", ITEMS, ids=ids(ITEMS))
def test_every_cited_article_exists_and_holds_the_numbers_of_the_key(
    item: DemoItem, reference_data: Path
) -> None:
    law = official(reference_data)[item.citation.law]
    assert set(item.citation.articles) <= {article.number for article in law.articles}
    if item.item_type is ItemType.TRUE_FALSE:
        said = item.stem if item.key_text == "正确" else ""
    else:
        said = "\n".join(item.options[index] for index in item.key)
    assert quantities(said) <= quantities(text_of(reference_data, item.citation))


@pytest.mark.reference
@pytest.mark.parametrize("law", LAWS.values(), ids=list(LAWS))
def test_a_gist_is_our_own_and_has_its_numbers_from_the_article(
    law: LawOutline, reference_data: Path
) -> None:
    for article in law.articles:
        text = text_of(reference_data, Citation(law.title, law.promulgated_on, [article.number]))
        assert quantities(article.gist) <= quantities(text), article.number
        shared = longest_shared_run(squeezed(article.gist), squeezed(text))
        assert len(shared) <= LONGEST_SHARED_RUN, f"{article.number} {shared}"


def longest_shared_run(ours: str, theirs: str) -> str:
    best = ""
    for start in range(len(ours)):
        while ours[start : start + len(best) + 1] in theirs and start + len(best) < len(ours):
            best = ours[start : start + len(best) + 1]
    return best
