"""The form that every other form extends."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from core import forgery
from core.characters import stripped
from core.errors import Refused, reasons_of

#: The years that dates of ours are in.
YEARS = range(1900, 2200)
_FAR_OFF = f"应在 {YEARS.start} 年至 {YEARS[-1]} 年之间，请核对年份"
_NOT_OFFERED = "选的项中有已经不能选的，请刷新页面后重选"
#: What the library says of a value that is none of its field's kind, in words that say what is one.
WORDS: Mapping[str, str] = {
    "Not a valid integer value.": "不是有效的整数，请只填数字，如 60",
    "Not a valid decimal value.": "不是有效的数字，请只填数字，如 60 或 2.5",
    "Not a valid date value.": "不是有效的日期，请写成 2026-12-04 的样子",
    "Not a valid datetime value.": "不是有效的日期和时间，请写成 2026-12-04 09:00 的样子",
    "Not a valid time value.": "不是有效的时间，请写成 09:00 的样子",
    "Not a valid choice.": "不是有效的选择，请从列出的各项中选",
    "'%(value)s' is not a valid choice for this field.": _NOT_OFFERED,
    "'%(value)s' are not valid choices for this field.": _NOT_OFFERED,
}


class _Words:
    """The library's translations, our words before them."""

    def __init__(self, theirs: Any) -> None:
        self._theirs = theirs

    def gettext(self, text: str) -> str:
        return WORDS.get(text) or str(self._theirs.gettext(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return WORDS.get(one if count == 1 else many) or str(
            self._theirs.ngettext(one, many, count)
        )


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Strips text, of what is not seen too; names its errors in Chinese.

    Flask-Babel is not needed for that.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh_CN", "zh")

        def get_translations(self, form: Any) -> _Words:
            return _Words(super().get_translations(form))

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
            return super().bind_field(form, unbound_field, options)

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for each in self:
            # So far off nothing can be reckoned with any more: a day later there may be no date.
            if isinstance(each.data, date) and each.data.year not in YEARS:
                each.errors, good = [_FAR_OFF], False
            # Of what cannot be read nothing more is said than that.
            if each.process_errors and list(each.errors)[:1] == each.process_errors[:1]:
                each.errors = each.process_errors[:1]
        return good

    def first_error(self) -> str:
        """What to say of a form that did not validate where only one line can be said."""
        wrong = next((each for each in self if each.errors), None)
        if wrong is None:
            return str(next(iter(self.form_errors), "请检查所填内容。"))
        return f"{wrong.label.text}：{wrong.errors[0]}"


class NotingForm(Form):
    """A form that shows why what it asked for was refused."""

    def note(self, refusal: Refused) -> None:
        """Show each reason of a refusal at the field that it belongs to, else at the first one."""
        for each in reasons_of(refusal):
            name = each.field if each.field in self.data else next(iter(self.data))
            self[name].errors = [*self[name].errors, str(each)]


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """(value, text) pairs as a select field takes them."""
    return [SelectChoice(value, text) for value, text in pairs]


def _strip(value: Any) -> Any:
    return stripped(value) if isinstance(value, str) else value
