"""Every address of the desk: who gets what, and what no request may ever do."""

from dataclasses import dataclass, fields
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse

from tests.access_world import Cast, World, furnish
from tests.conftest import PASSWORD

EVERYONE = frozenset(field.name for field in fields(Cast))
DESK = frozenset({"agent", "second_line", "manager", "administrator"})
MANAGERS = frozenset({"manager", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})
#: Whoever may see the ticket of the requester, whoever may see that of the stranger.
READERS = EVERYONE - {"stranger"}
THEIRS = READERS - DESK
OF_FOREIGN = DESK | {"stranger"}
SENDER = frozenset({"requester"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """One address: who may read it, who may post to it; `open` without signing in too."""

    name: str
    path: dict[str, object]
    reads: frozenset[str] = NOBODY
    posts: frozenset[str] = NOBODY
    open: bool = False
    query: str = ""
    #: Sent by programs, which have no page with a token: what they may do, says their test.
    tokenless: bool = False

    def url(self, world: World) -> str:
        values = {key: value(world) if callable(value) else value for key, value in self}
        return reverse(self.name, kwargs=values)

    def __iter__(self):
        return iter(self.path.items())

    def __str__(self) -> str:
        parts = (getattr(value, "__name__", value) for value in self.path.values())
        return " ".join([self.name, *map(str, parts), self.query]).strip()


def at(names: str):
    """`at("ticket.pk")`: the value of that in the world."""

    def value(world: World):
        found = world
        for name in names.split("."):
            found = getattr(found, name)
        return found

    value.__name__ = names
    return value


OWN, FOREIGN = {"number": at("ticket.pk")}, {"number": at("foreign.pk")}
ARTICLE = {"slug": at("article.slug")}
AGENTS_ARTICLE, DRAFT_ARTICLE = (
    {"slug": at("agents_article.slug")},
    {"slug": at("draft_article.slug")},
)
REPLY, NOTE = {"kind": "public_reply"}, {"kind": "internal_note"}
QUESTION, LOGGED = {"kind": "new_ticket"}, {"kind": "logged_ticket"}
DISPATCH = {"slug": "dispatch"}
MESSAGE = OWN | {"pk": at("message.pk")}
FOLLOWER = OWN | {"user": at("people.follower.pk")}

GENERAL = [
    Row("home", {}, reads=EVERYONE),
    Row("search", {}, reads=EVERYONE),
    Row("operations:healthz", {}, reads=EVERYONE, open=True),
    Row("accounts:profile", {}, reads=EVERYONE, posts=EVERYONE),
    Row("accounts:language-set", {}, posts=EVERYONE, open=True),
    Row("accounts:theme-set", {}, posts=EVERYONE, open=True),
    Row("csp-report", {}, posts=EVERYONE, open=True, tokenless=True),
    Row("outbox:email-list", {}, reads=ADMINISTRATORS),
    Row("outbox:email-detail", {"pk": at("email.pk")}, reads=ADMINISTRATORS),
    Row("outbox:email-as-sent", {"pk": at("email.pk")}, reads=ADMINISTRATORS),
    Row("outbox:email-retry", {"pk": at("email.pk")}, posts=DESK),
    Row("outbox:notification-list", {}, reads=EVERYONE),
    Row("outbox:notification-read-all", {}, posts=EVERYONE),
    Row("outbox:notification-open", {"pk": at("line.pk")}, posts=SENDER),
    Row("audit:entry-list", {}, reads=ADMINISTRATORS),
    Row("audit:entry-list", {}, reads=ADMINISTRATORS, query="format=csv"),
    Row("sla:report-dashboard", {}, reads=MANAGERS),
    Row("sla:report-tickets", {}, reads=MANAGERS, query="figure=new"),
    Row("sla:report-tickets", {}, reads=MANAGERS, query="figure=new&format=csv"),
    Row("sla:report-csv", {}, reads=MANAGERS),
]
ARTICLES = [
    Row("knowledgebase:article-list", {}, reads=EVERYONE),
    Row("knowledgebase:article-create", {}, reads=DESK, posts=DESK),
    Row("knowledgebase:picture", {"pk": at("picture.pk")}, reads=EVERYONE),
    Row("knowledgebase:picture", {"pk": at("agents_picture.pk")}, reads=DESK),
    Row("knowledgebase:article-detail", ARTICLE, reads=EVERYONE),
    Row("knowledgebase:article-detail", AGENTS_ARTICLE, reads=DESK),
    Row("knowledgebase:article-detail", DRAFT_ARTICLE, reads=DESK),
    Row("knowledgebase:article-edit", ARTICLE, reads=DESK, posts=DESK),
    Row("knowledgebase:article-publish", ARTICLE, posts=DESK),
    Row("knowledgebase:article-vote", ARTICLE, posts=EVERYONE),
    Row("knowledgebase:article-vote", AGENTS_ARTICLE, posts=DESK),
    Row("knowledgebase:picture-add", ARTICLE, posts=DESK),
    Row("knowledgebase:revision-list", ARTICLE, reads=DESK),
    Row("knowledgebase:revision-restore", ARTICLE | {"number": 1}, posts=DESK),
]
PORTAL = [
    Row("tickets:ticket-list", {}, reads=EVERYONE),
    Row("tickets:ticket-create", {}, reads=EVERYONE, posts=EVERYONE),
    Row("tickets:ticket-questions", {}, posts=EVERYONE),
    Row("tickets:ticket-coach", {}, posts=EVERYONE),
    Row("tickets:deflection-create", {"pk": at("article.pk")}, posts=EVERYONE),
    Row("tickets:deflection-create", {"pk": at("agents_article.pk")}, posts=DESK),
    Row("tickets:ticket-detail", OWN, reads=READERS),
    Row("tickets:ticket-detail", FOREIGN, reads=OF_FOREIGN),
    *(
        Row(f"tickets:{name}", ticket, posts=whose)
        for name in (
            "requester-reply", "ticket-confirm", "ticket-reopen", "ticket-thank", "colleague-add",
        )
        for ticket, whose in ((OWN, THEIRS), (FOREIGN, frozenset({"stranger"})))
    ),
    Row("tickets:colleague-remove", FOLLOWER, posts=THEIRS),
]  # fmt: skip
QUEUES = [
    Row("tickets:queue-home", {}, reads=DESK),
    Row("tickets:queue-search", {}, reads=DESK, query="q=catalogus"),
    Row("tickets:search-filter", {}, reads=DESK),
    Row("tickets:ticket-log", {}, reads=DESK, posts=DESK),
    Row("tickets:log-questions", {}, reads=DESK),
    Row("tickets:person-search", {}, reads=DESK, query="person=sofie"),
    Row("tickets:organisation-suggest", {}, reads=DESK),
    Row("tickets:bulk-choose", {}, reads=DESK),
    Row("tickets:bulk-change", {"name": "take"}, posts=DESK),
    Row("tickets:queue-preview", OWN, reads=DESK),
    Row("tickets:outside-list", {}, reads=DESK),
    Row("tickets:queue", DISPATCH, reads=DESK),
    Row("tickets:queue-news", DISPATCH, reads=DESK),
    Row("tickets:queue-filter", DISPATCH, reads=DESK),
]
AT_DESK = [
    Row("tickets:answer-send", OWN, posts=DESK),
    Row("tickets:note-add", OWN, posts=DESK),
    Row("tickets:ticket-take", OWN, posts=DESK),
    Row("tickets:property-set", OWN | {"name": "status"}, posts=DESK),
    Row("tickets:requester-set", OWN, posts=DESK),
    Row("tickets:follower-add", OWN, posts=DESK),
    Row("tickets:follower-remove", FOLLOWER, posts=DESK),
    Row("tickets:conversation", OWN, reads=DESK),
    Row("tickets:ticket-articles", OWN, reads=DESK),
    Row("tickets:ticket-history", OWN, reads=DESK),
    Row("tickets:ticket-merge", OWN, reads=DESK, posts=DESK),
    Row("tickets:merge-undo", OWN, posts=DESK),
    Row("tickets:message-split", MESSAGE, reads=DESK, posts=DESK),
    Row("tickets:message-move", MESSAGE, reads=DESK, posts=DESK),
    Row("tickets:ticket-set-aside", OWN, posts=DESK),
    Row("tickets:ticket-take-back", OWN, posts=DESK),
]
WRITING = [
    *(
        Row(f"tickets:{name}", kind | number, posts=whose)
        for name in ("draft-save", "draft-discard", "attachment-upload")
        for kind, number, whose in (
            (QUESTION, {}, EVERYONE), (LOGGED, {}, DESK), (REPLY, OWN, READERS),
            (REPLY, FOREIGN, OF_FOREIGN), (NOTE, OWN, DESK),
        )
    ),
    Row("tickets:attachment-remove", QUESTION | {"pk": at("question_file.pk")}, posts=SENDER),
    Row("tickets:attachment-remove", REPLY | OWN | {"pk": at("reply_file.pk")}, posts=SENDER),
    *(
        Row("tickets:attachment-download", {"pk": at(f"{file}.pk")} | name, reads=whose)
        for name in ({}, {"filename": "x.txt"})
        for file, whose in (
            ("file", READERS), ("note_file", DESK), ("foreign_file", OF_FOREIGN),
            ("reply_file", SENDER), ("question_file", SENDER),
        )
    ),
]  # fmt: skip
OUTAGE = {"pk": at("outage.pk")}
OUTAGES = [
    Row("availability:status-outage", OUTAGE, reads=EVERYONE, open=True),
    Row("availability:outage-list", {}, reads=DESK),
    Row("availability:outage-create", {}, reads=DESK, posts=DESK),
    Row("availability:outage-detail", OUTAGE, reads=DESK),
    Row("availability:outage-update", OUTAGE, posts=DESK),
    Row("availability:outage-end", OUTAGE, posts=DESK),
    Row("availability:outage-severity", OUTAGE, posts=DESK),
    Row("availability:outage-link", OUTAGE, posts=DESK),
    Row("availability:outage-unlink", OUTAGE | {"number": at("ticket.pk")}, posts=DESK),
    Row("availability:outage-correct", OUTAGE, reads=MANAGERS, posts=MANAGERS),
    Row("availability:outage-confirm", OUTAGE, posts=MANAGERS),
    Row("availability:outage-join", OUTAGE, posts=EVERYONE),
    Row("availability:outage-leave", OUTAGE, posts=EVERYONE),
]
ROWS = [*OUTAGES, *GENERAL, *ARTICLES, *PORTAL, *QUEUES, *AT_DESK, *WRITING]
READ = [row for row in ROWS if row.reads]
POSTED = [row for row in ROWS if row.posts]


@pytest.fixture
def world(
    requester, colleague, stranger, agent, second_line, manager, administrator, websites
) -> World:
    people = {
        "requester": requester, "colleague": colleague, "stranger": stranger, "agent": agent,
        "second_line": second_line, "manager": manager, "administrator": administrator,
    }  # fmt: skip
    return furnish(people, websites)


def signed_in(world: World, who: str, **options) -> Client:
    browser = Client(raise_request_exception=False, **options)
    browser.force_login(getattr(world.people, who))
    return browser


def someone(whose: frozenset[str]) -> str:
    return next(name for name in ("requester", "administrator", "stranger") if name in whose)


def browsers_of(world: World, **options) -> dict[str, Client]:
    return {who: signed_in(world, who, **options) for who in sorted(EVERYONE)}


def undone(act, *args):
    """What `act` answers, with everything it did taken back."""
    with transaction.atomic():
        response = act(*args)
        transaction.set_rollback(True)
    return response


# --- the table is whole ---------------------------------------------------------------------


def _routes(patterns, before: str = "", space: str = ""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, f"{space}{pattern.name}"
        elif pattern.app_name != "admin":
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, route, inner)


def test_every_address_has_a_row(world):
    routes = {
        route
        for route, name in _routes(get_resolver().url_patterns)
        if not name.startswith("account_")
    }
    assert {resolve(row.url(world)).route for row in ROWS} == routes


# --- who gets what --------------------------------------------------------------------------


def test_reading(world):
    browsers, faults = browsers_of(world), []
    for row in READ:
        url = f"{row.url(world)}?{row.query}"
        got = {who: browser.get(url).status_code for who, browser in browsers.items()}
        faults += _wrong(row, row.reads, got, fine=(200, 302)) + _outside(row, Client().get(url))
    assert not faults


#: 400: an empty report of a program is no report.
POST_ANSWERS = (200, 204, 302, 400, 422)


def test_posting(world):
    browsers, faults = browsers_of(world), []
    for row in POSTED:
        url = row.url(world)
        got = {who: undone(browser.post, url).status_code for who, browser in browsers.items()}
        faults += _wrong(row, row.posts, got, fine=POST_ANSWERS)
        faults += _outside(row, undone(Client().post, url))
    assert not faults


def _wrong(row: Row, allowed: frozenset[str], got: dict[str, int], fine: tuple[int, ...]):
    """Who got something else than the row says: an answer, or 404 as for what does not exist."""
    return [
        f"{row}: {who} got {status}"
        for who, status in got.items()
        if status not in (fine if who in allowed else (404,))
    ]


def _outside(row: Row, answer) -> list[str]:
    where = answer.get("Location", "")
    to_sign_in = answer.status_code == 302 and where.startswith(reverse("account_login"))
    fine = not to_sign_in and answer.status_code in (200, 302, 400) if row.open else to_sign_in
    return [] if fine else [f"{row}: not signed in got {answer.status_code} {where}"]


def test_a_wrong_method_is_refused(world):
    browsers, faults = browsers_of(world), []
    for row in ROWS:
        browser, url = browsers[someone(row.reads or row.posts)], row.url(world)
        if not row.reads and browser.get(url).status_code != 405:
            faults.append(f"{row}: reading")
        if not row.posts and browser.post(url).status_code != 405:
            faults.append(f"{row}: posting")
    assert not faults


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_the_doors_for_who_is_outside(name, db):
    assert Client().get(reverse(name)).status_code == 200


def test_the_administration_is_for_administrators(world):
    got = {
        who: at.get(reverse("admin:index")).status_code for who, at in browsers_of(world).items()
    }
    assert {who for who, status in got.items() if status == 200} == ADMINISTRATORS
    assert {status for who, status in got.items() if who not in ADMINISTRATORS} == {404}


# --- what no request may do -----------------------------------------------------------------

#: Sessions, marks of what was read, and the trail that says who read it.
SEEN_ONLY = {"django_session", "tickets_readmark", "audit_auditentry"}


def fingerprint() -> dict[str, str]:
    """The contents of every table, but for what reading is meant to leave behind."""
    tables = sorted(set(connection.introspection.table_names()) - SEEN_ONLY)
    one = "SELECT '{0}', md5(string_agg(t::text, ',' ORDER BY t::text)) FROM \"{0}\" t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(table) for table in tables))
        return dict(cursor.fetchall())


def test_reading_changes_nothing(world):
    browsers, faults = browsers_of(world), []
    before = fingerprint()
    for row in READ:
        for who in sorted({someone(row.reads), "administrator"} & row.reads):
            b"".join(browsers[who].get(f"{row.url(world)}?{row.query}"))
        after = fingerprint()
        faults += [f"{row}: {table}" for table in after if after[table] != before[table]]
        before = after
    assert not faults


def test_a_post_without_token_is_refused(world):
    browsers = browsers_of(world, enforce_csrf_checks=True)
    guarded = [row for row in POSTED if not row.tokenless]
    got = {str(row): browsers[someone(row.posts)].post(row.url(world)) for row in guarded}
    assert {row for row, answer in got.items() if answer.status_code != 403} == set()


ELSEWHERE = [
    "//evil.example", r"\\evil.example", r"/\evil.example", "https:evil.example",
    "https://evil.example/", "javascript:alert(1)", "///evil.example", "http:///evil.example",
]  # fmt: skip


def _leads_outside(answer) -> bool:
    where = urlsplit(answer.get("Location", "").replace("\\", "/"))
    return bool(where.scheme or where.netloc)


def test_next_never_leads_outside(world):
    browsers, faults = browsers_of(world), []
    for row in POSTED:
        post, url = browsers[someone(row.posts)].post, row.url(world)
        for to in ELSEWHERE:
            answer = undone(post, f"{url}?{urlencode({'next': to})}", {"next": to})
            faults += [f"{row}: {to}"] if _leads_outside(answer) else []
    assert not faults


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_never_leads_outside(wanted, requester):
    login = {"login": requester.email, "password": PASSWORD, "next": wanted}
    answer = Client().post(reverse("account_login"), login)
    assert answer.status_code == 302
    assert not _leads_outside(answer)


# --- garbage --------------------------------------------------------------------------------

PARAMETERS = [
    "q",
    "after",
    "before",
    "month",
    "service",
    "status",
    "priority",
    "category",
    "organisation",
    "team",
    "assignee",
    "requester",
    "person",
    "new_email",
    "since",
    "shown",
    "again",
    "queue",
    "state",
    "whose",
    "figure",
    "format",
    "write",
    "macro",
    "article",
    "articles",
    "ticket",
    "page",
    "kind",
    "created",
    "solved",
    "body",
    "subject",
    "helpful",
    "comment",
    "token",
    "asked",
    "switch",
    "seen",
    "seen_assignee",
    "impact",
    "kwis",
    "branch",
    "user",
    "name",
    "email",
    "picture",
    "fields",
    "action",
    "until",
]
GARBAGE = [
    "x" * 5000, "9" * 400, "-1", "99999999999999999999", "٣", "²", "'; --", "[]", "%", "%%s",
    "<b>", "2026-13", "0000-00", "None", "eyJhIjoxfQ", "NaN", "1,2,", "\r\n", "a & | ! <-> b",
]  # fmt: skip


def failures(row: Row, act, url: str, *data) -> list[str]:
    status = undone(act, url, *data).status_code
    return [f"{row}: {status} {url[:80]} {str(data)[:80]}"] if status >= 500 else []


def test_garbage_in_the_query_is_no_failure(world):
    browsers, faults = browsers_of(world), []
    for row in READ:
        get, url = browsers[someone(row.reads)].get, row.url(world)
        for junk in GARBAGE:
            faults += failures(row, get, url, {name: [junk, junk] for name in PARAMETERS})
    assert not faults


LISTS = [
    Row("tickets:queue", DISPATCH), Row("tickets:queue-search", {}), Row("tickets:ticket-list", {}),
    Row("tickets:ticket-log", {}), Row("knowledgebase:article-list", {}),
    Row("outbox:email-list", {}), Row("audit:entry-list", {}),
    Row("sla:report-tickets", {}, query="figure=new"),
]  # fmt: skip


def test_garbage_in_one_parameter_is_no_failure(world):
    get, faults = signed_in(world, "administrator").get, []
    for row in LISTS:
        for name in PARAMETERS[:34]:
            for junk in ("9" * 400, "99999999999999999999", "٣'["):
                url = f"{row.url(world)}?{row.query}&{urlencode({name: junk})}"
                faults += failures(row, get, url)
    assert not faults


def test_garbage_in_a_form_is_no_failure(world):
    browsers, faults = browsers_of(world), []
    for row in POSTED:
        post, url = browsers[someone(row.posts)].post, row.url(world)
        for junk in (*GARBAGE[:8], "nul\0byte"):
            faults += failures(row, post, url, {name: [junk, junk] for name in PARAMETERS})
    assert not faults


def test_garbage_in_the_path_is_no_failure(world):
    browsers, faults = browsers_of(world), []
    for row in ROWS:
        parts, browser = row.url(world).split("/"), browsers[someone(row.reads or row.posts)]
        act = browser.get if row.reads else browser.post
        values = {str(resolved) for resolved in resolve(row.url(world)).kwargs.values()}
        for place in (place for place, part in enumerate(parts) if part in values):
            for junk in ("0", "9223372036854775808", "9" * 30, "-1", "%D9%A3", "x" * 900, "%27"):
                faults += failures(row, act, "/".join([*parts[:place], junk, *parts[place + 1 :]]))
    assert not faults
