"""Names of files that came from outside."""

import pytest

from servicedesk.lib.filenames import clean_filename


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("openingsuren.png", "openingsuren.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\scherm afbeelding.png", "scherm afbeelding.png"),
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        ("...", "file"),
        ("map/", "file"),
        ("a\r\nb\0c.txt", "a b c.txt"),
        ("factuur\u202egnp.exe", "factuur gnp.exe"),
        ("\u2067\u200b", "file"),
        ("fout.log. . ", "fout.log"),
        (".htaccess", ".htaccess"),
        ("e\u0301t\u00e9.txt", "\u00e9t\u00e9.txt"),
    ],
)
def test_what_is_left_is_bare_and_printable(given, shown):
    assert clean_filename(given) == shown


def test_a_long_name_keeps_its_ending():
    name = clean_filename("a" * 400 + ".png")
    assert len(name) == 255
    assert name.endswith("a.png")
