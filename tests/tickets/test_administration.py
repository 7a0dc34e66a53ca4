"""Macros and priority rules in the administration."""

import pytest

from tickets.models import Macro, PriorityRule


@pytest.fixture
def admin(as_user, administrator):
    return as_user(administrator)


def test_a_macro_is_made_for_one_team(admin, web_team):
    form = {"name": "Cache", "body": "Dag {requester}", "team": web_team.pk, "position": 0}

    assert admin.post("/admin/tickets/macro/add/", form | {"is_active": "on"}).status_code == 302
    assert Macro.objects.get(name="Cache").team == web_team


def test_each_impact_keeps_its_one_rule(admin):
    rule = PriorityRule.objects.get(impact="alone")
    path = f"/admin/tickets/priorityrule/{rule.pk}"

    assert (
        admin.post(f"{path}/change/", {"impact": "public", "priority": "high"}).status_code == 302
    )

    rule.refresh_from_db()
    assert (rule.impact, rule.priority) == ("alone", "high")
    assert admin.get("/admin/tickets/priorityrule/add/").status_code == 403
    assert admin.get(f"{path}/delete/").status_code == 403
