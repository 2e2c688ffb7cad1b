"""GIFT, the text format of Moodle. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from question_bank.importing import contents, markup
from question_bank.importing.columns import RawRow
from question_bank.importing.contents import BLANK, Found, Unfit
from question_bank.importing.paragraphs.taking import points

_TAGS = re.compile(r"\[(?:tag|标签):((?:\\\]|[^\]])*)\]")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown|[a-z_]{2,12})\]")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,6})?)%")
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
#: Escaped signs stand aside in these while the text is divided.
_ASIDE = {sign: chr(0xE000 + n) for n, sign in enumerate("~=#{}:\\n")}
_BACK = {aside: "\n" if sign == "n" else sign for sign, aside in _ASIDE.items()}


def looks_like(text: str) -> bool:
    return bool(
        re.search(r"^\s*(::|\$CATEGORY:)", text, re.MULTILINE)
        or re.search(r"\{\s*(?:[=~#]|T(?:RUE)?\s*[#}]|F(?:ALSE)?\s*[#}]|\})", text)
    )


@dataclass(frozen=True)
class _Answer:
    sign: str
    text: str
    weight: float | None
    feedback: str
    lost: Sequence[str]


def read(text: str) -> Iterator[RawRow]:
    """The questions of a file, each with the line that it begins on."""
    topic = ""
    for start, lines, tags in _pieces(text):
        joined = "\n".join(lines)
        if match := re.match(r"\s*\$CATEGORY:\s*(.+)", joined):
            topic = topic_of(match[1])
            joined = joined[match.end() :].strip()
        if joined.strip():
            found = Found(start, topic=topic, tags=tags)
            try:
                _read(joined, found)
            except Unfit as error:
                found.problem = str(error)
            yield found.row()


def topic_of(category: str) -> str:
    """What a path such as $course$/top/甲/乙 says the questions below it are about."""
    parts = [part.strip().replace("\0", "/") for part in category.replace("//", "\0").split("/")]
    kept = [part for part in parts if part and not re.fullmatch(r"\$\w+\$|top", part)]
    return "/".join(kept)[:100]


def _pieces(text: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Line, lines and tags of each question; comments apart."""
    lines: list[str] = []
    tags: list[str] = []
    start = 0
    for number, line in enumerate(
        [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""], 1
    ):
        if line.lstrip().startswith("//"):
            tags += [tag.replace("\\]", "]") for tag in _TAGS.findall(line)]
        elif line.strip():
            start = start or number
            lines.append(line)
            if line.lstrip().startswith("$CATEGORY:"):
                yield start, lines, []
                lines, start = [], 0
        elif lines:
            yield start, lines, tags
            lines, tags, start = [], [], 0


def _read(written: str, found: Found) -> None:
    text = _ESCAPED.sub(lambda match: _ASIDE[match[1]], written).strip()
    if match := re.match(r"::(.*?)::", text, re.DOTALL):
        name = _back(match[1])
        text = text[match.end() :].strip()
        if not re.fullmatch(r"试题 \d+", name):
            found.extra = {"名称": name}
    html = bool(re.match(r"\s*\[html\]", text))
    if match := _FORMAT.match(text):
        text = text[match.end() :]
    opened, closed = text.find("{"), text.rfind("}")
    found.stem = _words(text, html, found)[:200]
    if opened < 0 and closed < 0:
        raise Unfit("只有说明文字，没有大括号里的答案；不是试题的请删去")
    if opened < 0 or closed < opened or text.count("{") > 1:
        raise Unfit("大括号不成对；请检查 { 和 }，正文中的大括号写成 \\{ 和 \\}")
    before, after = text[:opened].rstrip(), text[closed + 1 :].strip()
    after = (
        "" if re.fullmatch(r"[\"';.。\s]*", after) and not re.fullmatch(r"[.。]", after) else after
    )
    inside, _, general = text[opened + 1 : closed].partition("####")
    found.rationale = _words(general, html, found) if general.strip() else ""
    found.stem = _words(before, html, found)
    rest = _words(after, html, found) if after else ""
    _answer(inside.strip(), found, html, rest)


def _with(stem: str, gap: str, rest: str) -> str:
    """The stem with a gap where the answers stood, if anything follows it."""
    return f"{stem}{gap}{rest}" if rest else stem


