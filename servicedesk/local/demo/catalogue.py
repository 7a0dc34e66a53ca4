"""The services of the demo with their questions, suppliers and demand groups, and the macros."""

from dataclasses import dataclass
from typing import Any

from servicedesk.accounts.models import Organisation, Team
from servicedesk.catalogue.models import Category, DemandGroup, IntakeQuestion, Service, Supplier
from tickets.models import Macro, Ticket

#: Name in Dutch and English.
DEMAND_GROUPS = {
    "Balie en uitleen": "Desk and lending",
    "Online aanbod": "Online services",
    "Collectie": "Collection",
    "Cijfers en rapporten": "Figures and reports",
    "Leren en opleiding": "Learning",
}
SUPPLIERS = {
    "Boekwerk Systemen": "support@boekwerk.example",
    "Webatelier Noord": "helpdesk@webatelier.example",
    "Leesplank Digitaal": "service@leesplank.example",
    "Kaartpunt": "support@kaartpunt.example",
    "Cijferhuis": "desk@cijferhuis.example",
}


@dataclass(frozen=True)
class _Service:
    """A service as the members know it."""

    slug: str
    name: str
    name_en: str
    description: str
    team: str
    supplier: str
    demand: str
    fields: dict[str, Any]


SERVICES = [
    _Service(
        "wise", "Bibliotheeksysteem Wise", "Library system Wise",
        "Uitlenen, innemen, leners, collectie en kassa.",
        "wise", "Boekwerk Systemen", "Balie en uitleen",
        {"complexity": "strategic", "is_critical": True, "access_name": "Wise"},
    ),
    _Service(
        "websites", "Bibliotheekwebsites", "Library websites",
        "De website van je bibliotheek en haar back-end.",
        "websites", "Webatelier Noord", "Online aanbod",
        {
            "complexity": "tactical",
            "is_critical": True,
            "access_name": "Back-end van de website",
            "access_name_en": "Back end of the website",
        },
    ),
    _Service(
        "mijn-bibliotheek", "Mijn Bibliotheek", "Mijn Bibliotheek",
        "Waar leners verlengen, reserveren en hun lidmaatschappen beheren.",
        "websites", "Webatelier Noord", "Online aanbod",
        {"complexity": "tactical", "is_critical": True, "access_name": "Mijn Bibliotheek admin"},
    ),
    _Service(
        "aquabrowser", "Aquabrowser", "Aquabrowser",
        "De catalogus voor het publiek.",
        "websites", "Leesplank Digitaal", "Collectie",
        {"complexity": "operational", "is_critical": True},
    ),
    _Service(
        "e-boeken", "E-boeken", "E-books",
        "Digitaal lenen en lezen.",
        "websites", "Leesplank Digitaal", "Online aanbod",
        {"budget": "plus"},
    ),
    _Service(
        "uitpas", "UiTPAS", "UiTPAS",
        "Kaarten, balies en kansentarief.",
        "eerste-lijn", "Kaartpunt", "Balie en uitleen",
        {"budget": "plus"},
    ),
    _Service(
        "wise-analytics", "Wise Analytics", "Wise Analytics",
        "Cijfers en rapporten over je werking.",
        "wise", "Cijferhuis", "Cijfers en rapporten",
        {"budget": "plus", "is_standard": False, "access_name": "Wise Analytics"},
    ),
    _Service(
        "leerplatform", "Leerplatform", "Learning platform",
        "Cursussen en opleidingen voor medewerkers.",
        "eerste-lijn", "", "Leren en opleiding",
        {},
    ),
    _Service(
        "podiumtickets", "Podiumtickets", "Stage tickets",
        "Kaartverkoop voor voorstellingen.",
        "websites", "Kaartpunt", "Balie en uitleen",
        {"visibility": "organisations", "budget": "additional", "complexity": "tactical"},
    ),
    _Service(
        "interne-werking", "Interne werking", "Our own house",
        "Bewaking en eigen toestellen van de servicedesk.",
        "eerste-lijn", "", "",
        {"visibility": "agents"},
    ),
]  # fmt: skip

