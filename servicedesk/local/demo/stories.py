"""What people ask about each service and what the desk answers, read from the files in stories/.

A file is named after its service. A story begins with `--- category`; its lines begin with

    s  subject            one of several
    o  opening            what the requester writes, one of several
    q  question           what the desk asks back, and
    a  answer             what the requester says then
    =  solution           Markdown
    n  internal note
    v                     the supplier has a part in it
    x                     an access request

and go on in the next lines when those are indented. Words in {braces} are filled in for each
ticket.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).with_name("stories")


@dataclass(frozen=True)
class Story:
    """One kind of question about one service."""

    service: str
    category: str
    subjects: list[str]
    openings: list[str]
    solution: str
    question: str = ""
    answer: str = ""
    note: str = ""
    supplier: bool = False
    access: bool = False

    @cached_property
    def words(self) -> str:
        """All of its texts."""
        return " ".join([*self.subjects, *self.openings, self.answer, self.solution])

    @property
    def has_question(self) -> bool:
        return bool(self.question)


@dataclass
class _Draft:
    category: str
    parts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, line: str) -> None:
        kind, _space, text = line.partition(" ")
        self.parts.setdefault(kind, []).append(text)
        self.last = kind

    def go_on(self, line: str) -> None:
        texts = self.parts[self.last]
        texts[-1] += "\n" + line

    def finished(self, service: str) -> Story:
        first = {kind: texts[0].strip() for kind, texts in self.parts.items()}
        return Story(
            service=service,
            category=self.category,
            subjects=self.parts["s"],
            openings=[text.strip() for text in self.parts["o"]],
            solution=first["="],
            question=first.get("q", ""),
            answer=first.get("a", ""),
            note=first.get("n", ""),
            supplier="v" in self.parts,
            access="x" in self.parts,
        )


def stories() -> list[Story]:
    """All stories, by service and in the order of the files."""
    return [
        story
        for path in sorted(FOLDER.glob("*.txt"))
        for story in _read(path.read_text("utf-8"), path.stem)
    ]


def _read(text: str, service: str) -> Iterator[Story]:
    draft: _Draft | None = None
    for line in text.splitlines():
        if line.startswith("--- "):
            if draft:
                yield draft.finished(service)
            draft = _Draft(line[4:].strip())
        elif draft and line.startswith("  "):
            draft.go_on(line[2:])
        elif draft and line.strip():
            draft.add(line)
    if draft:
        yield draft.finished(service)
