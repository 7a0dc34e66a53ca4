"""Subscribing to the status page."""

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.networks import network_of
from sla.availability.status import subscribing


class SubscribeForm(forms.Form):
    """An address to be told of outages."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Give your e-mail address.")},
    )

    def save(self, request: HttpRequest) -> None:
        """Asks the address, unless this network asked enough of them; nobody is told which."""
        here = network_of(request)
        if ratelimit.consume(request, action="status_mail_from_here", key=here):
            language = (get_language() or "nl")[:2]
            subscribing.ask(self.cleaned_data["email"], language=language)
