"""The requester's pages in a real browser: the coach, files in every way, drafts, accessibility."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from knowledgebase.models import Article
from servicedesk.catalogue.models import IntakeQuestion, Service
from tests.browser import fits, violations
from tickets.actions.classifying import set_category
from tickets.actions.following import add_follower
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import change_status
from tickets.models import Draft, Ticket

# Another thread serves the pages; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True)


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (4, 3), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def wise(db) -> Service:
    service = Service.objects.create(name="Wise", slug="wise", access_name="Wise")
    IntakeQuestion.objects.create(service=service, key="actor", text="Actor-ID")
    return service


@pytest.fixture
def article(db) -> Article:
    return Article.objects.create(
        title="Sessie verlopen in Wise",
        slug="sessie",
        summary="Meld je opnieuw aan.",
        body="sessie verlopen",
        body_html="<p>x</p>",
        status="published",
        home_position=1,
    )


@pytest.fixture
def asked(ticket, requester, colleague, agent) -> Ticket:
    """A ticket with an answer, a file and a follower."""
    add_follower(ticket, colleague, by=requester)
    reply(ticket, Text("Dag Sofie, welk **adres** is het?"), by=agent, then="pending")
    return ticket


def put(page: Page, make: str) -> None:
    """Runs `make`, a script that gives a DataTransfer `data`, and drops it on the zone."""
    page.evaluate(
        f"""() => {{ {make}
        document.querySelector(".drop").dispatchEvent(
            new DragEvent("drop", {{dataTransfer: data, bubbles: true, cancelable: true}})); }}"""
    )


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    page_of, requester, asked, agent, bug, wise, article, theme, width
):
    type(requester).objects.filter(pk=requester.pk).update(theme=theme)
    page = page_of(requester, viewport={"width": width, "height": 900})
    solved = asked.get_absolute_url()
    addresses = [
        "/",
        "/tickets/",
        solved,
        "/search/?q=sessie",
        "/search/?q=xyzzy",
        "/tickets/new/",
        "/tickets/new/?kind=disruption&service=wise&subject=Sessie+verlopen",
        "/tickets/new/?kind=request&variant=access",
    ]
    for address in addresses:
        page.goto(address)
        assert violations(page) == [], address
        assert fits(page), address
    set_category(asked, bug, by=agent)
    change_status(asked, "solved", by=agent)
    page.goto(solved)
    assert violations(page) == []


def test_the_coach_turns_a_bare_question_into_a_good_one(page_of, requester, wise, article):
    page = page_of(requester)
    page.goto("/tickets/new/")
    page.get_by_text("Ik wil iets weten").click()
    expect(page.get_by_role("heading", name="2. Wat wil je weten?")).to_be_visible()
    page.get_by_label("Dienst").select_option("wise")
    expect(page.get_by_label("Actor-ID")).to_be_visible()
    page.get_by_label("Onderwerp").fill("Wise geeft een foutmelding, is dat normaal?")
    expect(page.locator("[data-hint=error-text]")).to_be_visible()
    expect(page.locator("#draft-note")).to_contain_text("bewaard")
    page.locator("[data-hint=error-switch] button").click()
    expect(page.get_by_role("heading", name="2. Wat is er precies aan de hand?")).to_be_visible()
    assert page.get_by_label("Onderwerp").input_value().startswith("Wise geeft")
    page.get_by_label("Beschrijving").fill(
        "Als ik in het uitleenscherm op Bewaar klik, krijg ik “Fout 500: sessie verlopen”."
    )
    expect(page.locator("#verdict")).to_contain_text("Duidelijk")
    expect(page.locator("[data-hint]")).to_have_count(0)
    expect(page.locator("#suggestions mark").first).to_be_visible()
    page.get_by_label("Op een andere pc?").select_option("same")
    page.get_by_role("button", name="Verzend vraag").click()
    expect(page.get_by_role("heading", name="Wise geeft een foutmelding")).to_be_visible()
    ticket = Ticket.objects.get()
    assert ticket.intake["cross_computer"] == "same"
    assert not Draft.objects.exists()


def test_words_typed_while_the_questions_change_are_not_lost(page_of, requester, wise):
    page = page_of(requester)
    page.goto("/tickets/new/")
    page.route(
        "**/tickets/new/questions/", lambda route: (page.wait_for_timeout(400), route.continue_())
    )
    page.get_by_text("Iets werkt niet").click()
    page.get_by_label("Onderwerp").fill("Getypt onderweg")
    expect(page.get_by_label("Op een andere pc?")).to_be_visible()
    assert page.get_by_label("Onderwerp").input_value() == "Getypt onderweg"


def test_words_typed_before_anything_listens_are_read_all_the_same(page_of, requester, wise):
    page = page_of(requester)
    page.goto("/tickets/new/")
    page.get_by_text("Ik wil iets weten").click()
    expect(page.get_by_role("heading", name="2. Wat wil je weten?")).to_be_visible()
    page.evaluate(
        """() => document.addEventListener("htmx:afterSwap", (event) => {
            if (event.detail.elt.id !== "question") return;
            const subject = document.querySelector("#question [name=subject]");
            subject.value = "Wise geeft een foutmelding, is dat normaal?";
            subject.dispatchEvent(new Event("input", { bubbles: true }));
        })"""
    )
    page.get_by_label("Dienst").select_option("wise")
    expect(page.locator("[data-hint=error-text]")).to_be_visible()


def test_files_come_in_by_choice_by_drop_and_by_paste(context_of, requester, wise, settings):
    settings.DESK_ATTACHMENT_MAX_BYTES = 1024 * 1024
    page = context_of(requester).new_page()
    page.goto("/tickets/new/")
    chosen = {"name": "scherm.png", "mimeType": "image/png", "buffer": png()}
    page.locator("input[type=file]").set_input_files([chosen])
    files = page.locator("[data-upload-list] .file")
    expect(files).to_have_count(1)
    put(page, 'const data = new DataTransfer(); data.items.add(new File(["regel"], "wise.log"));')
    expect(files).to_have_count(2)
    page.evaluate(
        """(bytes) => { const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "image.png", {type: "image/png"}));
        document.querySelector("#id_body").dispatchEvent(new ClipboardEvent(
            "paste", {clipboardData: data, bubbles: true, cancelable: true})); }""",
        list(png()),
    )
    expect(files).to_have_count(3)
    expect(files.last).to_contain_text("schermafbeelding-")
    put(
        page,
        "const data = new DataTransfer();"
        'data.items.add(new File([new Uint8Array(1048577)], "groot.log"));'
        'data.items.add(new File(["<html>"], "pagina.png"));',
    )
    expect(page.get_by_text("“groot.log” is te groot")).to_be_visible()
    expect(page.get_by_text("“pagina.png” heet een afbeelding")).to_be_visible()
    expect(files).to_have_count(3)
    page.get_by_role("button", name="Verwijder wise.log").click()
    expect(files).to_have_count(2)
    page.reload()
    expect(files).to_have_count(2)
    assert Draft.objects.get().attachments.count() == 2


def test_sending_waits_for_a_file_on_its_way(page_of, requester, asked):
    page = page_of(requester)
    page.goto(asked.get_absolute_url())
    page.route("**/files/", lambda route: (page.wait_for_timeout(500), route.continue_()))
    page.get_by_label("Je antwoord").fill("Zie het beeld")
    chosen = {"name": "scherm.png", "mimeType": "image/png", "buffer": png()}
    page.locator("input[type=file]").set_input_files([chosen])
    page.get_by_role("button", name="Verstuur").click()
    expect(page.get_by_text("Je antwoord is verstuurd")).to_be_visible()
    last = asked.messages.last()
    assert (last.body_text, last.attachments.count()) == ("Zie het beeld", 1)


def test_a_reply_half_typed_is_there_after_coming_back(page_of, requester, asked):
    page = page_of(requester)
    page.goto(asked.get_absolute_url())
    page.get_by_label("Je antwoord").fill("Half af")
    expect(page.locator(".draft-note")).to_contain_text("bewaard")
    page.goto("/")
    page.goto(asked.get_absolute_url())
    expect(page.get_by_label("Je antwoord")).to_have_value("Half af")


def test_all_of_it_works_without_scripts(context_of, requester, wise):
    page = context_of(requester, java_script_enabled=False).new_page()
    page.goto("/tickets/new/")
    page.locator("#id_kind_disruption").check(force=True)
    page.get_by_label("Dienst").select_option("wise")
    page.get_by_label("Onderwerp").fill("Zonder scripts")
    page.get_by_role("button", name="Toon de vragen die erbij horen").click()
    page.get_by_label("Op een andere pc?").select_option("works")
    chosen = {"name": "scherm.png", "mimeType": "image/png", "buffer": png()}
    page.locator("input[type=file]").set_input_files([chosen])
    page.get_by_role("button", name="Verzend vraag").click()
    expect(page.get_by_text("Beschrijf je vraag in je eigen woorden.").first).to_be_visible()
    page.get_by_label("Beschrijving").fill("Het uitleenscherm blijft wit na het aanmelden.")
    page.get_by_role("button", name="Verzend vraag").click()
    ticket = Ticket.objects.get()
    assert ticket.messages.get().attachments.get().filename == "scherm.png"
    page.get_by_role("button", name="Mijn vraag is opgelost").click()
    ticket.refresh_from_db()
    assert ticket.status == "solved"
