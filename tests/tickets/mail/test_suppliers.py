"""Letters to a supplier and back: only with proof, and nothing of it where it does not belong."""

import pytest
from django.urls import reverse
from django.utils import timezone

from servicedesk.accounts.models import User
from servicedesk.operations.ticket_as_data import ticket_as_data
from servicedesk.outbox.models import Notification, OutgoingEmail
from tests.tickets.mail.letters import mail
from tests.tickets.privacy.places import where
from tickets.actions.following import add_follower
from tickets.actions.forwarding import (
    Question,
    end_forwarding,
    forward,
    write_to_supplier,
)
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import change_status
from tickets.mail.intake import Taken, take_in
from tickets.mail.keeping import Arrival
from tickets.mail.tokens import (
    read_address,
    read_supplier_address,
    reply_address,
    supplier_address,
)
from tickets.models import Forwarding, Ticket, UndeliverableAddress
from tickets.privacy.erasing import erase_person

pytestmark = pytest.mark.django_db
SUPPLIER = "Wim Baert <wim@webbouwers.example>"
#: Nothing that only the supplier's thread says.
CANARY = "kanarieoranje"


@pytest.fixture
def forwarding(ticket, agent, supplier) -> Forwarding:
    return forward(ticket, Question(supplier, Text("Laat de server iets tegen?")), by=agent)


def letters(forwarding: Forwarding) -> list[OutgoingEmail]:
    thread = f"ticket:{forwarding.ticket_id}:supplier:{forwarding.pk}"
    return list(OutgoingEmail.objects.of_thread(thread).order_by("pk"))


def answer(text="Het ligt aan onze mailserver.", *, sender=SUPPLIER, **fields) -> Taken:
    return take_in(mail(text, sender=sender, **fields), Arrival())


def to_thread(forwarding: Forwarding) -> str:
    return supplier_address(forwarding.pk)


class TestOut:
    def test_one_mail_in_a_thread_of_its_own(self, forwarding, ticket):
        (letter,) = letters(forwarding)
        assert (letter.to, letter.cc) == (["support@webbouwers.example"], [])
        assert letter.subject == f"[#{ticket.pk}] {ticket.subject}"
        assert letter.from_email == "Noor · Servicedesk <servicedesk@desk.example>"
        assert read_supplier_address(letter.headers["Reply-To"]) == forwarding.pk
        assert "Laat de server iets tegen?" in letter.body_text
        assert "Laat de server iets tegen?" in letter.body_html
        assert "Auto-Submitted" not in letter.headers
        assert letter.ticket == ticket.pk
        assert forwarding.messages.get().mail_message_id == letter.message_id

    def test_nothing_leads_to_the_ticket_or_tells_who_asked(self, forwarding, ticket, requester):
        (letter,) = letters(forwarding)
        whole = letter.body_text + letter.body_html + str(letter.headers)
        for secret in (
            ticket.get_absolute_url(), requester.email, "Vermeer",
            "Heidedal", f"ticket.{ticket.pk}@",
        ):  # fmt: skip
            assert secret not in whole

    def test_in_the_language_of_the_supplier(self, ticket, agent, supplier):
        supplier.language = "en"
        supplier.save()
        (letter,) = letters(forward(ticket, Question(supplier, Text("Please look.")), by=agent))
        assert "Answer this mail" in letter.body_text

    def test_the_thread_names_its_own_mails_only(self, forwarding, ticket, requester, agent):
        reply(ticket, Text("We vroegen het na."), by=agent)
        (first,) = letters(forwarding)
        write_to_supplier(forwarding, Text("Is er al nieuws?"), by=agent)
        last = letters(forwarding)[-1]
        assert first.message_id in last.headers["References"]
        public = OutgoingEmail.objects.of_thread(f"ticket:{ticket.pk}")
        for sent in public:
            assert sent.message_id not in last.headers["References"]
            assert "supplier" not in sent.headers["References"]

    def test_the_editor_of_texts_names_only_what_a_supplier_may_read(self, as_user, administrator):
        browser = as_user(administrator)
        page = reverse("tickets:letter-edit", args=["supplier", "nl"])
        assert "{requester}" not in browser.get(page).content.decode()
        refused = browser.post(page, {"subject": "{tag} x", "body": "{requester_name}\n\n{link}"})
        assert refused.status_code == 422
        shown = browser.get(reverse("tickets:letter-preview", args=["supplier", "nl"]))
        assert "Sofie" not in shown.content.decode()


