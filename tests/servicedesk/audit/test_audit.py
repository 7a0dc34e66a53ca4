"""The audit trail: what may be written, that nothing is changed, and who reads it."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.audit.models import AuditEntry
from servicedesk.audit.recording import record
from servicedesk.audit.vocabulary import ACTIONS

LIST = reverse("audit:entry-list")


def shown(browser, **asked) -> str:
    return browser.get(LIST, asked).content.decode()


def actions_shown(browser, **asked) -> list[str]:
    return [line.entry.action for line in browser.get(LIST, asked).context["lines"]]


class TestRecording:
    def test_keeps_who_did_what_to_whom_and_the_values(self, administrator, requester):
        record("role_changed", by=administrator, about=requester, **{"from": "agent", "to": "x"})

        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.about_kind, entry.about_id) == (
            administrator,
            "accounts.user",
            str(requester.pk),
        )
        assert entry.data == {"from": "agent", "to": "x"}

    def test_the_desk_itself_is_nobody(self, db):
        assert record("signed_out", by=None).actor is None

    @pytest.mark.parametrize(
        ("action", "data"),
        [
            ("invented", {}),
            ("role_changed", {"from": "agent"}),
            ("signed_out", {"network": "203.0.113.0/24"}),
        ],
    )
    def test_refuses_what_is_not_in_the_vocabulary(self, db, action, data):
        with pytest.raises(ValueError, match="not in the vocabulary"):
            record(action, by=None, **data)

    @pytest.mark.parametrize(
        "text", ["Sofie Vermeer", "sofie@heidedal.example", "a" * 81, {"a": 1}]
    )
    def test_refuses_texts_and_addresses_of_people(self, db, text):
        with pytest.raises(ValueError, match="texts"):
            record("exported", by=None, what=text, rows=1)
        with pytest.raises(ValueError, match="texts"):
            record("person_changed", by=None, fields=["name", text])

    @pytest.mark.parametrize("change", [lambda rows: rows.update(action="x"), lambda r: r.delete()])
    def test_the_database_refuses_every_change(self, db, change):
        record("signed_out", by=None)

        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change(AuditEntry.objects.all())

        assert AuditEntry.objects.get().action == "signed_out"


class TestPage:
    @pytest.mark.parametrize("who", ["requester", "agent", "manager"])
    def test_is_for_administrators(self, as_user, request, who):
        assert as_user(request.getfixturevalue(who)).get(LIST).status_code == 404
        assert not AuditEntry.objects.visible_to(request.getfixturevalue(who)).exists()

    def test_says_it_in_dutch(self, as_user, administrator, requester):
        record(
            "role_changed",
            by=administrator,
            about=requester,
            **{"from": "requester", "to": "agent"},
        )
        record("person_changed", by=administrator, about=requester, fields=["phone", "is_active"])

        page = shown(as_user(administrator))

        assert "Dries Wouters" in page
        assert "Sofie Vermeer" in page
        assert "Wijzigde een rol" in page
        assert "van: melder · naar: medewerker" in page
        assert "gewijzigd: telefoonnummer, actief" in page

    def test_every_action_has_a_label_in_dutch(self, as_user, administrator):
        for name, action in ACTIONS.items():
            record(name, by=administrator, **dict.fromkeys(action.keys, 1))

        page = shown(as_user(administrator))

        assert [name for name, action in ACTIONS.items() if str(action.label) not in page] == []

    def test_finds_by_action_person_and_day(self, as_user, administrator, requester, agent):
        with time_machine.travel(dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC), tick=False):
            record("password_changed", by=requester, about=requester)
        with time_machine.travel(dt.datetime(2026, 3, 4, 10, tzinfo=dt.UTC), tick=False):
            record("signed_out", by=agent)
            record("person_deactivated", by=administrator, about=requester, tickets=0)
        browser = as_user(administrator)

        assert actions_shown(browser, action="signed_out") == ["signed_out"]
        assert actions_shown(browser, person="sofie") == ["person_deactivated", "password_changed"]
        assert actions_shown(browser, since="2026-03-03") == [
            "signed_in", "person_deactivated", "signed_out",
        ]  # fmt: skip
        assert actions_shown(browser, until="2026-03-02") == ["password_changed"]
        assert actions_shown(browser, person="niemand") == []

    def test_a_day_that_does_not_exist_is_said(self, as_user, administrator):
        record("signed_out", by=None)

        page = as_user(administrator).get(LIST, {"since": "2026-02-31"})

        assert page.context["form"].errors.keys() == {"since"}
        assert [line.entry.action for line in page.context["lines"]] == ["signed_in", "signed_out"]

    def test_turns_pages_by_key(self, as_user, administrator):
        for _n in range(52):
            record("signed_out", by=administrator)
        browser = as_user(administrator)  # writes `signed_in`, the 53rd

        first = browser.get(LIST).context["page"]
        second = browser.get(LIST, {"after": first.next_cursor}).context["page"]

        assert (len(first), len(second)) == (50, 3)
        assert [row.pk for row in (*first, *second)] == list(
            AuditEntry.objects.values_list("pk", flat=True)
        )

    def test_asks_the_same_number_of_questions_for_more_rows(
        self, as_user, administrator, requester, colleague, agent
    ):
        browser, counts = as_user(administrator), []
        record("password_changed", by=requester, about=requester)
        browser.get(LIST)
        for more in ([], [colleague, agent]):
            for person in more:
                record("password_changed", by=person, about=person)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                browser.get(LIST)
            counts.append(len(queries))

        assert counts[0] == counts[1]

    def test_keeps_the_line_when_its_thing_is_gone(self, as_user, administrator, web_team):
        record("configuration_deleted", by=administrator, about=web_team)
        number = web_team.pk
        web_team.delete()

        assert f"#{number}" in shown(as_user(administrator))


class TestCsv:
    def rows(self, browser, **asked) -> list[list[str]]:
        answer = browser.get(LIST, {**asked, "format": "csv"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))

    def test_has_what_was_found_and_is_itself_in_the_trail(self, as_user, administrator, agent):
        record("signed_out", by=agent)
        record("password_changed", by=agent, about=agent)

        rows = self.rows(as_user(administrator), action="signed_out")

        assert rows[0] == ["Moment", "Door", "Handeling", "Over", "Naam", "Details"]
        assert [row[1:3] for row in rows[1:]] == [["Noor Peeters", "Meldde zich af"]]
        told = AuditEntry.objects.first()
        assert (told.action, told.actor, told.data) == (
            "exported",
            administrator,
            {"what": "audit", "rows": 1},
        )

    def test_a_name_is_no_formula(self, as_user, administrator, requester):
        type(requester).objects.filter(pk=requester.pk).update(name='=HYPERLINK("x")')
        record("password_changed", by=None, about=requester)

        assert self.rows(as_user(administrator))[-1][4] == '\'=HYPERLINK("x")'
