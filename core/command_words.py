"""What Click says of a command line, in Chinese.

Click asks gettext, whose catalogue follows the locale of whoever types; these words do not. What is
not listed stays as it is: it speaks to programmers, of commands that are declared wrongly.
"""

import importlib

WORDS = {
    "Usage:": "用法:",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示本说明后退出。",
    "default: {default}": "默认：{default}",
    "(dynamic)": "（自动确定）",
    "Try '{command} {option}' for help.": "用法说明：{command} {option}",
    "Error: {message}": "错误：{message}",
    "Aborted!": "已中止。",
    "unknown error": "原因不明",
    "Missing command.": "没有写明命令。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing {param_type}": "缺少参数",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "No such option {name!r}.": "没有选项“{name}”。",
    "No such command {name!r}.": "没有命令“{name}”。",
    "Invalid value: {message}": "值不正确：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不正确：{message}",
    "Could not open file {filename!r}: {message}": "打不开文件“{filename}”：{message}",
    "Value must be an iterable.": "应为多个值。",
    "Option {name!r} does not take a value.": "选项“{name}”不带值。",
    "Argument {name!r} takes {nargs} values.": "参数“{name}”要 {nargs} 个值。",
    "Choose from:\n\t{choices}": "可选：\n\t{choices}",
    "{value} is not in the range {range}.": "“{value}”不在范围 {range} 内。",
    "{value!r} is not a valid {number_type}.": "“{value}”不是有效的数字。",
    "{value!r} is not a valid boolean. Recognized values: {states}": (
        "“{value}”不是“是”或“否”，可写 {states}"
    ),
    "{name} {filename!r} does not exist.": "“{filename}”不存在。",
    "{name} {filename!r} is a file.": "“{filename}”是文件，不是文件夹。",
    "{name} {filename!r} is a directory.": "“{filename}”是文件夹，不是文件。",
    "{name} {filename!r} is not readable.": "“{filename}”无权读取。",
    "{name} {filename!r} is not writable.": "“{filename}”无权写入。",
    "{name} {filename!r} is not executable.": "“{filename}”无权执行。",
    "Do you want to continue?": "要继续吗？",
    "Repeat for confirmation": "再输入一次",
    "Error: The two entered values do not match.": "错误：两次输入不一致。",
    "Error: invalid input": "错误：输入不正确，请答 y（是）或 n（否）",
}
#: Those that differ by number in English, by the one for a single thing.
COUNTED = {
    "Did you mean {possibility}?": "是不是 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（相近的有：{possibilities}）",
    "Got unexpected extra argument ({args})": "多出了参数：{args}",
    "Takes {nargs} values but 1 was given.": "应有 {nargs} 个值，个数不符。",
    "Option {name!r} requires an argument.": "选项“{name}”后面缺少值。",
    "Option {name!r} requires {nargs} arguments.": "选项“{name}”后面应有 {nargs} 个值。",
    "{value!r} is not {choice}.": "“{value}”不对，应为 {choice}。",
    "{value!r} is not one of {choices}.": "“{value}”不在可选值之内：{choices}。",
    "{value!r} does not match the format {format}.": "“{value}”的格式应为 {format}。",
    "{value!r} does not match the formats {formats}.": "“{value}”的格式应为 {formats} 之一。",
    "{len_type} values are required, but {len_value} was given.": (
        "应有 {len_type} 个值，实有 {len_value} 个。"
    ),
}
_SPEAKING = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def said(text: str) -> str:
    """In place of gettext.gettext."""
    return WORDS.get(text, text)


def said_of(one: str, several: str, count: int) -> str:
    """In place of gettext.ngettext."""
    english = one if count == 1 else several
    return COUNTED.get(english, COUNTED.get(one, english))


def install() -> None:
    """Let Click speak these words from now on."""
    for name in _SPEAKING:
        module = importlib.import_module(f"click.{name}")
        words = {"_": said, "ngettext": said_of}
        for function, ours in words.items():
            if hasattr(module, function):
                setattr(module, function, ours)
