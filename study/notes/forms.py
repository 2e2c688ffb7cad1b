"""The form of a note."""

from wtforms import TextAreaField
from wtforms.validators import Length

from core.forms import Form


class NoteForm(Form):
    note = TextAreaField("笔记", [Length(max=5000, message="笔记不超过 5000 字")])
