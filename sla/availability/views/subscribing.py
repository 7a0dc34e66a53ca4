"""Subscribe, confirm, unsubscribe: a GET only shows the page, a POST decides."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from sla.availability.forms.subscribing import SubscribeForm
from sla.availability.status import subscribing


def status_subscribe(request: HttpRequest) -> HttpResponse:
    """Asks for an address; the answer is the same for every address."""
    form = SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save(request)
        return redirect(reverse("availability:status-subscribe") + "?asked=1")
    context = {"form": form, "asked": request.GET.get("asked") == "1" and request.method == "GET"}
    status = 422 if request.method == "POST" else 200
    return render(request, "availability/status_subscribe.html", context, status=status)


def status_confirm(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The link of the mail: one click confirms, so that a mail scanner cannot."""
    subscriber = subscribing.waiting(pk, token)
    if request.method == "POST" and subscriber:
        subscribing.confirm(subscriber)
        return render(request, "availability/status_done.html", {"done": "confirmed"})
    context = {"subscriber": subscriber}
    return render(request, "availability/status_confirm.html", context)


def status_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the foot of every mail: one click ends it."""
    subscriber = subscribing.leaving(token)
    if request.method == "POST" and subscriber:
        subscribing.end(subscriber)
        return render(request, "availability/status_done.html", {"done": "ended"})
    context = {"subscriber": subscriber}
    return render(request, "availability/status_unsubscribe.html", context)
