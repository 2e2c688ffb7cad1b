"""Requests for 免考, 缓考 and accommodations: for which reasons, and how one goes its way. Pure.

Somebody asks (or the liaison for them), the head of their unit says yes or no, 人事司 decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.labels import Labelled

MAX_MINUTES = 300
LONGEST_TEXT = 1_000
LONGEST_AID = 100
#: What may be attached as proof, by extension.
PROOF_KINDS = ("pdf", "jpg", "jpeg", "png", "docx")
MAX_PROOF = 10 * 1024 * 1024


class RequestKind(Labelled):
    EXEMPTION = "exemption", "免考"
    DEFERRAL = "deferral", "缓考"
    ACCOMMODATION = "accommodation", "考试便利"


class ReasonCode(Labelled):
    SICK_LEAVE = "sick_leave", "病假"
    MATERNITY_LEAVE = "maternity_leave", "产假"
    FULL_TIME_STUDY = "full_time_study", "脱产学习"
    SECONDED_OUT = "seconded_out", "借调在外"
    LONG_POSTING = "long_posting", "援派驻村、长期外派"
    OFFICIAL_TRIP = "official_trip", "公务出差、出访"
    KNOWS_ITEMS = "knows_items", "参与命题、审题"
    IMPAIRED_SIGHT = "impaired_sight", "视力障碍"
    IMPAIRED_HEARING = "impaired_hearing", "听力障碍"
    IMPAIRED_MOTION = "impaired_motion", "肢体障碍"
    OTHER = "other", "其他"


_R = ReasonCode
_AWAY = (_R.SICK_LEAVE, _R.MATERNITY_LEAVE, _R.FULL_TIME_STUDY, _R.SECONDED_OUT, _R.LONG_POSTING)
REASONS: Mapping[RequestKind, tuple[ReasonCode, ...]] = {
    RequestKind.EXEMPTION: (*_AWAY, _R.KNOWS_ITEMS, _R.OTHER),
    RequestKind.DEFERRAL: (*_AWAY, _R.OFFICIAL_TRIP, _R.OTHER),
    RequestKind.ACCOMMODATION: (
        _R.IMPAIRED_SIGHT, _R.IMPAIRED_HEARING, _R.IMPAIRED_MOTION, _R.OTHER,
    ),
}  # fmt: skip
#: Reasons that a paper can show and therefore must.
PROVEN = frozenset(
    {_R.SICK_LEAVE, _R.MATERNITY_LEAVE, _R.FULL_TIME_STUDY, _R.IMPAIRED_SIGHT,
     _R.IMPAIRED_HEARING, _R.IMPAIRED_MOTION}
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What somebody asks for."""

    kind: RequestKind
    code: ReasonCode
    text: str
    #: Of an accommodation: minutes more in all, large print, and what else.
    minutes: int = 0
    large_print: bool = False
    aid: str = ""

    @property
    def aids(self) -> str:
        """The accommodation in words; empty for the other kinds."""
        parts = [
            f"加时 {self.minutes} 分钟" if self.minutes else "",
            "大字版" if self.large_print else "",
            self.aid,
        ]
        return "、".join(filter(None, parts))


@dataclass(frozen=True)
class Fault:
    field: str
    message: str


def faults(asked: Asked, *, proof: bool) -> list[Fault]:
    """What is missing or wrong in a request, by field."""
    helping = asked.kind is RequestKind.ACCOMMODATION
    wanted = "、".join(each.label for each in REASONS[asked.kind])
    checks = [
        (
            asked.code in REASONS[asked.kind],
            "code",
            f"“{asked.code.label}”不能作为{asked.kind.label}的事由，请选择：{wanted}",
        ),
        (bool(asked.text.strip()), "text", "请写明具体情况和起止时间"),
        (len(asked.text) <= LONGEST_TEXT, "text", f"说明不超过 {LONGEST_TEXT} 字"),
        (
            proof or asked.code not in PROVEN,
            "proof",
            f"以“{asked.code.label}”为由须附证明材料（{'、'.join(PROOF_KINDS)}）",
        ),
        (0 <= asked.minutes <= MAX_MINUTES, "minutes", f"加时应为 0 至 {MAX_MINUTES} 分钟"),
        (len(asked.aid) <= LONGEST_AID, "aid", f"其他便利不超过 {LONGEST_AID} 字"),
        (not helping or bool(asked.aids), "minutes", "请至少选择一项便利：加时、大字版或其他"),
        (helping or not asked.aids, "minutes", "加时、大字版等只能在考试便利申请中提出"),
    ]
    return [Fault(field, message) for sound, field, message in checks if not sound]


class RequestState(Labelled):
    ASKED = "asked", "待部门意见"
    OPINED = "opined", "待人事司审批"
    GRANTED = "granted", "已批准"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    REVERSED = "reversed", "批准已撤销"


class Step(Labelled):
    OPINE = "opine", "提出部门意见"
    DECIDE = "decide", "审批"
    WITHDRAW = "withdraw", "撤回"
    REVERSE = "reverse", "撤销批准"


#: What may still be done with a request. Deciding without the unit's opinion asks for a reason.
POSSIBLE: Mapping[RequestState, frozenset[Step]] = {
    RequestState.ASKED: frozenset({Step.OPINE, Step.DECIDE, Step.WITHDRAW}),
    RequestState.OPINED: frozenset({Step.DECIDE, Step.WITHDRAW}),
    RequestState.GRANTED: frozenset({Step.REVERSE}),
    RequestState.DECLINED: frozenset(),
    RequestState.WITHDRAWN: frozenset(),
    RequestState.REVERSED: frozenset(),
}
OPEN = frozenset({RequestState.ASKED, RequestState.OPINED})


def state(
    *,
    opined_at: datetime | None,
    granted: bool | None,
    withdrawn_at: datetime | None,
    reversed_at: datetime | None,
) -> RequestState:
    """Where a request stands, from what was done with it."""
    if withdrawn_at is not None:
        return RequestState.WITHDRAWN
    if reversed_at is not None:
        return RequestState.REVERSED
    if granted is not None:
        return RequestState.GRANTED if granted else RequestState.DECLINED
    return RequestState.ASKED if opined_at is None else RequestState.OPINED


def too_late(
    kind: RequestKind, *, at: datetime, opens_at: datetime, closes_at: datetime, published: bool
) -> str:
    """Why a request comes too late even for 人事司, or why only 人事司 may still file it; "" if it
    comes in time."""
    if published:
        return "成绩已公布，不能再申请"
    if kind is RequestKind.ACCOMMODATION and at >= closes_at:
        return "场次已结束，不能再申请考试便利"
    if at >= opens_at:
        return LATE
    return ""


#: The refusal that does not hold for 人事司.
LATE = "申请应在开考前提出；开考后的，由人事司写明理由代为登记"
