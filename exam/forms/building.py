"""Forms of blueprints and of exam papers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
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
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput

from core import figures
from core.errors import Refused
from core.forms import Form
from core.meanwhile import ChangedMeanwhile
from exam.assembling import plans
from exam.assembling.assembly import SectionPlan
from exam.assembling.plans import MAX_SECTIONS, SCENE_PERCENT, Conditions
from exam.kinds import ExamKind
from laws.lists.levels import Requirement
from question_bank.difficulty import POINTS
from question_bank.item_types import DIFFICULTIES, CognitiveLevel, ItemType, MultiRule

#: Abilities in words, for those who never heard of them.
_POINTS = {
    "-2": "水平很低的人（能力 −2，约最低的 2%）",
    "-1": "水平较低的人（能力 −1，约有 16% 的人更低）",
    "0": "中等水平的人（能力 0，正好居中）",
    "1": "水平较高的人（能力 +1，约有 16% 的人更高）",
    "2": "水平很高的人（能力 +2，约最高的 2%）",
}
_NEEDED = InputRequired("此项必填")
_DIFFICULTIES = {str(number): f"{number} {name}" for number, name in DIFFICULTIES.items()}


class RowForm(Form):
    """A cell of the blueprint."""

    class Meta(Form.Meta):
        csrf = False

    item_type = SelectField("题型", choices=dict(ItemType.choices()))
    count = IntegerField(
        "题数",
        [
            DataRequired("请填写题数，1 至 200 的整数"),
            NumberRange(1, 200, "题数应为 1 至 200 的整数"),
        ],
    )
    marks = DecimalField(
        "每题分值",
        [
            DataRequired("请填写每题分值，0.5 的整数倍"),
            NumberRange(Decimal("0.5"), 100, "每题分值应为 0.5 至 100 分"),
        ],
        places=None,
    )
    difficulty_min = SelectField("难度从", choices=_DIFFICULTIES, default="1")
    difficulty_max = SelectField("难度到", choices=_DIFFICULTIES, default="5")
    cognitive_level = SelectField(
        "认知层次", choices={"": "不限", **dict(CognitiveLevel.choices())}
    )
    topic = StringField("知识点", [Length(max=100, message="不超过 100 字")])
    requirement = SelectField(
        "清单要求", choices={"": "不限", **dict(Requirement.choices())}, default=""
    )
    laws = SelectMultipleField("限定法律", choices={}, option_widget=CheckboxInput())

    def validate_marks(self, field: Any) -> None:
        # What is out of range is said already; a number with too many digits has no remainder.
        if (marks := _within(field.data, 100)) and (marks * 2) % 1:
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
        offered: Any = self.laws.choices
        level = value["cognitive_level"]
        return SectionPlan(
            item_type=ItemType.of(value["item_type"]),
            count=value["count"],
            marks=value["marks"],
            difficulty_min=int(value["difficulty_min"]),
            difficulty_max=int(value["difficulty_max"]),
            cognitive_level=CognitiveLevel.of(level) if level else None,
            law_ids=frozenset(int(each) for each in value["laws"] or ()),
            law_names=[offered[each] for each in value["laws"] or ()],
            topic=(value["topic"] or "").strip(),
            requirement=Requirement.of(value["requirement"]) if value["requirement"] else None,
        )


class BlueprintForm(Form):
    title = StringField("方案名称", [_NEEDED, Length(max=100, message="不超过 100 字")])
    exam_kind = SelectField("考试种类", choices=dict(ExamKind.choices()))
    multi_rule = SelectField(
        "多选题计分", choices=dict(MultiRule.choices()), description="会印在试卷每道多选大题之前。"
    )
    penalty_percent = IntegerField(
        "答错倒扣（本题分值的%）",
        [Optional(), NumberRange(0, 100, "比例应为 0 至 100 的整数")],
        default=0,
        description="单选、多选、判断有错选的倒扣，不答、少选不扣，全卷最低 0 分；不倒扣的填 0。",
    )
    full_marks = DecimalField(
        "满分应为（分）",
        [Optional(), NumberRange(1, 1000, "满分应为 1 至 1000 分")],
        places=None,
        description="保存时核对各行合计；不核对的留空。",
    )
    scene_percent = IntegerField(
        "情景题占比不低于（%）",
        [
            InputRequired("请填写占比，不要求的填 0"),
            NumberRange(0, 100, "占比应为 0 至 100 的整数"),
        ],
        default=SCENE_PERCENT,
        description="情景题指来访、来信、网上件；达不到的抽不出卷，也不能封卷。",
    )
    mean_target = DecimalField(
        "预估平均分（分）",
        [Optional(), NumberRange(1, 1000, "预估平均分应为 1 至 1000 分")],
        places=None,
        description="按难度预估；已有 30 人以上作答的题按实际得分率。不限的留空。",
    )
    mean_tolerance = DecimalField(
        "允许上下相差（分）",
        [Optional(), NumberRange(Decimal("0.5"), 100, "应为 0.5 至 100 分")],
        places=None,
        default=Decimal(2),
    )
    rest_sessions = IntegerField(
        "不用最近几场考过的题",
        [Optional(), NumberRange(0, 50, "应为 0 至 50 场")],
        default=0,
        description="从考试日往前数，不计练习和已取消的场次；已排在考试日之后的场次所用的题也不用。"
        "不排除的填 0。",
    )
    exposure_most = IntegerField(
        "一题最多用于几套封存试卷",
        [Optional(), NumberRange(1, 100, "应为 1 至 100 套")],
        description="已用满的不再抽。不限的留空。",
    )
    exposure_days = IntegerField(
        "计算期（天）", [Optional(), NumberRange(1, 3650, "应为 1 至 3650 天")], default=365
    )
    points = SelectMultipleField(
        "各套卷要对哪些人测得一样准",
        choices=_POINTS,
        option_widget=CheckboxInput(),
        default=[f"{each:g}" for each in POINTS],
        description="只看标定过的题：一道题对与它难度相当的人最能分出高低，太难太易的题分不出。"
        "各套卷在勾选的水平上尽量分得一样清楚，这样抽到哪一套都公平。主要看合格不合格的，"
        "勾及格线附近的水平；选拔、评优的，勾较高的水平；拿不准的不用改。都不勾的按原样三项。",
    )
    must = StringField(
        "必选题（试题编号）",
        description="每套卷都有，各套相同；多个编号用顿号或空格隔开。",
    )
    # One more than there may be, so that too many are told of and none is left out unsaid.
    rows = FieldList(FormField(RowForm), "组成", max_entries=MAX_SECTIONS + 1)
    #: The mark of what was shown (core.meanwhile).
    seen = HiddenField()

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

    def validate_must(self, field: Any) -> None:
        wrong = [each for each in _split(field.data) if not _is_number(each)]
        if wrong:
            raise ValidationError(f"“{wrong[0]}”不是试题编号")

    def conditions(self) -> Conditions:
        """The conditions as far as they make sense: what is missing or wrong asks for nothing."""
        usual = Conditions(scene_percent=0)
        return Conditions(
            scene_percent=_whole(self.scene_percent.data, 0, 100) or 0,
            full_marks=_within(self.full_marks.data, 1000),
            mean_target=_within(self.mean_target.data, 1000),
            mean_tolerance=_within(self.mean_tolerance.data, 100) or usual.mean_tolerance,
            rest_sessions=_whole(self.rest_sessions.data, 0, 50) or 0,
            exposure_most=_whole(self.exposure_most.data, 1, 100),
            exposure_days=_whole(self.exposure_days.data, 1, 3650) or usual.exposure_days,
            points=sorted(float(each) for each in self.points.data or ()) or POINTS,
            must=sorted({int(each) for each in _split(self.must.data) if _is_number(each)}),
        )

    def note(self, refusal: Refused) -> None:
        if isinstance(refusal, ChangedMeanwhile):
            self.form_errors.append(str(refusal))
            return
        fields = {"rows": self.rows, "must": self.must}
        fields.get(refusal.field or "", self.title).errors = [str(refusal)]


def _split(text: str | None) -> list[str]:
    return re.split(r"[\s,，、;；]+", text.strip()) if text and text.strip() else []


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < len(text) < 10


def _whole(value: object, least: int, most: int) -> int | None:
    return value if isinstance(value, int) and least <= value <= most else None


def _within(value: object, most: int) -> Decimal | None:
    if isinstance(value, Decimal) and value.is_finite() and 0 < value <= most:
        return value
    return None


def fields_of(conditions: Conditions) -> dict[str, Any]:
    """Conditions as the fields of a form."""
    marks = ("full_marks", "mean_target", "mean_tolerance")
    data = {each.name: getattr(conditions, each.name) for each in fields(conditions)}
    plain = {
        name: None if data[name] is None else Decimal(figures.plain(data[name])) for name in marks
    }
    points = [f"{each:g}" for each in conditions.points]
    return data | plain | {"points": points, "must": "、".join(map(str, conditions.must))}


def row_of(section: SectionPlan) -> dict[str, Any]:
    """A section as the fields of a row."""
    return {
        "item_type": section.item_type.value,
        "count": section.count,
        "marks": Decimal(figures.plain(section.marks)),
        "difficulty_min": str(section.difficulty_min),
        "difficulty_max": str(section.difficulty_max),
        "cognitive_level": section.cognitive_level.value if section.cognitive_level else "",
        "topic": section.topic,
        "requirement": section.requirement.value if section.requirement else "",
        "laws": [str(law_id) for law_id in sorted(section.law_ids)],
    }


def rearranged(sent: MultiDict[str, str], act: str) -> MultiDict[str, str]:
    """What was sent with rows added, removed or moved as a button without JavaScript asks.

    ``act`` is add, gather, or remove-2, up-2, down-2 with a row's index; anything else changes
    nothing.
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
    for place, sent_fields in enumerate(ordered):
        for field, value in sent_fields:
            kept.add(f"rows-{place}-{field}", value)
    return kept


