"""The pictures that a file of items carries, as its texts will name them. Pure."""

import base64
import binascii
import hashlib
import posixpath
from urllib.parse import unquote_to_bytes

from core import pictures
from core.files import Unreadable
from core.pictures import Picture
from question_bank import markup

#: So many points are drawn for one file; pictures beyond are named as lost.
MAX_PIXELS = 400_000_000
#: What a picture is called whose file does not say what it shows.
UNNAMED = "图片"


class Album:
    """The pictures of one file. Each is drawn once, however often it is shown."""

    def __init__(self) -> None:
        self._left = MAX_PIXELS
        self._known: dict[bytes, Picture | str] = {}

    def picture(self, data: bytes) -> Picture:
        """The picture that the bank would keep. Raises Unreadable."""
        mark = hashlib.sha256(data).digest()
        if mark not in self._known:
            self._known[mark] = self._read(data)
        found = self._known[mark]
        if isinstance(found, str):
            raise Unreadable(found)
        return found

    def _read(self, data: bytes) -> Picture | str:
        try:
            self._left -= pictures.points(data)
            if self._left < 0:
                return "文件里的图片太多"
            return pictures.read(data)
        except Unreadable as error:
            return str(error)


def named(alt: str, name: str, picture: Picture) -> str:
    """The picture in a text, by what its file says that it shows."""
    words = alt.strip() or posixpath.basename(name).rpartition(".")[0] or UNNAMED
    return markup.picture(words, picture.address)


def of_data_address(address: str) -> bytes | None:
    """The content of a data: address; None for every other."""
    head, comma, body = address.partition(",")
    if not head.lower().startswith("data:image/") or not comma:
        return None
    raw = unquote_to_bytes(body)
    return decoded(raw) if head.lower().endswith(";base64") else raw


def decoded(text: str | bytes) -> bytes | None:
    """What base64 stands for; None where it is none."""
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return None
