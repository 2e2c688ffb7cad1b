"""What people fill in about hours."""

from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    IntegerField,
    MonthField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from accounts.standing import RankGroup
from core.attachments import Upload
from core.files import bare_name
from core.forms import NotingForm, options
from courses.hours import factors
from courses.hours.conversion import Conversion
from courses.hours.kinds import Activity, Bucket, TrainingKind
from courses.hours.services import ClaimDraft, DutyDraft

_NEEDED = InputRequired("此项必填")
_NUMBER = InputRequired("请填写数字")
_HOURS = NumberRange(0, 2000, "应在 0 到 2000 之间")


class ConversionForm(NotingForm):
    activity = SelectField("培训形式", choices=options(Activity.choices()))
    valid_from = DateField(
        "生效日期", [InputRequired("请填写日期")], description="不早于今天；已登记的学时不变"
    )
    bucket = SelectField("计入", choices=options(Bucket.choices()))
    hours_per_day = DecimalField(
        "每天学时", [_NUMBER, NumberRange(0.01, 24, "应大于 0、不超过 24")]
    )
    half_day_hours = DecimalField("半天学时", [_NUMBER, NumberRange(0, 24, "不超过 24")])
    yearly_cap = DecimalField("每年至多", [Optional(), _HOURS], description="留空不设上限")
    carries = BooleanField("超出年度要求的部分可结转下一年")
    basis = StringField("依据", [Length(max=200, message="不超过 200 字")])

    def rule(self) -> Conversion:
        value: Any = self.data
        return Conversion(
            Activity.of(value["activity"]),
            value["valid_from"],
            Bucket.of(value["bucket"]),
            value["hours_per_day"],
            value["half_day_hours"],
            value["yearly_cap"],
            value["carries"],
        )


class DutyForm(NotingForm):
    rank_group = SelectField(
        "职级组",
        choices=options(each for each in RankGroup.choices() if each[0] != RankGroup.OTHER.value),
    )
    from_year = IntegerField("自哪一年起", [_NUMBER, NumberRange(2000, 2100, "应为年份，如 2027")])
    years = RadioField("周期", choices=options([("1", "每年"), ("5", "每 5 年")]), default="1")
    hours = DecimalField("集中培训学时", [_NUMBER, NumberRange(1, 2000, "应在 1 到 2000 之间")])
    days = DecimalField(
        "或天数", [_NUMBER, NumberRange(1, 400, "应在 1 到 400 之间")], description="达到其一即可"
    )
    online_hours = DecimalField("每年网络培训学时", [Optional(), _HOURS], description="留空不判")
    law_hours = DecimalField("每年法治学时", [Optional(), _HOURS], description="留空不判")
    plan_from = IntegerField(
        "规划期首年",
        [_NUMBER, NumberRange(2000, 2100, "应为年份，如 2026")],
        default=2026,
        description="五年周期按规划期和近五年两种口径计算",
    )
    ground = StringField("依据", [Length(max=200, message="不超过 200 字")])

    def draft(self) -> DutyDraft:
        value: Any = self.data
        return DutyDraft(
            rank_group=RankGroup.of(value["rank_group"]),
            from_year=value["from_year"],
            years=int(value["years"]),
            hours=value["hours"],
            days=value["days"],
            online_hours=value["online_hours"],
            law_hours=value["law_hours"],
            plan_from=value["plan_from"],
            basis=value["ground"] or "",
        )


class FactorForm(NotingForm):
    status = SelectField(
        "在岗状态", choices=options((each.value, each.label) for each in factors.SETTABLE)
    )
    month = MonthField(
        "自哪一月起", [InputRequired("请选择月份")], description="不早于本月；以前各月不变"
    )
    factor = DecimalField(
        "系数",
        [_NUMBER, NumberRange(0, 1, "应在 0 到 1 之间")],
        description="处于该状态的月份，学时和天数要求乘以系数；0 为不要求",
    )
    ground = StringField("依据", [Length(max=200, message="不超过 200 字")])


class ClaimForm(NotingForm):
    title = StringField("培训名称", [_NEEDED, Length(max=100, message="不超过 100 字")])
    organiser = StringField("主办单位", [_NEEDED, Length(max=100, message="不超过 100 字")])
    activity = SelectField("培训形式", choices=options(Activity.choices()))
    training_kind = SelectField(
        "培训类别", choices=options([("", "其他"), *TrainingKind.choices()])
    )
    starts_on = DateField("开始日期", [InputRequired("请填写日期")])
    ends_on = DateField("结束日期", [InputRequired("请填写日期")])
    days = DecimalField(
        "天数",
        [_NUMBER, NumberRange(Decimal("0.5"), 400, "应在 0.5 到 400 之间")],
        description="以半天为单位，如 2.5",
    )
    is_law = BooleanField("以法治内容为主，计入法治学时")
    document = StringField(
        "文号", [Length(max=100, message="不超过 100 字")], description="调训通知或结业证编号"
    )
    proof = FileField("凭证", description="pdf、jpg、png，不超过 10 MB；文号与凭证至少一项")
    remark = TextAreaField("说明", [Length(max=500, message="不超过 500 字")])
    sure = BooleanField("确认不重复", description="与已有申报日期重叠时才需勾选")

    def draft(self) -> ClaimDraft:
        value: Any = self.data
        return ClaimDraft(
            title=value["title"],
            organiser=value["organiser"],
            activity=Activity.of(value["activity"]),
            starts_on=value["starts_on"],
            ends_on=value["ends_on"],
            days=value["days"],
            is_law=value["is_law"],
            training_kind=(
                TrainingKind.of(value["training_kind"]) if value["training_kind"] else None
            ),
            document=value["document"] or "",
            note=value["remark"] or "",
        )

    def upload(self) -> Upload | None:
        chosen: Any = self.proof.data
        if not chosen or not chosen.filename:
            return None
        return Upload(bare_name(chosen.filename), chosen.read())


class CheckForm(NotingForm):
    verdict = RadioField("核对", choices=options([("yes", "属实"), ("no", "不符")]), default="yes")
    text = StringField("意见", [Length(max=200, message="不超过 200 字")])


class DecideForm(NotingForm):
    verdict = RadioField("审批", choices=options([("yes", "认定"), ("no", "退回")]), default="yes")
    accredited = BooleanField("主管部门认可，计入达标学时", default=True)
    text = StringField("意见", [Length(max=200, message="不超过 200 字")])
