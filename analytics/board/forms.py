"""The days that a board is asked for."""

from typing import Any

from wtforms.validators import ValidationError

from analytics.board import spans
from analytics.board.spans import Span
from analytics.forms import DaysForm
from analytics.periods import Period
from core import clock


class DatesForm(DaysForm):
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
