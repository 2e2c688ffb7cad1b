"""The form that every other form extends."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from core import forgery
from core.errors import Refused

_NOT_OFFERED = "选的项中有已经不能选的，请刷新页面后重选"


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Strips text, of NUL too, which PostgreSQL refuses; names its errors in Chinese.

    Flask-Babel is not needed for that.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh_CN", "zh")

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Fields come out of forms only; a JSON body may hold anything, lists for one."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

        def build_csrf(self, form: Any) -> Any:
            # Theirs takes the token that is made already.
            forgery.token()
            return super().build_csrf(form)

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            kind = getattr(unbound_field, "field_class", None)
            if kind is not None and kind.__name__ in {"StringField", "TextAreaField"}:
                options["filters"] = [_strip, *options.get("filters", ())]
            if kind is not None and issubclass(kind, SelectMultipleField):
                # Theirs is not translated.
                options["invalid_choice_message"] = _NOT_OFFERED
            return super().bind_field(form, unbound_field, options)

    def first_error(self) -> str:
        """What to say of a form that did not validate where only one line can be said."""
        errors: dict[str, Any] = self.errors
        return str(next(iter(errors.values()))[0]) if errors else "请检查所填内容。"


class NotingForm(Form):
    """A form that shows why what it asked for was refused."""

    def note(self, refusal: Refused) -> None:
        """Show a refusal at the field that it belongs to, else at the first one."""
        name = refusal.field if refusal.field in self.data else next(iter(self.data))
        self[name].errors = [str(refusal)]


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """(value, text) pairs as a select field takes them."""
    return [SelectChoice(value, text) for value, text in pairs]


def _strip(value: Any) -> Any:
    return value.replace("\0", "").strip() if isinstance(value, str) else value
