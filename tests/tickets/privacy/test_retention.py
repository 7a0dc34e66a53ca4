"""What was kept long enough is taken away, by rule, in batches, and can be stopped."""

import datetime as dt
import io
import itertools
import json
import random

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from servicedesk.audit.models import AuditEntry
from servicedesk.catalogue.models import Category
from servicedesk.outbox.models import OutgoingEmail
from sla.reports.months import Month
from tests.tickets.mail.letters import mail
from tests.tickets.privacy.places import where
from tickets.actions.anonymising import anonymise
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, reply
from tickets.actions.setting_aside import set_aside
from tickets.exceptions import TicketError
from tickets.mail.intake import take_in
from tickets.mail.keeping import Arrival
from tickets.models import IncomingEmail, RetentionRule, RetentionRun, Ticket
from tickets.privacy import retention
from tickets.privacy.retention import anonymise_due, due, months_before

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


@pytest.fixture
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def closed(agent, websites):
    """`closed(requester, "bug", months=13)`: a ticket solved and closed so long ago."""

    def make(requester, category=None, *, months: int, word="kanariegrijs") -> Ticket:
        ticket = open_ticket(
            NewTicket(requester=requester, subject=f"Over {word}", body=word, service=websites),
            by=requester,
        )
        reply(ticket, Text(f"Antwoord {word}"), by=agent)
        moment = months_before(NOW, months)
        Ticket.objects.filter(pk=ticket.pk).update(
            status="closed",
            category=Category.objects.get(slug=category) if category else None,
            solved_at=moment,
            closed_at=moment,
        )
        ticket.refresh_from_db()
        return ticket

    return make


def rule(months: int, kind: str = "", category: str = "") -> RetentionRule:
    return RetentionRule.objects.create(
        organisation_kind=kind,
        category=Category.objects.get(slug=category) if category else None,
        months=months,
    )


def by_rule() -> dict[str, set[int]]:
    return {
        f"{one.rule.organisation_kind}/{one.rule.category.slug if one.rule.category else ''}": set(
            one.tickets.values_list("pk", flat=True)
        )
        for one in due(NOW)
    }


@pytest.mark.parametrize(
    ("moment", "months", "day"),
    [
        ("2026-11-25T12:00", 1, "2026-10-25"), ("2026-03-31T12:00", 1, "2026-02-28"),
        ("2028-03-31T12:00", 1, "2028-02-29"), ("2026-01-15T12:00", 13, "2024-12-15"),
        ("2026-05-31T23:30", 12, "2025-05-31"),
    ],
)  # fmt: skip
def test_months_are_months_of_the_calendar(moment, months, day):
    given = timezone.make_aware(dt.datetime.fromisoformat(moment))
    found = timezone.localtime(months_before(given, months))
    assert found.isoformat()[:19] == f"{day}T00:00:00"


def test_without_a_rule_nothing_is_due(closed, requester):
    closed(requester, months=200)
    assert due(NOW) == []
    assert anonymise_due() == 0


def test_the_closest_rule_decides(closed, requester, stranger, agent):
    """Sofie works for a library, Vera for an arts centre, an agent for nobody."""
    rule(6, "library", "bug"), rule(12, "library"), rule(24, "", "bug"), rule(36)
    library_bug = closed(requester, "bug", months=7)
    library = closed(requester, "andere", months=13)
    young = closed(requester, "andere", months=7)
    arts_bug = closed(stranger, "bug", months=25)
    arts = closed(stranger, None, months=37)
    arts_young = closed(stranger, None, months=25)
    nobodys = closed(agent, None, months=37)
    assert by_rule() == {
        "library/bug": {library_bug.pk},
        "library/": {library.pk},
        "/bug": {arts_bug.pk},
        "/": {arts.pk, nobodys.pk},
    }
    assert not {young.pk, arts_young.pk} & set().union(*by_rule().values())


def test_a_longer_rule_that_is_closer_keeps_more(closed, requester):
    rule(1), rule(60, "library")
    kept = closed(requester, months=30)
    assert kept.pk not in set().union(*by_rule().values())


@pytest.mark.usefixtures("_now")
def test_what_other_rules_take_more_is_the_difference(closed, requester, stranger, agent):
    for who in (requester, stranger, agent):
        for category in ("bug", "andere", None):
            for months in (7, 13, 25):
                closed(who, category, months=months)
    chance = random.Random(20261126)
    for _turn in range(60):
        taken, rules = [], []
        for _set in "ab":
            RetentionRule.objects.all().delete()
            for kind, category in itertools.product(("", "library"), ("", "bug")):
                if chance.random() < 0.6:
                    rule(chance.choice((6, 12, 24, 60)), kind, category)
            rules.append(list(RetentionRule.objects.all()))
            taken.append(set().union(*by_rule().values()))
        assert retention.newly_due(rules[1], but=rules[0]) == len(taken[1] - taken[0])


