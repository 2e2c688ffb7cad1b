"""Where somebody on a session's list stands. Pure."""

from core.labels import Labelled
from exam.kinds import CandidateStatus
from exam.outcomes import Outcome


class Standing(Labelled):
    WAITING = "waiting", "未开始"
    SITTING = "sitting", "正在作答"
    DONE = "done", "已交卷"
    MARKING = "marking", "待阅卷"
    ABSENT = "absent", "缺考"
    EXEMPT = "exempt", "免考"
    DEFERRED = "deferred", "缓考"
    VOIDED = "voided", "成绩无效"


def standing(status: CandidateStatus, found: Outcome, *, begun: bool, closed: bool) -> Standing:
    """``begun``: there is an attempt; ``closed``: the window has ended."""
    if found.voided:
        return Standing.VOIDED
    if found.pending:
        return Standing.MARKING
    if found.score is not None:
        return Standing.DONE
    if status is not CandidateStatus.DUE:
        return Standing.EXEMPT if status is CandidateStatus.EXEMPT else Standing.DEFERRED
    if begun:
        return Standing.SITTING
    return Standing.ABSENT if closed else Standing.WAITING


def in_score_table(standing: Standing, *, makeup: bool) -> str:
    """The word of the score table's column 状态: 正常, 补考, 缓考, 免考, 缺考, 成绩无效 …"""
    if standing is Standing.DONE:
        return "补考" if makeup else "正常"
    return standing.label
