"""Words that would be scripts, in everything people may write, before a real browser.

No dialog opens, nothing of it runs, and the content security policy has nothing to stop: what
is harmful is gone or inert before the browser sees it.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from knowledgebase import publishing
from tests.access_world import GIF
from tickets.actions import drafting
from tickets.actions.attaching import attach
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, reply

#: Each sets `window.hit`, or asks for a page of another host, if anything of it lives.
VECTORS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror='window.hit=1'>",
    "<svg/onload=window.hit=1>",
    "<svg><script>window.hit=1</script></svg>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<a href='javascript:window.hit=1' id='lure'>klik</a>",
    "[klik](javascript:window.hit=1)",
    "[klik](<javascript:window.hit=1>)",
    '![x](x" onerror="window.hit=1)',
    "![x](https://evil.example/pixel.gif)",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src onerror=hit=1>'>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<form action=https://evil.example/><button id=send>x</button></form>",
    "<base href=https://evil.example/>",
    "<body onload=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<div hx-get='/accounts/logout/' hx-trigger='load' hx-on::load='window.hit=1'>x</div>",
    "'\"><script>window.hit=1</script>",
    "</title><script>window.hit=1</script>",
    "</textarea><script>window.hit=1</script>",
    "--></script><script>window.hit=1</script>",
    "{{constructor.constructor('window.hit=1')()}}",
    "<a href=data:text/html,<script>window.hit=1</script>>x</a>",
    "<img name=body><form name=querySelector>",
]


@pytest.fixture
def hostile_pages(requester, colleague, agent, heidedal, websites):
    """A desk in which all that people wrote is hostile; gives the pages that show it."""
    everything = "\n\n".join(VECTORS)
    requester.name = "<img src=x onerror=hit=1>"
    heidedal.name = "</title><script>window.hit=1</script>"
    websites.name = websites.name_en = "<svg/onload=window.hit=1>"
    for row in (requester, heidedal, websites):
        row.save()
    draft = drafting.keep(drafting.draft_of(requester, "new_ticket"), {"subject": everything[:900]})
    files = [
        attach(SimpleUploadedFile(name, content), draft=draft, by=requester)
        for name, content in (
            ('"><img src=x onerror=hit=1>.txt', b"x"),
            ("plaatje.gif", GIF + b"<script>window.hit=1</script>"),
            ("pagina.html", b"<script>window.hit=1</script>"),
            ("tekening.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='hit=1'/>"),
        )
    ]
    ticket = open_ticket(
        NewTicket(
            requester=requester,
            subject="</title><script>window.hit=1</script><img src=x onerror=hit=1>",
            body=everything,
            service=websites,
            intake={"steps": everything, "since": VECTORS[1]},
            callback_phone=VECTORS[1][:40],
            wants_callback=True,
            attachments=files,
        ),
        by=requester,
    )
    drafting.keep(
        drafting.draft_of(requester, "new_ticket"), {"subject": VECTORS[1], "body": everything}
    )
    reply(ticket, Text(everything), by=agent)
    add_note(ticket, Text(everything), by=agent)
    article = publishing.write_article(
        publishing.Content(VECTORS[1], VECTORS[0], everything, home_position=1), by=agent
    )
    publishing.publish(article, by=agent)
    number = ticket.pk
    portal = [
        reverse("home"), reverse("tickets:ticket-list"), reverse("tickets:ticket-create"),
        ticket.get_absolute_url(), article_page(article), reverse("knowledgebase:article-list"),
        reverse("search") + "?q=%3Cimg+src%3Dx+onerror%3Dhit%3D1%3E", reverse("accounts:profile"),
    ]  # fmt: skip
    desk = [
        reverse("tickets:queue", args=["dispatch"]), ticket.get_absolute_url(),
        reverse("tickets:ticket-history", args=[number]),
        reverse("tickets:queue-search") + "?q=%22%3E%3Cscript%3Ewindow.hit%3D1%3C/script%3E",
        article_page(article), reverse("knowledgebase:article-edit", args=[article.slug]),
        reverse("knowledgebase:revision-list", args=[article.slug]),
    ]  # fmt: skip
    administration = [
        reverse("outbox:email-list"), reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_organisation_changelist"),
        reverse("tickets:person-data", args=[requester.pk]),
    ]  # fmt: skip
    return {"portal": portal, "desk": desk, "administration": administration}


def article_page(article) -> str:
    return reverse("knowledgebase:article-detail", args=[article.slug])


@pytest.mark.parametrize("where", ["portal", "desk", "administration"])
def test_nothing_that_people_wrote_ever_runs(
    hostile_pages, page_of, requester, agent, administrator, where
):
    page = page_of({"portal": requester, "desk": agent, "administration": administrator}[where])
    dialogs, asked = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    for address in hostile_pages[where]:
        page.goto(address)
        assert page.evaluate("window.hit") is None, address
        host = page.evaluate("location.host")
        for link in page.query_selector_all("a[href^='javascript'], a[href^='data']"):
            raise AssertionError(f"{address}: {link.get_attribute('href')}")
        assert "evil.example" not in host
    assert dialogs == []
    assert [url for url in asked if "evil.example" in url] == []
