"""Score sheets taken in: every line compared with the list of the session, then entered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.figures import plain
from core.labels import Labelled
from exam.kinds import CandidateStatus
from exam.models import Candidate, ExamSession, PaperScore
from exam.on_paper.paper_scores import Entry
from exam.on_paper.paper_sheets import Row, same_name
from exam.queries.on_paper import scores as queries
from exam.services.on_paper import scores as services


class Kind(Labelled):
    """What a line of a sheet would do."""

    FAULTY = "faulty", "有误"
    NEW = "new", "录入"
    CORRECTED = "corrected", "更正"
    SAME = "same", "已有相同成绩"


@dataclass(frozen=True)
class Line:
    kind: Kind
    row: Row
    candidate: Candidate | None = None
    before: PaperScore | None = None
    faults: Sequence[str] = ()

    @property
    def entry(self) -> Entry | None:
        return self.row.entry


@dataclass(frozen=True)
class Plan:
    lines: Sequence[Line]

    def of(self, kind: Kind) -> list[Line]:
        return [each for each in self.lines if each.kind is kind]

    @property
    def counts(self) -> Mapping[str, int]:
        return {kind.value: len(self.of(kind)) for kind in Kind}


def plan_of(session: ExamSession, rows: Sequence[Row], by: Account) -> Plan:
    """What each row would do, in the order of the sheet; nothing is written."""
    listed = queries.by_number(session.id)
    latest = queries.latest([each.id for each in listed.values()])
    often = Counter(row.number for row in rows)
    return Plan([_line(row, listed.get(row.number), latest, often, by) for row in rows])


def _line(
    row: Row,
    candidate: Candidate | None,
    latest: Mapping[int, PaperScore],
    often: Counter[str],
    by: Account,
) -> Line:
    if candidate is None:
        why = "缺少考号" if not row.number else f"考号 {row.number} 不在本场次名单中"
        return Line(Kind.FAULTY, row, faults=[why])
    before = latest.get(candidate.id)
    faults = [*_doubts(row, candidate, often, by), *row.faults]
    entry = row.entry
    if faults or entry is None:
        return Line(Kind.FAULTY, row, candidate, before, faults)
    if before is None:
        return Line(Kind.NEW, row, candidate)
    if services.says(before, entry):
        return Line(Kind.SAME, row, candidate, before)
    if services.needs_reason(before, by) and not entry.reason:
        had = before.state.label if before.total is None else f"{plain(before.total)} 分"
        faults = [f"已有成绩（{had}）；如需更正，请在“说明”列写明理由"]
        return Line(Kind.FAULTY, row, candidate, before, faults)
    return Line(Kind.CORRECTED, row, candidate, before)


def _doubts(row: Row, candidate: Candidate, often: Counter[str], by: Account) -> list[str]:
    name, found = candidate.entry.name, []
    if often[row.number] > 1:
        found.append(f"考号 {row.number} 在表中出现 {often[row.number]} 次，请只留一行")
    if row.name and not same_name(row.name, name):
        found.append(f"考号 {row.number} 是{name}，与表中姓名“{row.name}”不符")
    if row.paper and candidate.form and row.paper != candidate.form.title:
        found.append(
            f"表中试卷是“{row.paper}”，名单分配的是“{candidate.form.title}”；"
            "考的确是另一套的，请先点姓名登记实际试卷，再导入"
        )
    if candidate.status is not CandidateStatus.DUE:
        found.append(f"{name}为{candidate.status.label}，不录入成绩")
    elif candidate.form is None:
        found.append(services.not_dealt(candidate))
    if candidate.person_id == by.person_id:
        found.append(services.OwnScore.message)
    return found


def take_in(
    *, session: ExamSession, plan: Plan, file: str, at: datetime, by: Account
) -> Mapping[str, int]:
    """Enter what the plan would; how many lines of each kind it had. Raises what enter raises."""
    for line in plan.lines:
        if line.kind in {Kind.NEW, Kind.CORRECTED} and line.candidate and line.entry:
            services.enter(candidate=line.candidate, entry=line.entry, at=at, by=by, file=file)
    record("paper_score.import", session, at=at, file=file, rows=len(plan.lines))
    return plan.counts
