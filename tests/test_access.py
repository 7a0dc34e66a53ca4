"""Every address of the desk: who gets what, and what no request may ever do.

An address without a row fails. To add one: `Row(name, path, reads=…, posts=…)` in the table of
its room, with the roles that may, and one more row for each other object that it can be asked
for (`OWN`, `FOREIGN`, an agents-only article …). What it needs to exist is made in
`tests.access_world`, by verbs. Everything else follows from the row: that all others get 404
and who is not signed in (or was switched off) the sign-in page, that reading changes nothing,
that a refused post changes nothing, that a post needs its token, that no `next` leads away; and
`tests.test_fuzz` finds out by itself which parameters the address reads, and sends worse.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib.admin import site
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, resolve, reverse
from django.utils import timezone
from django.utils.translation import override

from servicedesk.accounts.links import password_link
from servicedesk.accounts.models import User
from servicedesk.accounts.providers import Provider
from servicedesk.lib import live
from servicedesk.outbox.models import OutgoingEmail
from sla.alarms.links import feed_link, take_link
from sla.availability.models import StatusSubscriber
from sla.availability.status import subscribing
from tests.access_world import Cast, World, furnish, people_and_service
from tests.conftest import PASSWORD

EVERYONE = frozenset(field.name for field in fields(Cast))
DESK = frozenset({"agent", "second_line", "manager", "administrator"})
MANAGERS = frozenset({"manager", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})
#: Whoever may see the ticket of the requester, whoever may see that of the stranger.
READERS = EVERYONE - {"stranger", "workmate", "foreign_contact"}
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
    #: The one address where a GET changes something: a sign of life, by its token.
    beats: bool = False

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
TO_SUPPLIER = {"kind": "to_supplier"}
QUESTION, LOGGED = {"kind": "new_ticket"}, {"kind": "logged_ticket"}
DISPATCH = {"slug": "dispatch"}
MESSAGE = OWN | {"pk": at("message.pk")}
LETTER = {"kind": "solved", "language": "nl"}
FOLLOWER = OWN | {"user": at("people.follower.pk")}

GENERAL = [
    Row("home", {}, reads=EVERYONE),
    Row("search", {}, reads=EVERYONE),
    Row("privacy", {}, reads=EVERYONE, open=True),
    Row("accessibility", {}, reads=EVERYONE, open=True),
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
    Row("person-access", {"pk": at("people.requester.pk")}, reads=ADMINISTRATORS),
    Row(
        "person-leave",
        {"pk": at("people.requester.pk")},
        reads=ADMINISTRATORS,
        posts=ADMINISTRATORS,
    ),
    Row(
        "person-second-step-reset",
        {"pk": at("people.requester.pk")},
        reads=ADMINISTRATORS,
        posts=ADMINISTRATORS,
    ),
    Row("person-return", {"pk": at("people.requester.pk")}, posts=ADMINISTRATORS),
    Row("audit:entry-list", {}, reads=ADMINISTRATORS),
    Row("operations:system", {}, reads=ADMINISTRATORS),
    Row("operations:metrics", {}),
    Row("operations:sending-resume", {}, posts=ADMINISTRATORS),
    Row("audit:entry-list", {}, reads=ADMINISTRATORS, query="format=csv"),
    Row("sla:report-dashboard", {}, reads=MANAGERS),
    Row("sla:report-tickets", {}, reads=MANAGERS, query="figure=new"),
    Row("sla:report-tickets", {}, reads=MANAGERS, query="figure=new&format=csv"),
    Row("sla:report-csv", {}, reads=MANAGERS),
    Row("sla:override-list", {}, reads=MANAGERS),
    Row("sla:policy-override", OWN, reads=DESK, posts=DESK),
    Row("sla:month-list", {}, reads=MANAGERS),
    Row("sla:month-detail", {"month": "2025-10"}, reads=MANAGERS, posts=MANAGERS),
]
POLICY, CALENDAR = {"pk": at("policy.pk")}, {"pk": at("calendar.pk")}
RECOMPUTE = {"pk": at("recompute.pk")}
PROMISES = [
    Row("promises:policy-list", {}, reads=ADMINISTRATORS),
    Row("promises:policy-list", {}, reads=ADMINISTRATORS, query="ticket=10001"),
    Row("promises:policy-create", {}, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("promises:policy-edit", POLICY, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("promises:policy-move", POLICY, posts=ADMINISTRATORS),
    Row("promises:policy-withdraw", {"pk": at("policy_version.pk")}, posts=ADMINISTRATORS),
    Row("promises:calendar-list", {}, reads=ADMINISTRATORS),
    Row("promises:calendar-create", {}, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("promises:calendar-edit", CALENDAR, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("promises:calendar-withdraw", {"pk": at("calendar_version.pk")}, posts=ADMINISTRATORS),
    Row("promises:recompute-list", {}, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("promises:recompute-detail", RECOMPUTE, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
]
IMPORT = {"pk": at("imported.pk")}
IMPORTING = [
    Row("accounts:import-start", {}, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("accounts:import-detail", IMPORT, reads=ADMINISTRATORS),
    Row("accounts:import-apply", IMPORT, posts=ADMINISTRATORS),
    Row("accounts:import-discard", IMPORT, posts=ADMINISTRATORS),
]
INVITERS = ADMINISTRATORS | {"colleague"}
#: The list of each holds the invitations of the own house.
LISTERS = INVITERS | {"foreign_contact"}
INVITATION = {"pk": at("invitation.pk")}
SECOND_STEPS = [
    Row("accounts:invitation-list", {}, reads=LISTERS, posts=LISTERS),
    Row("accounts:invitation-resend", INVITATION, posts=INVITERS),
    Row("accounts:invitation-revoke", INVITATION, posts=INVITERS),
    Row(
        "accounts:invitation-accept",
        {"token": "no-such-token"},
        reads=EVERYONE,
        posts=EVERYONE,
        open=True,
    ),
    Row("account_reauthenticate", {}, reads=EVERYONE, posts=EVERYONE),
    Row("accounts:session-list", {}, reads=EVERYONE),
    Row("accounts:session-end", {"pk": at("session.pk")}, posts=SENDER),
    Row("accounts:session-end-others", {}, posts=EVERYONE),
    Row("mfa_index", {}, reads=EVERYONE),
    # Each of these leads elsewhere who is not in the middle of signing in, or first asks for the
    # password again; that only the owner gets further is in the tests of the second step.
    *(
        Row(name, {}, reads=EVERYONE, posts=EVERYONE)
        for name in (
            "mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
            "mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes",
        )
    ),
    Row("mfa_login_webauthn", {}, reads=EVERYONE, posts=EVERYONE),
    # A service that is away, and an answer that nobody asked for: back to the sign-in page.
    Row("openid_connect_login", {"provider_id": "proef"}, posts=EVERYONE),
    Row("openid_connect_callback", {"provider_id": "proef"}, reads=EVERYONE),
    Row("mfa_list_webauthn", {}, reads=EVERYONE, posts=EVERYONE),
    *(
        Row(name, {"pk": at("passkey.pk")}, reads=EVERYONE, posts=EVERYONE)
        for name in ("mfa_remove_webauthn", "mfa_edit_webauthn")
    ),
    Row("mfa_deactivate_totp", {}, reads=SENDER, posts=SENDER),
    Row("mfa_view_recovery_codes", {}, reads=SENDER),
    Row("mfa_download_recovery_codes", {}, reads=SENDER, posts=SENDER),
]  # fmt: skip
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
            "rating-give",
        )
        for ticket, whose in ((OWN, THEIRS), (FOREIGN, frozenset({"stranger"})))
    ),
    Row("tickets:colleague-remove", FOLLOWER, posts=THEIRS),
    Row("tickets:answer-link", {"token": at("token")}, reads=EVERYONE, posts=EVERYONE, open=True),
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
    Row("tickets:handover", {}, reads=MANAGERS, posts=MANAGERS),
    Row("tickets:handover-undo", {"pk": at("handover.pk")}, posts=MANAGERS),
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
    Row("tickets:rating-follow-up", OWN, posts=DESK),
    Row("tickets:thanks-check", OWN, posts=DESK),
    Row("tickets:thanks-reopen", OWN, posts=DESK),
    Row("tickets:feedback", {}, reads=DESK),
    Row("tickets:feedback", {}, reads=DESK, query="shown=thanks"),
    Row("tickets:letter-list", {}, reads=ADMINISTRATORS),
    Row("tickets:letter-edit", LETTER, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("tickets:letter-preview", LETTER, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("tickets:letter-reset", LETTER, posts=ADMINISTRATORS),
    Row("tickets:conversation", OWN, reads=DESK),
    Row("tickets:ticket-articles", OWN, reads=DESK),
    Row("tickets:ticket-history", OWN, reads=DESK),
    Row("tickets:ticket-merge", OWN, reads=DESK, posts=DESK),
    Row("tickets:merge-undo", OWN, posts=DESK),
    Row("tickets:ticket-forward", OWN, reads=DESK, posts=DESK),
    Row("tickets:supplier-write", OWN, posts=DESK),
    Row("tickets:forwarding-end", OWN | {"pk": at("forwarding.pk")}, posts=DESK),
    Row(
        "tickets:forwarding-answer",
        OWN | {"pk": at("forwarding.pk"), "message": MESSAGE["pk"]},
        posts=DESK,
    ),
    Row("tickets:message-split", MESSAGE, reads=DESK, posts=DESK),
    Row("tickets:message-move", MESSAGE, reads=DESK, posts=DESK),
    Row("tickets:ticket-set-aside", OWN, posts=DESK),
    Row("tickets:ticket-take-back", OWN, posts=DESK),
]
MAIL = [
    Row("tickets:incoming-list", {}, reads=ADMINISTRATORS),
    Row("tickets:incoming-detail", {"pk": at("mail.pk")}, reads=ADMINISTRATORS),
    Row("tickets:incoming-raw", {"pk": at("mail.pk")}, reads=ADMINISTRATORS),
    *(
        Row("tickets:incoming-act", {"pk": at("mail.pk"), "act": act}, posts=ADMINISTRATORS)
        for act in ("retry", "ticket", "discard")
    ),
    Row("tickets:newcomer-list", {}, reads=DESK),
    Row("tickets:newcomer-place", {"pk": at("newcomer.pk")}, posts=DESK),
]
WRITING = [
    *(
        Row(f"tickets:{name}", kind | number, posts=whose)
        for name in ("draft-save", "draft-discard", "attachment-upload")
        for kind, number, whose in (
            (QUESTION, {}, EVERYONE), (LOGGED, {}, DESK), (REPLY, OWN, READERS),
            (REPLY, FOREIGN, OF_FOREIGN), (NOTE, OWN, DESK), (TO_SUPPLIER, OWN, DESK),
        )
    ),
    Row("tickets:attachment-remove", QUESTION | {"pk": at("question_file.pk")}, posts=SENDER),
    Row("tickets:attachment-remove", REPLY | OWN | {"pk": at("reply_file.pk")}, posts=SENDER),
    *(
        Row("tickets:attachment-download", {"pk": at(f"{file}.pk")} | name, reads=whose)
        for name in ({}, {"filename": "x.txt"})
        for file, whose in (
            ("file", READERS), ("note_file", DESK), ("supplier_file", DESK),
            ("foreign_file", OF_FOREIGN),
            ("reply_file", SENDER), ("question_file", SENDER),
        )
    ),
]  # fmt: skip
SUPPLIER, CONTRACT = {"pk": at("contract.supplier_id")}, {"pk": at("contract.pk")}
CONTRACT_MONTH = CONTRACT | {"month": "2025-10"}
CLAIM, DOCUMENT = {"pk": at("compensation.pk")}, {"pk": at("document.pk")}
SUPPLIERS = [
    Row("contracts:supplier-list", {}, reads=DESK),
    Row("contracts:supplier-detail", SUPPLIER, reads=DESK),
    Row("contracts:supplier-csv", SUPPLIER, reads=MANAGERS),
    Row("contracts:contract-create", SUPPLIER, reads=MANAGERS, posts=MANAGERS),
    Row("contracts:contract-edit", CONTRACT, reads=MANAGERS, posts=MANAGERS),
    Row("contracts:document-add", CONTRACT, posts=MANAGERS),
    Row("contracts:document-download", DOCUMENT, reads=MANAGERS),
    Row("contracts:document-remove", DOCUMENT, posts=MANAGERS),
    Row("contracts:month-detail", CONTRACT_MONTH, reads=MANAGERS),
    Row("contracts:month-review", CONTRACT_MONTH, posts=MANAGERS),
    *(
        Row("contracts:month-tickets", CONTRACT_MONTH | {"measure": "response"}, reads=MANAGERS,
            query=query)
        for query in ("", "late=1", "format=csv")
    ),
    Row("contracts:compensation-list", {}, reads=MANAGERS),
    Row("contracts:compensation-list", {}, reads=MANAGERS, query="format=csv"),
    Row("contracts:compensation-detail", CLAIM, reads=MANAGERS),
    Row("contracts:compensation-detail", CLAIM, reads=MANAGERS, query="format=csv"),
    Row("contracts:compensation-move", CLAIM, posts=MANAGERS),
]  # fmt: skip
OUTAGE = {"pk": at("outage.pk")}
OUTAGES = [
    Row("availability:status", {}, reads=EVERYONE, open=True),
    *(
        Row(f"availability:status-{name}", {}, reads=EVERYONE, open=True)
        for name in ("atom", "rss", "json", "calendar", "outages")
    ),
    Row("availability:status-service", {"slug": "websites"}, reads=EVERYONE, open=True),
    Row("availability:status-subscribe", {}, reads=EVERYONE, posts=EVERYONE, open=True),
    Row(
        "availability:status-confirm", {"pk": 1, "token": "x"},
        reads=EVERYONE, posts=EVERYONE, open=True,
    ),
    Row(
        "availability:status-unsubscribe", {"token": "x"},
        reads=EVERYONE, posts=EVERYONE, open=True,
    ),
    Row(
        "availability:heartbeat", {"token": at("heartbeat.token")},
        reads=EVERYONE, posts=EVERYONE, open=True, tokenless=True, beats=True,
    ),
    Row("availability:monitor-list", {}, reads=ADMINISTRATORS),
    Row("availability:monitor-create", {}, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row(
        "availability:monitor-edit", {"pk": at("monitor.pk")},
        reads=ADMINISTRATORS, posts=ADMINISTRATORS,
    ),
    Row("availability:monitor-delete", {"pk": at("monitor.pk")}, posts=ADMINISTRATORS),
    Row("availability:status-outage", OUTAGE, reads=EVERYONE, open=True),
    Row("availability:maintenance-list", {}, reads=DESK),
    Row("availability:maintenance-create", {}, reads=DESK, posts=DESK),
    Row("availability:maintenance-edit", {"pk": at("maintenance.pk")}, reads=DESK, posts=DESK),
    Row("availability:target-detail", {"pk": at("target.pk")}, reads=MANAGERS),
    Row("availability:target-detail", {"pk": at("target.pk")}, reads=MANAGERS, query="format=csv"),
    Row("availability:known-outages", {}, reads=EVERYONE, query="service=websites"),
    Row("availability:known-join", OUTAGE, posts=EVERYONE),
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
]  # fmt: skip
SIGNING_IN = [
    Row("account_login", {}, reads=EVERYONE, posts=EVERYONE, open=True),
    Row("account_logout", {}, reads=EVERYONE, posts=EVERYONE),
    Row("account_change_password", {}, reads=EVERYONE, posts=EVERYONE),
    Row("account_set_password", {}, reads=EVERYONE, posts=EVERYONE),
    Row("account_reset_password", {}, reads=EVERYONE, posts=EVERYONE, open=True),
    Row("account_reset_password_done", {}, reads=EVERYONE, open=True),
    Row("account_reset_password_from_key_done", {}, reads=EVERYONE, open=True),
    Row(
        "account_reset_password_from_key",
        {"uidb36": "1", "key": "no-such-key"},
        reads=EVERYONE,
        posts=EVERYONE,
        open=True,
    ),
]


def take_token(world: World) -> str:
    return take_link(world.outage.alarm, world.people.agent).rstrip("/").rpartition("/")[2]


def feed_token(world: World) -> str:
    return feed_link(world.people.agent).rpartition("/")[2].removesuffix(".ics")


ALARMS = [
    Row("alarms:site-down", {}, reads=EVERYONE, posts=EVERYONE),
    Row("alarms:site-down", {}, reads=EVERYONE, posts=EVERYONE, query="service=websites"),
    Row("alarms:ticket-site-down", {"number": at("ticket.pk")}, reads=DESK, posts=DESK),
    Row("alarms:alarm-list", {}, reads=DESK),
    Row("alarms:alarm-banner", {}, reads=DESK),
    Row("alarms:alarm-take", {"pk": at("outage.alarm.pk")}, posts=DESK),
    Row("alarms:alarm-ring", {"pk": at("outage.alarm.pk")}, posts=DESK),
    Row("alarms:alarm-link", {"token": take_token}, reads=EVERYONE, posts=EVERYONE, open=True),
    Row("alarms:roster", {}, reads=DESK, posts=MANAGERS),
    Row("alarms:day-edit", {"day": lambda _: timezone.localdate()}, reads=MANAGERS, posts=MANAGERS),
    Row("alarms:day-edit", {"day": "2020-12-25"}),
    Row("alarms:plan-edit", {}, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("alarms:shift-withdraw", {"pk": at("shift.pk")}, posts=MANAGERS),
    Row("alarms:channel-list", {}, reads=DESK, posts=DESK),
    Row("alarms:channel-test", {"pk": at("channel.pk")}, posts=frozenset({"agent"})),
    Row("alarms:channel-delete", {"pk": at("channel.pk")}, posts=frozenset({"agent"})),
    Row("alarms:feed-renew", {}, posts=DESK),
    Row("alarms:roster-feed", {"token": feed_token}, reads=EVERYONE, open=True),
]

PERSON = {"pk": at("people.stranger.pk")}
RULE = {"pk": at("rule.pk")}
PRIVACY = [
    Row("tickets:retention", {}, reads=ADMINISTRATORS),
    Row("tickets:retention-add", {}, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("tickets:retention-edit", RULE, reads=ADMINISTRATORS, posts=ADMINISTRATORS),
    Row("tickets:retention-remove", RULE, posts=ADMINISTRATORS),
    Row("tickets:own-export", {}, posts=EVERYONE),
    Row("tickets:person-data", PERSON, reads=ADMINISTRATORS),
    Row("tickets:person-export", PERSON, posts=ADMINISTRATORS),
    Row("tickets:person-erase", PERSON, posts=ADMINISTRATORS),
]
ROWS = [
    *GENERAL,
    *PROMISES,
    *ARTICLES,
    *PORTAL,
    *QUEUES,
    *AT_DESK,
    *MAIL,
    *WRITING,
    *OUTAGES,
    *SUPPLIERS,
    *ALARMS,
    *PRIVACY,
    *IMPORTING,
    *SECOND_STEPS,
    *SIGNING_IN,
]
READ = [row for row in ROWS if row.reads]
POSTED = [row for row in ROWS if row.posts]


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[World, Path]]:
    """One desk for all tests of a module, and the folder of its files; gone after them."""
    folder = tmp_path_factory.mktemp("world")
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher"
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(**places(folder), PASSWORD_HASHERS=[hasher]), override("nl"):
            world = furnish(*people_and_service())
        yield world, folder
        transaction.set_rollback(True)


@pytest.fixture
def db(furnished) -> Iterator[None]:
    """In the place of pytest-django's own, which would close the connection of the module: what
    a test does is taken back, the desk stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(db, furnished, settings) -> World:
    """That desk."""
    world, folder = furnished
    for name, value in places(folder).items():
        setattr(settings, name, value)
    # Nothing listens there: a sign-in service that is away.
    settings.DESK_OIDC = [Provider("proef", "Proef", "http://127.0.0.1:9", "x", "x")]
    return world


