"""What a browser calls itself, in a few words. Pure."""

import re

#: Mark in the user agent → name, the particular before the general.
_BROWSERS = (
    ("QIHU", "360 浏览器"),
    ("360SE", "360 浏览器"),
    ("Qaxbrowser", "奇安信浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("UOS", "统信 UOS"),
    ("Kylin", "麒麟"),
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def described(agent: str) -> str:
    """Browser and system, such as Chrome 96（Windows）; the text itself if it is no browser's."""
    browser = next(((mark, name) for mark, name in _BROWSERS if mark in agent), None)
    if browser is None:
        return agent[:40]
    mark, name = browser
    version = re.search(rf"{mark}\w*/(\d+)", agent)
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    said = f"{name} {version[1]}" if version else name
    return f"{said}（{system}）" if system else said
