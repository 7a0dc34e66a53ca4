"""Every file that leaves the desk as a table: no cell is a formula, and the trail tells of it."""

import csv
import io
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import Organisation, User
from servicedesk.audit.models import AuditEntry
from servicedesk.catalogue.models import Category, Service
from servicedesk.lib.csv_export import DANGEROUS, as_it_was, csv_response, harmless
from tests.access_world import World
from tests.test_access import READ, browsers_of, db, furnished, someone, world
from tickets.models import Ticket

__all__ = ["db", "furnished", "world"]

FORMULAS = ['=HYPERLINK("http://evil.example";"klik")', "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx"]
FORMULAS += ["\nx", "＝1+1", "＋1", "－1", "＠SUM(A1)"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_looks_like_a_formula_becomes_text(formula):
    assert harmless(formula) == f"'{formula}"


def test_a_text_that_is_translated_later_becomes_text_too():
    assert harmless(gettext_lazy("=1+1")) == "'=1+1"


@pytest.mark.parametrize(
    ("text", "harmless_text"),
    [
        ('foo,=HYPERLINK("http://evil.example")', 'foo,\'=HYPERLINK("http://evil.example")'),
        ("foo;+1", "foo;'+1"),
        ("foo\t@SUM(A1)", "foo\t'@SUM(A1)"),
        ('foo,"=1+1"', 'foo,"\'=1+1"'),
        ("foo\n=1+1", "foo\n'=1+1"),
        ("=1,=2", "'=1,'=2"),
    ],
)
def test_nor_does_a_formula_begin_where_another_program_sees_a_cell(text, harmless_text):
    assert harmless(text) == harmless_text


@pytest.mark.parametrize(
    "text", [*FORMULAS, "foo,=1+1", "a;+32 470", "b\n- c", "d, e", "'t", "b\"'-"]
)
def test_what_was_made_harmless_can_be_read_again(text):
    assert as_it_was(str(harmless(text))) == text


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_no_program_reads_a_formula_whatever_it_takes_for_the_end_of_a_cell(delimiter):
    rows = [[f"foo{end}=1+1" for end in (",", ";", "\t", "\n", ";;", ',"')], ["", '",=1+1', "a"]]
    text = csv_response("x.csv", rows).getvalue().decode("utf-8-sig")
    for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        assert [
            cell for cell in line if cell.startswith(DANGEROUS) and cell[0] not in "\t\r\n"
        ] == []


def test_texts_stand_between_quotes_and_numbers_do_not():
    text = csv_response("x.csv", [["a, b", 5, Decimal("99.76"), None, ""]]).getvalue().decode()
    assert text == '\ufeff"a, b";5;99.76;"";""\r\n'


@pytest.mark.parametrize("cell", [-5, 3.5, "Dag", "a=b", "", None, "a, b", "a - b", "a, b-c; d"])
def test_all_else_stays_as_it_is(cell):
    assert harmless(cell) == cell


def tables(world: World) -> dict[str, str]:
    """Each address that answers with a table when asked for one, and the table."""
    browsers, found = browsers_of(world), {}
    for row in READ:
        answer = browsers[someone(row.reads)].get(f"{row.url(world)}?{row.query}&format=csv")
        if answer.get("Content-Type", "").startswith("text/csv"):
            found[str(row)] = answer.getvalue().decode("utf-8-sig")
    return found


def test_no_cell_of_any_export_is_a_formula_and_each_stands_in_the_trail(world):
    before = AuditEntry.objects.filter(action="exported").count()
    for number, formula in enumerate(FORMULAS[:4]):
        Ticket.objects.filter(pk=world.ticket.pk + number % 2).update(subject=formula)
        Organisation.objects.filter(
            pk__in=Organisation.objects.values("pk")[number : number + 1]
        ).update(name=formula)
        User.objects.filter(email=world.people.stranger.email).update(name=formula)
    Service.objects.filter(pk=world.ticket.service_id).update(name="=cmd|' /C calc'!A0")
    Category.objects.filter(slug="bug").update(name="@import")
    Ticket.objects.update(category=Category.objects.get(slug="bug"), created_at="2026-01-05T09:00Z")
    found = tables(world)
    assert len(found) >= 3
    for where, text in found.items():
        for line in csv.reader(io.StringIO(text), delimiter=";"):
            cells = [cell for cell in line if cell.startswith(DANGEROUS)]
            # Figures are numbers; a minus before digits is one.
            assert [c for c in cells if not c.lstrip("+-").replace(".", "").isdigit()] == [], where
    assert AuditEntry.objects.filter(action="exported").count() == before + len(found)
