"""Who joins or leaves a team, in the audit trail: one entry for each person it happened to."""

from __future__ import annotations

from servicedesk.accounts.models import Membership, User
from servicedesk.audit.recording import record


def teams_of(*people: User) -> dict[int, list[str]]:
    """The teams of these people, or of everybody, by the id of the person."""
    rows = Membership.objects.filter(user__in=people) if people else Membership.objects.all()
    found: dict[int, list[str]] = {person.pk: [] for person in people}
    for user, slug in rows.order_by("team__slug").values_list("user", "team__slug"):
        found.setdefault(user, []).append(slug)
    return found


def record_teams(before: dict[int, list[str]], *people: User, by: User | None) -> None:
    """Tells the trail what is another now than in `before`, which `teams_of` gave for the same."""
    after = teams_of(*people)
    for pk in sorted(before.keys() | after.keys()):
        old, new = before.get(pk, []), after.get(pk, [])
        if old != new:
            record("teams_changed", by=by, about=User(pk=pk), **{"from": old, "to": new})