ACTOR_ID = {
    "key": "actor-id", "text": "ActorID van de lener", "text_en": "actorID of the patron",
    "help": "Acht cijfers, te vinden op de fiche van de lener.",
    "help_en": "Eight digits, on the card of the patron.",
    "example": "40012345", "pattern": "[0-9]{8}",
    "pattern_message": "Een actorID heeft acht cijfers.",
    "pattern_message_en": "An actorID has eight digits.", "is_personal": True,
}  # fmt: skip
INSTANCE = {
    "key": "instance", "text": "Instantie of vestigingsnummer", "text_en": "Instance or branch "
    "number",
    "help": "Vier cijfers, onderaan het scherm van Wise.",
    "help_en": "Four digits, at the foot of the Wise screen.",
    "example": "1011", "pattern": "[0-9]{4}",
    "pattern_message": "Een instantie heeft vier cijfers.",
    "pattern_message_en": "An instance has four digits.",
}  # fmt: skip
VLACC = {
    "key": "vlacc", "text": "Vlacc-nummer", "text_en": "Vlacc number",
    "help": "Het nummer van de beschrijving in de catalogus.",
    "help_en": "The number of the record in the catalogue.",
    "example": "10123456", "kind": "number",
}  # fmt: skip
PAGE = {
    "key": "page-address", "text": "Adres van de pagina", "text_en": "Address of the page",
    "help": "Kopieer het adres uit de adresbalk van je browser.",
    "help_en": "Copy the address out of the address bar of your browser.",
    "example": "https://www.heidedal.example/openingsuren", "kind": "url",
}  # fmt: skip
BROWSER = {
    "key": "browser", "text": "Browser", "text_en": "Browser", "kind": "choice",
    "choices": "Chrome\nEdge\nFirefox\nSafari\nEen andere", "only_disruptions": True,
}  # fmt: skip
DEVICE = {
    "key": "device", "text": "Merk en type van het toestel", "text_en": "Make and type of the "
    "device",
    "example": "tablet, e-reader, gsm",
}  # fmt: skip

QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "wise": [ACTOR_ID, INSTANCE],
    "websites": [PAGE, BROWSER],
    "mijn-bibliotheek": [ACTOR_ID, PAGE, BROWSER],
    "aquabrowser": [VLACC, PAGE],
    "e-boeken": [ACTOR_ID, DEVICE],
    "uitpas": [INSTANCE],
    "wise-analytics": [INSTANCE],
    "podiumtickets": [PAGE],
}

