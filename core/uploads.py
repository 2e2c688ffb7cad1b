"""Files that somebody uploaded and has not confirmed yet, kept between the preview and the act."""

import io
import re
import secrets
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from flask import current_app

from core.errors import Refused

#: An upload that nobody confirmed is deleted after this.
KEEP_SECONDS = 2 * 60 * 60
_TOKEN = re.compile(r"[\w-]{20,64}")


class Expired(Refused):
    """The upload is not there any more, or belongs to somebody else."""

    message = "上传的文件已过期，请重新上传。"
    status = HTTPStatus.GONE


def keep(files: Sequence[tuple[str, bytes]], *, owner: int) -> str:
    """Keep (name, content) pairs for the account ``owner``; the token fetches them back."""
    _forget_old()
    token = secrets.token_urlsafe(24)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(files):
            archive.writestr(f"{number}/{name}", data)
    path = _path(token, owner)
    path.touch(mode=0o600)
    path.write_bytes(buffer.getvalue())
    return token


def fetch(token: str, *, owner: int) -> list[tuple[str, bytes]]:
    """The files kept under the token. Raises Expired."""
    return _unpacked(_path(token, owner))


@contextmanager
def claimed(token: str, *, owner: int) -> Iterator[list[tuple[str, bytes]]]:
    """The files kept under the token, for one act that happens once however often it is asked for.

    Only one of several requests gets them; the others, and all later ones, get Expired. They are
    forgotten when the block ends, and kept for another try when it fails.
    """
    path = _path(token, owner)
    taken = path.with_suffix(".taken")
    try:
        path.rename(taken)
    except FileNotFoundError:
        raise Expired from None
    try:
        yield _unpacked(taken)
    except BaseException:
        taken.rename(path)
        raise
    taken.unlink(missing_ok=True)


def _unpacked(path: Path) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            return [(info.filename.split("/", 1)[1], archive.read(info))
                    for info in archive.infolist()]  # fmt: skip
    except (FileNotFoundError, zipfile.BadZipFile):
        raise Expired from None


def forget(token: str, *, owner: int) -> None:
    _path(token, owner).unlink(missing_ok=True)


def _path(token: str, owner: int) -> Path:
    if not _TOKEN.fullmatch(token):
        raise Expired
    return _folder() / f"{owner}-{token}.zip"


def _folder() -> Path:
    folder: Path = current_app.config["XUEFA"].data_dir / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _forget_old() -> None:
    oldest = time.time() - KEEP_SECONDS
    for path in (*_folder().glob("*.zip"), *_folder().glob("*.taken")):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except FileNotFoundError:
            continue  # claimed or forgotten meanwhile
