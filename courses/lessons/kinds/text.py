"""图文: text in Markdown."""

from courses.lessons.kinds.base import Fault, Form, Kind


def _fault(form: Form) -> Fault | None:
    return None if form.body.strip() else ("body", "图文课时须有正文")


KIND = Kind("text", "file-text", "一篇文字，可引用条文", fault=_fault)
