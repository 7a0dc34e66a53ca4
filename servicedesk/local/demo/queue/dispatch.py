"""What still has to be given to somebody: nearly due, fine, and what came when the desk was "
"closed."""

from servicedesk.local.demo.form import since
from servicedesk.local.demo.office_time import HOUR
from servicedesk.local.demo.queue.scenes import Scene
from servicedesk.local.demo.queue.stage import Stage
from servicedesk.local.demo.screens import screen
from tickets.intake.questions import Sort


def scenes(stage: Stage) -> list[Scene]:
    return [*_unassigned(stage), *_overnight(stage)]


def _unassigned(stage: Stage) -> list[Scene]:
    loading, lists = stage.worked(3.55), stage.worked(3.32)
    return [
        Scene(
            stage,
            loading,
            stage.somebody("Bibliotheek De Linde", 1),
            "mijn-bibliotheek",
            "Aanmeldscherm Mijn Bibliotheek blijft laden",
            "Het aanmeldscherm van Mijn Bibliotheek blijft laden. Bij ons op alle pc’s, leners "
            "bellen dat het thuis ook zo is.",
            impact="public",
            intake={"since": since(loading - 900), "frequency": "constant"},
            completeness=62,
        ),
        Scene(
            stage,
            lists,
            stage.somebody("Bib Schelderode"),
            "wise",
            "Reserveringen komen niet door op lijst",
            "De lijst met nieuwe reservaties blijft leeg, terwijl er op de website wel geplaatst "
            "worden. Gisteren werkte het nog.",
            impact="several",
            intake={
                "since": since(lists - 3000),
                "frequency": "constant",
                "cross_computer": "same",
                "number_instance": "1041",
            },
            completeness=74,
        ),
        Scene(
            stage,
            stage.worked(1.83),
            stage.somebody("Bib Elzenveld", 1),
            "wise-analytics",
            "Toegang tot Wise Analytics voor nieuwe collega",
            "Onze nieuwe collega volgt de cijfers op en heeft daarvoor Wise Analytics nodig.",
            sort=Sort.ACCESS,
            intake={
                "systems": ["wise-analytics"],
                "for_whom": "colleague",
                "colleague": "Emma Torfs",
            },
            completeness=75,
        ),
        Scene(
            stage,
            stage.worked(0.92),
            stage.somebody("Bib Kastelein", 2),
            "mijn-bibliotheek",
            "Lener ontvangt verificatiecode niet",
            "Dag\n\nEen lener krijgt de mail met de code niet. Ze wacht aan de balie. Kunnen "
            "jullie "
            "zien of die vertrokken is?\n\nGroeten",
            channel="mail",
        ),
        Scene(
            stage,
            stage.worked(0.3),
            stage.somebody("Bib Papenmeer"),
            "wise",
            "Etiketten worden half afgedrukt",
            "Sinds de laatste update drukt onze labelprinter maar de helft van het rugetiket af. "
            "De "
            "printer opnieuw installeren hielp niet.",
            impact="alone",
            intake={"frequency": "repeatedly", "steps": "Printer opnieuw geïnstalleerd"},
            completeness=58,
            callback=("0455 98 76 54", "na 14 uur"),
        ).with_file(
            "rugetiket.png", screen("Etiket", ["JEUGD", "B LIN", "(rest ontbreekt)"], alarm=False)
        ),
        Scene(
            stage,
            stage.worked(0.12),
            stage.somebody("Cultuurcentrum De Vaart"),
            "uitpas",
            "Nieuwe voorraad UiTPAS-kaarten",
            "Onze voorraad UiTPAS-kaarten raakt op. Graag 50 kaarten voor de schouwburg.",
            sort=Sort.TASK,
            completeness=66,
        ),
    ]


def _overnight(stage: Stage) -> list[Scene]:
    """They wait for the next opening; once it has been, the desk works through them."""
    asked = [
        (0.06, "Bibliotheek Waterkant", "websites", "Headers van de website staan in het Engels",
         "Boven onze pagina’s staat plots “Opening hours” en “Search” in het Engels. De rest van "
         "de "
         "site is gewoon Nederlands.",
         "De koppen staan weer in het Nederlands. Na een update van de vertalingen blijft soms een "
         "Engelse versie in de cache zitten. Leegmaken doe je in **Site instellingen › "
         "Uitgebreid**.",
         "bug"),
        (0.2, "Bib Merelhof", "uitpas", "Kansentarief niet zichtbaar in Wise",
         "In Wise zien we het kansentarief niet bij leners met een UiTPAS, in Vogelenzang wel.",
         "De koppeling stond uit voor het hoofdgebouw. Ze staat aan, het tarief verschijnt bij het "
         "openen van een lener.", "configuratie"),
        (0.34, "Bibliotheek De Linde", "aquabrowser", "Dubbele titels in zoekresultaat",
         "In de zoekresultaten staat Kapitein Bries twee keer, met telkens een deel van onze "
         "exemplaren. Vlacc-nummer 10123456.",
         "De twee beschrijvingen zijn samengevoegd. Na de verwerking van vannacht zie je één titel "
         "met alle exemplaren.", "bug"),
        (0.5, "Bib Zandhoek", "wise", "Sluitingsdag voor de teamdag toevoegen",
         "We zijn volgende maand een dag dicht voor onze teamdag. Kunnen jullie de sluitingsdag "
         "toevoegen? De inleverbus blijft open.",
         "De sluitingsdag staat ingesteld. De inleverdata van die dag schuiven een dag op.",
         "taak"),
        (0.68, "Bibliotheek Hogeheide", "aquabrowser", "Voorstel: filter op leesniveau",
         "Leerkrachten zoeken boeken op leesniveau. Een filter in Aquabrowser zou hen veel werk "
         "besparen.",
         "Dank je voor het voorstel. Het staat op de lijst voor het volgende gebruikersoverleg.",
         "verbetervoorstel"),
        (0.86, "Bib Oosterveld", "wise", "Wisselcollectie bestellen",
         "Graag een wisselcollectie van 60 strips voor januari, zoals vorig jaar.",
         "De wisselcollectie is besteld. De levering volgt in de eerste week van januari.", "taak"),
    ]  # fmt: skip
    return [
        _asked_at_night(stage, part, who, service, subject, body)
        .assigned(_later(stage, part, 0.25 + part), "Karim Haddad")
        .answered(
            _later(stage, part, 0.5 + 1.2 * part),
            "Karim Haddad",
            f"Dag {{requester}}\n\n{solution}\n\nGroeten\nKarim",
            then="solved",
            category=category,
        )
        for part, who, service, subject, body, solution, category in asked
    ]


def _asked_at_night(
    stage: Stage, part: float, who: str, service: str, subject: str, body: str
) -> Scene:
    return Scene(
        stage,
        stage.night(part),
        stage.somebody(who, 2),
        service,
        subject,
        body,
        sort=Sort.INFORMATION,
        impact="alone",
        completeness=67,
    )


def _later(stage: Stage, part: float, hours: float) -> int:
    return stage.office.after(stage.night(part), int(hours * HOUR))
