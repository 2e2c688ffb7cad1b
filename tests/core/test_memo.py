"""Answers that many are told: for some seconds, for one key, for each database."""

import pytest
from flask import Flask

from core import memo
from core.db import db
from core.memo import Memo


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(memo.time, "monotonic", lambda: now[0])
    return now


def test_a_question_is_asked_once_while_its_answer_holds(app: Flask, clock: list[float]) -> None:
    asked: list[str] = []
    question = Memo(lambda key: asked.append(key) or len(asked), seconds=30)
    with app.app_context():
        assert [question("a"), question("a")] == [1, 1]
        # Another key: what was kept is of no use, and goes.
        assert [question("b"), question("a")] == [2, 3]
        clock[0] += 29.9
        assert question("a") == 3
        clock[0] += 0.1
        assert question("a") == 4
        question.forget()
        assert question("a") == 5
    assert asked == ["a", "b", "a", "a", "a"]


def test_the_answers_to_the_latest_keys_are_kept(app: Flask, clock: list[float]) -> None:
    asked: list[str] = []
    question = Memo(lambda key: asked.append(key) or len(asked), seconds=30, keep=2)
    with app.app_context():
        assert [question(key) for key in "abab"] == [1, 2, 1, 2]
        assert [question(key) for key in "cba"] == [3, 2, 4]
    assert asked == ["a", "b", "c", "a"]


def test_nothing_is_an_answer_and_each_database_has_its_own(
    app: Flask, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Database:
        engine = object.__new__(type("Engine", (), {}))

    asked: list[int] = []
    question = Memo(lambda key: asked.append(key), seconds=30)
    with app.app_context():
        assert question(1) is None
        assert question(1) is None
        assert db.engine is not Database.engine
        monkeypatch.setattr(memo, "db", Database)
        assert question(1) is None
    assert asked == [1, 1]
