"""Recordings and packages, taken in from an upload."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO

from accounts.models import Account
from core import vault
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from core.files import Unreadable
from courses.lessons import packages, recordings
from courses.lessons.models import Asset
from courses.lessons.recordings import Unplayable

#: The folder of the data directory with the files of packages, by what the package holds.
UNPACKED = "packages"


class NotTaken(Refused):
    """The file is none that a lesson can be made of; the message says why."""


def take_in(*, name: str, stream: IO[bytes], most: int, at: datetime, by: Account | None) -> Asset:
    """Store an upload: a recording by its extension, a package for .zip. Raises NotTaken."""
    kept = vault.keep(stream, most=most)
    if not kept.size:
        raise NotTaken("文件是空的", field="asset")
    asset = Asset(name=name[-200:], size=kept.size, sha256=kept.sha256, uploaded_at=at)
    asset.uploaded_by_id = by.id if by else None
    if recordings.kind_of(name) == "zip":
        _package(asset)
    else:
        _recording(asset)
    db.session.add(asset)
    db.session.flush()
    record("lesson_asset.upload", asset, at=at, name=asset.name, size=kept.size, sha256=kept.sha256)
    return asset


def _recording(asset: Asset) -> None:
    try:
        with vault.path_of(asset.sha256).open("rb") as file:
            asset.seconds = recordings.seconds(asset.name, file)
    except Unplayable as fault:
        raise NotTaken(str(fault), field="asset") from None
    asset.content_type = recordings.CONTENT_TYPES[recordings.kind_of(asset.name)]


def _package(asset: Asset) -> None:
    path = vault.path_of(asset.sha256)
    try:
        found = packages.inspect(path)
        _unpack(asset.sha256)
    except Unreadable as fault:
        raise NotTaken(str(fault), field="asset") from None
    asset.content_type = "application/zip"
    asset.standard, asset.entry = found.standard, found.entry
    asset.pass_score = found.pass_score


def file_of(asset: Asset, name: str) -> Path | None:
    """A file of a package; None for one that it does not have.

    Unpacked anew where only the archive is there, as after a restore.
    """
    root = _folder(asset.sha256)
    if not root.is_dir():
        _unpack(asset.sha256)
    path = (root / name).resolve()
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None


def _unpack(sha256: str) -> None:
    """All of it or nothing: the folder appears once it is whole."""
    target = _folder(sha256)
    if target.is_dir():
        return
    target.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix="fresh-"))
    try:
        packages.unpack(vault.path_of(sha256), fresh)
        try:
            fresh.rename(target)
        except OSError:  # somebody else was faster
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _folder(sha256: str) -> Path:
    return vault.folder().parent / UNPACKED / sha256
