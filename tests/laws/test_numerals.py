import pytest
from hypothesis import given
from hypothesis import strategies as st

from laws.numerals import Key, article_key, article_number, to_chinese, to_int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10), ("十五", 15), ("二十", 20), ("一百", 100), ("百零一", 101), ("一百零一", 101),
        ("一百一十", 110), ("一千二百六十", 1260), ("二〇二二", 2022), ("一九八○", 1980),
        ("34", 34), ("３４", 34), ("一万零一十", 10_010), ("两", 2),
    ],
)  # fmt: skip
def test_a_numeral_is_read_as_people_write_it(text: str, value: int) -> None:
    assert to_int(text) == value


@pytest.mark.parametrize("text", ["", "条", "三x", "1十"])
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="numeral"):
        to_int(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "零"), (10, "十"), (11, "十一"), (20, "二十"), (101, "一百零一"), (110, "一百一十"),
     (1010, "一千零一十"), (1260, "一千二百六十"), (10_010, "一万零一十")],
)  # fmt: skip
def test_a_number_is_written_as_laws_write_it(value: int, text: str) -> None:
    assert to_chinese(value) == text


@given(st.integers(min_value=0, max_value=99_999_999))
def test_what_is_written_is_read_back(number: int) -> None:
    assert to_int(to_chinese(number)) == number


@pytest.mark.parametrize(
    ("key", "text"),
    [((34, 0), "第三十四条"), ((34, 1), "第三十四条之一"), ((1260, 0), "第一千二百六十条")],
)
def test_an_article_key_has_its_number(key: tuple[int, int], text: str) -> None:
    assert article_number(key) == text


@pytest.mark.parametrize(
    ("text", "key"),
    [("第三十四条", (34, 0)), ("34", (34, 0)), ("三十四", (34, 0)), ("第262条之一", (262, 1)),
     ("262-1", (262, 1))],
)  # fmt: skip
def test_people_name_an_article_in_several_ways(text: str, key: tuple[int, int]) -> None:
    assert article_key(text) == Key(*key)


@pytest.mark.parametrize("text", ["", "条文", "第条", "三十四章", "第一条第二款"])
def test_what_is_no_article_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="n"):
        article_key(text)
