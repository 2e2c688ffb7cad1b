"""Which article became which, as a careful reader of the two texts has it: numbers only.

``pairs``: 5-6:10 says that articles 5 and 6 of the old text are articles 10 and 11 of the new
one; whatever is not named was removed or added. ``same``: the old articles whose words stayed
(spaces and widths of characters aside). ``open``: old articles on which careful readers differ,
because the subject went into several new articles or was taken up by a quite different rule; the
answers that they give, 0 for removed.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Key:
    old: int
    new: int
    pairs: str
    same: str
    open: dict[int, set[int]] = field(default_factory=dict)

    def numbers(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for run in self.pairs.split():
            olds, new = run.split(":")
            found |= {old: int(new) + n for n, old in enumerate(_run(olds))}
        return found

    def unchanged_words(self) -> set[int]:
        return {number for run in self.same.split() for number in _run(run)}


def _run(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


KEYS = {
    "行政复议法": Key(
        43,
        90,
        "1-2:1 3:6 4:3 5-6:10 7:13 9:20 10:14 11:22 12:27 13:24 14:26 15:25 16-17:29 19-20:34 "
        "21:42 23:48 24:46 26-27:56 28:64 29:72 30:23 31:62 32-33:77 34-37:80 39-41:87 43:90",
        "41",
        {3: {4, 6}, 8: {0, 12}, 15: {25, 28}, 22: {0, 49}, 25: {0, 41, 74}, 28: {63, 64, 68},
         30: {0, 23}},
    ),
    "监察法": Key(
        69,
        78,
        "1-20:1 21:22 22:24 23-42:26 43:47 44:50 45-54:52 55:63 56-69:65",
        "2-4 6-11 13-17 21-25 27-39 42 45-47 49-50 52-59 61-64 66-69",
    ),
    "保守国家秘密法": Key(
        53,
        65,
        "1-2:1 3:5 4:4 5-7:6 9-13:13 14-22:19 23-24:30 25-26:28 27-28:33 29:42 30-34:37 35:43 "
        "37-38:45 39:44 40-47:47 48-50:57 51:61 52:63 53:65",
        "2 5 9-10 15 18 21-22 31-32 37 39-41 43",
        {8: {0, 12}, 29: {35, 42}},
    ),
    "代表法": Key(
        52,
        65,
        "1-2:1 3-6:7 7-21:13 22-35:29 36-41:44 42:51 43:53 44:55 45-52:58",
        "1 5-6 9-10 12-13 16 18-20 25 28-32 35 40 43 47-48 50-52",
    ),
    "全国年节及纪念日放假办法": Key(7, 8, "1-6:1 7:8", "1 3-5 7"),
    "治安管理处罚法": Key(
        119,
        144,
        "1:1 2-5:3 6:2 7-18:7 19:20 20-21:22 22-23:25 24-29:28 30-39:36 40:47 41-47:49 48:57 "
        "49:59 50-57:61 58:88 59-60:71 63-73:75 74:87 75:89 78-79:90 80-85:94 86:101 87-90:103 "
        "91-95:109 96-114:115 115:135 116-117:139 118-119:143",
        "2 7 11-12 14-15 18 30-31 55 79 81 90 92-93 96 108 113 117-118",
        {77: {0, 90}, 78: {0, 90}},
    ),
}  # fmt: skip
