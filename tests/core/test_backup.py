"""The drill: back up while people sit an exam, lose the machine, restore elsewhere, go on."""

import io
import shutil
import threading
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app import cli as commands
from app import create_app
from core import vault
from core.audit import trail
from core.config import Config
from core.db import Model, db
from exam.models import Answer, Attempt
from tests.hall import furnish


@pytest.fixture
def house(tmp_path: Path) -> tuple[Path, Config]:
    """An installation on SQLite with one open session, whatever the run's database is."""
    folder = tmp_path / "house"
    folder.mkdir()
    config = Config.from_env({"XUEFA_DATA_DIR": str(folder), "XUEFA_LOG_LEVEL": "error"})
    app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        Model.metadata.create_all(db.engine)
    return folder, config


def run(folder: Path, monkeypatch, *arguments: str) -> tuple[int, str]:
    monkeypatch.setenv("XUEFA_DATA_DIR", str(folder))
    monkeypatch.delenv("XUEFA_DATABASE_URL", raising=False)
    done = CliRunner().invoke(commands, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def sitting(app, cookie: str, session_id: int):
    client = app.test_client()
    client.set_cookie(*cookie.split("=", 1))
    started = client.post(f"/exam/sessions/{session_id}/attempts")
    token = client.get(started.location).get_data(as_text=True)
    return client, started.location, token.split('attempt-token" content="')[1].split('"')[0]


def save(client, url: str, token: str, seq: int) -> int:
    body = {"answers": [{"slot": seq % 10 + 1, "seq": seq, "choice": ["A"]}]}
    return client.put(f"{url}/answers", json=body, headers={"X-Attempt-Token": token}).status_code


def test_a_backup_taken_in_the_middle_of_an_exam_brings_it_back_whole(
    house, tmp_path, monkeypatch
) -> None:
    folder, config = house
    app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False)
    hall = furnish(app, people=3, questions=10)
    done = sitting(app, hall.cookies[0], hall.session_id)
    assert save(*done, seq=1) == 200
    assert done[0].post(f"{done[1]}/submit").status_code == 303
    going = sitting(app, hall.cookies[1], hall.session_id)
    assert save(*going, seq=1) == 200

    stop = threading.Event()

    def go_on() -> None:
        third, seq = sitting(app, hall.cookies[2], hall.session_id), 0
        while not stop.is_set():
            seq += 1
            assert save(*third, seq=seq) == 200

    writer = threading.Thread(target=go_on)
    writer.start()
    backup = tmp_path / "backup.zip"
    assert run(folder, monkeypatch, "backup", str(backup))[0] == 0
    stop.set()
    writer.join()
    assert backup.stat().st_mode & 0o077 == 0
    with app.app_context():
        score = db.session.scalars(select(Attempt.earned).where(Attempt.earned.is_not(None))).one()
        db.session.rollback()
        db.engine.dispose()
    shutil.rmtree(folder)

    elsewhere = tmp_path / "elsewhere"
    assert run(elsewhere, monkeypatch, "restore", str(backup))[0] == 0
    again = create_app(
        Config.from_env({"XUEFA_DATA_DIR": str(elsewhere), "XUEFA_LOG_LEVEL": "error"}),
        TESTING=True, WTF_CSRF_ENABLED=False,
    )  # fmt: skip
    with again.app_context():
        assert trail.verify() is None
        assert db.session.scalar(select(func.count()).select_from(Attempt)) in {2, 3}
        earned = select(Attempt.earned).where(Attempt.earned.is_not(None))
        assert db.session.scalars(earned).one() == score
        assert db.session.scalar(select(func.count()).select_from(Answer)) >= 2
        db.session.rollback()
    # The one who was sitting goes on with the page that is still open.
    client = again.test_client()
    client.set_cookie(*hall.cookies[1].split("=", 1))
    assert save(client, *going[1:], seq=2) == 200
    assert client.post(f"{going[1]}/submit").status_code == 303
    with again.app_context():
        db.engine.dispose()


def test_restoring_over_a_database_keeps_the_old_one_aside(house, tmp_path, monkeypatch) -> None:
    folder, _ = house
    backup = tmp_path / "backup.zip"
    assert run(folder, monkeypatch, "backup", str(backup))[0] == 0
    assert run(folder, monkeypatch, "restore", str(backup), "--yes")[0] == 0
    assert (folder / "xuefa.before-restore").exists()
    assert not (folder / "xuefa.db.restoring").exists()


def test_what_is_no_backup_changes_nothing(house, tmp_path, monkeypatch) -> None:
    folder, _ = house
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"not a zip")
    assert run(folder, monkeypatch, "restore", str(wrong), "--yes")[0] == 2
    with zipfile.ZipFile(wrong, "w") as archive:
        archive.writestr("xuefa.db", b"SQLite format 3\0 and then nothing")
    assert run(folder, monkeypatch, "restore", str(wrong), "--yes")[0] == 2
    assert not list(folder.glob("xuefa.before-restore*")) + list(folder.glob("*.restoring"))
    assert run(folder, monkeypatch, "backup", str(tmp_path / "again.zip"))[0] == 0


def test_a_place_that_cannot_be_written_is_named(house, monkeypatch) -> None:
    code, output = run(house[0], monkeypatch, "backup", "/proc/nowhere/backup.zip")
    assert code == 2
    assert "Traceback" not in output


def test_recordings_come_back_with_their_content(house, tmp_path, monkeypatch) -> None:
    folder, config = house
    with create_app(config, TESTING=True).app_context():
        kept = vault.keep(io.BytesIO(b"a recording"), most=100)
    assert run(folder, monkeypatch, "backup", str(tmp_path / "whole.zip"))[0] == 0
    assert run(folder, monkeypatch, "backup", str(tmp_path / "less.zip"), "--no-media")[0] == 0
    with zipfile.ZipFile(tmp_path / "less.zip") as archive:
        assert not [each for each in archive.namelist() if each.startswith("vault/")]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run(elsewhere, monkeypatch, "restore", str(tmp_path / "whole.zip"), "--yes")[0] == 0
    assert (elsewhere / "vault" / kept.sha256).read_bytes() == b"a recording"
