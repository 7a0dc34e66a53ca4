"""What went to suppliers and what came back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from servicedesk.catalogue.models import Supplier
from tickets.history.words import Sentences, actor
from tickets.models import Forwarding, TicketEvent
from tickets.names import Names


def _forwarded(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s forwarded this ticket to %(supplier)s") % _with_supplier(event, names)


def _supplier_asked(event: TicketEvent, names: Names) -> str:
    return _("%(actor)s wrote to %(supplier)s") % _with_supplier(event, names)


def _supplier_answered(event: TicketEvent, names: Names) -> str:
    words = _with_supplier(event, names)
    if event.data["automatic"]:
        return _("An automatic mail of %(supplier)s came in") % words
    if event.actor_id:
        return _("%(actor)s noted that %(supplier)s answered") % words
    return _("%(supplier)s answered") % words


def _forwarding_ended(event: TicketEvent, names: Names) -> str:
    words = _with_supplier(event, names)
    if event.data["how"] == Forwarding.How.SOLVED:
        return _("%(actor)s noted that %(supplier)s solved it") % words
    if event.data["how"] == Forwarding.How.TAKEN_BACK:
        return _("%(actor)s took this ticket back from %(supplier)s") % words
    return _("Solved, so that %(supplier)s need not go on with it") % words


def _with_supplier(event: TicketEvent, names: Names) -> dict[str, str]:
    return {
        "actor": actor(event, names),
        "supplier": names.get(Supplier, event.data["supplier"]),
    }


SENTENCES: Sentences = {
    "forwarded": (_forwarded, "box-arrow-up-right"),
    "supplier_asked": (_supplier_asked, "box-arrow-up-right"),
    "supplier_answered": (_supplier_answered, "box-arrow-in-right"),
    "forwarding_ended": (_forwarding_ended, "arrow-counterclockwise"),
}
