"""A page with every component, for tests only: ROOT_URLCONF of the browser tests beside it."""

import time
from pathlib import Path

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils import timezone

from servicedesk.lib.pagination import Page
from servicedesk.lib.pills import NOTICES, PROMISES, STATUSES
from servicedesk.urls import urlpatterns as doors

SOURCE = Path(__file__).with_name("gallery.html")


class Question(forms.Form):
    subject = forms.CharField(label="Onderwerp", help_text="Kort en duidelijk.")
    kind = forms.ChoiceField(
        label="Soort", choices=[("a", "Storing"), ("b", "Vraag")], widget=forms.RadioSelect
    )
    service = forms.ChoiceField(label="Dienst", choices=[("", "Kies een dienst"), ("w", "Wise")])
    text = forms.CharField(label="Beschrijving", widget=forms.Textarea(attrs={"rows": 3}))
    call = forms.BooleanField(label="Bel me", required=False, help_text="Geef een nummer.")
    teams = forms.MultipleChoiceField(
        label="Teams",
        choices=[("a", "Wise"), ("b", "Websites")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    file = forms.FileField(label="Bijlage", required=False, help_text="Tot 20 MB.")


def gallery(request: HttpRequest) -> HttpResponse:
    context = {
        "wrong": Question({"call": "on"}),
        "statuses": STATUSES,
        "promises": PROMISES,
        "notices": [(pill.tone, pill.icon) for pill in NOTICES.values()],
        "segments": [("ran", 8), ("paused", 34), ("closed", 12), ("over", 5), ("left", 41)],
        "now": timezone.now(),
        "page": Page([], "next", "previous"),
    }
    template = engines["django"].from_string(SOURCE.read_text("utf-8"))
    return HttpResponse(template.render(context, request))


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(0.9)
    return HttpResponse("klaar")


urlpatterns = [
    path("gallery/", gallery, name="gallery"),
    path("gallery/slow/", slow, name="gallery-slow"),
    path("gallery/guarded/", login_required(slow), name="gallery-guarded"),
    *doors,
]
