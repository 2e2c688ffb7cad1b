"""The forms of the bank."""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from wtforms import (
    DateField,
    FieldList,
    FileField,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional

from core.forms import Form
from question_bank import drafts, item_types
from question_bank.drafts import ItemDraft
from question_bank.importing import words
from question_bank.importing.words import Cited
from question_bank.item_types import CognitiveLevel, ItemType

_NEEDED = InputRequired("此项必填")
#: Lines for options that an empty form offers.
LINES = 4


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=f"不超过 {limit} 字")


class CitationForm(PlainForm):
    """Articles of one law."""

    law = StringField("引用法律", [_at_most(200)])
    articles = StringField("条款号", [_at_most(200)])
    version = DateField("版本日", [Optional()])


class Lines(FieldList):  # type: ignore[type-arg]  # generic only in its stubs
    """Fields that are added and dropped in the browser, so that their numbers have gaps.

    The fields themselves are numbered anew; ``sent`` is the number that each had in the request.
    """

    sent: Sequence[str] = ()

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        names = (re.fullmatch(rf"{self.name}-(\d{{1,4}})", name) for name in formdata or ())
        numbers = sorted({int(match[1]) for match in names if match}) or range(len(self.entries))
        self.sent = [str(number) for number in numbers][: len(self.entries)]


class ItemForm(Form):
    item_type = RadioField("题型", choices=dict(ItemType.choices()), default="single_choice")
    stem = TextAreaField("题干", [_NEEDED, _at_most(drafts.MAX_STEM)])
    options = Lines(
        StringField("选项", [_at_most(drafts.MAX_OPTION)]),
        "选项与答案",
        min_entries=LINES,
        max_entries=item_types.MAX_OPTIONS,
    )
    #: The numbers that right options have in their fields' names.
    key = SelectMultipleField("正确答案", validate_choice=False)
    truth = RadioField("答案", choices={"0": "正确", "1": "错误"}, validate_choice=False)
    rationale = TextAreaField("解析", [_at_most(drafts.MAX_RATIONALE)])
    citations = FieldList(FormField(CitationForm), "引用条文", min_entries=1, max_entries=6)
    difficulty = SelectField(
        "难度", choices={str(n): name for n, name in item_types.DIFFICULTIES.items()}, default="3"
    )
    cognitive_level = SelectField(
        "认知层次", choices=dict(CognitiveLevel.choices()), default="remember"
    )
    topic = StringField("知识点", [_at_most(drafts.MAX_TOPIC)])
    source = StringField("题源", [_at_most(drafts.MAX_SOURCE)])
    valid_until = DateField("有效期至", [Optional()], description="留空为长期有效")

    @property
    def kind(self) -> ItemType:
        """The type that is chosen; a single choice for none and for nonsense."""
        return ItemType.by_label(self.item_type.data or "") or ItemType.SINGLE_CHOICE

    def lines(self) -> list[tuple[str, bool]]:
        """Each line of options as filled in, and whether it is ticked as right."""
        ticked = {*(self.key.data or ())}
        return [((each.data or "").strip(), number in ticked)
                for number, each in zip_longest(self.options.sent, self.options)]  # fmt: skip

    def choice(self) -> tuple[list[str], list[int]]:
        """Options and key as the bank keeps them."""
        if self.kind is ItemType.TRUE_FALSE:
            return [], [int(self.truth.data)] if self.truth.data in {"0", "1"} else []
        worded = [(text, right) for text, right in self.lines() if text or right]
        return [text for text, _ in worded], [n for n, (_, right) in enumerate(worded) if right]

    def cited(self) -> list[Cited]:
        """What the lines of citations say; lines without a law are passed over."""
        lines = [each.data for each in self.citations]
        return [
            Cited(line["law"].strip(), words.numbers(line["articles"] or ""), line["version"])
            for line in lines
            if (line["law"] or "").strip()
        ]

    def validate_options(self, _field: Any) -> None:
        options, _ = self.choice()
        if self.kind is not ItemType.TRUE_FALSE:
            _refuse(item_types.option_faults(self.kind, options))

    def validate_key(self, _field: Any) -> None:
        options, key = self.choice()
        if self.kind is not ItemType.TRUE_FALSE:
            _refuse(item_types.key_faults(self.kind, options, key))

    def validate_truth(self, _field: Any) -> None:
        if self.kind is ItemType.TRUE_FALSE and not self.choice()[1]:
            raise ValidationError("请选择正确或错误")

    def validate_citations(self, _field: Any) -> None:
        for line in self.citations:
            law, articles = (line.data["law"] or "").strip(), (line.data["articles"] or "").strip()
            if bool(law) != bool(articles):
                raise ValidationError("法律名称和条款号要一起填写")

    def draft(self, article_ids: Sequence[int], extra: Mapping[str, Any]) -> ItemDraft:
        """The item as written; ``extra`` is what an import left with it."""
        options, key = self.choice()
        return ItemDraft(
            item_type=self.kind,
            stem=self.stem.data or "",
            options=options,
            key=key,
            rationale=self.rationale.data or "",
            difficulty=int(self.difficulty.data),
            cognitive_level=CognitiveLevel.of(self.cognitive_level.data),
            topic=self.topic.data or "",
            source=self.source.data or "",
            valid_until=self.valid_until.data,
            article_ids=article_ids,
            extra=dict(extra),
        )


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise ValidationError("；".join(faults))


class ImportForm(Form):
    file = FileField(
        "试题文件",
        description=".xlsx、.csv（UTF-8 或 GB18030）或 .jsonl；先预览，确认后才写入。",
    )