def test_only_closed_tickets_are_due(closed, requester):
    rule(1)
    ticket = closed(requester, months=5)
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")
    assert by_rule() == {"/": set()}


def test_spam_and_tests_are_due_from_the_day_they_came_in(closed, requester, agent):
    spam = closed(requester, months=13)
    Ticket.objects.filter(pk=spam.pk).update(status="open", solved_at=None, closed_at=None)
    set_aside(spam, "spam", by=agent)
    rule(12)
    assert by_rule() == {"/": set()}
    Ticket.objects.filter(pk=spam.pk).update(created_at=months_before(NOW, 13))
    assert by_rule() == {"/": {spam.pk}}
    assert anonymise_due() == 1
    spam.refresh_from_db()
    assert (spam.requester.email, spam.outside) == ("anonymous@desk.invalid", "spam")
    assert where("kanariegrijs") == []


def test_mail_that_became_no_ticket_goes_with_the_rule_for_all(
    ticket, django_capture_on_commit_callbacks
):
    ours = OutgoingEmail.objects.filter(thread=f"ticket:{ticket.pk}").first().message_id
    raw = mail("kanariegrijs", sender="Desk <servicedesk@desk.example>", message_id=ours)
    taken = take_in(raw, Arrival())
    assert (taken.email.ticket, taken.email.state) == (None, "done")
    rule(1, "library")
    IncomingEmail.objects.update(received_at=timezone.now() - dt.timedelta(days=62))
    anonymise_due()
    assert where("kanariegrijs") != []
    rule(1)
    with django_capture_on_commit_callbacks(execute=True):
        anonymise_due()
    assert where("kanariegrijs") == []


