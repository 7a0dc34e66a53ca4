"""The dialog that puts a ticket before a supplier, the composer to them, and what pages show."""

import uuid

import pytest
from django.urls import reverse

from servicedesk.catalogue.models import IntakeQuestion, Supplier
from servicedesk.outbox.models import OutgoingEmail
from tickets.actions import drafting
from tickets.actions.assigning import take
from tickets.actions.attaching import attach
from tickets.actions.forwarding import Question, forward, take_in_supplier_answer
from tickets.actions.replying import Text, add_note, reply
from tickets.actions.transitions import change_status
from tickets.models import Draft, Forwarding, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(ticket):
    return reverse("tickets:ticket-forward", args=[ticket.pk])


@pytest.fixture
def with_number(ticket, websites) -> Ticket:
    """The requester named a patron."""
    IntakeQuestion.objects.create(
        service=websites, key="actor-id", text="ActorID van de lener", is_personal=True
    )
    IntakeQuestion.objects.create(service=websites, key="page", text="Pagina")
    ticket.intake = {"number_actor-id": "40012345", "number_page": "openingsuren"}
    ticket.save()
    return ticket


@pytest.fixture
def picture(ticket, requester, screenshot):
    """Of the requester, in an answer."""
    draft = drafting.keep(drafting.draft_of(requester, Draft.Kind.PUBLIC_REPLY, ticket), {})
    file = attach(screenshot("fout.png"), draft=draft, by=requester)
    reply(ticket, Text("Zie de schermafdruk.", [file]), by=requester)
    return file


def sent(ticket, supplier, **fields):
    """The form as it is posted."""
    return {
        "supplier": supplier.pk,
        "question": "Kijk dit na.",
        "token": uuid.uuid4(),
        "seen_status": ticket.status,
        **fields,
    }


def letter(ticket) -> OutgoingEmail:
    return OutgoingEmail.objects.get(thread__startswith=f"ticket:{ticket.pk}:supplier:")


