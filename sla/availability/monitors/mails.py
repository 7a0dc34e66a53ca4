"""What monitoring systems write, and what a rule makes of it.

system         down                                              up
-------------  ------------------------------------------------  ---------------------------------
Nagios         ** PROBLEM Service Alert: web01/HTTP is CRITICAL  ** RECOVERY … is OK
               ** PROBLEM Host Alert: web01 is DOWN              ** RECOVERY … is UP
Icinga         [PROBLEM] HTTP on web01 is CRITICAL!              [RECOVERY] … is OK!
Zabbix         Problem: …, PROBLEM: …                            Resolved[ in 5m]: …, OK: …
Uptime Kuma    [Website] [🔴 Down] …                             [Website] [✅ Up] …
PRTG           [Site] web01 HTTP (HTTP) Down (…)                 … Down ended (now: Up)

Everything else (acknowledged, flapping, updated, downtime) opens and closes nothing. An outage that
several mails told of ends with the last of what they name.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from servicedesk.lib.translated import in_both_languages
from sla.availability.actions import Ending, NewOutage, end_outage, report_outage
from sla.availability.exceptions import OutageError
from sla.availability.models import MonitoringMailRule, Outage

logger = logging.getLogger(__name__)

DOWN, DEGRADED = Outage.Severity.DOWN, Outage.Severity.DEGRADED

_NAGIOS = re.compile(
    r"(?P<type>PROBLEM|RECOVERY)(?:\]|(?: (?:Service|Host))?(?: Alert)?\s*[:-])"
    r"\s*(?P<name>.{1,200}?)"
    r" is (?P<state>CRITICAL|WARNING|UNKNOWN|DOWN|UNREACHABLE|OK|UP)\b"
)
_ZABBIX = re.compile(
    r"^\s*(?P<type>Problem|PROBLEM|Resolved(?: in [^:]{1,40})?|RESOLVED|OK):\s*(?P<name>.{1,200})"
)
_PRTG = re.compile(
    r"^\s*\[[^\]]{1,120}\] (?P<name>.{1,200}?\)) (?P<state>Down|Warning|Up)(?P<rest>\b.{0,200})"
)
_KUMA = re.compile(r"^\s*\[(?P<name>[^\]]{1,200})\]\s*\[\W*\s*(?P<type>Down|Up)\]")


@dataclass(frozen=True)
class Alert:
    """What a mail says: of what, and whether it is up; how bad when it is not."""

    name: str
    is_up: bool
    severity: str = DOWN


def read_alert(subject: str, body: str = "") -> Alert | None:
    """What the mail says, None when it opens and closes nothing. Only its first line counts."""
    line = " ".join(subject.split())[:500]
    if found := _KUMA.match(line):
        return Alert(found["name"], found["type"] == "Up")
    if found := _NAGIOS.search(line):
        if found["type"] == "RECOVERY":
            return Alert(found["name"], True)
        warns = found["state"] == "WARNING"
        return Alert(found["name"], False, DEGRADED if warns else DOWN)
    if found := _PRTG.match(line):
        return _of_prtg(found["name"], found["state"], found["rest"])
    if found := _ZABBIX.match(line):
        is_up = not found["type"].lower().startswith("problem")
        return Alert(found["name"], is_up, _zabbix_severity(body))
    return None


def _of_prtg(name: str, state: str, rest: str) -> Alert | None:
    if state == "Up" or rest.startswith(" ended (now: Up"):
        return Alert(name, True)
    if rest.startswith((" ended", " (Acknowledged", " (Partial")):
        return None
    return Alert(name, False, DEGRADED if state == "Warning" else DOWN)


def names_down(outage: Outage) -> set[str]:
    """What mails said is down and not yet up again, by the names in them. One query."""
    down: set[str] = set()
    told = outage.ticket_links.filter(linked_by=None).order_by("ticket")
    for subject in told.values_list("ticket__subject", flat=True):
        if alert := read_alert(subject):
            (down.discard if alert.is_up else down.add)(alert.name)
    return down


def apply_alert(
    subject: str, body: str, sender: str, *, at: dt.datetime | None = None
) -> Outage | None:
    """Opens or ends the outage of the service that a rule names for this mail.

    Gives the outage the mail is about; None when no rule fits or the mail is no alert. Only
    outages of monitors are ended, with the last of what is down: what people opened, people end.
    """
    rule = _rule_for(sender, subject)
    alert = read_alert(subject, body) if rule else None
    if rule is None or alert is None:
        return None
    return _end(rule, alert, at) if alert.is_up else _begin(rule, alert, at)


def _rule_for(sender: str, subject: str) -> MonitoringMailRule | None:
    address = sender.strip().lower()
    domain = address.rpartition("@")[2]
    for rule in MonitoringMailRule.objects.filter(is_active=True).select_related("service"):
        from_there = rule.sender.strip().lower().lstrip("@") in (address, domain)
        if from_there and rule.words.strip().lower() in subject.lower():
            return rule
    return None


def _begin(rule: MonitoringMailRule, alert: Alert, at: dt.datetime | None) -> Outage:
    text, text_en = in_both_languages(
        lambda: _("Our monitoring warns of %(name)s. We look into it.") % {"name": alert.name}
    )
    outage, _is_new = report_outage(
        NewOutage(
            service=rule.service,
            severity=rule.severity or alert.severity,
            source=Outage.Source.MONITOR,
            started_at=at,
            text=text,
            text_en=text_en,
        ),
        by=None,
    )
    return outage


def _end(rule: MonitoringMailRule, alert: Alert, at: dt.datetime | None) -> Outage | None:
    outage = Outage.objects.open().filter(service=rule.service, source="monitor").first()
    if outage is None or names_down(outage) - {alert.name} or outage.monitors.exists():
        return outage  # the last one ends it
    texts = in_both_languages(
        lambda: (
            _("Our monitoring sees that %(service)s answers again.")
            % {"service": rule.service.label}
        )
    )
    after = outage.started_at + dt.timedelta(seconds=1)
    ending = Ending(*texts, at=max(at, after) if at else None)
    try:
        return end_outage(outage, ending, by=None)
    except OutageError as refusal:
        logger.warning("outage %s is left to people: %s", outage.pk, refusal)
        return outage


def _zabbix_severity(body: str) -> str:
    """Zabbix names it in the body; what is only a warning does not count as unavailable."""
    found = re.search(r"Severity:\s*(\w+)", body[:5000])
    mild = found is not None and found[1] in {"Information", "Warning", "Average"}
    return DEGRADED if mild else DOWN