def places(folder: Path) -> dict[str, Path]:
    """Where the desk of a module keeps files."""
    snapshot = folder / "status" / "snapshot.json"
    return {"MEDIA_ROOT": folder / "files", "DESK_STATUS_SNAPSHOT": snapshot}


def signed_in(world: World, who: str, **options) -> Client:
    browser = Client(raise_request_exception=False, **options)
    browser.force_login(getattr(world.people, who))
    return browser


def someone(whose: frozenset[str]) -> str:
    """One of them: outside the desk if there is such a one."""
    return next(
        name for name in ("requester", "administrator", "stranger", *sorted(whose)) if name in whose
    )


def browsers_of(world: World, **options) -> dict[str, Client]:
    return {who: signed_in(world, who, **options) for who in sorted(EVERYONE)}


def undone(act, *args, **options):
    """What `act` answers, with everything it did taken back."""
    with transaction.atomic():
        response = act(*args, **options)
        transaction.set_rollback(True)
    return response


# --- the table is whole ---------------------------------------------------------------------


def _routes(patterns, before: str = "", space: str = ""):
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLPattern):
            yield route, f"{space}{pattern.name}"
        elif pattern.app_name != "admin":
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, route, inner)


def test_every_address_has_a_row(world):
    routes = {route for route, _name in _routes(get_resolver().url_patterns)}
    assert {resolve(row.url(world)).route for row in ROWS} == routes


