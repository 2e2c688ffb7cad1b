"""Files that nobody has seen before: whatever they look like, the figures are the same or a reason
is given; a wrong key and items that are unfair are found."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from analytics.psychometrics.cli import items
from analytics.psychometrics.reading import read

pytestmark = pytest.mark.once
PEOPLE, ITEMS = 400, 12
LETTERS = "ABCD"


def run(*arguments: str | Path) -> dict:
    result = CliRunner().invoke(items, [str(each) for each in arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def right(seed: int = 1, harder: Sequence[int] = ()) -> np.ndarray:
    """The second half of the people find some of the items harder."""
    rng = np.random.default_rng(seed)
    able, hard = rng.normal(size=(PEOPLE, 1)), np.linspace(-1.5, 1.5, ITEMS)
    shift = np.zeros((PEOPLE, ITEMS))
    shift[PEOPLE // 2 :, list(harder)] = 1.4
    chance = 1 / (1 + np.exp(-1.3 * (able - hard - shift)))
    return (rng.random((PEOPLE, ITEMS)) < chance).astype(int)


def letters(scores: np.ndarray, keys: str, seed: int = 2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    wrong = np.array([[each for each in LETTERS if each != key] for key in keys])
    picks = wrong[np.arange(ITEMS), rng.integers(0, 3, (PEOPLE, ITEMS))]
    return np.where(scores == 1, np.array(list(keys)), picks)


def text(rows: Sequence[Sequence[object]], head: Sequence[str] | None, comma: str = ",") -> str:
    lines = [head, *rows] if head else rows
    return "\n".join(comma.join(map(str, each)) for each in lines) + "\n"


HEAD = [f"Q{n}" for n in range(1, ITEMS + 1)]
KEYS = "ABCDABCDABCD"
#: A title for each way to write the same answers: titles, what stands before, what is missing.
WAYS = {
    "plain": (HEAD, None, ""),
    "no titles": (None, None, ""),
    "numbers for titles": ([str(n) for n in range(1, ITEMS + 1)], None, ""),
    "an id": (["id", *HEAD], "S{n:04}", ""),
    "an id and no titles": (None, "S{n:04}", ""),
    "numbers for people": (["person", *HEAD], "{n}", ""),
    "NA": (HEAD, None, "NA"),
    "9": (HEAD, None, "9"),
    "9 and no titles": (None, None, "9"),
    "-9": (HEAD, None, "-9"),
    "99 after an id": (["id", *HEAD], "p{n}", "99"),
    "words": (["姓名", *HEAD], "张三{n}", "缺考"),
}


def written(answers: np.ndarray, way: str) -> str:
    head, who, missing = WAYS[way]
    rows = [list(map(str, row)) for row in answers]
    if missing:
        for n in range(0, PEOPLE, 7):
            rows[n][n % ITEMS] = missing
    if who:
        rows = [[who.format(n=n + 1), *row] for n, row in enumerate(rows)]
    return text(rows, head)


@pytest.mark.parametrize("way", WAYS)
def test_right_and_wrong_are_read_however_they_are_written(way: str) -> None:
    scores = right()
    found = read(written(scores, way).encode(), blank_is_wrong=False)
    assert found.responses.scores.shape == (PEOPLE, ITEMS)
    here = found.responses.asked
    assert (found.responses.scores[here] == scores[here]).all()
    missing = WAYS[way][2]
    assert int((~here).sum()) == (len(range(0, PEOPLE, 7)) if missing else 0)
    assert list(found.missing) == ([missing] if missing not in ("", "NA", "缺考") else [])


@pytest.mark.parametrize(
    ("way", "key"),
    [
        (way, key)
        for way, (head, _, missing) in WAYS.items()
        for key in ("pairs", "column", "row", "word", "row and id", "semicolons")
        # A file without titles cannot be named, and codes among letters have one sign.
        if (head or key in ("column", "row", "word")) and len(missing) < 2
        if key != "row and id" or "id" in (head or ())
    ],
)
def test_letters_are_compared_with_a_key_however_it_is_written(way: str, key: str) -> None:
    scores = right()
    head = WAYS[way][0]
    names = [each for each in head or HEAD if each not in ("id", "person")]
    keys = {
        "pairs": text(list(zip(names, KEYS, strict=True)), None),
        "column": "\n".join(KEYS),
        "row": ",".join(KEYS),
        "word": KEYS.lower(),
        "row and id": text([["KEY", *KEYS]], ["id", *names]),
        "semicolons": text(list(zip(names, KEYS, strict=True)), ["item", "key"], ";"),
    }[key]
    found = read(written(letters(scores, KEYS), way).encode(), keys.encode())
    assert found.responses.scores.shape == (PEOPLE, ITEMS)
    differ = found.responses.scores != scores
    assert int(differ.sum()) <= (len(range(0, PEOPLE, 7)) if WAYS[way][2] else 0)


@pytest.mark.parametrize("comma", [";", "\t", "|", " "])
def test_cells_are_told_apart_however_they_are_parted(comma: str) -> None:
    scores = right()
    rows = [[f"s{n}", *row] for n, row in enumerate(scores.tolist())]
    for data in (text(rows, ["id", *HEAD], comma), text(rows, HEAD, comma)):
        assert (read(data.encode()).responses.scores == scores).all()


def test_full_width_words_and_decimal_commas_are_what_they_look_like() -> None:
    wide = {ord(each): ord(each) + 0xFEE0 for each in LETTERS + "01"}
    scores = right()
    answers = text(letters(scores, KEYS).tolist(), HEAD).translate(wide)
    assert (read(answers.encode(), KEYS.encode()).responses.scores == scores).all()
    for right_word, wrong_word in (("对", "×"), ("Y", "N"), ("yes", "no")):
        words = np.where(scores == 1, right_word, wrong_word).tolist()
        said = text([[20 + n % 9, *row] for n, row in enumerate(words)], ["age", *HEAD])
        assert (read(said.encode()).responses.scores == scores).all()
    marks = text([["1,5", "0,5"], ["2", "1"], ["0", "2"]], ["a", "b"], ";")
    assert read(marks.encode()).responses.scores.tolist() == [[1.5, 0.5], [2, 1], [0, 2]]


def test_items_of_more_marks_count_beside_those_of_one_and_other_figures_do_not() -> None:
    rows = [[n, "Y", 1, n % 2, 3 * (n % 3), 20 + n % 7, 5 + n % 3] for n in range(40)]
    found = read(text(rows, ["编号", "Member", "Q1", "Q2", "Q3", "Age", "total"]).encode())
    assert list(found.responses.items) == ["Q1", "Q2", "Q3"]
    assert found.responses.maxima.tolist() == [1, 1, 6]
    assert any(each.startswith("Age") for each in found.ignored)
    named = read(text(rows, ["编号", "党员", "第1题", "第2题", "第3题", "年龄", "总分"]).encode())
    assert list(named.responses.items) == ["第1题", "第2题", "第3题"]


def test_where_a_model_is_not_determined_it_is_refused_or_said_not_to_hold(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(text(right()[:, 5:7].tolist(), ["a", "b"]))
    found = run(path, "--json")
    assert found["twopl"] is None
    assert found["refused"]["twopl"] == "只有 2 道题可以标定，双参数模型至少要 3 道"
    assert found["rasch"]["converged"]
    # Five times the same item: slopes without end, information nowhere but at one ability.
    path.write_text(text(np.repeat(right()[:, 5:6], 5, axis=1).tolist(), HEAD[:5]))
    found = run(path, "--json")
    assert not found["twopl"]["converged"]
    assert any(each["error"] is None for each in found["twopl"]["information"])
    assert "没有收敛" in CliRunner().invoke(items, [str(path)]).output


def test_constant_items_and_perfect_scores_are_no_error(tmp_path: Path) -> None:
    scores = right()
    scores[:, 3], scores[:, 7] = 1, 0
    scores[:20], scores[20:40] = 1, 0
    scores[:, 7] = 0
    path = tmp_path / "m.csv"
    path.write_text(written(scores, "plain"))
    output = CliRunner().invoke(items, [str(path), "--json"]).output
    assert "NaN" not in output
    assert "Infinity" not in output
    found = json.loads(output)
    assert found["items"][7]["p"] == 0
    assert found["items"][7]["r_rest"] is None
    assert found["twopl"]["b"][7] is None
    assert all(math.isfinite(each) for n, each in enumerate(found["rasch"]["b"]) if n != 7)
    alike = np.ones((60, 4), dtype=int)
    path.write_text(text(alike.tolist(), ["a", "b", "c", "d"]))
    whole = run(path, "--json")
    assert whole["mean"] == 4
    assert whole["alpha"] is None
    assert all(each["upper_lower"] is None for each in whole["items"])
    assert "不足两道" in whole["refused"]["rasch"] or "人作答" in whole["refused"]["rasch"]


def test_the_one_wrong_key_is_flagged_and_no_other(tmp_path: Path) -> None:
    answers, wrong = letters(right(5), KEYS), list(KEYS)
    wrong[4] = "C"
    path, key = tmp_path / "m.csv", tmp_path / "k.csv"
    path.write_text(written(answers, "an id"))
    key.write_text(text(list(zip(HEAD, wrong, strict=True)), ["item", "key"]))
    found = run(path, "--key", key, "--json")
    flagged = {each["item"]: each["better_key"] for each in found["items"]
               if "suspected_wrong_key" in each["flags"]}  # fmt: skip
    assert flagged == {"Q5": "A"}


def test_items_that_are_unfair_are_found_and_few_others(tmp_path: Path) -> None:
    scores = right(9, harder=(3, 8))
    rows = [["abc"[n * 2 // PEOPLE], *row] for n, row in enumerate(scores.tolist())]
    path = tmp_path / "m.csv"
    path.write_text(text(rows, ["group", *HEAD]))
    found = run(path, "--group", "group", "--focal", "b", "--json")
    large = {each["item"] for each in found["dif"] if each["class"] == "C"}
    assert {"Q4", "Q9"} <= large
    assert len(large) <= 3
    assert all(each["delta"] < 0 for each in found["dif"] if each["item"] in ("Q4", "Q9"))


def test_a_key_of_another_test_is_said_to_be_one(tmp_path: Path) -> None:
    path, key = tmp_path / "m.csv", tmp_path / "k.csv"
    path.write_text(written(right(), "plain"))
    key.write_text(text(list(zip(HEAD, KEYS, strict=True)), None))
    result = CliRunner().invoke(items, [str(path), "--key", str(key)])
    assert result.exit_code == 2
    assert "对不上" in result.output
