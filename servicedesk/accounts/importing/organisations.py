"""The rows of organisations, with the mail domains by which their people are known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.accounts.importing.plans import Plan, Step, in_batches
from servicedesk.accounts.models import MailDomain, Organisation

NEEDED = {"name": gettext_lazy("Name")}
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}")
LONGEST_DOMAIN = 253  # as kept

Row = tuple[int, dict[str, str]]


def plans(rows: Iterable[Row]) -> Iterator[Plan]:
    """What would happen with each row, a batch of questions to the database at a time."""
    seen: set[str] = set()
    claimed: dict[str, str] = {}
    for batch in in_batches(rows):
        names = {cells.get("name", "") for _line, cells in batch}
        houses = {house.name: house for house in Organisation.objects.filter(name__in=names)}
        domains = {one for _line, cells in batch for one in _domains(cells)}
        known = MailDomain.objects.filter(domain__in=domains).select_related("organisation")
        claimed |= {row.domain: row.organisation.name for row in known}
        for line, cells in batch:
            yield _plan(line, cells, houses, claimed, seen)


def save(batch: list[Plan]) -> None:
    """Does what the plans say."""
    Organisation.objects.bulk_create(plan.row for plan in batch if plan.step == Step.CREATE)
    changed = [plan.row for plan in batch if plan.step == Step.CHANGE]
    Organisation.objects.bulk_update(changed, ["kind"])
    domains = [
        MailDomain(domain=domain, organisation=plan.row)
        for plan in batch
        if plan.step in {Step.CREATE, Step.CHANGE}
        for domain in plan.domains
    ]
    MailDomain.objects.bulk_create(domains, ignore_conflicts=True)  # who has it meanwhile keeps it


def _plan(
    line: int,
    cells: dict[str, str],
    houses: dict[str, Organisation],
    claimed: dict[str, str],
    seen: set[str],
) -> Plan:
    name = cells.get("name", "")
    plan = Plan(line, name)
    if not 0 < len(name) <= 160:
        plan.refuse(_("The name is missing or too long."))
    if name in seen:
        plan.refuse(_("This name is in the file twice."))
    seen.add(name)
    kind = _kind(cells.get("kind", ""))
    if cells.get("kind") and not kind:
        plan.refuse(_("This kind is not known: %(text)s") % {"text": cells["kind"][:40]})
    new_domains = _checked_domains(plan, name, cells, claimed)
    if not plan.errors:
        _decide(plan, houses.get(name), name, kind, new_domains)
    return plan


def _checked_domains(
    plan: Plan, name: str, cells: dict[str, str], claimed: dict[str, str]
) -> list[str]:
    found = []
    for domain in _domains(cells):
        owner = claimed.get(domain)
        if not DOMAIN.fullmatch(domain) or len(domain) > LONGEST_DOMAIN:
            plan.refuse(_("This is not a mail domain: %(text)s") % {"text": domain[:80]})
        elif owner is not None and owner != name:
            said = _("%(domain)s belongs to %(owner)s already.")
            plan.refuse(said % {"domain": domain, "owner": owner})
        elif owner is None:
            found.append(domain)
            claimed[domain] = name
    return found


def _decide(
    plan: Plan, house: Organisation | None, name: str, kind: str, domains: list[str]
) -> None:
    plan.domains = domains
    if house is None:
        plan.step = Step.CREATE
        plan.row = Organisation(name=name, kind=kind or Organisation.Kind.LIBRARY)
        return
    if kind and house.kind != kind:
        house.kind = kind
        plan.changed.append("kind")
    if domains:
        plan.changed.append("domains")
    plan.step, plan.row = (Step.CHANGE if plan.changed else Step.SAME), house


def _domains(cells: dict[str, str]) -> list[str]:
    parts = re.split(r"[\s,;|]+", cells.get("domains", "").lower())
    return [part.removeprefix("@") for part in parts if part]


def _kind(text: str) -> str:
    """The kind that a cell names, by code or by its word in either language."""
    for language in ("nl", "en"):
        with translation.override(language):
            words = {str(kind.label).lower(): kind.value for kind in Organisation.Kind}
        if text.lower() in words:
            return words[text.lower()]
    return text if text in Organisation.Kind.values else ""