# --- who gets what --------------------------------------------------------------------------


def test_reading(world):
    browsers, faults = browsers_of(world), []
    for row in READ:
        url = f"{row.url(world)}?{row.query}"
        answers = {who: browser.get(url) for who, browser in browsers.items()}
        got = {who: answer.status_code for who, answer in answers.items()}
        faults += _wrong(row, row.reads, got, fine=(200, 302)) + _outside(row, Client().get(url))
        faults += [f"{row}: {NO_WORDS} for {who}" for who in got if _is_wordless(answers[who])]
    assert not faults, "\n".join(faults)


#: What Django offers as the choice of nothing.
NO_WORDS = "---------"


def _is_wordless(answer) -> bool:
    return not answer.streaming and NO_WORDS.encode() in answer.content


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
    fine = not to_sign_in and answer.status_code in (200, 302, 400, 422) if row.open else to_sign_in
    return [] if fine else [f"{row}: not signed in got {answer.status_code} {where}"]


def test_a_wrong_method_is_refused(world):
    browsers, faults = browsers_of(world), []
    for row in ROWS:
        browser, url = browsers[someone(row.reads or row.posts or EVERYONE)], row.url(world)
        # What is for no person at all, such as figures for a monitor, says that it is not there.
        refused = (405,) if row.reads or row.posts else (404, 405)
        if not row.reads and browser.get(url).status_code not in refused:
            faults.append(f"{row}: reading")
        if not row.posts and browser.post(url).status_code not in refused:
            faults.append(f"{row}: posting")
    assert not faults


