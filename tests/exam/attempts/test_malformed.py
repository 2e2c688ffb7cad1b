"""Bodies that no page sends: refused with a reason, never an error of ours, nothing changed."""

import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from exam.attempts import responses
from exam.attempts.responses import BadBatch
from exam.models import Answer
from exam.saving.protocol import MAX_BODY
from question_bank.item_types import ItemType

GOOD = '{"slot":1,"seq":1,"choice":["A"]}'
BODIES = {
    "nothing": b"",
    "an open brace": b"{",
    "a list": b"[]",
    "null": b"null",
    "a number": b"1",
    "no answers": b'{"answers":[]}',
    "answers of numbers": b'{"answers":[1]}',
    "answers of null": b'{"answers":[null]}',
    "answers of lists": b'{"answers":[[[]]]}',
    "answers as text": b'{"answers":"x"}',
    "answers as null": b'{"answers":null}',
    "more answers than slots": f'{{"answers":[{GOOD},{GOOD},{GOOD}]}}'.encode(),
    "a slot twice": f'{{"answers":[{GOOD},{GOOD}]}}'.encode(),
    "slot 0": b'{"answers":[{"slot":0,"seq":1,"choice":["A"]}]}',
    "slot -1": b'{"answers":[{"slot":-1,"seq":1,"choice":["A"]}]}',
    "slot 3 of 2": b'{"answers":[{"slot":3,"seq":1,"choice":["A"]}]}',
    "slot as text": b'{"answers":[{"slot":"1","seq":1,"choice":["A"]}]}',
    "slot in full-width digits": '{"answers":[{"slot":１,"seq":1,"choice":["A"]}]}'.encode(),
    "slot as fraction": b'{"answers":[{"slot":1.0,"seq":1,"choice":["A"]}]}',
    "slot as truth": b'{"answers":[{"slot":true,"seq":1,"choice":["A"]}]}',
    "seq -1": b'{"answers":[{"slot":1,"seq":-1,"choice":["A"]}]}',
    "seq NaN": b'{"answers":[{"slot":1,"seq":NaN,"choice":["A"]}]}',
    "seq Infinity": b'{"answers":[{"slot":1,"seq":Infinity,"choice":["A"]}]}',
    "seq 1e999": b'{"answers":[{"slot":1,"seq":1e999,"choice":["A"]}]}',
    "seq beyond 2**53": b'{"answers":[{"slot":1,"seq":9007199254740993,"choice":["A"]}]}',
    "seq of 5,000 digits": b'{"answers":[{"slot":1,"seq":' + b"9" * 5000 + b',"choice":["A"]}]}',
    "seq null": b'{"answers":[{"slot":1,"seq":null,"choice":["A"]}]}',
    "an unknown option": b'{"answers":[{"slot":1,"seq":1,"choice":["E"]}]}',
    "a full-width option": '{"answers":[{"slot":1,"seq":1,"choice":["Ａ"]}]}'.encode(),
    "a small letter": b'{"answers":[{"slot":1,"seq":1,"choice":["a"]}]}',
    "two letters in one": b'{"answers":[{"slot":1,"seq":1,"choice":["AB"]}]}',
    "half a character": b'{"answers":[{"slot":1,"seq":1,"choice":["\\ud800"]}]}',
    "an option twice": b'{"answers":[{"slot":1,"seq":1,"choice":["A","A"]}]}',
    "an option as text": b'{"answers":[{"slot":1,"seq":1,"choice":"A"}]}',
    "an option null": b'{"answers":[{"slot":1,"seq":1,"choice":[null]}]}',
    "a choice of lists": b'{"answers":[{"slot":1,"seq":1,"choice":[["A"]]}]}',
    "no choice": b'{"answers":[{"slot":1,"seq":1}]}',
    "a field twice": b'{"answers":[{"slot":2,"slot":1,"seq":1,"choice":["A"]}]}',
    "answers twice": f'{{"answers":[{GOOD}],"answers":[{GOOD}]}}'.encode(),
    "no UTF-8": b"\xff\xfe",
    "UTF-16": f'{{"answers":[{GOOD}]}}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + f'{{"answers":[{GOOD}]}}'.encode(),
    "5,000 brackets": b"[" * 5000,
    "30,000 braces": b'{"a":' * 12_000,
    "something behind": f'{{"answers":[{GOOD}]}}x'.encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_what_is_no_batch_of_answers_is_refused_and_changes_nothing(seat, session, body) -> None:
    place = seat()
    answer = place.put_raw(body)
    assert answer.status_code == 400
    assert answer.get_json()["error"]
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_a_body_larger_than_192_kib_is_not_read(seat) -> None:
    place = seat()
    batch = f'{{"answers":[{GOOD}]}}'
    assert place.put_raw(batch.ljust(MAX_BODY).encode()).status_code == 200
    assert place.put_raw(batch.ljust(MAX_BODY + 1).encode()).status_code == 413


def test_a_body_of_no_stated_length_is_refused(seat) -> None:
    place = seat()
    for environ in ({"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "１"}):
        answer = place.client.put(
            f"{place.url}/answers", data=b"{}", environ_overrides=environ,
            headers={"X-Attempt-Token": place.token},
        )  # fmt: skip
        assert answer.status_code == 411


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_the_save_path_takes_nothing_but_put(seat, method) -> None:
    place = seat()
    answer = place.client.open(f"{place.url}/answers", method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "PUT")


anything = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text()
    | some.sampled_from(["A", "B", "slot", "seq", "choice"]),
    lambda inner: (
        some.lists(inner, max_size=4)
        | some.dictionaries(some.sampled_from(["slot", "seq", "choice", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
answers = some.fixed_dictionaries(
    {"answers": some.lists(some.fixed_dictionaries({
        "slot": anything | some.integers(0, 3), "seq": anything | some.integers(0, 9),
        "choice": anything | some.lists(some.sampled_from("ABCDE")),
    }), max_size=3) | anything}
)  # fmt: skip


@given(some.binary(max_size=200) | (anything | answers).map(lambda each: json.dumps(each).encode()))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_a_batch_or_a_bad_batch(body: bytes) -> None:
    try:
        batch = responses.read(body, [(ItemType.SINGLE_CHOICE, 4), (ItemType.MULTIPLE_CHOICE, 4)])
    except BadBatch:
        return
    assert 1 <= len(batch) <= 2
    for each in batch:
        assert each.slot in {1, 2}
        assert 0 <= each.seq <= 2**53
        assert set(responses.of(each.body)["choice"]) <= set("ABCD")


@given(position=some.integers(0, 200), byte=some.integers(0, 255))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_one_wrong_byte_is_never_an_error_of_ours(seat_once, position: int, byte: int) -> None:
    body = bytearray(f'{{"answers":[{GOOD}]}}'.encode())
    body[position % len(body)] = byte
    assert seat_once.put_raw(bytes(body)).status_code in {200, 400}


@pytest.fixture
def seat_once(seat):
    return seat()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"[1,2]"),
        ("application/json", b"\xff"),
        ("application/json", b'{"auto":["1"],"seconds":1e999}'),
        ("application/x-www-form-urlencoded", b"%ff%00=%00&auto=%EF%BC%91&seconds=NaN"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"no boundary"),
        ("text/plain; charset=wrong", string.printable.encode()),
    ],
)
def test_whatever_is_posted_beside_a_hand_in_does_no_harm(seat, content_type, body) -> None:
    place = seat()
    left = place.client.post(f"{place.url}/left", data=body, content_type=content_type)
    assert left.status_code == 400
    handed_in = place.client.post(f"{place.url}/submit", data=body, content_type=content_type)
    assert handed_in.status_code in {303, 400}


@pytest.mark.parametrize("number", ["2147483648", "9" * 18, "9" * 30, "-1", "1e3", "１", "%00"])
def test_numbers_that_no_row_has_are_addresses_that_do_not_exist(seat, number) -> None:
    client = seat().client
    for path in (f"/exam/attempts/{number}", f"/exam/sessions/{number}", f"/laws/{number}"):
        assert client.get(path).status_code == 404
    assert client.put(f"/exam/attempts/{number}/answers", data=b"{}").status_code in {403, 404, 405}
