"""课件包: SCORM or cmi5; it says when somebody is through, the server how long they studied."""

from courses.lessons.kinds.base import Kind

KIND = Kind(
    "package",
    "box-seam",
    "上传 SCORM 1.2、SCORM 2004 或 cmi5 课件包（zip）",
    fields=("asset",),
    asset="package",
)