def test_who_was_switched_off_is_outside_at_once(world):
    browsers = {who: signed_in(world, who) for who in ("colleague", "agent", "administrator")}
    User.objects.filter(pk__in=[getattr(world.people, who).pk for who in browsers]).update(
        is_active=False
    )
    faults = []
    for row in (row for row in READ + POSTED if not row.open):
        for who, browser in browsers.items():
            act = browser.get if row.reads else browser.post
            faults += [f"{who}: {fault}" for fault in _outside(row, undone(act, row.url(world)))]
    assert not faults


# --- the administration: its addresses follow from what is registered -----------------------


def administration(world: World) -> list[str]:
    """Every address of Django's admin, for a row that exists where there is one."""
    rows = {
        f"{model._meta.app_label}/{model._meta.model_name}/": model._default_manager.first()
        for model in site._registry
    }
    urls = []
    for route, _name in _routes(site.urls[0]):
        row = next((row for start, row in rows.items() if route.startswith(start)), world.ticket)
        if row is not None:
            urls += [reverse("admin:index") + path for path in _filled(route, row)]
    return urls


#: The last route of Django's admin: what it does not know.
UNKNOWN = "nowhere"


def _filled(route: str, row: Model) -> list[str]:
    """The addresses of a route: about this row, or one for each app."""
    if "(?P<url>" in route:
        return [UNKNOWN]
    if "(?P<app_label>" in route:
        return [f"{label}/" for label in sorted({m._meta.app_label for m in site._registry})]
    kind = ContentType.objects.get_for_model(row)
    values = {"content_type_id": kind.pk, "object_id": row.pk, "id": row.pk}
    return [re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), route)]


