"""Pictures drawn anew: the picture, and nothing that came along with it."""

import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from PIL.PngImagePlugin import PngInfo

from servicedesk.lib import pictures
from servicedesk.lib.pictures import LONGEST_SIDE, NotAPicture, TooManyPixels, redrawn

HIDDEN = b"GeheimeStraat 12"


def made(kind: str, size=(40, 30), **options) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return BytesIO(out.getvalue())


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/png"), ("WEBP", "image/png")],
)
def test_each_kind_is_drawn_anew(kind, content_type):
    data, drawn_as = redrawn(made(kind))
    assert drawn_as == content_type
    assert opened(data).size == (40, 30)


def test_what_was_hung_on_the_picture_is_gone():
    exif = Image.Exif()
    exif[0x010E] = HIDDEN.decode()
    photograph = BytesIO(made("JPEG", exif=exif).getvalue() + HIDDEN)
    text = PngInfo()
    text.add_text("Comment", HIDDEN.decode())
    screenshot = BytesIO(made("PNG", pnginfo=text).getvalue() + b"<script>" + HIDDEN)
    for file in (photograph, screenshot):
        assert HIDDEN in file.getvalue()
        data, _kind = redrawn(file)
        assert HIDDEN not in data
        assert b"<script>" not in data
        assert not opened(data).getexif()


def test_a_photograph_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    data, _kind = redrawn(made("JPEG", exif=exif))
    assert opened(data).size == (30, 40)


def test_a_large_picture_is_made_as_large_as_a_screen_can_use():
    data, _kind = redrawn(made("PNG", size=(4800, 100)))
    assert opened(data).size == (2400, 50)


#: In a process of its own: what it holds at most, in megabytes, above what it began with.
MEASURE = """
import sys
from io import BytesIO
from pathlib import Path
from servicedesk.lib.pictures import redrawn

def held():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1000

file = BytesIO(sys.stdin.buffer.read())
before = held()
redrawn(file)
print(held() - before)
"""


@pytest.mark.parametrize(
    ("mode", "kind", "side", "most"),
    [("RGBA", "PNG", 6320, 250), ("P", "PNG", 6320, 120), ("RGBA", "PNG", 4790, 180),
     ("RGBA", "WEBP", 3990, 320)],
)  # fmt: skip
def test_the_largest_picture_takes_little_more_memory_than_its_pixels(mode, kind, side, most):
    out = BytesIO()
    Image.new(mode, (side, side)).save(out, kind, lossless=True)
    found = subprocess.run(
        [sys.executable, "-c", MEASURE], input=out.getvalue(), capture_output=True, check=True
    )
    assert int(found.stdout) < most


def test_a_webp_may_have_fewer_pixels():
    """Decoding one takes four times its pixels."""
    with pytest.raises(TooManyPixels):
        redrawn(made("WEBP", size=(4001, 4000)))


@pytest.mark.parametrize("size", [(5000, 3001), (3001, 5000), (1_000_001, 2)])
def test_what_is_made_smaller_piece_by_piece_shows_no_seams(size):
    """Within a shade of what it is when made smaller as a whole."""
    slope = Image.linear_gradient("L").resize(size).convert("RGB")
    out = BytesIO()
    slope.save(out, "PNG", compress_level=1)
    drawn = opened(redrawn(BytesIO(out.getvalue()))[0])
    whole = slope.resize(drawn.size, Image.Resampling.BICUBIC)
    assert max(high for _low, high in ImageChops.difference(drawn, whole).getextrema()) <= 1


@pytest.mark.parametrize("turned", range(1, 9))
def test_every_way_to_hold_a_camera_is_turned_upright(turned):
    exif = Image.Exif()
    exif[0x0112] = turned
    picture = Image.linear_gradient("L").resize((3000, 400)).rotate(30).convert("RGB")
    out = BytesIO()
    picture.save(out, "PNG", exif=exif)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.getexif()[0x0112] = turned
    upright = ImageOps.exif_transpose(picture)
    drawn = opened(redrawn(BytesIO(out.getvalue()))[0])
    assert drawn.size == upright.size
    assert max(ImageStat.Stat(ImageChops.difference(drawn, upright)).mean) < 1


def test_pictures_are_drawn_one_after_the_other(monkeypatch):
    """Of however many threads: memory is for one."""
    at_work, together = [], []

    def draw(picture: Image.Image, longest_side: int) -> tuple[bytes, str]:
        at_work.append(picture)
        time.sleep(0.02)
        together.append(len(at_work))
        at_work.pop()
        return b"", ""

    monkeypatch.setattr(pictures, "_drawn", draw)
    with ThreadPoolExecutor() as threads:
        list(threads.map(redrawn, [made("PNG") for _number in range(4)]))
    assert together == [1, 1, 1, 1]


def test_what_is_see_through_stays_so():
    out = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    data, _kind = redrawn(BytesIO(out.getvalue()))
    assert opened(data).getpixel((0, 0))[3] == 0


def test_a_bomb_is_refused_before_a_pixel_is_read():
    """Forty thousand by forty thousand in a few kilobytes."""
    bomb = made("PNG", size=(10, 10)).getvalue()
    huge = bomb[:16] + (40_000).to_bytes(4, "big") * 2 + bomb[24:]
    header = huge[12:29]
    huge = huge[:29] + zlib.crc32(header).to_bytes(4, "big") + huge[33:]
    with pytest.raises(TooManyPixels):
        redrawn(BytesIO(huge))


def test_just_too_many_pixels(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1199)
    with pytest.raises(TooManyPixels):
        redrawn(made("PNG"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(40),
        made("JPEG").getvalue()[:200],
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(20),
        b"RIFF\0\0\0\0WEBPVP8 " + bytes(20),
    ],
)
def test_what_cannot_be_drawn_is_said_to_be_no_picture(content):
    with pytest.raises(NotAPicture):
        redrawn(BytesIO(content))


def test_no_other_decoder_is_ever_asked():
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "BMP")
    with pytest.raises(NotAPicture):
        redrawn(BytesIO(out.getvalue()))
