"""Forms of scores of exams on paper."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import Length

from core.forms import Form
from exam.kinds import PaperState
from exam.on_paper import paper_scores
from exam.on_paper.paper_scores import Entry, Unreadable

_SHORT = Length(max=200, message="不超过 200 字")


class SheetForm(Form):
    file = FileField("登分表", description=".xlsx 或 .csv；用本页下载的登分表填写。")


class ScoreForm(Form):
    """One person's score; the fields of the sections are the page's own."""

    state = SelectField("状态", choices=dict(PaperState.choices()))
    total = StringField("总分", [_SHORT])
    reason = StringField("理由", [_SHORT])


def entry_of(*, state: str, total: str, sections: Sequence[str], reason: str = "") -> Entry | None:
    """The entry that fields say; None for fields left as they were. Raises Unreadable."""
    chosen = PaperState.by_label(state) or PaperState.SCORED
    known = [paper_scores.read_marks(each) for each in sections if each.strip()]
    whole = paper_scores.read_marks(total) if total.strip() else None
    if chosen is PaperState.SCORED and not known and whole is None:
        return None
    if known and len(known) < len(sections):
        raise Unreadable("有的大题没有填分；没有得分的填 0")
    if known and whole is None:
        whole = sum(known, Decimal(0))
    return Entry(chosen, whole, known, reason=reason)


def fields_of(sent: Mapping[str, str], candidate_id: int, sections: int) -> dict[str, object]:
    """The fields of one row of the score table."""
    return {
        "state": sent.get(f"state-{candidate_id}", ""),
        "total": sent.get(f"total-{candidate_id}", ""),
        "sections": [sent.get(f"section-{candidate_id}-{n}", "") for n in range(sections)],
        "reason": sent.get(f"reason-{candidate_id}", ""),
    }