def test_the_administration_is_for_administrators(world):
    browsers, faults = browsers_of(world), []
    for url in administration(world):
        for who, browser in browsers.items():
            answer = browser.get(url)
            status = answer.status_code
            if who in ADMINISTRATORS:
                # What the administration leaves out, such as adding or deleting, is 403 there;
                # some leads to a page of the desk, as to the one where a ticket is read.
                to_sign_in = answer.get("Location", "").startswith(reverse("account_login"))
                fine = status in (200, 403) or (status == 302 and not to_sign_in)
                fine = fine or (status == 404 and url.endswith(UNKNOWN))
            else:
                fine = status == 404
            faults += [] if fine else [f"{url}: {who} got {status}"]
        answer = Client().get(url)
        if not answer.get("Location", "").startswith(reverse("account_login")):
            faults.append(f"{url}: not signed in got {answer.status_code}")
    assert not faults


def test_the_administration_changes_nothing_for_others_nor_without_token(world):
    others = {who: signed_in(world, who) for who in ("requester", "agent", "manager")}
    tokenless = signed_in(world, "administrator", enforce_csrf_checks=True)
    before, faults = fingerprint(), []
    for url in administration(world):
        for who, browser in others.items():
            status = browser.post(url, {"post": "yes", "name": "x"}).status_code
            faults += [] if status == 404 else [f"{url}: {who} got {status}"]
        status = tokenless.post(url, {"post": "yes", "name": "x"}).status_code
        faults += [] if status in (403, 405) else [f"{url}: without token {status}"]
    assert not faults
    assert fingerprint() == before


