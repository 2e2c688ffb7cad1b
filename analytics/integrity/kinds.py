"""What is looked at, and what came of it. Pure."""

from core.labels import Labelled


class IndexKind(Labelled):
    COPYING = "copying", "作答雷同"
    PACE = "pace", "整体过快"
    PATTERN = "pattern", "用时异常"


class Finding(Labelled):
    """What the officer found; the last one stands."""

    EXPLAINED = "explained", "已核实，情况正常"
    OPEN = "open", "尚不能确定"
    CONFIRMED = "confirmed", "已核实，另按规定处理"
