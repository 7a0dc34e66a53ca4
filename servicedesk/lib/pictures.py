"""Pictures of others, drawn anew: what a browser shows is ours, to the last byte."""

import io
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

#: What a browser shows without risk, by the name Pillow has for it.
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
#: More is no photograph but an attack: 40 million pixels are 160 MB of memory.
MOST_PIXELS = 40_000_000
#: As large as a screen can use; the file itself can still be saved.
LONGEST_SIDE = 2400


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
        with Image.open(file, formats=list(FORMATS)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
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
    drawn = ImageOps.exif_transpose(picture)
    drawn = drawn.convert("RGB" if photograph else _mode(drawn))
    drawn.thumbnail((longest_side, longest_side))
    out = io.BytesIO()
    clean = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
    if photograph:
        clean.save(out, "JPEG", quality=85)
        return out.getvalue(), "image/jpeg"
    clean.save(out, "PNG")
    return out.getvalue(), "image/png"


def _mode(picture: Image.Image) -> str:
    see_through = "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA"}
    return "RGBA" if see_through else "RGB"
