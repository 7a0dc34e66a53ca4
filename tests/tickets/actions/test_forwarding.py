"""A ticket goes to its supplier and comes back; what they write each other stays at the desk."""

import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from servicedesk.catalogue.models import Supplier
from tests.tickets.actions.stories import another
from tickets.actions.assigning import take
from tickets.actions.forwarding import (
    Question,
    end_forwarding,
    forward,
    take_in_supplier_answer,
    write_to_supplier,
)
from tickets.actions.merging import merge, undo_merge
from tickets.actions.moving import move_message
from tickets.actions.replying import Text, add_note, reply
from tickets.actions.setting_aside import set_aside
from tickets.actions.transitions import change_status, confirm
from tickets.exceptions import ChangedMeanwhile, TicketError
from tickets.models import Attachment, Forwarding, Message, Ticket
from tickets.search import matching

pytestmark = pytest.mark.django_db


def asked(supplier, words="Kijk dit na.", **more) -> Question:
    return Question(supplier, Text(words), **more)


def facts(ticket, *kinds) -> list[tuple[str, dict]]:
    return [(event.kind, event.data) for event in ticket.events.filter(kind__in=kinds)]


class TestForward:
    def test_the_supplier_must_act_and_the_log_tells_it(self, ticket, agent, supplier):
        forwarding = forward(ticket, asked(supplier, promise="normal"), by=agent)
        ticket.refresh_from_db()
        message = ticket.messages.get(kind="supplier_out")
        assert (ticket.status, ticket.assignee, forwarding.is_open) == ("on_hold", agent, True)
        assert (message.forwarding, message.side, message.author) == (forwarding, "desk", agent)
        assert facts(ticket, "forwarded") == [
            (
                "forwarded",
                {
                    "forwarding": forwarding.pk,
                    "supplier": supplier.pk,
                    "message": message.pk,
                    "promise": "normal",
                },
            )
        ]

    def test_the_requester_reads_about_it_only_where_the_agent_says_so(
        self, ticket, agent, supplier
    ):
        forward(ticket, asked(supplier, told="We vragen het na."), by=agent)
        told = ticket.messages.public().filter(side="desk")
        assert [message.body_text for message in told] == ["We vragen het na."]

    def test_nothing_is_told_otherwise(self, ticket, agent, supplier):
        forward(ticket, asked(supplier), by=agent)
        assert not ticket.messages.public().filter(side="desk").exists()

    def test_the_same_form_twice_is_one(self, ticket, agent, supplier):
        question = Question(supplier, Text("Kijk na.", token=uuid.uuid4()))
        assert forward(ticket, question, by=agent) == forward(ticket, question, by=agent)
        assert ticket.messages.filter(kind="supplier_out").count() == 1

    def test_what_was_moved_meanwhile_is_not_forwarded(self, ticket, agent, second_line, supplier):
        take(ticket, by=second_line)
        question = Question(supplier, Text("Kijk na.", seen_status="new"))
        with pytest.raises(ChangedMeanwhile):
            forward(ticket, question, by=agent)
        assert not Forwarding.objects.exists()

    def test_one_supplier_at_a_time(self, ticket, agent, supplier):
        forward(ticket, asked(supplier), by=agent)
        other = Supplier.objects.create(name="Anderen", email="wij@anderen.example")
        with pytest.raises(ChangedMeanwhile, match="Webbouwers"):
            forward(ticket, asked(other), by=agent)

    def test_the_database_knows_it_too(self, ticket, agent, supplier):
        forward(ticket, asked(supplier), by=agent)
        with pytest.raises(IntegrityError), transaction.atomic():
            Forwarding.objects.create(ticket=ticket, supplier=supplier, forwarded_by=agent)

    def test_only_the_desk_and_only_what_somebody_still_acts_on(
        self, ticket, requester, agent, supplier, bug
    ):
        with pytest.raises(TicketError):
            forward(ticket, asked(supplier), by=requester)
        change_status(ticket, "solved", by=agent, category=bug)
        with pytest.raises(TicketError):
            forward(ticket, asked(supplier), by=agent)

    def test_not_spam(self, ticket, agent, supplier):
        set_aside(ticket, "spam", by=agent)
        with pytest.raises(TicketError):
            forward(ticket, asked(supplier), by=agent)

    @pytest.mark.parametrize("what", [{"email": ""}, {"is_active": False}])
    def test_a_supplier_who_cannot_be_reached_is_named(self, ticket, agent, supplier, what):
        Supplier.objects.update(**what)
        supplier.refresh_from_db()
        with pytest.raises(TicketError, match="Webbouwers"):
            forward(ticket, asked(supplier), by=agent)
        ticket.refresh_from_db()
        assert ticket.status == "new"

    def test_a_file_of_an_internal_note_never_goes_along(self, ticket, agent, supplier):
        note = add_note(ticket, Text("Intern"), by=agent)
        secret = Attachment.objects.create(
            message=note, filename="geheim.txt", content_type="text/plain", size=1, file="x"
        )
        with pytest.raises(TicketError, match="interne nota"):
            forward(ticket, asked(supplier, enclosed=[secret]), by=agent)

    def test_a_file_of_another_ticket_does_not_go_along_either(
        self, ticket, requester, agent, supplier
    ):
        elsewhere = another(requester).messages.first()
        file = Attachment.objects.create(
            message=elsewhere, filename="x.txt", content_type="text/plain", size=1, file="x"
        )
        with pytest.raises(TicketError):
            forward(ticket, asked(supplier, enclosed=[file]), by=agent)


