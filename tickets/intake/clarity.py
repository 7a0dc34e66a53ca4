"""Does a description say enough to start with? Read as a colleague would, in Dutch or English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.intake.questions import Sort

#: Fewer words than this never tell what is wrong and where.
FEWEST_WORDS, FEWEST_CHARACTERS = 8, 40

#: Words that say that something is wrong, but not what.
_EMPTY_WORDS = re.compile(
    r"\b(het|dit|dat|alles|niets?|er|is|zijn|de|een|en|of|in|op|we|ik|wij|je|ons|mij|meer|nog|al"
    r"|weer|niet|werkt?|werken|doet|lukt|gaat|kapot|stuk|probleem|problemen|fout|help|graag|dank"
    r"|dag|hallo|beste|mvg|bedankt|normaal|dringend"
    r"|it|this|that|does|not|doesn|don|t|work|works|working|broken|problem|please|hello|the|a|i)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True)
class Verdict:
    """What the line under the description says."""

    is_clear: bool
    sentence: Promise | str


CLEAR = {
    Sort.DISRUPTION: _("Clear: we know what goes wrong and where."),
    Sort.ACCESS: _("Clear: we know what it is for."),
}
CLEAR_OTHERWISE = _("Clear: we can start with this.")
UNCLEAR = {
    Sort.DISRUPTION: _("What did you do, what did you expect, and what did you see?"),
    Sort.INFORMATION: _("What do you want to know, and what do you want to do with it?"),
    Sort.TASK: _("What has to be done, where, and by when?"),
    Sort.ACCESS: _("Which tasks need this access?"),
    Sort.WISH: _("How does it go now, and how should it go?"),
    Sort.COMPLAINT: _("What happened, and what had you expected?"),
}
UNCLEAR_OTHERWISE = _("Tell a little more: what do you want, and what do you see?")


def is_clear(text: str) -> bool:
    """Long enough, and with words that say something."""
    words = _WORD.findall(text)
    telling = _WORD.findall(_EMPTY_WORDS.sub(" ", text))
    long_enough = len(text.strip()) >= FEWEST_CHARACTERS and len(words) >= FEWEST_WORDS
    return long_enough and len(telling) >= FEWEST_WORDS // 2


def verdict(text: str, sort: str) -> Verdict | None:
    """None while nothing is typed."""
    if not text.strip():
        return None
    if is_clear(text):
        return Verdict(True, CLEAR.get(Sort(sort), CLEAR_OTHERWISE) if sort else CLEAR_OTHERWISE)
    unclear = UNCLEAR.get(Sort(sort), UNCLEAR_OTHERWISE) if sort else UNCLEAR_OTHERWISE
    return Verdict(False, unclear)
