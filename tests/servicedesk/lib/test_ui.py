"""The tag library `ui`: what each component says, and that nothing a person typed becomes HTML."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from servicedesk.lib.pills import REQUESTER_STATUSES, STATUSES
from servicedesk.lib.templatetags import ui
from tickets.models import Ticket


def show(source: str, **context) -> str:
    with translation.override("nl"):
        return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_is_decoration_unless_it_has_a_name():
    assert show('{% icon "clock" "fs-4" %}') == (
        '<svg class="bi fs-4" aria-hidden="true">'
        '<use href="/static/img/icons.svg#clock"></use></svg>'
    )
    assert 'role="img" aria-label="te &quot;laat&quot;"' in show(
        '{% icon "clock" label=l %}', l='te "laat"'
    )


def test_every_status_has_both_words():
    assert set(STATUSES) == set(REQUESTER_STATUSES) == set(Ticket.Status.values)


@pytest.mark.parametrize("status", list(Ticket.Status))
def test_the_desk_says_the_same_word_everywhere(status):
    with translation.override("nl"):
        assert str(status.label) in ui.status_pill(status)


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("new", "Ontvangen"),
        ("open", "We zijn bezig"),
        ("pending", "Wacht op jou"),
        ("on_hold", "Bij leverancier"),
        ("solved", "Opgelost"),
        ("closed", "Afgesloten"),
    ],
)
def test_requesters_read_plain_words(status, word):
    assert word in show("{% requester_status status %}", status=status)
    assert show("{{ status|requester_status_word }}", status=status) == word


def test_only_a_broken_promise_is_solid_red():
    assert 'class="chip late"' in show('{% promise_chip "late" "12 min te laat" %}')
    assert 'class="chip bad"' in show('{% promise_chip "missed" "gemist" %}')


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Sofie Vermeer", "SV"),
        ("Noor", "NO"),
        ("Jan Van den Berg", "JB"),
        ("Anne-Marie", "AM"),
        ("(onbekend)", "?"),
        ("", "?"),
    ],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


def test_an_avatar_of_nobody_says_so():
    assert "Niet toegewezen" in show('{% avatar "" "s" %}')


def test_what_people_type_never_becomes_html():
    nasty = "<b>x</b>"
    everything = (
        "{% avatar n %}{% chip 'warn' 'clock' n %}{% promise_chip 'ok' n %}{% avatar n label=n %}"
    )
    assert "<b>" not in show(everything, n=nasty)


def test_when_shows_words_and_keeps_the_exact_moment():
    shown = show("{% when at 'faint' %}", at=dt.datetime(2024, 11, 4, 9, 18, tzinfo=dt.UTC))
    assert shown == (
        '<time class="faint" datetime="2024-11-04T10:18:00+01:00" '
        'title="4 november 2024, 10.18 u.">4 nov 2024, 10.18 u.</time>'
    )
    assert show("{% when nothing %}", nothing=None) == "–"


def test_filters_are_silent_about_nothing():
    assert show("{{ nothing|moment }}{{ nothing|duration }}", nothing=None) == ""
    assert show("{{ nothing|percent }}", nothing=None) == "–"


def test_the_clock_bar_fills_the_whole_width():
    bar = show("{% clock_bar s %}", s=[("ran", 1), ("paused", 0), ("left", 3)])
    assert '<rect class="ran" x="0.000%" width="25.000%"' in bar
    assert '<rect class="left" x="25.000%" width="75.000%"' in bar
    assert "paused" not in bar


def test_an_empty_clock_bar_is_drawn_too():
    assert "<svg" in show("{% clock_bar s %}", s=[])


@pytest.mark.parametrize(
    ("view_name", "marked"),
    [
        ("tickets:queue", True),
        ("knowledgebase:article-detail", True),
        ("tickets:ticket-log", False),
    ],
)
def test_the_link_to_where_one_is(view_name, marked):
    request = RequestFactory().get("/")
    request.resolver_match = SimpleNamespace(view_name=view_name)
    shown = show('{% current "tickets:queue" "knowledgebase:*" %}', request=request)
    assert shown == ('aria-current="page"' if marked else "")
