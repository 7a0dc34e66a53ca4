"""What pages say about people: `{% load people %}`."""

from collections.abc import Sequence

from django import template

from servicedesk.accounts import demo
from servicedesk.accounts.models import User

register = template.Library()


@register.simple_tag
def demo_logins() -> Sequence[User]:
    """`{% demo_logins as logins %}`: whom a visitor of a demo may be; nobody otherwise."""
    return demo.demo_logins()
