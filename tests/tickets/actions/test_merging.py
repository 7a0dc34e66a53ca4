"""Two tickets become one and are parted again: nothing lost, nothing shown to the wrong people."""

from datetime import timedelta

import pytest
import time_machine

from servicedesk.outbox.models import OutgoingEmail
from tests.tickets.actions.stories import another
from tickets.actions.drafting import draft_of, keep
from tickets.actions.following import add_follower
from tickets.actions.merging import merge, undo_merge
from tickets.actions.replying import Text, add_note, reply, thank
from tickets.actions.setting_aside import set_aside
from tickets.actions.transitions import change_status
from tickets.exceptions import TicketError
from tickets.models import Draft, Follower, Message, Ticket
from tickets.search import matching

pytestmark = pytest.mark.django_db


def bodies(ticket):
    return list(ticket.messages.order_by("pk").values_list("body_text", flat=True))


class TestMerge:
    def test_the_source_is_closed_and_its_messages_stand_in_the_target(
        self, ticket, requester, agent
    ):
        source = another(requester, "Nog eens hetzelfde")
        add_note(source, Text("Kijk naar de andere."), by=agent)
        merge(source, into=ticket, by=agent)
        source.refresh_from_db()
        assert (source.status, source.outside, source.merged_into_id) == (
            "closed", "merged", ticket.pk,
        )  # fmt: skip
        assert bodies(source) == []
        assert bodies(ticket)[1:] == ["Nog eens hetzelfde", "Kijk naar de andere."]
        brought = ticket.messages.filter(origin=source)
        assert [message.kind for message in brought] == ["public_reply", "internal_note"]

    def test_the_log_of_both_tells_it(self, ticket, requester, agent):
        source = another(requester)
        merge(source, into=ticket, by=agent)
        event = source.events.get(kind="merged")
        assert event.data["ticket"] == ticket.pk
        assert event.data["status"] == "new"
        assert ticket.events.get(kind="took_in").data == {"ticket": source.pk}

    def test_different_requesters_are_asked_first_and_then_follow(
        self, ticket, requester, stranger, colleague, agent
    ):
        source = another(stranger)
        add_follower(source, colleague, by=agent)
        with pytest.raises(TicketError, match="melders"):
            merge(source, into=ticket, by=agent)
        assert Ticket.objects.get(pk=source.pk).status == "new"
        merge(source, into=ticket, by=agent, agreed=True)
        followers = Follower.objects.filter(ticket=ticket).values_list("user", flat=True)
        assert set(followers) == {stranger.pk, colleague.pk}
        assert Ticket.objects.visible_to(stranger).filter(pk=ticket.pk).exists()
        assert Message.objects.visible_to(stranger).filter(ticket=ticket).count() == 2

    def test_internal_notes_stay_internal(self, ticket, stranger, agent):
        source = another(stranger)
        add_note(source, Text("Onder ons."), by=agent)
        merge(source, into=ticket, by=agent, agreed=True)
        seen = Message.objects.visible_to(stranger).values_list("body_text", flat=True)
        assert "Onder ons." not in list(seen)

    def test_later_answers_to_the_source_follow(self, ticket, requester, agent):
        source = another(requester)
        change_status(ticket, "pending", by=agent)
        merge(source, into=ticket, by=agent)
        said = reply(source, Text("Is er al nieuws?"), by=requester)
        ticket.refresh_from_db()
        assert (said.ticket_id, ticket.status) == (ticket.pk, "open")

    def test_who_sees_the_source_only_writes_nothing_in_the_other(
        self, ticket, requester, stranger, colleague, agent
    ):
        theirs = another(stranger, "Van een ander huis")
        merge(ticket, into=theirs, by=agent, agreed=True)
        assert Ticket.objects.visible_to(colleague).filter(pk=ticket.pk).exists()
        assert not Ticket.objects.visible_to(colleague).filter(pk=theirs.pk).exists()
        for write in (reply, thank):
            with pytest.raises(TicketError, match="ander ticket"):
                write(ticket, Text("Ik lees dit niet."), by=colleague)
        said = reply(ticket, Text("Ik volg nu dat andere."), by=requester)
        assert said.ticket_id == theirs.pk

    def test_answers_follow_through_several_merges(self, ticket, requester, agent):
        first, second = another(requester), another(requester)
        merge(first, into=second, by=agent)
        merge(second, into=ticket, by=agent)
        assert reply(first, Text("En nu?"), by=requester).ticket_id == ticket.pk

    def test_drafts_and_the_wish_to_be_called_go_along(self, ticket, requester, agent):
        source = another(requester, wants_callback=True, callback_phone="0470 12 34 56")
        keep(draft_of(agent, Draft.Kind.PUBLIC_REPLY, source), {"body": "Half"})
        merge(source, into=ticket, by=agent)
        ticket.refresh_from_db()
        assert (ticket.callback_open, ticket.callback_phone) == (True, "0470 12 34 56")
        assert draft_of(agent, Draft.Kind.PUBLIC_REPLY, ticket).data == {"body": "Half"}

    def test_words_are_found_in_the_target(self, ticket, requester, agent):
        source = another(requester, "De roltrap staat stil")
        merge(source, into=ticket, by=agent)
        found = matching(Ticket.objects.all(), "roltrap", reader=agent)
        assert list(found) == [ticket]

    def test_the_requester_hears_of_it_and_gets_no_solved_mail(self, ticket, requester, agent):
        source = another(requester)
        OutgoingEmail.objects.all().delete()
        merge(source, into=ticket, by=agent)
        mail = OutgoingEmail.objects.get()
        assert (mail.to, mail.thread) == ([requester.email], f"ticket:{source.pk}")
        assert f"#{ticket.pk}" in mail.body_text

    def test_what_cannot_be_merged(self, ticket, requester, agent):
        source, spam = another(requester), another(requester)
        set_aside(spam, "spam", by=agent)
        with pytest.raises(TicketError, match="zichzelf"):
            merge(ticket, into=ticket, by=agent)
        with pytest.raises(TicketError, match="opzij"):
            merge(spam, into=ticket, by=agent)
        merge(source, into=ticket, by=agent)
        with pytest.raises(TicketError, match="afgesloten"):
            merge(source, into=ticket, by=agent)
        with pytest.raises(TicketError, match="afgesloten"):
            merge(ticket, into=source, by=agent)
        with pytest.raises(TicketError):
            merge(another(requester), into=ticket, by=requester)


