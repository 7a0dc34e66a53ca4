"""Mails with what must come out of each: every class of defect that mail has, written by hand.

`CASES[name] = (raw, expected)`; `expected` names what matters of a case: subject, sender, name,
text (blanks aside), visible, files as (name, size) pairs, inline, html_has, html_lacks.
"""

from __future__ import annotations

import base64
import quopri
import struct
from typing import Any

HEAD = "From: An Maes <an@bib.example>\nTo: servicedesk@desk.example\nSubject: Vraag\n"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CASES: dict[str, tuple[bytes, dict[str, Any]]] = {}


def case(title: str, raw: bytes | str, /, **expected: Any) -> None:
    assert title not in CASES
    CASES[title] = (raw if isinstance(raw, bytes) else raw.encode(), expected)


def headed(body: bytes | str, head: str = "") -> bytes:
    return (HEAD + head).encode() + (body if isinstance(body, bytes) else body.encode())


def sender(value: bytes | str) -> bytes:
    data = value if isinstance(value, bytes) else value.encode()
    return b"From: " + data + b"\nSubject: Vraag\n\nhallo\n"


def subject(value: bytes | str) -> bytes:
    data = value if isinstance(value, bytes) else value.encode()
    return b"From: an@bib.example\nSubject: " + data + b"\n\nhallo\n"


def mixed(*parts: bytes | str, kind: str = "mixed") -> bytes:
    head = f'MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="b1"\n\n'
    pieces = [part if isinstance(part, bytes) else part.encode() for part in parts]
    return headed(b"".join(b"--b1\n" + piece + b"\n" for piece in pieces) + b"--b1--\n", head)


def file(name: str, content: bytes = b"inhoud", kind: str = "application/octet-stream") -> bytes:
    head = f"Content-Type: {kind}\nContent-Disposition: attachment; {name}\n"
    return head.encode() + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content)


# --- senders --------------------------------------------------------------------------------
case(
    "plain",
    headed("\nhallo\n"),
    sender="an@bib.example",
    name="An Maes",
    subject="Vraag",
    text="hallo",
)
case("bare address", sender("an@bib.example"), sender="an@bib.example", name="")
case("address in capitals", sender("AN@Bib.Example"), sender="an@bib.example")
case(
    "name in quotes",
    sender('"Maes, An" <an@bib.example>'),
    sender="an@bib.example",
    name="Maes, An",
)
case(
    "comma without quotes",
    sender("Maes, An <an@bib.example>"),
    sender="an@bib.example",
    name="Maes, An",
)
case("name as comment", sender("an@bib.example (An Maes)"), sender="an@bib.example", name="An Maes")
case("encoded name", sender("=?utf-8?q?Ren=C3=A9e?= <an@bib.example>"), name="Renée")
case("encoded name in quotes", sender('"=?iso-8859-1?Q?Ren=E9e?=" <an@bib.example>'), name="Renée")
case("encoded comma", sender("=?utf-8?B?TWFlcywgQW4=?= <an@bib.example>"), name="Maes, An")
case("raw utf-8 name", sender("Renée <an@bib.example>"), name="Renée")
case("raw latin-1 name", sender("Renée <an@bib.example>".encode("latin-1")), name="Renée")
case("two senders", sender("a@bib.example, b@bib.example"), sender="a@bib.example")
case("no brackets", sender("An Maes an@bib.example"), sender="an@bib.example", name="An Maes")
case("double brackets", sender("An <<an@bib.example>>"), sender="an@bib.example")
case("bracket left open", sender("An <an@bib.example"), sender="an@bib.example", name="An")
case(
    "another address as name",
    sender('"baas@desk.example" <an@bib.example>'),
    sender="an@bib.example",
)
case(
    "encoded address as name",
    sender("=?utf-8?q?baas=40desk.example?= <an@bib.example>"),
    sender="an@bib.example",
)
case(
    "injection in the name",
    sender("=?utf-8?q?An=0ABcc:_x@y.z?= <an@bib.example>"),
    name="An Bcc: x@y.z",
)
case("bidi in the name", sender("An\u202eseaM <an@bib.example>"), name="AnseaM")
case("no From but Sender", "Sender: an@bib.example\nSubject: x\n\nhallo", sender="an@bib.example")
case("no sender at all", "Subject: x\n\nhallo", sender="", text="hallo")
case("group", sender("vrienden: an@bib.example;"), sender="an@bib.example")
case("folded From", "From: An\n Maes\n <an@bib.example>\nSubject: x\n\nhallo", name="An Maes")

