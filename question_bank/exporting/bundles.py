"""The lossless bundle as a file: its lines, and the hash that proves them. Pure."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from core import archives
from core import pictures as drawn
from core.files import Unreadable, decode
from core.pictures import Picture
from question_bank.item_types import ItemType
from question_bank.types import Content, kind_of

HEAD, LINES, PICTURES = "bundle.json", "items.jsonl", "pictures/"
KIND, VERSION = "xuefa-items", 1
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Bundle:
    #: One for each item; None for a line that is no object.
    items: Sequence[Mapping[str, Any] | None]
    #: Of the lines; two banks that hold the same have the same.
    digest: str
    #: What the items show, by address.
    pictures: Mapping[str, Picture] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    #: The line of the bundle, from 1.
    number: int
    reason: str


class Unrestorable(Exception):
    """Why an item of a bundle cannot be restored, and what to do."""


def revisions(line: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """The revisions of an item. Raises Unrestorable."""
    if line is None:
        raise Unrestorable("不是完整的 JSON 对象；请重新导出无损包")
    found: Sequence[Mapping[str, Any]] = line["revisions"]
    return found


def current(line: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The current revision of an item. Raises Unrestorable."""
    for each in revisions(line):
        if line is not None and each["number"] == line["current"]:
            return each
    raise Unrestorable("没有现行的一版；请重新导出无损包")


def must_be_sound(values: Mapping[str, Any]) -> None:
    """Raises Unrestorable for a revision that is no whole item."""
    kind = kind_of(ItemType.of(values["item_type"]))
    content = Content(kind.item_type, values["stem"], values["options"], values["key"],
                      values["parts"])  # fmt: skip
    if faults := kind.faults(content):
        raise Unrestorable(f"第 {values['number']} 版不是完整的试题：{faults[0].text}")


def lacking(cited: Mapping[str, Any]) -> str:
    """That the register does not have a cited article, and what to do."""
    return (f"法律库中没有《{cited['law']}》（{cited['version']}）{cited['article']}；"
            "请先登记这一版本")  # fmt: skip


def same_as(item_id: int) -> str:
    return f"与题库中的试题 {item_id} 相同，未重复恢复"


def pack(
    items: Sequence[Mapping[str, Any]],
    pictures: Mapping[str, Picture] = MappingProxyType({}),
) -> bytes:
    """The bundle; the same items make the same bytes. Their pictures by address."""
    lines = encoded(items)
    head = {"kind": KIND, "version": VERSION, "items": len(items), "sha256": digest(lines)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ((HEAD, json.dumps(head).encode()), (LINES, lines)):
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), data, zipfile.ZIP_DEFLATED)
        for address, picture in sorted(pictures.items()):
            name = f"{PICTURES}{address}.{picture.suffix}"
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), picture.data)
    return buffer.getvalue()


def encoded(items: Sequence[Mapping[str, Any]]) -> bytes:
    lines = (json.dumps(each, ensure_ascii=False, sort_keys=True) for each in items)
    return "".join(f"{line}\n" for line in lines).encode()


def digest(lines: bytes) -> str:
    return hashlib.sha256(lines).hexdigest()


def unpack(data: bytes) -> Bundle:
    """The items of a bundle. Raises Unreadable."""
    parts = {each.name: each.data for each in archives.entries(data)}
    if HEAD not in parts or LINES not in parts:
        raise Unreadable(f"不是无损包：应含 {HEAD} 和 {LINES}")
    try:
        head = json.loads(decode(parts[HEAD]))
    except (json.JSONDecodeError, RecursionError):
        head = None
    if not isinstance(head, dict) or head.get("kind") != KIND:
        raise Unreadable(f"不是试题的无损包：{HEAD} 看不懂")
    if head.get("version") != VERSION:
        raise Unreadable("无损包出自更新的版本；请先升级本系统")
    found = digest(parts[LINES])
    if head.get("sha256") != found:
        raise Unreadable("无损包的校验值不符，内容已损坏或被改动；请重新导出")
    lines = [_line(each) for each in decode(parts[LINES]).split("\n") if each.strip()]
    return Bundle(lines, found, _pictures(parts))


def _pictures(parts: Mapping[str, bytes]) -> dict[str, Picture]:
    """The pictures that are what their names say. Raises Unreadable."""
    found = {}
    for name, data in parts.items():
        if name.startswith(PICTURES):
            picture = drawn.read(data)
            if picture.address not in name:
                raise Unreadable(f"图片 {name[:60]} 与其编号不符，内容已损坏或被改动；请重新导出")
            found[picture.address] = picture
    return found


def _line(text: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def plain(value: Any) -> Any:
    """A column's value as JSON; days, times and bytes as objects that ``value`` takes back."""
    match value:
        case datetime():
            return {"$time": value.isoformat()}
        case date():
            return {"$day": value.isoformat()}
        case bytes():
            return {"$bytes": value.hex()}
        case str():
            return str.__str__(value)
        case _:
            return value


def value(plain_: Any) -> Any:
    """What ``plain`` was given. Raises ValueError."""
    if isinstance(plain_, dict) and set(plain_) == {"$time"}:
        return datetime.fromisoformat(plain_["$time"])
    if isinstance(plain_, dict) and set(plain_) == {"$day"}:
        return date.fromisoformat(plain_["$day"])
    if isinstance(plain_, dict) and set(plain_) == {"$bytes"}:
        return bytes.fromhex(plain_["$bytes"])
    return plain_
