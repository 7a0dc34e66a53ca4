"""Invented people: first names and family names that go together in Flanders."""

from pathlib import Path
from random import Random

_first, _family = Path(__file__).with_name("names.txt").read_text("utf-8").split("\n\n")
#: Each part of the file has its heading in the first line.
FIRST_NAMES = _first.partition("\n")[2].split()
FAMILY_NAMES = _family.partition("\n")[2].split()

JOB_TITLES = [
    "medewerker balie",
    "bibliothecaris",
    "medewerker collectie",
    "webredacteur",
    "verantwoordelijke publiekswerking",
    "medewerker jeugd",
    "administratief medewerker",
    "hoofd bibliotheek",
]


def new_name(dice: Random, taken: set[str]) -> str:
    """A name that nobody in `taken` has yet; it is added there."""
    while True:
        name = f"{dice.choice(FIRST_NAMES)} {dice.choice(FAMILY_NAMES)}"
        if name not in taken:
            taken.add(name)
            return name


def mailbox(name: str) -> str:
    """The part of an address before the @: an.vermeer."""
    return name.lower().replace(" ", ".")
