"""Forms of everyday study."""

from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from core.forms import Form, options
from study.daily.anomalies import Verdict


class AnomalyForm(Form):
    verdict = RadioField("结论", [InputRequired("请选择结论")], choices=options(Verdict.choices()))
    note = StringField(
        "说明", [DataRequired("请写明核实的情况"), Length(max=200, message="说明不超过 200 字")]
    )
