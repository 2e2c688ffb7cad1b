"""One QTI assessment item as our item. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from lxml import etree

from core import xml
from question_bank.importing import contents
from question_bank.importing.contents import BLANK, Found, Unfit
from question_bank.importing.paragraphs.taking import points
from question_bank.importing.qti import body, names, rich
from question_bank.importing.qti.body import GAP, INLINE, Asked
from question_bank.importing.qti.declarations import Item
from question_bank.item_types import ItemType
from question_bank.types import Content

_UNKNOWN = {
    "hotspotInteraction": "热区题", "selectPointInteraction": "标点题",
    "uploadInteraction": "上传题", "gapMatchInteraction": "拖词填空题",
    "inlineChoiceInteraction": "选词填空题",
    "associateInteraction": "关联题", "sliderInteraction": "滑块题", "drawingInteraction": "绘图题",
    "graphicOrderInteraction": "图上排序题", "graphicGapMatchInteraction": "拖图题",
    "graphicAssociateInteraction": "图上关联题", "positionObjectInteraction": "放置题",
    "customInteraction": "自定义题", "portableCustomInteraction": "自定义题",
    "hottextInteraction": "标词题", "endAttemptInteraction": "按钮题",
    "mediaInteraction": "音视频题",
}  # fmt: skip
_NO_FILES: Mapping[str, bytes] = MappingProxyType({})
#: Identifiers of a statement's two options.
_TRUTH = {"true": True, "false": False}


#: Wording that stands in another file.
_ELSEWHERE = ("assessmentStimulusRef", "include")


def read(root: etree._Element, found: Found, files: Mapping[str, bytes] = _NO_FILES) -> None:
    """Fill in what the item says; ``found.problem`` says why it cannot be taken.

    ``files`` are the pictures of its package, by their names.
    """
    rich.settle(root, found, files)
    title = names.attribute(root, "title")
    if title and not re.fullmatch(r"试题 \d+", title):
        found.extra = {"名称": title}
    found.number = found.number or xml.line(root)
    found.identifier = names.attribute(root, "identifier")
    found.called = f"题目“{found.identifier[:40]}”" + (f"（{title[:40]}）" if title else "")
    if names.attribute(root, "adaptive") == "true":
        found.doubts.append("原为自适应题（可多次作答），只导入题面和正确答案，请核对")
    if any(names.first(root, each) is not None for each in _ELSEWHERE):
        found.doubts.append("引用了另外的材料（stimulus 等），没有读入，请核对题意是否完整")
    try:
        found.content = _content(Item(root), found)
    except Unfit as error:
        found.problem = str(error)
    found.rationale = _rationale(root)


def _rationale(root: etree._Element) -> str:
    said = [body.words(each) for each in root if names.name(each) == "modalFeedback"]
    return "\n".join(dict.fromkeys(each for each in said if each))


def _content(item: Item, found: Found) -> Content:
    shown = names.first(item.root, "itemBody")
    if shown is None:
        raise Unfit("缺少题目正文（itemBody）；请检查题目文件是否完整")
    read_body = body.read(shown)
    found.stem = read_body.text.replace(GAP, BLANK)
    if read_body.lost:
        lost = "、".join(dict.fromkeys(read_body.lost))
        found.doubts.append(f"含{lost}，只导入文字，请核对题意是否完整")
    asked = read_body.asked
    if not asked:
        raise Unfit("正文里没有作答的地方（interaction）；不是试题的请从包里删去")
    if all(each.kind == "textEntryInteraction" for each in asked):
        return _fill(item, found, asked, found.stem)
    inline = next((each.kind for each in asked if each.kind in INLINE), None)
    if len(asked) == 1 and not inline:
        prompt = body.words(names.first(asked[0].element, "prompt"))
        # Some exporters write the question above the interaction and into it.
        said = dict.fromkeys((asked[0].before, prompt, read_body.after))
        stem = "\n".join(filter(None, said))
        found.stem = stem
        return _one(item, asked[0], stem, found)
    if inline == "inlineChoiceInteraction":
        raise Unfit(_unknown(inline))
    return _case(item, shown, found)


def _unknown(kind: str) -> str:
    return (f"本系统没有{_UNKNOWN.get(kind, '')}（{kind}）这种题型；"
            "请在原系统中改为选择、判断、填空、匹配、排序或问答题")  # fmt: skip


def _one(item: Item, asked: Asked, stem: str, found: Found) -> Content:
    reader = _READERS.get(asked.kind)
    if reader is None:
        raise Unfit(_unknown(asked.kind))
    item.check(asked.element, asked.kind)
    return reader(item, asked.element, stem, found)


def _labelled(elements: Sequence[etree._Element], found: Found) -> tuple[list[str], list[str]]:
    """Identifiers and words of choices. Raises Unfit for one identifier twice."""
    lost: list[str] = []
    ids = [names.attribute(each, "identifier") for each in elements]
    if len(set(ids)) < len(ids) or "" in ids:
        raise Unfit("选项的 identifier 缺少或重复；请检查题目文件")
    worded = [body.words(each, lost) for each in elements]
    if lost:
        found.doubts.append(f"选项含{'、'.join(lost)}，只导入文字，请核对")
    return ids, worded


def _places(values: Sequence[str], ids: Sequence[str]) -> list[int]:
    missing = [each for each in values if each not in ids]
    if missing:
        raise Unfit(f"正确答案“{'、'.join(missing)[:40]}”不在选项之中；"
                    "请检查 correctResponse 或 mapping")  # fmt: skip
    return [ids.index(each) for each in values]


def _choice(item: Item, element: etree._Element, stem: str, found: Found) -> Content:
    ids, worded = _labelled(names.every(element, "simpleChoice"), found)
    key = sorted(set(_places(item.correct(element), ids)))
    several = item.several(element)
    if not several and len(key) > 1:
        raise Unfit("单选（cardinality=single）却有几个正确答案；请检查 correctResponse 或 mapping")
    if {each.lower() for each in ids} == set(_TRUTH) and len(key) == 1 and not several:
        return contents.true_false(stem, true=_TRUTH[ids[key[0]].lower()])
    weights = {value for _, value in item.mapped(element) if value > 0}
    if len(weights) > 1 or any(value < 0 for _, value in item.mapped(element)):
        found.notes.append("选项原有各自的分值，导入后按本系统的规则计分")
    return contents.choice(stem, worded, key, several=several)


def _order(item: Item, element: etree._Element, stem: str, found: Found) -> Content:
    ids, worded = _labelled(names.every(element, "simpleChoice"), found)
    return contents.ordering(stem, worded, _places(item.correct(element), ids))


def _match(item: Item, element: etree._Element, stem: str, found: Found) -> Content:
    sets = names.children(element, "simpleMatchSet")
    if len(sets) != 2:
        raise Unfit(f"匹配题应有两组项（simpleMatchSet），现有 {len(sets)} 组；请检查题目文件")
    lefts, left = _labelled(names.every(sets[0], "simpleAssociableChoice"), found)
    rights, right = _labelled(names.every(sets[1], "simpleAssociableChoice"), found)
    chosen: dict[int, int] = {}
    for pair in item.correct(element):
        ends = pair.split()
        if len(ends) != 2:
            raise Unfit(f"匹配题的答案“{pair[:40]}”不是一对 identifier；请检查 correctResponse")
        at = _places(ends[:1], lefts)[0]
        if at in chosen:
            raise Unfit(f"左项“{left[at][:20]}”有两个答案，本系统每个左项只配一个；请改正")
        chosen[at] = _places(ends[1:], rights)[0]
    if len(chosen) != len(left):
        raise Unfit("有的左项没有答案；请检查 correctResponse")
    key = {"left": left, "pairs": [chosen[n] for n in range(len(left))]}
    return Content(ItemType.MATCHING, stem, right, key)


def _extended(item: Item, element: etree._Element, stem: str, found: Found) -> Content:
    reference = _scoring(item.root, names.attribute(element, "responseIdentifier"))
    if not reference:
        reference = "\n".join(item.correct(element))
    if not reference:
        raise Unfit(
            "问答题没有参考答案；请在 rubricBlock（view=scorer）或 correctResponse 中写明后重新导出"
        )
    return contents.worded(stem, points(reference))


def _scoring(root: etree._Element, wanted: str) -> str:
    """What scorers are told about a response, or about the whole item."""
    found = []
    for each in names.every(root, "rubricBlock"):
        own = names.attribute(each, "use")
        if "scorer" in names.attribute(each, "view") and own in {
            "",
            "scoring",
            f"scoring-{wanted}",
            wanted,
        }:
            found.append(body.words(each))
    return "\n".join(each for each in found if each)


def _fill(item: Item, found: Found, asked: Sequence[Asked], stem: str) -> Content:
    blanks = []
    for number, each in enumerate(asked, 1):
        item.check(each.element, each.kind)
        mapped = item.mapped(each.element)
        best = max((value for _, value in mapped), default=0.0)
        full = [key for key, value in mapped if value == best and value > 0]
        accepted = list(dict.fromkeys([*item.correct(each.element), *full]))
        if any(0 < value < best for _, value in mapped):
            found.notes.append(f"第 {number} 空原有部分分，导入后只有全对的答案算对")
            accepted = list(dict.fromkeys(full or accepted))
        if not [each for each in accepted if each]:
            raise Unfit(f"第 {number} 空没有答案；请检查 correctResponse")
        blanks.append([each for each in accepted if each])
    return contents.fill(stem, blanks)


def _case(item: Item, shown: etree._Element, found: Found) -> Content:
    """Several interactions: what comes before the first is the passage, each makes a part."""
    passage, parts = "", []
    for number, (before, asked) in enumerate(_groups(shown), 1):
        kinds = {each.kind for each in asked}
        stem = before
        if number == 1 and "\n" in before:
            passage, _, stem = before.rpartition("\n")
        try:
            if kinds == {"textEntryInteraction"}:
                content = _fill(item, found, asked, stem)
            else:
                prompt = body.words(names.first(asked[0].element, "prompt"))
                if number == 1 and prompt:
                    passage, stem = before, ""
                stem = "\n".join(filter(None, (stem, prompt)))
                content = _one(item, asked[0], stem, found)
        except Unfit as error:
            raise Unfit(f"第 {number} 小题：{error}") from None
        parts.append(_part(content))
    found.stem = passage
    return Content(ItemType.CASE_ANALYSIS, passage, (), {}, parts)


def _groups(shown: etree._Element) -> list[tuple[str, list[Asked]]]:
    """Words and interactions of each part; blanks within one block of words belong together."""
    found: list[tuple[str, list[Asked]]] = []
    for top in _blocks(shown):
        inside = body.read(top)
        inline = [each for each in inside.asked if each.kind in INLINE]
        if inline and len(inline) == len(inside.asked):
            found.append((inside.text.replace(GAP, BLANK), inline))
            continue
        found += [(each.before, [each]) for each in inside.asked]
        if inside.after:
            found.append((inside.after, []))
    joined: list[tuple[str, list[Asked]]] = []
    before = ""
    for text, asked in found:
        before = "\n".join(filter(None, (before, text)))
        if asked:
            joined.append((before, asked))
            before = ""
    return joined


def _blocks(shown: etree._Element) -> list[etree._Element]:
    """The blocks of the body; those of a lone division that wraps them all."""
    blocks = [each for each in shown if names.name(each)]
    if len(blocks) == 1 and names.name(blocks[0]) == "div":
        return _blocks(blocks[0])
    return blocks


def _part(content: Content) -> dict[str, Any]:
    return {
        "item_type": content.item_type.value,
        "stem": content.stem,
        "options": list(content.options),
        "key": content.key,
        "weight": 1,
        "rationale": "",
    }


_READERS: Mapping[str, Callable[[Item, etree._Element, str, Found], Content]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "extendedTextInteraction": _extended,
}
