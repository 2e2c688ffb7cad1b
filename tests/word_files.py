"""Reading the Word files that we make."""

import io

import docx


def versions(data: bytes) -> list[str]:
    """The versions of Word by whose rules a file says that it is laid out; 15 is today's."""
    settings = docx.Document(io.BytesIO(data)).settings.element
    return [
        str(each)
        for each in settings.xpath("w:compat/w:compatSetting[@w:name='compatibilityMode']/@w:val")
    ]
