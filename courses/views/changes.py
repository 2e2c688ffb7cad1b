"""修法与新法: what each change of law touches, who decides, and how far it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, me, requires
from accounts.permissions import Permission
from core import clock, figures, paging
from core.db import db
from courses import awareness, new_law
from courses.awareness import Number
from courses.models import NewLawEvent
from courses.new_law import LawEventKind, Progress, Task, TaskKind, TaskState
from courses.queries import amending as queries
from courses.queries import listing, outdated_cases
from courses.services import amending as services
from courses.services import tasking
from courses.views import awareness as reports
from courses.views.base import changes
from exam.queries.papers import stopping
from laws import queries as law_queries
from question_bank.amendment import Stage
from question_bank.queries import amending as bank

#: Who sees the worklist: everybody who has a part in it.
READERS = (
    Permission.LAW_EDIT,
    Permission.ITEM_REVIEW,
    Permission.ITEM_WRITE,
    Permission.COURSE_EDIT,
    Permission.FORM_BUILD,
    Permission.FORM_SEAL,
)
STATE_TONES = {TaskState.OPEN: "info", TaskState.OVERDUE: "bad", TaskState.DONE: "good",
               TaskState.NONE: "calm"}  # fmt: skip
#: Whose part each task is; everybody who sees the page sees all of them, their own first.
_OWN = {
    TaskKind.STUDY: (Permission.COURSE_EDIT,),
    TaskKind.TEST: (Permission.SESSION_MANAGE, Permission.FORM_BUILD),
    TaskKind.ITEMS: (Permission.ITEM_REVIEW, Permission.ITEM_WRITE),
    TaskKind.LESSONS: (Permission.COURSE_EDIT,),
    TaskKind.PAPERS: (Permission.FORM_BUILD, Permission.FORM_SEAL),
    TaskKind.LISTS: (Permission.LAW_EDIT,),
    TaskKind.AWARENESS: (Permission.SESSION_MANAGE,),
}


@dataclass(frozen=True)
class Row:
    """An event on the worklist."""

    event: NewLawEvent
    progress: Progress
    tasks: list[Task]

    @property
    def own(self) -> list[Task]:
        """The reader's own part."""
        return [each for each in self.tasks if any(map(can, _OWN[each.kind]))]

    @property
    def left(self) -> int:
        """How many tasks are not done; the figure is none."""
        waiting = {TaskState.OPEN, TaskState.OVERDUE}
        return sum(each.state in waiting and each.kind is not TaskKind.AWARENESS
                   for each in self.tasks)  # fmt: skip


def _row(event: NewLawEvent, at: datetime) -> Row:
    progress = queries.progress(event.version_id, at)
    tasks = new_law.tasks(
        promulgated_on=event.version.promulgated_on,
        begins_on=bank.ends_on(event.version, repealed=event.kind is LawEventKind.REPEALED),
        included=bool(event.included),
        progress=progress,
        today=clock.local(at).date(),
    )
    return Row(event, progress, list(tasks))


@changes.get("/")
@requires(*READERS)
def worklist() -> str:
    """Every change of law, what it touches and what is left to do."""
    number, size = paging.asked()
    every, at = request.args.get("all") == "1", clock.now()
    text = request.args.get("q", "").strip()
    page = paging.select_page(
        queries.events(open_only=not every, text=text), number=number, per_page=size
    )
    own_items = None if can(Permission.ITEM_REVIEW) else account().id
    return render_template(
        "courses/changes.html",
        page=page,
        rows=[_row(each, at) for each in page.items],
        replacing=law_queries.successors([each.version.law_id for each in page.items]),
        every=every,
        undecided=queries.waiting() if can(Permission.LAW_EDIT) else 0,
        cases=outdated_cases.waiting() if can(Permission.CASE_REVIEW) else None,
        items=_items(own_items) if _sees_items() else None,
        sessions=stopping.threatened(at) if _sees_papers() else [],
        stopped_papers=stopping.stopped_papers,
        tones=STATE_TONES,
        day_left=lambda due: (due - clock.today()).days,
    )


def _sees_items() -> bool:
    return can(Permission.ITEM_REVIEW) or can(Permission.ITEM_WRITE)


def _sees_papers() -> bool:
    return any(map(can, (Permission.FORM_BUILD, Permission.FORM_SEAL, Permission.SESSION_MANAGE)))


def _items(writer_id: int | None) -> dict[Stage, int]:
    return bank.stages(writer_id=writer_id)


