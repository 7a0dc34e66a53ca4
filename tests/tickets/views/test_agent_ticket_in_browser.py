"""The agent's page of a ticket in a real browser: keys, tabs, drafts, two agents at once."""

import pytest
from playwright.sync_api import Page, expect

from knowledgebase.models import Article
from tests.browser import fits, violations
from tickets.actions.assigning import take
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, reply
from tickets.models import Draft, Macro, Ticket

# Another thread serves the pages; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(page_of, agent, ticket):
    """`desk()`: the page of the ticket as Noor sees it."""

    def open_page(user=agent, **options) -> Page:
        page = page_of(user, **options)
        page.goto(ticket.get_absolute_url())
        return page

    return open_page


@pytest.fixture
def desk_that_refuses(context_of, agent, ticket):
    """The same, where the browser may note an answer that is a refusal."""

    def open_page() -> Page:
        page = context_of(agent).new_page()
        page.goto(ticket.get_absolute_url())
        return page

    return open_page


def reply_box(page: Page):
    return page.locator("#reply-form textarea")


def note_box(page: Page):
    return page.locator("#note-form textarea")


@pytest.mark.parametrize("width", [1440, 900, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_accessible(desk, ticket, agent, second_line, requester, theme, width):
    type(agent).objects.filter(pk=agent.pk).update(theme=theme)
    Ticket.objects.filter(pk=ticket.pk).update(
        callback_open=True, callback_phone="0470 12 34 56", callback_when="na 14 u."
    )
    Macro.objects.create(name="Begroeting", body="Dag {requester}", position=1)
    Article.objects.create(
        title="Openingsuren op de website", slug="uren", summary="Zo", body="x", status="published"
    )
    reply(ticket, Text("Dag Sofie, **vet**"), by=agent, then="pending")
    add_note(ticket, Text("Alleen voor ons"), by=second_line)
    reply(ticket, Text("Hier is het nummer"), by=requester)
    page = desk(viewport={"width": width, "height": 900})
    assert violations(page) == []
    assert fits(page)
    page.locator("#history summary").click()
    page.locator("[data-write=note]:visible").click()
    if width < 768:
        page.get_by_role("button", name="Eigenschappen").click()
        expect(page.get_by_label("Toegewezen aan")).to_be_visible()
    assert violations(page) == []
    assert fits(page)


def test_the_tabs_change_everything_together(desk):
    page = desk()
    expect(page.get_by_role("button", name="Verstuur naar Sofie")).to_be_visible()
    expect(page.get_by_text("Aan Sofie Vermeer")).to_be_visible()
    page.locator("#reply-form [name=then]").select_option("pending")
    reply_box(page).fill("Voor Sofie")
    reply_box(page).blur()
    page.keyboard.press("n")
    expect(note_box(page)).to_be_focused()
    expect(note_box(page)).to_have_value("")
    expect(page.get_by_role("button", name="Bewaar interne nota")).to_be_visible()
    expect(page.get_by_text("Alleen voor collega’s van de servicedesk")).to_be_visible()
    expect(page.get_by_role("button", name="Verstuur naar Sofie")).to_be_hidden()
    expect(page.locator("#note-form")).to_have_css("border-top-style", "dashed")
    note_box(page).fill("Voor ons")
    note_box(page).blur()
    page.keyboard.press("r")
    expect(reply_box(page)).to_have_value("Voor Sofie")
    expect(page.locator("#reply-form [name=then]")).to_have_value("")
    expect(page.locator("#reply-form")).to_have_css("border-top-style", "solid")


def test_ctrl_enter_sends_what_is_open(desk, ticket):
    page = desk()
    page.keyboard.press("n")
    note_box(page).fill("Een nota")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.internal")).to_contain_text("Een nota")
    assert ticket.messages.last().kind == "internal_note"
    page.keyboard.press("r")
    reply_box(page).fill("Dag **Sofie**")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.team strong").last).to_have_text("Sofie")
    expect(reply_box(page)).to_have_value("")
    assert ticket.messages.count() == 3
    assert not Draft.objects.exists()


def test_what_is_typed_is_kept_on_the_server(desk, agent, ticket):
    page = desk()
    reply_box(page).fill("Half antwoord")
    expect(page.locator("#reply-form .draft-note")).to_contain_text("bewaard")
    page.keyboard.press("Escape")
    page.locator("[data-write=note]:visible").click()
    note_box(page).fill("Halve nota")
    expect(page.locator("#note-form .draft-note")).to_contain_text("bewaard")
    assert {draft.kind: draft.data["body"] for draft in Draft.objects.all()} == {
        "public_reply": "Half antwoord",
        "internal_note": "Halve nota",
    }
    page.reload()
    expect(reply_box(page)).to_have_value("Half antwoord")


def test_a_macro_goes_in_at_the_cursor_and_sets_the_status(desk, bug):
    Macro.objects.create(
        name="Werkt weer", body="Dag {requester}, het werkt.", status="solved", category=bug
    )
    page = desk()
    reply_box(page).fill("Begin. Slot.")
    page.evaluate("document.querySelector('#reply-form textarea').setSelectionRange(6, 6)")
    reply_box(page).blur()
    page.keyboard.press("m")
    page.get_by_role("link", name="Werkt weer").first.click()
    expect(reply_box(page)).to_have_value("Begin.\n\nDag Sofie, het werkt. Slot.")
    expect(page.locator("#reply-form [name=then]")).to_have_value("solved")
    expect(page.locator("#reply-form [name=category]")).to_have_value(str(bug.pk))
    expect(page.locator("#reply-form [name=category]")).to_be_visible()


def test_an_article_is_found_and_put_in(desk):
    for title, slug in [("Wachtwoord vergeten", "wachtwoord"), ("Openingsuren", "uren")]:
        Article.objects.create(title=title, slug=slug, summary="Zo", body="x", status="published")
    page = desk()
    page.get_by_label("Voeg een artikel in").first.click()
    expect(page.get_by_label("Zoek een artikel")).to_be_focused()
    page.get_by_label("Zoek een artikel").fill("wachtwoord")
    page.get_by_role("link", name="Voeg in: Wachtwoord vergeten").click()
    expect(reply_box(page)).to_have_value(
        "[Wachtwoord vergeten](http://127.0.0.1:8000/articles/wachtwoord/)"
    )


def test_a_property_changes_beside_a_text_that_stays(desk, ticket, second_line):
    page = desk()
    reply_box(page).fill("Half antwoord")
    page.get_by_label("Toegewezen aan").select_option(label="Bram Jacobs")
    expect(page.locator("#ticket-bar .chip").first).to_have_text("In behandeling")
    expect(page.locator("#conversation")).to_contain_text("Noor Peeters wees toe aan Bram Jacobs")
    expect(reply_box(page)).to_have_value("Half antwoord")
    assert Ticket.objects.get().assignee == second_line
    page.get_by_label("Dienst").select_option("")
    expect(page.locator("#conversation")).to_contain_text("haalde de dienst weg")


def test_what_is_to_follow_stays_chosen_while_properties_change(desk, ticket, agent, bug):
    take(ticket, by=agent)
    page = desk()
    then = page.locator("#reply-form [name=then]")
    then.select_option("solved")
    expect(page.locator("#reply-category select")).to_be_visible()
    page.get_by_label("Categorie", exact=True).select_option(str(bug.pk))
    expect(page.locator("#conversation")).to_contain_text("koos de categorie: Bug")
    expect(page.locator("#reply-category select")).to_have_count(0)
    expect(then).to_have_value("solved")
    reply_box(page).fill("Het werkt weer")
    page.get_by_role("button", name="Verstuur naar Sofie").click()
    expect(page.locator("#ticket-bar .chip").first).to_have_text("Opgelost")


def test_solving_asks_for_a_category_where_it_is_missing(desk_that_refuses, bug):
    page = desk_that_refuses()
    page.keyboard.press("e")
    category = page.locator("#property-status ~ .asked select, .property .asked select").first
    expect(category).to_be_visible()
    category.select_option(str(bug.pk))
    expect(page.locator("#ticket-bar .chip").first).to_have_text("Opgelost")
    assert Ticket.objects.get().category == bug


def test_the_composer_asks_for_a_category_when_it_solves(desk, ticket, bug):
    page = desk()
    category = page.locator("#reply-form [name=category]")
    expect(category).to_be_hidden()
    page.locator("#reply-form [name=then]").select_option("solved")
    expect(category).to_be_visible()
    category.select_option(str(bug.pk))
    reply_box(page).fill("Het werkt weer")
    page.get_by_role("button", name="Verstuur naar Sofie").click()
    expect(page.locator("#ticket-bar .chip").first).to_have_text("Opgelost")


def test_another_priority_asks_why(desk):
    page = desk()
    expect(page.get_by_label("Waarom?")).to_be_hidden()
    page.get_by_label("Prioriteit").select_option("urgent")
    page.get_by_label("Waarom?").fill("De balie staat stil")
    page.get_by_role("button", name="Wijzig prioriteit").click()
    expect(page.locator("#conversation")).to_contain_text("De balie staat stil")
    assert Ticket.objects.get().priority == "urgent"


def test_the_second_agent_sees_what_is_new_first(desk_that_refuses, ticket, second_line):
    page = desk_that_refuses()
    reply_box(page).fill("Ik ook")
    reply(ticket, Text("Ik was eerst"), by=second_line)
    page.get_by_role("button", name="Verstuur naar Sofie").click()
    expect(page.locator("#reply-form [role=alert]")).to_be_focused()
    expect(page.locator(".msg.team")).to_contain_text("Ik was eerst")
    expect(reply_box(page)).to_have_value("Ik ook")
    assert ticket.messages.count() == 2
    page.get_by_role("button", name="Verstuur toch naar Sofie").click()
    expect(page.locator(".msg.team").last).to_contain_text("Ik ook")
    assert ticket.messages.count() == 3


def test_a_failed_request_keeps_the_text(desk_that_refuses, ticket):
    page = desk_that_refuses()
    reply_box(page).fill("Mijn lange antwoord")
    page.context.set_offline(True)
    page.get_by_role("button", name="Verstuur naar Sofie").click()
    expect(page.get_by_text("Geen verbinding. Je tekst blijft bewaard.")).to_be_visible()
    expect(reply_box(page)).to_have_value("Mijn lange antwoord")
    page.context.set_offline(False)
    page.get_by_role("button", name="Verstuur naar Sofie").click()
    expect(page.locator(".msg.team")).to_contain_text("Mijn lange antwoord")
    assert ticket.messages.count() == 2


def test_a_follower_is_found_by_typing(desk, ticket, colleague, stranger):
    page = desk()
    field = page.get_by_role("combobox", name="Voeg volger toe")
    field.press_sequentially("wou")
    expect(page.locator("[role=listbox]:visible [role=option]")).to_have_count(1)
    field.press("Enter")
    expect(page.locator(".people")).to_contain_text("Wout Claes")
    expect(page.locator("#conversation")).to_contain_text("voegde Wout Claes toe als volger")
    page.get_by_text("Wijzig de melder").click()
    field = page.get_by_role("combobox", name="Wijzig")
    field.press_sequentially("vera")
    page.locator("[role=listbox]:visible [role=option]", has_text="Vera Maes").click()
    expect(page.locator("#requester-card strong").first).to_have_text("Vera Maes")
    assert Ticket.objects.get().requester == stranger
    page.get_by_role("button", name="Verwijder Wout Claes als volger").click()
    expect(page.get_by_text("Niemand leest mee.")).to_be_visible()


def test_earlier_messages_come_on_top(desk, ticket, agent):
    for number in range(60):
        reply(ticket, Text(f"bericht {number}."), by=agent)
    page = desk()
    expect(page.locator(".msg")).to_have_count(50)
    page.get_by_role("link", name="Toon eerdere berichten").click()
    expect(page.locator(".msg")).to_have_count(61)
    expect(page.locator(".msg").first).to_contain_text("We pasten de openingsuren aan")
    expect(page.get_by_role("link", name="Toon eerdere berichten")).to_have_count(0)


def test_the_call_back_leads_to_logging_the_call(page_of, agent, requester):
    ticket = open_ticket(
        NewTicket(
            requester=requester,
            subject="Bel me",
            body="x",
            wants_callback=True,
            callback_phone="0470 12 34 56",
        ),
        by=requester,
    )
    page = page_of(agent)
    page.goto(ticket.get_absolute_url())
    page.get_by_role("link", name="Log gesprek").click()
    expect(note_box(page)).to_be_focused()
    expect(page.get_by_label("Ik sprak de melder")).to_be_checked()
    note_box(page).fill("Uitgelegd")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("vraagt om teruggebeld te worden")).to_have_count(0)
    expect(page.locator(".msg.internal")).to_contain_text("Gesprek met de melder")


def test_without_scripts_both_forms_stand_there(context_of, agent, ticket):
    page = context_of(agent, java_script_enabled=False).new_page()
    page.goto(ticket.get_absolute_url())
    expect(reply_box(page)).to_be_visible()
    expect(note_box(page)).to_be_visible()
    note_box(page).fill("Alleen voor ons")
    page.get_by_role("button", name="Bewaar interne nota").click()
    expect(page.locator(".msg.internal")).to_contain_text("Alleen voor ons")
    page.get_by_label("Soort (KWIS)").select_option("complaint")
    page.locator("form.property", has=page.get_by_label("Soort (KWIS)")).get_by_role(
        "button", name="Bewaar"
    ).click()
    assert Ticket.objects.get().kwis == "complaint"


def test_a_file_is_dropped_on_the_answer_and_goes_along(desk, ticket, tmp_path):
    file = tmp_path / "uitleg.txt"
    file.write_text("zo gaat het")
    page = desk()
    page.locator("#reply-form input[type=file]").set_input_files(str(file))
    expect(page.locator("#reply-form .files")).to_contain_text("uitleg.txt")
    reply_box(page).fill("Zie bijlage")
    page.get_by_role("button", name="Verstuur naar Sofie").click()
    expect(page.locator(".msg.team .file")).to_contain_text("uitleg.txt")
    expect(page.locator("#reply-form .files")).to_have_count(0)
    assert ticket.messages.last().attachments.count() == 1
