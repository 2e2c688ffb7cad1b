"""What a run of practice is begun with."""

from wtforms import IntegerField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange
from wtforms.widgets import HiddenInput

from core.forms import Form, options
from study.practice.drawing import SIZES, Choice
from study.practice.kinds import SELF_MARKED
from study.practice.queries.choosing import Offer
from study.practice.queries.runs import LAST_SEED


class SeedForm(Form):
    """One press of a button; pressed twice it is the same run."""

    seed = IntegerField("序号", [NumberRange(LAST_SEED + 1, 2**53)], widget=HiddenInput())


class DrillForm(SeedForm):
    laws = SelectMultipleField("法律", coerce=int)
    must_know = SelectField("应知应会清单", coerce=int, default=0)
    topic = SelectField("知识点", default="")
    item_type = SelectField("题型", default="")
    count = SelectField(
        "题数",
        coerce=int,
        choices=options((each, f"{each} 题") for each in SIZES),
        default=SIZES[1],
    )

    def offer(self, found: Offer) -> None:
        """Let people choose among what there is to practise."""
        self.laws.choices = options((id_, f"{name}（{n}）") for id_, name, n in found.laws)
        self.must_know.choices = options([(0, "不限"), *found.lists])
        topics = [(name, f"{name}（{n}）") for name, n in found.topics]
        self.topic.choices = options([("", "不限"), *topics])
        types = [
            (kind.value, f"{kind.label}（{n}{'，对照采分点自评' if kind in SELF_MARKED else ''}）")
            for kind, n in found.types
        ]
        self.item_type.choices = options([("", "不限"), *types])

    def choice(self) -> Choice:
        return Choice(
            law_ids=self.laws.data or (),
            list_id=self.must_know.data or None,
            topic=self.topic.data or "",
            item_type=self.item_type.data or "",
        )

    def title(self, found: Offer) -> str:
        """What is practised, in words: 专项练习：公务员法、单选题."""
        laws = [name for id_, name, _ in found.laws if id_ in (self.laws.data or ())]
        lists = [name for id_, name in found.lists if id_ == self.must_know.data]
        types = [kind.label for kind, _ in found.types if kind.value == self.item_type.data]
        said = [*laws[:3], *lists, self.topic.data or "", *types]
        words = "、".join(each for each in said if each)
        more = f"等 {len(laws)} 部法律" if len(laws) > 3 else ""
        return f"专项练习：{words}{more}" if words else "专项练习"
