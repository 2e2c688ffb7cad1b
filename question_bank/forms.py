"""The forms of the bank."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from wtforms import (
    DateField,
    Field,
    FieldList,
    FileField,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional

from core.forms import Form
from question_bank import drafts, item_types, markup
from question_bank.drafts import ItemDraft
from question_bank.importing import words
from question_bank.importing.words import Cited
from question_bank.item_types import CognitiveLevel, ItemType, Scene
from question_bank.types import KEY, OPTIONS, PARTS, STEM, Kind, Sent, Written, kind_of, kinds

_NEEDED = InputRequired("此项必填")


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=f"不超过 {limit} 字")


class CitationForm(PlainForm):
    """Articles of one law."""

    law = StringField("引用法律", [_at_most(200)])
    articles = StringField("条款号", [_at_most(200)])
    version = DateField("版本日", [Optional()])


class OfType(Field):
    """A place for what is wrong with a part of the form that the item's type reads by itself."""

    data = None

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        self.process_errors = []


def _types() -> list[tuple[str, str]]:
    return [(each.item_type.value, each.item_type.label) for each in kinds()]


class ItemForm(Form):
    item_type = RadioField("题型", choices=_types, default="single_choice")
    stem = TextAreaField("题干", [_NEEDED, _at_most(drafts.MAX_STEM)])
    options = OfType("选项")
    key = OfType("正确答案")
    parts = OfType("小题")
    rationale = TextAreaField("解析", [_at_most(drafts.MAX_RATIONALE)])
    citations = FieldList(FormField(CitationForm), "引用条文", min_entries=1, max_entries=6)
    difficulty = SelectField(
        "难度", choices={str(n): name for n, name in item_types.DIFFICULTIES.items()}, default="3"
    )
    cognitive_level = SelectField(
        "认知层次", choices=dict(CognitiveLevel.choices()), default="remember"
    )
    scene = SelectField(
        "情景",
        choices={"": "不是情景题", **dict(Scene.choices())},
        default="",
        description="以来访、来信、网上件为背景的题；组卷方案可要求其占比。",
    )
    topic = StringField("知识点", [_at_most(drafts.MAX_TOPIC)])
    source = StringField("题源", [_at_most(drafts.MAX_SOURCE)])
    valid_until = DateField("有效期至", [Optional()], description="留空为长期有效")

    #: What the form is filled with before anything was sent.
    given: Written | None = None

    @classmethod
    def of(cls, revision: Written, fields: Mapping[str, Any]) -> "ItemForm":
        """The form for changing a revision; ``fields`` are those that every type has."""
        form = cls(data=fields)
        form.given = revision
        return form

    @property
    def kind(self) -> Kind:
        """The type that is chosen; a single choice for none and for nonsense."""
        return kind_of(ItemType.by_label(self.item_type.data or "") or ItemType.SINGLE_CHOICE)

    @property
    def changes_lines(self) -> str:
        """What the form was sent for if not to be saved: another type, more lines; else ""."""
        return request.form.get("redo", "")

    def errors_of_type(self) -> dict[str, Sequence[str]]:
        """What is wrong with the type's own part of the form."""
        return {each.short_name: each.errors for each in (self.options, self.key, self.parts)}

    def content(self) -> Written:
        """The item as the form has it: sent, given, or empty."""
        if request.form or self.given is None:
            return self.kind.from_form(Sent(request.form.to_dict(flat=False)))
        return self.given

    def cited(self) -> list[Cited]:
        """What the lines of citations say; lines without a law are passed over."""
        lines = [each.data for each in self.citations]
        return [
            Cited(line["law"].strip(), words.numbers(line["articles"] or ""), line["version"])
            for line in lines
            if (line["law"] or "").strip()
        ]

    def validate_options(self, _field: Any) -> None:
        self._refuse(OPTIONS)

    def validate_key(self, _field: Any) -> None:
        self._refuse(KEY)

    def validate_parts(self, _field: Any) -> None:
        self._refuse(PARTS)

    def validate_stem(self, field: Any) -> None:
        if field.data:
            self._refuse(STEM)

    def _refuse(self, part: str) -> None:
        found = [each.text for each in drafts.content_faults(self.content()) if each.field == part]
        if found:
            raise ValidationError("；".join(found))

    def validate_rationale(self, field: Any) -> None:
        if found := markup.faults(field.data or ""):
            raise ValidationError("；".join(found))

    def validate_citations(self, _field: Any) -> None:
        for line in self.citations:
            law, articles = (line.data["law"] or "").strip(), (line.data["articles"] or "").strip()
            if bool(law) != bool(articles):
                raise ValidationError("法律名称和条款号要一起填写")

    def draft(self, article_ids: Sequence[int], extra: Mapping[str, Any]) -> ItemDraft:
        """The item as written; ``extra`` is what an import left with it."""
        written = self.content()
        return ItemDraft(
            item_type=written.item_type,
            stem=written.stem,
            options=written.options,
            key=written.key,
            parts=written.parts,
            rationale=self.rationale.data or "",
            difficulty=int(self.difficulty.data),
            cognitive_level=CognitiveLevel.of(self.cognitive_level.data),
            scene=Scene.by_label(self.scene.data or ""),
            topic=self.topic.data or "",
            source=self.source.data or "",
            valid_until=self.valid_until.data,
            article_ids=article_ids,
            extra=dict(extra),
        )


class ImportForm(Form):
    file = FileField(
        "试题文件",
        description=".xlsx、.csv（UTF-8 或 GB18030）或 .jsonl；先预览，确认后才写入。",
    )


class RestoreForm(Form):
    file = FileField(
        "无损包",
        description="本系统导出的无损包（.zip）；先看清内容，确认后才写入。",
    )
