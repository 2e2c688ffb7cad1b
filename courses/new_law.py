"""新法学习: what a new law asks of the bureau, by when, and how far it is. Pure.

Nothing here is ticked by hand: each task's state follows from what there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.labels import Labelled

#: A study task is given within so many days of promulgation.
STUDY_WITHIN = timedelta(days=30)


class LawEventKind(Labelled):
    ENACTED = "enacted", "制定"
    REVISED = "revised", "修订"
    AMENDED = "amended", "修正"
    REPEALED = "repealed", "废止"


def kind_of(label: str, *, has_predecessor: bool) -> LawEventKind:
    """How a version came about, by its label (2025年修订) and by whether there was one before."""
    if "修正" in label:
        return LawEventKind.AMENDED
    if "修订" in label or "修改" in label or has_predecessor:
        return LawEventKind.REVISED
    return LawEventKind.ENACTED


def is_news(
    promulgated_on: date,
    *,
    today: date,
    window: timedelta,
    newest: bool,
    has_predecessor: bool,
    touches: bool,
) -> bool:
    """Whether registering a version is an event, or only fills the register.

    The first text of an old law is none, nor is an old version registered afterwards, unless
    something rests on what it changed (``touches``).
    """
    recent = today - promulgated_on <= window
    return touches or (newest and (has_predecessor or recent))


class TaskState(Labelled):
    OPEN = "open", "待办"
    OVERDUE = "overdue", "已逾期"
    DONE = "done", "已完成"
    #: Nothing to do: no item, no lesson, no list touched.
    NONE = "none", "无须办理"


class TaskKind(Labelled):
    """The five tasks of a new law, in their order, and who decides each."""

    STUDY = "study", "布置新法学习"
    TEST = "test", "新法测试"
    ITEMS = "items", "复核试题"
    LESSONS = "lessons", "更新课时"
    PAPERS = "papers", "更换试卷题目"
    LISTS = "lists", "清单条目换版"
    AWARENESS = "awareness", "新法知晓率"


DECIDES = {
    TaskKind.STUDY: "人事司考务",
    TaskKind.TEST: "人事司考务",
    TaskKind.ITEMS: "审题人、命题人",
    TaskKind.LESSONS: "课程管理",
    TaskKind.PAPERS: "组卷人提出，另一人批准",
    TaskKind.LISTS: "研究室",
    TaskKind.AWARENESS: "人事司考务",
}


@dataclass(frozen=True)
class Progress:
    """What there is for a version, counted."""

    #: Earliest day on which a course on the version was assigned; None for no assignment.
    assigned_on: date | None = None
    #: Day on which the first new-law test on the version closes; None for no test.
    tested_on: date | None = None
    items: int = 0
    items_left: int = 0
    lessons: int = 0
    lessons_left: int = 0
    papers_left: int = 0
    #: Must-know entries of the older version; None while no list is kept.
    entries: int | None = None
    entries_left: int | None = None
    #: People who were to sit the test, and who passed it.
    due: int = 0
    passed: int = 0


@dataclass(frozen=True)
class Task:
    kind: TaskKind
    state: TaskState
    due_on: date | None
    done: int
    total: int

    @property
    def decides(self) -> str:
        return DECIDES[self.kind]


def tasks(
    *, promulgated_on: date, begins_on: date, included: bool, progress: Progress, today: date
) -> Sequence[Task]:
    """The tasks of a version, in order. Study, test and awareness only of what is included."""
    found = []
    before = begins_on - timedelta(days=1)
    if included:
        study = promulgated_on + STUDY_WITHIN
        found += [
            _once(TaskKind.STUDY, progress.assigned_on, study, today),
            _once(TaskKind.TEST, progress.tested_on, before, today),
        ]
    found += [
        _counted(TaskKind.ITEMS, progress.items_left, progress.items, before, today),
        _counted(TaskKind.LESSONS, progress.lessons_left, progress.lessons, before, today),
        _counted(TaskKind.PAPERS, progress.papers_left, progress.papers_left, before, today),
    ]
    if progress.entries is not None:
        left = progress.entries_left or 0
        found.append(_counted(TaskKind.LISTS, left, progress.entries, before, today))
    if included:
        found.append(_awareness(progress, begins_on, today))
    return found


def _once(kind: TaskKind, on: date | None, due_on: date, today: date) -> Task:
    """A task that is done as soon as there is one of what it asks for, be it late."""
    if on is not None:
        return Task(kind, TaskState.DONE, due_on, 1, 1)
    return Task(kind, _open(due_on, today), due_on, 0, 1)


def _open(due_on: date, today: date) -> TaskState:
    return TaskState.OVERDUE if today > due_on else TaskState.OPEN


def _counted(kind: TaskKind, left: int, total: int, due_on: date, today: date) -> Task:
    state = TaskState.NONE if not total else TaskState.DONE if not left else _open(due_on, today)
    return Task(kind, state, due_on, total - left, total)


def _awareness(progress: Progress, begins_on: date, today: date) -> Task:
    """Passed of due; done once everybody has passed, overdue never: it is a figure."""
    done = bool(progress.due) and progress.passed >= progress.due
    state = TaskState.DONE if done else TaskState.OPEN
    return Task(TaskKind.AWARENESS, state, begins_on, progress.passed, progress.due)
