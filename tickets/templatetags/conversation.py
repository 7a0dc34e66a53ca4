"""Small words of the ticket page: `{% load conversation %}`."""

import re

from django import template

from knowledgebase.models import Article
from tickets import articles
from tickets.conversation import quoted
from tickets.models import Message

register = template.Library()

CHANNEL_ICONS = {
    "mail": "envelope",
    "phone": "telephone",
    "desk": "person-workspace",
    "chat": "chat",
    "post": "envelope-open",
    "monitor": "broadcast",
    "api": "code-slash",
}


@register.filter
def channel_icon(channel: str) -> str:
    """The icon of the way a message came in."""
    return CHANNEL_ICONS.get(channel, "globe2")


@register.filter
def phone_link(number: str) -> str:
    """The part of a phone number that a `tel:` link may hold."""
    return re.sub(r"[^0-9+]", "", number)


@register.filter(name="quoted")
def quoted_filter(message: Message) -> str:
    """Markdown that quotes the message, as it is put into an answer."""
    return quoted(message)


@register.filter
def article_link(article: Article) -> str:
    """Markdown for a link to the article, as it is put into an answer."""
    return articles.link(article)
