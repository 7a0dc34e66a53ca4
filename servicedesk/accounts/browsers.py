"""What a browser says of itself, in two words: "Firefox, Windows"."""

from django.utils.translation import gettext as _

#: The first that is found counts: nearly every browser claims to be some others too.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


def in_words(user_agent: str) -> str:
    """The browser and its system, as far as they are known."""
    found = [_first(user_agent, BROWSERS), _first(user_agent, SYSTEMS)]
    return ", ".join(filter(None, found)) or _("An unknown browser")


def _first(user_agent: str, marks: list[tuple[str, str]]) -> str:
    return next((name for mark, name in marks if mark in user_agent), "")
