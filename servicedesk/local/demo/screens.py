"""Small pictures of screens that nobody ever saw, drawn for the demo."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

WIDTH, LINE, MARGIN = 760, 34, 22
INK, PAPER, BAR, RULE, ALARM = "#1f2933", "#ffffff", "#14506b", "#d5dbe1", "#b42318"


def screen(title: str, lines: Sequence[str], *, alarm: bool = False) -> bytes:
    """A window with a title and some lines, as PNG; `alarm` makes the first line a warning."""
    height = 58 + MARGIN + LINE * max(len(lines), 2) + MARGIN
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 44), fill=BAR)
    draw.text((MARGIN, 13), _drawable(title), fill=PAPER, font=ImageFont.load_default(17))
    for row, line in enumerate(lines):
        top = 58 + MARGIN + row * LINE
        warns = alarm and row == 0
        draw.text(
            (MARGIN, top),
            _drawable(line),
            fill=ALARM if warns else INK,
            font=ImageFont.load_default(17),
        )
        draw.line((MARGIN, top + 27, WIDTH - MARGIN, top + 27), fill=RULE)
    draw.rectangle((0, 0, WIDTH - 1, height - 1), outline=RULE)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _drawable(text: str) -> str:
    # The font that comes along has no typographic signs.
    signs = {"’": "'", "“": '"', "”": '"', "›": ">", "·": "-", "–": "-"}
    return "".join(signs.get(sign, sign) for sign in text)
