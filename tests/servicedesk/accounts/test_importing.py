"""People and organisations from a CSV file: looked at first, done once, and never too much."""

import datetime as dt
import tracemalloc

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from servicedesk.accounts.importing import organisations, people, reading
from servicedesk.accounts.importing.running import sweep_imports
from servicedesk.accounts.models import Import, MailDomain, Organisation, User
from servicedesk.audit.models import AuditEntry
from tests.conftest import PASSWORD

START = "/import/"


@pytest.fixture
def admin(as_user, administrator):
    return as_user(administrator)


def upload(admin, text: str | bytes, kind: str = "people"):
    data = text if isinstance(text, bytes) else text.encode()
    return admin.post(START, {"kind": kind, "file": SimpleUploadedFile("x.csv", data)})


def preview(admin, text: str | bytes, kind: str = "people"):
    """The page that shows what would happen."""
    return admin.get(upload(admin, text, kind).url)


def apply(admin, text: str | bytes, kind: str = "people") -> None:
    assert admin.post(f"{upload(admin, text, kind).url}apply/").status_code == 302


def counts(page) -> tuple[int, int, int, int]:
    outcome = page.context["outcome"]
    return outcome.created, outcome.changed, outcome.same, outcome.refused_count


ROWS = (
    "E-mail;Naam;Organisatie;Telefoon;Taal\r\n"
    "lies@heidedal.example;Lies Aerts;Bibliotheek Heidedal;0470 11;nl\r\n"
    "sofie@heidedal.example;Sofie Vermeer-Maes;;0470 22;\r\n"
    "wout@heidedal.example;Wout Claes;;;\r\n"
    "geen adres;Iemand;Nergens;;fr\r\n"
)


