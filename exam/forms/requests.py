"""Forms of requests for 免考, 缓考 and accommodations."""

from typing import Any

from wtforms import (
    BooleanField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.attachments import Upload
from core.errors import Refused
from core.forms import Form
from exam.sessions import asking
from exam.sessions.asking import REASONS, Asked, ReasonCode, RequestKind

_SHORT = Length(max=200, message="不超过 200 字")
_LONG = Length(max=asking.LONGEST_TEXT, message=f"不超过 {asking.LONGEST_TEXT} 字")


class RequestForm(Form):
    """A request of one kind; ``of`` narrows the reasons to it."""

    code = SelectField("事由", [InputRequired("请选择事由")], choices=dict(ReasonCode.choices()))
    text = TextAreaField(
        "具体说明", [DataRequired("请写明具体情况和起止时间"), _LONG],
        description="写明起止时间；不要写与申请无关的个人情况。",
    )  # fmt: skip
    minutes = IntegerField(
        "加时（分钟）",
        [Optional(), NumberRange(0, asking.MAX_MINUTES, f"应为 0 至 {asking.MAX_MINUTES} 分钟")],
        description="在规定时长之外另加；不需要的不填。",
    )
    large_print = BooleanField("大字版")
    aid = StringField(
        "其他便利", [Length(max=asking.LONGEST_AID, message=f"不超过 {asking.LONGEST_AID} 字")],
        description="例如：由工作人员读题、使用屏幕朗读软件、单独考场。",
    )  # fmt: skip
    proof = FileField(
        "证明材料",
        description=f"{'、'.join(asking.PROOF_KINDS)}，不超过 {asking.MAX_PROOF // 1024**2} MB；"
        "只有审批人和提交人可以查看。",
    )
    late_reason = StringField("逾期提出的理由", [_SHORT], description="开考以后登记的须填写。")

    def of(self, kind: RequestKind) -> "RequestForm":
        self.code.choices = {each.value: each.label for each in REASONS[kind]}
        return self

    def asked(self, kind: RequestKind) -> Asked:
        """What a validated form asks for."""
        value: Any = self.data
        helping = kind is RequestKind.ACCOMMODATION
        return Asked(
            kind=kind,
            code=ReasonCode.of(value["code"]),
            text=value["text"],
            minutes=(value["minutes"] or 0) if helping else 0,
            large_print=value["large_print"] and helping,
            aid=(value["aid"] or "") if helping else "",
        )

    def upload(self) -> Upload | None:
        """The file, if one was chosen."""
        sent: Any = self.proof.data
        if not sent or not getattr(sent, "filename", ""):
            return None
        return Upload(sent.filename.replace("\0", ""), sent.read())

    def note(self, refusal: Refused) -> None:
        """Show a refusal at the field that it belongs to."""
        name = refusal.field or "text"
        self[name if name in self.data else "text"].errors = [str(refusal)]


class OpinionForm(Form):
    answer = RadioField(
        "意见", [InputRequired("请选择意见")], choices={"yes": "同意", "no": "不同意"}
    )
    text = StringField("说明", [_SHORT], description="不同意的须写明理由。")

    def says_yes(self) -> bool:
        return str(self.answer.data) == "yes"


class DecisionForm(OpinionForm):
    answer = RadioField(
        "审批", [InputRequired("请选择是否批准")], choices={"yes": "批准", "no": "不批准"}
    )
    text = StringField(
        "说明", [_SHORT], description="不批准的，以及部门未提意见、不同意而批准的，须写明理由。"
    )
