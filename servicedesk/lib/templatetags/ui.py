"""The desk's small components and the words for moments and numbers: `{% load ui %}`."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.core.files.storage import Storage, storages
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from servicedesk.lib import moments, numbers
from servicedesk.lib.pills import NOTICES, PROMISES, REQUESTER_STATUSES, STATUSES, Pill

register = template.Library()

HIDDEN = SafeString('aria-hidden="true"')

for words in (
    moments.time_of_day,
    moments.day,
    moments.moment,
    moments.long_day,
    moments.long_moment,
    moments.month,
    moments.short_month,
    moments.duration,
    moments.work_duration,
    moments.long_duration,
):
    register.filter(words.__name__, lambda at, words=words: "" if at in (None, "") else words(at))
register.filter("number", numbers.number)
register.filter("percent", numbers.percent)
register.filter("signed", numbers.signed)
register.filter("file_size", numbers.file_size)


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """`{% icon "clock" "fs-4 t-ok" %}`: decoration, unless `label` gives it a name."""
    naming = format_html('role="img" aria-label="{}"', label) if label else HIDDEN
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"></use></svg>',
        f"bi {classes}".strip(),
        naming,
        _sprite(storages["staticfiles"]),
        name,
    )


@lru_cache(maxsize=4)
def _sprite(files: Storage) -> str:
    """The address of the sprite, looked up once: a list shows a hundred icons."""
    return files.url("img/icons.svg")


@register.simple_tag
def chip(tone: str, icon_name: str, text: str | Promise, classes: str = "") -> SafeString:
    """`{% chip "warn" "hourglass-split" _("18 min left") %}`: a state in words, always iconed."""
    names = " ".join(filter(None, ["chip", tone, classes]))
    mark = icon(icon_name) if icon_name else ""
    return format_html('<span class="{}">{}{}</span>', names, mark, text)


@register.simple_tag
def status_pill(status: str) -> SafeString:
    """`{% status_pill ticket.status %}`: the status in the words of the desk."""
    return _pill(STATUSES[str(status)])


@register.simple_tag
def requester_status(status: str) -> SafeString:
    """`{% requester_status ticket.status %}`: the status in the words of who asked."""
    return _pill(REQUESTER_STATUSES[str(status)])


@register.filter
def requester_status_word(status: str) -> str:
    """The requester's word alone, for sentences, options and mail."""
    return str(REQUESTER_STATUSES[str(status)].label)


@register.simple_tag
def promise_chip(state: str, text: str | Promise, classes: str = "") -> SafeString:
    """`{% promise_chip "late" text %}`; states: ok warn late hold idle met missed none."""
    shown = PROMISES[state]
    return chip(shown.tone, shown.icon, text, classes)


@register.simple_tag
def avatar(name: object = "", classes: str = "", label: str = "") -> SafeString:
    """`{% avatar user.name "s" %}`: initials. Without a name: nobody yet, said aloud.

    Initials are decoration: the name stands beside them, or is given as `label`.
    """
    text = str(name) if name else ""
    names = f"avatar {classes}".strip()
    if not text:
        nobody = label or _("Not assigned")
        return format_html(
            '<span class="{} none" title="{}">{}<span class="visually-hidden">{}</span></span>',
            names,
            nobody,
            icon("person-plus"),
            nobody,
        )
    spoken = format_html('<span class="visually-hidden">{}</span>', label) if label else ""
    title = format_html(' title="{}"', label) if label else ""
    return format_html(
        '<span class="{}"{}><span aria-hidden="true">{}</span>{}</span>',
        names,
        title,
        initials(text),
        spoken,
    )


@register.filter
def initials(name: str) -> str:
    """ "Sofie Van den Berg" → SB, "Noor" → NO."""
    words = [word for word in str(name).replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


@register.simple_tag
def when(at: dt.datetime | None, classes: str = "", words: str = "moment") -> SafeString:
    """`{% when message.created_at "faint" %}`: a moment in words, exact on hover.

    `words` is one of moment, day, time_of_day, long_day, long_moment.
    """
    if at is None:
        return SafeString(numbers.NOTHING)
    return format_html(
        '<time{} datetime="{}" title="{}">{}</time>',
        format_html(' class="{}"', classes) if classes else "",
        moments.local(at).isoformat(timespec="seconds"),
        f"{moments.long_day(at)}, {moments.time_of_day(at)}",
        getattr(moments, words)(at),
    )


@register.simple_tag
def clock_bar(segments: Iterable[tuple[str, float]]) -> SafeString:
    """`{% clock_bar segments %}`: (kind, seconds) pairs side by side.

    Kinds: ran, over, paused, closed, left. Decoration: the list below it says the same in words.
    """
    parts = [(kind, float(length)) for kind, length in segments if length > 0]
    whole = sum(length for _kind, length in parts) or 1.0
    drawn, start = [], 0.0
    for kind, length in parts:
        share = 100 * length / whole
        drawn.append((kind, f"{start:.3f}", f"{share:.3f}"))
        start += share
    bars = format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="10"></rect>', drawn)
    edge = SafeString('<rect class="edge" width="100%" height="10" rx="5"></rect>')
    return format_html('<svg class="clock" aria-hidden="true">{}{}</svg>', bars, edge)


@register.simple_tag(takes_context=True)
def current(context: Context, *names: str) -> SafeString:
    """`<a {% current "tickets:queue" "reports:*" %}>`: marks the link to where the reader is."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.view_name if match else ""
    for name in names:
        if here == name or (name.endswith("*") and here.startswith(name[:-1])):
            return SafeString('aria-current="page"')
    return SafeString("")


@register.filter
def notice_tone(message: Any) -> str:
    """The tone of a Django message."""
    return NOTICES.get(message.level_tag, NOTICES["info"]).tone


@register.filter
def notice_icon(message: Any) -> str:
    """The icon of a Django message."""
    return NOTICES.get(message.level_tag, NOTICES["info"]).icon


def _pill(pill: Pill) -> SafeString:
    return chip(pill.tone, pill.icon, pill.label)
