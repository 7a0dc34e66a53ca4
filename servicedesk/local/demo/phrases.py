"""What people say around their question, whatever it is about."""

from dataclasses import dataclass

from servicedesk.local.demo.texts import Piece, escaped, from_desk, from_requester, line


@dataclass(frozen=True)
class Exchange:
    """A question the desk asks back, and what the requester says then."""

    question: Piece
    answer: Piece


def _exchange(question: str, answer: str) -> Exchange:
    return Exchange(from_desk(question), from_requester(answer))


MAIL_BEGINS = [from_requester(text) for text in ("Dag", "Beste", "Beste collega’s", "Hallo")]
MAIL_ENDS = [
    from_requester("Met vriendelijke groeten\n{name}\n{organisation}"),
    from_requester("Groeten\n{requester}"),
    from_requester("Alvast bedankt\n{name}, {organisation}"),
    from_requester("Vriendelijke groet\n{requester}"),
]
#: Some write no more than that, whatever the form asks.
PORTAL_ENDS = [from_requester(text) for text in ("Alvast bedankt.", "Bedankt.", "Dank je wel.")]

DESK_GREETS = [from_desk("Dag {requester}")] * 6 + [from_desk("Beste {requester}")]
#: The first time it answers somebody.
DESK_BEGINS = [
    *DESK_GREETS,
    from_desk("Dag {requester}\n\nBedankt voor je melding."),
    from_desk("Dag {requester}\n\nDank je voor de duidelijke beschrijving."),
]
AS_SAID_ON_THE_PHONE = from_desk("Dag {requester}\n\nZoals besproken aan de telefoon:")
AS_SAID_AT_THE_DESK = from_desk("Dag {requester}\n\nZoals daarnet besproken:")
DESK_ENDS = [from_desk("Groeten\n{agent}")] * 4 + [
    from_desk("Laat gerust weten als er nog iets is.\n\nGroeten\n{agent}"),
    from_desk("Fijne dag nog.\n\nGroeten\n{agent}"),
    from_desk("Met vriendelijke groeten\n{agent}, servicedesk"),
]

ASKED_A_COLLEAGUE = from_desk("Ik leg je vraag voor aan een collega die deze dienst goed kent.")
LOOKING_INTO_IT = [
    ASKED_A_COLLEAGUE,
    from_desk("We zoeken dit uit. Je hoort van ons zodra we meer weten."),
    from_desk("We hebben het bekeken en hebben wat meer tijd nodig. Je hoeft nu niets te doen."),
]
SEEN_IT_TOO = [
    *LOOKING_INTO_IT,
    from_desk("Ik zie hetzelfde als jij. We zoeken de oorzaak en laten het je weten."),
]
PLANNED = [
    from_desk("We plannen dit in. Je hoort het zodra het klaar is."),
    from_desk("Dit brengen we in orde. Een collega kijkt het nog na voor het ingaat."),
    from_desk("We hebben je aanvraag goed ontvangen en zijn ermee bezig."),
]
#: What the desk says while it works, by category; LOOKING_INTO_IT for the others.
WORKING_ON_IT = {
    "bug": SEEN_IT_TOO,
    "site-down": SEEN_IT_TOO,
    "taak": PLANNED,
    "configuratie": PLANNED,
    "migratie": PLANNED,
}
AT_THE_SUPPLIER = [
    from_desk(
        "We hebben je vraag voorgelegd aan onze leverancier. Zodra er nieuws is, hoor je het."
    ),
    from_desk("Dit moet onze leverancier nakijken. We hebben het gemeld en volgen het op."),
]
#: What the desk and a supplier write each other.
ASKED_THE_SUPPLIER = [
    from_desk("Dag\n\nKunnen jullie dit nakijken? We zien het zelf ook gebeuren."),
    from_desk("Dag\n\nDit lijkt aan jullie kant te zitten. Willen jullie het onderzoeken?"),
]
ANSWER_OF_THE_SUPPLIER = [
    from_requester("Dag\n\nDit is hersteld onder nummer {code}. Jullie mogen testen."),
    from_requester("Dag\n\nOpgelost. De oorzaak staat bij ons onder nummer {code}."),
]
#: Notes about somebody outside who is no supplier of the desk.
ASKED_OUTSIDE = [
    from_desk("Extern gemeld onder nummer {code}."),
    from_desk("Gebeld en gemaild, hun referentie is {code}."),
]
BACK_FROM_OUTSIDE = [
    from_desk("Antwoord gekregen: hersteld, wij mogen testen."),
    from_desk("Ze laten weten dat het opgelost is. Getest en in orde."),
]
PASSED_ON = [
    from_desk("Basis nagekeken, instellingen lijken juist. Graag tweede lijn."),
    from_desk("Dit vraagt rechten die wij niet hebben. Doorgegeven."),
    from_desk("Ik vind niets in de kennisbank. Kan iemand die deze dienst kent meekijken?"),
    from_desk("Gebeld met {requester}: het gaat zoals beschreven. Doorgegeven aan de tweede lijn."),
]
STILL_NOT = [
    from_requester("Het is nog niet helemaal in orde: bij {branch} zien we het nog altijd."),
    from_requester(
        "Bij mij werkt het nu, bij mijn collega nog niet. Kunnen jullie nog eens kijken?"
    ),
    from_requester("Vanmorgen deed het probleem zich opnieuw voor."),
]
SOLVED_AFTER_ALL = [
    from_desk("Dank je om het te laten weten. Dezelfde aanpassing ontbrak nog op één plaats. Die "
              "is nu ook gebeurd."),
    from_desk("Je had gelijk, er was nog een tweede oorzaak. Die is nu ook weg."),
    from_desk("Na een nieuwe test is het overal in orde. Meld je één keer af en opnieuw aan."),
]  # fmt: skip
THANKS = [
    from_requester(text)
    for text in (
        "Bedankt voor de snelle hulp.",
        "Het werkt, dank je wel.",
        "Top, bedankt.",
        "Dank je, dit is precies wat ik zocht.",
        "Perfect, merci.",
    )
]
BY_ITSELF = [
    from_requester("Het is intussen in orde gekomen, jullie mogen dit sluiten."),
    from_requester("Een collega wist het antwoord. Mijn vraag is opgelost."),
    from_requester("Na een herstart werkt het weer. Dit mag weg."),
]
CALLED = [
    from_desk("Gebeld met {requester}: samen het scherm overlopen, de situatie is duidelijk."),
    from_desk("{requester} teruggebeld zoals gevraagd. Gaat het zelf nog eens proberen."),
]
MOVED_PRIORITY = [
    "Er staat een rij aan de balie",
    "Nodig voor de raad van morgen",
    "Kan wachten tot na de vakantie",
    "Meer bibliotheken hebben hier last van",
]

