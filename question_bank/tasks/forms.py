"""What somebody fills in to have items written."""

from datetime import date
from typing import Any

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from core.errors import Refused
from core.forms import Form, options
from laws.numerals import Key, article_key
from question_bank.item_types import DIFFICULTIES, CognitiveLevel, ItemType
from question_bank.tasks.cells import Cell

_NEEDED = InputRequired("此项必填")
_LEVELS = options([(str(number), name) for number, name in DIFFICULTIES.items()])


class NewTaskForm(Form):
    law = StringField("引用法律", [Length(max=200)], description="全称或简称；不填为不限。")
    article = StringField("条款号", [Length(max=20)], description="如 34；不填为整部法律。")
    item_type = SelectField("题型", choices=options([("", "不限"), *ItemType.choices()]))
    cognitive_level = SelectField(
        "认知层次", choices=options([("", "不限"), *CognitiveLevel.choices()])
    )
    difficulty_min = SelectField("难度从", choices=_LEVELS, default="1")
    difficulty_max = SelectField("到", choices=_LEVELS, default="5")
    count = IntegerField(
        "题数", [_NEEDED, NumberRange(1, 1000, message="请填写 1 至 1000 的整数")], default=1
    )
    due_on = DateField("完成日期", [_NEEDED])
    writer_id = SelectField("命题人", choices={})
    purpose = StringField("用于", [Length(max=100, message="不超过 100 字")])

    def validate_article(self, field: Any) -> None:
        if not field.data:
            return
        if not self.law.data:
            raise ValidationError("写明条款号的，请同时填写引用法律")
        try:
            article_key(field.data)
        except ValueError:
            raise ValidationError("请写成 34、第三十四条 或 第二百六十二条之一") from None

    def validate_difficulty_max(self, field: Any) -> None:
        if int(field.data) < int(self.difficulty_min.data):
            raise ValidationError("不能低于起点")

    def cell(self, law_ids: frozenset[int]) -> Cell:
        """What was filled in, with the law that it names; ask after ``validate``."""
        key: Key | None = article_key(self.article.data) if self.article.data else None
        return Cell(
            count=int(self.count.data or 1),
            item_type=ItemType(self.item_type.data) if self.item_type.data else None,
            difficulty_min=int(self.difficulty_min.data),
            difficulty_max=int(self.difficulty_max.data),
            cognitive_level=CognitiveLevel.by_label(self.cognitive_level.data or "-"),
            law_ids=law_ids,
            article=key,
        )

    def day(self) -> date:
        value: Any = self.due_on.data
        return value  # type: ignore[no-any-return]  # a validated date

    def note(self, refusal: Refused) -> None:
        fields: dict[str | None, Any] = {"writer_id": self.writer_id, "due_on": self.due_on}
        fields.get(refusal.field, self.law).errors = [str(refusal)]
