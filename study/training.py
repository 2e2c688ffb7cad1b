"""What the home page says of training: the facts as tasks. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from core import clock
from core.figures import day, moment
from study.tasks import TrainingTask, due_soon


class Offered(Protocol):
    id: int
    title: str
    signup_until: datetime
    starts_on: date


def sign_up(offered: Iterable[Offered], at: datetime) -> list[TrainingTask]:
    return [
        TrainingTask(
            each.title,
            (f"{day(each.starts_on)}开班", f"{moment(clock.local(each.signup_until))} 报名截止"),
            "classes.show",
            {"class_id": each.id},
            "去报名",
            urgent=due_soon(each.signup_until, at),
            due=each.signup_until,
        )
        for each in offered
    ]


def check_in(unit_id: int, topic: str, title: str, ends_at: datetime) -> TrainingTask:
    return TrainingTask(
        f"签到：{topic}",
        (title, f"{moment(clock.local(ends_at))} 下课"),
        "classes.check_in",
        {"unit_id": unit_id},
        "签到",
        urgent=True,
        due=ends_at,
        now=True,
    )


def survey(
    class_id: int,
    title: str,
    kind: str,
    label: str,
    about: tuple[int, str] | None,
    last: date,
    *,
    ending: bool,
) -> TrainingTask:
    """``about``: whom a superior is asked about, with the name."""
    values: dict[str, object] = {"class_id": class_id, "kind": kind}
    facts = [title, f"{day(last)}截止"]
    if about is not None:
        values["about"] = about[0]
        facts.insert(1, f"关于{about[1]}")
    return TrainingTask(
        f"填写问卷：{label}", facts, "quality.answer", values, "去填写", urgent=ending, due=last
    )


def decide(class_id: int, title: str, sign_ups: int, leaves: int, *, over: bool) -> TrainingTask:
    facts = [f"{sign_ups} 人报名待办理"] if sign_ups else []
    facts += [f"{leaves} 项请假待审批"] if leaves else []
    facts += ["已结束，待办理结业"] if over else []
    return TrainingTask(
        title, facts, "classes.managed", {"class_id": class_id}, "去办理", urgent=over
    )
