"""Words for cases. Pure."""

from core.labels import Labelled


class Field(Labelled):
    """What a case is about."""

    PROCEDURE = "procedure", "受理办理"
    ORDER = "order", "信访秩序"
    DISCLOSURE = "disclosure", "信息公开"
    REVIEW = "review", "复议诉讼"
    PRIVACY = "privacy", "个人信息"
    INTEGRITY = "integrity", "纪律作风"
    OTHER = "other", "其他"


class CaseState(Labelled):
    DRAFT = "draft", "草稿"
    WAITING = "waiting", "待审核"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"
