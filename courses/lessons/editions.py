"""A course as it is at a moment, in one text, and what differs between two of them. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laws import wording
from laws.wording import Piece

#: What the content says, as people read it.
LABELS = {
    "title": "名称", "category": "类别", "summary": "简介", "hours": "学时", "is_law": "法治学时",
    "kind": "形式", "minutes": "计划时长", "body": "正文", "articles": "引用条文", "file": "文件",
    "asset": "音视频或课件包", "settings": "设置", "chapter": "章节", "place": "位置",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    #: 课程, or the lesson's title.
    of: str
    field: str
    old: Sequence[Piece]
    new: Sequence[Piece]


def dumped(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _fields("课程", old["course"], new["course"])
    before = {each["id"]: each for each in old["lessons"]}
    after = {each["id"]: each for each in new["lessons"]}
    for lesson_id in [*after, *(each for each in before if each not in after)]:
        was, now = before.get(lesson_id), after.get(lesson_id)
        name = (now or was or {})["title"]
        if was is None:
            yield Difference(name, "课时", [], wording.mark("", "新增").new)
        elif now is None:
            yield Difference(name, "课时", wording.mark("删去", "").old, [])
        else:
            yield from _fields(name, was, now)


def _fields(of: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name, label in LABELS.items():
        was, now = _said(old.get(name)), _said(new.get(name))
        if was != now:
            marked = wording.mark(was, now)
            yield Difference(of, label, marked.old, marked.new)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "，".join(f"{key}：{each}" for key, each in sorted(value.items()))
    return "" if value is None else str(value)