# --- subjects -------------------------------------------------------------------------------
case("encoded subject", subject("=?utf-8?q?Caf=C3=A9?="), subject="Café")
case("base64 subject", subject("=?UTF-8?B?Q2Fmw6k=?="), subject="Café")
case("neighbours", subject("=?utf-8?q?Caf?= =?utf-8?q?=C3=A9?="), subject="Café")
case("a letter cut in two", subject("=?utf-8?q?Caf=C3?=\n =?utf-8?q?=A9?="), subject="Café")
case("two charsets", subject("=?utf-8?q?Caf=C3=A9?= =?iso-8859-1?q?_=E9t=E9?="), subject="Café été")
case("in the middle of a word", subject("x=?utf-8?q?=C3=A9?=y"), subject="xéy")
case("base64 without padding", subject("=?utf-8?b?w6k?="), subject="é")
case("blank in an encoded word", subject("=?utf-8?q?een twee?="), subject="een twee")
case("unknown charset", subject("=?x-nergens?q?Caf=C3=A9?="), subject="Café")
case("mislabelled ascii", subject("=?us-ascii?q?Caf=E9?="), subject="Café")
case("language in the word", subject("=?utf-8*nl?q?Caf=C3=A9?="), subject="Café")
case("broken word stays", subject("=?utf-8?x?abc?="), subject="=?utf-8?x?abc?=")
case("raw utf-8 subject", subject("Café"), subject="Café")
case("raw latin-1 subject", subject("Café".encode("latin-1")), subject="Café")
case("japanese", subject("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?="), subject="日本")
case("korean", subject("=?ks_c_5601-1987?B?x9Gx2w==?="), subject="한글")
case(
    "folded subject",
    "From: a@b.example\nSubject: een\n\ttwee\n  drie\n\nhallo",
    subject="een twee drie",
)
case("nul and bidi in the subject", subject(b"a\x00b\xe2\x80\xaec"), subject="abc")
case("no subject", "From: a@b.example\n\nhallo", subject="", text="hallo")
case(
    "header without blank after colon",
    "From:a@b.example\nSubject:x\n\nhallo",
    subject="x",
    sender="a@b.example",
)
case(
    "mailbox line before the headers",
    "From a@b Tue Mar  3 10:11:00 2026\nFrom: a@b.example\nSubject: x\n\nhallo",
    subject="x",
)
case(
    "byte order mark and empty lines before",
    b"\xef\xbb\xbf\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nhallo",
    subject="x",
    text="hallo",
)
case(
    "a line that is no header",
    "From: a@b.example\nonzin zonder dubbelpunt\nSubject: x\n\nhallo",
    subject="x",
    text="hallo",
)

