"""The rules of recordings, packages and what packages say; no database, no browser."""

import io
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files import Unreadable
from courses.lessons import cmi, cmi5, packages, playing, recordings, serving, statements
from courses.lessons.cmi import Verdict
from courses.lessons.kinds import kinds, survey
from courses.lessons.standards import Standard
from courses.models import LessonKind
from tests.courses.lessons import making


def test_every_kind_of_lesson_has_its_module() -> None:
    assert [each.value for each in kinds()] == [each.value for each in LessonKind]


# ---------------------------------------------------------------------------------- recordings


@pytest.mark.parametrize(
    ("name", "data", "seconds"),
    [
        ("课.wav", making.recording(20), 20),
        ("课.mp4", making.mp4(754), 754),
        ("课.webm", making.webm(61.6), 62),
        ("课.mp3", making.mp3(1_000), 26),
    ],
)
def test_a_recording_says_how_long_it_is(name: str, data: bytes, seconds: int) -> None:
    assert recordings.seconds(name, io.BytesIO(data)) == seconds


@pytest.mark.parametrize("name", ["课.mp4", "课.webm", "课.mp3", "课.wav", "课.m4a", "课.html"])
@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"<html>", making.PAGE.encode() * 200, b"RIFF\0\0\0\0WAVE", bytes(500),
             b"\0\0\0\1ftyp" + b"\xff" * 9, b"\x1a\x45\xdf\xa3" + b"\xff" * 40],
)  # fmt: skip
def test_what_is_no_recording_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(recordings.Unplayable):
        recordings.seconds(name, io.BytesIO(data))


@given(st.binary(max_size=300), st.sampled_from(["mp4", "webm", "mp3", "wav"]))
def test_whatever_the_bytes_are_there_is_a_length_or_a_refusal(data: bytes, kind: str) -> None:
    heads = {
        "mp4": making.mp4(5)[:60],
        "webm": making.webm(5)[:30],
        "mp3": b"\xff\xfb",
        "wav": b"RIFF",
    }
    for each in (data, heads[kind] + data):
        with suppress(recordings.Unplayable):
            assert recordings.seconds(f"x.{kind}", io.BytesIO(each)) >= 1


# ------------------------------------------------------------------------------------- playing


def test_a_recording_counts_as_it_is_played() -> None:
    played = playing.heard([], start=0, end=50, elapsed=50, length=200)
    played = playing.heard(played, start=50, end=100, elapsed=51, length=200)
    assert played == [(0, 100)]
    assert (playing.covered(played), playing.percent(played, 200)) == (100, 50)
    assert playing.needed(200) == 180
    assert playing.gaps(played, 200) == [(100, 200)]


def test_skipping_playing_twice_and_playing_too_fast_gain_nothing() -> None:
    assert playing.heard([], start=0, end=200, elapsed=10, length=200) == [(0, 16)]
    assert playing.heard([(0, 50)], start=0, end=50, elapsed=50, length=200) == [(0, 50)]
    assert playing.heard([(0, 50)], start=50, end=80, elapsed=0, length=200) == [(0, 50)]
    assert playing.heard([], start=100, end=50, elapsed=50, length=200) == []
    # At twice the speed a stretch leaves a gap that is to be played again.
    assert playing.heard([], start=0, end=100, elapsed=50, length=200) == [(0, 80)]


@given(
    st.lists(
        st.tuples(st.integers(-50, 900), st.integers(-50, 900), st.integers(-5, 200)), max_size=30
    )
)
def test_no_more_is_counted_than_the_clock_allows(reports: list[tuple[int, int, int]]) -> None:
    played: list[tuple[int, int]] = []
    allowed = 0
    for start, end, elapsed in reports:
        played = playing.heard(played, start=start, end=end, elapsed=elapsed, length=600)
        allowed += int(max(0, elapsed) * Decimal("1.6"))
        assert playing.covered(played) <= min(600, allowed)
        assert played == sorted(played)
        assert all(0 <= a < b <= 600 for a, b in played)
        assert all(b < c for (_, b), (c, _) in pairwise(played))
    assert playing.read(playing.written(played)) == played


# ------------------------------------------------------------------------------------ packages


@pytest.mark.parametrize(
    ("manifest", "standard", "score"),
    [
        (making.MANIFEST_12, Standard.SCORM_12, Decimal(60)),
        (making.MANIFEST_2004, Standard.SCORM_2004, Decimal(60)),
        (making.CMI5, Standard.CMI5, Decimal(60)),
    ],
)
def test_a_package_says_what_it_is(tmp_path, manifest, standard, score) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(making.package({"__MACOSX/._x": "litter"}, manifest))
    found = packages.inspect(path)
    assert (found.standard, found.entry, found.pass_score) == (standard, "index.html", score)
    packages.unpack(path, tmp_path / "out")
    assert (tmp_path / "out" / "index.html").read_text() == making.PAGE
    assert not (tmp_path / "out" / "__MACOSX").exists()


