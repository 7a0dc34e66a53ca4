"""The texts of outgoing mail: a list, an editor with a preview, back to the text of the house."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.accounts.permissions import may_administer
from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import boxed, may_frame
from tickets.actions.lettering import reset_text, write_text
from tickets.forms.letters import LetterForm
from tickets.mail.letters import LETTERS, PARTS, WORDS, LetterKind, text_of
from tickets.mail.preview import preview
from tickets.models import LetterText


@login_required
@require_safe
def letter_list(request: DeskRequest) -> HttpResponse:
    """Every kind of mail in every language, and which were changed. For administrators."""
    _administrators_only(request)
    changed = set(LetterText.objects.values_list("kind", "language"))
    kinds = [
        (
            name,
            letter,
            [(code, label, (name, code) in changed) for code, label in settings.LANGUAGES],
        )
        for name, letter in LETTERS.items()
    ]
    return render(request, "tickets/letter_list.html", {"kinds": kinds})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def letter_edit(request: DeskRequest, kind: str, language: str) -> HttpResponse:
    """The text of one kind of mail in one language."""
    letter = _letter(request, kind, language)
    form = LetterForm(request.POST or None, kind=letter, text=text_of(kind, language))
    if request.method == "POST" and form.is_valid():
        said = form.text
        write_text(kind, language, subject=said.subject, body=said.body, by=request.user)
        messages.success(request, _("Saved: mails say this from now on."))
        return redirect("tickets:letter-edit", kind, language)
    context = {
        "kind": kind,
        "letter": letter,
        "language": language,
        "language_label": dict(settings.LANGUAGES)[language],
        "form": form,
        "is_changed": LetterText.objects.filter(kind=kind, language=language).exists(),
        "words": [(name, label) for name, label in WORDS.items() if name in letter.placeholders],
        "parts": [(name, label) for name, label in PARTS.items() if name in letter.placeholders],
    }
    status = 422 if form.errors else 200
    return may_frame(render(request, "tickets/letter_form.html", context, status=status))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@xframe_options_sameorigin
def letter_preview(request: DeskRequest, kind: str, language: str) -> HttpResponse:
    """The mail as its reader would get it, of what is typed; stored or sent is nothing."""
    letter = _letter(request, kind, language)
    form = LetterForm(request.POST or None, kind=letter, text=text_of(kind, language))
    if form.is_bound and not form.is_valid():
        return boxed(render(request, "tickets/letter_faults.html", {"form": form}).content.decode())
    text = form.text if form.is_bound else text_of(kind, language)
    return boxed(preview(kind, language, text)[1].html)


@login_required
@require_POST
def letter_reset(request: DeskRequest, kind: str, language: str) -> HttpResponse:
    """Back to the text that the desk came with."""
    _letter(request, kind, language)
    reset_text(kind, language, by=request.user)
    messages.success(request, _("The text of the house holds again."))
    return redirect("tickets:letter-edit", kind, language)


def _administrators_only(request: DeskRequest) -> None:
    if not may_administer(request.user):
        raise Http404


def _letter(request: DeskRequest, kind: str, language: str) -> LetterKind:
    _administrators_only(request)
    if kind not in LETTERS or language not in dict(settings.LANGUAGES):
        raise Http404
    return LETTERS[kind]
