"""音视频: a recording; what was really played of it counts."""

from courses.lessons.kinds.base import Kind

KIND = Kind(
    "media",
    "play-btn",
    "上传视频或音频；实际播放满九成才算学完",
    fields=("asset",),
    timed=False,
    asset="recording",
)
