"""Files on drafts and messages: in by upload, out behind an access check."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import opened_or_404, where_next
from tickets.actions import attaching, drafting
from tickets.exceptions import TicketError
from tickets.forms.typed import token_in
from tickets.models import Attachment, Draft
from tickets.views.drafts import kept, place


@login_required
@require_safe
def attachment_download(request: DeskRequest, pk: int, filename: str = "") -> FileResponse:
    """Pictures are shown as we drew them anew; everything else is saved, byte for byte.

    With `?save` a picture is saved as it came, too.
    """
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    shown = attachment.is_picture and "save" not in request.GET
    response = FileResponse(
        opened_or_404(attachment.shown if shown else attachment.file),
        as_attachment=not shown,
        filename=attachment.filename,
        content_type=attachment.shown_as if shown else "application/octet-stream",
    )
    # Nothing in a file may act in the name of the desk, whatever a browser makes of it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"  # many library PCs are shared
    return response


@login_required
@require_POST
def attachment_upload(request: DeskRequest, kind: str, number: int | None = None) -> HttpResponse:
    """Adds the posted files to the draft. Answers with the list, and why a file was refused."""
    draft = _stored(request, place(request, kind, number))
    faults = add_files(request, draft) if draft else []
    return _list(request, draft, faults)


@login_required
@require_POST
def attachment_remove(
    request: DeskRequest, kind: str, pk: int, number: int | None = None
) -> HttpResponse:
    """Takes a file off the draft. The button stands in the form, so what is typed is kept too."""
    draft, _fault = kept(request, kind, number) if not request.htmx else (None, "")
    draft = draft or place(request, kind, number)
    attachment = get_object_or_404(Attachment, pk=pk, draft=draft.pk, uploaded_by=request.user)
    attaching.detach(attachment, by=request.user)
    return _list(request, draft, []) if request.htmx else redirect(where_next(request))


def add_files(request: DeskRequest, draft: Draft) -> list[str]:
    """Puts the posted files on the draft; gives a sentence for each that was refused."""
    faults = []
    for upload in request.FILES.getlist("files"):
        try:
            attaching.attach(upload, draft=draft, by=request.user)
        except TicketError as error:
            faults.append(str(error))
    return faults


def _stored(request: DeskRequest, draft: Draft) -> Draft | None:
    """A file may be the first thing somebody adds: then the draft is stored now."""
    return draft if draft.pk else drafting.keep(draft, {}, token=token_in(request.POST))


def _list(request: DeskRequest, draft: Draft | None, faults: list[str]) -> HttpResponse:
    files = drafting.files_of(draft) if draft else []
    context = {"draft": draft, "files": files, "faults": faults}
    return render(request, "tickets/_upload_files.html", context, status=422 if faults else 200)
