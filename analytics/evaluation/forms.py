"""What people fill in about the evaluation."""

from typing import Any

from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from analytics.evaluation.kinds import RUBRIC, Group, Indicator, Measure, ReportItem
from analytics.evaluation.rules import Rules, Weights
from analytics.learning import Basis
from core.forms import NotingForm, options

_NUMBER = InputRequired("请填写数字")
_WEIGHT = NumberRange(0, 100, "权重应在 0 到 100 之间")
_LINE = NumberRange(0, 100, "应在 0 到 100 之间")
_SHORT = Length(max=200, message="不超过 200 字")


class WeightsForm(NotingForm):
    """Everything that a rule set says; the fields of weights are added below."""

    excellent = DecimalField("优秀不低于", [_NUMBER, _LINE])
    good = DecimalField("良好不低于", [_NUMBER, _LINE])
    passed = DecimalField("合格不低于", [_NUMBER, _LINE])
    makeup_cap = DecimalField("补考成绩封顶", [_NUMBER, _LINE])
    smallest = IntegerField(
        "参与排名的最少人数", [_NUMBER, NumberRange(1, 100, "应在 1 到 100 之间")],
        description="人数更少的部门只列不排",
    )  # fmt: skip
    excellent_share = DecimalField(
        "优秀比例上限（%）", [Optional(), _LINE], description="留空不设；超过时只作提示"
    )
    least_weight = DecimalField(
        "最低有效权重", [_NUMBER, _LINE],
        description="有数据的指标权重合计（满 100）低于它的，只列得分、不定等次；0 为不设",
    )  # fmt: skip
    cheating_fails = BooleanField("考试作弊的，本年度不合格")
    absence_bars = BooleanField("年度考试缺考又未补考的，不得评优秀")

    def rules(self) -> Rules:
        """What the form says; weights need not add up."""
        value: Any = self.data
        return Rules(
            weights={
                group: Weights(
                    {each: value[f"{group.value}_{each.value}"] for each in Indicator},
                    value[f"{group.value}_target"],
                    Basis.of(value[f"{group.value}_basis"]),
                    value[f"{group.value}_reports"],
                    value[f"{group.value}_must_report"],
                )
                for group in Group
            },
            measures={each: value[f"measure_{each.value}"] for each in Measure},
            excellent=value["excellent"],
            good=value["good"],
            passed=value["passed"],
            makeup_cap=value["makeup_cap"],
            smallest=value["smallest"],
            excellent_share=value["excellent_share"],
            cheating_fails=value["cheating_fails"],
            absence_bars=value["absence_bars"],
            least_weight=value["least_weight"],
        )

    def points_of(self, group: str) -> list[Any]:
        return [self[f"{group}_{each.value}"] for each in Indicator]

    def others_of(self, group: str) -> list[Any]:
        return [self[f"{group}_{name}"] for name in ("target", "basis", "reports")]

    def measures(self) -> list[Any]:
        return [self[f"measure_{each.value}"] for each in Measure]


def _add_weights() -> None:
    for group in Group:
        for each in Indicator:
            setattr(WeightsForm, f"{group.value}_{each.value}",
                    DecimalField(each.label, [_NUMBER, _WEIGHT]))  # fmt: skip
        fields = {
            "target": DecimalField(
                "年学时目标", [_NUMBER, NumberRange(0, 2000, "应在 0 到 2000 之间")],
                description="按在册月数和人群系数折算；0 为不要求",
            ),
            "basis": SelectField("学时看", choices=options(Basis.choices())),
            "reports": IntegerField(
                "述：满分的项数", [_NUMBER, NumberRange(1, 4, "应在 1 到 4 之间")]
            ),
            "must_report": BooleanField("述法必备：未述法的，述计 0 分"),
        }  # fmt: skip
        for name, made in fields.items():
            setattr(WeightsForm, f"{group.value}_{name}", made)
    for measure in Measure:
        setattr(WeightsForm, f"measure_{measure.value}",
                DecimalField(measure.label, [_NUMBER, _WEIGHT]))  # fmt: skip


_add_weights()


def as_fields(rules: Rules) -> dict[str, Any]:
    """The rules as the form's fields."""
    found: dict[str, Any] = {
        name: getattr(rules, name)
        for name in (
            "excellent", "good", "passed", "makeup_cap", "smallest", "excellent_share",
            "cheating_fails", "absence_bars", "least_weight",
        )
    }  # fmt: skip
    for group, own in rules.weights.items():
        found |= {f"{group.value}_{each.value}": own.points[each] for each in Indicator}
        found |= {
            f"{group.value}_target": own.hours,
            f"{group.value}_basis": own.basis.value,
            f"{group.value}_reports": own.reports,
            f"{group.value}_must_report": own.must_report,
        }
    return found | {f"measure_{each.value}": rules.measures[each] for each in Measure}


class RulesForm(WeightsForm):
    year = IntegerField("自哪一年度起", [_NUMBER, NumberRange(2000, 2100, "应为年份，如 2027")])
    reason = StringField(
        "另立一版的理由", [_SHORT], description="年度已经开始，或本年度已有规则的，须写明"
    )


class SimulationForm(WeightsForm):
    """Read from the address: nothing is written."""

    class Meta(NotingForm.Meta):
        csrf = False


class ComputeForm(NotingForm):
    year = IntegerField("年度", [_NUMBER, NumberRange(2000, 2100, "应为年份，如 2026")])
    roster = SelectField("名单快照")


class EntryForm(NotingForm):
    mark = RadioField(
        "用法评分",
        [InputRequired("请选择评分")],
        choices=options([(str(n), f"{n} 分：{text}") for n, text in enumerate(RUBRIC)]),
    )
    remark = TextAreaField(
        "事例或依据", [_SHORT], description="4 分以上须写明；不写当事人姓名等个人信息"
    )
    items = SelectMultipleField(
        "述法情况",
        choices=options(ReportItem.choices()),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def kinds(self) -> list[ReportItem]:
        return [ReportItem.of(each) for each in self.items.data or ()]


class AppealForm(NotingForm):
    reason = TextAreaField(
        "申诉理由",
        [InputRequired("请写明申诉的理由"), Length(max=1000, message="不超过 1000 字")],
        description="写明哪一项、哪个数不对，以及依据",
    )


class VerdictForm(NotingForm):
    verdict = RadioField("结论", choices=options([("no", "维持"), ("yes", "采纳")]), default="no")
    text = TextAreaField(
        "复核意见",
        [InputRequired("请写明复核意见"), Length(max=1000, message="不超过 1000 字")],
    )


class CheckForm(NotingForm):
    verdict = RadioField("抽核", choices=options([("yes", "属实"), ("no", "不符")]), default="yes")
    remark = StringField("意见", [_SHORT])


class ReasonForm(NotingForm):
    reason = StringField("理由", [InputRequired("请写明理由"), _SHORT])
