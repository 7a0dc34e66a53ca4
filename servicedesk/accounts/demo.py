"""The logins of the demo, offered on the sign-in page in demo mode only."""

from collections.abc import Sequence

from django.conf import settings

from servicedesk.accounts.models import User

DEMO_DOMAIN = "demo.example"
#: No secret: the launcher prints it and the sign-in page of a demo fills it in.
DEMO_PASSWORD = "demo-servicedesk"  # noqa: S105

ORDER = ["requester", "agent", "manager", "administrator"]


def demo_logins() -> Sequence[User]:
    """The people a visitor of a demo may be, requesters first; nobody outside demo mode."""
    if not settings.DESK_DEMO:
        return []
    people = (
        User.objects.active()
        .filter(email__endswith=f"@{DEMO_DOMAIN}")
        .select_related("organisation")
        .order_by("pk")[:12]
    )
    return sorted(people, key=lambda person: ORDER.index(person.role))