case(
    "blanks before the first field",
    b" " * 200 + b"\r\n \r\nFrom: an@bib.example\r\nSubject: x\r\n\r\nhallo",
    sender="an@bib.example",
    subject="x",
    text="hallo",
)
case(
    "the first field is indented",
    "  From: An <an@bib.example>\nSubject: x\n\nhallo",
    sender="an@bib.example",
    subject="x",
)
case(
    "a line of blanks between two fields",
    "Subject: x\n   \nFrom: an@bib.example\n\nhallo",
    sender="an@bib.example",
    text="hallo",
)
case(
    "a line of blanks ends the head",
    "From: an@bib.example\nSubject: x\n   \nhallo daar\n",
    subject="x",
    text="hallo daar",
)
case(
    "a folded line that is no header",
    "Subject: x\nFrom\n : <boef@x.example>\nFrom: an@bib.example\n\nhallo",
    sender="an@bib.example",
    subject="x",
    text="hallo",
)
case(
    "a field without a name",
    "From: an@bib.example\n: raar\nSubject: x\n\nhallo",
    subject="x",
    text="hallo",
)
case(
    "an encoded name and no address",
    sender("=?utf-8?b?UmVuw6ll?="),
    sender="",
    name="Renée",
)
case(
    "one stray byte in a name of utf-8",
    sender("Renée Čapek ".encode() + b"\xe9 <an@bib.example>"),
    name="Renée Čapek é",
)
case(
    "a 1 in a circle, as Japanese telephones write it",
    subject("=?iso-2022-jp?B?GyRCLSEbKEI=?="),
    subject="①",
)

# --- texts ----------------------------------------------------------------------------------
PLAIN = "MIME-Version: 1.0\nContent-Type: text/plain; charset={}\n"
case("latin-1", headed("\nété".encode("latin-1"), PLAIN.format("iso-8859-1")), text="été")
case(
    "windows quotes called latin-1",
    headed(b"\n\x93ja\x94 \x80", PLAIN.format("iso-8859-1")),
    text="“ja” €",
)
case("utf-8 called latin-1", headed("\nété €".encode(), PLAIN.format("iso-8859-1")), text="été €")
case("latin-1 called utf-8", headed("\nété".encode("latin-1"), PLAIN.format("utf-8")), text="été")
case("8 bits without charset", headed("\nété".encode("latin-1")), text="été")
case("unknown charset of the text", headed("\nété".encode(), PLAIN.format("x-nergens")), text="été")
case("utf-16", headed(b"\n" + "été".encode("utf-16"), PLAIN.format("utf-16")), text="été")
case(
    "iso-2022-jp",
    headed(b"\n" + "日本".encode("iso-2022-jp"), PLAIN.format("iso-2022-jp")),
    text="日本",
)
case("gb2312", headed(b"\n" + "中文".encode("gb18030"), PLAIN.format("gb2312")), text="中文")
case(
    "windows-1251",
    headed(b"\n" + "привет".encode("cp1251"), PLAIN.format("windows-1251")),
    text="привет",
)
case(
    "quoted-printable",
    headed(
        b"\n" + quopri.encodestring("été = fijn".encode()),
        PLAIN.format("utf-8") + "Content-Transfer-Encoding: quoted-printable\n",
    ),
    text="été = fijn",
)
case(
    "broken quoted-printable",
    headed(
        "\n=C3=A9t=ZZ =", PLAIN.format("utf-8") + "Content-Transfer-Encoding: quoted-printable\n"
    ),
    text="ét=ZZ",
)
case(
    "base64",
    headed(
        b"\n" + base64.encodebytes("été".encode()),
        PLAIN.format("utf-8") + "Content-Transfer-Encoding: base64\n",
    ),
    text="été",
)
case(
    "base64 in pieces",
    headed(
        "\nw6l0w6kgw6l0w6kg\n!w6l0w6k\n",
        PLAIN.format("utf-8") + "Content-Transfer-Encoding: BASE64\n",
    ),
    text="été été été",
)
case(
    "text called base64",
    headed(
        "\nDit is gewoon tekst, met komma's.",
        PLAIN.format("utf-8") + "Content-Transfer-Encoding: base64\n",
    ),
    text="Dit is gewoon tekst, met komma's.",
)
case("unknown encoding", headed("\nhallo", "Content-Transfer-Encoding: raar\n"), text="hallo")
case(
    "flowed",
    headed("\neen regel \nloopt door\n", "Content-Type: text/plain; format=flowed\n"),
    text="een regel loopt door",
)
case("nul in the text", headed(b"\na\x00b"), text="ab")
case(
    "only carriage returns",
    headed("\rregel een\rregel twee".replace("\r", "\n")),
    text="regel een\nregel twee",
)
case("content type of nonsense", headed("\nhallo", "Content-Type: onzin\n"), text="hallo")