# --- what no request may do -----------------------------------------------------------------

#: Sessions, marks of what was read, the counts of throttles, and the trail that says who read it.
SEEN_ONLY = {"django_session", "accounts_signin", "tickets_readmark", "cache", "audit_auditentry"}


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
    for row in (row for row in READ if not row.beats):
        for who in sorted({someone(row.reads), "administrator"} & row.reads):
            b"".join(browsers[who].get(f"{row.url(world)}?{row.query}"))
        after = fingerprint()
        faults += [f"{row}: {table}" for table in after if after[table] != before[table]]
        before = after
    assert not faults


def link_of(thread: str) -> str:
    """The path of the link in a letter."""
    letter = OutgoingEmail.objects.filter(thread__startswith=thread).latest("pk")
    return re.search(rf"{re.escape(settings.DESK_BASE_URL)}(/\S+/\S+/)", letter.body_text)[1]


def test_a_link_of_one_use_survives_any_number_of_looks(world):
    """Scanners of mail open every link, some with HEAD first; only a button does something."""
    subscribing.ask("iemand@x.example", language="nl")
    leaver = StatusSubscriber.objects.create(email="weg@x.example", confirmed_at=timezone.now())
    choose = {"password1": "een-heel-nieuw-wachtwoord", "password2": "een-heel-nieuw-wachtwoord"}
    links = {
        password_link(User.objects.get(pk=world.newcomer.user_id)): choose,
        link_of("invitation:"): {"name": "Lies Aerts", **choose},
        link_of("status:"): {},
        urlsplit(subscribing.leave_url(leaver)).path: {},
    }
    somebody = signed_in(world, "administrator")
    before, faults = fingerprint(), []
    for link in links:
        for look in (Client().head, Client().get, somebody.get):
            page = look(link, follow=True)
            faults += [f"{link}: {page.status_code}"] if page.status_code != 200 else []
    assert not faults
    assert fingerprint() == before
    for link, typed in links.items():
        browser = Client()
        led = browser.get(link, follow=True).redirect_chain
        browser.post(led[-1][0] if led else link, typed)
        after = fingerprint()
        assert after != before, f"{link} was dead"
        before = after


