"""To a sign-in service and back. Going is a POST: no picture on a page can send somebody there."""

from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
    OAuth2View,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from servicedesk.accounts.providers import Provider
from servicedesk.accounts.sign_on import provider_of
from servicedesk.accounts.sign_on_adapter import OpenIDClient, to_sign_in


@require_POST
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sends the reader to the sign-in service."""
    return _through(OAuth2LoginView, request, _provider_or_404(provider_id))


@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the sign-in service sends the reader back to."""
    return _through(OAuth2CallbackView, request, _provider_or_404(provider_id))


def _through(view: type[OAuth2View], request: HttpRequest, provider: Provider) -> HttpResponse:
    try:
        return view.adapter_view(OpenIDClient(request, provider.id))(request)
    except (RequestException, KeyError, ValueError):  # away, or not a sign-in service at all
        sentence = _("%(name)s does not answer now. Try again later, or use your password.")
        return to_sign_in(request, sentence % {"name": provider.name})


def _provider_or_404(provider_id: str) -> Provider:
    provider = provider_of(provider_id)
    if provider is None:
        raise Http404
    return provider
