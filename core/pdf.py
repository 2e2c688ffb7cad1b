"""A drawing as a PDF of one page, with the parts of the fonts in it that it uses.

The fonts are those of the server: a family that it does not have is replaced by the next one named.
The same drawing gives the same bytes on the same machine.
"""

import subprocess
import sys

from core.errors import Refused

PDF = "application/pdf"
_PATIENCE = 30


class NotDrawn(Refused):
    message = "PDF 没有生成，请稍后再试，或下载 Word 文档"


def of_svg(svg: str) -> bytes:
    """Drawn by a child process, a tenth of a second. Raises NotDrawn."""
    try:
        drawn = subprocess.run(
            [sys.executable, "-m", "core.pdf_drawing"],
            input=svg.encode(), capture_output=True, timeout=_PATIENCE, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        raise NotDrawn from None
    return drawn.stdout
