"""The only sanitiser of the house, and the two ways to make HTML of what people type."""

import re
from html import escape

import nh3
from markdown_it import MarkdownIt

TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "i", "img", "li",
    "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True}).enable(
    ["linkify", "table", "strikethrough"]
)
_address = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


def sanitise(html: str, *, pictures: bool = False) -> str:
    """`html` with only harmless elements and attributes. `pictures`: own, relative ones stay.

    Safe to call twice. Links open without telling the target where they came from.
    """

    def keep(element: str, attribute: str, value: str) -> str | None:
        if element == "img" and attribute == "src" and not value.startswith("/articles/"):
            return None
        return value

    return nh3.clean(
        html,
        tags=TAGS if pictures else TAGS - {"img"},
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def from_markdown(text: str, *, pictures: bool = False) -> str:
    """Sanitised HTML of Markdown; a single line break is a line break, as people mean it."""
    return sanitise(_markdown.render(text.replace("\0", "")), pictures=pictures)


def from_plain_text(text: str) -> str:
    """Sanitised HTML of plain text: paragraphs, line breaks and links, nothing else."""
    clean = text.replace("\0", "").replace("\r\n", "\n").strip("\n")
    paragraphs = re.split(r"\n\s*\n", clean) if clean.strip() else []
    return sanitise("".join(f"<p>{_lines(paragraph)}</p>" for paragraph in paragraphs))


def _lines(paragraph: str) -> str:
    parts, end = [], 0
    for found in _address.finditer(paragraph):
        url = escape(found.group())
        parts += [escape(paragraph[end : found.start()]), f'<a href="{url}">{url}</a>']
        end = found.end()
    return "".join([*parts, escape(paragraph[end:])]).replace("\n", "<br>")
