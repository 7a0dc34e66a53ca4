"""The dialog that merges tickets, as agents meet it."""

import pytest
from playwright.sync_api import expect

from tests.browser import fits, violations
from tests.tickets.actions.stories import another
from tickets.actions.replying import Text, reply
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
SMALL_AND_DARK = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@pytest.mark.parametrize("screen", [{}, SMALL_AND_DARK], ids=["wide", "small and dark"])
def test_merging_and_parting_again(page_of, agent, ticket, stranger, screen):
    other = another(stranger)
    page = page_of(agent, **screen)
    page.goto(ticket.get_absolute_url())
    page.get_by_role("link", name="Voeg samen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nummer van het andere ticket").fill(str(other.pk))
    dialog.get_by_role("button", name="Kies", exact=True).click()
    expect(dialog.get_by_text("Wat er gebeurt")).to_be_visible()
    assert violations(page) == []
    assert fits(page)
    dialog.get_by_label("mogen alles van elkaar lezen").check()
    dialog.get_by_role("button", name="Voeg samen").click()
    expect(page.get_by_text("is samengevoegd met dit ticket")).to_be_visible()
    assert violations(page) == []
    page.goto(ticket.get_absolute_url())
    page.get_by_role("button", name="Maak ongedaan").click()
    expect(page.get_by_text("staat weer op zichzelf")).to_be_visible()
    assert Ticket.objects.get(pk=ticket.pk).status == "new"


@pytest.mark.parametrize("screen", [{}, SMALL_AND_DARK], ids=["wide", "small and dark"])
def test_a_message_becomes_a_ticket(page_of, agent, ticket, requester, screen):
    said = reply(ticket, Text("En de lift is ook stuk. Kan iemand kijken?"), by=requester)
    page = page_of(agent, **screen)
    page.goto(ticket.get_absolute_url())
    message = page.locator(f"#message-{said.pk}")
    message.get_by_label("Breng het bericht van Sofie Vermeer elders").click()
    assert violations(page) == []
    message.get_by_role("link", name="Maak er een ticket van").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Onderwerp van het nieuwe ticket").fill("Lift stuk")
    dialog.get_by_label("Soort (KWIS)").select_option("disruption")
    assert violations(page) == []
    assert fits(page)
    dialog.get_by_role("button", name="Maak het ticket").click()
    expect(page.get_by_role("heading", name="Lift stuk")).to_be_visible()
    expect(page.get_by_text("En de lift is ook stuk.")).to_be_visible()
