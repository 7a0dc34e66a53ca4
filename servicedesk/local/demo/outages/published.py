"""What was published about availability, and the outages that shared the time that was lost."""

from dataclasses import dataclass

from servicedesk.local.demo.figures import OPENED

#: Hundredths of a percent, October 2024 to October 2025.
_INSIDE = (10000, 10000, 10000, 9934, 9952, 9689, 10000, 10000, 10000, 10000, 9988, 10000, 9976)
_OUTSIDE = (10000, 10000, 9996, 9998, 9998, 9961, 10000, 9998, 10000, 10000, 10000, 10000, 9998)
_ONLINE = (9996, 9989, 10000, 9996, 10000, 9997, 9990, 9999, 9999, 9999, 9980, 9994, 9999)


def _by_month(shares: tuple[int, ...]) -> dict[int, int]:
    return {OPENED + offset: share for offset, share in enumerate(shares)}


#: The library system in and outside the libraries' opening hours; the three online services.
INSIDE, OUTSIDE, ONLINE = _by_month(_INSIDE), _by_month(_OUTSIDE), _by_month(_ONLINE)


@dataclass(frozen=True)
class Tale:
    """An outage of a published month: when it began, its weight in the lost time of its line."""

    start: str
    service: str
    weight: int
    title: str
    cause: str
    end: str