class TestIn:
    def test_by_its_address(self, forwarding, ticket, agent):
        taken = answer(to=to_thread(forwarding))
        message = taken.email.message
        assert (taken.outcome, taken.email.ticket) == ("appended", ticket)
        assert (message.kind, message.forwarding) == ("supplier_in", forwarding)
        ticket.refresh_from_db()
        assert ticket.status == "open"

    def test_by_the_mail_that_it_answers(self, forwarding, ticket):
        (letter,) = letters(forwarding)
        assert answer(in_reply_to=letter.message_id).email.message.kind == "supplier_in"
        assert answer(references=letter.message_id).email.message.kind == "supplier_in"
        root = letter.headers["In-Reply-To"]
        assert answer(references=root).email.message.kind == "supplier_in"

    def test_the_supplier_is_no_user_and_gets_no_receipt(self, forwarding):
        before = User.objects.count()
        taken = answer(to=to_thread(forwarding))
        assert (taken.is_acknowledged, User.objects.count()) == (False, before)

    def test_who_handles_it_hears_of_it_without_its_words(self, forwarding, ticket, agent, mails):
        answer(f"Zo zit het: {CANARY}", to=to_thread(forwarding))
        line = Notification.objects.get(kind="supplier_answered")
        (letter,) = mails(ticket, "supplier_answered")
        assert (line.user, letter.to) == (agent, [agent.email])
        assert CANARY not in letter.body_text + letter.body_html
        assert "Webbouwers" in letter.body_text

    def test_nobody_else_is_mailed(self, forwarding, ticket, agent, colleague):
        add_follower(ticket, colleague, by=agent)
        before = set(OutgoingEmail.objects.values_list("pk", flat=True))
        answer(to=to_thread(forwarding))
        new = OutgoingEmail.objects.exclude(pk__in=before)
        assert [mail.to for mail in new] == [[agent.email]]

    def test_another_address_that_the_administrator_named(self, forwarding, supplier):
        supplier.also_writes_from = "tickets.helpcenter.example\n"
        supplier.save()
        taken = answer(sender="robot@tickets.helpcenter.example", to=to_thread(forwarding))
        assert taken.email.message.kind == "supplier_in"

    def test_after_the_end_and_on_a_closed_ticket_it_is_kept(self, forwarding, ticket, agent, bug):
        change_status(ticket, "solved", by=agent, category=bug)
        Ticket.objects.filter(pk=ticket.pk).update(status="closed")
        taken = answer(to=to_thread(forwarding))
        ticket.refresh_from_db()
        assert (taken.email.message.kind, ticket.status) == ("supplier_in", "closed")

    @pytest.mark.parametrize(
        "machine", [{"auto_submitted": "auto-replied"}, {"precedence": "bulk"}]
    )
    def test_a_machine_of_theirs_moves_nothing(self, forwarding, ticket, mails, machine):
        taken = answer("Afwezig", to=to_thread(forwarding), **machine)
        message = taken.email.message
        ticket.refresh_from_db()
        assert (message.kind, message.is_automatic, ticket.status) == (
            "supplier_in", True, "on_hold",
        )  # fmt: skip
        assert mails(ticket, "supplier_answered") == []

    def test_the_same_mail_again_is_a_duplicate(self, forwarding):
        raw = mail("Klaar.", sender=SUPPLIER, to=to_thread(forwarding))
        outcomes = [take_in(raw, Arrival()).outcome for _twice in range(2)]
        assert outcomes == ["appended", "duplicate"]

    def test_a_bounce_is_a_note_and_the_ticket_shows_it(self, forwarding, ticket, agent, as_user):
        (letter,) = letters(forwarding)
        taken = take_in(bounce(letter), Arrival())
        letter.refresh_from_db()
        assert (taken.outcome, taken.email.ticket, taken.email.message.kind) == (
            "appended", ticket, "internal_note",
        )  # fmt: skip
        assert letter.state == "failed"
        assert UndeliverableAddress.objects.get().email == "support@webbouwers.example"
        page = as_user(agent).get(ticket.get_absolute_url()).content.decode()
        assert "Onze mail bereikte support@webbouwers.example niet." in page