Fields = list[tuple[str, str]]


def _moved(rows: Sequence[Fields], act: str) -> list[Fields]:
    verb, _, number = act.partition("-")
    moved = list(rows)
    if verb == "add" and len(moved) < MAX_SECTIONS:
        return [*moved, list(moved[-1]) if moved else []]
    if verb == "gather":
        return _gathered(moved)
    if not number.isdecimal() or int(number) >= len(moved):
        return moved
    index = int(number)
    if verb == "remove" and len(moved) > 1:
        del moved[index]
    target = index + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= target < len(moved) and verb in {"up", "down"}:
        moved[index], moved[target] = moved[target], moved[index]
    return moved


def _gathered(rows: Sequence[Fields]) -> list[Fields]:
    """Rows of the same type and marks behind the first of them, in the order they had."""
    kinds = [(dict(row).get("item_type"), _number(dict(row).get("marks", ""))) for row in rows]
    first = {kind: place for place, kind in reversed(list(enumerate(kinds)))}
    return [row for _, row in sorted(zip(kinds, rows, strict=True), key=lambda one: first[one[0]])]


def _number(text: str) -> object:
    """Marks to be compared: 2 and 2.0 are the same, what is no number is as it was typed."""
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return text


#: So many items for each place can be asked for.
MOST_ALTERNATIVES = 6


