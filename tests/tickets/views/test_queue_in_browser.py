"""The agent's lists in a real browser: keys, ticks, the preview, news, changes in place."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from servicedesk.catalogue.models import IntakeQuestion
from tests.browser import fits, violations
from tickets.actions.assigning import take
from tickets.actions.opening import NewTicket, open_ticket
from tickets.models import Draft, Ticket

# Another thread serves the pages; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tickets(requester, stranger, websites) -> list[Ticket]:
    """Four in dispatch, in this order."""
    return [
        open_ticket(
            NewTicket(
                requester=stranger if number == 2 else requester,
                subject=f"Vraag nummer {number}",
                body=f"De tekst van {number}",
                service=websites if number else None,
                intake={"sort": "disruption", "frequency": "constant"},
                wants_callback=number == 3,
                callback_phone="0470 12 34 56",
            ),
            by=stranger if number == 2 else requester,
        )
        for number in range(4)
    ]


@pytest.fixture
def queue(page_of, agent, tickets):
    """`queue()`: dispatch as Noor sees it."""

    def open_page(address="/queue/dispatch/", user=agent, **options) -> Page:
        page = page_of(user, **options)
        page.goto(address)
        return page

    return open_page


def row(page: Page, ticket: Ticket):
    return page.locator(f"#ticket-{ticket.pk}")


def cursor(page: Page) -> str:
    return page.locator("tr.focus .ticket-id").inner_text()


def hear(page: Page) -> None:
    """Asks for news now, as the clock would."""
    page.evaluate("document.querySelector('desk-queue').ask()")


@pytest.mark.parametrize("width", [1440, 1100, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_lists_are_accessible(queue, agent, tickets, theme, width):
    type(agent).objects.filter(pk=agent.pk).update(theme=theme)
    take(tickets[3], by=agent)
    page = queue(viewport={"width": width, "height": 900})
    row(page, tickets[0]).locator("input").check()
    page.locator("[data-menu=more] summary").click()
    expect(page.locator("[data-menu=more] [name=status]")).to_be_visible()
    assert violations(page) == []
    assert fits(page)
    for address in (
        "/queue/mine/",
        "/queue/solved-today/",
        "/queue/search/?q=vraag",
        "/queue/search/?q=niets",
        "/queue/dispatch/?service=websites",
        "/queue/dispatch/filter/",
        f"/queue/change/?ticket={tickets[0].pk}.new.",
        "/queue/log/",
    ):
        page.goto(address)
        expect(page.locator(".htmx-request")).to_have_count(0)
        assert violations(page) == [], address
        assert fits(page), address


def test_keys_walk_tick_and_open(queue, tickets):
    page = queue()
    assert cursor(page) == str(tickets[0].pk)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert cursor(page) == str(tickets[1].pk)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-picked]")).to_have_text("3 geselecteerd")
    assert page.locator("tr[aria-selected=true]").count() == 3
    page.keyboard.press("Escape")
    expect(page.locator("[data-picked]")).to_have_text("Niets geselecteerd")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{tickets[3].pk}/?queue=dispatch")
    page.keyboard.press("Escape")
    page.wait_for_url("**/queue/dispatch/")


def test_keys_that_go_to_the_composer(queue, tickets):
    page = queue()
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.wait_for_url(f"**/tickets/{tickets[1].pk}/**write=note**")
    page.go_back()
    page.keyboard.press("r")
    page.wait_for_url("**write=reply**")


def test_keys_that_are_switched_off_do_nothing(queue, agent, tickets):
    type(agent).objects.filter(pk=agent.pk).update(keyboard_shortcuts=False)
    page = queue()
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert cursor(page) == str(tickets[0].pk)
    expect(page.locator("[data-picked]")).to_have_text("Niets geselecteerd")


def test_shift_click_ticks_a_range_and_the_head_ticks_all(queue, tickets):
    page = queue()
    row(page, tickets[0]).locator("input").click()
    row(page, tickets[2]).locator("input").click(modifiers=["Shift"])
    expect(page.locator("[data-picked]")).to_have_text("3 geselecteerd")
    page.locator("[data-all]").check()
    expect(page.locator("[data-picked]")).to_have_text("4 geselecteerd")
    page.locator("[data-all]").uncheck()
    expect(page.locator("[data-picked]")).to_have_text("Niets geselecteerd")


def test_the_preview_follows_the_cursor(queue, tickets):
    page = queue()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("De tekst van 0")
    page.keyboard.press("j")
    expect(preview).to_contain_text("De tekst van 1")
    expect(preview).to_contain_text("Constant")


def test_on_a_smaller_screen_the_preview_is_a_drawer(queue, tickets):
    page = queue(viewport={"width": 1100, "height": 800})
    expect(page.locator("#preview")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("Space")
    drawer = page.locator("#preview-drawer")
    expect(drawer).to_contain_text("De tekst van 1")
    assert violations(page) == []
    page.keyboard.press("j")
    expect(drawer).to_contain_text("De tekst van 2")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_assign_and_next(queue, tickets, second_line):
    page = queue()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("De tekst van 0")
    preview.locator("[name=assignee]").select_option(str(second_line.pk))
    preview.get_by_role("button", name="Wijs toe en volgende").click()
    expect(row(page, tickets[0])).to_have_class(re.compile("left"))
    expect(row(page, tickets[0])).to_contain_text("Bram Jacobs")
    expect(preview).to_contain_text("De tekst van 1")
    assert cursor(page) == str(tickets[1].pk)
    expect(page.locator("#rail [aria-current] .n")).to_have_text("3")
    tickets[0].refresh_from_db()
    assert tickets[0].assignee == second_line


def test_many_at_once_in_place(queue, tickets, agent, second_line):
    page = queue()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("a")
    person = page.locator("[data-menu=assign] [name=assignee]")
    expect(person).to_be_focused()
    person.select_option(str(agent.pk))
    page.locator("[data-menu=assign]").get_by_role("button", name="Wijs toe").click()
    expect(page.locator("#notices")).to_contain_text("2 tickets gewijzigd.")
    for ticket in tickets[:2]:
        expect(row(page, ticket)).to_contain_text("Noor Peeters")
        ticket.refresh_from_db()
        assert ticket.assignee == agent
    expect(page.locator("[data-picked]")).to_have_text("Niets geselecteerd")
    assert cursor(page) == str(tickets[1].pk)
    assert violations(page) == []


def test_without_ticks_the_row_under_the_cursor_is_meant(queue, tickets, web_team):
    page = queue()
    page.keyboard.press("t")
    team = page.locator("[data-menu=team] [name=team]")
    expect(team).to_be_focused()
    expect(page.locator("[data-picked]")).to_have_text("1 geselecteerd")
    team.select_option(str(web_team.pk))
    page.locator("[data-menu=team]").get_by_role("button", name="Wijs toe").click()
    expect(page.locator("#notices")).to_contain_text("1 ticket gewijzigd.")


def test_taking_needs_one_click_also_before_the_menus_came(queue, tickets, agent):
    page = queue()
    page.locator("#bulk").get_by_role("button", name="Neem").click()
    expect(page.locator("#notices")).to_contain_text("1 ticket gewijzigd.")
    tickets[0].refresh_from_db()
    assert tickets[0].assignee == agent


def test_what_was_refused_stays_ticked(queue, tickets, second_line):
    page = queue()
    for ticket in tickets[:2]:
        row(page, ticket).locator("input").check()
    take(tickets[0], by=second_line)
    page.locator("#bulk").get_by_role("button", name="Neem").click()
    expect(page.locator("#notices")).to_contain_text("1 ticket gewijzigd, 1 niet.")
    expect(page.locator("#notices")).to_contain_text(f"#{tickets[0].pk}: Iemand anders")
    expect(page.locator("[data-picked]")).to_have_text("1 geselecteerd")
    expect(row(page, tickets[0]).locator("input")).to_be_checked()


def test_escape_closes_a_menu_and_gives_the_focus_back(queue, tickets):
    page = queue()
    page.keyboard.press("a")
    expect(page.locator("[data-menu=assign] [name=assignee]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-menu=assign] [name=assignee]")).to_be_hidden()
    expect(page.locator("[data-menu=assign] summary")).to_be_focused()


def test_new_tickets_wait_behind_a_line_and_move_nothing(queue, tickets, requester, second_line):
    page = queue()
    row(page, tickets[1]).locator("input").check()
    before = row(page, tickets[2]).bounding_box()
    for number in range(2):
        open_ticket(
            NewTicket(requester=requester, subject=f"Nieuw {number}", body="x"), by=requester
        )
    take(tickets[3], by=second_line)
    hear(page)
    expect(page.locator("[data-fresh]")).to_contain_text("2 nieuwe tickets")
    expect(row(page, tickets[3])).to_contain_text("Bram Jacobs")
    expect(row(page, tickets[1]).locator("input")).to_be_checked()
    expect(page.locator("#rail [aria-current] .n")).to_have_text("5")
    assert page.locator("tr[id^=ticket-]").count() == 4
    assert cursor(page) == str(tickets[1].pk)
    moved = row(page, tickets[2]).bounding_box()["y"] - before["y"]
    assert moved <= 45  # the line itself, nothing else
    assert violations(page) == []
    page.get_by_role("link", name="Toon ze").click()
    expect(page.locator("tr[id^=ticket-]")).to_have_count(5)


def test_an_empty_queue_fills_by_itself(page_of, agent, requester):
    page = page_of(agent)
    page.goto("/queue/dispatch/")
    open_ticket(NewTicket(requester=requester, subject="Eerste", body="x"), by=requester)
    hear(page)
    expect(page.locator("[data-fresh]")).to_contain_text("1 nieuw ticket")
    assert violations(page) == []


def test_filters_are_chosen_in_a_menu_and_taken_off_one_by_one(queue, tickets):
    page = queue()
    page.locator("#filter-menu summary").click()
    page.locator("#filter-menu [name=service]").select_option("websites")
    page.locator("#filter-menu").get_by_role("button", name="Toon").click()
    page.wait_for_url("**service=websites**")
    expect(page.locator("tr[id^=ticket-]")).to_have_count(3)
    page.get_by_role("link", name="Dienst: Bibliotheekwebsites").click()
    expect(page.locator("tr[id^=ticket-]")).to_have_count(4)


def test_changes_from_a_search_come_back_to_it(queue, tickets, agent):
    page = queue("/queue/search/?q=nummer")
    page.keyboard.press("x")
    page.locator("#bulk").get_by_role("button", name="Neem").click()
    expect(page.locator(".notices")).to_contain_text("1 ticket gewijzigd.")
    assert page.url.endswith("/queue/search/?q=nummer")


def test_a_button_that_is_replaced_while_it_is_held_down_is_pressed_all_the_same(queue, tickets):
    """The forms of the bar come when a first row is ticked: at that moment of a press too."""
    page = queue("/queue/search/?q=nummer")
    held: list[Route] = []
    page.route("**/queue/change/?*", lambda route: held.append(route))
    page.keyboard.press("x")
    page.locator("#bulk").get_by_role("button", name="Neem").hover()
    page.mouse.down()
    held[0].continue_()
    expect(page.locator("#bulk form [data-menu=take]")).to_be_visible()
    page.mouse.up()
    expect(page.locator(".notices")).to_contain_text("1 ticket gewijzigd.")


def test_on_a_phone_rows_are_cards(queue, tickets):
    page = queue(viewport={"width": 390, "height": 844})
    expect(page.locator("#bulk")).to_be_hidden()
    row(page, tickets[0]).locator("input").check()
    expect(page.locator("#bulk")).to_be_visible()
    assert fits(page)
    box = row(page, tickets[0]).locator("input").bounding_box()
    assert box["width"] >= 24


@pytest.mark.parametrize("width", [1440, 390])
def test_without_scripts_rows_are_links_and_ticks_a_form(context_of, agent, tickets, width):
    context = context_of(agent, java_script_enabled=False, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto("/queue/dispatch/")
    row(page, tickets[0]).locator("input").check()
    row(page, tickets[1]).locator("input").check()
    page.get_by_role("button", name="Wijzig de aangevinkte tickets").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wijzig 2 tickets")
    page.get_by_role("button", name="Neem").click()
    expect(page.locator(".notices")).to_contain_text("2 tickets gewijzigd.")
    assert page.url.endswith("/queue/dispatch/")
    page.locator("#filter-menu summary").click()
    page.get_by_role("link", name="Kies filters").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Filter “Dispatch”")


# --- logging for somebody --------------------------------------------------------------------


def test_a_call_is_logged_by_keyboard_alone(queue, tickets, requester, websites, bug):
    IntakeQuestion.objects.create(service=websites, key="instance", text="Instance")
    page = queue()
    page.keyboard.press("c")
    page.wait_for_url("**/queue/log/")
    expect(page.locator("[name=person]")).to_be_focused()
    page.keyboard.type("verm", delay=20)
    option = page.get_by_role("option", name="Sofie Vermeer")
    expect(option).to_be_visible()
    expect(option).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("[name=subject]")).to_be_focused()
    page.keyboard.type("Uren fout")
    page.keyboard.press("Tab")
    page.keyboard.type("Ze belt over zaterdag.")
    page.locator("[name=service]").select_option("websites")
    expect(page.locator("[name=number_instance]")).to_be_visible()
    page.get_by_text("Opgelost tijdens het contact").click()
    page.locator("[name=category]").select_option(str(bug.pk))
    page.locator("[name=body]").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/tickets/*/")
    made = Ticket.objects.latest("pk")
    assert (made.requester, made.status, made.category) == (requester, "solved", bug)


def test_arrows_walk_the_people_and_escape_closes(queue, tickets, requester, colleague):
    page = queue("/queue/log/")
    page.keyboard.type("heidedal", delay=20)
    expect(page.get_by_role("option", name="Sofie")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Wout")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("option", name="Wout")).to_be_hidden()


def test_somebody_new_is_entered_from_what_was_typed(queue, tickets, heidedal):
    heidedal.mail_domains.create(domain="heidedal.example")
    page = queue("/queue/log/")
    page.keyboard.type("jan@heidedal.example", delay=10)
    expect(page.get_by_role("option", name="Niemand heet")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[name=new_name]")).to_be_focused()
    expect(page.locator("[name=new_email]")).to_have_value("jan@heidedal.example")
    expect(page.locator("[name=new_organisation]")).to_have_value(str(heidedal.pk))


def test_what_is_typed_is_kept_on_the_server(queue, tickets, agent):
    page = queue("/queue/log/")
    page.locator("[name=subject]").fill("Half af")
    expect(page.locator(".sendbar [role=status]")).to_contain_text("bewaard")
    assert Draft.objects.get(user=agent).data["subject"] == "Half af"
