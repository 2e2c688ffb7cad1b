"""Where somebody on a session's list stands, and what may be done about it. Pure."""

from collections.abc import Mapping, Sequence

from core.labels import Labelled
from exam.kinds import CandidateStatus
from exam.results.outcomes import Outcome


class Standing(Labelled):
    WAITING = "waiting", "未开始"
    SITTING = "sitting", "正在作答"
    DONE = "done", "已交卷"
    MARKING = "marking", "待阅卷"
    UNSCORED = "unscored", "待登分"
    ABSENT = "absent", "缺考"
    EXEMPT = "exempt", "免考"
    DEFERRED = "deferred", "缓考"
    VOIDED = "voided", "成绩无效"
    CALLED_OFF = "called_off", "场次取消"


def standing(
    status: CandidateStatus, found: Outcome, *, begun: bool, closed: bool, awaited: bool = False,
    called_off: bool = False,
) -> Standing:  # fmt: skip
    """``begun``: there is an attempt; ``closed``: the window has ended.

    ``awaited``: scores come in on paper, and not all have; ``called_off``: the session was.
    """
    if found.voided:
        return Standing.VOIDED
    if found.pending:
        return Standing.MARKING
    if found.score is not None:
        return Standing.DONE
    if status is not CandidateStatus.DUE:
        return Standing.EXEMPT if status is CandidateStatus.EXEMPT else Standing.DEFERRED
    if called_off:
        return Standing.CALLED_OFF
    if begun:
        return Standing.SITTING
    if closed and awaited:
        return Standing.UNSCORED
    return Standing.ABSENT if closed else Standing.WAITING


class Act(Labelled):
    """What happens to somebody on a list."""

    START = "start", "开始作答"
    EXEMPT = "exempt", "登记免考"
    DEFER = "defer", "登记缓考"
    RECALL = "recall", "恢复应考"
    AID = "aid", "加时或给予便利"
    REMOVE = "remove", "移出名单"
    HAND_IN = "hand_in", "代为交卷"
    VOID = "void", "登记成绩无效"
    RESTORE = "restore", "撤销成绩无效"
    MAKE_UP = "make_up", "列入补考"


_S, _A = Standing, Act
#: The one table of what is possible where. A session that was cancelled or published allows
#: nothing, whatever is said here; who has handed in may begin again while sittings are left.
POSSIBLE: Mapping[Standing, frozenset[Act]] = {
    _S.WAITING: frozenset({_A.START, _A.EXEMPT, _A.DEFER, _A.AID, _A.REMOVE}),
    _S.SITTING: frozenset({_A.START, _A.AID, _A.HAND_IN, _A.VOID}),
    _S.DONE: frozenset({_A.START, _A.AID, _A.HAND_IN, _A.VOID, _A.MAKE_UP}),
    _S.MARKING: frozenset({_A.START, _A.AID, _A.HAND_IN, _A.VOID}),
    _S.UNSCORED: frozenset({_A.EXEMPT, _A.DEFER}),
    _S.ABSENT: frozenset({_A.EXEMPT, _A.DEFER, _A.MAKE_UP}),
    _S.EXEMPT: frozenset({_A.RECALL, _A.DEFER, _A.REMOVE}),
    _S.DEFERRED: frozenset({_A.RECALL, _A.EXEMPT, _A.REMOVE, _A.MAKE_UP}),
    _S.VOIDED: frozenset({_A.RESTORE}),
    _S.CALLED_OFF: frozenset(),
}
#: Standings of people who have begun.
BEGUN = frozenset({_S.SITTING, _S.DONE, _S.MARKING, _S.VOIDED})
#: The act that brings somebody to a status.
TO_STATUS: Mapping[CandidateStatus, Act] = {
    CandidateStatus.DUE: _A.RECALL,
    CandidateStatus.EXEMPT: _A.EXEMPT,
    CandidateStatus.DEFERRED: _A.DEFER,
}


def refusal(where: Standing, act: Act, name: str) -> str:
    """Why the act is not possible for somebody who stands so; "" if it is."""
    if act in POSSIBLE[where]:
        return ""
    if where in BEGUN and act in {_A.EXEMPT, _A.DEFER, _A.REMOVE}:
        return f"{name}已经开始作答，不能{act.label}"
    return f"{name}现为“{where.label}”，不能{act.label}"


def owes_makeup(where: Standing, *, passed: bool) -> bool:
    """Whether somebody belongs on the list of a makeup once the session is over."""
    return _A.MAKE_UP in POSSIBLE[where] and not passed


def owes_another(first: Standing, makeups: Sequence[Standing]) -> bool:
    """Whether somebody who was called to makeups, and passed none, belongs on the list of one more.

    One sitting is made up, once. Who was deferred at first had their first sitting in a makeup, and
    a makeup that they were deferred in is none that they had.
    """
    had = [each for each in makeups if each is not Standing.DEFERRED]
    missed = all(each in {Standing.ABSENT, Standing.DONE} for each in had)
    return missed and len(had) <= (1 if first is Standing.DEFERRED else 0)


def in_score_table(standing: Standing, *, makeup: bool) -> str:
    """The word of the score table's column 状态: 正常, 补考, 缓考, 免考, 缺考, 成绩无效 …"""
    if standing is Standing.DONE:
        return "补考" if makeup else "正常"
    return standing.label