class TestPeople:
    def test_looking_says_what_would_happen_and_changes_nothing(
        self, admin, requester, colleague, heidedal
    ):
        before = list(User.objects.order_by("pk").values_list("pk", "name", "phone"))

        page = preview(admin, ROWS)

        assert counts(page) == (1, 1, 1, 1)
        (refused,) = page.context["outcome"].refused
        assert (refused.line, refused.errors) == (
            5,
            [
                "Dit is geen e-mailadres: geen adres",
                "Deze taal is niet bekend: fr",
                "Er is geen actieve organisatie met de naam Nergens.",
            ],
        )
        assert "Rij 5" in page.content.decode()
        assert list(User.objects.order_by("pk").values_list("pk", "name", "phone")) == before

    def test_doing_it(self, admin, administrator, requester, colleague, heidedal):
        apply(admin, ROWS)

        lies = User.objects.get(email="lies@heidedal.example")
        assert (lies.name, lies.organisation, lies.role, lies.has_usable_password()) == (
            "Lies Aerts",
            heidedal,
            "requester",
            False,
        )
        requester.refresh_from_db()
        assert (requester.name, requester.phone) == ("Sofie Vermeer-Maes", "0470 22")
        entry = AuditEntry.objects.get(action="import_applied")
        assert (entry.actor, entry.data) == (
            administrator,
            {"kind": "people", "created": 1, "changed": 1, "refused": 1},
        )

    @pytest.mark.parametrize(
        "data",
        [
            ROWS.encode("utf-8-sig"),
            ROWS.encode("cp1252"),
            ROWS.replace(";", ",").encode(),
            ROWS.replace(";", "\t").encode(),
            ROWS.replace("\r\n", "\n").encode(),
            ROWS.replace("Lies Aerts", '"Lies Aerts"').encode("utf-8-sig"),
        ],
        ids=["bom", "old Excel", "commas", "tabs", "newlines", "quotes"],
    )
    def test_reads_whatever_a_spreadsheet_writes(self, admin, requester, colleague, heidedal, data):
        assert counts(preview(admin, data)) == (1, 1, 1, 1)

    def test_reads_accents_of_an_older_excel(self, admin, db):
        apply(admin, "e-mail;naam\r\nrene@x.example;René Peeters".encode("cp1252"))

        assert User.objects.get(email="rene@x.example").name == "René Peeters"

    @pytest.mark.parametrize("who", ["requester", "agent", "administrator"])
    def test_never_touches_role_rights_password_or_state(self, admin, request, who):
        person = request.getfixturevalue(who)
        heads = "email;name;role;rol;password;wachtwoord;is_staff;is_active;sees;is_contact"
        row = f"{person.email};Ander;administrator;beheerder;x;x;1;0;organisation;1"
        before = User.objects.values().get(pk=person.pk)

        page = preview(admin, f"{heads}\n{row}\n")
        assert page.context["aside"] == heads.split(";")[2:]
        apply(admin, f"{heads}\n{row}\n")

        assert User.objects.values().get(pk=person.pk) == {**before, "name": "Ander"}
        assert User.objects.get(pk=person.pk).check_password(PASSWORD)

    def test_new_people_are_requesters_whatever_the_file_says(self, admin, db):
        apply(admin, "email;name;role;sees\nx@x.example;X;administrator;organisation\n")

        x = User.objects.get(email="x@x.example")
        assert (x.role, x.sees, x.is_contact) == ("requester", "own", False)

    def test_of_the_desk_s_own_people_a_file_gives_no_organisation(self, admin, agent, heidedal):
        apply(admin, f"email;name;organisation\n{agent.email};Noor P.;Bibliotheek Heidedal\n")

        agent.refresh_from_db()
        assert (agent.name, agent.organisation) == ("Noor P.", None)

    def test_the_organisation_follows_from_the_mail_domain(self, admin, heidedal):
        MailDomain.objects.create(organisation=heidedal, domain="heidedal.example")

        apply(admin, "email;name\nx@heidedal.example;X\n")

        assert User.objects.get(email="x@heidedal.example").organisation == heidedal

    def test_an_address_that_is_there_twice_is_refused(self, admin, db):
        page = preview(admin, "email;name\nx@x.example;X\nX@X.example;Y\n")

        assert counts(page) == (1, 0, 0, 1)

    def test_an_address_that_nobody_has_is_refused_with_a_sentence(self, admin, db):
        rows = f"email;name\n{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.nl;X\n"
        outcome = preview(admin, rows + "anonymous@desk.invalid;Y\n").context["outcome"]

        starts = {plan.errors[0][:26] for plan in outcome.refused}
        assert (outcome.created, starts) == (0, {"Dit is geen e-mailadres: a"})
        apply(admin, rows)
        assert not User.objects.filter(name__in="XY").exists()

    def test_an_empty_cell_takes_nothing_away(self, admin, requester):
        User.objects.filter(pk=requester.pk).update(phone="0470 99")

        apply(admin, f"email;name;phone\n{requester.email};Sofie Vermeer;\n")

        requester.refresh_from_db()
        assert requester.phone == "0470 99"

    def test_reads_what_our_own_export_makes_harmless(self, admin, db):
        apply(admin, "email;name;phone\nx@x.example;X;'+32 470\n")

        assert User.objects.get(email="x@x.example").phone == "+32 470"

    def test_reads_so_too_what_is_harmless_to_another_program(self, admin, db):
        apply(admin, 'email;name;phone\nx@x.example;"X";"09 12,\'+32 470"\n')

        assert User.objects.get(email="x@x.example").phone == "09 12,+32 470"


class TestOrganisations:
    def test_makes_and_changes_them_with_their_domains(self, admin, heidedal, elsewhere):
        text = (
            "naam;soort;maildomeinen\n"
            "Bibliotheek Nieuwdorp;bibliotheek;nieuwdorp.example, @bib.example\n"
            "Bibliotheek Heidedal;partner;heidedal.example\n"
        )
        page = preview(admin, text, "organisations")
        assert counts(page) == (1, 1, 0, 0)

        apply(admin, text, "organisations")

        new = Organisation.objects.get(name="Bibliotheek Nieuwdorp")
        assert {row.domain for row in new.mail_domains.all()} == {
            "nieuwdorp.example",
            "bib.example",
        }
        heidedal.refresh_from_db()
        assert heidedal.mail_domains.get().domain == "heidedal.example"

    def test_a_domain_of_another_one_is_refused(self, admin, heidedal):
        MailDomain.objects.create(organisation=heidedal, domain="heidedal.example")

        page = preview(
            admin, "name;domains\nAnder;heidedal.example\nB;geen_domein\n", "organisations"
        )

        errors = [plan.errors for plan in page.context["outcome"].refused]
        assert errors == [
            ["heidedal.example hoort al bij Bibliotheek Heidedal."],
            ["Dit is geen maildomein: geen_domein"],
        ]

    def test_a_domain_that_is_too_long_is_refused(self, admin, db):
        long = ".".join(["a" * 60] * 5) + ".nl"

        page = preview(admin, f"name;domains\nAnder;{long}\n", "organisations")

        (plan,) = page.context["outcome"].refused
        assert plan.errors == [f"Dit is geen maildomein: {long[:80]}"]


