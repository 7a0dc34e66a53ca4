"""The product's addresses and two more, to see what a page costs before it shows anything."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from servicedesk.urls import urlpatterns as doors
from tickets.models import Ticket


@login_required
def bare_page(request: HttpRequest) -> HttpResponse:
    """The roof of the desk with the subject of one ticket: what every page of it needs."""
    return render(request, "desk.html", {"bare": _subject()})


@login_required
def bare_view(request: HttpRequest) -> HttpResponse:
    """No template at all."""
    return HttpResponse(f"<!doctype html><title>bare</title>{_subject()}")


def _subject() -> str:
    return Ticket.objects.order_by("pk").values_list("subject", flat=True)[:1].get()


urlpatterns = [path("bare-page/", bare_page), path("bare-view/", bare_view), *doors]
