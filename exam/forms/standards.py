"""Forms of standard setting."""

from collections.abc import Mapping

from flask_wtf.file import FileField
from wtforms import DecimalField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from core.forms import Form, NotingForm
from exam.results import angoff

_MINIMAL = (
    "刚好合格的干部：知道与本职有关的法律有哪些规定，能按规定办常见的事；"
    "不要求记住条号，也不要求会办疑难的事。"
)


class PanelForm(NotingForm):
    minimal = TextAreaField(
        "刚好合格的人是什么样的",
        [InputRequired("请写明评委共同的标准"), Length(max=1000, message="不超过 1000 字")],
        default=_MINIMAL,
        description="评分之前由评委一起议定，评每道题时都想着这样的人。",
    )
    judges = TextAreaField(
        "评委",
        [InputRequired("请填写评委"), Length(max=4000, message="不超过 4000 字")],
        description=f"一行一人：姓名，职务（可不填）。至少 {angoff.LEAST} 人，以 8 人以上为宜。",
    )

    def people(self) -> list[tuple[str, str]]:
        found = []
        for line in (self.judges.data or "").splitlines():
            name, _, post = line.replace(",", "，").partition("，")
            if name.strip():
                found.append((name.strip()[:50], post.strip()[:200]))
        return found


class SheetForm(Form):
    file = FileField("评分表", description=".xlsx 或 .csv；用本页下载的评分表填写。")


class TalkForm(Form):
    discussion = TextAreaField(
        "讨论纪要",
        [InputRequired("请写明讨论了什么"), Length(max=3000, message="不超过 3000 字")],
    )


class AdoptForm(NotingForm):
    score = DecimalField(
        "合格线", [InputRequired("请填写分数"), NumberRange(0, 10_000, "应是分数")], places=2
    )


def ratings_of(sent: Mapping[str, str], slots: list[int]) -> tuple[dict[int, int], list[str]]:
    """The filled fields of a judge's page, and what is wrong with them."""
    found: dict[int, int] = {}
    wrong = []
    for slot in slots:
        text = sent.get(f"slot-{slot}", "").strip()
        if not text:
            continue
        try:
            found[slot] = angoff.percent_of(text)
        except ValueError:
            wrong.append(f"第 {slot} 题“{text[:20]}”{angoff.SPAN}")
    return found, wrong
