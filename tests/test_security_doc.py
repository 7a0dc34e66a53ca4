"""The table of docs/security.md: whole, and every file that it points to is there."""

import re
from collections import Counter

import pytest

from servicedesk.local.place import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| ([12]) \| .+ \| (.+) \| (.+) \|$", re.MULTILINE)
#: Requirements of levels 1 and 2 in each chapter of ASVS 5.0.0.
CHAPTERS = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13,
    14: 9, 15: 13, 16: 16, 17: 7,
}  # fmt: skip
STATES = {"met", "does not apply", "**in part**", "**yours**"}


def test_every_requirement_has_its_row_once():
    numbers = [tuple(map(int, row[:3])) for row in ROW.findall(TEXT)]
    assert len(numbers) == len(set(numbers))
    assert Counter(chapter for chapter, _section, _number in numbers) == CHAPTERS
    assert {row[4] for row in ROW.findall(TEXT)} == STATES


def test_the_sum_is_right():
    said = re.search(r"(\d+) requirements: (\d+) met, (\d+) in part, (\d+) yours .*?, (\d+)", TEXT)
    states = Counter(row[4] for row in ROW.findall(TEXT))
    counted = [states["met"], states["**in part**"], states["**yours**"], states["does not apply"]]
    assert [int(number) for number in said.groups()] == [sum(counted), *counted]


#: A file, a folder, a document or a part of this page.
SHOWN = re.compile(r"\w/[\w.-]+|\w\.(?:md|txt|toml|yml)|Dockerfile|[Aa]s \d|This page|this page")


def test_what_is_met_says_where():
    met = {".".join(row[:3]): row[5] for row in ROW.findall(TEXT) if row[4] == "met"}
    assert [number for number, where in met.items() if not SHOWN.search(where)] == []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w./-]+/[\w.-]+)`", TEXT))))
def test_every_file_it_points_to_is_there(path):
    assert (ROOT / path).exists()
