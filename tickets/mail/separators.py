"""What mail programs write between a reply and the message that is copied below it.

“-----Oorspronkelijk bericht-----”, a block of “Van: … Verzonden: … Aan: …”, and the mark above a
message that was passed on. Each predicate looks at one line, cut to a sane length first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet

LONGEST = 1000

_rule = r"[-_=*–—]"
_original = (
    r"(?:Original|Reply) Message|Original E-?mail|Original Appointment|Message original"
    r"|Oorspronkelijke? (?:bericht|e-?mail|afspraak)|Origineel bericht|Message d['’]origine|Mail original"
    r"|Courriel original|Urspr[üu]ngliche (?:Nachricht|E-?Mail)|Original-?nachricht|Antwort Nachricht"
    r"|Mensaje original|Messaggio originale|Mensagem original|Oprindelig (?:meddelelse|besked|mail)"
    r"|Ursprungligt meddelande|Opprinnelig (?:melding|e-post)|Alkuper[äa]inen viesti|P[ůu]vodn[íi] zpr[áa]va"
    r"|(?:Oryginalna )?wiadomo[śs][ćc](?: oryginalna)?|Eredeti [üu]zenet|Mesaj original|Orijinal Mesaj"
    r"|(?:Исходное|Оригинальное|Первоначальное) сообщение|原始邮件|原始郵件|原始訊息|元のメッセージ|원본 메시지"
)
_separator = re.compile(rf"[>\s]*{_rule}{{2,}}\s*(?:{_original})\s*{_rule}*\s*$", re.IGNORECASE)
_worded_rule = re.compile(rf"[>\s]*{_rule}{{4,}}\s*[^\W\d_].{{0,60}}?{_rule}{{4,}}\s*$")
_passed_on = (
    r"Forwarded message|Doorgestuurd bericht|Doorgezonden bericht|Message transf[ée]r[ée]|Message r[ée]exp[ée]di[ée]"
    r"|Weitergeleitete Nachricht|Mensaje reenviado|Messaggio inoltrato|Mensagem encaminhada|Vidarebefordrat meddelande"
    r"|Videresendt (?:meddelelse|besked|melding|e-post)|V[äa]litetty viesti|Przekazana wiadomo[śs][ćc]"
    r"|P[řr]eposlan[áa] zpr[áa]va|Пересылаемое сообщение|Пересланное сообщение|转发的邮件|轉寄郵件|転送メッセージ"
)
_begin_passed_on = (
    r"(?:Begin )?forwarded message|Begin (?:van )?doorgestuurd bericht"
    r"|D[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|Inicio del mensaje reenviado|Inizio messaggio inoltrato"
    r"|Anfang der weitergeleiteten (?:Nachricht|E-?Mail)"
)
_forward = re.compile(
    rf"[>\s]*(?:{_rule}{{2,}}\s*(?:{_passed_on})(?:\s.{{0,120}})?\s*{_rule}{{2,}}|(?:{_begin_passed_on})\s*:)\s*$",
    re.IGNORECASE,
)
_forward_subject = re.compile(
    r"\s*(?:\[[^\]]{0,60}\]\s*)?(?:fw|fwd|fwd?\d?|doorst|doorgest|dv|tr|wg|i|rv|enc|vb|vs|пересл)\s*(?:\[\d+\])?\s*:",
    re.IGNORECASE,
)
_marker = re.compile(
    r"[>\s]*(?:##-.{3,200}-##|-{3,}\s*.{0,80}(?:boven deze (?:lijn|regel)|above this line).{0,80})\s*$",
    re.IGNORECASE,
)

#: What the lines at the head of a copied message begin with; accents do not matter.
_labels = {
    "from": "from van de von da fra från od afzender expéditeur absender mittente remitente lähettäjä feladó gönderen"
    " kimden от от_кого від 发件人 寄件者 寄件人 差出人 보낸사람 보낸_사람",
    "sent": "sent date verzonden verzonden_op verstuurd verzenddatum datum envoyé envoyée envoyé_le gesendet gesendet_am"
    " enviado enviada enviado_el enviado_em enviada_em fecha inviato inviato_il data sendt dato skickat lähetetty päiväys"
    " odesláno wysłano elküldve tarih отправлено дата 发送时间 发送日期 寄件日期 日期 送信日時 日時 보낸날짜 보낸_날짜 날짜",
    "to": "to aan à a an para per til till destinataire empfänger destinatario vastaanottaja komu do címzett alıcı kime"
    " кому 收件人 收件者 宛先 받는사람 받는_사람",
    "cc": "cc bcc cci kopie copie kopi kopia kopio dw копия 抄送 副本 참조",
    "subject": "subject onderwerp objet sujet betreff asunto oggetto assunto emne ämne aihe předmět temat tárgy konu тема"
    " 主题 主旨 件名 제목",
    "other": "reply-to antwoord_aan beantwoorden répondre_à antwort_an organization organisation organisatie importance"
    " urgentie prioriteit attachments bijlagen pièces_jointes anlagen wichtigkeit",
}  # fmt: skip
LONGEST_LABEL = 40


def _plain(label: str) -> str:
    """A label without case and accents."""
    small = label.casefold()
    if small.isascii():
        return small
    return "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))


_label_of = {
    _plain(word.replace("_", " ")): name
    for name, words in _labels.items()
    for word in words.split()
}


def is_separator(line: str) -> bool:
    """“-----Oorspronkelijk bericht-----”."""
    return line[:LONGEST].lstrip("> \t")[:1] in _drawn and bool(_separator.match(line[:LONGEST]))


#: Characters that lines are drawn with.
_drawn = {"-", "_", "=", "*", "–", "—"}


def is_rule(line: str) -> bool:
    """A drawn line, such as Outlook draws above the message it copies."""
    return len(line) >= 5 and line[0] in _drawn and set(line) <= _drawn


def is_rule_with_words(line: str) -> bool:
    """“-------- Bericht van … --------”, in words that are not known: means nothing by itself."""
    return bool(_worded_rule.match(line[:LONGEST]))


def is_forward_mark(line: str) -> bool:
    """“---------- Doorgestuurd bericht ---------”."""
    return bool(_forward.match(line[:LONGEST]))


def is_forward_subject(subject: str) -> bool:
    """“FW: …”: the sender passes something on."""
    return bool(_forward_subject.match(subject[:200]))


def is_reply_marker(line: str) -> bool:
    """The line of our own mails above which one answers."""
    return "-" in line and bool(_marker.match(line[:LONGEST]))


def header_label(line: str) -> str:
    """Which header a line such as “Verzonden: maandag …” copies; '' if none."""
    label, colon, _value = line[:LONGEST_LABEL].replace("：", ":").partition(":")
    return _label_of.get(_plain(label.strip(" \t\xa0>*_")), "") if colon else ""


def is_header_block(labels: AbstractSet[str], *, has_address: bool) -> bool:
    """These labels together are the head of a copied message.

    “From” and “to” alone are also how people write hours and places, unless an address is there.
    """
    if "from" in labels and labels & {"sent", "subject"}:
        return True
    return len(labels & {"from", "sent", "to", "subject"}) >= (2 if has_address else 3)
