"""Where somebody is signed in, and every way in which that ends."""

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from servicedesk.accounts.actions import set_role
from servicedesk.accounts.browsers import in_words
from servicedesk.accounts.links import password_link
from servicedesk.accounts.models import SignIn, User
from servicedesk.accounts.sessions import end_everything, sweep_sessions
from tests.conftest import PASSWORD

LOGIN, LIST = "/accounts/login/", "/profile/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(user: User, **meta) -> Client:
    browser = Client(**meta)
    assert browser.post(LOGIN, {"login": user.email, "password": PASSWORD}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/profile/").status_code == 200


def test_shows_where_and_with_what(requester):
    signed_in(requester, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.7")
    here = signed_in(requester)

    page = here.get(LIST)

    assert [(browser, own) for _session, browser, own in page.context["rows"]] == [
        ("Een onbekende browser", True),
        ("Firefox, Windows", False),
    ]
    text = page.content.decode()
    assert "203.0.113.7" in text
    assert "Waar ben je aangemeld" in text


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
    ],
)
def test_names_a_browser(user_agent, words):
    assert in_words(user_agent) == words


def test_ends_one_session(requester):
    there, here = signed_in(requester), signed_in(requester)
    theirs = SignIn.objects.get(session_key=there.session.session_key)

    assert here.post(f"{LIST}{theirs.pk}/end/").url == LIST

    assert not is_in(there)
    assert is_in(here)


def test_ends_all_others(requester):
    others, here = [signed_in(requester), signed_in(requester)], signed_in(requester)

    here.post(f"{LIST}end-others/")

    assert [is_in(browser) for browser in others] == [False, False]
    assert is_in(here)
    assert SignIn.objects.filter(user=requester).count() == 1


def test_never_ends_the_session_of_somebody_else(requester, stranger):
    theirs, mine = signed_in(stranger), signed_in(requester)
    session = SignIn.objects.get(user=stranger)

    assert mine.post(f"{LIST}{session.pk}/end/").status_code == 404
    assert is_in(theirs)
    assert len(mine.get(LIST).context["rows"]) == 1


def test_ending_the_present_session_is_signing_out(requester):
    here = signed_in(requester)
    session = SignIn.objects.get(user=requester)

    assert here.post(f"{LIST}{session.pk}/end/").url == "/accounts/logout/"


def test_signing_out_takes_it_off_the_list(requester):
    here = signed_in(requester)

    here.post("/accounts/logout/")

    assert not SignIn.objects.exists()


def test_a_new_password_ends_the_others_and_keeps_this_one_on_the_list(requester):
    there, here = signed_in(requester), signed_in(requester)
    new = "een-ander-lang-wachtwoord"

    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    here.post("/accounts/password/change/", form)

    assert not is_in(there)
    assert [own for _session, _browser, own in here.get(LIST).context["rows"]] == [True]


def test_a_forgotten_password_ends_all(client, requester):
    there = signed_in(requester)
    new = "een-ander-lang-wachtwoord"

    requester.refresh_from_db()  # signing in moved "last signed in", which the link knows
    action = client.get(password_link(requester), follow=True).context["action_url"]
    client.post(action, {"password1": new, "password2": new})

    assert not is_in(there)
    assert not SignIn.objects.exists()


def test_who_comes_to_work_at_the_desk_signs_in_anew(requester, administrator, as_user):
    """What was opened as a requester, perhaps with one step, opens nothing of the desk."""
    browser, link = signed_in(requester), password_link(requester)
    set_role(requester, "agent", by=administrator)

    assert not is_in(browser)
    assert "Deze link werkt niet meer" in Client().get(link, follow=True).content.decode()

    browser = signed_in(requester)
    set_role(requester, "manager", by=administrator)
    assert is_in(browser)


