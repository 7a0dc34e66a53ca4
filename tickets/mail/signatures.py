"""Where somebody signs: the last lines of what was written that say who, on what device, or in confidence.

`signed` looks at one stretch of the text, from its end; only what is surely no part of the
letter is named. Each predicate looks at one line, cut to a sane length first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 1000
#: So many lines a signature or small print may have, with text.
LONGEST_SIGNATURE, LONGEST_SMALL_PRINT = 25, 60
#: Below a drawn line there may be more of the letter; a signature there is short.
LONGEST_BELOW_RULE, WIDEST_BELOW_RULE = 8, 80
LONGEST_DEVICE_LINE, MOST_WORDS_OF_DEVICE_LINE = 200, 11
_around = " \t>*_.()[]<"

_dashes = re.compile(r"[>\s]*--\s?\s*$")
_rule = re.compile(r"[>\s]*(?:[—–]{1,}|_{2,}|~{2,}|={5,}|\*{5,})\s*$")
#: How programs on a phone begin the last line of a mail, in the order of the languages of Europe.
_sent_from = re.compile(
    r"(?:sen[td] (?:from|via|with|using|on|by)|(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|via|met|van|door)"
    r"|envoy[ée]e? (?:de|depuis|avec|par|[àa] partir de|via|d['’])|gesendet (?:von|mit|über|via)|von mein\w*|von unterwegs"
    r"|diese nachricht wurde (?:von|mit)|enviado (?:desde|do|de|a partir)|inviat[oa] (?:da|dal|con)|sendt (?:fra|med)"
    r"|skickat från|l[äa]hetetty|wysłan[oey] z|odesláno z|trimis de pe|отправлено (?:с|из)|надіслано з"
    r"|from my|(?:\w{1,30} )?from (?:mobile|phone|iphone|ipad|android)|(?:get|download(?:en)?|obtenez|t[ée]l[ée]charge[rz]"
    r"|holen sie sich|laden sie|obt[eé]n(?:er)?|ottieni|scarica|obter o?|hent|h[äa]mta|skaff deg|hanki|pobierz|stáhnout)(?= outlook)"
    r"|outlook \w{3,4} (?=(?:ios|android)\b))",
    re.IGNORECASE,
)
_device = re.compile(
    r"\b(?:i?phone|i[pP]ad|ipod|android|blackberry|samsung|galaxy|huawei|xiaomi|nokia|sony|htc|lg|motorola|oneplus|pixel"
    r"|fairphone|smartphone|telefoon|gsm|mobil\w*|mobiel\w*|cell|tablet|toestel|apparaat|device|handheld|windows|outlook|mail"
    r"|mailbox|gmail|yahoo|proton|proximus|telenet|orange|verizon|handy|ios)|iphone",
    re.IGNORECASE,
)
_sent_from_east = re.compile(
    r"[從从]我的.{1,20}(?:傳送|发送|發送)$|(?:发自|發自)我的.{1,20}$|.{1,20}から送信$"
)
#: “Sent from TypeApp”, “Sent with Airmail”: an app that nobody knows, by its capital letter.
_sent_from_app = re.compile(r"Sent (?:from|via|with) (?:my )?[A-Z][\w.+-]*(?: for [\w ]{1,20})?$")
_ends_with_link = re.compile(r"<?https?://\S+$")
_excuse = re.compile(
    r"[,.;\s]{1,5}(?:please )?(?:excuse|forgive|pardon|sorry for)\b.{0,60}$", re.IGNORECASE
)
_small_print = re.compile(
    r"[>\s*_|\[]*(?:disclaimer[\s:*_]*$"
    r"|(?:deze|this|dit|ce|cette|diese)\s(?:e-?mail|email|mail|bericht|message|courriel|nachricht)[^.]{0,80}"
    r"(?:vertrouwelijk|confidential|confidentiel|vertraulich|uitsluitend|intended|destin|bestimmt|bestemd)"
    r"|(?:think|denk|pensez|bitte denken).{0,60}(?:print|afdruk|imprim|druck)"
    r"|please consider the environment)",
    re.IGNORECASE,
)
#: Words that also begin a paragraph of a letter, unless it goes on about secrets.
_perhaps_small_print = re.compile(
    r"[>\s*_|\[]*(?:disclaimer|confidentiality|confidential|privileged|vertrouwelijk|avis de confidentialit[ée]"
    r"|avertissement|avis|haftungsausschluss|vertraulichkeit|hinweis|wichtiger hinweis|important|notice)\b",
    re.IGNORECASE,
)
_secret = re.compile(
    r"vertrouwelijk|confiden|vertraulich|intended|destin|bestemd|bestimmt|recipient|geadresseerde|empf[äa]nger"
    r"|aansprakelijk|liab|haftung|responsabilit|privileged",
    re.IGNORECASE,
)
_closing = re.compile(
    r"[>\s*_]*(?:(?:met|m)[\s.]?\s?(?:vriendelijke|hartelijke|collegiale|beste|bibliothecaire|warme|zonnige)?\s?"
    r"(?:vr\.?\s?)?groet(?:en|jes)?|mvg|m\.v\.g|vriendelijke? groet(?:en|jes)?|hartelijke groet(?:en|jes)?|groet(?:en|jes)?"
    r"|vele groet(?:en|jes)|beste groet(?:en|jes)|hoogachtend|cordialement|bien [àa] vous|bien cordialement|salutations"
    r"|(?:meilleures|sinc[èe]res|cordiales) salutations|(?:best|kind|warm|many)?\s?regards|best wishes|sincerely|cheers"
    r"|(?:mit\s)?(?:freundlichen?|besten?|herzlichen?|viele|liebe|sch[öo]ne)?\s?gr(?:ü|ue)(?:ß|ss)(?:en?)?|mfg|gru(?:ß|ss))"
    r"[\s,.!*_]*(?:[\w\s/,.]{0,40})$",
    re.IGNORECASE,
)
_contact = re.compile(
    r"https?://|www\.|@[\w.-]+\.\w|\b[TMEFWG]\s?[:.]|\b(?:tel|tél|gsm|mob|fax|phone|telefoon)\b"
    r"|(?:\+|\b0)\d[\d\s./()-]{6,}\d|\b\d{4}\s+[A-Z][a-z]+",
    re.IGNORECASE,
)
_dashed_name = re.compile(r"-\s?[A-ZÀ-Ý][\w.'’-]*(?:\s[\w.'’-]+){0,3}\s*$")


def signed(lines: Sequence[str], begin: int, end: int) -> set[int]:
    """The lines at the end of a stretch that are a signature or small print."""
    for at in range(max(begin, end - LONGEST_SMALL_PRINT), end):
        if is_small_print(lines[at : at + 5]) and (at == 0 or not lines[at - 1].strip()):
            return _signature(lines, begin, at) | set(range(at, end))
    return _signature(lines, begin, end)


def _signature(lines: Sequence[str], begin: int, end: int) -> set[int]:
    for at in range(max(begin, end - LONGEST_SIGNATURE - 15), end):
        below = [line for line in lines[at + 1 : end] if line.strip()]
        if is_list_footer(lines[at:end]):
            return _signature(lines, begin, at) | set(range(at, end))
        if is_signature_mark(lines[at], below):
            return set(range(at, end))
        if len(below) <= 2 and is_sent_from(lines[at]):
            return _signature(lines, begin, at) | set(range(at, end))
    return _closed(lines, begin, end) or _dashed(lines, begin, end)


def _closed(lines: Sequence[str], begin: int, end: int) -> set[int]:
    """“Met vriendelijke groeten” with a block of addresses and numbers below it."""
    for at in range(end - 1, max(begin, end - 18) - 1, -1):
        if is_closing(lines[at]):
            below = [line for line in lines[at + 1 : end] if line.strip()]
            if any(is_contact(line) for line in below) and all(len(line) <= 140 for line in below):
                return set(range(at, end))
            return set()
    return set()


def _dashed(lines: Sequence[str], begin: int, end: int) -> set[int]:
    """“-Jan” alone at the end."""
    last = end - 1
    while last >= begin and not lines[last].strip():
        last -= 1
    if last <= begin or lines[last - 1].strip():
        return set()
    return set(range(last, end)) if _dashed_name.match(lines[last][:80]) else set()


def is_signature_mark(line: str, below: Sequence[str]) -> bool:
    """“-- ”, or a rule that programs draw instead, above a few short lines."""
    if _dashes.match(line[:LONGEST]):
        return len(below) <= LONGEST_SIGNATURE
    if not _rule.match(line[:LONGEST]) or len(below) > LONGEST_BELOW_RULE:
        return False
    if any(len(other) > WIDEST_BELOW_RULE for other in below):
        return False
    return len(line.strip()) < 20 or any(is_contact(other) for other in below)


def is_sent_from(line: str) -> bool:
    """“Verstuurd vanaf mijn iPhone”: a few words, with a device or an app among them."""
    if len(line) >= LONGEST_DEVICE_LINE:
        return False
    said = _ends_with_link.sub("", line.strip(_around)).strip(_around)
    said = _excuse.sub("", said).strip(_around)
    if "," in said or len(said.split()) > MOST_WORDS_OF_DEVICE_LINE:
        return False
    begin = _sent_from.match(said)
    if begin is not None and _device.search(said, max(0, begin.end() - 7)):
        return True
    return bool(_sent_from_app.match(said) or _sent_from_east.match(said))


def is_small_print(lines: Sequence[str]) -> bool:
    """A disclaimer begins with the first of these lines."""
    first = lines[0][:LONGEST]
    if _small_print.match(first):
        return True
    said = " ".join(lines[:5])[:LONGEST]
    return bool(_perhaps_small_print.match(first) and _secret.search(said, len(first.split()[0])))


def is_list_footer(lines: Sequence[str]) -> bool:
    """“_____” and then how to leave a mailing list."""
    head = lines[0].strip()
    if len(head) < 20 or set(head) - set("_-"):
        return False
    below = "\n".join(lines[1:8]).lower()
    return len(lines) < 12 and ("list" in below or "lijst" in below or "http" in below)


def is_closing(line: str) -> bool:
    """“Met vriendelijke groeten,”."""
    return len(line) < 90 and bool(_closing.match(line))


def is_contact(line: str) -> bool:
    """A phone number, an address, a web site."""
    return bool(_contact.search(line[:300]))
