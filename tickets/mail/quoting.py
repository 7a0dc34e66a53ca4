"""What somebody wrote now, apart from what was quoted and signed: in time linear in the text.

`fold` says which lines of a text are quoted history, signature or small print, by what mail
programs write around them (`attributions`, `separators`, `signatures`).
When in doubt a line stays: the whole text is one click away, but nobody clicks on what seems whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from tickets.mail import attributions, separators, signatures

#: An attribution is spread over at most so many lines.
MOST_LINES_OF_ATTRIBUTION = 4
LONGEST_ATTRIBUTION = 600
#: The head of a copied message is looked for in so many lines.
MOST_LINES_OF_HEAD = 25
#: After so many an empty line ends it.
FEWEST_HEADERS = 2


@dataclass
class Folded:
    """The lines of a text and the numbers of those to fold away."""

    lines: Sequence[str]
    hidden: set[int] = field(default_factory=set)

    @property
    def visible(self) -> str:
        """What stays; the whole text when nothing would."""
        kept = [line for at, line in enumerate(self.lines) if at not in self.hidden]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n ")
        return text or "\n".join(self.lines).strip("\n ")

    @property
    def folds(self) -> bool:
        """Something is folded away, and something stays."""
        return any(self.lines[at].strip() for at in self.hidden) and any(
            line.strip() for at, line in enumerate(self.lines) if at not in self.hidden
        )


def visible_text(text: str, *, is_forward: bool = False) -> str:
    """The text without quoted history and signature. Never empty if the text is not."""
    return fold(_split_lines(text), is_forward=is_forward).visible


def _split_lines(text: str) -> list[str]:
    """The lines of a text; “thanks On … wrote:” right above a quotation becomes two."""
    lines = text.split("\n")
    found: list[str] = []
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        found += attributions.torn_apart(line) if below.startswith(">") else [line]
    return found


def fold(lines: Sequence[str], *, is_forward: bool = False) -> Folded:
    """Which lines are history or signature. A forwarded message is content: it stays."""
    lines = [line.rstrip("\r") for line in lines]
    folded = Folded(lines, _history(lines, is_forward=is_forward))
    if not any(_says(line) for at, line in enumerate(lines) if at not in folded.hidden):
        return Folded(lines)
    left = sum(1 for at, line in enumerate(lines) if at not in folded.hidden and _says(line))
    for begin, end in _stretches(lines, folded.hidden):
        signature = signatures.signed(lines, begin, end)
        gone = sum(1 for at in signature if _says(lines[at]))
        if gone < left:
            folded.hidden |= signature
            left -= gone
    return folded


def _says(line: str) -> bool:
    return bool(line.strip(" \t>*_-"))


def _stretches(lines: Sequence[str], hidden: AbstractSet[int]) -> list[tuple[int, int]]:
    """The runs of lines that stay, from and to."""
    found, begin = [], 0
    for at in range(len(lines) + 1):
        if at == len(lines) or at in hidden:
            if at > begin and any(line.strip() for line in lines[begin:at]):
                found.append((begin, at))
            begin = at + 1
    return found


# --- history --------------------------------------------------------------------------------


def _history(lines: Sequence[str], *, is_forward: bool) -> set[int]:
    hidden: set[int] = set()
    at = 0
    while at < len(lines):
        line = lines[at]
        if not is_forward and separators.is_reply_marker(line):
            return hidden | set(range(at, len(lines)))
        if separators.is_forward_mark(line):
            return hidden  # what follows was passed on to be read
        if line.lstrip().startswith(">"):
            end = _end_of_quotes(lines, at)
            if _is_quotation(lines, at, end):
                hidden |= set(range(at, end))
            at = end
            continue
        begins, after = _splitter(lines, at, is_forward=is_forward)
        if not after:
            at += 1
            continue
        hidden |= set(range(begins, after))
        first = _next_text(lines, after)
        if first < len(lines) and lines[first].lstrip().startswith(">"):
            end = _end_of_quotes(lines, first)
            hidden |= set(range(after, end))
            at = end
        else:
            return hidden | set(range(after, len(lines)))
    return hidden


def _splitter(lines: Sequence[str], at: int, *, is_forward: bool) -> tuple[int, int]:
    """From and to which line stands that somebody else's message follows; (0, 0) if not."""
    line = lines[at].strip()
    if not line:
        return 0, 0
    if separators.is_separator(line):
        return at, _after_headers(lines, at + 1)
    if not is_forward and (separators.is_rule(line) or separators.is_rule_with_words(line)):
        first = _next_text(lines, at + 1)
        if first - at <= 3 and (end := _headers_end(lines, first)):
            return at, end
    if not is_forward and (end := _headers_end(lines, at)):
        return at, end
    end = _attribution_end(lines, at)
    return (at, end) if end else (0, 0)


