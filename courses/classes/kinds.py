"""The choices that a class makes, and where somebody stands in one. Pure."""

from core.labels import Labelled


class ClassKind(Labelled):
    """培训类别, as the personnel system has it."""

    SEMINAR = "seminar", "研修班"
    TRAINING = "training", "培训班"
    THEMATIC = "thematic", "专题班"
    LECTURE = "lecture", "讲座"
    THEORY = "theory", "理论班"
    OTHER = "other", "其他"


class ClassState(Labelled):
    DRAFT = "draft", "草稿"
    SIGN_UP = "sign_up", "报名中"
    UPCOMING = "upcoming", "待开班"
    RUNNING = "running", "进行中"
    OVER = "over", "待结业"
    CONCLUDED = "concluded", "已结业"
    CANCELLED = "cancelled", "已取消"


class Stage(Labelled):
    """Where somebody stands in a class."""

    ASKED = "asked", "待部门意见"
    OPINED = "opined", "待人事司审批"
    DECLINED = "declined", "未批准"
    WAITING = "waiting", "候补"
    SEATED = "seated", "已录取"
    WITHDRAWN = "withdrawn", "已退出"
    DISMISSED = "dismissed", "已退学"
    COMPLETED = "completed", "结业"
    FAILED = "failed", "未结业"
    REVOKED = "revoked", "结业已撤销"


#: Those of a class whom its lists count as participants.
PARTICIPANTS = (Stage.SEATED, Stage.COMPLETED, Stage.FAILED, Stage.DISMISSED, Stage.REVOKED)


class Mark(Labelled):
    """What became of somebody in one unit of the timetable."""

    PRESENT = "present", "出席"
    LATE = "late", "迟到"
    LEAVE = "leave", "请假"
    ABSENT = "absent", "缺席"


#: Marks of those who were there.
THERE = (Mark.PRESENT, Mark.LATE)


class Way(Labelled):
    """How a mark was made."""

    LIST = "list", "点名"
    CODE = "code", "签到码"
    PAPER = "paper", "纸质签到"
    LEAVE = "leave", "请假批准"