MACROS = [
    ("Vraag actorID", "", "pending", "",
     "Dag {requester}\n\nBedankt voor je melding. Kun je me het actorID van de lener bezorgen en "
     "het "
     "tijdstip van de laatste poging? Dan zoek ik de verzonden mail op.\n\nGroeten\n{agent}"),
    ("Code terugvinden in Wise", "", "solved", "kennisvraag",
     "Dag {requester}\n\nJe kunt de code zelf terugvinden in Wise:\n\n"
     "1. Ga naar **Vestigingsbeheer › Bestandsbeheer › Berichten** en kies je vestiging.\n"
     "2. Kies de dag en het tijdstip. De titel van het bestand begint met `pcbmail`.\n"
     "3. Klik rechts, kies Downloaden en open het bestand in je browser.\n\n"
     "Daar lees je de code.\n\nGroeten\n{agent}"),
    ("Cache van de website wissen", "websites", "pending", "",
     "Dag {requester}\n\nWil je de cache van je website eens leegmaken? Ga naar **Site "
     "instellingen "
     "› Uitgebreid** en klik op **Alle caches legen**. Je wist alleen de cache van je eigen "
     "website.\n\nZie je daarna nog de oude inhoud, stuur me dan het adres van de pagina.\n\n"
     "Groeten\n{agent}"),
    ("Nieuw wachtwoord", "", "solved", "paswoord-profiel",
     "Dag {requester}\n\nJe login is weer vrij. Kies op het aanmeldscherm **Wachtwoord vergeten**: "
     "je krijgt een mail om zelf een nieuw wachtwoord te kiezen. De link erin werkt een uur."
     "\n\nGroeten\n{agent}"),
    ("Toegang: wie vraagt het?", "eerste-lijn", "pending", "",
     "Dag {requester}\n\nToegang vraagt de verantwoordelijke van {organisation} aan. Ben jij dat, "
     "of kan die persoon hier antwoorden? Dan brengen we het meteen in orde.\n\nGroeten\n{agent}"),
    ("Voorgelegd aan de leverancier", "", "on_hold", "",
     "Dag {requester}\n\nWe hebben je vraag over {service} voorgelegd aan onze leverancier. "
     "Zodra er nieuws is, laten we het je weten. Je hoeft nu niets te doen.\n\nGroeten\n{agent}"),
    ("Doorverwijzen naar het Leerplatform", "", "solved", "kennisvraag",
     "Dag {requester}\n\nOver deze vraag bestaat een korte cursus op het Leerplatform. Daarin zie "
     "je elke stap met een schermafbeelding. Kom je er niet uit, antwoord dan op ticket {number}."
     "\n\nGroeten\n{agent}"),
    ("Nog niets gehoord", "", "pending", "",
     "Dag {requester}\n\nWe wachten nog op je antwoord om verder te kunnen met ticket {number}. "
     "Is het intussen in orde, laat dat dan ook even weten.\n\nGroeten\n{agent}"),
]  # fmt: skip


def make_catalogue() -> None:
    """Makes services, questions, suppliers and macros; what is there already is kept."""
    teams = dict(Team.objects.values_list("slug", "pk"))
    _make_parties()
    _make_services(teams)
    _make_questions()
    _make_macros(teams)


def _make_parties() -> None:
    DemandGroup.objects.bulk_create(
        DemandGroup(name=name, name_en=english)
        for name, english in DEMAND_GROUPS.items()
        if not DemandGroup.objects.filter(name=name).exists()
    )
    Supplier.objects.bulk_create(
        [Supplier(name=name, email=email) for name, email in SUPPLIERS.items()],
        ignore_conflicts=True,
    )


def _make_services(teams: dict[str, int]) -> None:
    suppliers = dict(Supplier.objects.values_list("name", "pk"))
    groups = dict(DemandGroup.objects.values_list("name", "pk"))
    Service.objects.bulk_create(
        [
            Service(
                slug=service.slug,
                name=service.name,
                name_en=service.name_en,
                description=service.description,
                owner_team_id=teams[service.team],
                supplier_id=suppliers.get(service.supplier),
                demand_group_id=groups.get(service.demand),
                position=position,
                **service.fields,
            )
            for position, service in enumerate(SERVICES, start=1)
        ],
        ignore_conflicts=True,
    )
    wise = Service.objects.get(slug="wise")
    Service.objects.filter(slug="wise-analytics", parent=None).update(parent=wise)
    stage = Service.objects.get(slug="podiumtickets")
    stage.organisations.add(*Organisation.objects.filter(kind=Organisation.Kind.ARTS_CENTRE))


def _make_questions() -> None:
    services = dict(Service.objects.values_list("slug", "pk"))
    IntakeQuestion.objects.bulk_create(
        [
            IntakeQuestion(service_id=services[slug], position=position, **question)
            for slug, questions in QUESTIONS.items()
            for position, question in enumerate(questions, start=1)
        ],
        ignore_conflicts=True,
    )


def _make_macros(teams: dict[str, int]) -> None:
    if Macro.objects.exists():
        return
    categories = dict(Category.objects.values_list("slug", "pk"))
    Macro.objects.bulk_create(
        Macro(
            name=name,
            body=body,
            team_id=teams.get(team),
            status=Ticket.Status(status),
            category_id=categories.get(category),
            position=position,
        )
        for position, (name, team, status, category, body) in enumerate(MACROS, start=1)
    )