ENTITIES = """<?xml version="1.0"?><!DOCTYPE manifest [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<manifest>&x;</manifest>"""
HOSTILE = {
    "climbs out": (making.zipped({"../x.html": ""} | {"imsmanifest.xml": making.MANIFEST_12}), "不安全"),
    "climbs with backslashes": (making.package({"a\\..\\..\\x.html": ""}), "不安全"),
    "absolute": (making.package({"/etc/x.html": ""}), "不安全"),
    "a drive": (making.package({"C:/x.html": ""}), "不安全"),
    "a link": (making.linked(), "符号链接"),
    "a name twice": (making.doubled(), "重名"),
    "a zip inside": (making.package({"more.zip": b"PK"}), "不允许的文件"),
    "a program": (making.package({"setup.EXE": b"MZ"}), "不允许的文件"),
    "a file and a folder of one name": (making.package({"a": "", "a/b": ""}), "重名"),
    "too many files": (making.package({f"{n}.txt": "" for n in range(5_001)}), "超过"),
    "a bomb": (making.package({"big.txt": bytes(50_000_000)}), "压缩比"),
    "entities": (making.package(manifest=ENTITIES.replace("<manifest>", "<manifest x='1'>")), "DOCTYPE"),
    "no manifest": (making.zipped({"index.html": ""}), "没有找到"),
    "in a folder": (making.zipped({"课/imsmanifest.xml": making.MANIFEST_12}), "重新压缩"),
    "launches what is not there": (making.zipped({"imsmanifest.xml": making.MANIFEST_12}), "不在课件包里"),
    "launches another host": (making.package(manifest=making.MANIFEST_12.replace('href="index.html">', 'href="https://e.invalid/">')), "之外"),
    "launches a script": (making.package(manifest=making.MANIFEST_12.replace('href="index.html">', 'href="javascript:alert(1)">')), "之外"),
    "no zip": (b"PK\x03\x04 broken", "损坏"),
    "nothing": (b"", "损坏"),
}  # fmt: skip


def opened(path, out) -> None:
    packages.inspect(path)
    packages.unpack(path, out)


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_packages_are_refused_with_the_reason(tmp_path, case: str) -> None:
    data, said = HOSTILE[case]
    path = tmp_path / "p.zip"
    path.write_bytes(data)
    out = tmp_path / "inside" / "out"
    out.mkdir(parents=True)
    with pytest.raises(Unreadable, match=said):
        opened(path, out)
    outside = {each for each in tmp_path.rglob("*") if not each.is_relative_to(out)}
    assert outside == {path, tmp_path / "inside"}


def test_a_package_that_lies_of_its_size_is_stopped_while_unpacking(tmp_path, monkeypatch) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(making.package({"big.txt": "x" * 5_000}))
    monkeypatch.setattr(packages.archives, "check", lambda *_: None)
    monkeypatch.setattr(packages, "MAX_UNPACKED", 4_000)
    with pytest.raises(Unreadable, match="不符"):
        packages.unpack(path, tmp_path / "out")


def test_a_page_of_a_package_begins_with_our_script_and_ends_in_a_sandbox() -> None:
    for page in (b"<html><head lang=x><script>1</script>", b"<!doctype html><body>", b"<p>"):
        shown = serving.with_script(page, "/packages/t/api.js")
        assert shown.index(b"api.js") < (shown.find(b"<script>1") % 10_000)
        assert shown.replace(b'<script src="/packages/t/api.js"></script>', b"") == page
    policy = serving.policy("https://h/packages/t/")
    assert "sandbox allow-scripts allow-forms" in policy
    assert "allow-same-origin" not in policy
    assert "'self'" not in policy
    assert serving.content_type("x.SVG") == "image/svg+xml"
    assert serving.content_type("x.php") == "application/octet-stream"


# ------------------------------------------------------------------------------------- verdicts


