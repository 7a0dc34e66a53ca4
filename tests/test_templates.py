"""Rules for every template and stylesheet: strict CSP, known icons, readable colours."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SYMBOLS = set(
    re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "img" / "icons.svg").read_text("utf-8"))
)
INLINE = re.compile(r"""\sstyle=["']|\son[a-z]+=["']|<style|<script(?![^>]*\ssrc=)|javascript:""")
ICON = re.compile(r"""\{%\s*icon\s+["']([^"']+)["']|icon_name=["']([^"']+)["']""")


def pages() -> list[Path]:
    """Templates of pages; mail has its own ways."""
    every = sorted((ROOT / "templates").rglob("*.html"))
    return [path for path in every if not {"emails", "email"} & set(path.parts)]


def found_in_pages(pattern: re.Pattern[str]) -> dict[str, list]:
    """What a pattern finds, by template."""
    finds = {path: pattern.findall(path.read_text("utf-8")) for path in pages()}
    return {path.relative_to(ROOT).as_posix(): found for path, found in finds.items() if found}


def test_no_inline_script_or_style():
    assert found_in_pages(INLINE) == {}


def test_icons_are_in_the_sprite():
    found = found_in_pages(ICON)
    assert found, "the pattern finds no icon at all"
    unknown = {path: {a or b for a, b in names} - SYMBOLS for path, names in found.items()}
    assert {path: names for path, names in unknown.items() if names} == {}


def tokens(theme: str) -> dict[str, str]:
    """The colours of one theme, by token."""
    css = (ROOT / "static" / "css" / "tokens.css").read_text("utf-8")
    block = re.search(rf'\[data-bs-theme="{theme}"\] \{{(.*?)\n\}}', css, re.DOTALL)
    assert block
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6})\b", block[1]))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_inks_and_tones_are_readable_in_both_themes(theme):
    colour = tokens(theme)
    grounds = ["canvas", "surface", "sunken", "hover", "picked"]
    pairs = [(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in grounds]
    pairs += [(tone, f"{tone}-soft") for tone in ("ok", "warn", "bad", "hold", "info", "note")]
    pairs += [(tone, "surface") for tone in ("ok", "warn", "bad", "hold", "info", "brand")]
    pairs += [("on-brand", "brand-fill"), ("band-ink", "band"), ("band-ink-2", "band")]
    faint = [pair for pair in pairs if contrast(colour[pair[0]], colour[pair[1]]) < 4.5]
    assert faint == []
    marks = [f"{tone}-mark" for tone in ("ok", "warn", "bad", "hold", "info")] + ["line-strong"]
    assert [mark for mark in marks if contrast(colour[mark], colour["surface"]) < 3] == []