class TestAnswer:
    def test_it_comes_back_to_the_desk_and_stays_there(self, ticket, requester, agent, supplier):
        forwarding = forward(ticket, asked(supplier), by=agent)
        message = take_in_supplier_answer(forwarding, Text("Opgelost: kanariegeel", channel="mail"))
        ticket.refresh_from_db()
        forwarding.refresh_from_db()
        assert (message.kind, message.side, message.author) == ("supplier_in", "supplier", None)
        assert (ticket.status, forwarding.answered_at) == ("open", message.created_at)
        assert facts(ticket, "status_changed")[-1][1] == {
            "from": "on_hold",
            "to": "open",
            "cause": "supplier",
        }
        assert list(Message.objects.visible_to(requester)) == list(ticket.messages.public())
        mine = Ticket.objects.filter(pk=ticket.pk)
        assert not matching(mine, "kanariegeel", reader=requester).exists()
        assert matching(mine, "kanariegeel", reader=agent).exists()

    def test_a_machine_answers_nothing(self, ticket, agent, supplier):
        forwarding = forward(ticket, asked(supplier), by=agent)
        take_in_supplier_answer(forwarding, Text("Afwezig", channel="mail", is_automatic=True))
        ticket.refresh_from_db()
        forwarding.refresh_from_db()
        assert (ticket.status, forwarding.answered_at) == ("on_hold", None)

    def test_one_that_comes_late_is_kept_and_moves_nothing(self, ticket, agent, supplier, bug):
        forwarding = forward(ticket, asked(supplier), by=agent)
        change_status(ticket, "solved", by=agent, category=bug)
        take_in_supplier_answer(forwarding, Text("Zie bijlage", channel="mail"))
        ticket.refresh_from_db()
        assert ticket.status == "solved"
        assert ticket.messages.filter(kind="supplier_in").count() == 1


