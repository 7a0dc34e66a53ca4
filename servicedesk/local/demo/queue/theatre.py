"""The arts centre De Vlier, where Vera sees what her house asks, and nothing of others."""

from servicedesk.local.demo.queue.scenes import Scene
from servicedesk.local.demo.queue.stage import Stage
from tickets.intake.questions import Sort

VREEMDE = "vreemde@demo.example"


def scenes(stage: Stage) -> list[Scene]:
    return [_season(stage), _waiting_list(stage), _scanner(stage)]


def _season(stage: Stage) -> Scene:
    return (
        Scene(
            stage,
            stage.worked(5.2),
            stage.person(VREEMDE),
            "podiumtickets",
            "Nieuwe voorstelling in de kaartverkoop",
            "Kunnen jullie de extra voorstelling van De kleine landmeter klaarzetten? Het zaalplan "
            "is dat van de theaterzaal, de prijzen zijn dezelfde als die van de eerste avond.",
            sort=Sort.TASK,
            branch="Theaterzaal",
            impact="several",
            completeness=78,
        )
        .assigned(stage.worked(5.1), "Ilse Moens")
        .answered(
            stage.worked(4.3),
            "Ilse Moens",
            "Dag Vera\n\nDe voorstelling staat klaar. Mag de verkoop meteen openen, of wacht je op "
            "jullie nieuwsbrief?\n\nGroeten\nIlse",
            then="pending",
        )
    )


def _waiting_list(stage: Stage) -> Scene:
    return Scene(
        stage,
        stage.worked(1.1),
        stage.person(VREEMDE),
        "podiumtickets",
        "Voorstel: wachtlijst bij uitverkochte voorstellingen",
        "Bij uitverkochte voorstellingen noteren we namen op papier. Kan er een wachtlijst komen "
        "die zelf een mail stuurt als er plaatsen vrijkomen?",
        sort=Sort.WISH,
        completeness=81,
    )


def _scanner(stage: Stage) -> Scene:
    return (
        Scene(
            stage,
            stage.worked(12.2),
            stage.person(VREEMDE),
            "podiumtickets",
            "Scanner aan de deur herkent kaarten niet",
            "Aan de ingang herkent de scanner geen kaarten die vandaag gekocht zijn. Oudere "
            "kaarten "
            "lukken wel.",
            impact="public",
            completeness=70,
        )
        .assigned(stage.worked(12.1), "Pieter Lambrecht")
        .answered(
            stage.worked(11.5),
            "Pieter Lambrecht",
            "Dag Vera\n\nDe scanner had de lijst van vanmorgen nog. Hij haalt die nu elke vijf "
            "minuten op. Kaarten van vandaag worden herkend.\n\nGroeten\nPieter",
            then="solved",
            category="bug",
        )
        .thanked(stage.worked(10.9), "Alles ging vlot vanavond, bedankt.")
    )
