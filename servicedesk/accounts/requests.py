"""The request as views behind `login_required` know it, for the type checker."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from servicedesk.accounts.models import User


class DeskRequest(HttpRequest):
    """A request of somebody who is signed in. Never made by hand: the views only say so."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails
