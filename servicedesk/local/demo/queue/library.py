"""The library of Heidedal: Sofie has a ticket in every state, her colleague Wout has two."""

from servicedesk.local.demo.form import since
from servicedesk.local.demo.queue.files import WISE_LOG
from servicedesk.local.demo.queue.scenes import Scene
from servicedesk.local.demo.queue.stage import Stage
from servicedesk.local.demo.screens import screen
from tickets.intake.questions import Sort

MELDER, COLLEGA = "melder@demo.example", "collega@demo.example"


def scenes(stage: Stage) -> list[Scene]:
    return [
        _opening_hours(stage),
        _code(stage),
        _self_service(stage),
        _access(stage),
        _covers(stage),
        _white_page(stage),
        _fines(stage),
    ]


def _opening_hours(stage: Stage) -> Scene:
    created = stage.worked(2.3)
    return (
        Scene(
            stage,
            created,
            stage.person(MELDER),
            "websites",
            "Nieuwe openingsuren staan niet op de website",
            "We pasten gisteren de openingsuren van volgende maand aan in Wise (Vestigingsbeheer > "
            "Openingstijden). Op de website staan nog altijd de oude uren. We verwachtten de "
            "nieuwe uren vanmorgen.",
            impact="several",
            branch="Zandhoek",
            intake={
                "since": since(created - 7200),
                "frequency": "constant",
                "cross_computer": "same",
                "cross_browser": "same",
                "steps": "Pagina ververst en andere browser geprobeerd",
                "number_page-address": "https://www.heidedal.example/openingsuren",
            },
            completeness=88,
        )
        .with_file(
            "openingsuren-website.png",
            screen(
                "www.heidedal.example/openingsuren",
                [
                    "Openingsuren",
                    "Maandag   gesloten",
                    "Dinsdag   14 - 19 u.",
                    "Woensdag   10 - 18 u.",
                ],
            ),
        )
        .followed(created + 20, COLLEGA, MELDER)
        .assigned(stage.worked(2.2), "Jonas Willems")
        .answered(
            stage.worked(1.4),
            "Jonas Willems",
            "Dag Sofie\n\nBedankt voor de duidelijke melding. De openingsuren stromen ’s nachts "
            "door van Wise naar de website, en daarna houdt de cache de oude uren nog tot een dag "
            "vast. Wil je dit eens proberen?\n\n1. Ga naar **Site instellingen › Uitgebreid**.\n"
            "2. Klik op **Alle caches legen**. Je wist alleen de cache van je eigen website.\n\n"
            "Zie je de nieuwe uren daarna nog niet? Stuur me dan het adres van je website, dan "
            "kijk ik mee.\n\nGroeten\nJonas",
        )
        .wrote_back(
            stage.worked(0.9),
            "Cache gewist. De uren van het hoofdgebouw kloppen nu, die van uitleenpost Zandhoek "
            "nog niet. Adres: https://www.heidedal.example/openingsuren",
        )
    )


def _code(stage: Stage) -> Scene:
    created = stage.worked(5.9)
    return (
        Scene(
            stage,
            created,
            stage.person(MELDER),
            "mijn-bibliotheek",
            "Lener kan geen lidmaatschap koppelen in Mijn Bibliotheek",
            "Een lener wil zijn lidmaatschap koppelen in Mijn Bibliotheek, maar krijgt de mail met "
            "de code niet. Hij heeft drie keer op ‘Stuur opnieuw’ geklikt. Het mailadres klopt in "
            "Wise en de map met ongewenste berichten is leeg.",
            impact="alone",
            branch="Hoofdgebouw",
            intake={
                "since": since(created - 1700),
                "frequency": "constant",
                "cross_computer": "same",
                "steps": "Mailadres en spam nagekeken",
            },
            completeness=80,
        )
        .with_file(
            "koppelen-foutmelding.png",
            screen(
                "Mijn Bibliotheek · Lidmaatschap koppelen",
                ["We stuurden je een code.", "Code: ______", "Geen mail gekregen? Stuur opnieuw"],
                alarm=True,
            ),
        )
        .assigned(stage.worked(5.8), "Eline Goossens")
        .answered(
            stage.worked(5.3),
            "Eline Goossens",
            "Dag Sofie\n\nBedankt voor de volledige melding. Kun je me het actorID van de lener "
            "bezorgen en het tijdstip van de laatste poging? Dan zoek ik de verzonden mail op."
            "\n\nGroeten\nEline",
            then="pending",
        )
        .noted(
            stage.worked(2.6),
            "Bram Jacobs",
            "Er staat een `pcbmail` van die ochtend in Bestandsbeheer van vestiging 1011, dus Wise "
            "heeft verzonden. Vermoedelijk houdt de mailserver van de provider de mail tegen. "
            "Eline, laat Sofie de code zelf opzoeken?",
        )
        .read("Noor Peeters", "Eline Goossens", "Bram Jacobs")
    )


def _self_service(stage: Stage) -> Scene:
    created = stage.worked(6.4)
    return (
        Scene(
            stage,
            created,
            stage.person(MELDER),
            "uitpas",
            "Selfservicestation leest UiTPAS niet",
            "De zelfuitleen in Zandhoek leest geen UiTPAS-kaarten meer. Lenerskaarten lukken wel. "
            "Herstarten hielp niet.",
            impact="public",
            branch="Zandhoek",
            intake={
                "since": since(created - 9000),
                "frequency": "constant",
                "cross_colleague": "same",
                "steps": "Toestel en kaartlezer herstart",
                "number_instance": "1012",
            },
            completeness=76,
        )
        .assigned(stage.worked(6.3), "Lotte Aerts")
        .answered(
            stage.worked(5.7),
            "Lotte Aerts",
            "Dag Sofie\n\nDe lezer antwoordt wel, maar met een oude instelling. Dat moet onze "
            "leverancier vanop afstand aanpassen. We hebben het gemeld en volgen het op. Je hoeft "
            "nu niets te doen.\n\nGroeten\nLotte",
        )
        .forwarded(
            stage.worked(5.7),
            "Lotte Aerts",
            "Dag\n\nEen selfservicestation leest UiTPAS niet: de lezer gebruikt een oude "
            "instelling. Willen jullie die vanop afstand aanpassen?\n\nGroeten\nLotte",
        )
        .noted(
            stage.worked(5.6),
            "Lotte Aerts",
            "Gemeld bij Kaartpunt onder nummer KP-20418. Zij bellen terug.",
        )
        .read("Noor Peeters", "Lotte Aerts")
    )


def _access(stage: Stage) -> Scene:
    return (
        Scene(
            stage,
            stage.worked(11.0),
            stage.person(MELDER),
            "wise-analytics",
            "Toegang tot Wise Analytics voor Mieke",
            "Mieke neemt vanaf volgende week de maandcijfers over. Graag dezelfde rapporten als "
            "ik.",
            sort=Sort.ACCESS,
            intake={
                "systems": ["wise-analytics"],
                "for_whom": "colleague",
                "colleague": "Mieke Daems",
                "same_as": "Sofie Vermeer",
                "approved_by": "Wout Claes",
            },
            completeness=96,
        )
        .assigned(stage.worked(10.8), "Femke Wauters")
        .answered(
            stage.worked(9.9),
            "Femke Wauters",
            "Dag Sofie\n\nMieke heeft toegang tot dezelfde rapporten als jij. De uitnodiging is "
            "per "
            "mail vertrokken, de link erin werkt drie dagen. Laat gerust weten als er iets "
            "ontbreekt.\n\nGroeten\nFemke",
            then="solved",
            category="taak",
        )
    )


def _covers(stage: Stage) -> Scene:
    created = stage.worked(0.55)
    return Scene(
        stage,
        created,
        stage.person(MELDER),
        "aquabrowser",
        "Zoekresultaten tonen geen covers",
        "Sinds vanmorgen zien leners in Aquabrowser grijze vlakken in plaats van covers, bij alle "
        "titels die ik probeerde. De titels en samenvattingen staan er wel.",
        impact="public",
        intake={
            "since": since(created - 4000),
            "frequency": "constant",
            "cross_computer": "same",
            "cross_browser": "same",
        },
        completeness=81,
    ).with_file(
        "covers-ontbreken.png",
        screen(
            "Aquabrowser · zoeken: de stilte van het water",
            ["[        ]  De stilte van het water", "[        ]  Wat de duinen weten"],
        ),
    )


def _white_page(stage: Stage) -> Scene:
    created = stage.worked(3.565)
    return (
        Scene(
            stage,
            created,
            stage.person(COLLEGA),
            "mijn-bibliotheek",
            "Aanmelden in Mijn Bibliotheek lukt niet",
            "Leners en medewerkers krijgen een witte pagina na het aanmelden. Getest op drie pc’s "
            "en op gsm, telkens hetzelfde. We kunnen niemand inschrijven aan de balie.",
            impact="public",
            branch="Hoofdgebouw",
            intake={
                "since": since(created - 600),
                "frequency": "constant",
                "cross_computer": "same",
                "cross_colleague": "same",
                "cross_browser": "same",
                "steps": "Drie pc’s en een gsm geprobeerd",
                "number_browser": "Edge",
            },
            completeness=97,
            callback=("0455 12 34 56", "voormiddag"),
        )
        .with_file(
            "wit-scherm.png",
            screen("Mijn Bibliotheek · aanmelden", ["", "Deze pagina is leeg."], alarm=True),
        )
        .with_file("wise-balie.log", WISE_LOG.encode())
    )


def _fines(stage: Stage) -> Scene:
    return (
        Scene(
            stage,
            stage.worked(4.6),
            stage.person(COLLEGA),
            "wise",
            "Geen boetes meer voor jeugdmaterialen",
            "De gemeenteraad keurde een nieuw retributiereglement goed. Vanaf het nieuwe jaar "
            "vragen we geen boetes meer voor jeugdmaterialen. Kunnen jullie de tarieven aanpassen "
            "en ons laten weten wanneer we het kunnen nakijken?",
            sort=Sort.TASK,
            impact="several",
            intake={"number_instance": "1011"},
            completeness=84,
        )
        .assigned(stage.worked(4.5), "Stijn Bogaerts")
        .answered(
            stage.worked(3.9),
            "Stijn Bogaerts",
            "Dag Wout\n\nWe bereiden de nieuwe tarieventabel voor en bewaren de oude voor jullie "
            "financiële dienst. Je krijgt een bericht zodra je ze kunt nakijken.\n\nGroeten\nStijn",
        )
        .noted(
            stage.worked(1.2),
            "Stijn Bogaerts",
            "Tabel gekopieerd naar de testomgeving. Hanne, kijk jij de leeftijdsgrenzen na?",
        )
        .read("Stijn Bogaerts", "Hanne Mertens")
    )
