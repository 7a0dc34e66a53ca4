"""Inviting, accepting, revoking; who may, and what nobody learns."""

import datetime as dt
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from servicedesk.accounts.actions import deactivate, greet, set_role
from servicedesk.accounts.exceptions import DeadInvitation
from servicedesk.accounts.inviting import Invited, accept, send_again, send_invitation
from servicedesk.accounts.models import Invitation, Organisation, User
from servicedesk.audit.models import AuditEntry
from servicedesk.outbox.models import OutgoingEmail
from tests.conftest import PASSWORD, person

LIST = "/invitations/"
NEW = "een-heel-nieuw-wachtwoord"


@pytest.fixture(autouse=True)
def _address_of_the_desk(settings):
    settings.DESK_BASE_URL = "https://desk.example"


@pytest.fixture
def contact(colleague) -> User:
    """Wout, contact person of the library of Heidedal."""
    User.objects.filter(pk=colleague.pk).update(is_contact=True)
    colleague.refresh_from_db()
    return colleague


def invite(by: User, email: str = "lies@heidedal.example", **more) -> Invitation:
    invited = Invited(email, "Lies Aerts", organisation=by.organisation, **more)
    return send_invitation(invited, by=by)


def link() -> str:
    """The path of the link in the mail that was written last."""
    email = OutgoingEmail.objects.order_by("pk").last()
    found = re.search(r"https://desk\.example(/invitation/\S+)", email.body_text)
    assert found, email.body_text
    assert found.group(0) in email.body_html
    return found.group(1)


def take_up(path: str, name: str = "Lies Aerts", **more):
    form = {"name": name, "password1": NEW, "password2": NEW, **more}
    return Client().post(path, form)


def is_dead(path: str) -> bool:
    return "Deze link werkt niet meer" in Client().get(path).content.decode()