def test_live_is_for_the_desk(world):
    """The one address without a route: it is answered before all routes."""
    live.forget()
    live._redis().delete(live.COUNT, live.PICTURE)
    for who, browser in browsers_of(world).items():
        browser.get(reverse("tickets:ticket-list"))  # the desk is handed its badge
        before = fingerprint()
        assert browser.get("/live/").status_code == (200 if who in DESK else 403)
        assert [browser.post("/live/").status_code, fingerprint()] == [405, before]
    assert Client().get("/live/").status_code == 403


def test_a_refused_post_changes_nothing(world):
    browsers, faults = browsers_of(world), []
    before = fingerprint()
    for row in POSTED:
        url = row.url(world)
        for who in sorted(EVERYONE - row.posts):
            browsers[who].post(url, {"body": "x", "name": "x", "helpful": "yes"})
        if not row.open:
            Client().post(url, {"body": "x"})
        after = fingerprint()
        changed = {table for table in after if after[table] != before[table]}
        # What somebody typed is kept as a draft of their own, whatever comes of it.
        faults += [f"{row}: {table}" for table in sorted(changed - {"tickets_draft"})]
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
        for to in ELSEWHERE if row.open else ELSEWHERE[:2]:
            answer = undone(post, f"{url}?{urlencode({'next': to})}", {"next": to})
            faults += [f"{row}: {to}"] if _leads_outside(answer) else []
    assert not faults


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_never_leads_outside(wanted, world):
    login = {"login": world.people.colleague.email, "password": PASSWORD, "next": wanted}
    answer = Client().post(reverse("account_login"), login)
    assert answer.status_code == 302
    assert not _leads_outside(answer)
