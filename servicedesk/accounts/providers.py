"""Sign-in services of organisations (OpenID Connect), as `DESK_OIDC` describes them.

A list of objects in JSON; each has

id             in addresses and in the audit trail, such as "entra"; never changed afterwards
name           on the button, such as "Microsoft"
server         the issuer, whose /.well-known/openid-configuration says the rest
issuer         what it calls itself in what it signs, when that is not `server`
client_id, client_secret or client_secret_file
domains        mail domains this service may speak for; needed unless it is the desk's own
desk           true: the desk's own service. Only through such a one do people of the desk come in
create         true (default): who is not known yet gets an account, as a requester
link           true (default): who is known by the same, proved, address is linked
second_step    true: the service itself asks for a second step and says so in the `amr` of its
               id_token; then nobody has to set one up here
second_step_acr  values of `acr` that say so too
scopes         what to ask for; openid, profile and email by default
rules          what a claim says of somebody: {"claim": "groups", "value": "x", "role": "agent"}
               or {"claim": "org", "value": "heidedal", "organisation": "Bibliotheek Heidedal"}

Read by the settings at start, so this module knows nothing of models.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

#: From least to most; a rule may give any of them.
ROLES = ("requester", "agent", "manager", "administrator")
SCOPES = ("openid", "profile", "email")
#: What JSON holds for a field of a provider, and what that is called.
KINDS: dict[str, tuple[type, str]] = {
    "str": (str, "a text"),
    "bool": (bool, "true or false"),
    "tuple[str, ...]": (list, "a list"),
    "tuple[Rule, ...]": (list, "a list"),
}


@dataclass(frozen=True)
class Rule:
    """Who has this value in this claim has this role, or belongs to this organisation."""

    claim: str
    value: str
    role: str = ""
    organisation: str = ""

    def fits(self, claims: Mapping[str, Any]) -> bool:
        """A claim with several values fits by one of them."""
        found = claims.get(self.claim)
        values = found if isinstance(found, list) else [found]
        return any(isinstance(one, str | int) and str(one) == self.value for one in values)


@dataclass(frozen=True)
class Provider:
    """One sign-in service."""

    id: str
    name: str
    server: str
    client_id: str
    client_secret: str
    domains: tuple[str, ...] = ()
    desk: bool = False
    create: bool = True
    link: bool = True
    second_step: bool = False
    second_step_acr: tuple[str, ...] = ()
    issuer: str = ""
    scopes: tuple[str, ...] = SCOPES
    rules: tuple[Rule, ...] = ()

    @property
    def signs_as(self) -> str:
        """The issuer, given beforehand: whatever calls itself something else is not this one."""
        return self.issuer or self.server

    def may_speak_for(self, email: str) -> bool:
        """Whether this service is trusted with addresses of that domain."""
        return not self.domains or email.rpartition("@")[2].lower() in self.domains

    def role_of(self, claims: Mapping[str, Any]) -> str:
        """The highest role that a rule gives; '' when no rule speaks of roles at all."""
        roles = [rule for rule in self.rules if rule.role]
        if not roles:
            return ""
        given = ["requester", *(rule.role for rule in roles if rule.fits(claims))]
        return max(given, key=ROLES.index)

    def organisation_of(self, claims: Mapping[str, Any]) -> str:
        """The name of the organisation that the first fitting rule gives, or ''."""
        named = (rule for rule in self.rules if rule.organisation)
        return next((rule.organisation for rule in named if rule.fits(claims)), "")


def read_providers(text: str) -> list[Provider]:
    """The services in `DESK_OIDC`; raises ImproperlyConfigured with a sentence."""
    if not text.strip():
        return []
    try:
        entries = json.loads(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"DESK_OIDC is not JSON: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ImproperlyConfigured("DESK_OIDC is not a list of objects")
    providers = [_provider(entry) for entry in entries]
    if len({provider.id for provider in providers}) < len(providers):
        raise ImproperlyConfigured("DESK_OIDC names the same id twice")
    return providers


def origin_of(provider: Provider) -> str:
    """Where the browser of somebody who signs in there goes, for the content security policy."""
    address = urlsplit(provider.server)
    return f"{address.scheme}://{address.netloc}"


def _provider(entry: dict[str, Any]) -> Provider:
    given = dict(entry)
    secret_file = given.pop("client_secret_file", None)
    if secret_file:
        given["client_secret"] = _secret(str(secret_file))
    for field in fields(Provider):
        kind, called = KINDS[str(field.type)]
        if not isinstance(given.get(field.name, kind()), kind):  # "false" would be true
            raise ImproperlyConfigured(f"DESK_OIDC: {field.name} is not {called}")
    given["rules"] = tuple(_rule(rule) for rule in given.get("rules", ()))
    given["scopes"] = tuple(map(str, given.get("scopes", SCOPES)))
    given["second_step_acr"] = tuple(map(str, given.get("second_step_acr", ())))
    given["domains"] = tuple(str(one).lower() for one in given.get("domains", ()))
    unknown = given.keys() - {field.name for field in fields(Provider)}
    if unknown:
        raise ImproperlyConfigured(f"DESK_OIDC: {', '.join(sorted(unknown))} means nothing here")
    try:
        provider = Provider(**given)
    except TypeError as error:
        raise ImproperlyConfigured(f"DESK_OIDC: {error}") from error
    _check(provider)
    return provider


def _secret(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"DESK_OIDC: client_secret_file cannot be read: {error}"
        ) from error


def _rule(entry: object) -> Rule:
    try:
        rule = Rule(**entry)  # type: ignore[arg-type]
    except TypeError as error:
        raise ImproperlyConfigured(f"DESK_OIDC: a rule is not right: {error}") from error
    if rule.role and rule.role not in ROLES:
        raise ImproperlyConfigured(f"DESK_OIDC: {rule.role!r} is not one of {', '.join(ROLES)}")
    return rule


def _check(provider: Provider) -> None:
    def refuse(why: str) -> None:
        raise ImproperlyConfigured(f"DESK_OIDC {provider.id!r}: {why}")

    if not re.fullmatch(r"[a-z0-9-]{1,40}", provider.id):
        refuse("the id is not made of small letters, digits and dashes")
    if urlsplit(provider.server).scheme not in {"http", "https"}:
        refuse("server is not the address of a sign-in service")
    if not provider.desk and not provider.domains:
        refuse("name the mail domains it may speak for, or say that it is the desk's own")
    if not provider.desk and any(rule.role not in {"", "requester"} for rule in provider.rules):
        refuse("only the desk's own service may give roles of the desk")