class TestDialog:
    def test_it_starts_with_the_supplier_of_the_service(
        self, page, with_number, picture, agent, supplier, as_user
    ):
        note = add_note(with_number, Text("Intern"), by=agent)
        assert note.is_internal
        content = as_user(agent).get(page).content.decode()
        assert "Doorsturen naar leverancier" in content
        assert f'<option value="{supplier.pk}" selected>Webbouwers</option>' in content
        assert "support@webbouwers.example" in content
        assert "Beschrijving en checklist van Sofie" in content
        assert "Bijlage fout.png" in content
        assert "ActorID van de lener (persoonsgegeven)" in content
        assert "Interne nota’s: gaan nooit mee" in content
        assert "Onze klok loopt door, die van de leverancier start." in content
        assert (
            "We hebben je vraag voorgelegd aan onze leverancier. Je hoort van ons vóór" in content
        )

    def test_personal_data_is_off_at_first(self, page, with_number, agent, supplier, as_user):
        form = as_user(agent).get(page).context["form"]
        assert (form["requester"].value(), form["personal"].value()) == (None, None)
        assert form["description"].value() is True

    def test_as_a_dialog_it_is_no_page_of_its_own(self, page, agent, supplier, as_user):
        content = as_user(agent).get(page, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in content

    def test_what_was_ticked_goes_along_and_nothing_else(
        self, page, with_number, picture, agent, supplier, as_user
    ):
        ticket = Ticket.objects.get(pk=with_number.pk)
        fields = sent(ticket, supplier, description="on", enclosed=[picture.pk])
        answer = as_user(agent).post(page, fields)
        assert answer["Location"] == ticket.get_absolute_url()
        ticket.refresh_from_db()
        mail = letter(ticket)
        assert ticket.status == "on_hold"
        assert "maar op de website staan nog de oude" in mail.body_text
        assert "Pagina: openingsuren" in mail.body_text
        assert [file["filename"] for file in mail.files] == ["fout.png"]
        for secret in ("40012345", "Sofie", "Vermeer", "heidedal"):
            assert secret not in mail.body_text + mail.body_html

    def test_personal_data_goes_along_when_it_was_ticked(
        self, page, with_number, agent, supplier, as_user
    ):
        fields = sent(with_number, supplier, requester="on", personal=["number_actor-id"])
        as_user(agent).post(page, fields)
        mail = letter(with_number)
        assert "ActorID van de lener: 40012345" in mail.body_text
        assert "Sofie Vermeer" in mail.body_text
        assert "maar op de website staan nog de oude" not in mail.body_text

    def test_what_was_not_ticked_is_taken_out_of_the_text_too(
        self, page, with_number, agent, supplier, as_user
    ):
        first = with_number.messages.get()
        first.body_text = "Lener 40012345 ziet niets.\n\nSofie Vermeer, SOFIE@heidedal.example"
        first.save()
        Ticket.objects.update(subject="Lener 40012345 ziet niets")
        as_user(agent).post(page, sent(with_number, supplier, description="on"))
        mail = letter(with_number)
        assert "Lener […] ziet niets.\n\n[…], […]" in mail.body_text
        assert mail.subject == f"[#{with_number.pk}] Lener […] ziet niets"

    def test_marks_of_the_requester_stay_marks(self, page, ticket, agent, supplier, as_user):
        first = ticket.messages.get()
        first.body_text = "<script>alert(1)</script> **x**"
        first.save()
        as_user(agent).post(page, sent(ticket, supplier, description="on"))
        html = letter(ticket).body_html
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; **x**" in html

    @pytest.mark.parametrize("tell", [True, False])
    def test_the_requester_is_told_only_where_the_agent_says_so(
        self, page, ticket, agent, supplier, as_user, mails, tell
    ):
        fields = sent(
            ticket, supplier, told="We vragen het na.", **({"tell": "on"} if tell else {})
        )
        as_user(agent).post(page, fields)
        said = [mail for mail in mails(ticket, "reply") if "We vragen het na." in mail.body_text]
        assert len(said) == tell

    def test_what_was_typed_is_not_lost(self, page, ticket, agent, second_line, supplier, as_user):
        take(ticket, by=second_line)
        fields = sent(ticket, supplier, question="Lang verhaal", told="Zo zit het")
        answer = as_user(agent).post(page, fields | {"seen_status": "new"})
        content = answer.content.decode()
        assert answer.status_code == 409
        assert "Lang verhaal" in content
        assert "Zo zit het" in content
        assert not Forwarding.objects.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"question": ""},
            {"supplier": ""},
            {"supplier": "999999"},
            {"supplier": "x"},
            {"supplier": "9" * 5_000},
            {"enclosed": ["999999"]},
            {"personal": ["number_x"]},
            {"token": "x"},
            {"question": "x" * 20_001},
            {"told": "x" * 5_001},
        ],
    )
    def test_bad_input_is_told(self, page, ticket, agent, supplier, as_user, wrong):
        answer = as_user(agent).post(page, sent(ticket, supplier) | wrong)
        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()

    def test_the_same_form_twice_forwards_once(self, page, ticket, agent, supplier, as_user):
        fields = sent(ticket, supplier)
        browser = as_user(agent)
        assert [browser.post(page, fields).status_code for _twice in range(2)] == [302, 302]
        assert Forwarding.objects.count() == 1

    def test_another_supplier_can_be_looked_at(self, page, agent, supplier, as_user):
        other = Supplier.objects.create(name="Anderen", email="wij@anderen.example", language="en")
        content = as_user(agent).get(page, {"supplier": other.pk}).content.decode()
        assert "wij@anderen.example" in content
        assert "in het Engels" in content


@pytest.fixture
def forwarding(ticket, agent, supplier) -> Forwarding:
    return forward(ticket, Question(supplier, Text("Kijk dit na.")), by=agent)


def to_supplier(forwarding: Forwarding, **fields):
    newest = forwarding.ticket.messages.latest("pk").pk
    return {
        "forwarding": forwarding.pk,
        "body": "Is er nieuws?",
        "waits": "on",
        "token": uuid.uuid4(),
        "seen": newest,
        **fields,
    }