INSIDE_TALES = [
    Tale("2025-01-14 10:12", "wise", 3, "Wise niet beschikbaar",
         "Een update van de databank hield tabellen te lang vast.",
         "De update is teruggedraaid. Wise werkt weer in alle vestigingen."),
    Tale("2025-01-27 13:40", "wise", 2, "Uitlenen en innemen lukt niet in Wise",
         "De licentieserver antwoordde niet na een herstart.",
         "De licentieserver is hersteld. Uitlenen en innemen lukt weer."),
    Tale("2025-02-06 14:05", "wise", 1, "Wise niet beschikbaar",
         "Een netwerkkaart van de hoofdserver viel uit.",
         "De netwerkkaart is vervangen. Wise werkt weer."),
    Tale("2025-03-11 09:04", "wise", 5, "Wise niet beschikbaar",
         "De opslag van de hoofdserver raakte beschadigd; de leverancier zette een reservekopie "
         "terug.",
         "De reservekopie staat terug. Uitleningen van vanmorgen zijn bewaard in de noodmodus."),
    Tale("2025-03-12 10:30", "wise", 4, "Wise niet beschikbaar",
         "De herstelde opslag viel opnieuw uit onder de drukte van woensdagmiddag.",
         "Wise draait nu op de reserveopslag. We houden het in het oog."),
    Tale("2025-03-18 15:20", "wise", 2, "Wise niet beschikbaar",
         "Bij de overgang naar de nieuwe opslag liep de synchronisatie vast.",
         "De overgang is klaar. Wise draait op de nieuwe opslag."),
    Tale("2025-08-21 11:02", "wise", 1, "Wise niet beschikbaar",
         "Een certificaat tussen twee servers was vervallen.",
         "Het certificaat is vernieuwd. Wise werkt weer."),
    Tale("2025-10-08 10:00", "wise", 1, "Wise niet beschikbaar",
         "Een geheugenlek in de toepassingsserver na de update van 7 oktober.",
         "De toepassingsserver is herstart en de update aangepast. Wise werkt weer."),
]  # fmt: skip
OUTSIDE_TALES = [
    Tale("2024-12-05 23:10", "wise", 1, "Nachtverwerking van Wise liep vast",
         "De nachtelijke verwerking wachtte op een vergrendeld bestand.",
         "De verwerking is opnieuw gestart en klaar."),
    Tale("2025-01-15 03:20", "wise", 1, "Wise kort niet bereikbaar in de nacht",
         "Herstart na de update van de databank.", "Wise is weer bereikbaar."),
    Tale("2025-02-20 02:45", "wise", 1, "Wise kort niet bereikbaar in de nacht",
         "Een netwerkswitch in het datacentrum herstartte.", "Het netwerk is hersteld."),
    Tale("2025-03-11 22:10", "wise", 1, "Wise niet beschikbaar voor onderhoud achteraf",
         "Controle van de opslag na de uitval van overdag.",
         "De controle is klaar; alle gegevens zijn in orde."),
    Tale("2025-05-09 04:05", "wise", 1, "Wise kort niet bereikbaar in de nacht",
         "De reservekopie legde de databank stil.", "De reservekopie is herschikt."),
    Tale("2025-10-14 05:30", "wise", 1, "Wise kort niet bereikbaar in de vroege ochtend",
         "Een automatische herstart na beveiligingsupdates.", "Wise is weer bereikbaar."),
]  # fmt: skip
ONLINE_TALES = [
    Tale("2024-10-17 20:15", "websites", 1, "Bibliotheekwebsites onbereikbaar",
         "Een regel in de firewall hield bezoekers tegen.", "De regel is aangepast."),
    Tale("2024-11-13 16:40", "aquabrowser", 2, "Aquabrowser geeft een foutmelding",
         "De zoekindex was vol.", "De index kreeg meer ruimte; zoeken lukt weer."),
    Tale("2024-11-26 09:50", "mijn-bibliotheek", 1, "Aanmelden in Mijn Bibliotheek lukt niet",
         "De aanmelddienst verwees naar een oud adres.", "Aanmelden lukt weer."),
    Tale("2025-01-09 18:05", "websites", 1, "Bibliotheekwebsites onbereikbaar",
         "Een nieuwe versie bevatte een fout in het menu.", "De vorige versie staat terug."),
    Tale("2025-03-22 11:30", "mijn-bibliotheek", 1, "Mijn Bibliotheek onbereikbaar",
         "De sessieserver herstartte door geheugengebrek.", "De server kreeg meer geheugen."),
    Tale("2025-04-03 10:20", "websites", 2, "Bibliotheekwebsites onbereikbaar",
         "De databank van de websites aanvaardde geen verbindingen meer.",
         "De verbindingen zijn beperkt; de websites werken weer."),
    Tale("2025-04-24 19:45", "aquabrowser", 1, "Aquabrowser onbereikbaar",
         "Een storing bij de internetprovider van de leverancier.", "De lijn is hersteld."),
    Tale("2025-05-20 08:15", "mijn-bibliotheek", 1, "Aanmelden in Mijn Bibliotheek lukt niet",
         "Een certificaat was net vervallen.", "Het certificaat is vernieuwd."),
    Tale("2025-06-12 21:30", "aquabrowser", 1, "Aquabrowser onbereikbaar",
         "Herstart na een beveiligingsupdate.", "Zoeken lukt weer."),
    Tale("2025-07-08 13:10", "websites", 1, "Bibliotheekwebsites kort onbereikbaar",
         "Een fout bij het legen van de cache.", "De cache wordt opnieuw opgebouwd."),
    Tale("2025-08-05 10:30", "websites", 3, "Bibliotheekwebsites onbereikbaar",
         "Een harde schijf van de webserver was vol met logbestanden.",
         "De schijf is opgeruimd; logbestanden worden nu elke nacht ingekort."),
    Tale("2025-08-19 17:05", "mijn-bibliotheek", 2, "Mijn Bibliotheek onbereikbaar",
         "Een zoekmachine vroeg duizenden pagina’s tegelijk op.",
         "De zoekmachine is afgeremd; Mijn Bibliotheek werkt weer."),
    Tale("2025-09-16 12:25", "aquabrowser", 1, "Aquabrowser geeft een foutmelding",
         "Een nieuwe index was onvolledig ingeladen.", "De vorige index staat terug."),
    Tale("2025-10-22 09:40", "mijn-bibliotheek", 1, "Mijn Bibliotheek kort onbereikbaar",
         "Herstart na een geheugenfout.", "Aanmelden lukt weer."),
]  # fmt: skip
