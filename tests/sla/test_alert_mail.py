"""Mail about alerts: in office hours, grouped, each line once."""

import pytest

from servicedesk.accounts.models import Membership
from servicedesk.outbox.models import Notification, OutgoingEmail
from sla.models import AlertMail
from sla.rounds import check_and_sweep
from tests.sla.oracle import at, brussels
from tickets.actions.assigning import assign

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = "2025-11-03 ", "2025-11-04 "


def round_at(moment):
    with at(moment):
        list(check_and_sweep())


def letters():
    return list(OutgoingEmail.objects.filter(thread__startswith="alerts:").order_by("pk"))


def test_one_letter_for_all_that_rang_with_the_true_moments(asked, agent):
    early, late = asked(MONDAY + "09:00"), asked(MONDAY + "10:00")
    round_at(MONDAY + "14:30")
    (letter,) = letters()
    assert letter.to == [agent.email]
    assert letter.subject == "SLA: 2 tickets te laat"
    text = letter.body_text
    assert text.index(f"#{early.pk}") < text.index(f"#{late.pk}")
    assert "sinds maandag 3 november om 13.00 u." in text
    assert "sinds maandag 3 november om 14.00 u." in text
    assert letter.headers["Auto-Submitted"] == "auto-generated"
    round_at(MONDAY + "14:45")
    assert letters() == [letter]


def test_the_bell_does_not_wait_and_the_letter_does(asked, agent):
    asked(MONDAY + "13:00")
    round_at(MONDAY + "16:00")
    assert len(letters()) == 1
    round_at(MONDAY + "20:00")  # 16:45 is noticed after closing
    assert Notification.objects.filter(user=agent, kind="sla_soon_first_response").count() == 1
    assert len(letters()) == 1
    waiting = AlertMail.objects.get(mailed_at=None)
    assert waiting.due_at == brussels(TUESDAY + "09:00")
    round_at(TUESDAY + "08:59")
    assert len(letters()) == 1
    round_at(TUESDAY + "09:00")
    assert len(letters()) == 2


def test_ten_minutes_between_two_letters(asked, agent):
    asked(MONDAY + "09:00")
    asked(MONDAY + "09:05")
    asked(MONDAY + "09:08")
    round_at(MONDAY + "12:00")
    round_at(MONDAY + "12:05")
    round_at(MONDAY + "12:08")
    assert len(letters()) == 1
    round_at(MONDAY + "12:10:01")
    assert [letter.subject for letter in letters()][1:] == ["SLA: 2 tickets vragen aandacht"]


def test_assignee_team_and_lead_get_their_own(asked, agent, second_line, web_team, manager):
    Membership.objects.create(user=manager, team=web_team, is_lead=True)
    ticket = asked(MONDAY + "09:00")
    with at(MONDAY + "09:01"):
        assign(ticket, team=web_team, assignee=agent, by=agent)
    round_at(MONDAY + "12:00")
    expected = {agent.email, second_line.email, manager.email}
    assert {letter.to[0] for letter in letters()} == expected


def test_nobody_who_left_is_written_to(asked, agent):
    asked(MONDAY + "13:00")
    round_at(MONDAY + "20:00")
    agent.is_active = False
    agent.save()
    round_at(TUESDAY + "09:00")
    assert letters() == []
    assert not AlertMail.objects.filter(mailed_at=None).exists()