class TestHijack:
    """Whoever has not both the seal and the supplier's address stays outside."""

    def test_the_seal_alone_is_not_enough(self, forwarding, ticket):
        taken = answer(sender="Boef <boef@elders.example>", to=to_thread(forwarding))
        assert (taken.outcome, taken.email.ticket == ticket) == ("created", False)
        assert not ticket.messages.filter(kind="supplier_in").exists()

    def test_the_address_alone_is_not_enough(self, forwarding, ticket):
        taken = answer(subject=f"Re: [#{ticket.pk}] {ticket.subject}")
        assert (taken.outcome, taken.email.may_belong_to) == ("created", ticket)

    @pytest.mark.parametrize("how", ["other seal", "other thread", "cut", "of the ticket"])
    def test_a_seal_of_another_making(self, forwarding, ticket, requester, how):
        genuine = to_thread(forwarding)
        forged = {
            "other seal": genuine.replace(genuine[-40:-30], "aaaaaaaaaa"),
            "other thread": genuine.replace(f"+s{forwarding.pk}.", f"+s{forwarding.pk + 1}."),
            "cut": genuine.replace("@", "")[:-20] + "@desk.example",
            "of the ticket": reply_address(forwarding.pk, requester.pk).replace("+", "+s", 1),
        }[how]
        assert forged != genuine
        assert answer(to=forged).outcome == "created"
        assert not ticket.messages.filter(kind="supplier_in").exists()

    def test_a_guessed_message_id(self, forwarding):
        (letter,) = letters(forwarding)
        seal = letter.message_id.rpartition(".")[0].rpartition("@")[0].rpartition(".")[2]
        forged = letter.message_id.replace(seal, "b" * len(seal))
        assert forged != letter.message_id
        assert answer(in_reply_to=forged).outcome == "created"

    def test_what_our_server_calls_forged(self, forwarding, settings):
        settings.DESK_AUTHSERV_ID = "mx.desk.example"
        verdict = "mx.desk.example; dmarc=fail header.from=webbouwers.example"
        taken = answer(to=to_thread(forwarding), authentication_results=verdict)
        assert taken.outcome == "created"

    def test_free_mail_is_nobodys_domain(self, ticket, agent, supplier):
        supplier.email = "webbouwers@gmail.com"
        supplier.save()
        forwarding = forward(ticket, Question(supplier, Text("Kijk na.")), by=agent)
        assert answer(sender="boef@gmail.com", to=to_thread(forwarding)).outcome == "created"
        assert answer(sender="webbouwers@gmail.com", to=to_thread(forwarding)).outcome == "appended"

    def test_its_address_opens_no_public_thread(self, forwarding, ticket, requester):
        assert read_address(to_thread(forwarding)) is None
        assert read_supplier_address(reply_address(ticket.pk, requester.pk)) is None

    def test_the_requester_who_got_that_address_writes_on_the_ticket(
        self, forwarding, ticket, requester
    ):
        (letter,) = letters(forwarding)
        taken = answer(
            "Ik ben het.", sender=requester.email, to=to_thread(forwarding),
            in_reply_to=letter.message_id,
        )  # fmt: skip
        assert (taken.email.message.kind, taken.email.ticket) == ("public_reply", ticket)

    def test_a_public_mail_of_ours_leads_the_supplier_nowhere(self, forwarding, ticket, mails):
        (receipt,) = mails(ticket, "receipt")
        taken = answer(in_reply_to=receipt.message_id, to=receipt.headers["Reply-To"])
        assert (taken.outcome, taken.email.may_belong_to) == ("created", ticket)

    def test_no_colleague_of_the_supplier_reads_along(self, forwarding, ticket, requester):
        answer(to=to_thread(forwarding), cc=f"{requester.email}, piet@webbouwers.example")
        assert not ticket.followers.exists()


