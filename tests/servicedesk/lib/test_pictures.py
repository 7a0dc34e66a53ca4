"""Pictures drawn anew: the picture, and nothing that came along with it."""

import zlib
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from servicedesk.lib import pictures
from servicedesk.lib.pictures import NotAPicture, TooManyPixels, redrawn

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
