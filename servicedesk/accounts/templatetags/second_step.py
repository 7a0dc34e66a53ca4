"""What pages about the second step say: `{% load second_step %}`."""

from dataclasses import dataclass

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django import template
from django.template.context import Context
from django.utils.http import url_has_allowed_host_and_scheme

from servicedesk.accounts import second_step as step

register = template.Library()


@dataclass(frozen=True)
class Needed:
    """Whether the reader must set one up still, and where they wanted to go."""

    missing: bool
    next: str


@register.simple_tag(takes_context=True)
def second_step(context: Context) -> Needed:
    """`{% second_step as needed %}`: is one missing, and the page that was asked for."""
    request = context["request"]
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    missing = step.is_required(request.user) and not step.is_taken(request)
    return Needed(missing=missing, next=wanted if safe else "")


@dataclass(frozen=True)
class AtHand:
    """Which second steps the person who is signing in has set up."""

    passkey: bool


@register.simple_tag
def second_steps_at_hand(request) -> AtHand:
    """`{% second_steps_at_hand request as hand %}`, while signing in: whose stage this is."""
    person = request._login_stage.login.user
    kinds = Authenticator.objects.filter(user=person).values_list("type", flat=True)
    return AtHand(passkey=Authenticator.Type.WEBAUTHN in set(kinds))


@register.simple_tag
def may_remove(authenticator: Authenticator) -> bool:
    """`{% may_remove authenticator as allowed %}`."""
    return get_adapter().can_delete_authenticator(authenticator)
