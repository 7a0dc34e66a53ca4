"""To a sign-in service and back. Going is a POST: no picture on a page can send somebody there."""

import secrets
from collections.abc import Callable

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from servicedesk.accounts.providers import Provider
from servicedesk.accounts.sign_on import provider_of
from servicedesk.accounts.sign_on_adapter import OpenIDClient, refusal, to_sign_in


@require_POST
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sends the reader to the sign-in service."""
    return _guarded(_leave, request, _provider_or_404(provider_id))


@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the sign-in service sends the reader back to."""
    return _guarded(_come_back, request, _provider_or_404(provider_id))


def _leave(request: HttpRequest, client: OpenIDClient) -> HttpResponse:
    """With a word (nonce) that what the service signs must repeat: kept beside `state`."""
    nonce = secrets.token_urlsafe(16)
    return client.get_provider().redirect(
        request,
        AuthProcess.LOGIN,
        next_url=get_next_redirect_url(request),
        auth_params={"nonce": nonce},
        nonce=nonce,
    )


def _come_back(request: HttpRequest, client: OpenIDClient) -> HttpResponse:
    """Where the answer says who gave it (RFC 9207), that must be whom we asked."""
    if request.GET.get("iss", client.issuer) != client.issuer:
        raise OAuth2Error("the answer is that of another issuer")
    return OAuth2CallbackView.adapter_view(client)(request)


def _guarded(
    step: Callable[[HttpRequest, OpenIDClient], HttpResponse],
    request: HttpRequest,
    provider: Provider,
) -> HttpResponse:
    try:
        return step(request, OpenIDClient(request, provider.id))
    except OAuth2Error:
        return to_sign_in(request, refusal(provider.name))
    except (RequestException, KeyError, ValueError):  # away, or not a sign-in service at all
        sentence = _("%(name)s does not answer now. Try again later, or use your password.")
        return to_sign_in(request, sentence % {"name": provider.name})


def _provider_or_404(provider_id: str) -> Provider:
    provider = provider_of(provider_id)
    if provider is None:
        raise Http404
    return provider
