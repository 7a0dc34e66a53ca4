"""What Noor of the first line and Bram of the second are working on."""

from servicedesk.local.demo.form import since
from servicedesk.local.demo.queue.scenes import Scene
from servicedesk.local.demo.queue.stage import Stage
from servicedesk.local.demo.screens import screen
from tickets.intake.questions import Sort

NOOR, BRAM = "Noor Peeters", "Bram Jacobs"


def scenes(stage: Stage) -> list[Scene]:
    return [*_with_noor(stage), *_with_bram(stage)]


def _with_noor(stage: Stage) -> list[Scene]:
    late = stage.worked(4.2)
    return [
        Scene(
            stage,
            late,
            stage.somebody("Bib Merelhof"),
            "wise",
            "Wise geeft foutmelding bij innemen",
            "Bij het innemen van boeken krijgen we op balie 2 de foutmelding WB-4012. Na een paar "
            "pogingen lukt het soms toch. Op de andere pc gebeurt hetzelfde.",
            impact="blocked",
            intake={
                "since": since(late - 2400),
                "frequency": "repeatedly",
                "cross_computer": "same",
                "number_instance": "1021",
            },
            completeness=79,
        )
        .with_file(
            "fout-bij-innemen.png",
            screen(
                "Wise · Innemen", ["WB-4012  Status onbekend", "Barcode 0340012345"], alarm=True
            ),
        )
        .assigned(stage.worked(4.0), NOOR, by="Lotte Aerts"),
        Scene(
            stage,
            stage.worked(5.9),
            stage.somebody("Bibliotheek Roosdonk", 1),
            "wise",
            "Leners botsen op maximum van vijf reservaties",
            "Leners kunnen maar vijf titels tegelijk reserveren. Wij willen dat optrekken naar "
            "tien.",
            sort=Sort.TASK,
            impact="several",
            completeness=71,
        )
        .assigned(stage.worked(5.7), NOOR, by=NOOR)
        .answered(
            stage.worked(5.0),
            NOOR,
            "Dag {requester}\n\nGeldt dat ook voor kinderen, en ook voor Molenwijk en "
            "Sint-Anna?\n\nGroeten\nNoor",
            then="pending",
        )
        .wrote_back(
            stage.passed(12), "Ja, voor iedereen en op alle plaatsen. Graag zo snel het kan."
        ),
        Scene(
            stage,
            stage.worked(7.7),
            stage.somebody("Bibliotheek Ter Wilgen"),
            "mijn-bibliotheek",
            "Twee profielen van dezelfde lener samenvoegen",
            "Dag\n\nEen lener heeft twee profielen met een oud en een nieuw mailadres. Kunnen "
            "jullie "
            "die samenvoegen? ActorID 40033871.\n\nVriendelijke groet",
            channel="mail",
        )
        .service_set(stage.worked(7.6), NOOR)
        .assigned(stage.worked(7.59), NOOR, by=NOOR)
        .answered(
            stage.worked(7.0),
            NOOR,
            "Dag {requester}\n\nWe kijken na welk profiel het recentste is en voegen ze daarna "
            "samen. Je hoort "
            "het zodra het klaar is.\n\nGroeten\nNoor",
        ),
        Scene(
            stage,
            stage.worked(6.3),
            stage.somebody("Bib Lindenhove"),
            "leerplatform",
            "Cursus blijft op 90 % staan",
            "De cursus Vestigingsbeheer blijft op 90 % staan, ook al deed ik alles. Een collega "
            "heeft "
            "hetzelfde.",
            impact="several",
            intake={"frequency": "constant", "cross_colleague": "same"},
            completeness=61,
        )
        .assigned(stage.worked(6.2), NOOR, by="Jonas Willems")
        .answered(
            stage.worked(5.5),
            NOOR,
            "Dag {requester}\n\nIk zie hetzelfde als jij. We zoeken de oorzaak en laten het je "
            "weten."
            "\n\nGroeten\nNoor",
        ),
        Scene(
            stage,
            stage.worked(1.5),
            stage.somebody("Bibliotheek Groenendam"),
            "wise",
            "Kas te vroeg afgesloten",
            "We sloten de kas af voor sluitingstijd. Kan dat ongedaan gemaakt worden?",
            channel="phone",
            by=NOOR,
        )
        .assigned(stage.worked(1.48), NOOR, by=NOOR)
        .noted(
            stage.worked(1.4), NOOR, "Heropenen na akkoord van hun boekhouding, zij bellen terug."
        ),
    ]


