"""Large files in the data directory, named by what they hold: written once, never changed."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import current_app

from core.errors import Refused

#: The folder of the data directory; a backup takes it along.
FOLDER = "vault"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    sha256: str
    size: int


def keep(stream: IO[bytes], *, most: int) -> Kept:
    """Write a stream to disk piece by piece. Raises Refused for one of more than ``most`` bytes.

    The same content twice is one file.
    """
    partial = folder() / f"{secrets.token_hex(12)}.partial"
    digest, size = hashlib.sha256(), 0
    try:
        with partial.open("xb") as target:
            os.chmod(target.fileno(), 0o600)
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > most:
                    raise Refused(
                        f"文件超过 {most // 1024 // 1024} MB，请压缩后重试", field="asset"
                    )
                digest.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        partial.replace(path_of(digest.hexdigest()))
    finally:
        partial.unlink(missing_ok=True)
    return Kept(digest.hexdigest(), size)


def path_of(sha256: str) -> Path:
    """Where the content is, or will be."""
    return folder() / sha256


def files() -> list[Path]:
    """Whole files, by name; none that is still being written."""
    return sorted(each for each in folder().iterdir() if not each.suffix)


def folder() -> Path:
    found: Path = current_app.config["XUEFA"].data_dir / FOLDER
    found.mkdir(mode=0o700, exist_ok=True)
    return found
