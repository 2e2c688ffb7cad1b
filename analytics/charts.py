"""The charts, and the child process that draws them: a request a line on standard input, its SVG on
standard output.

Altair and vl-convert cost a second or more to import and 120 MB, and drawing holds the interpreter
lock for 0.1–0.6 s, during which no other thread of its process would save an answer. So they are
imported here and nowhere else, this module runs as a process of its own (analytics.drawing starts
it at the first chart), and the cost is paid once in its life. It ends when its parent does, or
after a quarter of an hour without work.

A request: ``{"chart": name, "title", "rows": […], "look": {"text", "contrast"}}``.
"""

import json
import select
import sys
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import altair as alt
import vl_convert

IDLE_SECONDS = 900
FONT = "PingFang SC, Source Han Sans SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif"

Rows = Sequence[Mapping[str, Any]]


class Look:
    """Colours and sizes: those of static/css/tokens.css, normal or 高对比, normal or 大字版."""

    def __init__(self, *, text: float, contrast: bool) -> None:
        self.size = 13 * text
        self.ink = "#000000" if contrast else "#1b2432"
        self.ink_2 = "#141414" if contrast else "#566274"
        self.line = "#444444" if contrast else "#e3e8ee"
        self.main = "#00337a" if contrast else "#1d5aa3"
        self.second = "#8a8a8a" if contrast else "#a9c4e4"
        self.mark = "#6b0b09" if contrast else "#951f1c"
        self.low = "#8a8a8a" if contrast else "#c5ced9"
        self.high = "#00337a" if contrast else "#c79a45"


def _chart(rows: Rows) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=list(rows)))


def departments(rows: Rows, look: Look) -> alt.TopLevelMixin:
    """Two bars a department, 参考率 and 合格率（应考）, each with its people.

    Rows: ``{"unit", "measure", "value", "text"}``, in the order of the bureau.
    """
    units = list(dict.fromkeys(row["unit"] for row in rows))
    measures = list(dict.fromkeys(row["measure"] for row in rows))
    base = _chart(rows).encode(
        y=alt.Y("unit:N", sort=units, title=None, axis=alt.Axis(ticks=False, domain=False)),
        yOffset=alt.YOffset("measure:N", sort=measures),
        x=alt.X(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=[0, 132]),
            axis=alt.Axis(values=[0, 20, 40, 60, 80, 100], labelExpr="datum.value + '%'"),
        ),
    )
    bars = base.mark_bar(height={"band": 0.82}, cornerRadiusEnd=2).encode(
        color=alt.Color(
            "measure:N",
            scale=alt.Scale(domain=measures, range=[look.second, look.main]),
            legend=alt.Legend(title=None, orient="top", direction="horizontal"),
        )
    )
    texts = base.mark_text(align="left", dx=5, fontSize=look.size * 0.92).encode(text="text:N")
    return alt.layer(bars, texts).properties(
        width=420, height=alt.Step(look.size * 1.5, **{"for": "offset"})
    )


def scores(rows: Rows, look: Look) -> alt.TopLevelMixin:
    """How many people came to scores of each range, with the pass and the excellent line.

    Rows: ``{"range", "people", "level"}``, lowest first; level is 不合格, 合格 or 优秀.
    """
    ranges = [row["range"] for row in rows]
    base = _chart(rows).encode(
        x=alt.X("range:N", sort=ranges, title="成绩（分）", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("people:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
    )
    bars = base.mark_bar(width={"band": 0.86}, cornerRadiusEnd=2).encode(
        color=alt.Color(
            "level:N",
            scale=alt.Scale(
                domain=["不合格", "合格", "优秀"], range=[look.low, look.main, look.high]
            ),
            legend=alt.Legend(title=None, orient="top", direction="horizontal"),
        )
    )
    texts = base.mark_text(dy=-8, fontSize=look.size).encode(text="people:Q")
    return alt.layer(bars, texts).properties(width=500, height=260)


def trend(rows: Rows, look: Look) -> alt.TopLevelMixin:
    """Rates from exam to exam.

    Rows: ``{"exam", "measure", "value", "text"}``, oldest first.
    """
    exams = list(dict.fromkeys(row["exam"] for row in rows))
    measures = list(dict.fromkeys(row["measure"] for row in rows))
    base = _chart(rows).encode(
        x=alt.X("exam:N", sort=exams, title=None, axis=alt.Axis(labelAngle=0, labelLimit=160)),
        y=alt.Y(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=[0, 110]),
            axis=alt.Axis(values=[0, 20, 40, 60, 80, 100], labelExpr="datum.value + '%'"),
        ),
        color=alt.Color(
            "measure:N",
            scale=alt.Scale(domain=measures, range=[look.ink_2, look.main]),
            legend=alt.Legend(title=None, orient="top", direction="horizontal"),
        ),
    )
    lines = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash(
            "measure:N", scale=alt.Scale(domain=measures, range=[[5, 4], [1, 0]]), legend=None
        )
    )
    points = base.mark_point(filled=True, size=70, opacity=1)
    texts = [
        base.mark_text(dy=dy, fontSize=look.size * 0.92)
        .encode(text="text:N")
        .transform_filter(alt.datum.measure == measure)
        for measure, dy in zip(measures, (-14, 16), strict=False)
    ]
    return alt.layer(lines, points, *texts).properties(width=900, height=260)


