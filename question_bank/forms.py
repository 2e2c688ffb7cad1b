"""The form in which an item is written."""

from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from core.forms import Form
from question_bank import item_types
from question_bank.drafts import ItemDraft
from question_bank.item_types import CognitiveLevel, ItemType

_NEEDED = InputRequired("此项必填")


class ItemForm(Form):
    item_type = RadioField("题型", choices=dict(ItemType.choices()), default="single_choice")
    stem = TextAreaField("题干", [_NEEDED, Length(max=4000, message="不超过 4000 字")])
    options = TextAreaField(
        "选项", [Length(max=8000)], description="每行一个，不写字母；判断题不填"
    )
    key = StringField(
        "正确答案", [_NEEDED, Length(max=20)], description="如 A、ACD；判断题填 正确 或 错误"
    )
    rationale = TextAreaField("解析", [Length(max=4000, message="不超过 4000 字")])
    difficulty = SelectField(
        "难度", choices={str(n): name for n, name in item_types.DIFFICULTIES.items()}, default="3"
    )
    cognitive_level = SelectField("认知层次", choices=dict(CognitiveLevel.choices()))
    topic = StringField("知识点", [Length(max=100, message="不超过 100 字")])
    law = StringField("引用法律", [Length(max=200)], description="全称或简称，如 信访工作条例")
    articles = StringField("引用条款", [Length(max=200)], description="如 第三十四条；多条用、隔开")

    def numbers(self) -> list[str]:
        text = self.articles.data or ""
        return [each for each in text.replace("，", "、").replace(",", "、").split("、") if each]

    def draft(self, article_ids: list[int]) -> ItemDraft:
        """The item as written; a key that names no option is left to the rules to refuse."""
        value: Any = self.data
        item_type = ItemType.of(value["item_type"])
        lines = [line.strip() for line in (value["options"] or "").splitlines() if line.strip()]
        options = [] if item_type is ItemType.TRUE_FALSE else lines
        return ItemDraft(
            item_type=item_type,
            stem=value["stem"],
            options=options,
            key=key_of(item_type, value["key"]),
            rationale=value["rationale"] or "",
            difficulty=int(value["difficulty"]),
            cognitive_level=CognitiveLevel.of(value["cognitive_level"]),
            topic=value["topic"] or "",
            article_ids=article_ids,
        )


def key_of(item_type: ItemType, written: str) -> list[int]:
    """Option indices of a key as people write it; an impossible index for what is none."""
    if item_type is ItemType.TRUE_FALSE:
        right = {"正确": 0, "对": 0, "√": 0, "T": 0, "错误": 1, "错": 1, "×": 1, "F": 1}
        return [right.get(written.strip().upper(), -1)]
    letters = [char for char in written.upper() if char.isalpha()]
    return sorted({item_types.LETTERS.find(char) for char in letters})