WORDS = "Dit zijn gewone woorden zonder leestekens\nen nog een regel met woorden erbij\n"
case(
    "words called base64",
    headed("\n" + WORDS, "Content-Transfer-Encoding: base64\n"),
    text=WORDS,
)
case(
    "one stray byte in utf-8",
    headed("\nhet café is dicht, één ".encode() + b"\xe9\xe9n", PLAIN.format("utf-8")),
    text="het café is dicht, één één",
)
case(
    "utf-8 called gb2312",
    headed("\n图书馆的网站打不开了".encode(), PLAIN.format("gb2312")),
    text="图书馆的网站打不开了",
)
RUSSIAN = "Здравствуйте, каталог не работает"
case("cyrillic of windows, undeclared", headed(b"\n" + RUSSIAN.encode("cp1251")), text=RUSSIAN)
case("cyrillic of unix, undeclared", headed(b"\n" + RUSSIAN.encode("koi8-r")), text=RUSSIAN)
case(
    "chinese, undeclared",
    headed("\n图书馆的网站今天打不开".encode("gb18030")),
    text="图书馆的网站今天打不开",
)
case(
    "japanese, undeclared",
    headed("\nカタログがひらきません".encode("cp932")),
    text="カタログがひらきません",
)
case(
    "half-width kana in iso-2022-jp",
    headed(b"\n\x1b(I\x36\x40\x1b(B \x1b$B-!\x1b(B", PLAIN.format("iso-2022-jp")),
    text="ｶﾀ ①",
)
case(
    "an empty content type, and then one",
    headed("\n<p>hallo</p>", "Content-Type:\nContent-Type: text/html\n"),
    text="hallo",
    html_has="<p>hallo</p>",
)

