"""Canary words: one in each secret; then everything somebody can fetch is searched for them.

The words are planted by `tests.access_world`. Echoes do not count: a page may repeat the words
that its reader typed, so a search is made with part of them and judged by what it finds.
"""

import io
import re
import zipfile
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk.accounts.models import User
from servicedesk.outbox.models import OutgoingEmail
from tests.access_world import AGENTS_DRAFT, CONTRACT, DESK_ONLY, HEIDEDAL, VLIER, World
from tests.test_access import ROWS, db, furnished, undone, world

__all__ = ["db", "furnished", "world"]

#: Who may not see which words.
FORBIDDEN = {
    "requester": (*DESK_ONLY, VLIER),
    "colleague": (*DESK_ONLY, VLIER),
    "workmate": (*DESK_ONLY, VLIER, HEIDEDAL),
    "follower": (*DESK_ONLY, VLIER),
    "stranger": (*DESK_ONLY, HEIDEDAL),
    "foreign_contact": (*DESK_ONLY, HEIDEDAL, VLIER),
    "agent": (CONTRACT,),
    "second_line": (CONTRACT, AGENTS_DRAFT),
    "manager": (AGENTS_DRAFT,),
    "administrator": (AGENTS_DRAFT,),
}
#: Whose pages hold no more than this; a crawl that finds more has lost its way.
MOST_PAGES = 400
#: Whoever works at the desk finds much the same pages: one of them walks through all.
WALKERS = [who for who in FORBIDDEN if who not in ("agent", "manager", "administrator")]
STATIC = re.compile(r"^/(static|accounts/logout|admin)/")


def forbidden(world: World, who: str) -> tuple[str, ...]:
    """Words, and for all but administrators the links of accounts that were mailed to others."""
    reader = getattr(world.people, who)
    return FORBIDDEN[who] + (() if reader.is_administrator else links_of_others(reader))


def links_of_others(reader: User) -> tuple[str, ...]:
    """The secret part of every link in the outbox that opens the account of somebody else."""
    letters = OutgoingEmail.objects.exclude(to__contains=[reader.email])
    text = " ".join(letters.values_list("body_text", flat=True))
    found = re.findall(r"/(?:invitation|accounts/password/reset/key)/([^/\s]+)/", text)
    assert found
    return tuple(found)


def body(response) -> str:
    """What the answer says, in its headers and inside a zip too."""
    content = response.getvalue() if response.streaming else response.content
    if content.startswith(b"PK\x03\x04"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    return str(response.headers) + content.decode("utf-8", errors="replace")


def crawl(browser: Client) -> dict[str, str]:
    """Every page behind a link, fragment address or form address, from the home page on."""
    waiting, seen = ["/", "/tickets/", "/tickets/new/", "/articles/", "/notifications/"], {}
    while waiting:
        path = waiting.pop(0)
        if path in seen or STATIC.match(path):
            continue
        assert len(seen) < MOST_PAGES, f"there is no end to it: {[*seen][-20:]}"
        response = browser.get(path)
        seen[path] = body(response)
        if response.get("Location", "").startswith("/"):
            waiting.append(response["Location"])
        found = re.findall(r'(?:href|hx-get|src|action)="([^"#]+)', seen[path])
        for address in found:
            parts = urlsplit(address.replace("&amp;", "&"))
            if not parts.netloc and not parts.scheme:
                base = parts.path or urlsplit(path).path
                waiting.append(base + (f"?{parts.query}" if parts.query else ""))
    return seen


def typed(browser: Client, world: World) -> dict[str, str]:
    """What the pages answer to words, numbers and a question that is being typed."""
    pages = {}
    for words in ("kanarie", "wachtwoorden", "klad", "intern", str(world.ticket.pk)):
        for name in ("search", "knowledgebase:article-list"):
            pages[f"{name} {words}"] = body(browser.get(reverse(name), {"q": words}, follow=True))
        question = {"kind": "information", "subject": words, "body": f"{words} klad intern"}
        for name in ("ticket-coach", "ticket-questions"):
            url = reverse(f"tickets:{name}")
            pages[f"{name} {words}"] = body(
                browser.post(url, question, headers={"HX-Request": "true"})
            )
    return pages


def every_address(browser: Client, world: World) -> dict[str, str]:
    """What each address of the matrix answers to GET and to POST, whether it may or not."""
    pages = {}
    for row in ROWS:
        url = row.url(world)
        for name, act, target in (
            ("GET", browser.get, f"{url}?{row.query}"),
            ("POST", browser.post, url),
        ):
            answer = undone(act, target, headers={"HX-Request": "true"} if row.posts else {})
            # Addresses hold words of titles; who asks for one sees it come back.
            text = body(answer).replace(url, "").replace(quote(url), "")
            pages[f"{name} {row}"] = text.replace(quote(url, safe=""), "")
    return pages


@pytest.mark.parametrize("who", FORBIDDEN)
def test_no_address_tells_a_secret_to_whom_it_may_not(world, who):
    browser = Client(raise_request_exception=False)
    browser.force_login(getattr(world.people, who))
    words = forbidden(world, who)
    leaks = [
        (address, word)
        for address, text in every_address(browser, world).items()
        for word in words
        if word in text
    ]
    assert leaks == []


def test_no_address_tells_anything_to_who_is_not_signed_in(world):
    text = "".join(every_address(Client(raise_request_exception=False), world).values())
    for word in (*DESK_ONLY, HEIDEDAL, VLIER):
        assert word not in text


@pytest.mark.parametrize("who", WALKERS)
def test_no_secret_reaches_whom_it_may_not(world, who):
    browser = Client()
    browser.force_login(getattr(world.people, who))
    words = forbidden(world, who)
    pages = crawl(browser) | typed(browser, world)
    assert len(pages) > 20
    leaks = [(path, word) for path, text in pages.items() for word in words if word in text]
    assert leaks == []


def test_the_crawl_finds_what_may_be_found(world):
    """So that the silence of the others means something."""
    browser = Client()
    browser.force_login(world.people.requester)
    assert any(HEIDEDAL in text for text in crawl(browser).values())
    browser.force_login(world.people.agent)
    page = body(browser.get(world.ticket.get_absolute_url()))
    assert DESK_ONLY[0] in page


def test_nobody_who_is_not_signed_in_sees_anything(world):
    text = "".join(crawl(Client()).values())
    for word in (*DESK_ONLY, HEIDEDAL, VLIER):
        assert word not in text


@pytest.mark.parametrize("who", FORBIDDEN)
def test_no_secret_is_in_a_mail_to_whom_it_may_not(world, who):
    address = getattr(world.people, who).email
    theirs = [m for m in OutgoingEmail.objects.all() if address in m.to + m.cc]
    text = "".join(m.subject + m.body_text + m.body_html + str(m.headers) for m in theirs)
    assert theirs or who not in ("requester", "follower", "stranger")  # others may get nothing
    for word in FORBIDDEN[who]:
        assert word not in text


@pytest.mark.parametrize("who", ["requester", "agent", "manager", "administrator"])
def test_every_page_carries_the_locks(world, who):
    browser = Client()
    browser.force_login(getattr(world.people, who))
    paths = ["/", "/articles/", "/profile/", world.ticket.get_absolute_url(), "/no-such-page/"]
    for path in paths:
        headers = browser.get(path, follow=True).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