def _attribution_end(lines: Sequence[str], at: int) -> int:
    """The line after “Op … schreef …:”, which may be broken over several; 0 if it is none."""
    if not attributions.may_begin_attribution(lines[at]):
        return 0
    said = lines[at].strip()
    if attributions.is_attribution(said):
        return at + 1
    if attributions.begins_attribution(_line(lines, at + 1)):
        return 0  # this line only begins like one; the real one stands below it
    for number in range(at + 1, min(at + MOST_LINES_OF_ATTRIBUTION, len(lines))):
        line = lines[number].strip()
        if not line or len(said) + len(line) > LONGEST_ATTRIBUTION:
            break
        if attributions.ends_sentence(said):
            break
        said = f"{said} {line}"
        if attributions.is_attribution(said):
            return number + 1
    return at + 1 if _is_bare(lines, at) else 0


def _is_bare(lines: Sequence[str], at: int) -> bool:
    first = _next_text(lines, at + 1)
    quoted = first < len(lines) and lines[first].lstrip().startswith(">")
    return quoted and attributions.is_bare_attribution(lines[at])


def _headers_end(lines: Sequence[str], at: int) -> int:
    """The line after a block such as “Van: … Verzonden: … Aan: … Onderwerp: …”; 0 if it is none."""
    if at >= len(lines) or separators.header_label(lines[at]) in {"", "cc", "other"}:
        return 0
    seen, number, misses = set(), at, 0
    has_address = False
    while number < len(lines) and number < at + MOST_LINES_OF_HEAD:
        label = separators.header_label(lines[number])
        if label:
            seen.add(label)
            misses = 0
        elif not lines[number].strip():
            if len(seen) >= FEWEST_HEADERS or not separators.header_label(_line(lines, number + 1)):
                break
        else:
            misses += 1
            if misses > 3:
                break
        has_address = has_address or "@" in lines[number]
        number += 1
    return number if separators.is_header_block(seen, has_address=has_address) else 0


def _after_headers(lines: Sequence[str], at: int) -> int:
    first = _next_text(lines, at)
    return _headers_end(lines, first) or at


def _line(lines: Sequence[str], at: int) -> str:
    return lines[at] if at < len(lines) else ""


def _next_text(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _end_of_quotes(lines: Sequence[str], at: int) -> int:
    """The line after a run of `>` lines, with empty ones and what a program broke off between."""
    end = at
    while at < len(lines):
        line = lines[at]
        if line.lstrip().startswith(">"):
            end = at + 1
        elif line.strip() and not _is_broken_off(lines, at):
            break
        at += 1
    return end


def _is_broken_off(lines: Sequence[str], at: int) -> bool:
    """The rest of a quoted line that was too long: between two quoted ones, without a gap."""
    before, after = lines[at - 1], _line(lines, at + 1)
    if not (before.lstrip().startswith(">") and after.lstrip().startswith(">")):
        return False
    link = re.match(r"\s*(?:\(?https?://\S+\)?|\S+\))[\s>]*$", lines[at])
    return bool(link) or (len(before) >= 66 and len(lines[at]) < 40)


def _is_quotation(lines: Sequence[str], begin: int, end: int) -> bool:
    """`>` lines without a word before them: history, unless they are one odd line of the text."""
    quoted = [line for line in lines[begin:end] if line.lstrip().startswith(">")]
    return not any("<<<" in line for line in quoted)
