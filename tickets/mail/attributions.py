"""“Op 3 maart schreef Jan:”, as mail programs write it above what they quote.

Programs do so in every language, but always of the same pieces: a moment, a name or address, a
verb, a colon. The verbs and the first words of some twenty languages are known here; in all
others a moment and an address in front of a colon are enough. One attribution is given on one
line, which is cut to a sane length first; every pattern is linear on that.
"""

from __future__ import annotations

import re

LONGEST = 1000
LONGEST_NAMELESS, LONGEST_SAYING = 300, 120

#: Verbs with which a program says that somebody wrote.
_wrote = re.compile(
    r"(?<![\w/.@-])(?:wrote|writes|sent|schreef|geschreven|schreven|[ée]crit|schrieb|geschrieben|schrieben Sie"
    r"|escribi[óo]|escreveu|scritto|skrev|napisa[łl]|pisze|kirjoitti|napsala?|nap[íi]sal|a scris|ezt [íi]rta"
    r"|yazd[ıi]|đã viết|написала?|писала?|пишет|пише)\b(?:\(a\)|\(а\))?"
    r"|写道|寫道|書きました|のメール|のメッセージ|작성",
    re.IGNORECASE,
)
_lead = r"(?:On|At|In message|Op|Le|Am|El|Il|In data|Em|Den|På|W dniu|Dnia|Dne|Dňa|Vào|Pe|În|在)"
_begins = re.compile(rf"[\s>*_\-–—]*{_lead}(?:(?<=在)|\b)\s*\S", re.IGNORECASE)
_torn = re.compile(
    r"(?![\s>*_–—-]*(?:On|Op|Le|Am)\b)(.{1,300}?\S)\s*-*\s((?:On|Op|Le|Am)\s.*)$|(.{0,300}?\S)-{2,}\s*((?:On)\s.*)$"
)
_year = r"(?:19|20)\d\d(?!\d)"
_day = rf"{_year}|\b\d{{1,2}}[-/.]\s?\d{{1,2}}[-/.]\s?\d{{2,4}}\b"
_moment = re.compile(rf"{_day}|\d{{1,2}}[:.hu]\d{{2}}")
_time = re.compile(r"\b\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?!\d)")
_date = re.compile(_day)
#: “di 3 mrt …”, “ср, 30 апр. …”, “2026年3月3日…”: a number among the first three words.
_dated = re.compile(r"[\s>*_\-–—\"]*(?:[^\W\d]{1,14}[.,]{0,2}\s+){0,2}\(?\d")
_address = re.compile(r"[<(\[]\s*(?:mailto:)?[^<>()\[\]\s]+@[^<>()\[\]\s]+")
#: What a person goes on with after such a verb, and a program never does.
_goes_on = re.compile(
    r"\s*(?:dat|that|que|qu['’]|dass|daß|che|hoe|how|ons|mij|me|us|you a|een|a|an|un|une|ein|eine|the|de|het)\b",
    re.IGNORECASE,
)
_sentence_ends = re.compile(r"[^\W\d]{6,}[.!?]$|[!?]$")


def is_attribution(said: str) -> bool:
    """“Op 3 maart 2026 om 10:11 schreef Jan Peeters <jan@…>:” and its like, on one line."""
    said = said[:LONGEST].rstrip(" *_\t\xa0")
    closed = said.endswith((":", "："))
    verb = _last_verb(said)
    if verb is None:
        return closed and _is_moment_and_address(said)
    if _goes_on.match(said, verb.end()):
        return False
    dashed = said.endswith(("--", "—", "–"))
    if dashed and said.lstrip(" >").startswith(("--", "—", "–")):
        return True
    if _begins.match(said) and re.search(r"\d", said):
        ends = closed or dashed or said.endswith("-")
        return ends or (verb.end() == len(said) and "@" in said and len(said) < LONGEST_NAMELESS)
    after = said[verb.end() :]
    return (
        closed
        and len(after) <= LONGEST_SAYING
        and ("@" in said or bool(_moment.search(said)))
        and (len(after) <= 2 or bool(re.search(r"\d|@", after)))
    )


def _last_verb(said: str) -> re.Match[str] | None:
    found = list(_wrote.finditer(said))
    return found[-1] if found else None


def _is_moment_and_address(said: str) -> bool:
    return (
        len(said) <= LONGEST_NAMELESS
        and bool(_dated.match(said))
        and bool(_address.search(said))
        and bool(_date.search(said))
        and bool(_time.search(said) or re.match(r"[\s>*]*\d{4}\D", said))
    )


def is_bare_attribution(line: str) -> bool:
    """A date or a name with an address or a verb, which says nothing unless quoted lines follow."""
    line = line[:LONGEST].strip(" >*_\t\xa0")
    if len(line) > LONGEST_NAMELESS:
        return False
    if _address.search(line) and (_date.search(line) or line.endswith(":")):
        return True
    verb = _last_verb(line)
    return verb is not None and line.endswith((":", "：")) and len(line) - verb.end() <= 2


def may_begin_attribution(line: str) -> bool:
    """Cheap: the first line of an attribution has a first word or verb, a moment or an address."""
    line = line[:LONGEST]
    if "@" in line or _begins.match(line) or _wrote.search(line):
        return True
    return bool(_dated.match(line) and _moment.search(line))


def begins_attribution(line: str) -> bool:
    """It has one of the first words, such as “Op”."""
    return bool(_begins.match(line[:LONGEST]))


def ends_sentence(line: str) -> bool:
    """No program breaks an attribution here: a sentence of the text ends."""
    return bool(_sentence_ends.search(line[-60:]))


def torn_apart(line: str) -> list[str]:
    """Words of the reply, and the attribution that stands on the same line after them."""
    found = _torn.match(line[:LONGEST])
    if found is None:
        return [line]
    said, attribution = (found[1], found[2]) if found[2] else (found[3], found[4])
    torn = any(c.isalnum() for c in said) and is_attribution(attribution)
    return [said, attribution] if torn else [line]
