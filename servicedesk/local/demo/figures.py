"""What the desk published: solved tickets by category, its speed, and how satisfied people were.

Keys are months, counted from January of the year 0, so that `month + 1` is the next one.
"""

import datetime as dt

#: Solved without a category: by the requester, or by a rule.
NONE = ""
CATEGORIES = [
    NONE, "andere", "bug", "configuratie", "foute-handeling", "kennisvraag", "migratie",
    "monitoring", "paswoord-profiel", "site-down", "taak", "verbetervoorstel",
]  # fmt: skip


def month_number(year: int, month: int) -> int:
    return 12 * year + month - 1


def first_day(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def month_of(day: dt.date) -> int:
    return month_number(day.year, day.month)


#: The desk of the demo opened then.
OPENED = month_number(2024, 10)

_JUNE = month_number(2025, 6)
_BY_CATEGORY = {
    # from June to October 2025
    NONE: (14, 15, 20, 13, 21),
    "andere": (88, 76, 57, 79, 83),
    "bug": (108, 85, 122, 187, 134),
    "configuratie": (220, 159, 102, 161, 124),
    "foute-handeling": (84, 51, 38, 68, 75),
    "kennisvraag": (289, 262, 260, 288, 324),
    "migratie": (0, 2, 1, 0, 0),
    "monitoring": (60, 46, 21, 40, 21),
    "paswoord-profiel": (199, 212, 168, 237, 193),
    "site-down": (1, 3, 35, 17, 80),
    "taak": (889, 709, 587, 849, 837),
    "verbetervoorstel": (36, 25, 23, 30, 35),
}
#: Solved tickets of a month by category, where they were published.
SOLVED = {
    _JUNE + offset: {name: _BY_CATEGORY[name][offset] for name in CATEGORIES} for offset in range(5)
}

#: Hundredths of a percent, October 2024 to October 2025.
_FIRST_RESPONSE = (
    9662, 9659, 9470, 9835, 9313, 9673, 9374, 9492, 9333, 9428, 9392, 9711, 9576,
)  # fmt: skip
_RESOLUTION = (
    9148, 9196, 8655, 9282, 9052, 9425, 9368, 9190, 8875, 9299, 9310, 9592, 9356,
)  # fmt: skip
_SATISFIED = (
    9942, 9813, 9845, 9834, 9844, 9797, 9714, 9733, 9828, 9806, 9718, 9891, 9690,
)  # fmt: skip
ANSWERED_IN_TIME = {OPENED + offset: share for offset, share in enumerate(_FIRST_RESPONSE)}
SOLVED_IN_TIME = {OPENED + offset: share for offset, share in enumerate(_RESOLUTION)}
SATISFIED = {OPENED + offset: share for offset, share in enumerate(_SATISFIED)}

#: How many figures the percentages of the published months were made of, at the least.
ANSWERS = dict(zip(range(_JUNE, _JUNE + 5), (1993, 1660, 1447, 1969, 1932), strict=True))
RESOLUTIONS = dict(zip(range(_JUNE, _JUNE + 5), (1991, 1654, 1434, 1983, 1940), strict=True))

#: How busy a month is, January first: the school year and the summer show.
SEASON = (1910, 1730, 1880, 1660, 1720, 1960, 1640, 1440, 1950, 1930, 1840, 1410)


def share(count: int, total: int) -> int:
    """Hundredths of a percent, rounded half up on exact integers."""
    return (20_000 * count + total) // (2 * total) if total else 0


def counting(total: int, share: int) -> int:
    """The count that is nearest to this share of the total."""
    return (2 * total * share + 10_000) // 20_000
