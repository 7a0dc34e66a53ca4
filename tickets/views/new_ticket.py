"""A new question of a requester: the guided form, the coach beside it, the draft beneath it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from knowledgebase.models import Article
from servicedesk.accounts.requests import DeskRequest
from tickets.actions import drafting
from tickets.actions.opening import open_ticket, proposed_priority
from tickets.exceptions import TicketError
from tickets.forms.intake import QuestionForm
from tickets.forms.typed import Typed, token_in, typed
from tickets.intake import prefill
from tickets.intake.asking import Asking
from tickets.intake.coach import Coach
from tickets.intake.questions import kind_of
from tickets.intake.suggestions import deflect
from tickets.models import Draft, Ticket
from tickets.views.files import add_files


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_create(request: DeskRequest) -> HttpResponse:
    """The form as it was left, or empty with what the address carries along; sends it."""
    if request.method == "POST":
        return _send(request)
    draft = drafting.draft_of(request.user, Draft.Kind.NEW_TICKET)
    carried = prefill.carried(request.GET, user=request.user)
    goes_on = not drafting.is_blank(draft)
    fields = draft.data if goes_on else {**draft.data, **carried}
    return _page(request, draft, fields, goes_on=goes_on, asks_anew=goes_on and bool(carried))


@login_required
@require_POST
def ticket_questions(request: DeskRequest) -> HttpResponse:
    """Keeps what was typed, and asks what belongs to the kind and service that were chosen."""
    try:
        draft = _kept(request)
    except TicketError as refusal:
        part = {"template": "tickets/_question_form.html"} if request.htmx else {}
        return _refused(request, refusal, **part)
    if draft is None or not request.htmx:
        return redirect("tickets:ticket-create")
    return _page(request, draft, draft.data, template="tickets/_question_form.html")


@login_required
@require_POST
def ticket_coach(request: DeskRequest) -> HttpResponse:
    """Keeps what was typed, and answers with what the coach has to say about it."""
    try:
        draft = _kept(request)
    except TicketError as fault:
        return render(request, "tickets/_coach_fault.html", {"fault": fault})
    if draft is None:
        return HttpResponse(status=204)  # this question was sent meanwhile
    return _page(request, draft, draft.data, template="tickets/_coach_answer.html")


@login_required
@require_POST
def deflection_create(request: DeskRequest, pk: int) -> HttpResponse:
    """“Dit loste het op”: the article is thanked, the draft goes, nothing is sent."""
    article = get_object_or_404(Article.objects.visible_to(request.user), pk=pk)
    draft = drafting.draft_of(request.user, Draft.Kind.NEW_TICKET)
    if draft.pk:  # a second click counts nothing
        deflect(article, by=request.user, service=Asking.read(request.user, draft.data).service)
        drafting.discard(draft)
    messages.success(request, _("Good that it is solved. Nothing was sent."))
    return redirect("home")


def _send(request: DeskRequest) -> HttpResponse:
    try:
        draft = _kept(request)
    except TicketError as refusal:
        return _refused(request, refusal)
    if draft is None:
        return _sent(request)
    faults = tuple(add_files(request, draft))
    if "keep" in request.POST and not faults:
        messages.success(request, _("Your draft is kept. You go on whenever you like."))
        return redirect("home")
    files = drafting.files_of(draft)
    form = _form(request, draft.data, files=len(files), check=True)
    if faults or not form.is_valid():
        return _page(request, draft, draft.data, form=form, faults=faults)
    token = token_in(request.POST) or draft.token
    ticket = open_ticket(form.new_ticket(files=files, token=token), by=request.user)
    drafting.discard(draft)
    return _thank(request, ticket)


def _refused(request: DeskRequest, refusal: TicketError, **part: Any) -> HttpResponse:
    """What was typed, as it was typed, with why it could not be kept."""
    draft = drafting.draft_of(request.user, Draft.Kind.NEW_TICKET)
    return _page(request, draft, typed(request.POST), faults=(str(refusal),), **part)


def _kept(request: DeskRequest) -> Draft | None:
    """The stored draft with what the form holds; None when that was sent already.

    Questions that were not in the form keep their answers: whoever changes the kind and
    changes back finds everything again.
    """
    draft = drafting.draft_of(request.user, Draft.Kind.NEW_TICKET)
    asked = request.POST.get("asked")
    gone = asked.split(",") if asked is not None else list(draft.data)
    fields = {name: value for name, value in draft.data.items() if name not in gone}
    fields |= typed(request.POST)
    if switch := request.POST.get("switch"):
        fields["kind"], fields["variant"] = kind_of(switch)
    return drafting.keep(draft, fields, token=token_in(request.POST))


def _form(request: DeskRequest, fields: Typed, *, files: int, check: bool = False) -> QuestionForm:
    asking = Asking.read(request.user, fields, files=files)
    return QuestionForm(asking, user=request.user, check=check)


def _page(
    request: DeskRequest,
    draft: Draft,
    fields: Typed,
    *,
    form: QuestionForm | None = None,
    template: str = "tickets/portal_new.html",
    **context: Any,
) -> HttpResponse:
    files = drafting.files_of(draft)
    form = form or _form(request, fields, files=len(files))
    context |= {
        "draft": draft,
        "form": form,
        "coach": Coach.of(form.asking, reader=request.user),
        "priority": proposed_priority(form.asking.text("impact")),
        "followed_up": form.followed_up,
    }
    failed = form.errors or context.get("faults")
    return render(request, template, context, status=422 if failed else 200)


def _sent(request: DeskRequest) -> HttpResponse:
    """Sent twice: the ticket that the first one made."""
    made = Ticket.objects.visible_to(request.user).filter(submission_token=token_in(request.POST))
    ticket = made.first()
    return redirect(ticket) if ticket else redirect("tickets:ticket-list")


def _thank(request: DeskRequest, ticket: Ticket) -> HttpResponse:
    words = {"number": ticket.number}
    messages.success(request, _("We have your question. Its number is #%(number)s.") % words)
    return redirect(ticket)
