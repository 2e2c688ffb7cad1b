"""What is exported of a year. Pure."""

from core.labels import Labelled


class ExportKind(Labelled):
    STATISTICS = "statistics", "统计表"
    PERSONNEL = "personnel", "干部系统对接表"