EXCHANGES = {
    "taak": [
        _exchange("Gaat het alleen om {branch}, of om al jullie vestigingen?",
                  "Alleen om {branch}."),
        _exchange("Tegen wanneer heb je dit nodig?", "Tegen {date} is vroeg genoeg."),
        _exchange("Wie mag ik bij jullie als contactpersoon noteren?",
                  "Noteer mij maar, of {colleague} als ik er niet ben."),
    ],
    "bug": [
        _exchange("Zie je dit op elke pc, of alleen op die van jou?",
                  "Ook op de andere pc, net getest."),
        _exchange("In welke browser zie je dit, en helpt het om je af en opnieuw aan te melden?",
                  "In {browser}. Opnieuw aanmelden maakt geen verschil."),
    ],
    "kennisvraag": [
        _exchange("Tot aan welk scherm geraak je, en wat zie je daar?",
                  "Ik geraak tot aan het overzicht, maar ik zie daar geen knop om verder te gaan."),
        _exchange("Voor welke vestiging wil je dit weten?", "Voor {branch}."),
    ],
    "paswoord-profiel": [
        _exchange("Mag de mail naar het adres waarmee je dit ticket maakte?",
                  "Ja, graag naar dit adres."),
    ],
    "": [
        _exchange("Sinds wanneer is het zo, en paste intussen iemand iets aan?",
                  "Sinds vanmorgen. Niemand heeft er iets aan veranderd."),
        _exchange("Kun je wat meer vertellen over wat je wilde doen?",
                  "Ik wilde het in orde brengen voor {branch}, maar ik durf niet verder."),
    ],
}  # fmt: skip

#: What somebody tried before asking.
STEPS = [
    line(text)
    for text in (
        "Opnieuw aangemeld",
        "Cache gewist en andere browser geprobeerd",
        "Pc herstart",
        "Handleiding op het Leerplatform nagekeken",
        "Met een collega bekeken",
        "Kabels nagekeken, toestel herstart",
    )
]

#: What people add when they say how satisfied they were; most add nothing.
SATISFIED = [
    escaped(text)
    for text in (
        *[""] * 7,
        "Snel geholpen, bedankt!",
        "Duidelijke uitleg, het werkt weer.",
        "Vriendelijk en vlot.",
        "",
    )
]
NOT_SATISFIED = [
    escaped(text)
    for text in (
        "",
        "Het duurde lang voor ik iets hoorde.",
        "Ik moest het drie keer uitleggen.",
        "Opgelost, maar de uitleg was te technisch voor mij.",
        "",
    )
]
