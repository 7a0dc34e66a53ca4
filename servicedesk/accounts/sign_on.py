"""Coming in through the sign-in service of an organisation: who that is here, and who not.

The service proves an address; the rules of `DESK_OIDC` say what follows from that.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from servicedesk.accounts.actions import organisation_of, set_role
from servicedesk.accounts.addresses import check_address
from servicedesk.accounts.exceptions import LastAdministrator, SignOnRefused
from servicedesk.accounts.models import Organisation, User
from servicedesk.accounts.providers import Provider
from servicedesk.audit.recording import record


def provider_of(name: str) -> Provider | None:
    """The sign-in service with that id, if it is configured."""
    return next((one for one in settings.DESK_OIDC if one.id == name), None)


@transaction.atomic
def person_for(provider: Provider, account: SocialAccount, claims: Mapping[str, Any]) -> User:
    """Who comes in with this account of the service: known by it, linked to it, or new.

    `account` is saved with that person. Raises SignOnRefused.
    """
    person = _known(account) or _linked(provider, claims) or _created(provider, claims)
    if not person.is_active or (person.is_agent and not provider.desk):
        raise SignOnRefused
    # What the service tells of somebody is used now and kept nowhere.
    account.extra_data = {}
    is_new, account.user = account.pk is None, person  # type: ignore[assignment]
    account.save()
    if is_new:
        record("identity_linked", by=person, about=person, provider=provider.id)
    _follow_role(provider, person, claims)
    return person


def _known(account: SocialAccount) -> User | None:
    return User.objects.get(pk=account.user_id) if account.pk else None


def proved_address(provider: Provider, claims: Mapping[str, Any]) -> str:
    """The address that the service proved, and may speak for. Raises SignOnRefused.

    Nothing but a plain yes in `email_verified` is a proof.
    """
    email = User.objects.normalize_email(str(claims.get("email") or ""))
    said = claims.get("email_verified")
    if not (said is True or said == "true") or not provider.may_speak_for(email):
        raise SignOnRefused
    try:
        check_address(email)
    except ValidationError as error:
        raise SignOnRefused from error
    return email


def _linked(provider: Provider, claims: Mapping[str, Any]) -> User | None:
    person = User.objects.filter(email=proved_address(provider, claims)).first()
    if person is not None and not provider.link:
        raise SignOnRefused
    return person


def _created(provider: Provider, claims: Mapping[str, Any]) -> User:
    if not provider.create:
        raise SignOnRefused
    email = proved_address(provider, claims)
    name = " ".join(str(claims.get("name") or email.partition("@")[0]).split())[:120]
    named = Organisation.objects.filter(name=provider.organisation_of(claims), is_active=True)
    organisation = named.first() or organisation_of(email)
    person = User.objects.create_user(email, name, organisation=organisation)
    record("person_created", by=None, about=person, way=provider.id, role=person.role)
    return person


def _follow_role(provider: Provider, person: User, claims: Mapping[str, Any]) -> None:
    """Gives the role of the rules. A role that was given by hand stays as it is."""
    role = provider.role_of(claims)
    by_hand = person.role != User.Role.REQUESTER and person.role_given_by != provider.id
    if role and role != person.role and not by_hand:
        with contextlib.suppress(LastAdministrator):  # who stays until another one is appointed
            set_role(person, role, by=None, given_by=provider.id)
