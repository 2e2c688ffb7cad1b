"""The days that a board is asked for."""

from typing import Any

from wtforms import DateField
from wtforms.validators import InputRequired, ValidationError

from analytics.board import spans
from analytics.board.spans import Span
from analytics.periods import Period
from core import clock
from core.forms import Form


class DatesForm(Form):
    """Read from the address, so that a board can be bookmarked and sent on."""

    class Meta(Form.Meta):
        csrf = False

    first = DateField(  # type: ignore[call-arg]  # newer than its types
        "起",
        validators=[InputRequired("请填写开始日期")],
        invalid_value_message="请填写正确的开始日期，如 2026-03-01",
    )
    last = DateField(  # type: ignore[call-arg]  # newer than its types
        "止",
        validators=[InputRequired("请填写结束日期")],
        invalid_value_message="请填写正确的结束日期，如 2026-03-31",
    )

    def validate_last(self, field: Any) -> None:
        if self.first.data and field.data:
            reason = spans.trouble(Period(self.first.data, field.data), clock.today())
            if reason:
                raise ValidationError(reason)

    @property
    def span(self) -> Span | None:
        """None for days that cannot be."""
        if not self.validate() or self.first.data is None or self.last.data is None:
            return None
        return spans.of(Period(self.first.data, self.last.data), clock.today())
