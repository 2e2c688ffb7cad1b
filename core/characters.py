"""Characters of a text from outside that are not what they look like. Pure."""

import re
import unicodedata

#: For str.translate: radicals that look like characters, which is what copying out of a PDF
#: leaves of 人民, 第一条 or 行政.
RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | (
    str.maketrans(
        "⺠⺟⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⻄⻁",
        "民母见角贝车长门青韦页风飞食马鬼鱼鸟卤麦黄齐齿龙龟西虎",
    )
)

#: Control characters but tabs and ends of lines; what turns about the direction in which names are
#: read; halves of characters, and what is none. No document can hold most of them.
_UNFIT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
#: White space, and what takes no place.
_UNSEEN = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\xad\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u3164\ufeff"
)


def fit(text: str) -> str:
    """Without the characters that no text of ours holds."""
    return _UNFIT.sub("", text)


def stripped(text: str) -> str:
    """Without what is not seen at its ends; of a text in which nothing is seen nothing is left."""
    return text.strip(_UNSEEN)