class TestUndo:
    def test_both_are_as_before(self, ticket, stranger, agent):
        source = another(stranger, "Iets anders")
        change_status(source, "pending", by=agent)
        before = bodies(ticket), bodies(source)
        merge(source, into=ticket, by=agent, agreed=True)
        source = undo_merge(source, by=agent)
        assert (bodies(ticket), bodies(source)) == before
        assert (source.status, source.outside, source.merged_into_id, source.solved_at) == (
            "pending", "", None, None,
        )  # fmt: skip
        assert not Follower.objects.filter(ticket=ticket).exists()
        assert not source.messages.exclude(origin=None).exists()
        assert [m.pk for m in matching(Ticket.objects.all(), "anders", reader=agent)] == [source.pk]

    def test_what_was_written_since_stays(self, ticket, requester, agent):
        source = another(requester)
        merge(source, into=ticket, by=agent)
        reply(source, Text("Later geschreven."), by=requester)
        undo_merge(source, by=agent)
        assert bodies(ticket)[-1] == "Later geschreven."

    def test_for_a_day(self, ticket, requester, agent):
        source = another(requester)
        merge(source, into=ticket, by=agent)
        with (
            time_machine.travel(source.created_at + timedelta(hours=24, minutes=1), tick=False),
            pytest.raises(TicketError, match="24 uur"),
        ):
            undo_merge(source, by=agent)

    def test_not_below_another_merge(self, ticket, requester, agent):
        first, second = another(requester), another(requester)
        merge(first, into=second, by=agent)
        merge(second, into=ticket, by=agent)
        with pytest.raises(TicketError, match="afgesloten"):
            undo_merge(first, by=agent)
        undo_merge(second, by=agent)
        undo_merge(first, by=agent)
        assert bodies(Ticket.objects.get(pk=first.pk)) == ["Hij print niet."]
        assert bodies(Ticket.objects.get(pk=second.pk)) == ["Hij print niet."]

    def test_only_what_is_merged(self, ticket, agent):
        with pytest.raises(TicketError, match="niet samengevoegd"):
            undo_merge(ticket, by=agent)

    def test_a_solved_source_is_solved_again(self, ticket, requester, agent, bug):
        source = another(requester)
        change_status(source, "solved", by=agent, category=bug)
        solved_at = Ticket.objects.get(pk=source.pk).solved_at
        merge(source, into=ticket, by=agent)
        source = undo_merge(source, by=agent)
        assert (source.status, source.solved_at, source.closed_at) == ("solved", solved_at, None)
