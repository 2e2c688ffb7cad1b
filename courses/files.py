"""Which files a lesson may hand out. Pure."""

from core import attachments
from core.attachments import Upload

KINDS = ("pdf", "docx", "xlsx", "pptx", "txt")
ACCEPT = attachments.accept(KINDS)


def fault(upload: Upload) -> str | None:
    """Why the file is refused, in Chinese; None for one that is fine."""
    return attachments.fault(upload, KINDS)
