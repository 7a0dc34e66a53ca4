"""What our own mail server found out about the From line (Authentication-Results, RFC 8601).

Such a header quotes strangers: the address they write from, the name their server gives itself.
So only what stands outside comments and quotes is the server's own word, and whatever is not as
servers write it proves nothing.
"""

from __future__ import annotations

import re

from django.conf import settings

from tickets.mail.mail import Mail

#: At the beginning of a part; a blank behind it, as no address and no server's name holds one.
_result = re.compile(r"\s*(dmarc|spf)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)(?=\s|$)", re.IGNORECASE)
_property = re.compile(r"(?<=\s)(header\.from|smtp\.mailfrom)\s*=\s*(\S+)", re.IGNORECASE)
#: What each method must have looked at.
ABOUT = {"dmarc": "header.from", "spf": "smtp.mailfrom"}
#: In the place of a quoted string: no domain is called so.
QUOTED = '"'


def verdict_of(mail: Mail) -> bool | None:
    """Genuine, forged, or nothing.

    Only the topmost Authentication-Results of the server named in DESK_AUTHSERV_ID counts: that
    one it wrote itself.
    """
    ours = settings.DESK_AUTHSERV_ID.lower()
    if not ours:
        return None
    for value in mail.told.get("authentication-results", []):
        server = re.match(r"\s*([^\s;(]+)", value)
        if server and server[1].lower() == ours:
            return _judged(value, mail.sender.email.rpartition("@")[2])
    return None


def _judged(value: str, domain: str) -> bool | None:
    """One failure of DMARC outweighs all else; what passed must be about the domain."""
    plain = _own_words(value)
    if plain is None:
        return None
    passed = False
    for part in plain.split(";")[1:]:
        found = _result.match(part)
        if found is None:
            continue
        method, outcome = found[1].lower(), found[2].lower()
        if (method, outcome) == ("dmarc", "fail"):
            return False
        about = {
            said.rpartition("@")[2].lower()
            for name, said in _property.findall(part)
            if name.lower() == ABOUT[method]
        }
        passed = passed or (outcome == "pass" and about == {domain})
    return True if passed else None


def _own_words(value: str) -> str | None:
    """Without comments, and a mark for each quoted string; None for what does not come to an end.

    None as well for quotes in a comment: there they mean nothing, so a quoted address that a server
    repeats in one could end it.
    """
    plain: list[str] = []
    depth, quoted, escaped = 0, False, False
    for letter in value:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif quoted:
            quoted = letter != '"'
        elif letter == '"':
            if depth:
                return None
            quoted = True
            plain.append(QUOTED)
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if depth < 0:
                return None
        elif not depth:
            plain.append(letter)
    return None if depth or quoted or escaped else "".join(plain)
