"""Study that cannot have taken place as it was recorded. Pure.

An anomaly is a fact read from the records with its evidence; it takes nothing away from anybody.
A liaison looks into it and writes down what came of it.
"""

from dataclasses import dataclass
from datetime import date

from core.labels import Labelled


class AnomalyKind(Labelled):
    RAPID_ANSWERS = "rapid_answers", "成串过快作答"
    FAST_READING = "fast_reading", "读完过快"
    FULL_DAY = "full_day", "学满每日上限"


class Verdict(Labelled):
    """What the liaison found; the last one stands."""

    VERIFIED = "verified", "已核实，属实"
    EXPLAINED = "explained", "已说明，情况正常"


@dataclass(frozen=True)
class Anomaly:
    kind: AnomalyKind
    #: The row that shows it: an answer, a lesson's progress, a day of study.
    subject_id: int
    person_id: int
    day: date
    #: The evidence, in words.
    evidence: str

    @property
    def key(self) -> tuple[AnomalyKind, int]:
        return self.kind, self.subject_id
