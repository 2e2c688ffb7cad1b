"""Which passwords are accepted, and for how long. Pure.

Two ways to be long enough, after the two schools that a central organ answers to: 等保 asks for
mixed characters, current guidance for length. Words are matched against a list of our own and
against what keyboards, counting and repeating produce; what is left must still be a secret.
"""

import re
import string
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

SHORT, LONG, LONGEST = 10, 15, 128
CLASSES_WHEN_SHORT = 3
#: Characters that must be left once everything easy to guess is taken out.
SECRET = 5
#: What the page says, in the words of the person who has to choose.
POLICY = (
    f"至少 {SHORT} 位，含大写字母、小写字母、数字、符号中的三类；或者至少 {LONG} 位，不限种类",
    f"最长 {LONGEST} 位，可用汉字和空格",
    "不含本人姓名、工号，不含本单位名称或其拼音",
    "不用常见词、键盘连键、连续或重复的字符、年份拼凑",
)

_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
#: The bureau and this product, however written: never part of a password.
_OURS = ("信访", "xinfang", "gjxf", "guojiaxin", "学法用法", "petition")
#: Words that guessers try first; what is left beside them has to be the secret.
_WORDS = (
    "password", "passwd", "passw", "mima", "mimashi", "secret", "admin", "administrator", "root",
    "guest", "user", "test", "demo", "login", "welcome", "hello", "letmein", "changeme", "default",
    "system", "master", "manager", "woaini", "woaizhongguo", "zhongguo", "beijing", "china",
    "iloveyou", "sunshine", "princess", "dragon", "monkey", "football", "superman", "computer",
    "internet", "xuefa", "kaoshi", "falv", "xianfa", "office", "bangong", "gongzuo",
    "密码", "口令", "管理员", "中国", "北京", "宪法", "办公室",
)  # fmt: skip
_ROWS = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "!@#$%^&*()", "qazwsxedcrfvtgbyhnujm", "147258369",
)  # fmt: skip
#: Letters that people write as signs that look like them.
_LOOK_ALIKE = str.maketrans("@$013457!", "asoleasti")
#: Neighbours in a row that make a run.
RUN = 4
_STEPS = {pair for row in _ROWS for way in (row, row[::-1]) for pair in pairwise(way)}
_YEAR = re.compile(r"(?:19|20)\d{2}(?:[-./]?(?:0?[1-9]|1[0-2])(?:[-./]?[0-3]?\d)?)?")
_REPEAT = re.compile(r"(.{1,6}?)\1{2,}")


def faults(password: str, *, username: str, name: str) -> list[str]:
    """Why a password is not accepted, in Chinese; empty if it is."""
    found = [*_length(password)]
    folded = unicodedata.normalize("NFKC", password).lower()
    if _holds_oneself(folded, username, name):
        found.append("密码不得包含工号或姓名")
    if any(word in folded for word in _OURS):
        found.append("密码不得包含本单位名称或其拼音")
    if _easy(folded):
        found.append("密码由常见词、键盘连键、连续或重复字符拼成，容易被猜中")
    return found


def _length(password: str) -> Iterator[str]:
    if not SHORT <= len(password) <= LONGEST:
        yield f"密码长度应为 {SHORT} 至 {LONGEST} 位"
    elif len(password) < LONG and classes(password) < CLASSES_WHEN_SHORT:
        yield f"密码不足 {LONG} 位时，应包含大写字母、小写字母、数字、符号中的三类"


def classes(password: str) -> int:
    """How many of small letters, capitals, digits and everything else it uses."""
    known = [any(char in letters for char in password) for letters in _CLASSES]
    return sum(known) + any(all(char not in letters for letters in _CLASSES) for char in password)


def _holds_oneself(folded: str, username: str, name: str) -> bool:
    return (len(username) > 2 and username.lower() in folded) or (len(name) > 1 and name in folded)


def _easy(folded: str) -> bool:
    """Whether too little is left once words, runs, years and repetitions are taken out."""
    return any(
        len(set(rest)) < SECRET for rest in (_rest(folded), _rest(folded.translate(_LOOK_ALIKE)))
    )


def _rest(text: str) -> str:
    for word in _WORDS:
        text = text.replace(word, "")
    text = _YEAR.sub("", text)
    text = _without_runs(text)
    return _REPEAT.sub("", text)


def _without_runs(text: str) -> str:
    """The text without four and more neighbours of a keyboard row, the alphabet or counting."""
    kept, run = [], text[:1]
    for before, after in pairwise(text):
        if (before, after) in _STEPS:
            run += after
            continue
        kept.append(run if len(run) < RUN else "")
        run = after
    return "".join([*kept, run if len(run) < RUN else ""])
