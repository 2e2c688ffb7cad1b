"""What the page of an attempt reports besides answers."""

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from core.forms import Form

A_DAY = 86_400


class LeftForm(Form):
    seconds = IntegerField("秒数", [InputRequired(), NumberRange(1, A_DAY)])