def _with_bram(stage: Stage) -> list[Scene]:
    form = stage.worked(7.4)
    return [
        Scene(
            stage,
            form,
            stage.somebody("Bibliotheek Eikenlo", 1),
            "websites",
            "Inschrijfformulier verstuurt niet",
            "Bezoekers krijgen de melding WB-5003 als ze het inschrijfformulier versturen. Op gsm "
            "en "
            "pc hetzelfde.",
            impact="public",
            intake={
                "since": since(form - 5400),
                "frequency": "constant",
                "cross_browser": "same",
                "number_page-address": "https://www.eikenlo.example/inschrijven",
            },
            completeness=83,
        )
        .with_file(
            "formulier.png",
            screen(
                "www.eikenlo.example/inschrijven",
                ["WB-5003  Niet verzonden", "Naam", "Datum"],
                alarm=True,
            ),
        )
        .assigned(stage.worked(7.3), "Lotte Aerts", by="Lotte Aerts")
        .answered(
            stage.worked(6.9),
            "Lotte Aerts",
            "Dag {requester}\n\nIk kan het namaken. Ik leg het voor aan een collega die de "
            "formulieren goed "
            "kent."
            "\n\nGroeten\nLotte",
        )
        .noted(
            stage.worked(6.85),
            "Lotte Aerts",
            "Lijkt op een verplicht veld dat verborgen is. Graag tweede lijn.",
        )
        .assigned(stage.worked(6.8), BRAM, by="Lotte Aerts")
        .noted(
            stage.worked(2.1), BRAM, "Veld “Vestiging” staat verplicht maar zit in een dicht blok."
        ),
        Scene(
            stage,
            stage.worked(3.1),
            stage.somebody("Bib Kruiskouter"),
            "mijn-bibliotheek",
            "Leners krijgen geen melding dat reservatie klaarligt",
            "Leners van Station krijgen geen bericht als hun reservatie klaarligt. In het "
            "hoofdgebouw "
            "werkt het wel.",
            impact="several",
            intake={"frequency": "constant"},
            completeness=64,
            callback=("0455 22 10 47", "tussen 9 en 12 uur"),
        )
        .assigned(stage.worked(2.9), BRAM)
        .answered(
            stage.worked(2.2),
            BRAM,
            "Dag {requester}\n\nDe berichten voor Station staan uit, maar ik wil niets aanzetten "
            "zonder dat "
            "jullie "
            "het weten. Ik bel je op zoals je vroeg.\n\nGroeten\nBram",
        ),
        Scene(
            stage,
            stage.worked(26.0),
            stage.somebody("Bib Sterrebos"),
            "websites",
            "Carrousel op de startpagina vullen",
            "We willen een carrousel met nieuwe jeugdboeken op de startpagina, op basis van een "
            "lijst "
            "uit Wise.",
            sort=Sort.TASK,
            completeness=69,
        )
        .assigned(stage.worked(25.6), BRAM)
        .answered(
            stage.worked(24.8),
            BRAM,
            "Dag {requester}\n\nHoe heet de lijst in Wise, en hoeveel titels mogen er "
            "in?\n\nGroeten\nBram",
            then="pending",
        )
        .read(BRAM),
        Scene(
            stage,
            stage.worked(5.4),
            stage.somebody("Bibliotheek Netevallei", 2),
            "websites",
            "Covers laden niet op de website",
            "Sinds gisteren laden de covers niet in de zoekresultaten van onze website.",
            impact="public",
            completeness=60,
        )
        .assigned(stage.worked(5.3), BRAM)
        .answered(
            stage.worked(4.7),
            BRAM,
            "Dag {requester}\n\nDe server met covers antwoordt te traag. We hebben het gemeld aan "
            "onze "
            "leverancier "
            "en volgen het op.\n\nGroeten\nBram",
        )
        .forwarded(
            stage.worked(4.7),
            BRAM,
            "Dag\n\nDe covers in de zoekresultaten laden niet sinds gisteren: jullie server "
            "antwoordt pas na 20 seconden. Kunnen jullie dit nakijken?\n\nGroeten\nBram",
        )
        .noted(stage.worked(4.6), BRAM, "Ticket bij Webatelier Noord: WN-7731, prioriteit 2."),
    ]
