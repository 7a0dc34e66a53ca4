"""The only sanitiser of the house: for what people type, and for mail from outside."""

import re
from collections.abc import Mapping
from html import escape, unescape
from urllib.parse import unquote

import nh3
from django.utils.translation import gettext as _
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


#: Mail is written with more elements than people type; what they do is kept, how they look is not.
MAIL_TAGS = TAGS | {
    "big", "caption", "center", "cite", "col", "colgroup", "dd", "dfn", "div", "dl", "dt", "figure",
    "figcaption", "h1", "h5", "h6", "ins", "kbd", "q", "samp", "small", "span", "strike", "tfoot",
    "tt", "var",
}  # fmt: skip
MAIL_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
#: Marks the link that stands for a picture on the internet.
REMOTE = "remote picture"
#: With their contents: a title or a conditional comment is no text of the letter.
_not_shown = {
    "script",
    "style",
    "title",
    "head",
    "noscript",
    "template",
    "textarea",
    "select",
    "svg",
}
_picture = re.compile(r'<img((?:\s+[a-z]+="[^"]*")*)\s*/?>')
_attribute = re.compile(r'\s+([a-z]+)="([^"]*)"')


def from_mail(html: str) -> str:
    """Sanitised HTML of a mail: no style, no form, no frame, no id, nothing that is fetched.

    A remote picture becomes a link to it. A picture that came along keeps its `cid:` source until
    `with_pictures` says where it is. Safe to call twice.
    """
    # Once more, as a picture in a link became a link in a link.
    return _clean_mail(_picture.sub(_picture_or_link, _clean_mail(html.replace("\0", ""))))


def _clean_mail(html: str) -> str:
    return nh3.clean(
        html,
        tags=MAIL_TAGS,
        clean_content_tags=_not_shown,
        attributes=MAIL_ATTRIBUTES,
        url_schemes=SCHEMES | {"cid"},
        link_rel="noopener noreferrer nofollow",
    )


def with_pictures(html: str, addresses: Mapping[str, str]) -> str:
    """HTML of `from_mail` with each `cid:` picture at its address; its text where there is none."""

    def place(found: re.Match[str]) -> str:
        values = dict(_attribute.findall(found[1]))
        address = addresses.get(_content_id(values.get("src", "")))
        alt = values.get("alt", "")
        return f'<img src="{escape(address)}" alt="{alt}" loading="lazy">' if address else alt

    return _picture.sub(place, html)


def pictures_in(html: str) -> set[str]:
    """The content ids of the pictures that HTML of `from_mail` shows."""
    sources = (dict(_attribute.findall(found)).get("src", "") for found in _picture.findall(html))
    return {_content_id(source) for source in sources} - {""}


def _content_id(source: str) -> str:
    known = source[:4].lower() == "cid:"
    return unquote(unescape(source[4:])).strip("<> ") if known else ""


def _picture_or_link(found: re.Match[str]) -> str:
    values = dict(_attribute.findall(found[1]))
    source, alt = values.get("src", ""), values.get("alt", "")
    if _content_id(source):
        return f'<img src="{source}" alt="{alt}">'
    if not re.match(r"https?://[^/]", source, re.IGNORECASE):
        return alt
    return f'<a href="{source}" title="{REMOTE}">[{alt or _("picture")}]</a>'


def _lines(paragraph: str) -> str:
    parts, end = [], 0
    for found in _address.finditer(paragraph):
        url = escape(found.group())
        parts += [escape(paragraph[end : found.start()]), f'<a href="{url}">{url}</a>']
        end = found.end()
    return "".join([*parts, escape(paragraph[end:])]).replace("\n", "<br>")
