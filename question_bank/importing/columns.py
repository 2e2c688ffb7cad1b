"""The columns of an item table, and the many names that they go by. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.labels import Labelled
from core.pictures import Picture
from question_bank.item_types import LETTERS
from question_bank.types import Content


class Field(Labelled):
    """What a column may hold; the label is its heading in our template."""

    NUMBER = "number", "题号"
    ITEM_TYPE = "item_type", "题型"
    STEM = "stem", "题干"
    OPTIONS = "options", "选项"
    KEY = "key", "正确答案"
    RATIONALE = "rationale", "解析"
    DIFFICULTY = "difficulty", "难度"
    TOPIC = "topic", "知识点"
    LAW = "law", "法律名称"
    ARTICLE = "article", "条款号"
    VERSION = "version", "法律版本日"
    COGNITIVE_LEVEL = "cognitive_level", "认知层次"
    SCENE = "scene", "情景"
    AUDIENCE = "audience", "适用人群"
    WRITER = "writer", "命题人"
    SOURCE = "source", "题源"
    VALID_UNTIL = "valid_until", "有效期"
    SECRECY = "secrecy", "密级"
    #: Of the file's own: whether several options are right.
    MULTIPLE = "multiple", "是否多选"
    #: A text that the question is about; read before the stem.
    PASSAGE = "passage", "材料"
    #: Rows of the same group are one case: its head, and its sub-questions.
    GROUP = "group", "题组号"
    WEIGHT = "weight", "小题权重"
    MARKS = "marks", "分值"
    ORIGINAL_NUMBER = "original_number", "原题号"
    #: In our own exports; an imported item is a draft whatever it says.
    STATE = "state", "状态"


#: Kept with the item under these names, since it has no column for them.
KEPT = (Field.AUDIENCE, Field.WRITER, Field.SECRECY, Field.MARKS, Field.ORIGINAL_NUMBER)

_NAMES: Mapping[Field, str] = {
    Field.NUMBER: "题号 序号 编号 试题编号 no id",
    Field.ITEM_TYPE: "题型 试题类型 题目类型 题型名称 类型 type",
    Field.STEM: "题干 题目 试题 试题题干 题目内容 试题内容 题干内容 问题 question input",
    Field.OPTIONS: "选项 备选答案 备选项 选项内容 choices",
    Field.KEY: "正确答案 答案 标准答案 参考答案 正确选项 试题答案 answer output label",
    Field.RATIONALE: "解析 答案解析 试题解析 题目解析 解答 explanation",
    Field.DIFFICULTY: "难度 难易度 难易程度 试题难度",
    Field.TOPIC: "知识点 章节/知识点 章节 考点 知识点/章节 章节知识点",
    Field.LAW: "法律名称 法律 法规名称 法律法规 引用法律 所属法律 依据",
    Field.ARTICLE: "条款号 条款 条号 条文号 引用条款 法条 articles",
    Field.VERSION: "法律版本日 法律版本 版本日 版本日期 公布日期",
    Field.COGNITIVE_LEVEL: "认知层次 认知水平 能力层次 考查层次",
    Field.SCENE: "情景 情景类型 情景题",
    Field.AUDIENCE: "适用人群 适用对象",
    Field.WRITER: "命题人 出题人 作者",
    Field.SOURCE: "题源 来源 试题来源 出处",
    Field.VALID_UNTIL: "有效期 有效期至 有效期止 失效日期",
    Field.SECRECY: "密级",
    Field.MULTIPLE: "是否多选 multichoice",
    Field.PASSAGE: "材料 阅读材料 案例 案例材料",
    Field.GROUP: "题组号 题组 案例号 材料编号",
    Field.WEIGHT: "小题权重 权重",
    Field.MARKS: "分值 分数 score",
    Field.ORIGINAL_NUMBER: "原题号",
}


def bare(heading: str) -> str:
    """A heading without width, case, spaces, stars and what stands in brackets."""
    text = unicodedata.normalize("NFKC", heading).lower()
    return re.sub(r"\(.*?\)|[\s*:·_-]", "", text)


_FIELDS = {bare(name): each for each in Field for name in
           (*_NAMES.get(each, "").split(), each.value, each.label)}  # fmt: skip
_OPTION = re.compile(r"(?:备?选项?|答案|option|choice)?([a-j])(?:选?项)?|(?:备?选项)(10|[1-9])")


def field_named(heading: str) -> Field | None:
    return _FIELDS.get(bare(heading))


def option_named(heading: str) -> int | None:
    """The index of the option that a heading such as 选项A, A, A项 or 选项1 names."""
    match = _OPTION.fullmatch(bare(heading))
    if not match:
        return None
    return LETTERS.index(match[1].upper()) if match[1] else int(match[2]) - 1


@dataclass(frozen=True)
class RawRow:
    """One row of a file, its cells under the names of our columns, nothing judged yet."""

    #: As its reader counts: the row of the sheet, the record of the CSV, the line of the JSONL.
    number: int
    values: Mapping[Field, str]
    #: By index; an option column without text holds "".
    options: Sequence[str] = ()
    #: Cells of columns that we do not know, by their heading.
    extra: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    #: What the sheet's name or a heading between the rows says about the type.
    section: str = ""
    #: Why nothing could be read, if so.
    problem: str = ""
    #: Of formats that have types, options and keys of their own: the item as they have it.
    content: Content | None = None
    #: What could be read in more than one way; a person has to look before the row is taken.
    doubts: Sequence[str] = ()
    #: What its reader should know, though nothing is doubtful.
    notes: Sequence[str] = ()
    #: The citation was found in prose: where the register does not know it, it is only noted.
    soft: bool = False
    #: What its texts show, by address.
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    #: What another system knows the item by; "" for none.
    identifier: str = ""


@dataclass(frozen=True)
class Layout:
    """What each column of a table holds, by its index."""

    fields: Mapping[int, Field]
    options: Mapping[int, int]
    extra: Mapping[int, str]

    @property
    def is_items(self) -> bool:
        known = set(self.fields.values())
        return Field.STEM in known and bool(Field.KEY in known or self.options)

    def row(self, cells: Sequence[str], number: int, *, sheet: str, section: str) -> RawRow:
        values: dict[Field, str] = {}
        for index, each in self.fields.items():
            if index < len(cells) and cells[index]:
                values.setdefault(each, cells[index])
        options = [""] * (max(self.options.values(), default=-1) + 1)
        for index, place in self.options.items():
            options[place] = cells[index] if index < len(cells) else ""
        extra = {name: cells[index] for index, name in self.extra.items()
                 if index < len(cells) and cells[index]}  # fmt: skip
        return RawRow(number, values, options, extra, sheet, section)


def layout(headings: Sequence[str]) -> Layout:
    """What the columns under these headings hold; unknown headings are kept as extra."""
    fields: dict[int, Field] = {}
    options: dict[int, int] = {}
    extra: dict[int, str] = {}
    for index, heading in enumerate(headings):
        known, option = field_named(heading), option_named(heading)
        if known is not None:
            fields[index] = known
        elif option is not None and option not in options.values():
            options[index] = option
        elif heading.strip():
            extra[index] = heading.strip()
    return Layout(fields, options, extra)
