"""Forms of blueprints and of exam papers."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput

from core import figures
from core.errors import Refused
from core.forms import Form
from exam.assembly import SectionPlan
from exam.kinds import ExamKind
from exam.plans import MAX_SECTIONS, SCENE_PERCENT
from question_bank.item_types import DIFFICULTIES, CognitiveLevel, ItemType, MultiRule

_NEEDED = InputRequired("此项必填")
_DIFFICULTIES = {str(number): f"{number} {name}" for number, name in DIFFICULTIES.items()}


class RowForm(Form):
    """A cell of the blueprint."""

    class Meta(Form.Meta):
        csrf = False

    item_type = SelectField("题型", choices=dict(ItemType.choices()))
    count = IntegerField(
        "题数", [DataRequired("请填写题数"), NumberRange(1, 200, "题数应为 1 至 200 的整数")]
    )
    marks = DecimalField(
        "每题分值",
        [
            DataRequired("请填写每题分值"),
            NumberRange(Decimal("0.5"), 100, "每题分值应为 0.5 至 100 分"),
        ],
        places=None,
    )
    difficulty_min = SelectField("难度从", choices=_DIFFICULTIES, default="1")
    difficulty_max = SelectField("难度到", choices=_DIFFICULTIES, default="5")
    cognitive_level = SelectField(
        "认知层次", choices={"": "不限", **dict(CognitiveLevel.choices())}
    )
    laws = SelectMultipleField("限定法律", choices={}, option_widget=CheckboxInput())

    def validate_marks(self, field: Any) -> None:
        if field.data is not None and (field.data * 2) % 1:
            raise ValidationError("每题分值应为 0.5 的整数倍")

    def validate_difficulty_max(self, field: Any) -> None:
        if str(self.difficulty_min.data) > str(field.data):
            raise ValidationError("难度上限应不低于下限")

    def plan(self) -> SectionPlan | None:
        """The section; None while something in it is missing or wrong, which is not said yet."""
        found = self.section() if self.validate() else None
        for field in self:
            field.errors = ()
        return found

    def section(self) -> SectionPlan:
        """The section of a validated row."""
        value: Any = self.data
        level = value["cognitive_level"]
        return SectionPlan(
            item_type=ItemType.of(value["item_type"]),
            count=value["count"],
            marks=value["marks"],
            difficulty_min=int(value["difficulty_min"]),
            difficulty_max=int(value["difficulty_max"]),
            cognitive_level=CognitiveLevel.of(level) if level else None,
            law_ids=frozenset(int(each) for each in value["laws"] or ()),
        )


class BlueprintForm(Form):
    title = StringField("方案名称", [_NEEDED, Length(max=100, message="不超过 100 字")])
    exam_kind = SelectField("考试种类", choices=dict(ExamKind.choices()))
    multi_rule = SelectField(
        "多选题计分", choices=dict(MultiRule.choices()), description="会印在试卷每道多选大题之前。"
    )
    scene_percent = IntegerField(
        "情景题占比不低于（%）",
        [
            InputRequired("请填写占比，不要求的填 0"),
            NumberRange(0, 100, "占比应为 0 至 100 的整数"),
        ],
        default=SCENE_PERCENT,
        description="情景题指来访、来信、网上件；达不到的抽不出卷，也不能封卷。不要求的填 0。",
    )
    rows = FieldList(FormField(RowForm), "组成", max_entries=MAX_SECTIONS)

    def offer_laws(self, laws: Mapping[int, str]) -> None:
        """The laws that a row may be limited to, by id."""
        choices = {str(law_id): title for law_id, title in laws.items()}
        for row in self.rows:
            row.form.laws.choices = choices

    def sections(self) -> list[SectionPlan]:
        """The sections of a validated form."""
        return [row.form.section() for row in self.rows]

    def plans(self) -> list[SectionPlan | None]:
        """The sections as far as they make sense. Ask before validating: it clears errors."""
        return [row.form.plan() for row in self.rows]

    def scenes(self) -> int:
        """The share of scenes asked for, as far as it makes sense."""
        value = self.scene_percent.data
        return value if isinstance(value, int) and 0 <= value <= 100 else 0

    def note(self, refusal: Refused) -> None:
        field = self.rows if refusal.field == "rows" else self.title
        field.errors = [str(refusal)]


def row_of(section: SectionPlan) -> dict[str, Any]:
    """A section as the fields of a row."""
    return {
        "item_type": section.item_type.value,
        "count": section.count,
        "marks": Decimal(figures.plain(section.marks)),
        "difficulty_min": str(section.difficulty_min),
        "difficulty_max": str(section.difficulty_max),
        "cognitive_level": section.cognitive_level.value if section.cognitive_level else "",
        "laws": [str(law_id) for law_id in sorted(section.law_ids)],
    }


def rearranged(sent: MultiDict[str, str], act: str) -> MultiDict[str, str]:
    """What was sent with rows added, removed or moved as a button without JavaScript asks.

    ``act`` is add, or remove-2, up-2, down-2 with a row's index; anything else changes nothing.
    Nothing that was typed is lost, right or wrong.
    """
    rows: dict[int, list[tuple[str, str]]] = {}
    kept: MultiDict[str, str] = MultiDict()
    for name, value in sent.items(multi=True):
        prefix, _, rest = name.partition("-")
        index, _, field = rest.partition("-")
        if prefix == "rows" and index.isdecimal():
            rows.setdefault(int(index), []).append((field, value))
        else:
            kept.add(name, value)
    ordered = _moved([rows[index] for index in sorted(rows)], act)
    for place, fields in enumerate(ordered):
        for field, value in fields:
            kept.add(f"rows-{place}-{field}", value)
    return kept


Fields = list[tuple[str, str]]


def _moved(rows: Sequence[Fields], act: str) -> list[Fields]:
    verb, _, number = act.partition("-")
    moved = list(rows)
    if verb == "add" and len(moved) < MAX_SECTIONS:
        return [*moved, list(moved[-1]) if moved else []]
    if not number.isdecimal() or int(number) >= len(moved):
        return moved
    index = int(number)
    if verb == "remove" and len(moved) > 1:
        del moved[index]
    target = index + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= target < len(moved) and verb in {"up", "down"}:
        moved[index], moved[target] = moved[target], moved[index]
    return moved


class DrawForm(Form):
    blueprint_id = SelectField("组卷方案", [_NEEDED])
    title = StringField("试卷名称", [_NEEDED, Length(max=100, message="不超过 100 字")],
                        description="会印在卷首；抽多套时自动加“A卷”“B卷”。")  # fmt: skip
    copies = SelectField(
        "套数",
        choices={str(n): f"{n} 套" if n > 1 else "1 套" for n in range(1, 11)},
        description="几套平行卷（AB卷）尽量不用相同的试题，难度相当。",
    )
    exam_on = DateField(
        "考试日期", [_NEEDED], description="只抽该日现行有效的法律条文所对应的试题。"
    )
    seed = HiddenField()

    def day(self) -> date:
        value: Any = self.exam_on.data
        return value  # type: ignore[no-any-return]  # a validated date

    def note(self, refusal: Refused) -> None:
        self.blueprint_id.errors = [str(refusal)]


class RenameForm(Form):
    title = StringField("试卷名称", [_NEEDED, Length(max=100, message="不超过 100 字")])


class PracticeForm(Form):
    """How long mock exams by a blueprint are meant to take."""

    minutes = IntegerField("限时", [InputRequired(), NumberRange(5, 300)])
