"""What a new law asks for, by when, and how far it is."""

from datetime import date, timedelta

import pytest

from courses.new_law import LawEventKind, Progress, TaskKind, TaskState, is_news, kind_of, tasks

MADE, BEGINS = date(2026, 2, 1), date(2026, 6, 1)


def states(
    progress: Progress, today: date, *, included: bool = True
) -> dict[TaskKind, tuple[TaskState, date | None]]:
    found = tasks(
        promulgated_on=MADE, begins_on=BEGINS, included=included, progress=progress, today=today
    )
    return {each.kind: (each.state, each.due_on) for each in found}


@pytest.mark.parametrize(
    ("label", "before", "kind"),
    [
        ("2018年修正", True, LawEventKind.AMENDED),
        ("2025年修订", True, LawEventKind.REVISED),
        ("2025年公布", False, LawEventKind.ENACTED),
        ("2025年公布", True, LawEventKind.REVISED),
    ],
)
def test_the_label_says_how_a_version_came_about(
    label: str, before: bool, kind: LawEventKind
) -> None:
    assert kind_of(label, has_predecessor=before) is kind


@pytest.mark.parametrize(
    ("made", "newest", "before", "touches", "news"),
    [
        (date(2026, 1, 1), True, False, False, True),
        (date(2019, 1, 1), True, False, False, False),
        (date(2019, 1, 1), True, True, False, True),
        (date(2019, 1, 1), False, True, False, False),
        (date(2019, 1, 1), False, True, True, True),
    ],
    ids=["recent", "old", "successor", "old-version", "old-version-that-touches"],
)
def test_the_first_text_of_an_old_law_is_no_news(
    made: date, newest: bool, before: bool, touches: bool, news: bool
) -> None:
    assert news is is_news(
        made,
        today=date(2026, 3, 2),
        window=timedelta(days=180),
        newest=newest,
        has_predecessor=before,
        touches=touches,
    )


def test_study_is_due_30_days_after_promulgation_and_the_test_before_the_day_of_effect() -> None:
    found = states(Progress(), date(2026, 3, 3))
    assert found[TaskKind.STUDY] == (TaskState.OPEN, date(2026, 3, 3))
    assert found[TaskKind.TEST] == (TaskState.OPEN, date(2026, 5, 31))
    later = states(Progress(), date(2026, 6, 1))
    assert later[TaskKind.STUDY][0] is later[TaskKind.TEST][0] is TaskState.OVERDUE


def test_tasks_are_done_by_what_there_is() -> None:
    progress = Progress(
        assigned_on=date(2026, 2, 10),
        tested_on=date(2026, 5, 1),
        items=5,
        lessons=2,
        lessons_left=1,
        due=10,
        passed=10,
    )
    found = states(progress, date(2026, 3, 2))
    assert {kind: state for kind, (state, _) in found.items()} == {
        TaskKind.STUDY: TaskState.DONE,
        TaskKind.TEST: TaskState.DONE,
        TaskKind.ITEMS: TaskState.DONE,
        TaskKind.LESSONS: TaskState.OPEN,
        TaskKind.PAPERS: TaskState.NONE,
        TaskKind.AWARENESS: TaskState.DONE,
    }


def test_what_is_not_studied_still_has_its_items_seen_to() -> None:
    found = states(Progress(items=3, items_left=3), date(2026, 3, 2), included=False)
    assert set(found) == {TaskKind.ITEMS, TaskKind.LESSONS, TaskKind.PAPERS}
    assert found[TaskKind.ITEMS][0] is TaskState.OPEN


def test_list_entries_are_a_task_only_where_lists_are_kept() -> None:
    assert TaskKind.LISTS not in states(Progress(), date(2026, 3, 2))
    found = states(Progress(entries=4, entries_left=1), date(2026, 3, 2))
    assert found[TaskKind.LISTS][0] is TaskState.OPEN
