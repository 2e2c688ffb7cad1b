"""Which type of item a heading, a mark or the pieces of a block mean. Pure."""

import re

from question_bank.importing import answers
from question_bank.importing.columns import Field
from question_bank.importing.paragraphs.blocks import Block
from question_bank.importing.paragraphs.lines import half

SINGLE, MULTIPLE, JUDGED, FILLED, WORDED, CASE = (
    "single_choice", "multiple_choice", "true_false", "fill_blank", "short_answer",
    "case_analysis",
)  # fmt: skip
#: One or several right options: the key decides.
CHOICE = ""
_WORDS = (
    ("不定项", CHOICE), ("单选", SINGLE), ("单项选择", SINGLE), ("多选", MULTIPLE),
    ("多项选择", MULTIPLE), ("判断", JUDGED), ("是非", JUDGED), ("填空", FILLED),
    ("名词解释", WORDED), ("简答", WORDED), ("简述", WORDED), ("论述", WORDED), ("问答", WORDED),
    ("案例", CASE), ("案情", CASE), ("材料", CASE), ("综合分析", CASE), ("匹配", "matching"),
    ("连线", "matching"), ("配伍", "matching"), ("排序", "ordering"), ("选择", CHOICE),
)  # fmt: skip
_MARK = re.compile(
    r"\s*[【\[(]\s*((?:单项?|多项?|不定项)选择?题?|单选|多选|判断题?|是非题?|填空题?|简答题?|"
    r"论述题?|案例(?:分析)?题?)\s*[】\])]\s*[、.:]?\s*"
)
_AT_END = re.compile(
    r"[(【\[]\s*(单选|多选|判断|不定项|多项选择|单项选择)(?:题)?\s*[)】\]]\s*[:。]?\s*$"
)
BLANK = re.compile(r"_{2,}|[(（][ \u3000]*[)）]")


def item_type_word(word: str) -> str | None:
    """The value of the type that a word means, "" for a choice of either kind; None for none."""
    return next((kind for name, kind in _WORDS if name in word), None)


def marked(block: Block) -> str | None:
    """The type that the stem names in brackets; the mark at its start is taken out."""
    if not block.stem:
        return None
    match = _MARK.match(half(block.stem[0]))
    if match:
        block.stem[0] = block.stem[0][match.end() :]
        return item_type_word(match[1])
    match = _AT_END.search(half(block.stem[-1]))
    return item_type_word(match[1]) if match else None


def kind_of(block: Block) -> str:
    """The type of a block without parts; what is inferred from little is doubted."""
    named = marked(block)
    written = item_type_word(block.text(Field.ITEM_TYPE)) if block.text(Field.ITEM_TYPE) else None
    kind = next((each for each in (written, named, item_type_word(block.section.word))
                 if each is not None), None)  # fmt: skip
    if kind is None or kind == CASE:
        return _inferred(block)
    if len(block.options) > 2 and kind in {JUDGED, FILLED, WORDED}:
        block.doubts.append("大题名称与试题不符：这一题有选项，按选择题读入，请核对")
        return CHOICE
    return kind


def _inferred(block: Block) -> str:
    if block.options:
        return CHOICE
    stem, key = "\n".join(block.stem), block.text(Field.KEY)
    if not key or answers.truth(_head(key)) is not None:
        return JUDGED
    if BLANK.search(stem) and len(key) < 100:
        return FILLED
    if not block.section.worded:
        block.doubts.append("没有写明题型，按简答题读入，请核对")
    return WORDED


def _head(key: str) -> str:
    return re.split(r"[。，,;；:：\s]", key.strip(), maxsplit=1)[0]
