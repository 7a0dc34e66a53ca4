"""The verbs of calendars and policies: a change is another version, from a moment on.

Tickets keep the versions of their creation; `sla.recomputing` is the only way to others.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from sla.exceptions import PromiseError
from sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion, TicketPromise

#: What a version says, apart from when and by whom.
CALENDAR_FIELDS = ("zone", "hours", "holidays", "exceptions")
POLICY_FIELDS = tuple(
    column.attname
    for column in PolicyVersion._meta.concrete_fields
    if column.name not in {"id", "policy", "valid_from", "made_by"}
)


@dataclass(frozen=True)
class Edit:
    """What an administrator wants: a name, what the version says, and from when (None: now)."""

    name: str
    says: dict[str, Any] = field(default_factory=dict)
    valid_from: dt.datetime | None = None


def edit_calendar(calendar: BusinessCalendar | None, edit: Edit, *, by: User) -> BusinessCalendar:
    """Makes a calendar, or names it anew and adds a version when it says something else.

    The version must have been validated. Raises PromiseError when there is one of that moment.
    """
    with transaction.atomic():
        calendar = calendar or BusinessCalendar()
        calendar.name = edit.name
        calendar.save()
        version = CalendarVersion(calendar=calendar, made_by=by, **edit.says)
        _add(version, edit, CALENDAR_FIELDS)
    return calendar


def edit_policy(policy: Policy | None, edit: Edit, *, is_active: bool = True, by: User) -> Policy:
    """Makes a policy, the first in order, or names it anew and adds a version when it says
    something else. The version must have been validated. Raises PromiseError when there is one of
    that moment.
    """
    with transaction.atomic():
        policy = policy or Policy(position=0)
        first = policy.pk is None
        policy.name, policy.is_active = edit.name, is_active
        # its place is `move_policy`'s, which may have moved it meanwhile
        policy.save(update_fields=None if first else ["name", "is_active"])
        if first:
            _put(policy, 0)
        version = PolicyVersion(policy=policy, made_by=by, **edit.says)
        _add(version, edit, POLICY_FIELDS)
    return policy


def move_policy(policy: Policy, *, up: bool, by: User) -> None:
    """One place earlier or later in the order in which policies are asked."""
    with transaction.atomic():
        order = list(Policy.objects.select_for_update().order_by("position", "pk"))
        _put(policy, order.index(policy) + (-1 if up else 1))
        record("policy_moved", by=by, about=policy)


def withdraw(version: CalendarVersion | PolicyVersion, *, by: User) -> None:
    """Takes back a version that has not begun. Raises PromiseError when it has, or is in use."""
    name = "calendar" if isinstance(version, CalendarVersion) else "policy"
    with transaction.atomic():
        if version.valid_from <= timezone.now():
            raise PromiseError(_("This version has begun: make another one instead."))
        if TicketPromise.objects.filter(**{f"{name}_version": version}).exists():
            raise PromiseError(_("Tickets rest on this version."))
        record("version_withdrawn", by=by, about=_owner(version), version=version.pk)
        version.delete()


def _add(version: CalendarVersion | PolicyVersion, edit: Edit, says: tuple[str, ...]) -> None:
    owner = _owner(version)
    version.valid_from = edit.valid_from or timezone.now()
    siblings = _siblings(version)
    before = siblings.filter(valid_from__lte=version.valid_from).order_by("-valid_from").first()
    if before and all(getattr(before, name) == getattr(version, name) for name in says):
        record("promise_renamed", by=version.made_by, about=owner)
        return
    try:
        with transaction.atomic():
            version.save()
            moment = version.valid_from.isoformat(timespec="seconds")
            record("version_added", by=version.made_by, about=owner, version=version.pk, at=moment)
    except IntegrityError as error:
        raise PromiseError(
            _("There is a version from that very moment already. Choose another moment.")
        ) from error


def _owner(version: CalendarVersion | PolicyVersion) -> BusinessCalendar | Policy:
    return version.calendar if isinstance(version, CalendarVersion) else version.policy


def _siblings(version: CalendarVersion | PolicyVersion) -> Any:
    if isinstance(version, CalendarVersion):
        return CalendarVersion.objects.filter(calendar=version.calendar_id)
    return PolicyVersion.objects.filter(policy=version.policy_id)


def _put(policy: Policy, place: int) -> None:
    """Numbers all policies anew, with this one at that place of the order."""
    others = list(Policy.objects.exclude(pk=policy.pk).order_by("position", "pk"))
    others.insert(max(0, min(place, len(others))), policy)
    for position, one in enumerate(others, 1):
        one.position = position * 10
    Policy.objects.bulk_update(others, ["position"])
