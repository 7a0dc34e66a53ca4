"""The rows of people: who is new, what changes about whom, and what cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.accounts.actions import organisations_of
from servicedesk.accounts.addresses import check_address
from servicedesk.accounts.importing.plans import Plan, Step, in_batches
from servicedesk.accounts.models import Organisation, User

NEEDED = {"email": gettext_lazy("E-mail address"), "name": gettext_lazy("Name")}
#: All that a file may say of somebody who exists; never role, rights or password.
FIELDS = ("name", "phone", "job_title", "language", "organisation_id")
LANGUAGES = {
    **dict.fromkeys(("nl", "nederlands", "dutch"), "nl"),
    **dict.fromkeys(("en", "engels", "english"), "en"),
}
LONGEST = {"name": 120, "phone": 40, "job_title": 120}

Row = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class Known:
    """What the database says of a batch: by address, by name, and by the domain of an address."""

    people: dict[str, User]
    houses: dict[str, Organisation]
    by_domain: dict[str, Organisation]


def plans(rows: Iterable[Row]) -> Iterator[Plan]:
    """What would happen with each row, a batch of questions to the database at a time."""
    seen: set[str] = set()
    for batch in in_batches(rows):
        emails = {User.objects.normalize_email(cells.get("email")) for _line, cells in batch}
        people = {person.email: person for person in User.objects.filter(email__in=emails)}
        names = {cells.get("organisation", "") for _line, cells in batch} - {""}
        houses = {house.name: house for house in Organisation.objects.filter(name__in=names)}
        known = Known(people, houses, organisations_of(emails - people.keys()))
        for line, cells in batch:
            yield _plan(line, cells, known, seen)


def save(batch: list[Plan]) -> None:
    """Does what the plans say."""
    new = [plan.row for plan in batch if plan.step == Step.CREATE]
    changed = [plan.row for plan in batch if plan.step == Step.CHANGE]
    User.objects.bulk_create(new, ignore_conflicts=True)  # who came meanwhile stays as they are
    User.objects.bulk_update(changed, FIELDS)


def _plan(line: int, cells: dict[str, str], known: Known, seen: set[str]) -> Plan:
    email = User.objects.normalize_email(cells.get("email"))
    plan = Plan(line, email or cells.get("name", ""))
    _check_email(plan, email, seen)
    person = known.people.get(email)
    wanted = _wanted(plan, cells, known.houses)
    if person is None and not wanted.get("name"):
        plan.refuse(_("The name is missing."))
    if plan.errors:
        return plan
    if person is None:
        plan.step, plan.row = Step.CREATE, _new(email, wanted, known)
    else:
        _change(plan, person, wanted)
    return plan


def _check_email(plan: Plan, email: str, seen: set[str]) -> None:
    try:
        check_address(email)
    except ValidationError:
        plan.refuse(_("This is not an e-mail address: %(text)s") % {"text": email[:80] or "–"})
    if email in seen:
        plan.refuse(_("This address is in the file twice."))
    seen.add(email)


def _wanted(plan: Plan, cells: dict[str, str], houses: dict[str, Organisation]) -> dict[str, Any]:
    """The values of the row by field; an empty cell says nothing."""
    wanted: dict[str, Any] = {
        name: cells[name] for name in ("name", "phone", "job_title") if cells.get(name)
    }
    for name, value in wanted.items():
        if len(value) > LONGEST[name]:
            plan.refuse(_("%(text)s… is too long.") % {"text": value[:40]})
    language = LANGUAGES.get(cells.get("language", "").lower())
    if language in dict(settings.LANGUAGES):
        wanted["language"] = language
    elif cells.get("language"):
        plan.refuse(_("This language is not known: %(text)s") % {"text": cells["language"][:40]})
    house = houses.get(cells.get("organisation", ""))
    if house is not None and house.is_active:
        wanted["organisation_id"] = house.pk
    elif cells.get("organisation"):
        name = cells["organisation"][:80]
        plan.refuse(_("There is no active organisation with the name %(name)s.") % {"name": name})
    return wanted


def _new(email: str, wanted: dict[str, Any], known: Known) -> User:
    if "organisation_id" not in wanted:
        house = known.by_domain.get(email)
        wanted["organisation_id"] = house.pk if house else None
    person = User(email=email, **wanted)
    person.set_unusable_password()
    return person


def _change(plan: Plan, person: User, wanted: dict[str, Any]) -> None:
    if person.is_agent:
        wanted.pop("organisation_id", None)  # of the desk's own people a file says nothing
    plan.changed = [name for name, value in wanted.items() if getattr(person, name) != value]
    for name in plan.changed:
        setattr(person, name, wanted[name])
    plan.step, plan.row = (Step.CHANGE if plan.changed else Step.SAME), person