class DrawForm(Form):
    blueprint_id = SelectField("组卷方案", [_NEEDED])
    title = StringField("试卷名称", [_NEEDED, Length(max=100, message="不超过 100 字")],
                        description="会印在卷首；抽多套时自动加“A卷”“B卷”。")  # fmt: skip
    copies = SelectField(
        "套数",
        choices={str(n): f"{n} 套" if n > 1 else "1 套" for n in range(1, 11)},
        description="几套平行卷（AB卷）结构相同，难度分布和预估平均分尽量一致。",
    )
    overlap = IntegerField(
        "任两套最多相同几题",
        [Optional(), NumberRange(0, 300, "应为 0 至 300 题")],
        default=0,
        description="必选题不计在内；0 为各套互不重复。",
    )
    alternatives = SelectField(
        "每题位备选",
        choices={"1": "1 题（固定卷，人人同卷）"}
        | {str(n): f"{n} 题（卷卷不同，每人随机抽 1 题）" for n in range(2, MOST_ALTERNATIVES + 1)},
        default="1",
        description="备选题同格同分；全卷须有题数乘备选数那么多合格试题。只用于 1 套。",
    )
    exam_on = DateField(
        "考试日期", [_NEEDED], description="只抽该日现行有效的法律条文所对应的试题。"
    )
    seed = HiddenField()

    def day(self) -> date:
        value: Any = self.exam_on.data
        return value  # type: ignore[no-any-return]  # a validated date

    def shared(self) -> int:
        """How many items two forms may have in common, of a validated form."""
        return self.overlap.data or 0

    def validate_exam_on(self, field: Any) -> None:
        if field.data and not plans.is_day(field.data):
            raise ValidationError(f"考试日期应在 {plans.DAYS[0].year} 至 {plans.DAYS[1].year} 年间")

    def validate_alternatives(self, field: Any) -> None:
        if field.data != "1" and self.copies.data != "1":
            raise ValidationError("卷卷不同的试卷只抽 1 套")

    def note(self, refusal: Refused) -> None:
        self.blueprint_id.errors = [str(refusal)]


class EnemyForm(Form):
    first = IntegerField("试题编号", [_NEEDED, NumberRange(1, message="请填写试题编号")])
    second = IntegerField("与它互斥的试题编号", [_NEEDED, NumberRange(1, message="请填写试题编号")])
    reason = StringField("原因", [Length(max=100, message="不超过 100 字")],
                         description="例如：一题的题干提示了另一题的答案。")  # fmt: skip

    def note(self, refusal: Refused) -> None:
        self.second.errors = [str(refusal)]


class TaskForm(Form):
    """Gaps of a blueprint that become tasks of writing items."""

    due_on = DateField("完成日期", [_NEEDED])
    writer_id = SelectField("命题人", choices={})
    gaps = SelectMultipleField("缺口", choices={}, option_widget=CheckboxInput())

    def validate_gaps(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("请至少选一项")

    def day(self) -> date:
        value: Any = self.due_on.data
        return value  # type: ignore[no-any-return]  # a validated date

    def note(self, refusal: Refused) -> None:
        self.due_on.errors = [str(refusal)]


class RenameForm(Form):
    title = StringField("试卷名称", [_NEEDED, Length(max=100, message="不超过 100 字")])


class PracticeForm(Form):
    """How long mock exams by a blueprint are meant to take."""

    minutes = IntegerField("限时", [InputRequired(), NumberRange(5, 300)])
