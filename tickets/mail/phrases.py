"""What mail programs write around a reply, in the languages of the people who write to the desk.

Each predicate looks at one line, or one attribution put on one line; all patterns are linear on
lines, which are cut to a sane length first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 1000

_quote = r"(?:[>|\s]*)"
_digit_or_day = re.compile(
    r"\d|\b(?:mon|tue|wed|thu|fri|sat|sun|maan|dins|woens|donder|vrij|zater|zon|lun|mar|mer|jeu|ven"
    r"|sam|dim|mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo)\w*\b",
    re.IGNORECASE,
)
#: Verbs with which a program says that somebody wrote.
_wrote = (
    r"(?:wrote|writes|sent|schreef|geschreven|schreven|a [ée]crit|[ée]crit|schrieb|geschrieben"
    r"|escribi[óo]|ha scritto|escreveu|skrev|napisa[łl](?:\(a\))?|napsal(?:\(a\))?|kirjoitti"
    r"|написал(?:\(а\)|а)?|пишет|写道|さんは書きました)"
)
_begins = re.compile(
    r"^[\s>*_\-–—]*(?:On|Op|Le|Am|El|Il|Em|Den|På|W dniu|Dnia|Dne|Il giorno|Em|Vào)\b\s*\S",
    re.IGNORECASE,
)
_on_one_line = re.compile(
    r"^(?![\s>*_–—-]*(?:On|Op|Le|Am)\b)(.{1,300}?\S)\s*-*\s((?:On|Op|Le|Am)\s.*)$"
)
_wrote_anywhere = re.compile(rf"{_wrote}", re.IGNORECASE)
_attribution = re.compile(
    rf"^[\s>*_\-–—]*(?:On|Op|Le|Am|El|Il|Em|Den|På|W dniu|Dnia|Dne)\b.{{3,560}}?{_wrote}.{{0,300}}?"
    r"\s*[:：]?\s*[-–—_*]*$",
    re.IGNORECASE,
)
#: “Jan Peeters <jan@…> schreef op 3 maart om 10:11:”
_by_somebody = re.compile(
    rf"^[\s>*]*\S.{{0,250}}?\s(?:heeft\s.{{0,120}}\s)?{_wrote}\b.{{0,200}}[:：]\s*$", re.IGNORECASE
)
#: “2014-10-17 11:28 GMT+03:00 Postmaster <a@b.c>:”, “2026年2月29日 … 写道：”
_by_date = re.compile(
    r"^[\s>*]*\d{2,4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,4}.{0,300}<\s*[^<>\s]+@[^<>\s]+>\s*(?:写道)?[:：]\s*$"
)
_bare = re.compile(
    r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.{0,200}|.{0,200}<[^<>\s]+@[^<>\s]+>.{0,60})[:：]?\s*$"
)
_sent_and_wrote = re.compile(
    rf"^(?:Sent from|Verzonden|Verstuurd|Envoy[ée]|Gesendet).{{0,200}}@.{{0,200}}{_wrote}\s*:\s*$",
    re.IGNORECASE,
)

_separator = re.compile(
    r"^[>\s]*[-_=*–—]{2,}\s*"
    r"(?:Original Message|Original message|Reply Message|Original E-?mail|Oorspronkelijke? (?:bericht|e-?mail)"
    r"|Origineel bericht|Message d['’]origine|Message original|Mail original"
    r"|Urspr[üu]ngliche (?:Nachricht|E-?Mail)|Original-?nachricht|Antwort Nachricht|Mensaje original"
    r"|Messaggio originale|Mensagem original|Oprindelig meddelelse|Ursprungligt meddelande"
    r"|Opprinnelig melding|Alkuper[äa]inen viesti|Original Appointment|Oorspronkelijke afspraak)"
    r"\s*[-_=*–—]{2,}\s*$",
    re.IGNORECASE,
)
_forward = re.compile(
    r"^[>\s]*(?:[-_=*–—]{2,}\s*(?:Forwarded message|Doorgestuurd bericht|Doorgezonden bericht"
    r"|Message transf[ée]r[ée]|Message r[ée]exp[ée]di[ée]|Weitergeleitete Nachricht|Mensaje reenviado"
    r"|Messaggio inoltrato)(?:\s.{0,120})?\s*[-_=*–—]{2,}"
    r"|(?:Begin forwarded message|Begin doorgestuurd bericht|Begin van doorgestuurd bericht"
    r"|D[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])"
    r"|Anfang der weitergeleiteten (?:Nachricht|E-?Mail))\s*:)\s*$",
    re.IGNORECASE,
)
_forward_subject = re.compile(
    r"^\s*(?:\[[^\]]{0,60}\]\s*)?(?:fw|fwd|fwd?\d?|doorst|doorgest|dv|tr|wg|i|rv|enc|vb)\s*(?:\[\d+\])?\s*:",
    re.IGNORECASE,
)

_labels = {
    "from": "from|van|de|von|da|fra|från|od",
    "sent": "sent|verzonden|verstuurd|envoy[ée]e?|gesendet|enviado|inviato|sendt|skickat|date|datum|verzenddatum|fecha|data|dato",
    "to": "to|aan|[àa]|an|para|per|til|till",
    "cc": "cc|kopie|copie|kopi|kopia|bcc",
    "subject": "subject|onderwerp|objet|betreff|asunto|oggetto|assunto|emne|ämne",
    "other": "reply-to|antwoord aan|organi[sz]ation|importance|urgentie|prioriteit|attachments|bijlagen"
    "|pi[èe]ces jointes|anlagen|wichtigkeit|beantwoorden",
}  # fmt: skip
_label = re.compile(
    r"^[>\s]*\**_*\s*(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _labels.items())
    + r")\s?\**_*[\s\xa0]*:(?!//)(?:\**_*)(?P<value>.*)$",
    re.IGNORECASE,
)

_signature_mark = re.compile(r"^[>\s]*(?:--\s?|—|––|__+|~{2,}|={5,}|\*{5,})\s*$")
_device = (
    r"(?:iphone|ipad|ipod|android|blackberry|samsung|galaxy|huawei|xiaomi|nokia|sony|htc|lg|motorola"
    r"|oneplus|pixel|fairphone|smartphone|smartphone-toestel|telefoon|gsm|mobiel|mobile|phone|tablet|toestel|apparaat"
    r"|device|handheld|windows|outlook|mail|gmail|yahoo|proton|proximus|telenet|orange|verizon|handy)"
)
_sent_from = re.compile(
    r"^[>\s*_(\[]*(?:"
    rf"(?:Sent|Sent from|Send from)\s(?:from|via|with|using|on)?\s*(?:my|the|a)?(?:\s?[\w.+'’®™()-]+){{0,6}}?\s*{_device}[\w®™.+-]*(?:\s[\w®™.+()-]+){{0,5}}"
    rf"|(?:Verzonden|Verstuurd|Gestuurd)\s(?:vanaf|vanuit|via|met|van|door)\s(?:\S+\s){{0,6}}?\S*{_device}\S*(?:\s\S+){{0,5}}"
    rf"|(?:Envoy[ée]|Envoy[ée]e)\s(?:de|depuis|avec|par|[àa] partir de|via|d['’])\s?(?:\S+\s){{0,6}}?\S*{_device}\S*(?:\s\S+){{0,5}}"
    rf"|(?:Gesendet|Diese Nachricht wurde|Von meinem|Von)\s(?:\S+\s){{0,6}}?\S*{_device}\S*(?:\s\S+){{0,4}}"
    rf"|Enviado (?:desde|do|de) (?:\S+\s){{0,4}}\S*{_device}\S*|Inviato da (?:\S+\s){{0,4}}\S*{_device}\S*"
    r"|(?:Get|Download|Obtenez|T[ée]l[ée]charg\S*|Holen Sie sich|Downloaden?)\s?Outlook\b.{0,80}"
    r"|Outlook (?:voor|for|pour|f[üu]r) (?:iOS|Android|Mac|Windows)\b.{0,60}"
    r"|Laden Sie Outlook .{0,60}|Sent (?:from|via) [\w.]+(?: for [\w ]{1,20})?"
    r")[\s.)\]*_]*(?:<?https?://\S+>?)?[\s.)\]*_]*$",
    re.IGNORECASE,
)
_small_print = re.compile(
    r"^[>\s*_|\[]*(?:disclaimer|caution|confidentiality|confidential notice|privileged|vertrouwelijk"
    r"|avis de confidentialit[ée]|avertissement|haftungsausschluss|vertraulichkeit|hinweis"
    r"|(?:deze|this|dit|ce|cette|diese)\s(?:e-?mail|email|mail|bericht|message|courriel|nachricht)[^.]{0,80}"
    r"(?:vertrouwelijk|confidential|confidentiel|vertraulich|uitsluitend|intended|destin|bestimmt|bestemd)"
    r"|(?:think|denk|pensez|bitte denken).{0,60}(?:print|afdruk|imprim|druck)"
    r"|please consider the environment)",
    re.IGNORECASE,
)
_closing = re.compile(
    r"^[>\s*_]*(?:(?:met|m)[\s.]?\s?(?:vriendelijke|hartelijke|collegiale|beste|bibliothecaire|warme|zonnige)?\s?"
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
_marker = re.compile(
    r"^[>\s]*(?:##-.{3,200}-##|-{3,}\s*.{0,80}(?:boven deze (?:lijn|regel)|above this line).{0,80})\s*$",
    re.IGNORECASE,
)
_dashed = re.compile(r"^-\s?[A-ZÀ-Ý][\w.'’-]*(?:\s[\w.'’-]+){0,3}\s*$")


def is_attribution(said: str) -> bool:
    """“Op 3 maart 2026 om 10:11 schreef Jan Peeters <jan@…>:” and its like, on one line."""
    said = said[:LONGEST]
    if not _wrote_anywhere.search(said):
        return bool(_by_date.match(said))
    if _attribution.match(said) and _digit_or_day.search(said):
        ends = said.rstrip(" *_").endswith((":", "：")) or said.rstrip()[-1:] in "-–—"
        return ends or (
            bool(re.search(rf"{_wrote}\s*$", said, re.IGNORECASE))
            and len(said) < 300
            and "@" in said
        )
    if _by_date.match(said) or _sent_and_wrote.match(said):
        return True
    named = _by_somebody.match(said)
    return bool(named) and bool(re.search(r"@|\d{1,2}[:.u]\d{2}|\d{4}", said))


def torn_apart(line: str) -> list[str]:
    """Words of the reply, and the attribution that stands on the same line after them."""
    found = _on_one_line.match(line[:LONGEST])
    return [found[1], found[2]] if found and is_attribution(found[2]) else [line]


def may_begin_attribution(line: str) -> bool:
    """Cheap: the first line of an attribution has one of its first words, a date or an address."""
    line = line[:LONGEST]
    if _begins.match(line) or _wrote_anywhere.search(line):
        return True
    return "@" in line or bool(re.match(r"^[\s>*]*\d{4}", line))


def begins_attribution(line: str) -> bool:
    return bool(_begins.match(line[:LONGEST]))


def is_bare_attribution(line: str) -> bool:
    """A date or a name with an address, which says nothing unless quoted lines follow."""
    return bool(_bare.match(line[:LONGEST])) and "@" in line


def is_separator(line: str) -> bool:
    """“-----Oorspronkelijk bericht-----”."""
    return bool(_separator.match(line[:LONGEST]))


def is_forward_mark(line: str) -> bool:
    """“---------- Doorgestuurd bericht ---------”."""
    return bool(_forward.match(line[:LONGEST]))


def is_forward_subject(subject: str) -> bool:
    """“FW: …”: the sender passes something on."""
    return bool(_forward_subject.match(subject[:200]))


def header_label(line: str) -> str:
    """Which header a line such as “Verzonden: maandag …” copies; '' if none."""
    found = _label.match(line[:LONGEST])
    return (found.lastgroup if found.lastgroup != "value" else _group(found)) or "" if found else ""


def _group(found: re.Match[str]) -> str:
    return next((name for name in _labels if found[name] is not None), "")


def begins_header_block(line: str) -> bool:
    return header_label(line) in {"from", "sent"}


def is_header_block(labels: set[str]) -> bool:
    """These labels together are the head of a copied message."""
    return ("from" in labels and len(labels & {"sent", "to", "subject", "cc"}) >= 1) or len(
        labels & {"sent", "to", "subject"}
    ) >= 2


def is_signature_mark(line: str) -> bool:
    """“-- ” and the rules that programs draw instead."""
    return bool(_signature_mark.match(line[:LONGEST]))


def is_sent_from(line: str) -> bool:
    """“Verstuurd vanaf mijn iPhone”."""
    return len(line) < 200 and bool(_sent_from.match(line))


def is_small_print(line: str) -> bool:
    """Where a disclaimer begins."""
    return bool(_small_print.match(line[:LONGEST]))


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


def is_reply_marker(line: str) -> bool:
    """The line of our own mails above which one answers."""
    return bool(_marker.match(line[:LONGEST]))


def is_dashed_name(line: str) -> bool:
    return bool(_dashed.match(line[:80]))