@pytest.mark.parametrize(
    ("standard", "data", "least", "expected"),
    [
        ("scorm_12", {"cmi.core.lesson_status": "completed"}, None, Verdict(True)),
        ("scorm_12", {"cmi.core.lesson_status": "incomplete"}, None, Verdict(False)),
        ("scorm_12", {"cmi.core.lesson_status": "failed"}, None, Verdict(False, True)),
        ("scorm_12", {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "59"}, 60,
         Verdict(False, True, Decimal(59))),
        ("scorm_12", {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "6",
                      "cmi.core.score.max": "8"}, 60, Verdict(True, False, Decimal(75))),
        ("scorm_12", {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "NaN"}, None,
         Verdict(True)),
        ("scorm_2004", {"cmi.completion_status": "completed"}, None, Verdict(True)),
        ("scorm_2004", {"cmi.completion_status": "completed", "cmi.success_status": "failed"},
         None, Verdict(False, True)),
        ("scorm_2004", {"cmi.success_status": "passed", "cmi.score.scaled": "0.8"}, 60,
         Verdict(True, False, Decimal(80))),
        ("scorm_2004", {"cmi.score.scaled": "-1"}, None, Verdict(False, False, Decimal(0))),
    ],
)  # fmt: skip
def test_what_a_package_says_becomes_done_or_not(standard, data, least, expected) -> None:
    score = None if least is None else Decimal(least)
    assert cmi.verdict(data, Standard.of(standard), score) == expected


@pytest.mark.parametrize("sent", [None, [], {"a": "b"}, {"cmi.x": 1}, {"cmi." + "x" * 99: ""}])
def test_what_is_no_data_model_is_not_kept(sent) -> None:
    with pytest.raises(cmi.BadCommit):
        cmi.read(sent)


def statement(verb: str = "passed", learner: str = "me", **result):
    return {
        "actor": {"account": {"homePage": "https://x.invalid", "name": learner}},
        "verb": {"id": statements.VERBS + verb},
        "object": {"id": "https://e.invalid/a"},
        "result": result,
    }


def test_statements_are_about_the_learner_and_say_done_or_not() -> None:
    said = statements.read(statement(score={"scaled": 0.7}), learner="me")
    assert statements.verdict(said, Decimal(60)) == Verdict(True, False, Decimal(70))
    assert statements.verdict(said, Decimal(80)) == Verdict(False, True, Decimal(70))
    assert not statements.verdict(statements.read(statement("failed"), learner="me"), None).done
    assert not statements.verdict(statements.read(statement("launched"), learner="me"), None).done
    for bad in (statement(learner="you"), {}, 3, {**statement(), "id": "x"},
                {**statement(), "verb": "passed"}, {**statement(), "object": None}):  # fmt: skip
        with pytest.raises(statements.BadStatement):
            statements.read(bad, learner="me")


@pytest.mark.parametrize(
    ("move_on", "enough"),
    [
        ("Passed", "passed both"),
        ("Completed", "completed both"),
        ("CompletedAndPassed", "both"),
        ("CompletedOrPassed", "completed passed both"),
        ("NotApplicable", "initialized completed passed both"),
        ("", "initialized completed passed both"),
    ],
)
def test_a_cmi5_unit_says_what_is_enough_to_move_on(move_on: str, enough: str) -> None:
    asked = cmi5.unit(making.cmi5(move_on).encode()).move_on
    told = {
        "nothing": set(),
        "initialized": {"initialized"},
        "completed": {"initialized", "completed"},
        "passed": {"initialized", "passed"},
        "both": {"initialized", "completed", "passed"},
    }
    assert " ".join(name for name, said in told.items() if asked.met(said)) == enough


def test_a_cmi5_unit_is_read_whole_and_a_wrong_one_is_refused() -> None:
    unit = cmi5.unit(making.cmi5("CompletedAndPassed", "0.75").encode())
    assert (unit.publisher_id, unit.course_id) == ("https://e.invalid/a", "https://e.invalid/c")
    assert (unit.mastery, unit.wide, unit.parameters) == (Decimal("0.75"), True, "lang=zh")
    assert unit.condition == "课件的学完条件：学完并通过（75 分合格）"
    assert cmi5.unit(making.cmi5("Completed").encode()).condition == "课件的学完条件：学完"
    wrong = [(making.cmi5("passed"), "moveOn"), (making.cmi5("Passed", "60"), "masteryScore"),
             (making.CMI5.replace("OwnWindow", "Popup"), "launchMethod")]  # fmt: skip
    for manifest, named in wrong:
        with pytest.raises(Unreadable, match=named):
            cmi5.unit(manifest.encode())


def test_only_statements_about_the_unit_itself_count() -> None:
    own = {"activity": "https://xuefa.invalid/lessons/7", "publisher_id": "https://e.invalid/a"}
    assert cmi5.about({"id": "https://xuefa.invalid/lessons/7"}, **own)
    assert cmi5.about({"id": "https://e.invalid/a"}, **own)
    assert not cmi5.about({"id": "https://e.invalid/a/question-1"}, **own)
    assert not cmi5.about({"id": ""}, activity="x", publisher_id="")


def test_questions_of_a_survey_are_lines() -> None:
    asked = survey.questions({"questions": "讲得清楚吗\n\n文字：还想学什么\n"})
    assert [(each.text, each.words) for each in asked] == [
        ("讲得清楚吗", False),
        ("还想学什么", True),
    ]
