"""Kind hints while somebody types: rules that turn a bare question into a good ticket.

A rule looks at the words; its hint says what would help and may offer another kind of question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.intake.asking import Asking
from tickets.intake.clarity import is_clear
from tickets.intake.questions import Sort

MOST = 2


@dataclass(frozen=True)
class Hint:
    """A sentence, and the sort of question it proposes with the words on its button."""

    key: str
    sentence: Promise | str
    switch_to: str = ""
    button: Promise | str = ""
    icon: str = "lightbulb"
    tone: str = "info"


@dataclass(frozen=True)
class Rule:
    hint: Hint
    fits: Callable[[Asking], bool]


def _says(pattern: str) -> Callable[[Asking], bool]:
    found = re.compile(pattern, re.IGNORECASE)
    return lambda asking: found.search(asking.words) is not None


def _all(*conditions: Callable[[Asking], bool]) -> Callable[[Asking], bool]:
    return lambda asking: all(condition(asking) for condition in conditions)


def _no(condition: Callable[[Asking], bool]) -> Callable[[Asking], bool]:
    return lambda asking: not condition(asking)


def _is(*sorts: str) -> Callable[[Asking], bool]:
    return lambda asking: asking.sort in sorts


def _has_access_to_ask(asking: Asking) -> bool:
    return bool(asking.with_access)


def _is_vague(asking: Asking) -> bool:
    text = asking.text("body") or asking.text("subject")
    return not is_clear(text) and len(text) < 120


SECRET = _says(
    r"(wachtwoord|paswoord|password|pincode)\s*(is|:|=)\s*\S{4,}"
    r"|\b\d{2}[. ]?\d{2}[. ]?\d{2}[- .]\d{3}[. ]?\d{2}\b"
)
MORE_ACCESS = _says(
    r"\b(meer|dezelfde|zelfde|geen|extra|andere|minder)\s+(toegang(en)?|rechten|rollen)\b"
    r"|\b(more|same|no|extra|other)\s+(access|rights|permissions)\b"
    r"|\b(toegang(en)?|rechten|rol)\b.{0,60}\b(krijg|nodig|aanvra|vraag|geven|hebben)"
    r"|\b(krijg|vraag|geef).{0,40}\btoegang"
    r"|\b(need|request|get|same).{0,30}\baccess\b"
)
FORGOTTEN_PASSWORD = _says(
    r"(wachtwoord|paswoord|password|login).{0,40}(vergeten|kwijt|verlopen|resetten|forgot|lost|expired)"
    r"|(vergeten|kwijt|forgot(ten)?|lost).{0,40}(wachtwoord|paswoord|password|login)"
)
ERROR_MESSAGE = _says(r"\bfout(melding|code|boodschap)|\berror\b|\bfoutmeldingen\b")
LITERAL_MESSAGE = _says(
    r"[“”\"«„][^“”\"»]{4,}[“”\"»]|\b(fout|error|code)\s*[:#]?\s*\d{2,}|melding\s*:|error\s*:"
)
NOT_WORKING = _says(
    r"werkt?\s+(weer\s+)?niet|doet\s+het\s+niet|lukt\s+(weer\s+)?niet|gaat\s+niet|\bkapot\b|\bstuk\b"
    r"|probleem|(does ?n.t|not)\s+work|broken"
)
SECOND_QUESTION = _says(
    r"\b(daarnaast|nog\s+een\s+(andere\s+)?vraag|(een\s+)?andere\s+vraag|tweede\s+vraag|ten\s+tweede"
    r"|another\s+question|second\s+question|secondly)\b"
)

RULES = (
    Rule(
        Hint(
            "secret",
            _("Take passwords and national numbers out of your question: we never need them."),
            icon="shield-lock",
            tone="warn",
        ),
        SECRET,
    ),
    Rule(
        Hint(
            "access",
            _(
                "This sounds like an access request. It has its own short form, so that the right "
                "person can give the access at once."
            ),
            switch_to=Sort.ACCESS,
            button=_("Make it an access request"),
            icon="key",
        ),
        _all(MORE_ACCESS, _no(_is(Sort.ACCESS)), _has_access_to_ask),
    ),
    Rule(
        Hint(
            "password",
            _(
                "A forgotten password you can often choose anew yourself, with “Password "
                "forgotten” where you sign in. Does that not work? Tell us for which service and "
                "with which login. Never send the password itself."
            ),
            icon="key",
        ),
        FORGOTTEN_PASSWORD,
    ),
    Rule(
        Hint(
            "error-switch",
            _(
                "An error message is seldom normal. Choose “Something does not work”, then we "
                "ask at once what we need to find it."
            ),
            switch_to=Sort.DISRUPTION,
            button=_("Something does not work"),
            icon="tools",
        ),
        _all(ERROR_MESSAGE, _is(Sort.INFORMATION, "")),
    ),
    Rule(
        Hint(
            "error-text",
            _(
                "Copy the error message literally, or paste a screenshot of it. Tell what you did "
                "just before."
            ),
            icon="chat-quote",
        ),
        _all(ERROR_MESSAGE, _no(LITERAL_MESSAGE)),
    ),
    Rule(
        Hint(
            "vague",
            _(
                "We are glad to look into it. What did you do, what did you expect, and what "
                "happened? For example: “I click Save in the loan screen, and nothing happens.”"
            ),
        ),
        _all(NOT_WORKING, _is_vague),
    ),
    Rule(
        Hint(
            "second-question",
            _(
                "Is this also another question? Make a ticket of its own for it, then each part "
                "comes to the right person at once."
            ),
            icon="signpost-split",
        ),
        SECOND_QUESTION,
    ),
)


def hints(asking: Asking) -> list[Hint]:
    """The hints for what is typed now, the most urgent first, never more than two."""
    return [rule.hint for rule in RULES if rule.fits(asking)][:MOST]
