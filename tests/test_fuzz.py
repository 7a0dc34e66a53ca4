"""Hostile words in every parameter of every address, as every role: an answer, never a failure.

Which parameters an address reads is found out by watching it read them, so a new address is
covered as soon as it has its row in `tests.test_access`. The short round draws from a fixed
seed; the long one (`--long`) draws dozens of times for each address and role. DESK_TEST_SEED
draws others.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

from django.contrib.admin import ModelAdmin, site
from django.http import QueryDict
from django.test.utils import ContextList
from django.urls import resolve, reverse
from django.utils.datastructures import MultiValueDict

from tests.access_world import World
from tests.conftest import PASSWORD
from tests.test_access import (
    EVERYONE,
    ROWS,
    Row,
    browsers_of,
    db,
    furnished,
    someone,
    undone,
    world,
)

__all__ = ["db", "furnished", "world"]

SEED = int(os.environ.get("DESK_TEST_SEED", "20261125"))
DRAWS = 20 if os.environ.get("DESK_TEST_LONG") else 2

HOSTILE = [
    "", " ", "0", "-1", "1", "2", "true", "null", "undefined", "NaN", "1e309", "-0", "0x10", "1,2,",
    "99999999999999999999", "9" * 400, "9" * 5_000,
    "-" + "9" * 30, "9223372036854775808", "2147483648",
    "٣", "²", "𝟙", "Ⅻ", "½", "İ", "ß", "\u202eexe.gpj", "\u2028", "\ufeff", "\ud7ff", "💣" * 50,
    "nul\0byte", "\0", "\x1b[31m", "\r\nSet-Cookie: a=b", "\t", "%00", "%s%n%x", "%%s", "{0}", "{}",
    "'; DROP TABLE tickets_ticket; --", "' OR 1=1 --", "\\", "\\'", "a & | ! <-> b", ":*", "((((",
    '"unfinished', "-", "[]", "{}", '{"a": 1}', "[#10001]", "#0", "../../etc/passwd", "php://input",
    "{{ 7*7 }}", "{% debug %}", "${7*7}", "{requester.password}", "{requester.__class__}",
    "<script>alert(1)</script>", "<b>", "javascript:alert(1)", "//evil.example", "a@b", "@",
    "x@" + "y" * 300 + ".example", "None", "eyJhIjoxfQ", "W10", "WzFd", "W251bGwsbnVsbF0",
    "2026-13", "0000-00", "9999-12", "10000-01", "2026-02-30", "2026-11-25T99:99", "00:00", "24:00",
    "00000000-0000-0000-0000-000000000000", "not-a-uuid", "self", "me", "all", "dispatch", "csv",
    "x" * 5_000, "é" * 1_000, "a " * 3_000, "\n" * 2_000, "<" * 3_000, "Re: " * 500,
    "(" * 3_000, "[" * 3_000, "> " * 2_000, "<div>" * 2_000, "**_" * 1_000, '{"a":' * 2_000,
]  # fmt: skip
FILES = [
    ("../../x.png", b"\x89PNG\r\n\x1a\n"), ("a\r\nb.txt", b"x"), ("nul\0.txt", b"x"), ("", b""),
    ("x" * 900, b"x"), (".", b"x"), ("\u202egnp.exe", b"MZ"), ("x.svg", b"<svg onload='x'/>"),
    ("leeg.png", b""), ("x.csv", b"=1+1;\xff\xfe\0"), ("x.json", b"{"), ("x.zip", b"PK\x03\x04"),
]  # fmt: skip
BODIES = [
    ("application/json", '{"a": [1, {"b": null}]}'), ("application/json", "[" * 9_000),
    ("multipart/form-data; boundary=x", "--x\r\nbroken"), ("text/plain", "x=1"),
    ("multipart/form-data", "no boundary"), ("application/x-www-form-urlencoded", "%ff%fe=%00&&=;"),
    ("application/octet-stream", "\x00\x01"), ("application/json; charset=utf-7", "{}"),
]  # fmt: skip


@contextmanager
def watched() -> Iterator[set[str]]:
    """The names that are looked up in query and form while this lasts."""
    names: set[str] = set()
    plain = {name: getattr(MultiValueDict, name) for name in ("__getitem__", "_getlist")}

    def watch(method: Callable) -> Callable:
        def wrapper(self, key, *args, **options):
            note(self, key)
            return method(self, key, *args, **options)

        return wrapper

    def note(looked_in: MultiValueDict, key: object) -> None:
        if isinstance(looked_in, QueryDict):
            names.add(str(key))

    def contains(self, key) -> bool:
        note(self, key)
        return dict.__contains__(self, key)

    for name, method in plain.items():
        setattr(MultiValueDict, name, watch(method))
    MultiValueDict.__contains__ = contains
    try:
        yield names
    finally:
        for name, method in plain.items():
            setattr(MultiValueDict, name, method)
        del MultiValueDict.__contains__


def parameters(act: Callable, url: str) -> list[str]:
    """What the address reads when it is asked for; twice, as what it finds leads further."""
    with watched() as names:
        undone(act, url)
        found = dict.fromkeys(names, "x")
        undone(act, url, found)
    return sorted(names - {"csrfmiddlewaretoken"})


def cases(row: Row, draw: random.Random, names: list[str], *, posting: bool) -> Iterator[dict]:
    """Values for all parameters at once, then for one of them at a time, then as arrays."""
    for _again in range(DRAWS):
        yield {name: draw.choice(HOSTILE) for name in names}
        one = draw.choice(names)
        yield {one: [draw.choice(HOSTILE), draw.choice(HOSTILE)], f"{one}[]": "1", f"{one}\0": "1"}
        if posting:
            name, content = draw.choice(FILES)
            file = BytesIO(content)
            file.name = name
            yield {name: draw.choice(HOSTILE) for name in names} | {draw.choice(names): file}


def failures(row: Row, act: Callable, url: str, *data, **options) -> list[str]:
    answer = undone(act, url, *data, **options)
    told = f"{str(data)[:300]} {options}"
    return [f"{row}: {answer.status_code} {url[:120]} {told}"] if answer.status_code >= 500 else []


def test_hostile_words_are_answered(world):
    browsers, draw, faults = browsers_of(world), random.Random(SEED), []
    for row in ROWS:
        url = row.url(world)
        for allowed, posting in ((row.reads, False), (row.posts, True)):
            if not allowed:
                continue
            roles = sorted(allowed) if DRAWS > 2 else [draw.choice(sorted(allowed))]
            for who in roles:
                act = browsers[who].post if posting else browsers[who].get
                target = url if posting or not row.query else f"{url}?{row.query}"
                names = parameters(act, url)
                for data in cases(row, draw, names or ["x"], posting=posting):
                    faults += failures(row, act, target, data)
    assert not faults


def test_hostile_words_from_who_may_not_ask_are_answered(world):
    browsers, draw, faults = browsers_of(world), random.Random(SEED), []
    for row in ROWS:
        for who in draw.sample(sorted(EVERYONE - row.reads - row.posts) or ["requester"], 1):
            data = {name: draw.choice(HOSTILE) for name in ("q", "next", "body", "subject")}
            faults += failures(row, browsers[who].get, row.url(world), data)
            faults += failures(row, browsers[who].post, row.url(world), data)
    assert not faults


def test_bodies_that_are_no_form_are_answered(world):
    browsers, draw, faults = browsers_of(world), random.Random(SEED), []
    for row in (row for row in ROWS if row.posts):
        post = browsers[someone(row.posts)].post
        for kind, body in BODIES if DRAWS > 2 else draw.sample(BODIES, 2):
            faults += failures(row, post, row.url(world), body, content_type=kind)
    assert not faults


def test_hostile_words_in_the_administration_are_answered(world):
    browser, draw, faults = browsers_of(world)["administrator"], random.Random(SEED), []
    for model, pages in site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row, lists = Row(name, {}), reverse(f"{name}_changelist")
        for page in ("changelist", "add"):
            url, act = reverse(f"{name}_{page}"), browser.post
            names = [*parameters(act, url), "action", "_selected_action"]
            for _again in range(DRAWS):
                data = {name: draw.choice(HOSTILE) for name in names}
                faults += failures(row, act, url, data)
        ticked = {"action": "delete_selected", "_selected_action": ["x", "9" * 20, "", "-1"]}
        faults += failures(row, browser.post, lists, ticked)
        for filters in filtered(pages, draw):
            faults += failures(row, browser.get, lists, filters)
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})  # for the own row
        for found in model._default_manager.all()[: DRAWS // 2]:
            url = reverse(f"{name}_change", args=[found.pk])
            faults += failures(row, browser.get, url, {draw.choice(FILTERS): draw.choice(HOSTILE)})
            for data in changed(undone(browser.get, url).context, draw):
                faults += failures(row, browser.post, url, data)
    assert not faults


FILTERS = ("q", "o", "p", "e", "all", "_popup", "_to_field", "_changelist_filters")
LOOKUPS = ("", "__exact", "__in", "__isnull", "__gte", "__year", "__id__exact", "__pk", "__range")


def filtered(pages: ModelAdmin, draw: random.Random) -> Iterator[dict]:
    """Filters of a list, its own ones and those that only somebody who types them finds."""
    own = [str(one) for one in pages.list_filter] + [one.name for one in pages.opts.fields]
    for _again in range(DRAWS):
        yield {f"{draw.choice(own)}{draw.choice(LOOKUPS)}": draw.choice(HOSTILE)}
        yield {draw.choice(FILTERS): draw.choice(HOSTILE)}


def changed(page: ContextList, draw: random.Random) -> Iterator[dict]:
    """The form of a row as its page sends it: with the rows below it as new ones; with others."""
    below = [one.formset for one in page["inline_admin_formsets"]]
    forms = [page["adminform"].form, *(form for rows in below for form in rows.forms)]
    forms += [rows.management_form for rows in below]
    fields = {field.html_name: field.value() for form in forms for field in form}
    as_sent = {
        name: value for name, value in fields.items() if value is not None and value is not False
    }
    anew = {rows.management_form["INITIAL_FORMS"].html_name: 0 for rows in below}
    anew |= {form["id"].html_name: "" for rows in below for form in rows.forms}
    yield {**as_sent, **anew}
    for _again in range(DRAWS):
        hostile = {draw.choice(sorted(fields)): draw.choice(HOSTILE)}
        yield {**as_sent, **draw.choice([{}, anew]), **hostile}


IN_PATHS = (
    "0", "9223372036854775808", "9" * 30, "-1", "%D9%A3", "x" * 900, "%27", "%0a", "%ff", "..",
    "%2e%2e%2f",
)  # fmt: skip


def test_hostile_paths_are_answered(world):
    browsers, draw, faults = browsers_of(world), random.Random(SEED), []
    for row in ROWS:
        url = row.url(world)
        browser = browsers[someone(row.reads or row.posts or EVERYONE)]
        act = browser.get if row.reads else browser.post
        values = {str(value) for value in resolve(url).kwargs.values()}
        parts = url.split("/")
        for place in (place for place, part in enumerate(parts) if part in values):
            for junk in IN_PATHS if DRAWS > 2 else draw.sample(IN_PATHS, 3):
                hostile = "/".join([*parts[:place], junk, *parts[place + 1 :]])
                faults += failures(row, act, hostile)
    assert not faults


def test_what_is_watched_is_what_is_read(world: World):
    """So that the silence of the others means something."""
    browser = browsers_of(world)["agent"]
    assert {"q", "after"} <= set(parameters(browser.get, "/queue/dispatch/"))
    answer = f"/tickets/{world.ticket.pk}/answer/"
    assert {"body", "then", "seen"} <= set(parameters(browser.post, answer))