def test_nothing_of_people_is_left_and_the_figures_are(
    closed, requester, heidedal, agent, django_capture_on_commit_callbacks
):
    ticket = closed(requester, "bug", months=13)
    assert "tickets_message" in where("kanariegrijs")
    rule(12)
    month = Month.of(ticket.solved_at)
    before = list(
        Ticket.objects.solved_between(month.start, month.end).values_list(
            "organisation", "category"
        )
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert anonymise_due() == 1
    assert where("kanariegrijs") == []
    ticket.refresh_from_db()
    assert ticket.requester.email == "anonymous@desk.invalid"
    assert ticket.events.last().data == {"cause": "retention"}
    after = Ticket.objects.solved_between(month.start, month.end)
    assert list(after.values_list("organisation", "category")) == before
    assert not Ticket.objects.visible_to(requester).filter(pk=ticket.pk).exists()
    requester.refresh_from_db()
    assert requester.is_active


def test_the_history_no_longer_says_who_asked(closed, requester, agent, as_user):
    ticket = closed(requester, months=13)
    rule(12)
    anonymise_due()
    page = as_user(agent).get(f"/tickets/{ticket.pk}/history/").content.decode()
    assert "Sofie" not in page
    assert "Noor Peeters" in page
    assert "Lang genoeg bewaard" in page


def test_an_unsolved_ticket_is_not_anonymised_by_rule(ticket):
    with pytest.raises(TicketError):
        anonymise(ticket, by=None, cause="retention")


def test_it_goes_on_where_it_was_stopped(closed, requester, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    rule(12)
    for _again in range(5):
        closed(requester, months=13)
    told: list[int] = []
    assert anonymise_due(limit=3, tell=told.append) == 3
    assert anonymise_due(tell=told.append) == 2
    assert anonymise_due() == 0
    assert told == [2, 3, 2, 2]


def test_each_day_says_how_far_it_came(closed, requester):
    rule(12)
    for _again in range(3):
        closed(requester, months=13)
    anonymise_due(limit=2)
    anonymise_due()
    (today,) = RetentionRun.objects.all()
    assert (today.day, today.due, today.done) == (timezone.localdate(), 3, 3)
    told = AuditEntry.objects.filter(action="retention_applied").order_by("pk")
    assert [entry.data for entry in told] == [{"tickets": 2}, {"tickets": 1}]


# --- the page -------------------------------------------------------------------------------

PAGE = "/privacy/retention/"


@pytest.fixture
def admin(as_user, administrator):
    return as_user(administrator)


def test_the_page_counts_what_is_due_and_takes_nothing(closed, requester, admin):
    rule(12, "library"), rule(24)
    ticket = closed(requester, months=13)
    page = admin.get(PAGE)
    assert [count for _one, count in page.context["rows"]] == [1, 0]
    text = " ".join(page.content.decode().split())
    assert "1 ticket is nu aan de beurt" in text
    assert "Er is nog geen ronde geweest." in text
    ticket.refresh_from_db()
    assert ticket.anonymised_at is None
    anonymise_due()
    assert "1 van 1 tickets geanonimiseerd." in admin.get(PAGE).content.decode()


def test_rules_are_made_changed_and_removed_there(admin, administrator):
    bug = Category.objects.get(slug="bug")
    made = {"organisation_kind": "library", "category": bug.pk, "months": 12}
    assert admin.post(f"{PAGE}add/", made).url == PAGE
    (one,) = RetentionRule.objects.all()
    assert (one.organisation_kind, one.category, one.months) == ("library", bug, 12)
    assert admin.post(f"{PAGE}{one.pk}/", made | {"category": "", "months": 24}).url == PAGE
    assert admin.post(f"{PAGE}{one.pk}/remove/").url == PAGE
    assert not RetentionRule.objects.exists()
    told = AuditEntry.objects.filter(actor=administrator).order_by("pk").exclude(action="signed_in")
    assert [(entry.action, entry.data) for entry in told] == [
        ("retention_rule_set", {"kind": "library", "category": "bug", "months": 12}),
        ("retention_rule_set", {"kind": "library", "category": "", "months": 24}),
        ("retention_rule_removed", {"kind": "library", "category": "", "months": 24}),
    ]


def test_a_rule_that_takes_tickets_asks_first(closed, requester, stranger, admin):
    """What it takes is gone for good; what another rule takes already was agreed to before."""
    rule(24)
    closed(requester, months=13), closed(requester, months=25), closed(stranger, months=13)
    typed = {"organisation_kind": "library", "category": "", "months": 12}

    asked = admin.post(f"{PAGE}add/", typed)

    assert asked.status_code == 422
    text = " ".join(asked.content.decode().split())
    assert "1 ticket meer wordt dan geanonimiseerd, vanaf de komende nacht." in text
    assert 'name="agreed" value="1"' in text
    assert f'action="{PAGE}add/"' in text
    assert "Verwijder" not in text
    assert RetentionRule.objects.count() == 1
    closed(requester, months=14)
    assert 'value="2"' in admin.post(f"{PAGE}add/", typed | {"agreed": "1"}).content.decode()
    assert admin.post(f"{PAGE}add/", typed | {"agreed": "2"}).status_code == 302
    assert admin.post(f"{PAGE}add/", typed | {"organisation_kind": "partner"}).status_code == 302


def test_removing_or_changing_a_rule_that_keeps_asks_too(closed, requester, admin):
    rule(12)
    longer = rule(60, "library")
    closed(requester, months=13)
    for path, typed, button in (
        ("", {"organisation_kind": "library", "months": 12}, "Bewaar, en laat ze anonimiseren"),
        ("remove/", {}, "Verwijder, en laat ze anonimiseren"),
    ):
        url = f"{PAGE}{longer.pk}/{path}"
        asked = admin.post(url, typed)
        assert asked.status_code == 422
        assert button in asked.content.decode()
        longer.refresh_from_db()
        assert longer.months == 60
    for wrong in ("", "0", "x", "-1", "9" * 50):
        assert admin.post(url, {"agreed": wrong}).status_code == 422
    assert admin.post(url, {"agreed": "1"}).url == PAGE
    assert len(by_rule()["/"]) == 1


@pytest.mark.parametrize("months", ["0", "-1", "241", "1e9", "twaalf", "", "9" * 400])
def test_a_wrong_number_is_a_sentence(admin, months):
    answer = admin.post(f"{PAGE}add/", {"months": months})
    assert answer.status_code == 422
    assert not RetentionRule.objects.exists()


def test_two_rules_for_the_same_tickets_are_a_sentence(admin):
    rule(12)
    answer = admin.post(f"{PAGE}add/", {"months": 24})
    assert answer.status_code == 422
    assert "Er is al een regel voor deze tickets." in answer.content.decode()


def test_the_page_is_not_slower_with_many_tickets(
    closed, requester, admin, django_assert_num_queries
):
    rule(12)
    closed(requester, months=13)
    with CaptureQueriesContext(connection) as one:
        admin.get(PAGE)
    for _again in range(2):
        closed(requester, months=13)
    with django_assert_num_queries(len(one)):
        admin.get(PAGE)


def run(*arguments: str) -> list[dict]:
    out, err = io.StringIO(), io.StringIO()
    call_command("anonymise", *arguments, stdout=out, stderr=err)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_counts_first_and_does_it_then(closed, requester):
    rule(12, "library"), rule(24)
    ticket = closed(requester, months=13)
    (library, everybody) = run("--dry-run")
    assert (library["organisation_kind"], library["months"], library["due"]) == ("library", 12, 1)
    assert everybody["due"] == 0
    ticket.refresh_from_db()
    assert ticket.anonymised_at is None
    assert run()[-1] == {"anonymised": 1}
    assert [line.get("due") for line in run("--dry-run")] == [0, 0]
