"""What is written as an answer, taken apart. Pure."""

import re
from typing import Any

from question_bank.importing import answers
from question_bank.importing.columns import Field
from question_bank.importing.paragraphs import rubric
from question_bank.importing.paragraphs.blocks import Block
from question_bank.importing.paragraphs.kinds import BLANK, JUDGED
from question_bank.importing.paragraphs.lines import half
from question_bank.importing.paragraphs.survey import BRACKETED

_LETTERS = re.compile(
    r"[(【\[]?\s*([A-Ja-j](?:[\s、,，.;]{0,2}[A-Ja-j](?![a-z]))*)(?![A-Za-z])\s*[)】\]]?\s*[。.;；,，:、]?\s*"
)
_TRUTH = re.compile(
    r"[(【\[]?\s*(正确|错误|不正确|不对|对|错|是|否|√|×|✓|✔|✗|✘|[TFXx])(?:的)?\s*[)】\]]?"
    r"(?:[。.;；,，:]\s*|\s+|$|(?=[(（【]))"
)
_NUMBERED = re.compile(
    r"[(（]\s*(\d{1,2})\s*[)）]\s*|(?:^|(?<=[\s;；。，,、]))(\d{1,2})\s*[.、．](?!\d)\s*|([①-⑳])\s*"
)
_WEIGHT = re.compile(
    r"[(（\[【]?\s*(?:得|计|每[空点])?\s*(\d{1,3}(?:\.\d)?)\s*分\s*[)）\]】]?\s*[。;；]?\s*$"
)
_EMPTY = re.compile(r"\s*[(（][ \u3000]*[)）]\s*([。.]?)\s*$")
_ANY_ORDER = re.compile(r"\s*[(（](?:次序|顺序)(?:不限|可以?颠倒|可互换)[)）]\s*$")
_PAREN = re.compile(r"[(（]\s*([^()（）]{1,40}?)\s*[)）]")
_SEPARATORS = (r"\s*[;；\n]\s*", r"\s*、\s*", r"\s*[,，]\s*", r"\s*[/|]\s*", r"\s+")


def choice_key(block: Block) -> None:
    """Leave the letters alone in the key, and what explains them with the rationale.

    A key in the stem's brackets is taken out of the stem.
    """
    _from_brackets(block, judged=False)
    _split(block, _LETTERS)


def judged_key(block: Block) -> None:
    """As ``choice_key``, for a statement: √, 错误, or a letter where there are options."""
    _from_brackets(block, judged=True)
    _split(block, _TRUTH)
    if block.stem and not block.options:
        block.stem[-1] = _EMPTY.sub(r"\1", block.stem[-1])


def _split(block: Block, pattern: re.Pattern[str]) -> None:
    written = block.text(Field.KEY)
    match = pattern.match(half(written))
    if not match or not (rest := written[match.end() :].strip()):
        return
    key = match[1].strip()
    if not _words_of_option(block, key, rest):
        block.fields.setdefault(Field.RATIONALE, []).insert(0, rest)
    block.fields[Field.KEY] = [key]


def _words_of_option(block: Block, key: str, rest: str) -> bool:
    place = ord(key.upper()) - ord("A") if len(key) == 1 and key.isascii() else -1
    return 0 <= place < len(block.options) and block.options[place].strip("。 ") == rest.strip(
        "。 "
    )


def _from_brackets(block: Block, *, judged: bool) -> None:
    stem = "\n".join(block.stem)
    found = [match for match in BRACKETED.finditer(half(stem)) if _is_key(match[1], block, judged)]
    said = {_bare(match[1]) for match in found}
    if not found:
        return
    if len(said) > 1:
        block.doubts.append("题干的括号里有几个不同的答案，请核对")
        return
    written = block.text(Field.KEY)
    if written and not _same(written, found[0][1], judged=judged):
        block.doubts.append(
            f"题干括号里的“{found[0][1].strip()}”与答案“{written[:20]}”不同，请核对"
        )
        return
    for match in reversed(found):
        gap = "" if judged else "（　）"
        stem = stem[: match.start()] + gap + stem[match.end() :]
    block.stem = [stem.strip()]
    if not written:
        block.fields[Field.KEY] = [found[0][1].strip()]


