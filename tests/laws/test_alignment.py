"""Which article became which, judged by what they say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laws.alignment import ArticleText, ChangeKind, align
from laws.numerals import article_number

DUTY = "各级机关应当设立专门机构，配备专职人员，负责本机关的来访接待。"
TIME = "有关机关应当自收到来信之日起十五日内告知来信人是否受理；情况复杂的，可以延长十日。"
LATE = "有关机关应当自收到来信之日起七日内告知来信人是否受理；情况复杂的，可以延长十日。"
HELP = "对生活确有困难的来访人，所在地人民政府应当给予必要的救助。"
FINE = "冲击机关、堵塞交通的，由公安机关处五百元以下罚款。"
FROM = "本条例自2005年5月1日起施行。"


def law(*articles: str, numbers: list[int] | None = None) -> list[ArticleText]:
    places = numbers or list(range(1, len(articles) + 1))
    return [
        ArticleText(article_number((n, 0)), text) for n, text in zip(places, articles, strict=True)
    ]


def told(
    old: list[ArticleText], new: list[ArticleText]
) -> list[tuple[str, int | None, int | None]]:
    return [(each.kind.value, each.old, each.new) for each in align(old, new)]


def test_articles_are_matched_by_what_they_say_not_by_their_numbers() -> None:
    assert told(law(DUTY, TIME, FINE, FROM), law(DUTY, HELP, LATE, FROM)) == [
        ("unchanged", 0, 0),
        ("added", None, 1),
        ("edited", 1, 2),
        ("removed", 2, None),
        ("unchanged", 3, 3),
    ]


def test_an_article_that_moved_to_another_place_is_renumbered() -> None:
    assert told(law(DUTY, TIME, HELP), law(HELP, DUTY, TIME)) == [
        ("renumbered", 2, 0),
        ("renumbered", 0, 1),
        ("renumbered", 1, 2),
    ]


def test_an_inserted_article_of_the_form_number_and_one_renumbers_nothing() -> None:
    old = law(DUTY, FINE)
    new = [old[0], ArticleText("第一条之一", HELP), old[1]]
    assert told(old, new) == [("unchanged", 0, 0), ("added", None, 1), ("unchanged", 1, 2)]


@pytest.mark.parametrize(
    "copy",
    [
        TIME.replace("，", ", ").replace("十五日", "十五\u200b日"),
        TIME.replace("；", ";").replace("有关机关", "　有关机关"),
        TIME.replace("；", "；\n"),
    ],
    ids=["spaces and zero-width characters", "widths", "line ends"],
)
def test_spaces_and_forms_of_characters_are_no_change(copy: str) -> None:
    assert told(law(TIME), law(copy)) == [("unchanged", 0, 0)]


def test_one_character_that_differs_is_a_change() -> None:
    assert told(law(TIME), law(TIME.replace("应当", "可以"))) == [("edited", 0, 0)]


def test_numbers_written_with_figures_are_the_same_numbers() -> None:
    assert told([ArticleText("第10条", DUTY)], [ArticleText("第十条", DUTY)])[0][0] == "unchanged"


def test_an_article_that_follows_the_new_number_of_another_is_edited_and_says_so() -> None:
    old = law(DUTY, TIME, f"违反本条例第二条规定的，{FINE}")
    new = law(DUTY, HELP, TIME, f"违反本条例第三条规定的，{FINE}")
    change = next(each for each in align(old, new) if each.old == 2)
    assert (change.kind, change.new, change.only_references) == (ChangeKind.EDITED, 3, True)


@pytest.mark.parametrize(
    "now",
    [
        f"违反本条例第四条规定的，{FINE}",
        f"违反本条例第三条规定的，{FINE.replace('五百', '八百')}",
    ],
    ids=["another article", "other words, too"],
)
def test_a_reference_that_goes_elsewhere_is_a_change_of_substance(now: str) -> None:
    old = law(DUTY, TIME, f"违反本条例第二条规定的，{FINE}")
    new = law(DUTY, HELP, TIME, now)
    change = next(each for each in align(old, new) if each.old == 2)
    assert (change.kind, change.only_references) == (ChangeKind.EDITED, False)


def test_a_reference_to_another_law_does_not_follow_the_numbers_of_this_one() -> None:
    old = law(DUTY, TIME, f"依照《刑法》第二条，{FINE}")
    new = law(DUTY, HELP, TIME, f"依照《刑法》第三条，{FINE}")
    change = next(each for each in align(old, new) if each.old == 2)
    assert (change.kind, change.only_references) == (ChangeKind.EDITED, False)


def test_penalties_in_the_same_words_are_told_apart_by_the_articles_that_they_punish() -> None:
    penalty = (
        "违反本法{}规定的，由主管部门责令改正，给予警告；拒不改正的，处一万元以上十万元以下罚款。"
    )
    old = law(DUTY, TIME, HELP, penalty.format("第一条"), penalty.format("第三条"))
    new = law(FINE, HELP, TIME, DUTY, penalty.format("第二条"), penalty.format("第四条"))
    assert {(each.old, each.new) for each in align(old, new)} >= {(3, 5), (4, 4)}


def test_an_article_that_was_split_leaves_its_main_part_edited_and_the_rest_pointing_to_it() -> (
    None
):
    long = f"{DUTY}接待人员应当佩戴证件。\n{TIME}"
    changes = align(law(long, FINE), law(f"{DUTY}接待人员应当佩戴证件。", TIME, FINE))
    assert [(each.kind.value, each.old, each.new, each.related) for each in changes] == [
        ("edited", 0, 0, None),
        ("added", None, 1, 0),
        ("renumbered", 1, 2, None),
    ]


def test_articles_that_were_put_together_point_to_the_one_that_holds_them() -> None:
    changes = align(law(DUTY, TIME, FINE), law(f"{TIME}\n{DUTY}", FINE))
    joined = [each for each in changes if each.kind is ChangeKind.REMOVED]
    assert [each.related for each in joined] == [0]


def test_the_last_article_is_the_last_article_whatever_the_day() -> None:
    assert told(law(DUTY, FROM), law(HELP, FROM.replace("2005", "2022")))[-1] == ("edited", 1, 1)


def test_nothing_against_something_is_all_added() -> None:
    assert told([], law(DUTY, TIME)) == [("added", None, 0), ("added", None, 1)]
    assert told(law(DUTY), []) == [("removed", 0, None)]
    assert told([], []) == []


phrases = st.sampled_from(
    [DUTY, TIME, LATE, HELP, FINE, FROM, "（删去）", DUTY + HELP, TIME + FINE]
)
bodies = st.lists(phrases | st.text("甲乙丙丁戊，。\n", max_size=12), max_size=8)


@given(bodies)
def test_identical_texts_are_unchanged_throughout(articles: list[str]) -> None:
    text = law(*articles)
    assert told(text, text) == [("unchanged", n, n) for n in range(len(text))]


@given(bodies, st.integers(1, 5))
def test_the_same_articles_under_other_numbers_are_all_renumbered(
    articles: list[str], step: int
) -> None:
    moved = law(*articles, numbers=[n + step for n in range(1, len(articles) + 1)])
    assert told(law(*articles), moved) == [("renumbered", n, n) for n in range(len(articles))]


@settings(max_examples=200)
@given(bodies, bodies)
def test_every_article_stands_in_exactly_one_change(old: list[str], new: list[str]) -> None:
    changes = align(law(*old), law(*new))
    olds = [each.old for each in changes if each.old is not None]
    news = [each.new for each in changes if each.new is not None]
    assert sorted(olds) == list(range(len(old)))
    assert news == list(range(len(new)))


@settings(max_examples=200)
@given(bodies, bodies)
def test_exchanging_the_texts_exchanges_added_and_removed(old: list[str], new: list[str]) -> None:
    mirror = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    there = {(each.kind, each.old, each.new) for each in align(law(*old), law(*new))}
    back = align(law(*new), law(*old))
    assert there == {(mirror.get(each.kind, each.kind), each.new, each.old) for each in back}
