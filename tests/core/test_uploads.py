import os
from collections.abc import Iterator

import pytest
from flask import Flask

from core import uploads
from core.config import Config


@pytest.fixture(autouse=True)
def in_the_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_files_come_back_as_they_were_uploaded() -> None:
    files = [("甲/乙.md", b"one"), ("甲/乙.md", b"two"), ("../丙.txt", b"")]
    token = uploads.keep(files, owner=7)
    assert uploads.fetch(token, owner=7) == files


def test_nobody_fetches_what_another_uploaded() -> None:
    token = uploads.keep([("甲.md", b"one")], owner=7)
    with pytest.raises(uploads.Expired):
        uploads.fetch(token, owner=8)


@pytest.mark.parametrize("token", ["", "short", "../../../etc/passwd-aaaaaaaaaa", "x" * 40])
def test_an_unknown_token_fetches_nothing(token: str) -> None:
    with pytest.raises(uploads.Expired):
        uploads.fetch(token, owner=7)


def test_a_forgotten_upload_is_gone() -> None:
    token = uploads.keep([("甲.md", b"one")], owner=7)
    uploads.forget(token, owner=7)
    with pytest.raises(uploads.Expired):
        uploads.fetch(token, owner=7)


def test_an_old_upload_is_deleted_with_the_next_one(config: Config) -> None:
    token = uploads.keep([("甲.md", b"one")], owner=7)
    [path] = (config.data_dir / "uploads").iterdir()
    os.utime(path, (0, 0))
    uploads.keep([("乙.md", b"two")], owner=7)
    with pytest.raises(uploads.Expired):
        uploads.fetch(token, owner=7)


def test_uploads_are_readable_by_the_service_only(config: Config) -> None:
    uploads.keep([("甲.md", b"one")], owner=7)
    [path] = (config.data_dir / "uploads").iterdir()
    assert path.stat().st_mode & 0o077 == 0


def test_files_are_claimed_once() -> None:
    token = uploads.keep([("甲.md", b"one")], owner=7)
    with uploads.claimed(token, owner=7) as files:
        assert files == [("甲.md", b"one")]
        for again in (uploads.claimed(token, owner=7), uploads.claimed(token, owner=8)):
            with pytest.raises(uploads.Expired), again:
                pass
    with pytest.raises(uploads.Expired):
        uploads.fetch(token, owner=7)


def test_what_failed_can_be_tried_again() -> None:
    token = uploads.keep([("甲.md", b"one")], owner=7)
    with pytest.raises(ZeroDivisionError), uploads.claimed(token, owner=7):
        raise ZeroDivisionError
    assert uploads.fetch(token, owner=7) == [("甲.md", b"one")]