class TestEverything:
    """What `end_everything` promises, and so what switching somebody off promises."""

    def test_ends_sessions_that_no_list_knows_of(self, as_user, requester):
        browser = as_user(requester)
        SignIn.objects.all().delete()

        end_everything(requester)

        assert browser.get("/profile/").url == "/accounts/login/?next=/profile/"

    def test_ends_links_for_good(self, client, requester):
        link = password_link(requester)

        end_everything(requester)

        assert "Deze link werkt niet meer" in client.get(link, follow=True).content.decode()

    def test_switching_off_and_on_again_revives_nothing(self, as_user, administrator, requester):
        browser, link = signed_in(requester), password_link(requester)
        admin, path = as_user(administrator), f"/people/{requester.pk}/"

        assert admin.post(f"{path}leave/").status_code == 302
        assert browser.get("/profile/").url == "/accounts/login/?next=/profile/"
        assert admin.post(f"{path}return/").status_code == 302

        assert not is_in(browser)
        assert "Deze link werkt niet meer" in Client().get(link, follow=True).content.decode()
        assert is_in(signed_in(requester))


def test_seen_last_moves_on_in_steps(requester):
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        browser = signed_in(requester)
        seen = []
        for minutes in (5, 6, 20):
            clock.move_to(start + dt.timedelta(minutes=minutes))
            browser.get("/profile/")
            seen.append(SignIn.objects.get().last_seen_at - start)

    assert seen == [dt.timedelta(0), dt.timedelta(0), dt.timedelta(minutes=20)]


HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("who", "within", "over"),
    [("agent", 11 * HOUR, 12 * HOUR), ("requester", 29 * DAY, 30 * DAY)],
)
def test_doing_nothing_for_long_ends_a_session(request, who, within, over):
    user = request.getfixturevalue(who)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = signed_in(user)
        clock.shift(within)
        assert is_in(browser)
        clock.shift(over)
        assert browser.get("/profile/").url == "/accounts/login/?next=/profile/"
        page = browser.get("/accounts/login/").content.decode()
        clock.shift(-over)  # the session is gone, not only refused
        assert not is_in(browser)

    assert "Je bent na lange tijd afgemeld." in page
    assert not SignIn.objects.exists()


@pytest.mark.parametrize(("who", "days"), [("agent", 14), ("requester", 90)])
def test_no_session_lasts_for_ever(request, who, days):
    user = request.getfixturevalue(who)
    start, step = timezone.now(), 11 * HOUR if who == "agent" else 20 * DAY
    with time_machine.travel(start, tick=False) as clock:
        browser = signed_in(user)
        last = start
        while timezone.now() - start < dt.timedelta(days=days + 20) and is_in(browser):
            last = timezone.now()
            clock.shift(step)

    assert last - start < dt.timedelta(days=days) <= last - start + step


@pytest.mark.parametrize(
    "asked", ["/alarms/banner/", "/queue/dispatch/news/?since=0&shown=", "/live/?seen="]
)
def test_what_an_open_page_asks_by_itself_keeps_no_session_alive(agent, asked):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        browser = signed_in(agent)
        browser.get("/")  # hands out the badge of the live endpoint
        for _hour in range(11):
            clock.shift(HOUR)
            assert browser.get(asked).status_code in (200, 204)
        assert SignIn.objects.get().last_seen_at == start
        clock.shift(HOUR)
        browser.get(asked)

        assert not is_in(browser)


def test_the_list_leaves_out_what_is_over(agent):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        signed_in(agent)
        clock.shift(12 * HOUR)
        here = signed_in(agent)

        assert [own for _session, _browser, own in here.get(LIST).context["rows"]] == [True]


def test_the_sweep_forgets_what_ran_out(requester):
    gone, living = signed_in(requester), signed_in(requester)
    Session.objects.filter(pk=gone.session.session_key).update(expire_date=timezone.now())

    assert sweep_sessions() == 1

    assert SignIn.objects.get().session_key == living.session.session_key
    assert Session.objects.count() == 1
