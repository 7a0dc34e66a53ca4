"""What pages say about people: `{% load people %}`."""

from collections.abc import Sequence

from django import template
from django.conf import settings

from servicedesk.accounts import demo
from servicedesk.accounts.models import User
from servicedesk.accounts.providers import Provider

register = template.Library()


@register.simple_tag
def demo_logins() -> Sequence[User]:
    """`{% demo_logins as logins %}`: whom a visitor of a demo may be; nobody otherwise."""
    return demo.demo_logins()


@register.simple_tag
def sign_in_services() -> Sequence[Provider]:
    """`{% sign_in_services as services %}`: the services by which people may come in."""
    return settings.DESK_OIDC
