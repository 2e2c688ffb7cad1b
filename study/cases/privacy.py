"""What in a case could tell who it was about. Pure; the reader of the text decides the rest."""

import re
from collections.abc import Iterator

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SIGNS = (
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "身份证号码"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "手机号码"),
    (re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"), "固定电话"),
    (re.compile(r"(?<!\d)\d{16,19}(?!\d)"), "银行卡号"),
    (re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.]+"), "电子邮箱"),
    (re.compile(rf"[{_PROVINCES}][A-Z]·?[A-Z0-9]{{5,6}}"), "车牌号码"),
)  # fmt: skip


def identifying(text: str) -> list[str]:
    """What the text seems to hold that points to a person, with the place, in words."""
    return list(_found(text))


def _found(text: str) -> Iterator[str]:
    taken: list[tuple[int, int]] = []
    for sign, name in _SIGNS:
        for match in sign.finditer(text):
            if not any(begin < match.end() and match.start() < end for begin, end in taken):
                taken.append(match.span())
                yield f"{name}（{match.group()[:3]}…）"
