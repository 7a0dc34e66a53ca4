"""Guessing a password is slowed down, without a stranger locking somebody out."""

import datetime as dt

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from servicedesk.accounts.links import password_link
from servicedesk.accounts.networks import address_of, network_of
from servicedesk.accounts.throttling import sweep_attempts
from servicedesk.outbox.models import OutgoingEmail
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
MINUTES = "Te veel pogingen. Wacht vijf minuten en probeer opnieuw."
AN_HOUR = "Te veel verkeerde wachtwoorden vanaf deze plek. Wacht een uur"


def attempt(email: str, password: str, address: str = "203.0.113.7", **meta):
    form = {"login": email, "password": password}
    return Client(REMOTE_ADDR=address, **meta).post(LOGIN, form)


def guess_on(email: str, **more) -> dt.datetime:
    """Ten wrong passwords, as fast as the first limit allows; when that was over."""
    now = timezone.now()
    for minutes in (0, 6):
        with time_machine.travel(now + dt.timedelta(minutes=minutes), tick=False):
            for _attempt in range(5):
                attempt(email, "geraden", **more)
    return now + dt.timedelta(minutes=12)


def said(answer) -> str:
    return "".join(answer.context["form"].non_field_errors()) if answer.context else ""


def test_who_goes_on_guessing_waits_an_hour(agent):
    later = guess_on(agent.email)

    with time_machine.travel(later, tick=False):
        assert said(attempt(agent.email, PASSWORD)).startswith(AN_HOUR)
    with time_machine.travel(later + dt.timedelta(minutes=70), tick=False):
        assert attempt(agent.email, PASSWORD).status_code == 302


def test_the_owner_comes_in_from_elsewhere(agent):
    later = guess_on(agent.email)

    with time_machine.travel(later, tick=False):
        assert attempt(agent.email, PASSWORD, address="198.51.100.20").status_code == 302


def test_colleagues_behind_the_same_address_come_in(agent, second_line):
    later = guess_on(agent.email)

    with time_machine.travel(later, tick=False):
        assert attempt(second_line.email, PASSWORD).status_code == 302


@pytest.mark.parametrize("spelling", ["NOOR@desk.example", " noor@desk.example "])
def test_another_spelling_is_the_same_account(agent, spelling):
    later = guess_on(agent.email)

    with time_machine.travel(later, tick=False):
        assert said(attempt(spelling, PASSWORD)).startswith(AN_HOUR)


def test_an_unknown_address_is_slowed_down_the_same_way(db):
    later = guess_on("niemand@desk.example")

    with time_machine.travel(later, tick=False):
        assert said(attempt("niemand@desk.example", PASSWORD)).startswith(AN_HOUR)


def test_choosing_a_new_password_ends_the_waiting(client, agent):
    later, new = guess_on(agent.email), "een-ander-lang-wachtwoord"
    action = client.get(password_link(agent), follow=True).context["action_url"]

    client.post(action, {"password1": new, "password2": new})

    with time_machine.travel(later, tick=False):
        assert attempt(agent.email, new).status_code == 302


def test_no_password_is_kept(agent):
    attempt(agent.email, "bijna-mijn-wachtwoord")

    kept = AccessAttempt.objects.get()
    assert "bijna-mijn-wachtwoord" not in repr(vars(kept))


def test_old_attempts_are_forgotten(agent):
    attempt(agent.email, "geraden")
    assert sweep_attempts() == 0

    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        assert sweep_attempts() == 1


def test_a_stranger_keeps_nobody_from_asking_for_a_link(client, agent):
    def ask(address: str) -> int:
        form = {"email": agent.email}
        answer = Client(REMOTE_ADDR=address).post("/accounts/password/reset/", form)
        return answer.status_code

    assert [ask("203.0.113.7") for _try in range(6)] == [302] * 5 + [429]
    assert ask("198.51.100.20") == 302
    # The first five lie in the mailbox; more would only fill it.
    assert OutgoingEmail.objects.filter(to=[agent.email]).count() == 5


class TestAddress:
    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [
            (0, "198.51.100.1", "203.0.113.7"),
            (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
            (2, "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
            (2, "198.51.100.1", "203.0.113.7"),
        ],
    )
    def test_counts_our_own_proxies_only(self, rf, settings, proxies, forwarded, address):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
        request = rf.get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=forwarded)

        assert address_of(request) == address

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("203.0.113.7", "203.0.113.0/24"),
            ("2001:db8:1:2::5", "2001:db8:1::/48"),
            ("", ""),
            ("unix:", ""),
        ],
    )
    def test_the_trail_keeps_a_network_no_machine(self, rf, address, network):
        assert network_of(rf.get("/", REMOTE_ADDR=address)) == network