# --- parts ----------------------------------------------------------------------------------
ALTERNATIVE = ("Content-Type: text/plain\n\nhallo", "Content-Type: text/html\n\n<p>hallo</p>")
case(
    "alternative",
    mixed(*ALTERNATIVE, kind="alternative"),
    text="hallo",
    html_has="<p>hallo</p>",
    files=[],
)
case(
    "only html",
    headed("\n<p>Dag</p><p>Het <b>lukt</b> niet<br>meer</p>", "Content-Type: text/html\n"),
    text="Dag\n\nHet lukt niet\nmeer",
)
case(
    "empty plain beside html",
    mixed(
        "Content-Type: text/plain\n\n \n",
        "Content-Type: text/html\n\n<p>hallo</p>",
        kind="alternative",
    ),
    text="hallo",
)
case(
    "charset in the html",
    headed(
        '\n<meta charset="iso-8859-1"><p>été</p>'.encode("latin-1"), "Content-Type: text/html\n"
    ),
    text="été",
)
case(
    "list and table",
    headed(
        "\n<ul><li>een<li>twee</ul><table><tr><td>a</td><td>b</td></tr></table>",
        "Content-Type: text/html\n",
    ),
    text="- een\n- twee\n\na b",
)
case(
    "closing boundary missing",
    headed(
        "--b1\n\nhallo\n--b1\nContent-Type: text/html\n\n<p>x",
        'Content-Type: multipart/alternative; boundary="b1"\n\n',
    ),
    text="hallo",
)
case(
    "boundary never appears",
    headed("gewone tekst", 'Content-Type: multipart/mixed; boundary="b1"\n\n'),
    text="gewone tekst",
)
case(
    "boundary not named",
    headed("--abcdef\n\nhallo\n--abcdef--\n", "Content-Type: multipart/mixed\n\n"),
    text="hallo",
)
case(
    "text before and after the parts",
    headed("voor\n--b1\n\nhallo\n--b1--\nna", 'Content-Type: multipart/mixed; boundary="b1"\n\n'),
    text="hallo",
)
case(
    "boundary with blanks after it",
    headed("--b1  \n\nhallo\n--b1--  \n", 'Content-Type: multipart/mixed; boundary="b1"\n\n'),
    text="hallo",
)
case(
    "text, file, text",
    mixed("\nboven", file("filename=a.bin"), "\nonder"),
    text="boven\n\nonder",
    files=[("a.bin", 6)],
)
case(
    "nested parts",
    mixed(
        "\nhallo",
        'Content-Type: multipart/mixed; boundary="b2"\n\n--b2\n'
        + file("filename=a.bin").decode()
        + "--b2--\n",
    ),
    text="hallo",
    files=[("a.bin", 6)],
)
case(
    "inner boundary not closed",
    mixed(
        'Content-Type: multipart/alternative; boundary="b2"\n\n--b2\n\nhallo\n',
        file("filename=a.bin"),
    ),
    text="hallo",
    files=[("a.bin", 6)],
)
case(
    "signed",
    mixed("\nhallo", "Content-Type: application/pkcs7-signature\n\nx", kind="signed"),
    text="hallo",
    files=[("smime.p7s", 1)],
)
case(
    "calendar",
    mixed(
        "\nvergadering",
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR",
    ),
    text="vergadering",
    files=[("invite.ics", 29)],
)
INNER = "From: x@y.example\nSubject: Binnenin\n\ntekst"
case(
    "forwarded as a file",
    mixed("\nzie bijlage", "Content-Type: message/rfc822\n\n" + INNER),
    text="zie bijlage",
    files=[("Binnenin.eml", len(INNER))],
)
case("digest", mixed("\n" + INNER, kind="digest"), files=[("Binnenin.eml", len(INNER))])
case(
    "uuencoded",
    headed("\nhallo\n\nbegin 644 a.txt\n#86)C\n`\nend\n"),
    text="hallo",
    files=[("a.txt", 3)],
)
case(
    "the body is called attachment",
    headed("\nhallo", "Content-Disposition: attachment; filename=x.txt\n"),
    text="",
    files=[("x.txt", 5)],
)
case("nothing in it", headed("\n"), text="", files=[])

case(
    "multipart of no kind",
    headed("--b1\n\nhallo\n--b1--\n", "Content-Type: multipart; boundary=b1\n\n"),
    text="hallo",
    files=[],
)
case(
    "another boundary than the head says",
    headed(
        "----=_x1\nContent-Type: text/html\n\n<p>hallo</p>\n----=_x1--\n",
        'Content-Type: multipart/alternative; boundary="--=_x2"\n\n',
    ),
    text="hallo",
    html_has="<p>hallo</p>",
)
case(
    "only the closing boundary is as the head says",
    headed(
        "----a**b\nContent-Type: text/plain\n\nhallo\n----ab--\n",
        'Content-Type: multipart/mixed; boundary="--ab"\n\n',
    ),
    text="hallo\n----ab--",
)
case(
    "a file after the closing boundary",
    headed(
        "--b1\n\nhallo\n--b1--\n\n--b1\n" + file("filename=a.bin").decode() + "--b1--\n",
        'Content-Type: multipart/mixed; boundary="b1"\n\n',
    ),
    text="hallo",
    files=[("a.bin", 6)],
)
case(
    "html with a name among alternatives",
    mixed(
        "Content-Type: text/plain\n\nhallo",
        "Content-Type: text/html; name=brief.html\n\n<p>hallo</p>",
        kind="alternative",
    ),
    text="hallo",
    html_has="<p>hallo</p>",
    files=[],
)
case(
    "the only text has a name",
    mixed("Content-Type: text/plain; name=brief.txt\n\nhallo", file("filename=a.bin")),
    text="hallo",
    files=[("a.bin", 6)],
)
case(
    "a text with a name beside the letter",
    mixed("\nhallo", "Content-Type: text/plain; name=log.txt\n\nregel"),
    text="hallo",
    files=[("log.txt", 5)],
)
case(
    "the same as plain text and HTML, not called alternatives",
    mixed("\nhallo daar", "Content-Type: text/html\n\n<p>hallo  daar</p>"),
    text="hallo daar",
    html_has="<p>hallo",
    files=[],
)

