"""The kinds of legal text that the register holds. Pure."""

from core.labels import Labelled


class Category(Labelled):
    """In the order in which the register lists them."""

    CONSTITUTION = "constitution", "宪法"
    LAW = "law", "法律"
    PARTY_REGULATION = "party_regulation", "党内法规"
    ADMIN_REGULATION = "admin_regulation", "行政法规"
    SUPERVISION_REGULATION = "supervision_reg", "监察法规"
    JUDICIAL_INTERPRETATION = "judicial_interp", "司法解释"
    LOCAL_REGULATION = "local_regulation", "地方性法规"
    RULE = "rule", "规章及规范性文件"