class TestAskOn:
    def test_the_supplier_must_act_again(self, ticket, agent, supplier):
        forwarding = forward(ticket, asked(supplier), by=agent)
        take_in_supplier_answer(forwarding, Text("Welke pagina?", channel="mail"))
        message = write_to_supplier(forwarding, Text("De startpagina."), by=agent)
        ticket.refresh_from_db()
        assert ticket.status == "on_hold"
        assert facts(ticket, "supplier_asked")[0][1]["message"] == message.pk

    def test_or_is_only_thanked(self, ticket, agent, supplier):
        forwarding = forward(ticket, asked(supplier), by=agent)
        take_in_supplier_answer(forwarding, Text("Klaar.", channel="mail"))
        write_to_supplier(forwarding, Text("Dank je."), by=agent, waits=False)
        ticket.refresh_from_db()
        assert ticket.status == "open"

    def test_not_after_the_end(self, ticket, agent, supplier):
        forwarding = forward(ticket, asked(supplier), by=agent)
        end_forwarding(forwarding, "taken_back", by=agent)
        with pytest.raises(TicketError):
            write_to_supplier(forwarding, Text("Nog iets."), by=agent)


class TestEnd:
    @pytest.mark.parametrize("how", ["solved", "taken_back"])
    def test_the_desk_must_act_again(self, ticket, agent, supplier, how):
        forwarding = forward(ticket, asked(supplier), by=agent)
        end_forwarding(forwarding, how, by=agent)
        end_forwarding(forwarding, "solved", by=agent)
        ticket.refresh_from_db()
        assert ticket.status == "open"
        assert [data["how"] for _kind, data in facts(ticket, "forwarding_ended")] == [how]

    def test_it_ends_with_its_ticket(self, ticket, requester, agent, supplier):
        forwarding = forward(ticket, asked(supplier), by=agent)
        confirm(ticket, by=requester)
        forwarding.refresh_from_db()
        assert (forwarding.how, forwarding.is_open) == ("with_ticket", False)

    def test_then_another_one_may_be_asked(self, ticket, agent, supplier):
        end_forwarding(forward(ticket, asked(supplier), by=agent), "taken_back", by=agent)
        other = Supplier.objects.create(name="Anderen", email="wij@anderen.example")
        assert forward(ticket, asked(other), by=agent).is_open

    def test_only_the_desk_ends_it(self, ticket, requester, agent, supplier):
        forwarding = forward(ticket, asked(supplier), by=agent)
        with pytest.raises(TicketError):
            end_forwarding(forwarding, "solved", by=requester)


class TestMergeAndMove:
    def test_the_thread_goes_along_and_comes_back(self, ticket, requester, agent, supplier):
        source = another(requester)
        forwarding = forward(source, asked(supplier), by=agent)
        merge(source, into=ticket, by=agent)
        answer = take_in_supplier_answer(forwarding, Text("Klaar.", channel="mail"))
        assert answer.ticket_id == ticket.pk
        undo_merge(source, by=agent)
        answer.refresh_from_db()
        forwarding.refresh_from_db()
        assert (answer.ticket_id, forwarding.ticket_id, forwarding.origin) == (
            source.pk, source.pk, None,
        )  # fmt: skip

    def test_two_threads_of_one_supplier_can_meet(self, ticket, requester, agent, supplier):
        source = another(requester)
        forward(ticket, asked(supplier), by=agent)
        forward(source, asked(supplier), by=agent)
        merge(source, into=ticket, by=agent)
        assert ticket.forwardings.unended().count() == 2

    def test_a_letter_does_not_leave_its_thread(self, ticket, requester, agent, supplier):
        forwarding = forward(ticket, asked(supplier), by=agent)
        answer = take_in_supplier_answer(forwarding, Text("Klaar.", channel="mail"))
        with pytest.raises(TicketError):
            move_message(answer, to=another(requester), by=agent)


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_one_instant_forward_once(ticket, agent, second_line, supplier):
    reply(ticket, Text("We kijken."), by=agent)
    start, outcomes = threading.Barrier(2), []

    def act(by):
        start.wait()
        try:
            question = Question(supplier, Text("Kijk na.", seen_status="open"))
            outcomes.append(bool(forward(ticket, question, by=by)))
        except ChangedMeanwhile:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(by,)) for by in (agent, second_line)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]
    assert Forwarding.objects.count() == 1