# --- files ----------------------------------------------------------------------------------
case("simple file", mixed("\nx", file('filename="rapport.pdf"')), files=[("rapport.pdf", 6)])
case(
    "name in RFC 2231",
    mixed("\nx", file("filename*=utf-8''%C3%A9t%C3%A9.txt")),
    files=[("été.txt", 6)],
)
case(
    "name in pieces",
    mixed("\nx", file('filename*0="lange "; filename*1=naam.txt')),
    files=[("lange naam.txt", 6)],
)
case(
    "name as encoded word",
    mixed("\nx", file('filename="=?utf-8?q?=C3=A9t=C3=A9.txt?="')),
    files=[("été.txt", 6)],
)
case("raw utf-8 name of a file", mixed("\nx", file('filename="été.txt"')), files=[("été.txt", 6)])
case("traversal", mixed("\nx", file('filename="../../etc/passwd"')), files=[("passwd", 6)])
case("windows path", mixed("\nx", file('filename="C:\\\\map\\\\a.txt"')), files=[("a.txt", 6)])
case("name of dots", mixed("\nx", file('filename=".."')), files=[("bestand", 6)])
case(
    "bidi in the name of a file",
    mixed("\nx", file('filename="a\u202etxt.exe"')),
    files=[("a txt.exe", 6)],
)
case(
    "only in the content type",
    mixed("\nx", 'Content-Type: application/pdf; name="a.pdf"\n\ninhoud'),
    files=[("a.pdf", 6)],
)
case("no name", mixed("\nx", "Content-Type: image/jpeg\n\ninhoud"), files=[("image.jpg", 6)])
RELATED = (
    'Content-Type: text/html\n\n<p>zie <img src="cid:p1@x" alt="scherm"></p>',
    b"Content-Type: image/png\nContent-ID: <p1@x>\nContent-Disposition: inline; filename=s.png\n"
    b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(PNG),
)
case(
    "picture in place",
    mixed(*RELATED, kind="related"),
    text="zie",
    files=[("s.png", len(PNG))],
    inline=[True],
    html_has='src="cid:p1@x"',
)
case(
    "picture beside the text",
    mixed("\nx", file("filename=s.png", PNG, "image/png")),
    files=[("s.png", len(PNG))],
    inline=[False],
)
case(
    "no picture whatever it says",
    mixed("\nx", file("filename=s.png", b"<script>", "image/png")),
    types=["application/octet-stream"],
)


# --- winmail.dat ----------------------------------------------------------------------------
def attribute(level: int, name: int, data: bytes) -> bytes:
    """One attribute of a TNEF: level, name and type, length, data, sum of its bytes."""
    checksum = sum(data) % 65536
    head = struct.pack("<BII", level, name, len(data))
    return head + data + struct.pack("<H", checksum)


def winmail(*attributes: bytes) -> bytes:
    """A mail of Outlook's whose only part is a winmail.dat with these attributes."""
    signature, key = 0x223E9F78, 1
    packed = struct.pack("<IH", signature, key) + b"".join(attributes)
    return mixed(
        "Content-Type: text/plain\n\n", file("filename=winmail.dat", packed, "application/ms-tnef")
    )