class TestInviting:
    def test_a_contact_person_invites_a_colleague(self, as_user, contact, heidedal):
        form = {"name": "Lies Aerts", "email": "Lies@Heidedal.example", "language": "nl"}
        answer = as_user(contact).post(LIST, form, follow=True)

        assert "Er is een uitnodiging onderweg naar lies@heidedal.example." in (
            answer.content.decode()
        )
        email = OutgoingEmail.objects.get()
        assert (email.to, email.subject) == (
            ["lies@heidedal.example"],
            "Je bent uitgenodigd op de servicedesk",
        )
        assert "Wout Claes nodigt je uit op de servicedesk, voor Bibliotheek Heidedal." in (
            email.body_text
        )
        assert take_up(link()).url == "/accounts/login/"
        lies = User.objects.get(email="lies@heidedal.example")
        assert (lies.organisation, lies.role, lies.is_contact) == (heidedal, "requester", False)
        assert lies.check_password(NEW)

    def test_extra_fields_give_a_contact_person_nothing(self, as_user, contact, elsewhere):
        form = {"name": "Lies", "email": "l@heidedal.example", "language": "nl"}
        form |= {"organisation": elsewhere.pk, "role": "administrator", "is_contact": "on"}

        as_user(contact).post(LIST, form)

        invitation = Invitation.objects.get()
        assert (invitation.organisation, invitation.role) == (contact.organisation, "requester")

    def test_extra_fields_give_who_accepts_nothing(self, contact):
        invite(contact)

        take_up(
            link(),
            role="administrator",
            is_contact="on",
            email="x@evil.example",
            sees="organisation",
        )

        lies = User.objects.get(email="lies@heidedal.example")
        assert (lies.role, lies.is_contact, lies.sees) == ("requester", False, "own")

    def test_an_administrator_invites_an_agent(self, as_user, administrator):
        form = {"name": "Lies", "email": "lies@desk.example", "language": "en", "role": "agent"}
        as_user(administrator).post(LIST, form)

        assert OutgoingEmail.objects.get().subject == "You are invited to the service desk"
        take_up(link())
        lies = User.objects.get(email="lies@desk.example")
        assert (lies.role, lies.language) == ("agent", "en")

    @pytest.mark.parametrize("who", ["requester", "agent", "manager"])
    def test_nobody_else_invites(self, as_user, request, who):
        person = request.getfixturevalue(who)

        assert as_user(person).get(LIST).status_code == 404
        with pytest.raises(PermissionDenied):
            invite(person)

    def test_a_contact_person_gives_no_role_and_no_other_house(self, contact, elsewhere):
        with pytest.raises(PermissionDenied):
            invite(contact, role="agent")
        with pytest.raises(PermissionDenied):
            send_invitation(Invited("l@x.example", "L", organisation=elsewhere), by=contact)

    def test_a_contact_person_sees_those_of_the_own_house(
        self, as_user, contact, administrator, stranger
    ):
        mine = invite(contact)
        theirs = send_invitation(
            Invited("x@devlier.example", "X", organisation=stranger.organisation), by=administrator
        )

        page = as_user(contact).get(LIST)

        assert [row.pk for row in page.context["page"]] == [mine.pk]
        assert as_user(contact).post(f"{LIST}{theirs.pk}/revoke/").status_code == 404

    def test_says_what_is_wrong_and_loses_nothing(self, as_user, contact):
        page = as_user(contact).post(LIST, {"name": "Lies", "email": "geen adres"})

        assert page.status_code == 422
        assert 'value="geen adres"' in page.content.decode()

    def test_nobody_is_not_invited(self, as_user, contact):
        form = {"name": "Lies", "email": "anonymous@desk.invalid", "language": "nl"}

        assert as_user(contact).post(LIST, form).status_code == 422
        assert not Invitation.objects.exists()

    def test_nobody_floods_a_mailbox(self, as_user, contact):
        browser = as_user(contact)
        form = {"name": "Lies", "email": "lies@heidedal.example", "language": "nl"}
        for _time in range(3):
            browser.post(LIST, form)
        pk = Invitation.objects.first().pk
        for _time in range(4):
            browser.post(f"{LIST}{pk}/resend/")
        refused = browser.post(LIST, form | {"email": "LIES@heidedal.example"})

        assert "Dat zijn veel uitnodigingen." in refused.content.decode()
        assert 'value="Lies"' in refused.content.decode()
        assert OutgoingEmail.objects.count() == 5
        for number in range(58):
            browser.post(LIST, form | {"email": f"l{number}@heidedal.example"})
        assert OutgoingEmail.objects.count() == 60

    @pytest.mark.parametrize(
        "name", ["http://evil.example/x", "www.evil.example", "x@evil.example"]
    )
    def test_a_greeting_holds_no_link(self, as_user, contact, name):
        form = {"email": "lies@heidedal.example", "language": "nl"}

        assert as_user(contact).post(LIST, form | {"name": name}).status_code == 422
        for well in ("J.P. Van den Bossche", "Ana-Maria d'Hondt", "Dr. Ümit Çelik (1e lijn)"):
            assert as_user(contact).post(LIST, form | {"name": well}).status_code == 302

    def test_a_contact_person_revives_no_invitation_of_more_than_a_requester(
        self, as_user, contact, administrator, heidedal
    ):
        more = Invited("x@heidedal.example", "X", organisation=heidedal, role="administrator")
        invitation = send_invitation(more, by=administrator)
        Invitation.objects.update(expires_at=timezone.now())

        page = as_user(contact).get(LIST)

        assert list(page.context["page"]) == []
        for act in ("resend", "revoke"):
            assert as_user(contact).post(f"{LIST}{invitation.pk}/{act}/").status_code == 404
        with pytest.raises(PermissionDenied):
            send_again(invitation, by=contact)

    def test_asks_the_same_number_of_questions_for_more_rows(self, as_user, contact):
        browser, counts = as_user(contact), []
        invite(contact)
        browser.get(LIST)
        for emails in ([], ["b@heidedal.example", "c@heidedal.example"]):
            for email in emails:
                invite(contact, email)
            with CaptureQueriesContext(connection) as queries:
                browser.get(LIST)
            counts.append(len(queries))

        assert counts[0] == counts[1]


