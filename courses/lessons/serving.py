"""How the files of a package are handed to a browser. Pure.

They run under a policy of their own: in a sandbox without an origin, so that nothing of them is
one of our pages; no cookie, no storage, no other address of ours or of anybody, no form, no window.
"""

import re
from posixpath import splitext

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8", ".htm": "text/html; charset=utf-8",
    ".xhtml": "application/xhtml+xml", ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".json": "application/json", ".xml": "text/xml", ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8", ".png": "image/png", ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".svg": "image/svg+xml",
    ".ico": "image/x-icon", ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf",
    ".otf": "font/otf", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".wav": "audio/wav",
    ".mp4": "video/mp4", ".webm": "video/webm", ".pdf": "application/pdf",
}  # fmt: skip
#: The sandbox of the frame and of every answer, the same in both.
SANDBOX = "allow-scripts allow-forms"
_HEAD = re.compile(rb"<head\b[^>]*>", re.IGNORECASE)
_HTML = re.compile(rb"<html\b[^>]*>", re.IGNORECASE)
_DOCTYPE = re.compile(rb"\s*<!doctype[^>]*>", re.IGNORECASE)
#: Pages in which the way to the server is put.
PAGES = {".html", ".htm"}
MAX_PAGE = 8 * 1024 * 1024


def content_type(name: str) -> str:
    """What a browser is to take the file for; never what it guesses."""
    return CONTENT_TYPES.get(splitext(name)[1].lower(), "application/octet-stream")


def is_page(name: str) -> bool:
    return splitext(name)[1].lower() in PAGES


def charset(data: bytes) -> str:
    """The encoding that a page declares, where it is a common one other than UTF-8."""
    found = re.search(rb"charset\s*=\s*[\"']?\s*(gb2312|gbk|gb18030|big5)", data[:2_000], re.I)
    return found[1].decode().lower() if found else "utf-8"


def with_script(page: bytes, address: str) -> bytes:
    """A page whose first script is ours: before any of its own looks for the interface."""
    script = f'<script src="{address}"></script>'.encode()
    for pattern in (_HEAD, _HTML, _DOCTYPE):
        if found := pattern.search(page[:100_000]):
            return page[: found.end()] + script + page[found.end() :]
    return script + page


def policy(base: str) -> str:
    """The Content-Security-Policy of everything in a package; ``base``: its address, with a /."""
    own = f"{base} data: blob:"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {base} 'unsafe-inline' 'unsafe-eval' blob:",
            f"style-src {base} 'unsafe-inline'",
            f"img-src {own}",
            f"media-src {own}",
            f"font-src {base} data:",
            f"connect-src {base}",
            f"frame-src {base}",
            f"worker-src {base} blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            f"sandbox {SANDBOX}",
        )
    )
