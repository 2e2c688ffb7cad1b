"""Saving under stress: many at once, a bad one among them, a dead writer, a database away."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from core.audit.models import AuditRecord
from core.db import Model, db, direct, prepare
from exam.attempts.responses import Response
from exam.models import Answer, Attempt, AttemptEvent, AttemptVector
from exam.saving import batches
from exam.saving import store as stores
from exam.saving.batches import Batch
from exam.saving.moments import stored
from exam.saving.store import Store, Unavailable
from exam.saving.token import Ticket
from question_bank.item_types import ItemType
from tests.factories import NOON, Make

AT = stored(NOON)
SHAPES = [(ItemType.SINGLE_CHOICE, 4), (ItemType.MULTIPLE_CHOICE, 4)]


@pytest.fixture
def store(app) -> Store:
    return app.wsgi_app._store


@dataclass
class Apart:
    """A SQLite store of its own with attempts, whatever database the other tests are on."""

    store: Store
    session: Session
    tickets: list[Ticket]

    def saved(self) -> list[tuple[int, int]]:
        """(attempt, slot) of what is kept."""
        rows = self.session.execute(
            select(Answer.attempt_id, Answer.slot).order_by(Answer.attempt_id, Answer.slot)
        ).all()
        self.session.rollback()
        return [(attempt, slot) for attempt, slot in rows]


@pytest.fixture
def apart(tmp_path) -> Iterator[Apart]:
    engine = create_engine(f"sqlite:///{tmp_path / 'apart.db'}")
    prepare(engine, patience=0.2)
    Model.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        make = Make(session)
        exam = make.exam_session(make.form(), make.person(), make.person())
        attempts = [
            make.save(
                Attempt(
                    candidate=candidate, number=1, person_id=candidate.person_id, session=exam,
                    form=exam.form, started_at=NOON, deadline=NOON + timedelta(hours=1), seed=0,
                )
            )
            for candidate in exam.candidates
        ]  # fmt: skip
        tickets = [Ticket(each.id, each.person_id, 1, SHAPES) for each in attempts]
        yield Apart(Store(engine), session, tickets)
    engine.dispose()


def ticket(place) -> Ticket:
    return Ticket(place.attempt_id, place.person_id, 1, SHAPES)


def chose(slot: int, letter: str, seq: int = 1) -> list[Response]:
    return [Response(slot, seq, f'{{"choice":["{letter}"]}}')]


def all_at_once(acts: list[Callable[[], object]]) -> list[object]:
    barrier = threading.Barrier(len(acts))

    def run(act):
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def same_device(app, place):
    """Another connection of the same browser."""
    client = app.test_client()
    client.set_cookie("xuefa", place.client.get_cookie("xuefa").value)
    return client


def test_two_clicks_at_once_start_one_attempt(app, make, sealed, sign_in, session) -> None:
    account = make.account()
    exam = make.exam_session(sealed(), account.person)
    clients = [sign_in(account) for _ in range(6)]
    path = f"/exam/sessions/{exam.id}/attempts"
    answers = all_at_once([lambda client=client: client.post(path) for client in clients])
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert len(session.scalars(select(Attempt)).all()) == 1


def test_fifty_hand_ins_at_once_give_one_score(app, seat, session) -> None:
    place = seat()
    place.answer(1, "A")
    clients = [same_device(app, place) for _ in range(50)]
    acts = [lambda client=client: client.post(f"{place.url}/submit") for client in clients]
    answers = all_at_once(acts)
    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, f"{place.url}/result")
    }
    assert len(session.scalars(select(AttemptVector)).all()) == 1
    submits = select(AuditRecord).where(AuditRecord.action == "attempt.submit")
    assert len(session.scalars(submits).all()) == 1
    assert session.get(Attempt, place.attempt_id).earned == Decimal(5)


def test_a_save_in_flight_is_either_scored_or_refused(app, seat, session) -> None:
    for _ in range(5):
        place = seat()
        other = same_device(app, place)
        saved, _ = all_at_once([
            lambda place=place: place.answer(1, "A").status_code,
            lambda place=place, other=other: other.post(f"{place.url}/submit"),
        ])  # fmt: skip
        earned = session.get(Attempt, place.attempt_id).earned
        session.rollback()
        assert (saved, earned) in {(200, Decimal(5)), (409, Decimal(0))}


def test_many_saves_at_once_are_all_kept(store, seat, session) -> None:
    places = [seat() for _ in range(4)]
    outcomes = all_at_once([
        lambda place=place, seq=seq: store.save(ticket(place), chose(1, "B", seq), AT)
        for place in places
        for seq in range(1, 9)
    ])  # fmt: skip
    assert all(outcome.refused is None for outcome in outcomes)
    assert session.scalars(select(Answer.seq)).all() == [8, 8, 8, 8]


def test_two_batches_in_opposite_order_do_not_block_each_other(store, seat, session) -> None:
    place = seat()
    there = [*chose(1, "A"), *chose(2, "B")]
    back = [*chose(2, "C", 2), *chose(1, "D", 2)]
    acts = [lambda batch=batch: store.save(ticket(place), batch, AT) for batch in (there, back)]
    all_at_once(acts * 4)
    assert session.scalars(select(Answer.seq).order_by(Answer.slot)).all() == [2, 2]


def test_one_bad_batch_does_not_take_the_others_with_it(apart) -> None:
    good, bad = apart.tickets
    apart.session.execute(text(
        "CREATE TRIGGER sabotage BEFORE INSERT ON answer "
        f"WHEN NEW.attempt_id = {bad.attempt_id} BEGIN SELECT RAISE(ABORT, 'sabotage'); END"
    ))  # fmt: skip
    apart.session.commit()
    jobs = [
        stores._OfThread(Batch(good, chose(1, "A"), AT)),
        stores._OfThread(Batch(bad, chose(1, "A"), AT)),
        stores._OfThread(Batch(good, chose(2, "B"), AT)),
    ]
    apart.store._write(jobs)
    assert [job.outcome is not None for job in jobs] == [True, False, True]
    assert apart.saved() == [(good.attempt_id, 1), (good.attempt_id, 2)]


def test_nothing_is_acknowledged_when_the_commit_fails(apart) -> None:
    mine, _ = apart.tickets
    for each in (
        "CREATE TABLE owed (id INTEGER REFERENCES attempt (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER owe AFTER INSERT ON answer BEGIN INSERT INTO owed VALUES (999); END",
    ):
        apart.session.execute(text(each))
    apart.session.commit()
    with pytest.raises(Unavailable):
        apart.store.save(mine, chose(1, "A"), AT)
    assert apart.saved() == []
    apart.session.execute(text("DROP TRIGGER owe"))
    apart.session.commit()
    assert apart.store.save(mine, chose(1, "A"), AT).saved == [1]


def test_a_database_that_is_away_is_tried_again_by_the_page(app, store, seat, monkeypatch) -> None:
    place = seat()
    with app.app_context():
        away = db.engine.dialect.loaded_dbapi.OperationalError("disk I/O error")

    def fail(_batches: object) -> None:
        raise away

    with monkeypatch.context() as patch:
        patch.setattr(store._writer, "write", fail)
        answer = place.answer(1, "A")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "重试" in answer.get_json()["error"]
    assert place.answer(1, "A").status_code == 200


def test_a_connection_that_was_cut_is_replaced_before_the_page_notices(app, seat) -> None:
    place = seat()
    with app.app_context():
        address = db.engine.url
    if address.get_backend_name() != "postgresql":
        pytest.skip("a file is not cut off")
    engine, other = (create_engine(address, pool_size=1) for _ in range(2))
    prepare(engine)
    store = Store(engine)
    assert store.save(ticket(place), chose(1, "A"), AT).saved == [1]
    with direct(engine) as cursor:
        pid = cursor.connection.info.backend_pid
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    assert store.save(ticket(place), chose(2, "B"), AT).saved == [2]
    engine.dispose()
    other.dispose()


def test_what_the_statement_does_not_write_is_not_said_to_be_saved(
    app, store, seat, monkeypatch
) -> None:
    place = seat()
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("there the rule alone decides")
    monkeypatch.setattr(batches, "refusal", lambda *_: None)
    with pytest.raises(Unavailable):
        store.save(ticket(place)._replace(epoch=2), chose(1, "A"), AT)


def test_whoever_writes_lets_the_next_one_write_even_if_it_fails(apart, monkeypatch) -> None:
    mine, others = apart.tickets
    commit, calls = apart.store._commit, []

    def fail_once(jobs) -> None:
        calls.append([job.batch.ticket.attempt_id for job in jobs])
        if len(calls) == 1:
            all_here.wait(5)
            raise SystemExit
        commit(jobs)

    all_here = threading.Event()
    monkeypatch.setattr(apart.store, "_commit", fail_once)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(apart.store.save, mine, chose(1, "A"), AT)
        while not calls:
            time.sleep(0.001)
        rest = [
            pool.submit(apart.store.save, ticket, chose(slot, "A"), AT)
            for ticket, slot in ((others, 1), (mine, 2), (others, 2))
        ]
        while len(apart.store._waiting) < len(rest):
            time.sleep(0.001)
        all_here.set()
        assert [each.result(5).refused for each in rest] == [None, None, None]
        assert isinstance(first.exception(5), SystemExit)
    # At most one batch of an attempt is written at a time.
    assert all(len(set(each)) == len(each) for each in calls)
    assert apart.store.save(mine, chose(1, "B"), AT).saved == [1]


def test_what_fails_while_others_wait_stops_nobody_who_comes_later(apart, monkeypatch) -> None:
    mine, others = apart.tickets
    commit, calls, here = apart.store._commit, [], threading.Event()

    def fail_twice(jobs) -> None:
        calls.append(len(jobs))
        if len(calls) == 1:
            here.wait(5)
        if len(calls) < 3:
            raise SystemExit
        commit(jobs)

    monkeypatch.setattr(apart.store, "_commit", fail_twice)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(apart.store.save, mine, chose(1, "A"), AT)
        while not calls:
            time.sleep(0.001)
        second = pool.submit(apart.store.save, others, chose(1, "A"), AT)
        while not apart.store._waiting:
            time.sleep(0.001)
        here.set()
        # The one who writes hears of it; who waits for the thread that writes sends it again.
        assert isinstance(first.exception(5), SystemExit)
        assert isinstance(second.exception(5), Unavailable)
    assert all_at_once([
        lambda each=each, slot=slot: apart.store.save(each, chose(slot, "A"), AT).saved
        for each in (mine, others)
        for slot in (1, 2)
    ]) == [[1], [2], [1], [2]]  # fmt: skip


def test_who_gave_up_is_not_written(apart, monkeypatch) -> None:
    mine, others = apart.tickets
    monkeypatch.setattr(stores, "WAIT_SECONDS", 0.05)
    with apart.store._turn, pytest.raises(Unavailable):
        apart.store.save(mine, chose(1, "A"), AT)
    apart.store.save(others, chose(2, "A"), AT)
    assert apart.saved() == [(others.attempt_id, 2)]


def test_a_locked_database_is_waited_for_and_then_named_unavailable(apart) -> None:
    apart.session.execute(text("SELECT 1"))  # holds the write lock
    with pytest.raises(Unavailable):
        apart.store.save(apart.tickets[0], chose(1, "A"), AT)
    apart.session.rollback()
    assert apart.store.save(apart.tickets[0], chose(1, "A"), AT).saved == [1]


def test_time_in_the_queue_is_not_the_candidates(store, seat, session) -> None:
    place = seat()
    deadline = NOON + timedelta(minutes=60)
    assert store.save(ticket(place), chose(1, "A"), stored(deadline)).saved == [1]
    after = stored(deadline + timedelta(microseconds=1))
    late = store.save(ticket(place), chose(2, "A"), after)
    assert late.refused == "overdue"
    assert session.scalars(select(AttemptEvent.kind)).all()[-1].value == "save_refused"
