"""The kinds of exam and the choices that a session makes. Pure."""

from core.labels import Labelled


class ExamKind(Labelled):
    ANNUAL = "annual", "年度学法考试"
    PRE_APPOINTMENT = "pre_appointment", "任前法律知识考试"
    PARTY_RULES = "party_rules", "党内法规考试"
    THEMATIC = "thematic", "专题考试"
    NEW_LAW = "new_law", "新法测试"
    #: The only kind that may ask about superseded and repealed law.
    CONTRAST = "contrast", "新旧法对比测试"
    PRE_TEST = "pre_test", "训前测试"
    POST_TEST = "post_test", "训后测试"
    PRACTICE = "practice", "练习"
    MAKEUP = "makeup", "补考"
    SPOT = "spot", "抽考"


class ScorePolicy(Labelled):
    """Which of several attempts counts (取用成绩)."""

    BEST = "best", "取最高分"
    LAST = "last", "取最后一次"
    FIRST = "first", "取第一次"


class Release(Labelled):
    """When a part of the result is shown to its candidate; the earliest first."""

    AT_SUBMIT = "at_submit", "交卷后即可查看"
    AFTER_CLOSE = "after_close", "场次结束后可查看"
    ON_PUBLICATION = "on_publication", "公布成绩后可查看"
    NEVER = "never", "不开放"


class CandidateStatus(Labelled):
    """Whether a person on a session's list owes the exam."""

    DUE = "due", "应考"
    EXEMPT = "exempt", "免考"
    DEFERRED = "deferred", "缓考"


class PaperState(Labelled):
    """What somebody's script of an exam on paper came to."""

    SCORED = "scored", "有成绩"
    ABSENT = "absent", "缺考"
    VOIDED = "voided", "成绩无效"


class EventKind(Labelled):
    """What happened in an attempt besides saving answers."""

    STARTED = "started", "开始作答"
    RESUMED = "resumed", "继续作答"
    TAKEN_OVER = "taken_over", "换设备继续"
    SAVE_REFUSED = "save_refused", "保存被拒"
    LEFT_PAGE = "left_page", "离开页面"
    SUBMITTED = "submitted", "交卷"
    AUTO_SUBMITTED = "auto_submitted", "到时自动交卷"
    EXTENDED = "extended", "调整时间"
    HANDED_IN = "handed_in", "代为交卷"
    VOIDED = "voided", "登记成绩无效"
    RESTORED = "restored", "撤销成绩无效"
    MARKED = "marked", "主观题评阅完毕"
    PAPER_SCORED = "paper_scored", "登记线下成绩"
    LOST_CONTACT = "lost_contact", "失去联系"
    PAUSED = "paused", "考试暂停"
    UNPAUSED = "unpaused", "考试恢复"
    CUT_OFF = "cut_off", "切断设备"


class HallEventKind(Labelled):
    """What happened in a session besides its attempts."""

    PAUSED = "paused", "暂停考试"
    UNPAUSED = "unpaused", "恢复考试"
    TIME_ADDED = "time_added", "全体加时"
    OPENED = "opened", "启封试卷"
    OPENING_FAILED = "opening_failed", "启封校验未通过"
    CODE_RENEWED = "code_renewed", "更换口令"
    CODE_WRONG = "code_wrong", "口令错误"
    CODE_LOCKED = "code_locked", "口令输错次数过多"
    NETWORK_REFUSED = "network_refused", "不在允许的网段"
    SEB_REFUSED = "seb_refused", "考试浏览器不符"


class Misconduct(Labelled):
    """What makes a score void (违纪情形)."""

    CRIB = "crib", "携带、查看禁止的资料"
    COPIED = "copied", "抄袭或协助他人作答"
    PROXY = "proxy", "替考"
    OUTSIDE_HELP = "outside_help", "与场外联系、使用外部工具"
    LEAKED = "leaked", "泄露、传播试题"
    DISORDER = "disorder", "扰乱考场秩序、不服从管理"
    OTHER = "other", "其他违纪"
