"""Outages, hindrance and maintenance of the months that nothing was published about."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Event:
    """An outage with its length; `severity` is down or degraded."""

    start: dt.datetime
    service: str
    minutes: float
    severity: str
    title: str
    cause: str
    end: str


DOWN = {
    "wise": ("Wise niet beschikbaar", "Een proces van de databank liep vast.",
             "Het proces is herstart. Wise werkt weer."),
    "websites": ("Bibliotheekwebsites onbereikbaar", "Een webserver had geen geheugen meer.",
                 "De webserver is herstart. De websites werken weer."),
    "mijn-bibliotheek": ("Mijn Bibliotheek onbereikbaar", "De aanmelddienst antwoordde niet.",
                         "De aanmelddienst is hersteld. Aanmelden lukt weer."),
    "aquabrowser": ("Aquabrowser onbereikbaar", "De zoekserver herstartte na een update.",
                    "Zoeken in de catalogus lukt weer."),
    "e-boeken": ("E-boeken kunnen niet geladen worden", "De server met leesrechten viel uit.",
                 "Lenen en lezen lukt weer."),
}  # fmt: skip
DEGRADED = {
    "websites": ("Bibliotheekwebsites laden traag", "Een databankserver was overbelast.",
                 "De tweede server draagt mee. De websites laden weer vlot."),
    "mijn-bibliotheek": ("Mijn Bibliotheek: trage aanmelding",
                         "De aanmelddienst was overbelast.", "Aanmelden gaat weer vlot."),
    "e-boeken": ("E-boeken: traag downloaden", "Drukte op de downloadserver.",
                 "Downloaden gaat weer vlot."),
    "uitpas": ("UiTPAS-kaarten worden traag ingelezen",
               "De koppeling met de kaartendienst was traag.", "Kaarten inlezen gaat weer vlot."),
    "leerplatform": ("Leerplatform: video’s haperen", "De videoserver was overbelast.",
                     "Video’s spelen weer zonder haperen."),
}  # fmt: skip
#: How likely each is in a month.
CHANCES = {
    "wise": 0.35, "websites": 0.5, "mijn-bibliotheek": 0.35, "aquabrowser": 0.3, "e-boeken": 0.4,
}  # fmt: skip


def events_of(first: dt.date, days: int, dice: Random) -> Iterator[Event]:
    """The outages of one month, on the clock of the desk (naive)."""
    for service, chance in CHANCES.items():
        if dice.random() < chance:
            yield Event(
                _moment(first, days, dice), service, dice.uniform(4, 28), "down", *DOWN[service]
            )
    for service in DEGRADED:
        if dice.random() < 0.3:
            words = DEGRADED[service]
            yield Event(
                _moment(first, days, dice), service, dice.uniform(20, 110), "degraded", *words
            )


def _moment(first: dt.date, days: int, dice: Random) -> dt.datetime:
    day = first + dt.timedelta(days=dice.randrange(days))
    return dt.datetime.combine(day, dt.time(dice.randint(8, 20), dice.randrange(60)))


@dataclass(frozen=True)
class Announcement:
    """Maintenance so many days from today (or on a Sunday of a month), at these local times."""

    service: str
    title: str
    text: str
    start: dt.time
    end: dt.time
    title_en: str
    text_en: str


MONTHLY = Announcement(
    "wise", "Nieuwe versie van Wise", "Na openingsuren. Zelfuitleen werkt in noodmodus.",
    dt.time(20), dt.time(23),
    "New version of Wise", "After opening hours. Self-service works in emergency mode.",
)  # fmt: skip
#: Days from today.
TO_COME = {
    0: Announcement(
        "wise-analytics", "Nieuwe versie van Wise Analytics",
        "Rapporten zijn tijdelijk niet beschikbaar.", dt.time(0), dt.time(23, 59),
        "New version of Wise Analytics", "Reports are not available for a while.",
    ),
    13: Announcement(
        "websites", "Herstart van de webservers",
        "Korte herstart, minder dan vijf minuten onderbreking.", dt.time(7), dt.time(7, 30),
        "Restart of the web servers", "A short restart, less than five minutes without.",
    ),
}  # fmt: skip

#: Name, service, kind, target, text on the page.
MONITORS = [
    ("Wise: aanmeldscherm", "wise", "http", "https://wise.example/aanmelden", "Aanmelden"),
    ("Wise: databankpoort", "wise", "tcp", "wise.example:5432", ""),
    ("Websites: startpagina", "websites", "http", "https://www.heidedal.example/", "Bibliotheek"),
    ("Mijn Bibliotheek: aanmelden", "mijn-bibliotheek", "http",
     "https://mijn.bibliotheek.example/aanmelden", "Aanmelden"),
    ("Aquabrowser: zoeken", "aquabrowser", "http",
     "https://zoeken.bibliotheek.example/?q=boek", "resultaten"),
    ("Nachtelijke stroom van Wise naar de websites", "websites", "heartbeat", "", ""),
]  # fmt: skip