class TestFile:
    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", "leeg"),
            (b"naam\nX\n", "Deze kolommen ontbreken: E-mailadres."),
            (b"\x00\x01\x02\xff", "Deze kolommen ontbreken"),
            (b"x" * (5 * 1024 * 1024 + 1), "Dit bestand is te groot."),
        ],
        ids=["empty", "columns", "garbage", "big"],
    )
    def test_a_file_that_is_none_is_refused_with_a_sentence(self, admin, data, sentence):
        answer = upload(admin, data)

        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert not Import.objects.exists()

    def test_too_many_rows_are_said(self, admin, monkeypatch):
        monkeypatch.setattr(reading, "MOST_ROWS", 2)
        page = preview(admin, "email;name\n" + "".join(f"{n}@x.example;X\n" for n in range(3)))

        assert "Er zijn meer dan 2 rijen. Splits het bestand." in page.content.decode()

    def test_is_applied_once_and_then_gone(self, admin, db, django_capture_on_commit_callbacks):
        url = upload(admin, "email;name\nx@x.example;X\n").url
        stored = Import.objects.get().file.name
        with django_capture_on_commit_callbacks(execute=True):
            admin.post(f"{url}apply/")

        assert admin.get(url).status_code == 404
        assert admin.post(f"{url}apply/").status_code == 404
        assert not default_storage.exists(stored)
        assert Import.objects.get().file.name == ""

    def test_can_be_thrown_away(self, admin, db, django_capture_on_commit_callbacks):
        url = upload(admin, "email;name\nx@x.example;X\n").url
        stored = Import.objects.get().file.name

        with django_capture_on_commit_callbacks(execute=True):
            admin.post(f"{url}discard/")

        assert not Import.objects.exists()
        assert not default_storage.exists(stored)
        assert not User.objects.filter(email="x@x.example").exists()

    def test_is_forgotten_after_a_day(self, admin, db):
        upload(admin, "email;name\nx@x.example;X\n")
        assert sweep_imports() == 0

        with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
            assert sweep_imports() == 1
        assert not Import.objects.exists()

    @pytest.mark.parametrize("who", ["requester", "agent", "manager"])
    def test_is_for_administrators(self, as_user, request, who):
        browser = as_user(request.getfixturevalue(who))

        assert browser.get(START).status_code == 404
        assert upload(browser, ROWS).status_code == 404


class TestSize:
    def many(self, count: int):
        """People and organisations alike: new ones, each time others."""
        return (
            (
                line,
                {
                    "email": f"p{line}@x{count}.example",
                    "name": f"P{line} {count}",
                    "domains": f"y{line}-{count}.example",
                },
            )
            for line in range(count)
        )

    def test_memory_does_not_grow_with_the_file(self, db):
        peaks = []
        for count in (1_000, 4_000):
            tracemalloc.start()
            for _plan in people.plans(self.many(count)):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

        # What grows is the set of addresses that were seen, not rows or people.
        assert peaks[1] < peaks[0] + 4_000 * 400

    @pytest.mark.parametrize("room", [people, organisations])
    def test_asks_the_database_once_a_batch(self, db, room):
        counts = []
        for count in (10, 400):
            with CaptureQueriesContext(connection) as asked:
                room.save(list(room.plans(self.many(count))))
            counts.append(len(asked))

        assert counts[0] == counts[1]


def test_a_file_that_is_gone_is_chosen_again(admin, db, caplog):
    page = upload(admin, ROWS).url
    name = Import.objects.get().file.name
    default_storage.delete(name)
    assert "Dit bestand is er niet meer. Kies het opnieuw." in admin.get(page).text
    assert "Kies het opnieuw" in admin.post(f"{page}apply/", follow=True).text
    assert name in caplog.text