class TestWithoutProof:
    """A mail from an address that nobody knows, of which an agent says that it is the answer."""

    def taken(self, ticket, sender="Wim <wim.thuis@elders.example>", **fields):
        return answer(CANARY, sender=sender, subject=f"Re: [#{ticket.pk}] x", **fields)

    def press(self, browser, forwarding, message):
        args = [forwarding.ticket_id, forwarding.pk, message.pk]
        return browser.post(reverse("tickets:forwarding-answer", args=args))

    def test_one_click_puts_it_in_the_thread_once(
        self, forwarding, ticket, agent, requester, as_user
    ):
        own = self.taken(ticket).email
        page = as_user(agent).get(own.ticket.get_absolute_url()).content.decode()
        path = reverse("tickets:forwarding-answer", args=[ticket.pk, forwarding.pk, own.message_id])
        assert page.count(path) == 1
        for _again in range(2):
            assert self.press(as_user(agent), forwarding, own.message).status_code == 302
        (put,) = ticket.messages.filter(kind="supplier_in")
        assert (put.body_text, put.forwarding, put.author) == (CANARY, forwarding, None)
        event = ticket.events.get(kind="supplier_answered")
        assert (event.actor, event.data["message"]) == (agent, put.pk)
        ticket.refresh_from_db()
        forwarding.refresh_from_db()
        came = own.message.created_at
        assert (ticket.status, forwarding.answered_at, event.at) == ("open", came, came)
        assert own.ticket.messages.get().body_text == CANARY
        shown = as_user(agent).get(ticket.get_absolute_url()).content.decode()
        assert CANARY in shown
        assert '<span class="muted">Wim</span>' in shown  # who wrote it, not only for whom
        assert CANARY not in as_user(requester).get(ticket.get_absolute_url()).content.decode()

    def test_it_tells_who_wrote_it(self, forwarding, ticket, agent, as_user):
        own = self.taken(ticket).email
        self.press(as_user(agent), forwarding, own.message)
        (put,) = [
            message
            for message in ticket_as_data(ticket, now=timezone.now())["messages"]
            if message["kind"] == "supplier_in"
        ]
        assert (put["from_email"], put["from_name"]) == ("wim.thuis@elders.example", "Wim")

    def test_who_is_forgotten_is_forgotten_there_too(
        self, forwarding, ticket, agent, administrator, as_user, django_capture_on_commit_callbacks
    ):
        own = self.taken(ticket).email
        self.press(as_user(agent), forwarding, own.message)
        assert where(CANARY)
        with django_capture_on_commit_callbacks(execute=True):
            erase_person(own.ticket.requester, by=administrator)
        assert where(CANARY) == []

    def test_a_mail_that_names_no_such_ticket_is_refused(self, forwarding, ticket, agent, as_user):
        other = answer(CANARY, sender="wim.thuis@elders.example", subject="Heel iets anders")
        self.press(as_user(agent), forwarding, other.email.message)
        assert not ticket.messages.filter(kind="supplier_in").exists()

    def test_what_was_taken_back_takes_no_more(self, forwarding, ticket, agent, as_user):
        own = self.taken(ticket).email
        end_forwarding(forwarding, "taken_back", by=agent)
        self.press(as_user(agent), forwarding, own.message)
        assert not ticket.messages.filter(kind="supplier_in").exists()
        page = as_user(agent).get(own.ticket.get_absolute_url()).content.decode()
        assert f"/forwardings/{forwarding.pk}/answer/" not in page


def test_nothing_of_it_reaches_the_requesters_side(
    forwarding, ticket, requester, colleague, agent, as_user, mails
):
    add_follower(ticket, colleague, by=agent)
    write_to_supplier(forwarding, Text(f"Nog iets: {CANARY}"), by=agent)
    answer(f"Antwoord: {CANARY}", to=to_thread(forwarding))
    end_forwarding(forwarding, "solved", by=agent)
    reply(ticket, Text("Het is hersteld."), by=agent, then="")
    for reader in (requester, colleague):
        browser = as_user(reader)
        for page in (
            ticket.get_absolute_url(),
            reverse("tickets:ticket-list"),
            f"{reverse('tickets:ticket-list')}?q={CANARY}",
            reverse("tickets:own-export"),
        ):
            content = browser.get(page)
            body = b"".join(content) if content.streaming else content.content
            assert CANARY.encode() not in body.replace(f"q={CANARY}".encode(), b"").replace(
                f'value="{CANARY}"'.encode(), b""
            )
    assert not any(CANARY in mail.body_text + mail.body_html for mail in mails(ticket))


def bounce(letter: OutgoingEmail) -> bytes:
    return f"""From: mailer-daemon@mx.example
To: servicedesk@desk.example
Subject: Undelivered
Message-ID: <bounce@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Not delivered.
--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; support@webbouwers.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {letter.message_id}
Reply-To: {letter.headers["Reply-To"]}

--b--
""".encode()
