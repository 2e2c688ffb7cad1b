"""A course as learners see it, in one piece, and what differs between two of them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.labels import Labelled
from laws import wording
from laws.wording import Mark, Marked, Piece


@dataclass(frozen=True)
class Quoted:
    article_id: int
    #: 《信访工作条例》第三条
    label: str


@dataclass(frozen=True)
class LessonState:
    #: The lesson of the published course; None for one that a working copy adds.
    lesson_id: int | None
    title: str
    kind: str
    kind_label: str
    minutes: int
    body: str = ""
    #: Which of the chapters it is in; None: outside of them.
    chapter: int | None = None
    articles: Sequence[Quoted] = ()
    file_id: int | None = None
    file_name: str = ""
    asset_id: int | None = None
    asset_name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    title: str
    category: str
    category_label: str
    summary: str
    credit_hours: str
    is_law: bool
    final_session_id: int | None = None
    final_session: str = ""
    tags: Sequence[str] = ()
    #: Ids and titles of the courses that come first.
    needs: Sequence[tuple[int, str]] = ()
    rank_group: str = ""
    staff_category: str = ""
    audience: str = ""
    posts: str = ""
    chapters: Sequence[str] = ()
    lessons: Sequence[LessonState] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> Snapshot:
    lessons = [
        LessonState(**{**each, "articles": [Quoted(**one) for one in each["articles"]]})
        for each in kept["lessons"]
    ]
    needs = [(each[0], each[1]) for each in kept["needs"]]
    return Snapshot(**{**kept, "lessons": lessons, "needs": needs})


class Turn(Labelled):
    ADDED = "added", "新增"
    REMOVED = "removed", "移出"
    CHANGED = "changed", "修改"


#: Of what stayed, so many characters next to a change are enough to find the place.
_AROUND = 60


@dataclass(frozen=True)
class Change:
    label: str
    marked: Marked

    @property
    def old(self) -> Sequence[Piece]:
        """As it is shown; nothing where text was only added, which the other side shows."""
        return _shortened(self.marked.old)

    @property
    def new(self) -> Sequence[Piece]:
        """As it is shown; nothing where text was only removed."""
        return _shortened(self.marked.new)


def _shortened(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with the middle of long ones that stayed left out; none where all stayed."""
    if all(each.mark is Mark.SAME for each in pieces):
        return []
    last = len(pieces) - 1
    return [
        Piece(each.mark, _middle_out(each.text, first=place == 0, last=place == last))
        if each.mark is Mark.SAME
        else each
        for place, each in enumerate(pieces)
    ]


def _middle_out(text: str, *, first: bool, last: bool) -> str:
    head = "" if first else text[:_AROUND]
    tail = "" if last else text[-_AROUND:]
    return text if len(text) <= len(head) + len(tail) + _AROUND else f"{head}……{tail}"


@dataclass(frozen=True)
class Difference:
    """One thing of the course that is another in the newer of two states."""

    turn: Turn
    of: str
    changes: Sequence[Change] = ()
    #: Of the lesson in the newer state; None for what is no lesson.
    lesson: LessonState | None = None


_SETTINGS = {
    "count": "题数",
    "pass_mark": "合格线",
    "tries": "可测次数",
    "questions": "问题",
}


def differences(old: Snapshot, new: Snapshot) -> list[Difference]:
    """From the course's own lines to its lessons, in the newer order; those dropped come last."""
    return [*_of_the_course(old, new), *_of_lessons(old, new)]


def _of_the_course(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    if changes := _changes(_course_lines(old), _course_lines(new)):
        yield Difference(Turn.CHANGED, "课程信息", changes)
    if changes := _changes({"章节": "\n".join(old.chapters)}, {"章节": "\n".join(new.chapters)}):
        yield Difference(Turn.CHANGED, "章节", changes)
    kept = _ids(old) & _ids(new)
    before, after = (
        [each for each in state.lessons if each.lesson_id in kept] for state in (old, new)
    )
    if [each.lesson_id for each in before] != [each.lesson_id for each in after]:
        marked = wording.mark(_order(before), _order(after))
        yield Difference(Turn.CHANGED, "课时次序", [Change("次序", marked)])


def _order(lessons: Sequence[LessonState]) -> str:
    return "\n".join(each.title for each in lessons)


def _ids(state: Snapshot) -> set[int]:
    return {each.lesson_id for each in state.lessons if each.lesson_id is not None}


def _of_lessons(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    before = {each.lesson_id: each for each in old.lessons if each.lesson_id is not None}
    for each in new.lessons:
        was = before.pop(each.lesson_id, None) if each.lesson_id is not None else None
        if was is None:
            yield Difference(Turn.ADDED, each.title, _changes({}, _lines(each, new)), each)
        elif changes := _changes(_lines(was, old), _lines(each, new)):
            yield Difference(Turn.CHANGED, each.title, changes, each)
    for gone in before.values():
        yield Difference(Turn.REMOVED, gone.title)


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    labels = dict.fromkeys([*new, *old])
    pairs = [(each, old.get(each, ""), new.get(each, "")) for each in labels]
    return [Change(label, wording.mark(was, now)) for label, was, now in pairs if was != now]


def _course_lines(state: Snapshot) -> dict[str, str]:
    return {
        "名称": state.title,
        "类别": state.category_label,
        "简介": state.summary,
        "学时": state.credit_hours,
        "法治学时": "计入" if state.is_law else "不计入",
        "结业测试": state.final_session or "不设",
        "标签": "、".join(state.tags),
        "面向": state.audience,
        "先修课程": "、".join(title for _, title in state.needs),
    }


def _lines(lesson: LessonState, of: Snapshot) -> dict[str, str]:
    return {
        "标题": lesson.title,
        "章节": of.chapters[lesson.chapter] if lesson.chapter is not None else "",
        "形式": lesson.kind_label,
        "分钟": str(lesson.minutes),
        "正文": lesson.body,
        "引用条文": "、".join(each.label for each in lesson.articles),
        "文件": lesson.file_name + (f"（文件 {lesson.file_id}）" if lesson.file_id else ""),
        "音视频或课件": lesson.asset_name + (f"（{lesson.asset_id}）" if lesson.asset_id else ""),
        **{
            _SETTINGS.get(key, key): str(value)
            for key, value in lesson.settings.items()
            if value not in ("", None)
        },
    }
