"""Video and audio files: which are taken, and how long they last. Pure.

The length is read from the file, because completing a recording is measured by it. Only the few
boxes that say so are looked at; nothing is decoded.
"""

import struct
from collections.abc import Iterator
from typing import IO

#: Extension → content type.
CONTENT_TYPES = {
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
}
#: Longer ones are broken into lessons.
LONGEST = 6 * 60 * 60
#: So many pieces of a file are looked at, and no more.
_MOST, _BOXES = 200_000, 200


class Unplayable(ValueError):
    """The file is no recording that browsers play; the text says why, in Chinese."""


def seconds(name: str, file: IO[bytes]) -> int:
    """How long a recording lasts, at least a second. Raises Unplayable."""
    kind = kind_of(name)
    readers = {"mp4": _mp4, "m4a": _mp4, "webm": _webm, "mp3": _mp3, "wav": _wav}
    if kind not in readers:
        raise Unplayable(f"只接受 {'、'.join(CONTENT_TYPES)} 文件")
    file.seek(0)
    try:
        found = readers[kind](file)
    except (struct.error, IndexError, OverflowError, ZeroDivisionError):
        found = None
    if found is None or not found > 0:
        raise Unplayable(
            f"文件内容与扩展名 .{kind} 不符，或没有写明时长；请用转码工具重新导出后再试"
        )
    if found > LONGEST:
        raise Unplayable("时长超过 6 小时，请分成几个课时")
    return max(1, round(found))


def kind_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def is_video(content_type: str) -> bool:
    return content_type.startswith("video/")


# ---------------------------------------------------------------------------------------- wav


def _wav(file: IO[bytes]) -> float | None:
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    rate = 0
    for _ in range(100):
        name, size = struct.unpack("<4sI", file.read(8))
        if name == b"fmt ":
            rate = struct.unpack("<HHIIHH", file.read(16))[3]
            file.seek(size - 16 + size % 2, 1)
        elif name == b"data":
            return size / rate if rate else None
        else:
            file.seek(size + size % 2, 1)
    return None


# ---------------------------------------------------------------------------------------- mp4


def _mp4(file: IO[bytes]) -> float | None:
    boxes = _boxes(file, None)
    if next(boxes, (b"", 0))[0] != b"ftyp":
        return None
    for name, size in boxes:
        if name == b"moov":
            for inner, _ in _boxes(file, size):
                if inner == b"mvhd":
                    return _mvhd(file.read(32))
    return None


def _boxes(file: IO[bytes], within: int | None) -> Iterator[tuple[bytes, int]]:
    """(name, size of its content) of the boxes from here on; the file stands at the content."""
    end = None if within is None else file.tell() + within
    for _ in range(_BOXES):
        start = file.tell()
        head = file.read(8)
        if len(head) < 8 or (end is not None and start >= end):
            return
        size, name = struct.unpack(">I4s", head)
        if size == 1:
            size = struct.unpack(">Q", file.read(8))[0]
        content = file.tell()
        if size and size < content - start:
            return
        yield name, size - (content - start)
        if size == 0:
            return
        file.seek(start + size)


def _mvhd(data: bytes) -> float | None:
    scale, length = struct.unpack(">IQ" if data[0] == 1 else ">II", data[20:32] if data[0] == 1
                                  else data[12:20])  # fmt: skip
    return length / scale if scale else None


# --------------------------------------------------------------------------------------- webm

_EBML, _SEGMENT, _INFO = 0x1A45DFA3, 0x18538067, 0x1549A966
_SCALE, _DURATION, _CLUSTER, _TIME = 0x2AD7B1, 0x4489, 0x1F43B675, 0xE7


def _webm(file: IO[bytes]) -> float | None:
    """The length that is written down; of a recording that was streamed, where it ends."""
    element, size = _element(file)
    if element != _EBML or b"webm" not in file.read(min(size or 0, 1_000)):
        return None
    scale, written, last = 1_000_000, 0.0, 0
    for element, data in _elements(file):
        if element == _SCALE:
            scale = int.from_bytes(data, "big")
        elif element == _TIME:
            last = max(last, int.from_bytes(data, "big"))
        else:
            written = struct.unpack(">f" if len(data) == 4 else ">d", data)[0]
    return (written or last) * scale / 1_000_000_000


def _elements(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Those elements, in whatever others, that say something of the length."""
    for _ in range(_MOST):
        try:
            element, size = _element(file)
        except IndexError:
            return
        if element in {_SEGMENT, _INFO, _CLUSTER}:
            continue  # what is inside comes next
        if size is None:
            return
        if element in {_SCALE, _TIME, _DURATION} and size <= 8:
            yield element, file.read(size)
        else:
            file.seek(size, 1)


def _element(file: IO[bytes]) -> tuple[int, int | None]:
    """(id, size) of an element; None for a size that is not known. Raises IndexError at the end."""
    name, _ = _number(file)
    size, width = _number(file)
    marker = 1 << (7 * width)
    return name, None if size == 2 * marker - 1 else size - marker


def _number(file: IO[bytes]) -> tuple[int, int]:
    """(number with its marker, bytes that it takes). Raises IndexError where there is none."""
    first = file.read(1)[0]
    if not first:
        raise IndexError
    width = 9 - first.bit_length()
    rest = file.read(width - 1)
    if len(rest) < width - 1:
        raise IndexError
    return int.from_bytes(bytes([first]) + rest, "big"), width


# ---------------------------------------------------------------------------------------- mp3

_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44_100, 48_000, 32_000)


def _mp3(file: IO[bytes]) -> float | None:
    """From the count of frames that encoders write; else from the size and the first bit rate."""
    head = file.read(10)
    start = 0
    if head[:3] == b"ID3":
        start = 10 + ((head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9])
    file.seek(start)
    frame = file.read(400)
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0 or frame[1] & 0x06 != 0x02:
        return None
    newest = frame[1] & 0x18 == 0x18
    rate = _RATES[(frame[2] >> 2) & 3] // (1 if newest else 2 if frame[1] & 0x18 == 0x10 else 4)
    samples = 1152 if newest else 576
    for mark in (b"Xing", b"Info"):
        if (at := frame.find(mark)) > 0 and frame[at + 7] & 1:
            frames: int = struct.unpack(">I", frame[at + 8 : at + 12])[0]
            return frames * samples / rate
    bits = (_BITRATES if newest else _BITRATES_2)[frame[2] >> 4] * 1000
    file.seek(0, 2)
    return (file.tell() - start) * 8 / bits
