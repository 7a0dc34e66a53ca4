"""What was read before somebody lost rights is written after it, and brings none of them back."""

from contextlib import contextmanager

import pytest
from django.db.models.signals import pre_save
from django.test import Client

from servicedesk.accounts.links import password_link
from servicedesk.accounts.models import User
from tests.conftest import PASSWORD
from tests.servicedesk.accounts.test_administration import save

NEW = "een-ander-lang-wachtwoord"


@pytest.fixture
def leaves(agent):
    """`with leaves():` the agent is switched off just before a person is written."""

    def off(sender, instance, **_kwargs):
        gone = {"is_active": False, "role": "requester", "sign_in_epoch": 7}
        User.objects.filter(pk=agent.pk).update(**gone)

    @contextmanager
    def leaves():
        pre_save.connect(off, sender=User)
        yield
        pre_save.disconnect(off, sender=User)
        agent.refresh_from_db()
        assert (agent.is_active, agent.role, agent.sign_in_epoch) == (False, "requester", 7)

    return leaves


def test_the_own_profile(as_user, agent, leaves):
    browser = as_user(agent)
    with leaves():
        browser.post("/profile/", {"name": "Noor", "language": "nl", "theme": "auto"})
    assert agent.name == "Noor"


def test_the_administration(as_user, administrator, agent, leaves):
    browser = as_user(administrator)
    with leaves():
        save(browser, agent, name="Noor P.")
    assert agent.name == "Noor P."


def test_a_forgotten_password(agent, leaves):
    browser = Client()
    action = browser.get(password_link(agent), follow=True).context["action_url"]
    with leaves():
        browser.post(action, {"password1": NEW, "password2": NEW})
    assert agent.check_password(NEW)


def test_a_password_by_an_administrator(signed_in_now, administrator, agent, leaves):
    browser = signed_in_now(administrator)
    with leaves():
        path = f"/admin/accounts/user/{agent.pk}/password/"
        browser.post(path, {"password1": NEW, "password2": NEW})
    assert agent.check_password(NEW)


def test_the_own_password(signed_in_now, agent, leaves):
    browser = signed_in_now(agent)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    with leaves():
        browser.post("/accounts/password/change/", form)
    assert agent.check_password(NEW)
