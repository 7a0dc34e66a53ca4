"""A story with a supplier: forwarded, mailed, answered by mail, quoted to who asked, ended."""

import pytest
from playwright.sync_api import expect

from servicedesk.outbox.sending import send_waiting
from tests.browser import fits, violations
from tickets.mail.intake import take_in
from tickets.mail.keeping import Arrival
from tickets.models import Forwarding

# Another thread serves the pages; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True)
SMALL_AND_DARK = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def answer_to(letter) -> bytes:
    """What the supplier's mail program sends when its reader answers our mail."""
    quoted = letter.get_body(("plain",)).get_content().replace("\n", "\n> ")
    return (
        f"From: Wim Baert <wim@webbouwers.example>\nTo: {letter['Reply-To']}\n"
        f"Subject: Re: {letter['Subject']}\nMessage-ID: <antwoord@webbouwers.example>\n"
        f"In-Reply-To: {letter['Message-ID']}\nContent-Type: text/plain; charset=utf-8\n\n"
        f"De cache hield de oude uren vast. Ze staan er nu.\n\nOp 3 maart schreef Noor:\n> {quoted}"
    ).encode()


@pytest.mark.parametrize("screen", [{}, SMALL_AND_DARK], ids=["wide", "small and dark"])
def test_from_forwarding_to_the_end(page_of, sink, requester, agent, supplier, ticket, screen):
    noor = page_of(agent, **screen)
    noor.goto(ticket.get_absolute_url())
    noor.get_by_role("link", name="Naar leverancier").click()
    dialog = noor.get_by_role("dialog")
    expect(dialog.get_by_label("Leverancier", exact=True)).to_have_value(str(supplier.pk))
    expect(dialog.get_by_label("Interne nota’s: gaan nooit mee")).to_be_disabled()
    expect(dialog.get_by_label("Naam en contactgegevens van Sofie")).not_to_be_checked()
    dialog.get_by_label("Vraag aan de leverancier").fill("Waarom staan de oude uren er nog?")
    dialog.get_by_text("Wijzig", exact=False).click()
    dialog.get_by_label("Wat de melder leest").fill("We vragen het na bij onze leverancier.")
    assert violations(noor) == []
    assert fits(noor)
    dialog.get_by_role("button", name="Stuur door").click()
    expect(noor.get_by_text("Doorgestuurd naar Webbouwers")).to_be_visible()
    assert violations(noor) == []
    assert fits(noor)

    send_waiting()
    letter = next(one for one in sink.taken if one.recipients == [supplier.email]).message
    assert "Sofie" not in letter.get_body(("plain",)).get_content()
    assert take_in(answer_to(letter), Arrival()).email.message.kind == "supplier_in"

    sofie = page_of(requester)
    sofie.goto(ticket.get_absolute_url())
    expect(sofie.get_by_text("We vragen het na bij onze leverancier.")).to_be_visible()
    expect(sofie.get_by_text("De cache hield")).to_have_count(0)

    noor.goto(ticket.get_absolute_url())
    said = noor.locator(".msg.supplier").last
    expect(said).to_contain_text("De cache hield de oude uren vast. Ze staan er nu.")
    said.get_by_role("link", name="Gebruik in antwoord").click()
    body = noor.locator("#public_reply-body")
    expect(body).to_have_value("> De cache hield de oude uren vast. Ze staan er nu.\n")
    noor.locator("form[data-active] [data-write=supplier]").click()
    noor.locator("#to_supplier-body").fill("Dank je wel.")
    noor.locator("#to_supplier-waits").uncheck()
    assert violations(noor) == []
    noor.locator("#supplier-form [data-send]").click()
    expect(noor.locator("#conversation")).to_contain_text("Dank je wel.")
    noor.get_by_role("button", name="Opgelost door de leverancier").click()
    expect(noor.get_by_text("dat Webbouwers het oploste").first).to_be_visible()
    assert Forwarding.objects.get().how == "solved"