@changes.get("/<int:event_id>")
@requires(*READERS)
def event(event_id: int) -> str:
    """One change of law: its tasks, and what each is about."""
    found, at = queries.event(event_id), clock.now()
    version = found.version
    tests = queries.tests_on(version.id)
    counts = queries.awareness(tests, at)
    today = clock.local(at).date()
    entries, entries_left = listing.entries(version, today)
    return render_template(
        "courses/change.html",
        row=_row(found, at),
        event=found,
        version=version,
        replacing=law_queries.successors([version.law_id]),
        stages=bank.counts([version.id])[version.id],
        lessons=queries.lesson_cases(version.id),
        outdated=queries.is_outdated,
        courses=queries.courses_on(version.id),
        tests=tests,
        awareness=counts,
        awareness_told=counts.due >= awareness.SMALLEST or reports.opens(Number.PASSED, None),
        sessions=stopping.threatened(at, version.id),
        stopped_papers=stopping.stopped_papers,
        entries=entries,
        entries_left={each.id for each in entries_left},
        study_due=awareness.study_due(version.promulgated_on, today),
        asked_of="、".join(map(listing.words, listing.audience(version.law_id, today))),
        assigned_on=queries.assigned_on(version.id),
        tones=STATE_TONES,
        day_left=lambda due: (due - clock.today()).days,
        **(reports.told(found, at) if reports.sees_whole() else {}),
    )


@changes.post("/<int:event_id>/include")
@requires(Permission.LAW_EDIT)
def include(event_id: int) -> ResponseReturnValue:
    services.include(event=queries.event(event_id), at=clock.now(), by=account())
    return _done(event_id, "已确认纳入学习，任务和期限如下。")


@changes.post("/<int:event_id>/decline")
@requires(Permission.LAW_EDIT)
def decline(event_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()
    if len(reason) > 200:
        flash("理由不超过 200 字。", "error")
        return redirect(url_for(".event", event_id=event_id), 303)
    services.decline(event=queries.event(event_id), reason=reason, at=clock.now(), by=account())
    return _done(event_id, "已登记为不纳入学习；受影响的试题、课时仍须处理。")


@changes.post("/<int:event_id>/reconsider")
@requires(Permission.LAW_EDIT)
def reconsider(event_id: int) -> ResponseReturnValue:
    services.reconsider(event=queries.event(event_id), at=clock.now())
    return _done(event_id, "处理意见已撤回，请重新确认。")


def _done(event_id: int, message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".event", event_id=event_id), 303)


@changes.post("/<int:event_id>/course")
@requires(Permission.COURSE_EDIT)
def prepare_course(event_id: int) -> ResponseReturnValue:
    """A course draft of the new version's changed articles, to be looked through and published."""
    course = services.prepare_course(event=queries.event(event_id), at=clock.now(), by=account())
    db.session.commit()
    flash("已按新增和修改的条文生成课程草稿，请核对后发布并布置。", "success")
    return redirect(url_for("courses.managed", course_id=course.id), 303)


@changes.post("/<int:event_id>/assign")
@requires(Permission.COURSE_EDIT)
def assign(event_id: int) -> ResponseReturnValue:
    """Make or take the event's course, publish it and require it of its audience."""
    given = tasking.give(event=queries.event(event_id), at=clock.now(), by=account())
    due_on = figures.day(given.assignments[0].due_on)
    return _done(event_id, f"学习任务已下发：{given.course.title}，{due_on}前完成。")


@changes.post("/lessons/<int:case_id>/renew")
@requires(Permission.COURSE_EDIT)
def renew_lesson(case_id: int) -> ResponseReturnValue:
    """Let the lesson cite the new version, and say whether it is studied again."""
    case = queries.lesson_case(case_id)
    reason = request.form.get("reason", "").strip()
    restudy = request.form.get("restudy", "")
    back: Any = url_for("courses.managed", course_id=case.lesson.course_id)
    if event_id := request.form.get("event", type=int):
        back = url_for(".event", event_id=event_id)
    if restudy not in {"yes", "no"} or len(reason) > 200:
        flash("请选择是否需要重新学习；说明不超过 200 字。", "error")
        return redirect(back, 303)
    services.renew(case=case, restudy=restudy == "yes", reason=reason, at=clock.now(), by=account())
    db.session.commit()
    told = "，学过的人会在首页看到" if restudy == "yes" else ""
    flash(f"课时“{case.lesson.title}”已改引新版条文{told}。", "success")
    return redirect(back, 303)


@changes.post("/restudy/<int:case_id>")
@requires(Permission.COURSE_STUDY)
def restudied(case_id: int) -> ResponseReturnValue:
    """The reader has read what was amended."""
    case = queries.lesson_case(case_id)
    services.restudied(case=case, person=me(), at=clock.now())
    db.session.commit()
    flash("已登记重新学习。", "success")
    return redirect(url_for("courses.lesson", lesson_id=case.lesson_id), 303)