class TestLink:
    def test_looking_changes_nothing(self, contact):
        invite(contact)
        path = link()

        for _time in range(3):
            page = Client().get(path)
            assert "Maak je account" in page.content.decode()
            assert page["Referrer-Policy"] == "no-referrer"

        assert not User.objects.filter(email="lies@heidedal.example").exists()
        assert take_up(path).status_code == 302

    def test_works_once(self, contact):
        invite(contact)
        path = link()
        take_up(path)

        assert is_dead(path)
        assert "Deze link werkt niet meer" in take_up(path, "Een ander").content.decode()
        assert User.objects.filter(email="lies@heidedal.example").count() == 1

    def test_works_for_a_week(self, contact):
        invite(contact)
        path, now = link(), timezone.now()

        with time_machine.travel(now + dt.timedelta(days=6, hours=23), tick=False):
            assert not is_dead(path)
        with time_machine.travel(now + dt.timedelta(days=7, minutes=1), tick=False):
            assert is_dead(path)

    def test_dies_when_revoked_sent_again_or_invited_anew(self, as_user, contact):
        browser, dead = as_user(contact), []
        invitation = invite(contact)
        dead.append(link())
        browser.post(f"{LIST}{invitation.pk}/resend/")
        dead.append(link())
        invite(contact)
        newest = link()

        assert [is_dead(path) for path in (*dead, newest)] == [True, True, False]
        browser.post(f"{LIST}{Invitation.objects.first().pk}/revoke/")
        assert is_dead(newest)

    def test_dies_with_who_sent_it(self, contact, administrator):
        invite(contact)
        path = link()

        deactivate(contact, by=administrator)

        assert is_dead(path)

    def test_gives_nothing_that_its_sender_may_not_give_any_more(self, administrator, agent):
        other = person("ander@desk.example", "Ander", role="administrator")
        send_invitation(Invited("nieuw@desk.example", "Nieuw", role="administrator"), by=other)
        path = link()
        assert not is_dead(path)

        set_role(other, "requester", by=administrator)

        assert is_dead(path)
        take_up(path)
        assert not User.objects.filter(email="nieuw@desk.example").exists()
        send_again(Invitation.objects.get(), by=administrator)
        assert not is_dead(link())

    def test_the_token_is_not_in_the_database(self, contact):
        invite(contact)
        token = link().removeprefix("/invitation/").rstrip("/")

        kept = repr(vars(Invitation.objects.get()))
        assert len(token) >= 43
        assert token not in kept

    def test_never_comes_from_the_host_header(self, as_user, contact, settings):
        settings.ALLOWED_HOSTS = ["*"]
        form = {"name": "Lies", "email": "l@heidedal.example", "language": "nl"}

        as_user(contact).post(
            LIST, form, HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="evil.example"
        )

        email = OutgoingEmail.objects.get()
        assert "evil.example" not in email.body_text + email.body_html
        assert link()

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"password2": "iets anders"}, "De twee wachtwoorden zijn niet gelijk."),
            ({"password1": "kort", "password2": "kort"}, "Dit wachtwoord is te kort"),
        ],
    )
    def test_says_what_is_wrong_with_a_password(self, contact, form, sentence):
        invite(contact)

        answer = take_up(link(), **form)

        assert answer.status_code == 422
        assert sentence in answer.content.decode()


