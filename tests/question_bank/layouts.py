"""Twenty ways in which people lay out a bank in Word or a text editor, with made-up items.

Each layout writes the same items its own way; ``ITEMS`` says what must come out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

S, M, J = "单选题", "多选题", "判断题"
SIGNS = {True: "√", False: "×"}


@dataclass(frozen=True)
class Wanted:
    kind: str
    stem: str
    options: Sequence[str]
    #: Letters, or True and False.
    key: str | bool
    why: str = ""


SINGLES = (
    Wanted(S, "来访登记应当由谁完成", ("接待员", "保安", "门卫", "来访人"), "A", "由接待员登记。"),
    Wanted(S, "甲件转送的期限是", ("五日", "十日", "十五日", "二十日"), "C", "期限为十五日。"),
    Wanted(S, "下列属于书面形式的是", ("当面陈述", "电话", "来信", "视频"), "C"),
)
MULTIPLES = (
    Wanted(
        M,
        "下列做法正确的有",
        ("耐心接待", "推诿", "如实登记", "泄露信息"),
        "AC",
        "推诿和泄露均错。",
    ),
    Wanted(M, "受理告知应当包括", ("机关名称", "受理日期", "办理期限", "私人意见"), "ABC"),
)
JUDGED = (
    Wanted(J, "来信应当逐件登记", (), True, "规定如此。"),
    Wanted(J, "可以把来信转给被反映人", (), False),
    Wanted(J, "三个工作日内答复即可结案", (), False),
)
ITEMS = (*SINGLES, *MULTIPLES, *JUDGED)


def _answer(item: Wanted, *, sign: Mapping[bool, str] = SIGNS, between: str = "") -> str:
    return sign[item.key] if isinstance(item.key, bool) else between.join(item.key)


def _options(item: Wanted, mark: str = ".", *, across: int = 1, gap: str = "  ") -> list[str]:
    pieces = [f"{'ABCD'[n]}{mark}{text}" for n, text in enumerate(item.options)]
    return [gap.join(pieces[n : n + across]) for n in range(0, len(pieces), across)]


def _sectioned(item_lines: Callable[[int, Wanted], list[str]], *, restart: bool = True) -> str:
    lines, number = ["某单位学习题库", ""], 0
    for heading, group in (("一、单项选择题（每题1分，共3分）", SINGLES),
                           ("二、多项选择题（每题2分，共4分。多选、少选均不得分）", MULTIPLES),
                           ("三、判断题（每题1分，共3分）", JUDGED)):  # fmt: skip
        lines.append(heading)
        number = 0 if restart else number
        for item in group:
            number += 1
            lines += item_lines(number, item)
    return "\n".join(lines)


def _plain(number: int, item: Wanted) -> list[str]:
    why = [f"【解析】{item.why}"] if item.why else []
    return [f"{number}.{item.stem}（　）", *_options(item), f"【答案】{_answer(item)}", *why, ""]


def _dunhao(number: int, item: Wanted) -> list[str]:
    why = [f"解析：{item.why}"] if item.why else []
    return [f"{number}、{item.stem}（ ）。", *_options(item, "、"),
            f"答案：{_answer(item, between='、')}", *why]  # fmt: skip


def _across(number: int, item: Wanted) -> list[str]:
    return [f"{number}．{item.stem}？", *_options(item, "．", across=2, gap="　　"),
            f"正确答案:{_answer(item, between=',', sign={True: '对', False: '错'})}"]  # fmt: skip


def _tight(number: int, item: Wanted) -> list[str]:
    return [f"（{number}）{item.stem}", *_options(item, ".", across=4, gap=""),
            f"参考答案：{_answer(item, sign={True: '正确', False: '错误'})}"]  # fmt: skip


def _bracketed(number: int, item: Wanted) -> list[str]:
    return [f"{number}.{item.stem}（ {_answer(item)} ）", *_options(item, "、", across=4)]


def _inside(number: int, item: Wanted) -> list[str]:
    half = len(item.stem) // 2
    if isinstance(item.key, bool):
        return [f"{number}、{item.stem}。（{_answer(item)}）"]
    return [
        f"{number}、{item.stem[:half]}({_answer(item)}){item.stem[half:]}",
        *_options(item, "．"),
    ]


def _named(number: int, item: Wanted) -> list[str]:
    why = f"【解析】{item.why}" if item.why else ""
    return [
        f"第{number}题 {item.stem}",
        *_options(item, ")"),
        f"【正确答案】{_answer(item)}{why}【难度】中等",
    ]


def _lettered(number: int, item: Wanted) -> list[str]:
    options = [f"({'ABCD'[n]}) {text}" for n, text in enumerate(item.options)]
    return [f"{number}. {item.stem}", *options, f"[答案]{_answer(item)}"]


def _lower(number: int, item: Wanted) -> list[str]:
    options = [f"{'abcd'[n]}. {text}" for n, text in enumerate(item.options)]
    key = _answer(item)
    return [
        f"{number}) {item.stem}",
        *options,
        f"答案: {key if isinstance(item.key, bool) else key.lower()}",
    ]


def _wide(number: int, item: Wanted) -> list[str]:
    digits = str(number).translate({48 + n: 0xFF10 + n for n in range(10)})
    letters = "ＡＢＣＤ"
    options = [f"{letters[n]}．{text}" for n, text in enumerate(item.options)]
    key = _answer(item)
    wide = key if isinstance(item.key, bool) else "".join(chr(ord(c) + 0xFEE0) for c in key)
    return [f"{digits}．{item.stem}（　　）", *options, f"答案：{wide}"]


def _long(number: int, item: Wanted) -> list[str]:
    half = len(item.stem) // 2
    why = ["解析：", item.why] if item.why else []
    return [f"{number}．{item.stem[:half]}", item.stem[half:], "", *_options(item),
            f"答案：{_answer(item)}", *why, "", "- 3 -"]  # fmt: skip


def _same_line(number: int, item: Wanted) -> list[str]:
    text = f"{number}.{item.stem}（）  {'  '.join(_options(item))}".rstrip()
    return [text, f"答案 {_answer(item)}"]


def _typed(number: int, item: Wanted) -> list[str]:
    why = [f"【解析】{item.why}"] if item.why else []
    return [
        f"{number}.【{item.kind}】{item.stem}",
        *_options(item),
        f"【答案】{_answer(item)}",
        *why,
    ]


def _heads(number: int, item: Wanted) -> list[str]:
    return ["内部资料 注意保存", *_plain(number, item)[:-1], f"第 {number} 页 共 9 页"]


def _explained(number: int, item: Wanted) -> list[str]:
    why = f"。{item.why}" if item.why else ""
    return [f"{number}. {item.stem}", *_options(item), f"答案：{_answer(item)}{why}"]


def _unnumbered() -> str:
    lines = []
    for heading, group in (("单选题", SINGLES), ("多选题", MULTIPLES), ("判断题", JUDGED)):
        lines.append(heading)
        for item in group:
            lines += [f"{item.stem}（　）", *_options(item), f"答案：{_answer(item)}", ""]
    return "\n".join(lines)


def _without_keys(number: int, item: Wanted) -> list[str]:
    return [f"{number}.{item.stem}（　）", *_options(item, across=2)]


def _ranges() -> str:
    questions = _sectioned(_without_keys)
    return (
        questions
        + "\n\n参考答案\n一、单项选择题\n1-3 ACC\n二、多项选择题\n1.AC  2.ABC\n"
        + "三、判断题\n1-3 √××\n"
    )


def _listed() -> str:
    keys = " ".join(f"{n}.{_answer(item)}" for n, item in enumerate(ITEMS, 1))
    return _sectioned(_without_keys, restart=False) + f"\n附：参考答案\n{keys}\n"


def _reasons() -> str:
    keys = [f"{n}.【答案】{_answer(item)}" + (f"【解析】{item.why}" if item.why else "")
            for n, item in enumerate(ITEMS, 1)]  # fmt: skip
    return "\n".join([_sectioned(_without_keys, restart=False), "答案及解析", *keys])


def _per_section() -> str:
    lines = []
    for heading, group in (
        ("一、单选题", SINGLES),
        ("二、多选题", MULTIPLES),
        ("三、判断题", JUDGED),
    ):
        lines.append(heading)
        for n, item in enumerate(group, 1):
            lines += _without_keys(n, item)
        lines.append("参考答案：")
        lines.append(" ".join(f"{n}、{_answer(item)}" for n, item in enumerate(group, 1)))
    return "\n".join(lines)


LAYOUTS: Mapping[str, str] = {
    "答案在方括号里": _sectioned(_plain),
    "顿号": _sectioned(_dunhao),
    "选项两个一行": _sectioned(_across),
    "选项一行连写": _sectioned(_tight),
    "答案在题干末尾的括号": _sectioned(_bracketed),
    "答案在题干中间的括号": _sectioned(_inside),
    "第几题": _sectioned(_named, restart=False),
    "选项带括号": _sectioned(_lettered),
    "小写字母": _sectioned(_lower),
    "全角": _sectioned(_wide),
    "题干分行": _sectioned(_long),
    "选项与题干同行": _sectioned(_same_line),
    "题型写在题前": "\n".join(line for n, item in enumerate(ITEMS, 1) for line in _typed(n, item)),
    "页眉页脚": _sectioned(_heads),
    "解析接在答案后": _sectioned(_explained),
    "没有题号": _unnumbered(),
    "文末按大题列答案": _ranges(),
    "文末连写答案": _listed(),
    "文末带解析": _reasons(),
    "每个大题后列答案": _per_section(),
}