class TestTicketPage:
    def test_the_thread_stands_in_the_conversation(self, forwarding, ticket, agent, as_user):
        browser = as_user(agent)
        take_in_supplier_answer(forwarding, Text("Het ligt aan ons.", channel="mail"))
        content = browser.get(ticket.get_absolute_url()).content.decode()
        assert "Noor Peeters aan Webbouwers" in content
        assert content.count('class="msg supplier"') == 2
        assert "Het ligt aan ons." in content
        assert "Bij Webbouwers." in content
        assert 'id="supplier-form"' in content

    def test_without_a_supplier_there_is_a_button_and_no_form(self, ticket, agent, as_user):
        content = as_user(agent).get(ticket.get_absolute_url()).content.decode()
        assert reverse("tickets:ticket-forward", args=[ticket.pk]) in content
        assert 'id="supplier-form"' not in content

    def test_a_thread_costs_no_query_for_each_letter(
        self, forwarding, ticket, agent, as_user, queries
    ):
        browser = as_user(agent)
        browser.get(ticket.get_absolute_url())
        one = queries(browser.get, ticket.get_absolute_url())
        for n in range(3):
            take_in_supplier_answer(forwarding, Text(f"Antwoord {n}", channel="mail"))
        browser.get(ticket.get_absolute_url())
        assert queries(browser.get, ticket.get_absolute_url()) <= one

    def test_writing_on(self, forwarding, ticket, agent, as_user, picture):
        page = reverse("tickets:supplier-write", args=[ticket.pk])
        fields = to_supplier(forwarding, enclosed=[picture.pk])
        assert as_user(agent).post(page, fields).status_code == 302
        message = ticket.messages.filter(kind="supplier_out").latest("pk")
        ticket.refresh_from_db()
        assert (message.body_text, list(message.enclosed.all())) == ("Is er nieuws?", [picture])
        assert ticket.status == "on_hold"

    def test_what_came_meanwhile_is_read_first(self, forwarding, ticket, agent, as_user):
        page = reverse("tickets:supplier-write", args=[ticket.pk])
        fields = to_supplier(forwarding)
        take_in_supplier_answer(forwarding, Text("Klaar.", channel="mail"))
        answer = as_user(agent).post(page, fields)
        assert answer.status_code == 409
        assert "Is er nieuws?" in answer.content.decode()

    def test_after_the_end_the_text_is_kept(self, forwarding, ticket, agent, as_user):
        browser = as_user(agent)
        end = reverse("tickets:forwarding-end", args=[ticket.pk, forwarding.pk])
        assert browser.post(end, {"how": "solved"}).status_code == 302
        page = reverse("tickets:supplier-write", args=[ticket.pk])
        answer = browser.post(page, to_supplier(forwarding))
        assert answer.status_code == 422
        assert "Is er nieuws?" in answer.content.decode()

    def test_a_draft_is_kept(self, forwarding, ticket, agent, as_user):
        browser = as_user(agent)
        save = reverse("tickets:draft-save", args=["to_supplier", ticket.pk])
        browser.post(save, {"body": "Half geschreven"})
        assert "Half geschreven" in browser.get(ticket.get_absolute_url()).content.decode()

    def test_its_answer_can_be_quoted(self, forwarding, ticket, agent, as_user):
        said = take_in_supplier_answer(forwarding, Text("Hersteld.\nGroeten", channel="mail"))
        page = as_user(agent).get(f"{ticket.get_absolute_url()}?quote={said.pk}")
        assert page.context["composer"].reply.initial["body"] == "> Hersteld.\n> Groeten"

    def test_nothing_else_can_be_quoted(self, forwarding, ticket, agent, as_user):
        note = add_note(ticket, Text("Intern"), by=agent)
        for wrong in (note.pk, "x", "9" * 30):
            page = as_user(agent).get(f"{ticket.get_absolute_url()}?quote={wrong}")
            assert page.context["composer"].reply.initial["body"] == ""

    @pytest.mark.parametrize("how", ["", "with_ticket", "x"])
    def test_only_two_ways_to_end_it(self, forwarding, ticket, agent, as_user, how):
        end = reverse("tickets:forwarding-end", args=[ticket.pk, forwarding.pk])
        as_user(agent).post(end, {"how": how})
        forwarding.refresh_from_db()
        assert forwarding.is_open

    def test_of_another_ticket_it_is_not_found(self, forwarding, agent, requester, as_user):
        end = reverse("tickets:forwarding-end", args=[forwarding.ticket_id + 1, forwarding.pk])
        assert as_user(agent).post(end, {"how": "solved"}).status_code == 404


class TestElsewhere:
    def test_the_queue_says_which_supplier(self, forwarding, agent, as_user):
        queue = reverse("tickets:queue", args=["waiting-supplier"])
        assert '<td class="c-svc">Webbouwers</td>' in as_user(agent).get(queue).content.decode()

    def test_a_ticket_put_on_hold_by_hand_is_with_that_of_its_service(
        self, ticket, agent, supplier, as_user
    ):
        change_status(ticket, "on_hold", by=agent)
        queue = reverse("tickets:queue", args=["waiting-supplier"])
        assert '<td class="c-svc">Webbouwers</td>' in as_user(agent).get(queue).content.decode()

    def test_the_requester_reads_that_a_supplier_has_it(self, forwarding, requester, as_user):
        ticket = forwarding.ticket
        content = as_user(requester).get(ticket.get_absolute_url()).content.decode()
        assert "Bij leverancier" in content
        assert "De leverancier van deze dienst" in content
        assert "Webbouwers" not in content
        assert "Kijk dit na." not in content