def properties(*texts: tuple[int, bytes]) -> bytes:
    """MAPI properties of type binary, each filled up to four bytes."""
    pieces = [struct.pack("<I", len(texts))]
    for name, value in texts:
        filling = b"\0" * (-len(value) % 4)
        pieces.append(struct.pack("<HHII", 0x0102, name, 1, len(value)) + value + filling)
    return b"".join(pieces)


VERSION = attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
CODE_PAGE = attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
TEXT = attribute(
    1, 0x0002800C, "De catalogus laadt niet, zie bijlagen één en twee.".encode("cp1252")
)
BEGIN_FILE, BODY_HTML = attribute(2, 0x00069002, bytes(14)), 0x1013
REPORT = (
    BEGIN_FILE + attribute(2, 0x00018010, b"verslag.txt\0") + attribute(2, 0x0006800F, b"regel 1\n")
)
PICTURE = BEGIN_FILE + attribute(2, 0x00018010, b"scherm.png\0") + attribute(2, 0x0006800F, PNG)
case(
    "winmail.dat with a text and files",
    winmail(VERSION, CODE_PAGE, TEXT, REPORT, PICTURE),
    text="De catalogus laadt niet, zie bijlagen één en twee.",
    files=[("verslag.txt", 8), ("scherm.png", len(PNG))],
    types=["text/plain", "image/png"],
)
case(
    "winmail.dat with HTML",
    winmail(
        VERSION,
        CODE_PAGE,
        attribute(
            1, 0x00069003, properties((BODY_HTML, b"<p>Kijk <b>hier</b></p><script>x</script>"))
        ),
    ),
    text="Kijk hier",
    html_has="<b>hier</b>",
    html_lacks=["script"],
    files=[],
)
case(
    "winmail.dat that climbs out of its folder",
    winmail(
        VERSION,
        CODE_PAGE,
        TEXT,
        BEGIN_FILE,
        attribute(2, 0x00018010, b"..\\..\\autorun.inf\0"),
        attribute(2, 0x0006800F, b"[autorun]"),
    ),
    files=[("autorun.inf", 9)],
)
case(
    "winmail.dat that is cut off stays as it is",
    mixed(
        "Content-Type: text/plain\n\nzie bijlage\n",
        file("filename=winmail.dat", b"\x78\x9f\x3e\x22\x01", "application/ms-tnef"),
    ),
    text="zie bijlage",
    files=[("winmail.dat", 5)],
    types=["application/ms-tnef"],
)


# --- hostile HTML ---------------------------------------------------------------------------
def hostile(markup: str) -> bytes:
    return headed("\n" + markup, "Content-Type: text/html\n")


case(
    "script", hostile("<p>a</p><script>alert(1)</script>"), text="a", html_lacks=["script", "alert"]
)
case(
    "handlers",
    hostile('<img src=x onerror=alert(1)><p onclick="x">a'),
    html_lacks=["onerror", "onclick"],
)
case(
    "javascript link",
    hostile('<a href="jAvaScript:alert(1)">a</a><a href="data:text/html,x">b</a>'),
    html_lacks=["javascript", "data:"],
)
case(
    "styles",
    hostile('<style>p{}</style><p style="position:fixed" class=x id=y>a</p>'),
    html_lacks=["style", "class=", "id="],
)
case(
    "frames and forms",
    hostile("<iframe src=x></iframe><form action=x><input name=a></form><object data=x>"),
    html_lacks=["iframe", "<form", "<input", "<object"],
)
case(
    "svg and math",
    hostile("<svg><a xlink:href='javascript:x'>a</a></svg><math><mi//xlink:href=x>"),
    html_lacks=["svg", "math", "xlink"],
)
case(
    "remote picture",
    hostile('<p>a<img src="https://spion.example/p.gif" alt="logo"></p>'),
    text="a",
    html_has="[logo]",
    html_lacks=["<img"],
)
case("broken markup", hostile("<p>a<b>b</p>c</b><td>d"), text="ab cd")
