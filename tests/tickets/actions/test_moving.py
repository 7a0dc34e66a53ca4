"""A message becomes a ticket of its own, or goes to another one."""

import pytest

from tests.sla.oracle import at, brussels
from tests.tickets.actions.stories import another
from tickets.actions.attaching import attach
from tickets.actions.drafting import draft_of, keep
from tickets.actions.moving import move_message, split
from tickets.actions.replying import Text, add_note, log_call, reply
from tickets.actions.transitions import change_status
from tickets.exceptions import TicketError
from tickets.models import Draft, Follower, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def file_of(requester, ticket):
    """A picture that the requester adds to an answer."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    draft = keep(draft_of(requester, Draft.Kind.PUBLIC_REPLY, ticket), {"body": "x"})
    return attach(SimpleUploadedFile("log.txt", b"regel"), draft=draft, by=requester)


class TestSplit:
    def test_a_ticket_with_the_original_time_and_files(
        self, ticket, requester, agent, file_of, websites
    ):
        with at("2026-11-20 10:00"):
            said = reply(ticket, Text("Ook de lift is stuk.", [file_of]), by=requester)
        new = split(said, subject="Lift  stuk", service=websites, kwis="wish", by=agent)
        assert (new.subject, new.requester, new.created_at, new.status) == (
            "Lift stuk", requester, brussels("2026-11-20 10:00"), "new",
        )  # fmt: skip
        assert (new.team_id, new.channel, new.kwis) == (websites.owner_team_id, "portal", "wish")
        message = new.messages.get()
        assert (message.pk, message.origin_id) == (said.pk, ticket.pk)
        assert [file.filename for file in message.attachments.all()] == ["log.txt"]
        assert ticket.messages.count() == 1
        assert ticket.events.get(kind="split_off").data == {"message": said.pk, "ticket": new.pk}
        assert new.events.get(kind="opened").at == said.created_at

    def test_of_whoever_wrote_it(self, ticket, colleague, agent):
        said = reply(ticket, Text("Ik heb ook een vraag."), by=colleague)
        assert split(said, subject="Vraag", by=agent).requester == colleague

    def test_what_stays(self, ticket, requester, agent):
        first = ticket.messages.get()
        answer = reply(ticket, Text("Kijk."), by=agent)
        note = add_note(ticket, Text("Hm."), by=agent)
        said = reply(ticket, Text("Nog iets."), by=requester)
        for message, why in ((first, "eerste"), (answer, "antwoordde"), (note, "melder")):
            with pytest.raises(TicketError, match=why):
                split(message, subject="Nieuw", by=agent)
        with pytest.raises(TicketError, match="onderwerp"):
            split(said, subject="  ", by=agent)
        with pytest.raises(TicketError):
            split(said, subject="Nieuw", by=requester)

    def test_once(self, ticket, requester, agent):
        said = reply(ticket, Text("Nog iets."), by=requester)
        split(said, subject="Nieuw", by=agent)
        with pytest.raises(TicketError, match="elders"):
            split(said, subject="Nieuw", by=agent)


class TestMove:
    def test_it_stands_there_and_wakes_that_ticket(self, ticket, requester, agent):
        other = another(requester)
        change_status(other, "pending", by=agent)
        said = reply(ticket, Text("Dit ging over de printer."), by=requester)
        move_message(said, to=other, by=agent)
        other.refresh_from_db()
        assert other.status == "open"
        assert list(other.messages.filter(origin=ticket)) == [said]
        assert ticket.events.filter(kind="message_moved_out").count() == 1
        moved = other.events.get(kind="message_moved_in").data
        assert (moved["side"], moved["written_at"]) == ("requester", said.created_at.isoformat())

    def test_a_stranger_follows_after_the_agent_agreed(self, ticket, stranger, requester, agent):
        other = another(stranger)
        said = reply(ticket, Text("Dit ging over de printer."), by=requester)
        with pytest.raises(TicketError, match="leest daar niet mee"):
            move_message(said, to=other, by=agent)
        move_message(said, to=other, by=agent, agreed=True)
        assert Follower.objects.filter(ticket=other, user=requester).exists()

    def test_notes_move_quietly(self, ticket, requester, agent):
        other = another(requester)
        change_status(other, "pending", by=agent)
        note = add_note(ticket, Text("Hoort elders."), by=agent)
        move_message(note, to=other, by=agent)
        other.refresh_from_db()
        assert (other.status, other.messages.last().is_internal) == ("pending", True)

    def test_what_cannot_move(self, ticket, requester, agent):
        other = another(requester)
        call = log_call(ticket, Text("Gebeld."), by=agent)
        with pytest.raises(TicketError, match="gesprek"):
            move_message(call, to=other, by=agent)
        said = reply(ticket, Text("Nog iets."), by=requester)
        with pytest.raises(TicketError, match="al op dit ticket"):
            move_message(said, to=ticket, by=agent)
        Ticket.objects.filter(pk=other.pk).update(status="closed", solved_at=said.created_at)
        with pytest.raises(TicketError, match="afgesloten"):
            move_message(said, to=other, by=agent)
