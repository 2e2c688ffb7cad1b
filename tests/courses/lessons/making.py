"""Recordings and packages made by code, honest ones and others."""

import io
import struct
import wave
import zipfile
from collections.abc import Mapping

MANIFEST_12 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>信访小课</title>
<item identifier="i" identifierref="r"><title>信访小课</title>
<adlcp:masteryscore>60</adlcp:masteryscore></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html">
<file href="index.html"/></resource></resources></manifest>"""
MANIFEST_2004 = MANIFEST_12.replace("<schemaversion>1.2<", "<schemaversion>2004 4th Edition<")
CMI5 = """<?xml version="1.0" encoding="UTF-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
<course id="https://e.invalid/c"><title><langstring>课</langstring></title></course>
<au id="https://e.invalid/a" masteryScore="0.6" moveOn="CompletedOrPassed"
 launchMethod="OwnWindow"><title><langstring>单元</langstring></title>
<url>index.html</url><launchParameters>lang=zh</launchParameters></au></courseStructure>"""


def cmi5(move_on: str, mastery: str = "0.6") -> str:
    """The manifest of a package that asks for this; "" for nothing."""
    given = f' moveOn="{move_on}"' if move_on else ""
    return CMI5.replace(' moveOn="CompletedOrPassed"', given).replace('"0.6"', f'"{mastery}"')


PAGE = "<!DOCTYPE html><html><head><title>课</title></head><body>课</body></html>"


def package(files: Mapping[str, str | bytes] | None = None, manifest: str = MANIFEST_12) -> bytes:
    name = "cmi5.xml" if "courseStructure" in manifest else "imsmanifest.xml"
    return zipped({name: manifest, "index.html": PAGE, **(files or {})})


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def linked() -> bytes:
    """A package with a symbolic link out of it."""
    buffer = io.BytesIO(package())
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("passwd")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def doubled() -> bytes:
    buffer = io.BytesIO(package())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("INDEX.html", "another")
    return buffer.getvalue()


def recording(seconds: float = 20, rate: int = 800) -> bytes:
    """Silence."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes(b"\x80" * int(seconds * rate))
    return buffer.getvalue()


def mp4(seconds: int) -> bytes:
    """As much of one as says how long it is."""
    head = struct.pack(">4sI", b"isom", 0)
    movie = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    header = box(b"mvhd", movie)
    return box(b"ftyp", head) + box(b"mdat", bytes(5_000)) + box(b"moov", header)


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def webm(seconds: float) -> bytes:
    info = element("1549a966", element("2ad7b1", (1_000_000).to_bytes(3, "big"))
                   + element("4489", struct.pack(">d", seconds * 1000)))  # fmt: skip
    return element("1a45dfa3", element("4282", b"webm")) + element("18538067", info)


def element(name: str, content: bytes) -> bytes:
    return bytes.fromhex(name) + (0x10000000 | len(content)).to_bytes(4, "big") + content


def mp3(frames: int) -> bytes:
    """Frames of 128 kbit/s at 44.1 kHz: 26 ms each."""
    return (
        b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10) + (b"\xff\xfb\x90\x00" + bytes(413)) * frames
    )
