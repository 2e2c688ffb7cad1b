"""What a line such as 法律依据：《信访工作条例》第三十四条 cites. Pure."""

import re
from collections.abc import Mapping

from laws.numerals import NUMERAL
from question_bank.importing.columns import Field
from question_bank.importing.paragraphs.lines import half

_ARTICLE = rf"第\s*[{NUMERAL}]+\s*条(?:之[{NUMERAL}]+)?(?:第[{NUMERAL}(（]+[)）]?[款项])*"
_CITED = re.compile(
    rf"《([^《》]+)》\s*(?:[(（]\s*(\d{{4}}-\d\d-\d\d)\s*[)）])?\s*"
    rf"({_ARTICLE}(?:\s*[、，,和及与]\s*{_ARTICLE})*)?"
)
_BARE = re.compile(
    rf"^\s*([\u4e00-\u9fff]{{2,30}}(?:法|条例|规定|办法|规则|准则|章程|解释|宪法))\s*({_ARTICLE})"
)


def columns(text: str) -> tuple[Mapping[Field, str], str]:
    """The columns that the text stands for, and what it says besides; no columns for none."""
    found = [match for match in _CITED.finditer(text) if match[3]]
    if not found and (bare := _BARE.match(half(text))):
        rest = text[bare.end() :].strip(" ：:。；;")
        return {Field.LAW: bare[1], Field.ARTICLE: bare[2]}, rest
    if not found:
        found = [match for match in _CITED.finditer(text) if match[2]]
    if not found:
        return {}, text.strip()
    cited = {
        Field.LAW: "；".join(match[1].strip() for match in found),
        Field.ARTICLE: "；".join(
            re.sub(r"\s*[，,和及与]\s*(?=第)", "、", match[3] or "") for match in found
        ),
        Field.VERSION: "；".join(match[2] for match in found if match[2]),
    }
    if any(not match[3] for match in found):
        return {}, text.strip()
    if cited[Field.VERSION].count("；") != cited[Field.LAW].count("；"):
        cited[Field.VERSION] = ""
    rest = _CITED.sub("", text)
    return {name: value for name, value in cited.items() if value}, rest.strip(" 、，,；;。：:的\n")
