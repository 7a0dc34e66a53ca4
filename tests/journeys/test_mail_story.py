"""A whole story by mail: asked, answered with somebody in copy, solved, rated by the link."""

import re

import pytest
from playwright.sync_api import expect

from servicedesk.outbox.sending import send_waiting
from tests.browser import fits, violations
from tickets.mail.intake import take_in
from tickets.mail.keeping import Arrival
from tickets.models import Rating, Ticket

# Another thread serves the pages; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = (
    b"From: Sofie Vermeer <sofie@heidedal.example>\r\nTo: helpdesk@desk.example\r\n"
    b"Subject: Nieuwe uren staan niet op de site\r\nMessage-ID: <vraag@heidedal.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nWe pasten gisteren de uren aan.\r\n"
)


def link_in(text: str) -> str:
    """The address of the page for the answer, from the plain text of a mail."""
    return re.search(r"https?://\S+/answer/[^\s#]+", text)[0]


@pytest.mark.parametrize("width", [1440, 390])
def test_from_the_first_mail_to_the_opinion(
    page_of, sink, settings, live_server, requester, agent, bug, width
):
    settings.DESK_BASE_URL = live_server.url
    take_in(QUESTION, Arrival())
    ticket = Ticket.objects.get()
    assert send_waiting() == 1
    receipt = sink.taken[0].message
    assert receipt["To"] == "Sofie Vermeer <sofie@heidedal.example>"
    assert receipt["In-Reply-To"] == "<vraag@heidedal.example>"
    assert f"nummer #{ticket.pk}" in receipt.get_body(("plain",)).get_content()

    noor = page_of(agent)
    noor.goto(ticket.get_absolute_url())
    noor.locator("#reply-form summary").click()
    noor.locator("#public_reply-cc").fill("Wout Claes <wout@heidedal.example>")
    noor.locator("#public_reply-body").fill("Dag Sofie, kijk nog eens.")
    noor.locator("#public_reply-then").select_option("solved")
    noor.locator("#public_reply-category").select_option(label="Bug")
    noor.locator("#reply-form [data-send]").click()
    expect(noor.locator("#conversation")).to_contain_text("Dag Sofie, kijk nog eens.")
    assert send_waiting() == 1
    answer = sink.taken[1]
    assert answer.recipients == ["sofie@heidedal.example", "wout@heidedal.example"]
    assert answer.message["Cc"] == "Wout Claes <wout@heidedal.example>"

    anyone = page_of(None, viewport={"width": width, "height": 900})
    anyone.goto(link_in(answer.message.get_body(("plain",)).get_content()))
    expect(anyone.get_by_role("heading", name=f"Je vraag #{ticket.pk}")).to_be_visible()
    assert not Rating.objects.exists()
    assert violations(anyone) == []
    assert fits(anyone)
    anyone.get_by_label("Wil je zeggen waarom?").fill("Vlot geholpen")
    anyone.get_by_role("button", name="Tevreden", exact=True).click()
    expect(anyone.get_by_text("Je zei dat je tevreden was.")).to_be_visible()
    assert Rating.objects.values_list("verdict", "comment", "via").get() == (
        "positive", "Vlot geholpen", "link",
    )  # fmt: skip
    anyone.get_by_role("button", name="Ja, het is opgelost").click()
    expect(anyone.get_by_text("Je liet weten dat het opgelost is.")).to_be_visible()
    noor.goto(ticket.get_absolute_url())
    expect(noor.locator("#opinion")).to_contain_text("Vlot geholpen")
