"""Coming in through a sign-in service, against a real one in a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.messages import get_messages
from django.test import Client

from servicedesk.accounts.models import Membership, User
from servicedesk.accounts.providers import Provider, Rule
from servicedesk.audit.models import AuditEntry
from tests.servicedesk.accounts.oidc_server import CLIENT, SECRET

SERVER = Path(__file__).with_name("oidc_server.py")
BASE = "https://desk.example"
GO, BACK = "/accounts/with/proef/", "/accounts/with/proef/back/"
REFUSED = "Je kunt met dit account niet binnenkomen."


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a sign-in service."""
    process = subprocess.Popen(
        [sys.executable, str(SERVER)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    process.terminate()
    process.wait()


@pytest.fixture
def configured(settings, server) -> Callable[..., Provider]:
    """`configured(desk=True)`: the one service of this desk."""
    settings.DESK_BASE_URL = BASE

    def configure(**changes) -> Provider:
        provider = Provider(
            id="proef",
            name="Proefhuis",
            server=server,
            client_id=CLIENT,
            client_secret=SECRET,
            domains=("heidedal.example",),
        )
        settings.DESK_OIDC = [replace(provider, **changes)]
        return settings.DESK_OIDC[0]

    configure()
    return configure


@pytest.fixture
def come(db, server, configured) -> Callable[..., tuple[Client, object]]:
    """`come(email=…)`: somebody with these claims signs in there; the browser, and our answer."""

    def signs_in(claims: dict, *, at: str = "proef", **cheats) -> tuple[Client, object]:
        requests.put(f"{server}/who", json={"claims": claims, **cheats}, timeout=5)
        browser = Client()
        there = browser.post(GO.replace("proef", at))
        assert there.status_code == 302, there
        back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
        assert back.startswith(f"{BASE}{BACK.replace('proef', at)}?")
        return browser, browser.get(back.removeprefix(BASE))

    return signs_in


def claims(email: str = "lies@heidedal.example", **more) -> dict:
    return {"sub": email, "email": email, "email_verified": True, "name": "Lies Aerts", **more}


def is_in(browser: Client) -> bool:
    return browser.get("/profile/").status_code == 200


def said(answer) -> str:
    return " ".join(map(str, get_messages(answer.wsgi_request)))


def refused(come, given: dict, **cheats) -> str:
    browser, answer = come(given, **cheats)
    assert answer.url == "/accounts/login/"
    assert not is_in(browser)
    return said(answer)


class TestWho:
    def test_who_is_new_gets_an_account_as_a_requester(self, come, heidedal):
        heidedal.mail_domains.create(domain="heidedal.example")

        browser, answer = come(claims())

        assert answer.url == "/"
        assert is_in(browser)
        lies = User.objects.get(email="lies@heidedal.example")
        assert (lies.name, lies.role, lies.organisation, lies.has_usable_password()) == (
            "Lies Aerts",
            "requester",
            heidedal,
            False,
        )
        assert [one.action for one in AuditEntry.objects.order_by("pk")] == [
            "person_created",
            "identity_linked",
            "signed_in",
        ]

    def test_comes_back_as_the_same_person_whatever_the_address_is_now(self, come, requester):
        come(claims(requester.email, sub="17"))
        come(claims("nieuw@heidedal.example", sub="17"))

        assert User.objects.count() == 1
        assert SocialAccount.objects.get().user == requester

    def test_who_is_known_by_a_proved_address_is_linked(self, come, requester):
        browser, _answer = come(claims("Sofie@Heidedal.example"))

        assert browser.session["_auth_user_id"] == str(requester.pk)
        requester.refresh_from_db()
        assert requester.name == "Sofie Vermeer"

    @pytest.mark.parametrize(
        "proof", [{"email_verified": said} for said in (False, None, "no", 1, 1.0, [True], {})]
    )
    def test_an_address_that_is_not_proved_opens_nothing(self, come, requester, proof):
        assert refused(come, claims(requester.email, **proof)).startswith(REFUSED)
        assert refused(come, claims("nieuw@heidedal.example", **proof)).startswith(REFUSED)
        assert User.objects.count() == 1
        assert not SocialAccount.objects.exists()

    @pytest.mark.parametrize("proof_is_signed", [True, False])
    def test_an_address_and_its_proof_are_of_one_document(self, come, requester, proof_is_signed):
        address, proof = {"email": requester.email}, {"email_verified": True}
        signed, told = (proof, address) if proof_is_signed else (address, proof)

        answer = refused(come, {"sub": "17", **signed}, userinfo={"sub": "17", **told})

        assert answer.startswith(REFUSED)
        assert not SocialAccount.objects.exists()

    def test_an_address_and_its_proof_may_come_apart_from_the_signature(self, come, requester):
        browser, _answer = come({"sub": "17"}, userinfo=claims(requester.email, sub="17"))

        assert browser.session["_auth_user_id"] == str(requester.pk)

    @pytest.mark.parametrize(
        "email", [f"{'a' * 250}@heidedal.example", "a b@heidedal.example", "x@desk.invalid", ["x"]]
    )
    def test_an_address_that_nobody_has_opens_nothing(self, come, configured, email):
        configured(desk=True, domains=())

        assert refused(come, claims(email, sub="17")).startswith(REFUSED)
        assert not User.objects.exists()

    def test_a_service_speaks_for_its_own_domains_only(self, come, stranger):
        assert refused(come, claims(stranger.email)).startswith(REFUSED)

    def test_people_of_the_desk_come_by_its_own_service_only(self, come, configured, agent):
        configured(domains=("desk.example",))
        assert refused(come, claims(agent.email)).startswith(REFUSED)

        configured(desk=True, domains=())
        browser, _answer = come(claims(agent.email))
        assert is_in(browser)

    def test_linking_and_creating_can_be_off(self, come, configured, requester):
        configured(link=False, create=False)

        first = refused(come, claims(requester.email))
        second = refused(come, claims("nieuw@heidedal.example"))

        assert first == second

    def test_who_was_switched_off_stays_out(self, come, requester):
        come(claims(requester.email))
        User.objects.update(is_active=False)

        assert refused(come, claims(requester.email)).startswith(REFUSED)

    def test_nothing_that_it_tells_is_kept(self, come, requester):
        for _time in range(2):
            come(claims(requester.email, phone_number="0470 12 34 56"))

        assert SocialAccount.objects.get().extra_data == {}


class TestRules:
    RULES = (
        Rule("groups", "desk", role="agent"),
        Rule("groups", "chefs", role="manager"),
        Rule("org", "devlier", organisation="Cultuurhuis De Vlier"),
    )

    @pytest.fixture(autouse=True)
    def _rules(self, configured):
        configured(desk=True, rules=self.RULES)

    def test_give_role_and_organisation(self, come, elsewhere):
        come(claims(groups=["desk", "chefs"], org="devlier"))

        lies = User.objects.get()
        assert (lies.role, lies.organisation) == ("manager", elsewhere)

    def test_who_leaves_the_group_loses_the_role(self, come, web_team):
        come(claims(groups=["desk"]))
        Membership.objects.create(user=User.objects.get(), team=web_team)

        come(claims(groups=[]))

        assert User.objects.get().role == "requester"
        assert not Membership.objects.exists()
        told = AuditEntry.objects.filter(action="role_changed").order_by("pk")
        assert [entry.data["to"] for entry in told] == ["agent", "requester"]

    def test_a_role_given_by_hand_stays(self, come, administrator):
        come(claims(administrator.email, groups=["desk"]))

        administrator.refresh_from_db()
        assert administrator.role == "administrator"

    def test_the_last_administrator_stays(self, come, configured):
        configured(desk=True, rules=(Rule("groups", "beheer", role="administrator"),))
        come(claims(groups=["beheer"]))

        browser, _answer = come(claims(groups=[]))

        assert is_in(browser)
        assert User.objects.get().role == "administrator"


class TestProof:
    """What the service signs is checked, each time, in every part."""

    @pytest.mark.parametrize(
        "cheat",
        [
            {"foreign_key": True},
            {"algorithm": "none"},
            {"algorithm": "HS256"},
            {"issuer": "https://evil.example"},
            {"audience": "another"},
            {"expired": True},
            {"nonce": "of-another-sign-in"},
            {"nonce": None},
            {"answers_as": "https://evil.example"},
            {"userinfo": {"sub": "somebody-else", "email": "lies@heidedal.example"}},
            {"userinfo": []},
            {"userinfo": "sofie@heidedal.example"},
        ],
        ids=str,
    )
    def test_a_forged_answer_opens_nothing(self, come, requester, cheat):
        sentence = refused(come, claims(requester.email), **cheat)

        assert sentence == (
            "Aanmelden met Proefhuis is niet gelukt. Probeer opnieuw, of gebruik je wachtwoord."
        )

    @pytest.mark.parametrize("sub", ["", None, "x" * 192, 0])
    def test_who_has_no_number_there_comes_in_as_nobody(self, come, requester, sub):
        sentence = refused(come, claims(requester.email, sub=sub))

        assert sentence.startswith("Aanmelden met Proefhuis is niet gelukt.")
        assert not SocialAccount.objects.exists()

    def test_a_service_that_names_another_issuer_opens_nothing(
        self, client, server, configured, db
    ):
        requests.put(
            f"{server}/who",
            json={"claims": {}, "metadata_issuer": "https://evil.example"},
            timeout=5,
        )

        answer = client.post(GO)

        assert answer.url == "/accounts/login/"
        assert said(answer).startswith("Aanmelden met Proefhuis is niet gelukt.")

    def test_a_service_may_sign_by_another_name_that_was_given_beforehand(
        self, come, configured, requester
    ):
        configured(issuer="https://login.heidedal.example/")
        other = {"metadata_issuer": "https://login.heidedal.example/"}
        other |= {"issuer": "https://login.heidedal.example/"}
        other |= {"answers_as": "https://login.heidedal.example/"}

        browser, _answer = come(claims(requester.email), **other)

        assert is_in(browser)

    def test_cancelling_leads_back(self, come, db):
        assert refused(come, claims(), denied=True) == "Je hebt je niet aangemeld bij Proefhuis."

    def test_an_answer_that_nobody_asked_for_opens_nothing(self, client, configured, db):
        answer = client.get(BACK, {"code": "x", "state": "y"})

        assert answer.url == "/accounts/login/"
        assert not is_in(client)

    def test_an_answer_counts_in_the_browser_that_asked(self, client, server, configured, db):
        requests.put(f"{server}/who", json={"claims": claims()}, timeout=5)
        there = Client().post(GO)
        back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]

        client.get(back.removeprefix(BASE))

        assert not is_in(client)


class TestDoor:
    def test_going_there_is_a_post(self, client, configured, db):
        assert client.get(GO).status_code == 405

    def test_it_is_told_our_own_address_whatever_host_was_asked_for(
        self, client, configured, settings, db
    ):
        settings.ALLOWED_HOSTS = ["*"]

        there = client.post(GO, HTTP_HOST="evil.example")

        asked = parse_qs(urlsplit(there.url).query)
        assert asked["redirect_uri"] == [f"{BASE}{BACK}"]
        assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}

    def test_a_service_that_is_away_is_said(self, client, configured, db):
        configured(server="http://127.0.0.1:9")

        answer = client.post(GO)

        assert answer.url == "/accounts/login/"
        assert said(answer).startswith("Proefhuis antwoordt nu niet.")

    def test_the_sign_in_page_shows_what_is_configured(self, client, configured, settings, db):
        assert "Meld je aan met Proefhuis" in client.get("/accounts/login/").content.decode()

        settings.DESK_OIDC = []
        assert "Proefhuis" not in client.get("/accounts/login/").content.decode()
        assert client.post(GO).status_code == 404

    @pytest.mark.parametrize(
        ("trusted", "told", "where"),
        [
            (True, {"amr": ["pwd", "mfa"]}, 200),
            (True, {"acr": "2"}, 200),
            (True, {"amr": ["pwd"], "acr": "1"}, 302),
            (True, {"amr": "mfa"}, 302),
            (True, {"acr": ["2"]}, 302),
            (True, {}, 302),
            (False, {"amr": ["pwd", "mfa"]}, 302),
        ],
    )
    def test_its_own_second_step_counts_where_it_says_so_and_the_settings_do(
        self, come, configured, settings, agent, trusted, told, where
    ):
        settings.DESK_MFA_REQUIRED = True
        configured(desk=True, domains=(), second_step=trusted, second_step_acr=("2",))

        browser, _answer = come(claims(agent.email, **told))

        assert browser.get("/queue/dispatch/").status_code == where

    def test_what_is_not_signed_says_nothing_of_a_second_step(
        self, come, configured, settings, agent
    ):
        settings.DESK_MFA_REQUIRED = True
        configured(desk=True, domains=(), second_step=True)
        given = claims(agent.email)

        browser, _answer = come(given, userinfo={**given, "amr": ["mfa"]})

        assert browser.get("/queue/dispatch/").status_code == 302

    def test_the_same_number_at_two_services_is_two_people(
        self, come, configured, settings, requester, colleague
    ):
        """A service counts its own people: `sub` alone says nothing."""
        first = configured(domains=())
        come(claims(requester.email, sub="17"))
        settings.DESK_OIDC = [replace(first, id="elders"), first]
        browser, _answer = come(claims(colleague.email, sub="17"), at="elders")

        assert browser.get("/profile/").context["user"] == colleague
        linked = SocialAccount.objects.filter(uid="17").values_list("provider", "user")
        assert set(linked) == {("proef", requester.pk), ("elders", colleague.pk)}
