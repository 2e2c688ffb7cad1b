"""作业: a text or a file handed in, judged by whoever teaches the course."""

from courses.lessons.kinds.base import Fault, Form, Kind


def _fault(form: Form) -> Fault | None:
    return None if form.body.strip() else ("body", "作业课时须在正文写明要求")


KIND = Kind(
    "assignment",
    "pencil-square",
    "在正文写明要求；学员提交文字或文件，授课人评阅通过才算学完",
    timed=False,
    fault=_fault,
)