def _is_key(text: str, block: Block, judged: bool) -> bool:
    if judged:
        letters = {"A", "B"} if block.options else set()
        return answers.truth(text) is not None or _bare(text) in letters
    letters = set(_bare(text))
    return bool(letters) and all(0 <= ord(each) - 65 < len(block.options) for each in letters)


def _bare(text: str) -> str:
    return re.sub(r"[\s、,，.]", "", half(text)).upper()


def _same(written: str, bracketed: str, *, judged: bool) -> bool:
    if judged:
        match = _TRUTH.match(half(written))
        first, second = answers.truth(match[1] if match else written), answers.truth(bracketed)
        return first == second if second is not None else _bare(written) == _bare(bracketed)
    match = _LETTERS.match(half(written))
    return sorted(_bare(match[1] if match else written)) == sorted(_bare(bracketed))


def blanks(block: Block) -> dict[str, Any]:
    """The key of a text with blanks; the stem's brackets with answers become blanks."""
    stem = re.sub("＿+", "____", "\n".join(block.stem))
    stem = re.sub(r"[(（][ \u3000]*[)）]", "（　）", stem)
    written = block.text(Field.KEY)
    any_order = bool(_ANY_ORDER.search(written))
    written = _ANY_ORDER.sub("", written)
    if not written and not BLANK.search(stem) and (inside := _PAREN.findall(stem)):
        block.doubts.append("填空题的答案取自题干的括号，请核对")
        stem = _PAREN.sub("（　）", stem)
        written = "；".join(inside)
    block.stem = [stem]
    count = len(BLANK.findall(stem))
    found = separated(written, count)
    if written and count and len(found) != count:
        block.doubts.append(f"题干有 {count} 个空，答案读出 {len(found)} 个，请核对")
    return {"blanks": [_variants(each) for each in found], "any_order": any_order}


def separated(written: str, count: int) -> list[str]:
    """The answers to so many blanks, divided in whichever way gives that many."""
    text = written.strip(" 。；;")
    if not text:
        return []
    listed = listing(text)
    if len(listed) == count and count > 1:
        return listed
    if count <= 1:
        return [listed[0] if len(listed) == 1 else text]
    for pattern in _SEPARATORS:
        parts = [part.strip("。 ") for part in re.split(pattern, text) if part.strip("。 ")]
        if len(parts) == count:
            return parts
    return listed if len(listed) > 1 else [text]


def listing(text: str) -> list[str]:
    """The entries of a numbered list; the whole text where there is none."""
    starts: list[re.Match[str]] = []
    for match in _NUMBERED.finditer(text):
        if _listed(match) == len(starts) + 1:
            starts.append(match)
    if not starts or starts[0].start() > 0:
        return [text.strip()] if text.strip() else []
    ends = [match.start() for match in starts[1:]] + [len(text)]
    parts = [
        text[match.end() : end].strip(" \n;；、") for match, end in zip(starts, ends, strict=True)
    ]
    return [part for part in parts if part]


def _listed(match: re.Match[str]) -> int:
    """The number that an entry of a list begins with."""
    return ord(match[3]) - 0x245F if match[3] else int(match[1] or match[2])


def _variants(text: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"\s*(?:/|\||或者|（或）|\(或\))\s*", text)]
    return [part for part in dict.fromkeys(parts) if part] or [text]


def points(written: str) -> dict[str, Any]:
    """The key of a question answered in words: its points with weights, and the answer."""
    if known := rubric.read(written):
        return known
    found = listing(written)
    if len(found) == 1:
        lines = [line.strip() for line in written.split("\n") if line.strip()]
        found = lines if len(lines) > 1 and all(_WEIGHT.search(line) for line in lines) else found
    listed: list[tuple[str, float]] = []
    for each in found:
        match = _WEIGHT.search(each)
        weight = float(match[1]) if match else 1.0
        text = " ".join((each[: match.start()] if match else each).split())
        listed.append((text or each, weight))
    # Weights are whole numbers: those with halves are doubled, all of them.
    times = 1 if all(weight.is_integer() for _, weight in listed) else 2
    found_points = [{"text": text, "weight": max(1, round(weight * times)), "words": []}
                    for text, weight in listed]  # fmt: skip
    return {"points": found_points, "reference": written.strip()}


def judged_or_choice(block: Block, kind: str) -> None:
    (judged_key if kind == JUDGED else choice_key)(block)
