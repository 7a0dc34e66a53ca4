"""The Dutch translations: are they whole, and bring them up to date. No gettext programs needed.

    python .ci/translations.py check     names what is missing or wrong; exit 1 if anything is
    python .ci/translations.py update    extracts all strings, brings .po and .mo up to date

The catalogue is sorted by its English strings and holds no line numbers or dates, so that two
people who add texts rarely meet in one line. It holds our own strings only: Django and
allauth bring theirs.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract as babel_extract
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import (
    block_re,
    constant_re,
    context_re,
    endblock_re,
    inline_re,
    plural_re,
)

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/nl/LC_MESSAGES/django.po")
SKIPPED = {"locale", "static", "tests", "tools", "var", "node_modules"}
TEMPLATE_ENDINGS = {".html", ".txt", ".xml"}
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
HEADER = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "nl",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}

PRINTF = re.compile(r"%(?:\(\w+\))?[sdif]")
BRACES = re.compile(r"\{[a-z_]\w*\}")

Key = tuple[str | None, str]


@dataclass(frozen=True)
class Message:
    """One translatable string of the tree, and where it was first seen."""

    msgid: str
    plural: str = ""
    context: str | None = None
    source: str = ""

    @property
    def key(self) -> Key:
        return self.context, self.msgid


@dataclass
class Extraction:
    """All strings of the tree; `broken` says which files could not be read, and why."""

    messages: dict[Key, Message]
    broken: list[str]

    def add(self, message: Message) -> None:
        known = self.messages.get(message.key)
        if known is None or (message.plural and not known.plural):
            self.messages[message.key] = message


# --- Finding the strings --------------------------------------------------------------------


def extract(root: Path = ROOT) -> Extraction:
    """Every translatable string below `root`, in Python files and in Django templates."""
    found = Extraction({}, [])
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        read = python_messages if path.suffix == ".py" else template_messages
        try:
            for message in read(path.read_text(encoding="utf-8"), name):
                found.add(message)
        except (SyntaxError, UnicodeDecodeError, ValueError) as error:
            found.broken.append(f"{name}: {error}")
    return found


def sources(root: Path) -> Iterator[Path]:
    """The Python files and templates below `root` that are ours, in a fixed order."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("."))
        here = Path(folder)
        in_templates = "templates" in here.relative_to(root).parts
        for name in sorted(files):
            ending = Path(name).suffix
            if ending == ".py" or (in_templates and ending in TEMPLATE_ENDINGS):
                yield here / name


def python_messages(source: str, name: str = "") -> Iterator[Message]:
    """The strings in gettext calls of a Python file. Raises SyntaxError if it is not Python."""
    text = "\n".join([source, *_calls_in_f_strings(ast.parse(source))])
    calls = babel_extract("python", BytesIO(text.encode()), keywords=KEYWORDS)
    for _line, given, _comments, context in calls:
        msgid, plural = given if isinstance(given, tuple) else (given, "")
        if msgid:
            yield Message(msgid, plural, context, name)


def _calls_in_f_strings(tree: ast.AST) -> Iterator[str]:
    """Babel reads past most of them."""
    for text in ast.walk(tree):
        if isinstance(text, ast.JoinedStr):
            yield from (ast.unparse(node) for node in ast.walk(text) if isinstance(node, ast.Call))


def template_messages(source: str, name: str = "") -> Iterator[Message]:
    """The strings of a Django template, read by Django's own lexer."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type == TokenType.VAR:
            yield from _constants(token.contents, name)
        elif token.token_type == TokenType.BLOCK:
            if token.contents.split()[:1] == ["comment"]:
                _skip_comment(tokens)
            elif block := block_re.match(token.contents):
                yield from _constants(token.contents, name)
                yield _block_message(token, tokens, context=_context(block[1]), name=name)
            elif inline := inline_re.match(token.contents):
                text = inline[1][1:-1].replace("%", "%%")
                yield Message(text, "", _context(inline[2]), name)
            else:
                yield from _constants(token.contents, name)


def _constants(contents: str, name: str) -> Iterator[Message]:
    for quoted in constant_re.findall(contents):
        yield Message(quoted[1:-1].replace("%", "%%"), "", None, name)


def _context(clause: str | None) -> str | None:
    found = context_re.match(clause) if clause else None
    return found[1][1:-1] if found else None


def _skip_comment(tokens: Iterator[Token]) -> None:
    for token in tokens:
        if token.token_type == TokenType.BLOCK and token.contents == "endcomment":
            return


def _block_message(
    opening: Token, tokens: Iterator[Token], *, context: str | None, name: str
) -> Message:
    """What stands between {% blocktranslate %} and its end, as the msgid that Django looks up."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.VAR:
            parts[-1].append(f"%({token.contents})s")
        elif token.token_type == TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
        elif token.token_type == TokenType.BLOCK and plural_re.match(token.contents):
            parts.append([])
        elif token.token_type == TokenType.BLOCK and endblock_re.match(token.contents):
            break
        elif token.token_type == TokenType.BLOCK:
            raise SyntaxError(f"{{% {token.contents} %}} inside a blocktranslate")
    else:
        raise SyntaxError(f"no endblocktranslate after line {opening.lineno}")
    texts = ["".join(part) for part in parts]
    if "trimmed" in opening.split_contents():
        texts = [trim_whitespace(text) for text in texts]
    return Message(texts[0], texts[1] if len(texts) > 1 else "", context, name)


