"""A drawing for the demonstration: three steps, one after the other. Pure."""

import io

from PIL import Image, ImageDraw, ImageFont

_INK, _PAPER, _FILL = "#7a1518", "#ffffff", "#f7efe0"


def steps(names: str = "ABC") -> bytes:
    """A PNG of boxes with a letter each, and arrows between them."""
    box, gap, high = 150, 70, 90
    image = Image.new("RGB", (len(names) * box + (len(names) - 1) * gap + 40, high + 40), _PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(40)
    middle = 20 + high // 2
    for place, name in enumerate(names):
        left = 20 + place * (box + gap)
        draw.rounded_rectangle((left, 20, left + box, 20 + high), 12, _FILL, _INK, 3)
        draw.text((left + box / 2, middle), name, _INK, font, anchor="mm")
        if place:
            draw.line((left - gap + 6, middle, left - 14, middle), _INK, 4)
            draw.polygon(
                [(left - 6, middle), (left - 22, middle - 9), (left - 22, middle + 9)], _INK
            )
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