def _answer(inside: str, found: Found, html: bool, rest: str) -> None:
    stem = _with(found.stem, "（　）", rest)
    if not inside:
        if not found.rationale:
            raise Unfit("问答题没有参考答案；请在大括号里写 ####参考答案，或者改为其他题型")
        reference, _, rationale = found.rationale.partition("####")
        found.content = contents.worded(found.stem, points(reference.strip()))
        found.rationale = rationale.strip()
        found.notes.append("问答题的参考答案取自总反馈")
        return
    if inside.startswith("#"):
        _numerical(inside[1:].strip(), found, rest)
        return
    head, _, feedback = inside.partition("#")
    if head.strip().upper() in _TRUTH:
        _feedback(
            found, [_words(each, html, found) for each in feedback.split("#") if each.strip()]
        )
        found.content = contents.true_false(stem, true=_TRUTH[head.strip().upper()])
        return
    listed = _answers(inside, html)
    if not listed:
        raise Unfit("看不懂大括号里的答案；每个答案前写 =（正确）或 ~（错误）")
    _lost(found, [each for answer in listed for each in answer.lost])
    if all(each.sign == "=" and "->" in each.text for each in listed):
        _matching(listed, found, stem)
    elif any(each.sign == "~" for each in listed):
        _choice(listed, found, stem)
    else:
        _short(listed, found, rest)


def _answers(inside: str, html: bool) -> list[_Answer]:
    found = []
    for match in re.finditer(r"([=~])([^=~]*)", inside):
        text, _, feedback = match[2].partition("#")
        weight = _WEIGHT.match(text.strip())
        text = text.strip()[weight.end() :] if weight else text
        of_format = _FORMAT.match(text)
        is_html = of_format[1] == "html" if of_format else html
        words = _plain(text[of_format.end() :] if of_format else text, is_html)
        say = _plain(_FORMAT.sub("", feedback, count=1), html or "[html]" in feedback)
        found.append(_Answer(match[1], words.text, float(weight[1]) if weight else None,
                             say.text, words.lost))  # fmt: skip
    return found


def _choice(listed: Sequence[_Answer], found: Found, stem: str) -> None:
    options = [each.text for each in listed]
    single = any(each.sign == "=" for each in listed)
    weights = [each.weight if each.weight is not None else 100.0 if each.sign == "=" else 0.0
               for each in listed]  # fmt: skip
    key, notes = contents.shares(weights, options, single=single)
    found.notes += notes
    _feedback(
        found, [f"{chr(65 + n)}：{each.feedback}" for n, each in enumerate(listed) if each.feedback]
    )
    found.content = contents.choice(stem, options, key, several=not single)


def _matching(listed: Sequence[_Answer], found: Found, stem: str) -> None:
    pairs = [tuple(part.strip() for part in each.text.split("->", 1)) for each in listed]
    real = [(left, right) for left, right in pairs if left]
    found.content = contents.matching(stem, real, [right for left, right in pairs if not left])


def _short(listed: Sequence[_Answer], found: Found, rest: str) -> None:
    full = [each.text for each in listed if each.weight is None or each.weight >= 99.9]
    partly = [each.text for each in listed if each.text not in full and (each.weight or 0) > 0]
    if not full:
        raise Unfit("没有得满分的答案；请把一个答案写成 =答案")
    if partly:
        found.notes.append(f"答案“{'、'.join(partly)[:40]}”原可得部分分，导入后不算对")
    _stars(full, found)
    _feedback(found, [f"{each.text}：{each.feedback}" for each in listed if each.feedback])
    found.content = contents.fill(_with(found.stem, BLANK, rest), [full])


def _stars(texts: Sequence[str], found: Found) -> None:
    if any("*" in each for each in texts):
        found.doubts.append("答案里的 * 原是通配符，导入后照字面比对，请核对")


def _numerical(inside: str, found: Found, rest: str) -> None:
    match = re.fullmatch(
        r"=?\s*(-?\d+(?:\.\d+)?)\s*(?::\s*0+(?:\.0+)?)?\s*(?:#.*)?", inside, re.DOTALL
    )
    if not match:
        raise Unfit("数值题的误差范围本系统没有；请改为填空题（写 =答案）或选择题")
    found.notes.append("数值题按填空题读入，答案照字面比对")
    found.content = contents.fill(_with(found.stem, BLANK, rest), [[match[1]]])


def _feedback(found: Found, lines: Sequence[str]) -> None:
    found.rationale = "\n".join(filter(None, (found.rationale, *lines)))


def _lost(found: Found, kinds: Sequence[str]) -> None:
    if kinds:
        found.doubts.append(f"含{'、'.join(dict.fromkeys(kinds))}，只导入文字，请核对题意是否完整")


def _plain(text: str, html: bool) -> markup.Plain:
    words = _back(re.sub(r"[ \t]*\n\s*", "\n", text))
    return markup.plain(words) if html else markup.Plain(words)


def _words(text: str, html: bool, found: Found) -> str:
    shown = _plain(text, html)
    if shown.lost and not found.doubts:
        _lost(found, shown.lost)
    return shown.text


def _back(text: str) -> str:
    return "".join(_BACK.get(char, char) for char in text).strip()
