"""Whether and where somebody gets e-mail."""

from wtforms import BooleanField, StringField
from wtforms.validators import Length

from core.errors import Refused
from core.forms import Form


class MailForm(Form):
    address = StringField("邮箱", [Length(max=200, message="不超过 200 字")])
    notices = BooleanField("到期、逾期和催办时发邮件")
    digest = BooleanField("每周一发一封本周事项")

    def note(self, refusal: Refused) -> None:
        self.address.errors = [str(refusal)]
