"""训前测 and 训后测 of a class: two sessions on parallel forms."""

from datetime import datetime
from decimal import Decimal

from accounts.models import Account
from accounts.services import rosters
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.classes.models import TrainingClass
from courses.classes.queries import classes as queries
from courses.classes.queries import people
from courses.classes.services.arranging import must_be_alive
from exam.kinds import ExamKind
from exam.models import ExamSession, Form
from exam.services.sessions import planning
from exam.sessions.planning import SessionPlan

PASS, EXCELLENT = Decimal(60), Decimal(90)


class NotParallel(Refused):
    """Two forms whose scores cannot be compared, or that share items."""


class Nobody(Refused):
    message = "还没有录取学员，不能建立测试场次"


def link(
    *, owner: TrainingClass, pre: ExamSession | None, post: ExamSession | None, at: datetime
) -> None:
    """Say which sessions are the tests of the class. Raises Closed, NotParallel."""
    lock(owner)
    must_be_alive(owner)
    _must_be(pre, ExamKind.PRE_TEST, "pre")
    _must_be(post, ExamKind.POST_TEST, "post")
    if pre is not None and post is not None:
        must_be_parallel(pre.forms, post.forms)
    owner.pre_session, owner.post_session = pre, post
    db.session.flush()
    record("class.tests", owner, at=at, title=owner.title,
           sessions=[each.id for each in (pre, post) if each])  # fmt: skip


def _must_be(session: ExamSession | None, kind: ExamKind, field: str) -> None:
    if session is not None and session.exam_kind is not kind:
        raise NotParallel(f"请选择种类为“{kind.label}”的场次", field=field)


def must_be_parallel(pre: list[Form], post: list[Form]) -> None:
    """等值: the same topics and marks, as one blueprint plans them, and no item in both.

    Raises NotParallel.
    """
    plans = {_plan_of(each) for each in (*pre, *post)}
    if len(plans) > 1:
        raise NotParallel(
            "训前、训后试卷的细目不同，分数不可比；请用题型、分值、范围相同的方案组卷", field="post"
        )
    common = queries.items_of([each.id for each in pre]) & queries.items_of(
        [each.id for each in post]
    )
    if common:
        raise NotParallel(f"两份试卷有 {len(common)} 道相同的题，请换题后再用", field="post")


def _plan_of(form: Form) -> tuple[tuple[object, ...], ...]:
    """What the blueprint asks for, row by row: two blueprints may differ in their kind of exam."""
    return tuple(
        (row.item_type, row.count, row.marks, row.difficulty_min, row.difficulty_max, row.topic,
         tuple(sorted(each.law_id for each in row.laws)))
        for row in form.blueprint.sections
    )  # fmt: skip


def create(
    *,
    owner: TrainingClass,
    kind: ExamKind,
    form: Form,
    opens_at: datetime,
    closes_at: datetime,
    minutes: int,
    at: datetime,
    by: Account,
) -> ExamSession:
    """A session of the test for everybody who has a seat, linked to the class.

    Raises Closed, Nobody, NotParallel, and what sessions.create_session raises.
    """
    must_be_alive(owner)
    seated = [each.person_id for each in people.participants(owner.id) if not each.dismissed_at]
    if not seated:
        raise Nobody
    other = owner.post_session if kind is ExamKind.PRE_TEST else owner.pre_session
    if other is not None:
        must_be_parallel([form], other.forms)
    title = f"{owner.title}{kind.label}"
    session = planning.create_session(
        plan=SessionPlan(
            title=title,
            exam_kind=kind,
            opens_at=opens_at,
            closes_at=closes_at,
            minutes=minutes,
            pass_score=PASS,
            excellent_score=EXCELLENT,
            person_ids=seated,
        ),
        form=form,
        roster=rosters.take_snapshot(title=f"{title}名单", at=at, by=by, only=seated),
        at=at,
        by=by,
    )
    pre, post = owner.pre_session, owner.post_session
    pair = (session, post) if kind is ExamKind.PRE_TEST else (pre, session)
    link(owner=owner, pre=pair[0], post=pair[1], at=at)
    return session
