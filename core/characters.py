"""Characters of a text from outside that are not what they look like. Pure."""

import unicodedata

#: For str.translate: radicals that look like characters, which is what copying out of a PDF
#: leaves of 人民, 第一条 or 行政.
RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | (
    str.maketrans(
        "⺠⺟⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⻄⻁",
        "民母见角贝车长门青韦页风飞食马鬼鱼鸟卤麦黄齐齿龙龟西虎",
    )
)
