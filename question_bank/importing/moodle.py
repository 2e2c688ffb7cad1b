"""Moodle XML. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from urllib.parse import unquote

from lxml import etree

from core import xml
from core.files import Unreadable
from question_bank.importing import album, answers, cloze, contents, markup
from question_bank.importing.album import Album
from question_bank.importing.columns import RawRow
from question_bank.importing.contents import Found, Unfit
from question_bank.importing.gift import topic_of
from question_bank.importing.paragraphs.taking import points
from question_bank.types import Content

#: The percentages that Moodle itself takes for an answer, without their signs.
_GRADES = (
    100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571,
    12.5, 11.11111, 10, 5, 0,
)  # fmt: skip
_NAMES = {
    "calculated": "计算题", "calculatedmulti": "计算题", "calculatedsimple": "计算题",
    "ddwtos": "拖放题", "ddimageortext": "拖图题", "ddmarker": "标注题", "gapselect": "选词填空",
    "randomsamatch": "随机匹配", "random": "随机题", "stack": "数学题", "coderunner": "编程题",
    "ddmatch": "拖放匹配题", "gapfill": "填空（Gapfill）题", "wordselect": "选词题",
    "formulas": "公式题", "recordrtc": "录音题", "kprime": "Kprime 题", "mtf": "多项判断题",
    "multichoiceset": "全对才得分的多选题", "pmatch": "模式匹配题", "missingtype": "已卸载的题型",
}  # fmt: skip


def looks_like(root: etree._Element) -> bool:
    return xml.local(root) == "quiz"


def read(root: etree._Element) -> Iterator[RawRow]:
    """The questions of a file, each with the line that it begins on. Raises Unreadable."""
    if not looks_like(root):
        raise Unreadable(f"不是 Moodle XML：最外层应是 <quiz>，读到 <{xml.local(root)}>")
    topic, count, pictures = "", 0, Album()
    for question in root:
        if xml.local(question) != "question":
            continue
        kind = (question.get("type") or "").strip().lower()
        if kind == "category":
            topic = topic_of(_text(question, "category"))
        else:
            count += 1
            yield _question(question, kind, topic, count, pictures)
    if not count:
        raise Unreadable("Moodle XML 里没有试题（question）；请在原系统中选好题目类别后重新导出")


def _question(
    question: etree._Element, kind: str, topic: str, count: int, pictures: Album
) -> RawRow:
    found = Found(xml.line(question), topic=topic, album=pictures)
    found.tags = [text for tag in question.iterfind("tags/tag")
                  if (text := (tag.findtext("text") or "").strip())]  # fmt: skip
    found.stem = _rich(question.find("questiontext"), found)
    found.rationale = _rich(question.find("generalfeedback"), found)
    name = _text(question, "name")
    if name and not re.fullmatch(r"试题 \d+", name):
        found.extra = {"名称": name}
    if idnumber := (question.findtext("idnumber") or "").strip():
        found.extra = {**found.extra, "编号": idnumber}
    found.called = f"第 {count} 题" + (f"“{name[:40]}”" if name else "")
    if (question.findtext("hidden") or "0").strip() not in {"", "0"}:
        found.doubts.append("原系统中是隐藏（已删去或停用）的题，请核对是否还要用")
    shown = unquote(_text(question, "questiontext"))
    files = [name for each in question.iterfind("questiontext/file")
             if f"{_FILE}/{(name := each.get('name', ''))}" not in shown]  # fmt: skip
    if files and not found.doubts:
        found.doubts.append(f"有附件 {'、'.join(files)[:60]} 未导入，请核对题意是否完整")
    read_one = _READERS.get(kind)
    try:
        if read_one is None:
            raise Unfit(_unknown(kind))
        found.content = read_one(question, found)
    except Unfit as error:
        found.problem = str(error)
    return found.row()


def _unknown(kind: str) -> str:
    if kind == "description":
        return "只有说明文字，不是试题；不需要导入"
    name = f"{_NAMES[kind]}（{kind}）" if kind in _NAMES else f"“{kind or '未写类型'}”"
    return f"本系统没有{name}这种题型；请在原系统中改为选择、判断、填空、匹配、排序或问答题"


def _text(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"{name}/text") or "").strip()


def _rich(element: etree._Element | None, found: Found | None = None) -> str:
    """The words of an element that says in which format its text is."""
    if element is None:
        return ""
    text = element.findtext("text")
    text = (element.text or "") if text is None else text
    format_ = element.get("format") or "moodle_auto_format"
    if format_ == "plain_text" or not markup.looks_like(text):
        return "\n".join(line.strip() for line in text.strip().splitlines())
    shown = markup.plain(text, _shown(element, found) if found else None)
    if shown.lost and found is not None:
        lost = f"含{'、'.join(shown.lost)}，只导入文字，请核对题意是否完整"
        if lost not in found.doubts:
            found.doubts.append(lost)
    return shown.text


#: How a text names the files that stand beside it.
_FILE = "@@PLUGINFILE@@"


def _shown(element: etree._Element, found: Found) -> markup.Shown:
    """What finds the pictures of a text: among the files beside it, and in the text itself."""

    def picture(source: str, alt: str) -> str:
        if source.lower().startswith("data:"):
            return found.picture(album.of_data_address(source), alt=alt, name="")
        if not source.startswith(f"{_FILE}/"):
            return ""
        name = unquote(source[len(_FILE) + 1 :]).partition("?")[0]
        files = {f"{each.get('path', '/')}{each.get('name', '')}": each
                 for each in element.iterfind("file")}  # fmt: skip
        file = files.get(f"/{name}")
        data = None if file is None else album.decoded(file.text or "")
        return found.picture(data, alt=alt, name=name)

    return picture


def _answers(question: etree._Element, found: Found) -> list[tuple[str, float]]:
    """Wording and percentage of each answer. Raises Unfit."""
    listed = []
    for number, answer in enumerate(question.iterfind("answer"), 1):
        written = (answer.get("fraction") or "0").strip()
        try:
            weight = float(written)
        except ValueError:
            weight = float("nan")
        if not -100 <= weight <= 100:
            raise Unfit(f"第 {number} 个答案的分值“{written[:20]}”不是 -100 至 100 的数；请改正")
        if not any(abs(abs(weight) - grade) < 0.006 for grade in _GRADES):
            near = min(_GRADES, key=lambda grade: abs(abs(weight) - grade))
            raise Unfit(f"第 {number} 个答案的分值 {written}% 不是 Moodle 的分值，应为 {near:g}；"
                        "请在原系统中改正后重新导出")  # fmt: skip
        listed.append((_rich(answer, found), weight))
    if not listed:
        raise Unfit("没有答案（answer）；请在原系统中补上后重新导出")
    if empty := [str(n) for n, (text, weight) in enumerate(listed, 1) if weight > 0 and not text]:
        raise Unfit(
            f"第 {'、'.join(empty)} 个答案（answer）是对的却没有文字，可能只有图片；"
            "请在原系统中改为文字后重新导出"
        )
    return listed


def _feedbacks(question: etree._Element, found: Found, names: Sequence[str]) -> None:
    lines = [_rich(each.find("feedback"), None) for each in question.iterfind("answer")]
    said = [f"{name}：{line}" for name, line in zip(names, lines, strict=False) if line]
    found.rationale = "\n".join(filter(None, (found.rationale, *said)))


def _choice(question: etree._Element, found: Found) -> Content:
    listed = _answers(question, found)
    single = (question.findtext("single") or "true").strip().lower() in {"true", "1"}
    options = [text for text, _ in listed]
    key, notes = contents.shares([weight for _, weight in listed], options, single=single)
    found.notes += notes
    _feedbacks(question, found, [chr(65 + n) for n in range(len(options))])
    return contents.choice(found.stem, options, key, several=not single)


def _true_false(question: etree._Element, found: Found) -> Content:
    right = [answers.truth(text) for text, weight in _answers(question, found) if weight == 100]
    if len(right) != 1 or right[0] is None:
        raise Unfit("判断题应有一个 100% 的答案 true 或 false；请在原系统中改正后重新导出")
    _feedbacks(question, found, ["正确", "错误"])
    return contents.true_false(found.stem, true=right[0])


def _short(question: etree._Element, found: Found) -> Content:
    listed = _answers(question, found)
    full = [text for text, weight in listed if weight >= 99.9]
    partly = [text for text, weight in listed if 0 < weight < 99.9]
    if not full:
        raise Unfit("没有得满分的答案；请在原系统中改正后重新导出")
    if partly:
        found.notes.append(f"答案“{'、'.join(partly)[:40]}”原可得部分分，导入后不算对")
    if any("*" in each for each in full):
        found.doubts.append("答案里的 * 原是通配符，导入后照字面比对，请核对")
    _feedbacks(question, found, [text for text, _ in listed])
    return contents.fill(found.stem, [full])


def _numerical(question: etree._Element, found: Found) -> Content:
    full = [text for text, weight in _answers(question, found) if weight >= 99.9]
    wide = [(each.findtext("tolerance") or "").strip() for each in question.iterfind("answer")]
    if over := [each for each in wide if each.strip("0.,")]:
        raise Unfit(f"数值题的误差范围（tolerance {over[0][:20]}）本系统没有；请改为填空题或选择题")
    if units := [each for each in question.iterfind("units/unit") if _said(each, "unit_name")]:
        named = _said(units[0], "unit_name")
        raise Unfit(f"数值题的单位（{named[:20]}）本系统没有；请改为填空题，单位写在题干里")
    if not full:
        raise Unfit("没有得满分的答案；请在原系统中改正后重新导出")
    found.notes.append("数值题按填空题读入，答案照字面比对")
    return contents.fill(found.stem, [full])


def _matching(question: etree._Element, found: Found) -> Content:
    pairs, others = [], []
    for each in question.iterfind("subquestion"):
        left, right = _rich(each, found), _rich(each.find("answer"), found)
        if left:
            pairs.append((left, right))
        elif right:
            others.append(right)
    if bare := [left for left, right in pairs if not right]:
        raise Unfit(f"匹配题的左项“{bare[0][:20]}”没有答案（answer）；请在原系统中补上后重新导出")
    if not pairs:
        raise Unfit("匹配题没有左项（subquestion）；请在原系统中补上后重新导出")
    return contents.matching(found.stem, pairs, others)


def _ordering(question: etree._Element, found: Found) -> Content:
    listed = list(question.iterfind("answer"))
    places = [_place(each.get("fraction") or "") for each in listed]
    order = [each for each in places if each is not None]
    if len(set(order)) == len(listed):
        listed = [listed[n] for n in sorted(range(len(listed)), key=order.__getitem__)]
    options = [_rich(each, found) for each in listed]
    return contents.ordering(found.stem, options, list(range(len(options))))


def _place(written: str) -> float | None:
    """The place of an answer in its order, which its fraction says; None for none."""
    return float(written) if re.fullmatch(r"\d{1,4}(?:\.\d{1,9})?", written.strip()) else None


def _said(parent: etree._Element, name: str) -> str:
    return (parent.findtext(name) or "").strip()


def _essay(question: etree._Element, found: Found) -> Content:
    reference = _rich(question.find("graderinfo"))
    if not reference:
        raise Unfit("问答题没有参考答案（graderinfo）；请在原系统的“评分者信息”中填写后重新导出")
    return contents.worded(found.stem, points(reference))


def _cloze(question: etree._Element, found: Found) -> Content:
    asked = question.find("questiontext")
    written = "" if asked is None else asked.findtext("text") or ""
    # Character references belong to the answers: they are read before the markup is undone.
    stem, blanks, notes = cloze.read(written)
    if (copy := deepcopy(asked)) is not None and (text := copy.find("text")) is not None:
        text.text = stem
        stem = _rich(copy, found)
    found.notes += notes
    return contents.fill(stem, blanks)


_READERS: Mapping[str, Callable[[etree._Element, Found], Content]] = {
    "multichoice": _choice,
    "multichoiceset": _choice,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": _cloze,
    "multianswer": _cloze,
}
