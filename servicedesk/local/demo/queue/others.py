"""What others are working on, what waits for suppliers and requesters, what is done."""

from servicedesk.local.demo.queue.scenes import Scene
from servicedesk.local.demo.queue.stage import Stage
from tickets.intake.questions import Sort

NOOR = "Noor Peeters"


def scenes(stage: Stage) -> list[Scene]:
    return [*_with_others(stage), *_done(stage)]


def _with_others(stage: Stage) -> list[Scene]:
    return [
        Scene(
            stage,
            stage.worked(4.9),
            stage.somebody("Bib Oosterveld"),
            "e-boeken",
            "E-boek opent niet op e-reader",
            "Een lener krijgt het e-boek niet op haar e-reader. Op de tablet lukt het wel. Werken "
            "alle "
            "toestellen?",
            sort=Sort.INFORMATION,
            impact="alone",
            completeness=70,
        )
        .assigned(stage.worked(4.8), "Eline Goossens")
        .answered(
            stage.worked(4.4),
            "Eline Goossens",
            "Dag {requester}\n\nWelk merk en type is het toestel? Dat staat meestal op de "
            "achterkant."
            "\n\nGroeten\nEline",
            then="pending",
        ),
        Scene(
            stage,
            stage.worked(9.6),
            stage.somebody("Bibliotheek Marke Leie"),
            "wise",
            "Nieuwe zelfuitleenbalie aansluiten",
            "Volgende week levert de firma een nieuwe zelfuitleenbalie. Kunnen jullie de "
            "koppeling met "
            "Wise klaarzetten?",
            sort=Sort.TASK,
            impact="several",
            completeness=73,
        )
        .assigned(stage.worked(9.4), "Tuur Coppens")
        .answered(
            stage.worked(8.8),
            "Tuur Coppens",
            "Dag {requester}\n\nWe bereiden de koppeling voor. De poort openen doet onze "
            "leverancier, dat "
            "vragen we "
            "vandaag aan.\n\nGroeten\nTuur",
        )
        .noted(
            stage.worked(3.0), "Tuur Coppens", "Nog niets gehoord over de poort, morgen bellen."
        ),
        Scene(
            stage,
            stage.worked(2.7),
            stage.somebody("Bib Moerdijkhof"),
            "wise",
            "Wise sluit onverwacht af",
            "Wise sluit af telkens we de lener 40087120 openen. Bij andere leners gebeurt het "
            "niet.",
            impact="several",
            intake={
                "frequency": "repeatedly",
                "cross_computer": "same",
                "number_actor-id": "40087120",
            },
            completeness=77,
        )
        .raised(stage.worked(2.6), "high", "Er staat een rij aan de balie")
        .given_to_team(stage.worked(2.58), "wise"),
        Scene(
            stage,
            stage.worked(18.0),
            stage.somebody("Bibliotheek Klaverveld"),
            "wise-analytics",
            "Rapport uitleningen per postcode",
            "Ons bestuur vraagt de uitleningen per postcode van het voorbije jaar. Kunnen jullie "
            "dat "
            "rapport klaarzetten?",
            sort=Sort.TASK,
            completeness=72,
        )
        .assigned(stage.worked(17.5), "Hanne Mertens")
        .answered(
            stage.worked(16.6),
            "Hanne Mertens",
            "Dag {requester}\n\nMag het per kwartaal, of heb je het per maand "
            "nodig?\n\nGroeten\nHanne",
            then="pending",
        ),
        Scene(
            stage,
            stage.worked(7.1),
            stage.somebody("Bib Hoppeland"),
            "e-boeken",
            "Wachtlijst e-boek staat stil",
            "Een lener staat al weken op plaats één voor Zeven winters, maar het boek komt niet "
            "vrij.",
            completeness=55,
        )
        .assigned(stage.worked(7.0), "Yasmina Benali")
        .answered(
            stage.worked(6.1),
            "Yasmina Benali",
            "Dag {requester}\n\nDe vorige uitlening staat bij de leverancier nog open. We hebben "
            "gevraagd om "
            "die af "
            "te sluiten.\n\nGroeten\nYasmina",
        )
        .forwarded(
            stage.worked(6.1),
            "Yasmina Benali",
            "Dag\n\nDe wachtlijst van Zeven winters staat stil: de vorige uitlening staat nog "
            "open. Kunnen jullie die afsluiten?\n\nGroeten\nYasmina",
        ),
        Scene(
            stage,
            stage.worked(3.4),
            stage.somebody("Cultuurhuis Het Pakhuis"),
            "podiumtickets",
            "Zaalplan wijzigen: rolstoelplaatsen",
            "De eerste rij is vanaf nu voorbehouden voor rolstoelgebruikers. Kunnen jullie het "
            "zaalplan "
            "aanpassen?",
            sort=Sort.TASK,
            completeness=74,
        )
        .assigned(stage.worked(3.3), "Pieter Lambrecht")
        .answered(
            stage.worked(2.4),
            "Pieter Lambrecht",
            "Dag {requester}\n\nIk pas het plan aan en stuur je een voorbeeld voor het online komt."
            "\n\nGroeten\nPieter",
        ),
    ]


def _done(stage: Stage) -> list[Scene]:
    return [
        Scene(
            stage,
            stage.worked(3.8),
            stage.somebody("Bib Torenhof"),
            "wise",
            "Wachtwoord Wise vergeten",
            "Ik ben mijn wachtwoord van Wise vergeten en na drie pogingen is mijn login "
            "geblokkeerd.",
            sort=Sort.INFORMATION,
            impact="blocked",
            completeness=80,
        )
        .assigned(stage.worked(3.75), NOOR, by=NOOR)
        .answered(
            stage.worked(3.6),
            NOOR,
            "Dag {requester}\n\nJe login is weer vrij. Kies op het aanmeldscherm **Wachtwoord "
            "vergeten**: je "
            "krijgt "
            "een mail om zelf een nieuw wachtwoord te kiezen. De link erin werkt een uur."
            "\n\nGroeten\nNoor",
            then="solved",
            category="paswoord-profiel",
        )
        .thanked(stage.passed(25), "Gelukt, bedankt voor de snelle hulp."),
        Scene(
            stage,
            stage.worked(2.9),
            stage.somebody("Bibliotheek Zeewind"),
            "websites",
            "Wijziging niet zichtbaar op de website",
            "Ik paste een pagina aan, maar bezoekers zien nog de oude versie.",
            sort=Sort.INFORMATION,
            completeness=68,
        )
        .assigned(stage.worked(2.8), "Jonas Willems")
        .answered(
            stage.worked(2.5),
            "Jonas Willems",
            "Dag {requester}\n\nJe website bewaart pagina’s een kwartier. Zie je de nieuwe versie "
            "intussen, "
            "dan mag "
            "je hier op **Mijn vraag is opgelost** klikken.\n\nGroeten\nJonas",
        )
        .confirmed(stage.passed(34)),
    ]
