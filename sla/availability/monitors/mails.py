"""What monitoring systems write, and what a rule makes of it.

system         down                                              up
-------------  ------------------------------------------------  ---------------------------------
Nagios, Icinga ** PROBLEM Service Alert: web01/HTTP is CRITICAL  ** RECOVERY … is OK
               ** PROBLEM Host Alert: web01 is DOWN              ** RECOVERY … is UP
Zabbix         Problem: …, PROBLEM: …                            Resolved[ in 5m]: …, OK: …
Uptime Kuma    [Website] [🔴 Down] …                             [Website] [✅ Up] …

Everything else (acknowledged, flapping, updated, downtime) opens and closes nothing.
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
    r"(?P<type>PROBLEM|RECOVERY)(?: (?:Service|Host))?(?: Alert)?\s*[:-]\s*(?P<name>.{1,200}?)"
    r" is (?P<state>CRITICAL|WARNING|UNKNOWN|DOWN|UNREACHABLE|OK|UP)\b"
)
_ZABBIX = re.compile(
    r"^\s*(?P<type>Problem|PROBLEM|Resolved(?: in [^:]{1,40})?|RESOLVED|OK):\s*(?P<name>.{1,200})"
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
    if found := _ZABBIX.match(line):
        is_up = not found["type"].lower().startswith("problem")
        return Alert(found["name"], is_up, _zabbix_severity(body))
    return None


def apply_alert(
    subject: str, body: str, sender: str, *, at: dt.datetime | None = None
) -> Outage | None:
    """Opens or ends the outage of the service that a rule names for this mail.

    Gives the outage the mail is about; None when no rule fits or the mail is no alert. Only
    outages of monitors are ended: what people opened, people end.
    """
    rule = _rule_for(sender, subject)
    alert = read_alert(subject, body) if rule else None
    if rule is None or alert is None:
        return None
    return _end(rule, at) if alert.is_up else _begin(rule, alert, at)


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


def _end(rule: MonitoringMailRule, at: dt.datetime | None) -> Outage | None:
    outage = Outage.objects.open().filter(service=rule.service, source="monitor").first()
    if outage is None:
        return None
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