# --- The catalogue --------------------------------------------------------------------------


def load(path: Path) -> polib.POFile:
    """The catalogue at `path`, or a new one."""
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    catalogue.wrapwidth = 98
    catalogue.header = ""
    catalogue.metadata = dict(HEADER)
    return catalogue


def merge(catalogue: polib.POFile, found: Extraction) -> None:
    """Makes the catalogue hold exactly what was found; translations that still fit stay.

    When a file could not be read nothing is dropped: its strings may still be needed.
    """
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    wanted = dict(found.messages)
    if found.broken:
        for key, entry in known.items():
            wanted.setdefault(key, Message(entry.msgid, entry.msgid_plural, entry.msgctxt))
    catalogue[:] = [
        _entry(message, known.get(key)) for key, message in sorted(wanted.items(), key=_order)
    ]


def save(catalogue: polib.POFile, path: Path) -> None:
    """Writes the .po and its .mo; a reader sees the old files or the new ones, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, content in [
        (path, str(catalogue).encode()),
        (path.with_suffix(".mo"), catalogue.to_binary()),
    ]:
        fresh = target.with_name(f".{target.name}.{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(target)


def _order(item: tuple[Key, Message]) -> tuple[str, str]:
    (context, msgid), _message = item
    return msgid, context or ""


def _entry(message: Message, known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context)
    same_form = known is not None and bool(known.msgid_plural) == bool(message.plural)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = dict(known.msgstr_plural) if known and same_form else {}
        for form in (0, 1):
            entry.msgstr_plural.setdefault(form, "")
    elif known and same_form:
        entry.msgstr = known.msgstr
    if any("%" in place for place in placeholders(message.msgid + message.plural)):
        entry.flags = ["python-format"]
    return entry


# --- Is it whole? ---------------------------------------------------------------------------


def complaints(found: Extraction, po_path: Path) -> list[str]:
    """All that is wrong with the catalogue, a line each; empty when it is whole."""
    if not po_path.exists():
        return [f"{po_path} does not exist"]
    catalogue = polib.pofile(str(po_path))
    entries = {(e.msgctxt, e.msgid): e for e in catalogue if not e.obsolete}
    lines = [f"cannot be read: {name}" for name in found.broken]
    lines += [f"no longer used: {e.msgid!r}" for e in catalogue if e.obsolete]
    for key, message in sorted(found.messages.items(), key=_order):
        what = f"{message.source}: {message.msgid!r}"
        lines += [f"{what} {wrong}" for wrong in _faults(message, entries.get(key))]
    if not found.broken:
        unused = sorted(k[1] for k in entries.keys() - found.messages.keys())
        lines += [f"no longer used: {msgid!r}" for msgid in unused]
    return lines + _mo_complaints(entries, po_path.with_suffix(".mo"))


def _faults(message: Message, entry: polib.POEntry | None) -> Iterator[str]:
    if entry is None:
        yield "is not in the catalogue"
        return
    if entry.fuzzy:
        yield "is marked fuzzy"
    if (entry.msgid_plural or "") != message.plural:
        yield f"has another plural in the catalogue: {entry.msgid_plural!r}"
        return
    originals = [message.msgid, message.plural] if message.plural else [message.msgid]
    forms = _forms(entry)
    if len(forms) < len(originals) or not all(forms):
        yield "has no translation"
        return
    for number, form in enumerate(forms):
        original = originals[min(number, len(originals) - 1)]
        # A named number may be left out of the singular: "one ticket".
        optional = placeholders(original) if message.plural and number == 0 else Counter()
        if not _fits(placeholders(form), placeholders(original), optional):
            yield f"is translated with other placeholders: {form!r}"
        if _edges(form) != _edges(original):
            yield f"is translated with other line ends: {form!r}"


def _fits(given: Counter[str], wanted: Counter[str], optional: Counter[str]) -> bool:
    named = all(place.startswith(("%(", "{")) for place in optional)
    return given == wanted or (named and bool(optional) and given <= wanted)


def placeholders(text: str) -> Counter[str]:
    """The places where values go: %s, %(name)s and {name}."""
    found = PRINTF.findall(text.replace("%%", "")) + BRACES.findall(text)
    # A named value may be said twice in one language and once in the other.
    named = all(place.startswith(("%(", "{")) for place in found)
    return Counter(set(found)) if named else Counter(found)


def _edges(text: str) -> tuple[bool, bool]:
    return text.startswith("\n"), text.endswith("\n")


def _forms(entry: polib.POEntry) -> list[str]:
    if entry.msgid_plural:
        return [text for _number, text in sorted(entry.msgstr_plural.items())]
    return [entry.msgstr]


def _mo_complaints(entries: dict[Key, polib.POEntry], mo_path: Path) -> list[str]:
    if not mo_path.exists():
        return [f"{mo_path} does not exist"]
    compiled = {(e.msgctxt, e.msgid): _forms(e) for e in polib.mofile(str(mo_path))}
    written = {key: _forms(e) for key, e in entries.items() if e.translated()}
    return [] if compiled == written else [f"{mo_path.name} is not made from the present .po"]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["check", "update"])
    what = parser.parse_args(arguments).what
    found, path = extract(), ROOT / CATALOGUE
    if what == "update":
        catalogue = load(path)
        merge(catalogue, found)
        save(catalogue, path)
    wrong = complaints(found, path)
    for line in wrong:
        print(line)
    print(f"{len(found.messages)} strings, {len(wrong)} complaints", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
