"""Pictures of others, drawn anew: what a browser shows is ours, to the last byte."""

import io
import math
from collections.abc import Iterator
from threading import Lock
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import Base

#: What a browser shows without risk, by the name Pillow has for it.
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
#: More is no photograph but an attack: 40 million pixels are 160 MB of memory, and drawing them
#: anew takes 210 MB in all.
MOST_PIXELS = 40_000_000
#: The decoder of WebP holds every pixel four times: so many times fewer of them may there be.
TIMES_HELD = {"WEBP": 2.5}
#: As large as a screen can use; the file itself can still be saved.
LONGEST_SIDE = 2400
#: Pixels along a piece: what is converted as a whole is in memory twice.
PIECE = 1024
#: How many pixels of the small picture bicubic looks around itself.
REACH = 2
#: Pictures are drawn one after the other in a process: the memory is that of one.
_drawing = Lock()


class NotAPicture(Exception):
    """Nothing that can be drawn."""


class TooManyPixels(Exception):
    """A picture so large that drawing it would hurt."""


def redrawn(file: IO[bytes], *, longest_side: int = LONGEST_SIDE) -> tuple[bytes, str]:
    """Bytes and content type of the picture in `file`, drawn anew: JPEG for JPEG, else PNG.

    Upright, at most `longest_side` long, the first frame only, and without anything that was
    not picture: places, names of cameras, comments, whatever was hung behind it. The size is
    read and judged before a single pixel is. Raises NotAPicture, TooManyPixels.
    """
    try:
        with _drawing, Image.open(file, formats=list(FORMATS)) as picture:
            weight = TIMES_HELD.get(picture.format or "", 1)
            if picture.width * picture.height * weight > MOST_PIXELS:
                raise TooManyPixels
            return _drawn(picture, longest_side)
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotAPicture from error


def _drawn(picture: Image.Image, longest_side: int) -> tuple[bytes, str]:
    photograph = picture.format == "JPEG"
    if photograph:
        picture.draft("RGB", (longest_side, longest_side))
    picture.load()
    drawn = _small(picture, "RGB" if photograph else _mode(picture), longest_side)
    drawn.getexif()[Base.Orientation] = picture.getexif().get(Base.Orientation, 1)
    ImageOps.exif_transpose(drawn, in_place=True)
    drawn.info.clear()
    out = io.BytesIO()
    if photograph:
        drawn.save(out, "JPEG", quality=85, exif=b"")
        return out.getvalue(), "image/jpeg"
    drawn.save(out, "PNG", exif=b"")
    return out.getvalue(), "image/png"


def _mode(picture: Image.Image) -> str:
    see_through = "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA"}
    return "RGBA" if see_through else "RGB"


def _small(picture: Image.Image, mode: str, longest_side: int) -> Image.Image:
    """The pixels alone, in `mode` and made small, piece by piece."""
    shrunk = max(1.0, max(picture.size) / longest_side)
    width, height = (max(1, round(side / shrunk)) for side in picture.size)
    small = Image.new(mode, (width, height))
    for left, right, x, beyond_x in _pieces(picture.width, width):
        for top, bottom, y, beyond_y in _pieces(picture.height, height):
            piece = picture.crop((x, y, beyond_x, beyond_y))
            if piece.mode != mode:
                piece = piece.convert(mode)
            if small.size != picture.size:
                across, down = picture.width / width, picture.height / height
                end_x, end_y = min(right * across, beyond_x), min(bottom * down, beyond_y)
                box = (left * across - x, top * down - y, end_x - x, end_y - y)
                # Around the box it looks at what is there, so that pieces show no seams.
                piece = piece.resize((right - left, bottom - top), box=box)
            small.paste(piece, (left, top))
    return small


def _pieces(large: int, small: int) -> Iterator[tuple[int, int, int, int]]:
    """A side in pieces: from where to where of the small one, and of the large one."""
    scale = large / small
    step, around = max(1, int(PIECE / scale)), math.ceil(REACH * scale) if scale > 1 else 0
    for start in range(0, small, step):
        end = min(start + step, small)
        first, last = math.floor(start * scale) - around, math.ceil(end * scale) + around
        yield start, end, max(0, first), min(large, last)
