"""What somebody may see and do, and why; and how they leave."""

import importlib
import inspect

import pytest
from django.utils import translation

from servicedesk import access
from servicedesk.accounts.models import Membership, User
from servicedesk.audit.models import AuditEntry
from servicedesk.local.place import ROOT
from tests.conftest import person
from tickets.actions.assigning import assign
from tickets.models import Ticket, TicketEvent


def answers(someone: User) -> dict[str, access.Answer]:
    return {answer.label: answer for answer in access.answers(someone)}


class TestWhy:
    @pytest.fixture(autouse=True)
    def _in_english(self):
        with translation.override("en"):
            yield

    def test_a_yes_names_what_it_hangs_on(self, agent):
        answer = answers(agent)["Read internal notes"]

        assert answer.allowed
        assert answer.reasons == ["account switched on", "role Agent"]

    def test_a_no_names_what_would_make_it_a_yes(self, requester, agent):
        assert answers(requester)["Administer the desk"].reasons == ["role Administrator"]
        assert answers(agent)["Read dashboards and reports"].reasons == ["role Manager"]

    def test_each_way_to_a_yes_is_named(self, requester):
        answer = answers(requester)["See the tickets of the organisation"]

        assert not answer.allowed
        assert answer.reasons == [
            "sees all tickets of the organisation",
            "role Agent",
        ]

    def test_what_must_come_together_is_named_together(self, requester):
        requester.is_active = False

        assert answers(requester)["Read internal notes"].reasons == [
            "account switched on and role Agent"
        ]

    @pytest.mark.parametrize("role", User.Role.values)
    @pytest.mark.parametrize("active", [True, False])
    def test_every_answer_is_that_of_the_predicate(self, requester, role, active):
        requester.role, requester.is_active = role, active

        told = answers(requester)

        assert {label: answer.allowed for label, answer in told.items()} == {
            str(question.label): question.may(requester) for question in access.QUESTIONS
        }
        assert [label for label, answer in told.items() if not answer.reasons] == []

    def test_every_predicate_about_a_person_alone_is_asked(self):
        asked = {question.may for question in access.QUESTIONS}
        forgotten = []
        rooms = ("servicedesk", "knowledgebase", "tickets", "sla")
        for file in (file for room in rooms for file in (ROOT / room).rglob("permissions.py")):
            room = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
            forgotten += [
                f"{room.__name__}.{name}"
                for name, rule in inspect.getmembers(room, inspect.isfunction)
                if name.startswith("may_") and len(inspect.signature(rule).parameters) == 1
                if rule not in asked
            ]
        assert forgotten == []

    def test_who_leads_a_team_hands_over_because_of_that(self, agent, second_line, web_team):
        label = "Hand over tickets of who is absent"
        assert answers(agent)[label].reasons == ["role Manager"]

        Membership.objects.filter(user=second_line, team=web_team).delete()
        Membership.objects.create(user=second_line, team=web_team, is_lead=True)

        told = answers(second_line)[label]
        assert told.allowed
        assert told.reasons == ["account switched on", "leads a team", "role Agent"]
        assert answers(agent)[label].reasons == ["leads a team", "role Manager"]

    def test_suppliers_and_alarms_say_whose_they_are(self, agent):
        told = answers(agent)
        assert told["Take alarms"].reasons == ["account switched on", "role Agent"]
        assert told["Change the roster"].reasons == ["role Manager"]
        contracts = "Read fees, figures, compensations and documents of contracts"
        assert told[contracts].reasons == ["role Manager"]
        mail = "Read all outgoing mail, but no link that opens an account"
        assert told[mail].reasons == ["role Administrator"]

    def test_counts_what_the_pages_show(self, requester, colleague, ticket):
        seen = {sight.label: sight.count for sight in access.sights(colleague)}

        assert (seen["Own tickets"], seen["Tickets of the organisation"]) == (0, 1)
        assert seen["All visible tickets together"] == 1


class TestPage:
    def test_says_it_in_dutch(self, as_user, administrator, requester, ticket):
        page = as_user(administrator).get(f"/people/{requester.pk}/access/").content.decode()

        assert "Wat Sofie Vermeer mag zien en doen" in page
        assert "Interne nota's lezen" in page.replace("&#x27;", "'")
        assert "Nodig: rol Medewerker" in page

    @pytest.mark.parametrize("page", ["access", "leave"])
    def test_is_for_administrators(self, as_user, manager, requester, page):
        assert as_user(manager).get(f"/people/{requester.pk}/{page}/").status_code == 404


class TestLeaving:
    @pytest.fixture
    def admin(self, as_user, administrator):
        return as_user(administrator)

    @pytest.fixture
    def assigned(self, ticket, agent, first_line, administrator) -> Ticket:
        return assign(ticket, team=first_line, assignee=agent, by=administrator)

    def test_open_tickets_go_back_to_their_team_and_the_rest_stays(
        self, admin, administrator, agent, assigned, first_line
    ):
        asked = admin.get(f"/people/{agent.pk}/leave/").content.decode()
        assert "1 open ticket gaat terug naar de wachtrij van zijn team." in asked
        assert User.objects.get(pk=agent.pk).is_active

        admin.post(f"/people/{agent.pk}/leave/")

        assigned.refresh_from_db()
        assert (assigned.team, assigned.assignee, assigned.status) == (first_line, None, "open")
        event = TicketEvent.objects.filter(ticket=assigned).latest("pk")
        assert (event.kind, event.actor) == ("assigned", administrator)
        assert not User.objects.get(pk=agent.pk).is_active
        assert not Membership.objects.filter(user=agent).exists()
        entry = AuditEntry.objects.get(action="person_deactivated")
        assert (entry.actor, entry.data) == (administrator, {"tickets": 1})

    def test_a_ticket_without_a_team_goes_to_one(self, admin, agent, assigned, first_line):
        Ticket.objects.filter(pk=assigned.pk).update(team=None)

        admin.post(f"/people/{agent.pk}/leave/")

        assigned.refresh_from_db()
        assert (assigned.team, assigned.assignee) == (first_line, None)

    def test_tickets_that_somebody_asked_stay_theirs(self, admin, requester, ticket):
        admin.post(f"/people/{requester.pk}/leave/")

        ticket.refresh_from_db()
        assert (ticket.requester, ticket.status) == (requester, "new")

    def test_nobody_switches_oneself_off(self, admin, administrator):
        assert admin.post(f"/people/{administrator.pk}/leave/").status_code == 404
        assert User.objects.get(pk=administrator.pk).is_active

    def test_one_of_two_administrators_may_leave(self, admin, administrator):
        other = person("b@desk.example", "B", role="administrator")

        admin.post(f"/people/{other.pk}/leave/")

        assert not User.objects.get(pk=other.pk).is_active

    def test_coming_back(self, admin, administrator, requester):
        admin.post(f"/people/{requester.pk}/leave/")
        admin.post(f"/people/{requester.pk}/return/")

        assert User.objects.get(pk=requester.pk).is_active
        assert [one.action for one in AuditEntry.objects.exclude(action="signed_in")] == [
            "person_activated",
            "person_deactivated",
        ]
