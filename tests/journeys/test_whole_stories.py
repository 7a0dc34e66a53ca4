"""Whole stories in a real browser, one for each role: what a day at the desk is made of."""

import re

import pytest
from playwright.sync_api import Page, expect

from knowledgebase.models import Article
from knowledgebase.publishing import Content, publish, write_article
from servicedesk.accounts.models import User
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.sending import send_waiting
from sla.models import Clock
from tests.conftest import PASSWORD
from tickets.models import Ticket

# Another thread serves the pages; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def article(agent, websites) -> Article:
    content = Content(
        title="De cache van je website wissen",
        summary="Twee stappen, alleen voor je eigen site.",
        body="1. Ga naar **Site instellingen**.\n2. Klik op **Alle caches legen**.",
        service=websites,
        home_position=1,
    )
    return publish(write_article(content, by=agent), by=agent)


def sign_in(page: Page, user: User) -> None:
    page.goto("/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")


def ask(page: Page, subject: str, body: str) -> Ticket:
    page.goto("/tickets/new/")
    page.get_by_label("Iets werkt niet").check(force=True)
    expect(page.get_by_role("group", name="De kruistest")).to_be_visible()
    page.get_by_label("Dienst").select_option(label="Bibliotheekwebsites")
    page.get_by_label("Onderwerp").fill(subject)
    page.get_by_label("Beschrijving").fill(body)
    page.get_by_role("button", name="Verzend vraag").click()
    page.wait_for_url(re.compile(r"/tickets/\d+/$"))
    return Ticket.objects.get(subject=subject)


def test_a_question_from_asking_to_the_figure(
    page_of, requester, agent, manager, websites, bug, article
):
    """A librarian asks, an agent takes it from dispatch and answers, the clocks stop, the
    manager sees the figure move and clicks through to the ticket."""
    sofie = page_of()
    sign_in(sofie, requester)
    expect(sofie.get_by_role("heading", name="Waarmee kunnen we helpen?")).to_be_visible()
    ticket = ask(sofie, "Nieuwe uren staan niet op de site", "We pasten gisteren de uren aan.")
    expect(sofie.get_by_role("heading", name=ticket.subject)).to_be_visible()
    expect(sofie.get_by_text("Ontvangen").first).to_be_visible()

    noor = page_of()
    sign_in(noor, agent)
    noor.wait_for_url("**/queue/dispatch/")
    noor.get_by_role("link", name=ticket.subject).first.click()
    noor.wait_for_url(f"**{ticket.get_absolute_url()}*")
    reply = noor.locator("#reply-form")
    reply.locator("textarea").fill("Dag Sofie\n\nWis de cache, dan staan ze er.")
    reply.locator("select[name=then]").select_option("solved")
    reply.locator("select[name=category]").select_option(label="Bug")
    reply.get_by_role("button", name="Verstuur naar Sofie").click()
    expect(noor.locator(".msg.team")).to_contain_text("Wis de cache")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.category) == ("solved", agent, bug)
    clocks = Clock.objects.filter(ticket=ticket)
    assert {clock.metric for clock in clocks} >= {"first_response", "resolution"}
    assert all(clock.state == "stopped" and clock.met for clock in clocks)

    sofie.reload()
    expect(sofie.get_by_text("Opgelost").first).to_be_visible()
    sofie.get_by_role("button", name="Ja, het is opgelost").click()
    expect(sofie.get_by_role("button", name="Ja, het is opgelost")).to_have_count(0)
    send_waiting()
    subjects = [mail.subject for mail in OutgoingEmail.objects.filter(to=[requester.email])]
    assert subjects == [f"{ticket.tag} {ticket.subject}"] * 2

    karin = page_of()
    sign_in(karin, manager)
    karin.wait_for_url("**/reports/")
    month = ticket.solved_at.astimezone().strftime("%Y-%m")
    karin.goto(f"/reports/?month={month}")
    karin.get_by_role("link", name="Opgeloste tickets").first.click()
    expect(karin.get_by_role("heading", level=1)).to_have_text("Opgeloste tickets: 1")
    karin.get_by_role("link", name=ticket.subject).click()
    karin.wait_for_url(f"**{ticket.get_absolute_url()}*")


def test_a_second_line_agent_gets_a_ticket_with_its_context(
    page_of, agent, second_line, ticket, web_team
):
    """Noor passes the ticket on with a note; Bram finds it behind his bell and asks back."""
    noor = page_of(agent)
    noor.goto(ticket.get_absolute_url())
    noor.keyboard.press("n")
    noor.locator("#note-form textarea").fill("Cache is al gewist, kijk naar de koppeling.")
    noor.get_by_role("button", name="Bewaar interne nota").click()
    expect(noor.locator(".msg.internal")).to_contain_text("koppeling")
    noor.get_by_label("Toegewezen aan").select_option(label="Bram Jacobs")
    expect(noor.get_by_text("In behandeling").first).to_be_visible()

    bram = page_of(second_line)
    bram.goto("/notifications/")
    bram.get_by_role("button", name=f"#{ticket.pk}").first.click()
    bram.wait_for_url(f"**{ticket.get_absolute_url()}*")
    expect(bram.locator(".msg.internal")).to_contain_text("koppeling")
    ticket.refresh_from_db()
    assert ticket.assignee == second_line


def test_a_stranger_sees_nothing(page_of, context_of, stranger, ticket):
    vera = context_of(stranger).new_page()
    assert vera.goto(ticket.get_absolute_url()).status == 404
    vera.goto("/search/?q=openingsuren")
    expect(vera.get_by_text(ticket.subject)).to_have_count(0)


def test_a_colleague_follows_what_the_library_asks(page_of, colleague, ticket):
    wout = page_of(colleague)
    wout.goto("/")
    wout.get_by_role("link", name="Mijn tickets").first.click()
    wout.get_by_role("link", name="organisatie").first.click()
    wout.get_by_role("link", name=ticket.subject).first.click()
    expect(wout.get_by_role("heading", name=ticket.subject)).to_be_visible()


def test_an_administrator_adds_a_service_that_can_be_asked_about(
    page_of, administrator, requester, web_team
):
    dries = page_of(administrator)
    dries.goto("/admin/catalogue/service/add/")
    dries.locator("#id_name").fill("E-boeken")
    dries.locator("#id_slug").fill("e-boeken")
    dries.locator("[name=_save]").first.click()
    sofie = page_of(requester)
    sofie.goto("/tickets/new/")
    expect(sofie.get_by_label("Dienst").locator("option", has_text="E-boeken")).to_have_count(1)


def test_the_desk_in_english(page_of, requester, article):
    sofie = page_of(requester)
    sofie.goto("/")
    sofie.get_by_role("button", name="EN").click()
    expect(sofie.get_by_role("heading", name="How can we help?")).to_be_visible()
    assert sofie.locator("html").get_attribute("lang") == "en"
