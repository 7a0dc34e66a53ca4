"""The second step of signing in: an authenticator app, a passkey, or a recovery code.

Agents and above must have one where `DESK_MFA_REQUIRED` is on. Whether this session was opened
with one is kept in the session, so that no page asks the database for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.mail import queue_mail
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_reset_second_step, must_have_second_step
from servicedesk.accounts.providers import Provider
from servicedesk.accounts.sessions import end_everything
from servicedesk.audit.recording import record
from servicedesk.lib.sealing import seal, unseal

SET_UP_HERE = "second_step_set_up_here"
ASKED_THERE = "second_step_asked_there"
#: What `amr` of an id_token calls more than a password (RFC 8176, and the words of Entra).
MORE_THAN_A_PASSWORD = {"mfa", "otp", "hwk", "swk", "sc", "fido", "ngcmfa", "rsa"}


class SecondStepAdapter(DefaultMFAAdapter):
    """Keeps secrets sealed, says things in the words of the desk, and lets nobody who must have
    a second step take the last one away."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. A code of the app works for half a minute."),
        "cannot_delete_authenticator": _(
            "Your role needs a second step. Add another one before you remove this one."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal(text).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text.encode())

    def get_totp_issuer(self) -> str:
        return str(_("Service desk"))

    def _get_site_name(self) -> str:
        return str(_("Service desk"))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(
            pk=authenticator.pk
        )
        steps = others.exclude(type=Authenticator.Type.RECOVERY_CODES)
        return steps.exists() or not is_required(authenticator.user)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(_("Passkey %(number)d") % {"number": count + 1})

    def get_public_key_credential_user_entity(self, user: Any) -> dict:
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.name}


def is_required(user: User) -> bool:
    """This person must sign in with a second step."""
    return settings.DESK_MFA_REQUIRED and must_have_second_step(user)


def is_settled(request: HttpRequest) -> bool:
    """Whoever is signed in took a second step, or needs none."""
    return not is_required(request.user) or is_taken(request)  # type: ignore[arg-type]


def is_taken(request: HttpRequest) -> bool:
    """This session was opened with a second step, or one was set up in it."""
    if request.session.get(SET_UP_HERE):
        return True
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    trusted = {provider.id for provider in settings.DESK_OIDC if provider.second_step}
    trusted &= {request.session.get(ASKED_THERE)}
    return any(step["method"] == "mfa" or step.get("provider") in trusted for step in records)


def note_of_service(request: HttpRequest, provider: Provider, signed: Mapping[str, Any]) -> None:
    """Whether a sign-in service that asks for a second step itself did so this time: it must say so
    in what it signs, as somebody may come in there with less.
    """
    told = signed.get("amr")
    ways = {way for way in told if isinstance(way, str)} if isinstance(told, list) else set()
    proved = ways & MORE_THAN_A_PASSWORD or signed.get("acr") in provider.second_step_acr
    request.session[ASKED_THERE] = provider.id if proved else ""


def remember(request: HttpRequest) -> None:
    """A second step was set up in this session."""
    request.session[SET_UP_HERE] = True


def has_any(person: User) -> bool:
    """This person set up a second step."""
    return Authenticator.objects.filter(user_id=person.pk).exists()


@transaction.atomic
def reset(person: User, *, by: User) -> None:
    """Takes every second step away from somebody who lost them: app, passkeys and codes.

    Sessions and links end at once, and the person hears of it by mail. Who must have a second
    step sets up another one at the next sign-in.
    """
    if not may_reset_second_step(by, person):
        raise PermissionDenied
    Authenticator.objects.filter(user_id=person.pk).delete()
    end_everything(person)
    record("second_step_reset", by=by, about=person)
    queue_mail(person, "second_step_reset", path=reverse("account_login"))


def forget_if_none(request: HttpRequest, user: User) -> None:
    """After one was removed: without any left this session counts as opened with a password."""
    if not Authenticator.objects.filter(user_id=user.pk).exists():
        request.session.pop(SET_UP_HERE, None)
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        kept = [record for record in records if record.get("method") != "mfa"]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
