"""What a power cut leaves of a database whose writes and syncs were journalled (journal.c).

On disk is for certain what was written before the last sync of its file. Of what was written since,
the disk may hold anything: all of it, nothing, some of it, sectors of it.
"""

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

WRITE, TRUNCATE, SYNC = 1, 2, 3
SUFFIXES = {1: "", 2: "-wal", 3: "-journal"}
SECTOR = 512
_HEAD = struct.Struct("<BB6xdqq")


@dataclass(frozen=True)
class Act:
    kind: int
    file: int
    #: time.monotonic() when it was done.
    at: float
    offset: int
    data: bytes


def acts(journal: Path) -> Iterator[Act]:
    with journal.open("rb") as source:
        while len(head := source.read(_HEAD.size)) == _HEAD.size:
            kind, file, at, offset, length = _HEAD.unpack(head)
            yield Act(kind, file, at, offset, source.read(length) if kind == WRITE else b"")


@dataclass
class Disk:
    """The files of one database as acts go on."""

    synced: dict[int, bytearray]
    pending: dict[int, list[Act]] = field(default_factory=dict)

    def do(self, act: Act) -> None:
        if act.kind != SYNC:
            self.pending.setdefault(act.file, []).append(act)
            return
        content = self.synced.setdefault(act.file, bytearray())
        for each in self.pending.pop(act.file, []):
            _apply(content, each)

    def after_a_cut(self, folder: Path, dice: random.Random) -> Path:
        """Write what may be left into ``folder``; the database's path."""
        chance = dice.choice([0.0, 0.5, 0.9, 1.0])
        for file, suffix in SUFFIXES.items():
            path = folder / f"cut.db{suffix}"
            path.unlink(missing_ok=True)
            if file not in self.synced and file not in self.pending:
                continue
            content = bytearray(self.synced.get(file, b""))
            for each in self.pending.get(file, []):
                if dice.random() < chance:
                    _apply(content, each if dice.random() < chance else _torn(each, dice))
            path.write_bytes(content)
        (folder / "cut.db-shm").unlink(missing_ok=True)
        return folder / "cut.db"


def _apply(content: bytearray, act: Act) -> None:
    if act.kind == TRUNCATE:
        del content[act.offset :]
        content.extend(bytes(act.offset - len(content)))
        return
    if len(content) < act.offset:
        content.extend(bytes(act.offset - len(content)))
    content[act.offset : act.offset + len(act.data)] = act.data


def _torn(act: Act, dice: random.Random) -> Act:
    """Only the first sectors of a write."""
    sectors = len(act.data) // SECTOR
    kept = dice.randint(0, sectors) * SECTOR
    return Act(act.kind, act.file, act.at, act.offset, act.data[:kept])
