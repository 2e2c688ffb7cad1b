"""A course package and recordings, made here and of nobody else's making."""

import io
import math
import struct
import wave

from core import archives
from demo.material import FOLDER

_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="xuefa-demo" version="1"
 xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
 <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
 <organizations default="o"><organization identifier="o"><title>初信初访办理要点</title>
  <item identifier="i" identifierref="r"><title>初信初访办理要点</title>
  <adlcp:masteryscore>60</adlcp:masteryscore></item></organization></organizations>
 <resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html">
  <file href="index.html"/><file href="course.js"/><file href="course.css"/></resource></resources>
</manifest>
"""
_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>初信初访办理要点</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="course.css"></head>
<body><main id="page"></main>
<p><button id="back">上一页</button> <button id="next">下一页</button> <span id="place"></span></p>
<script src="course.js"></script></body></html>
"""
_STYLE = """body { max-width: 40em; margin: 0 auto; padding: 1em; font: 1.1rem/1.8 sans-serif; }
button { padding: .4em 1em; font: inherit; } label { display: block; margin: .5em 0; }
"""
_SCRIPT = """(function () {
  var pages = [
    "<h1>先分清事项</h1><p>来信来访先看诉求是什么、归谁办。能当场答复的当场答复，不能当场答复的登记转办。</p>",
    "<h1>每一步都留痕</h1><p>登记、受理、转送、办理、答复，每一步都要在规定的时间内告知信访人。</p>",
    "<h1>小测</h1><p>信访人提出的事项属于本机关职责的，应当怎么办？</p>" +
      "<label><input type='radio' name='a' value='0'> 请信访人另找上级机关</label>" +
      "<label><input type='radio' name='a' value='100'> 登记受理，并在规定时间内告知</label>" +
      "<p id='said'></p>"
  ];
  function find(win) {
    for (var n = 0; n < 7 && win; n += 1) {
      if (win.API) { return win.API; }
      if (win.parent === win) { return null; }
      win = win.parent;
    }
    return null;
  }
  var api = find(window);
  if (api) { api.LMSInitialize(""); }
  var at = api ? Number(api.LMSGetValue("cmi.core.lesson_location")) || 0 : 0;
  function byId(name) { return document.getElementById(name); }
  function show() {
    byId("page").innerHTML = pages[at];
    byId("place").textContent = (at + 1) + " / " + pages.length;
    byId("back").disabled = at === 0;
    byId("next").disabled = at === pages.length - 1;
    if (api) { api.LMSSetValue("cmi.core.lesson_location", String(at)); api.LMSCommit(""); }
    Array.prototype.forEach.call(document.getElementsByName("a"), function (one) {
      one.onchange = function () {
        var right = one.value === "100";
        byId("said").textContent = right ? "答对了，本课件已学完。" : "不对，请再想一想。";
        if (!api) { return; }
        api.LMSSetValue("cmi.core.score.raw", one.value);
        api.LMSSetValue("cmi.core.lesson_status", right ? "passed" : "failed");
        api.LMSCommit("");
      };
    });
  }
  byId("back").onclick = function () { at -= 1; show(); };
  byId("next").onclick = function () { at += 1; show(); };
  show();
}());
"""


def scorm() -> bytes:
    """A SCORM 1.2 package of three pages, the last of them a question."""
    return archives.pack(
        [
            ("imsmanifest.xml", _MANIFEST.encode()),
            ("index.html", _PAGE.encode()),
            ("course.js", _SCRIPT.encode()),
            ("course.css", _STYLE.encode()),
        ]
    )


def film() -> bytes:
    """Four slides of six seconds, drawn and encoded by a browser (WebM, VP8, silent)."""
    return (FOLDER / "window.webm").read_bytes()


def bell(seconds: int = 12, rate: int = 4_000) -> bytes:
    """A quiet bell every two seconds, as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        beat = [
            int(6_000 * math.exp(-3 * n / rate) * math.sin(2 * math.pi * 440 * n / rate))
            for n in range(2 * rate)
        ]
        file.writeframes(struct.pack(f"<{len(beat)}h", *beat) * (seconds // 2))
    return buffer.getvalue()
