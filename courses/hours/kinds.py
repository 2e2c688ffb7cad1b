"""The choices that the register of hours makes. Pure."""

from core.labels import Labelled


class Bucket(Labelled):
    """学时分桶: hours of different buckets never stand in for each other."""

    CONCENTRATED = "concentrated", "集中培训"
    ONLINE = "online", "网络培训"
    SELF_STUDY = "self_study", "自学"
    GROUP_STUDY = "group_study", "集体学习"


class Activity(Labelled):
    """What was attended; each has its own conversion rules."""

    FULL_TIME = "full_time", "脱产培训"
    LECTURE = "lecture", "讲座、报告会"
    NETWORK = "network", "网络培训班"
    SELF_STUDY = "self_study", "自学"
    GROUP_STUDY = "group_study", "集体学习"


class CreditSource(Labelled):
    COURSE = "course", "网络课程"
    CLASS = "class", "培训班"
    GROUP = "group", "集体学习"
    CLAIM = "claim", "外出培训申报"
    TAKEOVER = "takeover", "旧记录补录"
    OTHER = "other", "其他"


class TrainingKind(Labelled):
    """公务员法 article 67."""

    INITIAL = "initial", "初任培训"
    APPOINTMENT = "appointment", "任职培训"
    SPECIALIZED = "specialized", "专门业务培训"
    IN_SERVICE = "in_service", "在职培训"


class ClaimState(Labelled):
    FILED = "filed", "待联络员核对"
    CHECKED = "checked", "待人事司审批"
    GRANTED = "granted", "已认定"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"
