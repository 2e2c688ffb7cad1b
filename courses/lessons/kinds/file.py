"""文件: a document to hand out; a PDF is shown in the page."""

from courses.lessons.kinds.base import Kind

KIND = Kind("file", "file-earmark", "上传文档；PDF 直接在页面中阅读", fields=("file",), file=True)
