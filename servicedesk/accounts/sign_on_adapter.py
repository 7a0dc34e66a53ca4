"""How django-allauth talks with sign-in services here: apps from the settings, our decisions."""

from __future__ import annotations

import logging
from secrets import compare_digest
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from servicedesk.accounts.exceptions import SignOnRefused
from servicedesk.accounts.second_step import note_of_service
from servicedesk.accounts.sign_on import person_for, provider_of

logger = logging.getLogger(__name__)
#: OpenID Connect Core 1.0 allows 255; so much is kept.
LONGEST_SUB = SocialAccount._meta.get_field("uid").max_length

#: A signature by a secret that both sides know is none: an application may have leaked it.
SIGNATURES = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"}


def to_sign_in(request: HttpRequest, sentence: object) -> HttpResponse:
    """Back to the sign-in page, which says what went wrong."""
    messages.error(request, str(sentence))
    return redirect("account_login")


def refusal(name: str) -> str:
    """What somebody reads whose answer proved nothing."""
    sentence = _("Signing in by %(name)s did not work. Try again, or use your password.")
    return sentence % {"name": name}


class SignOnAdapter(DefaultSocialAccountAdapter):
    """Asks `sign_on` who comes in. Nobody signs up by a form, and nothing is linked by itself."""

    def list_apps(self, request: Any, provider: Any = None, client_id: Any = None) -> list:
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=one.id,
                name=one.name,
                client_id=one.client_id,
                secret=one.client_secret,
                settings={
                    "server_url": one.server.rstrip("/"),
                    "issuer": one.signs_as,
                    "oauth_pkce_enabled": True,
                    "scope": list(one.scopes),
                },
            )
            for one in settings.DESK_OIDC
            if provider in (None, one.id, "openid_connect")
        ]

    def get_provider(self, request: Any, provider: Any, client_id: Any = None) -> Any:
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = OpenIDClient
        return found

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Any:
        return sociallogin.user  # who that is, is decided below

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        provider = provider_of(sociallogin.account.provider)
        if provider is None:
            raise ImmediateHttpResponse(to_sign_in(request, SignOnRefused()))
        told = sociallogin.account.extra_data
        if not _is_answer_to(sociallogin.state, told):
            raise OAuth2Error("an id_token of another sign-in")
        signed = told.get("id_token", {})
        claims = claims_of(signed, told.get("userinfo", {}))
        try:
            sociallogin.user = person_for(provider, sociallogin.account, claims)
        except SignOnRefused as refused:
            raise ImmediateHttpResponse(to_sign_in(request, refused)) from refused
        note_of_service(request, provider, signed)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Cancelled, out of date, or the service is not well: back, with a sentence."""
        if error == AuthError.CANCELLED:
            sentence = _("You did not sign in at %(name)s.") % {"name": provider.name}
        else:
            sentence = refusal(provider.name)
        raise ImmediateHttpResponse(to_sign_in(request, sentence))


def claims_of(signed: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """All that the service tells; an address and its proof are of one document, never of both."""
    source = signed if "email" in signed else more
    return {**signed, **more, **{name: source.get(name) for name in ("email", "email_verified")}}


def _is_answer_to(asked: dict[str, Any], told: dict[str, Any]) -> bool:
    """The id_token repeats the word that was made up when this browser left for the service."""
    nonce = told.get("id_token", {}).get("nonce")
    return isinstance(nonce, str) and compare_digest(
        nonce.encode(), str(asked.get("nonce", "")).encode()
    )


class OpenIDClient(OpenIDConnectOAuth2Adapter):
    """Insists on an answer that is signed by the issuer of the settings, and comes back to the
    desk's own address."""

    @property
    def openid_config(self) -> dict[str, Any]:
        told: dict[str, Any] = super().openid_config
        if told.get("issuer") != self.issuer:
            logger.warning("sign-in service names another issuer provider=%s", self.provider_id)
            raise OAuth2Error("the metadata are those of another issuer")
        return told

    @property
    def issuer(self) -> str:
        return self.get_provider().app.settings["issuer"]

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        signed = kwargs["response"].get("id_token")
        if not signed:
            raise OAuth2Error("no id_token")
        told = self._decode_id_token(app, signed)
        data = {"id_token": told}
        if "userinfo_endpoint" in self.openid_config:
            more = self._fetch_user_info(token.token)
            if not isinstance(more, dict) or more.get("sub") != told.get("sub"):
                raise OAuth2Error("userinfo is about somebody else")
            data["userinfo"] = more
        if not 0 < len(str(told.get("sub") or "")) <= LONGEST_SUB:
            raise OAuth2Error("no sub, or one that is too long")
        return self.get_provider().sociallogin_from_response(request, data)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict:
        # Checked although it came straight from the service: TLS may end somewhere before us.
        try:
            if jwt.get_unverified_header(id_token).get("alg") not in SIGNATURES:
                raise OAuth2Error("not signed in a way that proves anything")
            return jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.issuer,
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("Invalid id_token") from error

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        return f"{settings.DESK_BASE_URL}{path}"
