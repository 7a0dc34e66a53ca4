"""A mail that is only thanks: it reopens nothing."""

import re

LONGEST = 200
_thanks = re.compile(
    r"(?:(?:heel|erg|hartelijk|super|alvast|veel|vele|ok(?:e|é|ay)?|top|prima|perfect|fijn) ?)*"
    r"(?:dank ?je(?: wel)?|dank ?u(?: ?wel)?|dankjewel|dankuwel|dank|bedankt|merci|thanks|thank you"
    r"|thx|tnx|danke|vielen dank)"
    r"(?: (?:voor|for|pour|f[üu]r) (?:[\w'’]+ ){0,3}"
    r"(?:hulp|help|oplossing|antwoord|reactie|info(?:rmatie)?|moeite|aide|r[ée]ponse|hilfe|antwort"
    r"|solution|reply))?"
    r"(?: (?:allemaal|iedereen|very much|so much|a lot|beaucoup|bien|noor|sch[öo]n))?",
)
_polite = re.compile(
    r"(?:dag|beste|hallo|hoi|hey|hi|hello|dear|bonjour|geachte|goeiemorgen|goedemorgen|goedemiddag)"
    r"(?: [\w.'’-]+){0,3}"
    r"|(?:met )?(?:vriendelijke |hartelijke |beste |vele )?(?:groet(?:en|jes)?|mvg)"
    r"|(?:kind |best )?regards|cordialement"
    r"|(?:it |het |alles |tout |es )?(?:works|werkt|marche|geht)"
    r"(?: (?:nu|now|weer|again|terug|jetzt|perfect|prima|goed))*"
    r"|(?:het is |is )?opgelost|in orde|ok(?:e|é|ay)?|top|prima|perfect|super"
    r"|(?:nog )?een fijne dag(?: (?:verder|nog))?|fijne dag(?: (?:verder|nog))?",
)
_particles = {"de", "den", "der", "van", "vande", "vander", "von", "la", "le", "du", "d"}


def is_only_thanks(text: str) -> bool:
    """Nothing but thanks, what is polite around it, and names. When in doubt it is not."""
    if len(text) > LONGEST or "?" in text:
        return False
    pieces = re.findall(r"([,\n]?)\s*([^.,!;:\n]+)", text)
    said = [
        (before, " ".join(re.sub(r"[^\w\s'’-]|_", " ", piece).split())) for before, piece in pieces
    ]
    said = [(before, piece.strip("-'’ ")) for before, piece in said if piece.strip("-'’ ")]
    thanked = any(_thanks.fullmatch(piece.lower()) for _before, piece in said)
    return thanked and all(
        _thanks.fullmatch(piece.lower())
        or _polite.fullmatch(piece.lower())
        or (before and _is_name(piece))
        for before, piece in said
    )


def _is_name(piece: str) -> bool:
    words = piece.split()
    return len(words) <= 4 and all(
        word[0].isupper() or word.lower() in _particles for word in words
    )
