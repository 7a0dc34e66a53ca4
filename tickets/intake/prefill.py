"""What an address carries into an empty form: words of a search, an article, a closed ticket."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from knowledgebase.models import Article
from servicedesk.accounts.models import User
from tickets.intake.questions import KINDS, VARIANTS
from tickets.models import Ticket
from tickets.permissions import may_follow_up

CARRIED = ("kind", "variant", "service", "subject", "body", "article")
LONGEST = 500


def carried(address: QueryDict, *, user: User) -> dict[str, str | list[str]]:
    """Fields by name. `q` becomes the subject; `follows` is the number of a closed ticket."""
    fields = {name: _text(address, name)[:LONGEST] for name in CARRIED if name in address}
    if "q" in address and "subject" not in fields:
        fields["subject"] = _text(address, "q")[:200]
    if fields.get("kind") not in {card.value for card in KINDS}:
        fields.pop("kind", None)
    if fields.get("kind") not in VARIANTS:
        fields.pop("variant", None)
    kept: dict[str, str | list[str]] = {name: text for name, text in fields.items() if text.strip()}
    return (
        _article(fields.get("article", ""), user)
        | kept
        | _follow_up(_text(address, "follows"), user)
    )


def _text(address: QueryDict, name: str) -> str:
    return str(address.get(name, "")).replace("\0", "")


def _article(slug: str, user: User) -> dict[str, str | list[str]]:
    """The service of the article that somebody read and still has a question about."""
    article = Article.objects.visible_to(user).select_related("service").filter(slug=slug).first()
    return {"service": article.service.slug} if article and article.service else {}


def _follow_up(number: str, user: User) -> dict[str, str | list[str]]:
    if not number.isdecimal() or len(number) > 15:
        return {}
    seen = Ticket.objects.visible_to(user).select_related("service")
    ticket = seen.filter(pk=number).first()
    if ticket is None or not may_follow_up(user, ticket):
        return {}
    subject = _("Follow-up: %(subject)s") % {"subject": ticket.subject}
    service = {"service": ticket.service.slug} if ticket.service else {}
    return {"follows": str(ticket.pk), "subject": subject[:200], **service}