class TestSilence:
    """Whoever invites does not learn who has an account already."""

    #: What differs between any two pages: numbers of rows, tokens of forms.
    PASSING = re.compile(r"/invitations/\d+/|\b\w{64}\b")

    @time_machine.travel("2026-03-02T10:00:00Z", tick=False)
    def test_the_same_answer_and_the_same_work_for_who_has_an_account(
        self, as_user, contact, stranger
    ):
        browser, pages, queries = as_user(contact), [], []
        browser.get(LIST)
        for email in ("nieuw@elders.example", stranger.email, "ander@elders.example"):
            form = {"name": "Iemand", "email": email, "language": "nl"}
            with transaction.atomic():
                with CaptureQueriesContext(connection) as asked:
                    answer = browser.post(LIST, form)
                queries.append(len(asked))
                page = browser.get(answer.url).content.decode()
                transaction.set_rollback(True)
            assert f"Er is een uitnodiging onderweg naar {email}." in page
            pages.append(self.PASSING.sub("", page.replace(email, "ADRES")))

        assert len(set(pages)) == 1
        assert queries[1] == queries[2] > 5  # the very first one may look up more

    def test_both_stand_in_the_list(self, as_user, contact, stranger):
        for email in ("nieuw@elders.example", stranger.email):
            form = {"name": "Iemand", "email": email, "language": "nl"}
            as_user(contact).post(LIST, form)

        assert [row.state for row in Invitation.objects.all()] == ["open", "open"]

    def test_who_has_one_is_told_by_mail_and_no_link_opens_the_account(self, contact, stranger):
        invite(contact, stranger.email)

        email = OutgoingEmail.objects.get()
        assert email.subject == "Je hebt al een account bij de servicedesk"
        assert "/invitation/" not in email.body_text + email.body_html
        stranger.refresh_from_db()
        assert stranger.organisation != contact.organisation
        assert stranger.check_password(PASSWORD)

    def test_who_only_wrote_until_now_is_sent_a_link_to_choose_a_password(self, contact):
        lies, _is_new = greet("lies@heidedal.example", "L.")
        invite(contact)

        email = OutgoingEmail.objects.get()
        path = re.search(r"https://desk\.example(/accounts/password/reset/\S+)", email.body_text)
        browser = Client()
        action = browser.get(path[1], follow=True).context["action_url"]
        browser.post(action, {"password1": NEW, "password2": NEW})
        lies.refresh_from_db()
        assert lies.check_password(NEW)

    def test_who_was_switched_off_hears_nothing(self, contact, stranger):
        User.objects.filter(pk=stranger.pk).update(is_active=False)

        invite(contact, stranger.email)

        assert not OutgoingEmail.objects.exists()

    def test_an_account_made_meanwhile_kills_the_link(self, contact):
        invite(contact)
        token = link().removeprefix("/invitation/").rstrip("/")
        User.objects.create_user("lies@heidedal.example", "Lies zelf", PASSWORD)

        with pytest.raises(DeadInvitation):
            accept(token, name="X", password=NEW)

    def test_who_wrote_before_taking_it_up_has_the_account_all_the_same(self, contact, elsewhere):
        invite(contact)
        lies, is_new = greet("lies@heidedal.example", "L.")
        assert is_new

        take_up(link())

        lies.refresh_from_db()
        assert (lies.name, lies.organisation) == ("Lies Aerts", contact.organisation)
        assert lies.check_password(NEW)
        assert is_dead(link())

    @pytest.mark.parametrize(
        "is_more",
        [{"is_active": False}, {"role": "agent"}, {"last_login": timezone.now()}],
        ids=["left", "of the desk", "came in otherwise"],
    )
    def test_it_opens_no_account_that_is_more_than_an_address(self, contact, is_more):
        invite(contact)
        lies, _is_new = greet("lies@heidedal.example", "L.")
        User.objects.filter(pk=lies.pk).update(**is_more)

        assert "Deze link werkt niet meer" in take_up(link()).content.decode()
        lies.refresh_from_db()
        assert not lies.has_usable_password()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def at_once(self, *acts: Callable[[], object]) -> list[object]:
        """What each did, or why it did not."""
        start = threading.Barrier(len(acts))

        def run(act: Callable[[], object]) -> object:
            try:
                start.wait(10)
                return act()
            except DeadInvitation as refused:
                return type(refused)
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as threads:
            return list(threads.map(run, acts))

    def test_five_clicks_leave_one_link_that_works(self, contact):
        self.at_once(*[lambda: invite(contact)] * 5)

        assert sorted(row.state for row in Invitation.objects.all()) == ["open"] + ["revoked"] * 4

    def test_of_two_houses_that_invite_somebody_one_wins(self, contact, administrator, elsewhere):
        invite(contact)
        first = link()
        send_invitation(
            Invited("lies@heidedal.example", "L", organisation=elsewhere), by=administrator
        )
        tokens = [path.removeprefix("/invitation/").rstrip("/") for path in (first, link())]
        takers = [partial(accept, token, name="Lies", password=NEW) for token in tokens]

        answers = self.at_once(*takers)

        assert sorted(answer is DeadInvitation for answer in answers) == [False, True]
        assert User.objects.filter(email="lies@heidedal.example").count() == 1


def test_it_stands_in_the_audit_trail(as_user, contact, administrator):
    invitation = invite(contact)
    browser = as_user(contact)
    browser.post(f"{LIST}{invitation.pk}/resend/")
    take_up(link())

    told = AuditEntry.objects.filter(about_kind="accounts.invitation").order_by("pk")
    house = {"organisation": contact.organisation_id}
    assert [(entry.action, entry.data) for entry in told] == [
        ("invitation_sent", house),
        ("invitation_resent", house),
        ("invitation_accepted", house),
    ]
    made = AuditEntry.objects.get(action="person_created")
    assert made.data == {"way": "invitation", "role": "requester"}


def test_an_organisation_of_nobody_sees_nothing(contact):
    """None is not the same house as None."""
    Organisation.objects.create(name="Leeg")
    User.objects.filter(pk=contact.pk).update(organisation=None)
    contact.refresh_from_db()

    assert not Invitation.objects.visible_to(contact).exists()