def bars(rows: Rows, look: Look) -> alt.TopLevelMixin:
    """One bar a line, in the order given. Rows: ``{"label", "value", "text"}``."""
    labels = [row["label"] for row in rows]
    most = max((row["value"] for row in rows), default=0) or 1
    base = _chart(rows).encode(
        y=alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(ticks=False, domain=False)),
        x=alt.X("value:Q", title=None, scale=alt.Scale(domain=[0, most * 1.4]), axis=None),
    )
    drawn = base.mark_bar(height={"band": 0.72}, cornerRadiusEnd=2, color=look.main)
    texts = base.mark_text(align="left", dx=5, fontSize=look.size * 0.92).encode(text="text:N")
    return alt.layer(drawn, texts).properties(width=420, height=alt.Step(look.size * 2.3))


def months(rows: Rows, look: Look) -> alt.TopLevelMixin:
    """Bars month by month, side by side for each measure.

    Rows: ``{"month", "measure", "value", "text"}``, in order.
    """
    names = list(dict.fromkeys(row["month"] for row in rows))
    measures = list(dict.fromkeys(row["measure"] for row in rows))
    base = _chart(rows).encode(
        x=alt.X("month:N", sort=names, title=None, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("measure:N", sort=measures),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=4)),
    )
    drawn = base.mark_bar(width={"band": 0.84}, cornerRadiusEnd=2).encode(
        color=alt.Color(
            "measure:N",
            scale=alt.Scale(domain=measures, range=[look.main, look.second]),
            legend=alt.Legend(title=None, orient="top", direction="horizontal"),
        )
    )
    texts = base.mark_text(dy=-8, fontSize=look.size * 0.85).encode(text="text:N")
    return alt.layer(drawn, texts).properties(width=500, height=230)


def boxes(rows: Rows, look: Look) -> alt.TopLevelMixin:
    """A box a department: the middle half, the median, the extremes.

    Rows: ``{"unit", "low", "q1", "median", "q3", "high", "people", "text"}``.
    """
    units = [row["unit"] for row in rows]
    axis = alt.Axis(values=[0, 20, 40, 60, 80, 100])
    base = _chart(rows).encode(
        y=alt.Y("unit:N", sort=units, title=None, axis=alt.Axis(ticks=False, domain=False))
    )
    scale = alt.Scale(domain=[0, 108])
    whole = base.mark_rule(color=look.ink_2).encode(
        x=alt.X("low:Q", title="成绩（分）", scale=scale, axis=axis), x2="high:Q"
    )
    half = base.mark_bar(height={"band": 0.6}, color=look.second).encode(
        x=alt.X("q1:Q", scale=scale), x2="q3:Q"
    )
    middle = base.mark_tick(thickness=3, color=look.main, size=look.size * 1.3).encode(
        x=alt.X("median:Q", scale=scale)
    )
    texts = base.mark_text(align="left", dx=6, fontSize=look.size * 0.92).encode(
        x=alt.X("high:Q", scale=scale), text="text:N"
    )
    return alt.layer(whole, half, middle, texts).properties(
        width=420, height=alt.Step(look.size * 2)
    )


CHARTS: Mapping[str, Callable[[Rows, Look], alt.TopLevelMixin]] = {
    "departments": departments,
    "scores": scores,
    "trend": trend,
    "bars": bars,
    "months": months,
    "boxes": boxes,
}


def svg(request: Mapping[str, Any]) -> str:
    """The SVG of a request. Raises KeyError for a chart that there is not."""
    look = Look(**request["look"])
    chart = CHARTS[request["chart"]](request["rows"], look)
    styled = (
        chart.configure(background="transparent", font=FONT, padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=look.size,
            titleFontSize=look.size,
            titleFontWeight="normal",
            labelColor=look.ink,
            titleColor=look.ink_2,
            gridColor=look.line,
            domainColor=look.line,
            tickColor=look.line,
            labelLimit=400,
            labelPadding=6,
        )
        .configure_legend(
            labelFontSize=look.size, labelColor=look.ink, symbolType="square", labelLimit=400
        )
        .configure_text(color=look.ink)
    )
    drawn = str(vl_convert.vegalite_to_svg(styled.to_json(validate=False)))
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(request["title"])}" ', 1)


def main() -> None:
    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        line = sys.stdin.readline()
        if not line:
            return
        print(json.dumps({"svg": svg(json.loads(line))}), flush=True)  # noqa: T201  # the answer


if __name__ == "__main__":
    main()
