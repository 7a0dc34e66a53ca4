"""Forms that put a ticket before a supplier, and that write to them once more."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Supplier
from servicedesk.lib.moments import moment
from servicedesk.lib.numbers import whole
from tickets.actions.forwarding import Question, forward, write_to_supplier
from tickets.actions.replying import Text
from tickets.briefing import Along, brief, parts, subject
from tickets.forms.choosing import Select, offer
from tickets.forms.reply import ComposerForm
from tickets.intake import answers
from tickets.models import Attachment, Draft, Forwarding, Message, Ticket

#: More files than this are never offered.
MOST_FILES = 50
CHECKBOX = {"class": "form-check-input"}


def files_that_may_go(ticket: Ticket) -> list[Attachment]:
    """Files of the ticket, oldest first, but those of internal notes. One query."""
    files = Attachment.objects.filter(message__ticket=ticket).exclude(
        message__kind=Message.Kind.INTERNAL_NOTE
    )
    return list(files.select_related("message").order_by("pk")[:MOST_FILES])


class ForwardForm(forms.Form):
    """Which supplier, what is asked, what goes along, and what the requester reads about it."""

    supplier = forms.ModelChoiceField(
        Supplier.objects.none(),
        label=gettext_lazy("Supplier"),
        widget=Select(attrs={"class": "form-select"}),
        error_messages={"required": gettext_lazy("Choose a supplier.")},
    )
    promise = forms.CharField(max_length=60, required=False)
    question = forms.CharField(
        label=gettext_lazy("Question to the supplier"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
        error_messages={"required": gettext_lazy("Say what you want to know.")},
    )
    description = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs=CHECKBOX))
    enclosed = forms.MultipleChoiceField(
        label=gettext_lazy("Files"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECKBOX),
    )
    requester = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs=CHECKBOX))
    personal = forms.MultipleChoiceField(
        label=gettext_lazy("Personal data"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECKBOX),
    )
    tell = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs=CHECKBOX))
    told = forms.CharField(
        label=gettext_lazy("What the requester reads"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    seen_status = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        ticket: Ticket,
        by: User,
        supplier: str = "",
    ) -> None:
        self.ticket, self.by = ticket, by
        super().__init__(data, initial=self._start(supplier), auto_id="act-%s")
        offer(
            cast(forms.ModelChoiceField, self.fields["supplier"]),
            Supplier.objects.filter(is_active=True).exclude(email=""),
            empty=_("Choose a supplier"),
        )
        enclosed = cast(forms.MultipleChoiceField, self.fields["enclosed"])
        enclosed.choices = [(str(file.pk), file.filename) for file in self.may_go]
        personal = cast(forms.MultipleChoiceField, self.fields["personal"])
        personal.choices = [(answer.key, answer.label) for answer in self.personal_answers]

    def _start(self, supplier: str) -> dict[str, Any]:
        service = self.ticket.service
        theirs = service.supplier_id if service else None
        asked_for = whole(supplier)
        return {
            "supplier": theirs if asked_for is None else asked_for,
            "description": True,
            "enclosed": [str(file.pk) for file in self.may_go if _goes_by_itself(file)],
            "tell": True,
            "told": told(self.ticket),
            "token": uuid.uuid4(),
            "seen_status": self.ticket.status,
        }

    @cached_property
    def may_go(self) -> list[Attachment]:
        """What may be ticked."""
        return files_that_may_go(self.ticket)

    @cached_property
    def personal_answers(self) -> list[answers.Answer]:
        """Answers that lead to a person: each has a box of its own, not ticked."""
        return [answer for answer in answers.given(self.ticket) if answer.is_personal]

    @cached_property
    def described(self) -> list[tuple[str, str]]:
        """What goes along with the box of the description: titles and texts."""
        return parts(self.ticket, Along(description=True))

    @property
    def chosen(self) -> Supplier | None:
        """The supplier that stands in the form now."""
        pk = whole(str(self["supplier"].value()))
        return Supplier.objects.filter(is_active=True, pk=pk).first() if pk is not None else None

    def save(self) -> Forwarding:
        """Calls the verb. Raises TicketError."""
        said = self.cleaned_data
        supplier = said["supplier"]
        along = Along(said["description"], frozenset(said["personal"]), said["requester"])
        whole = brief(self.ticket, said["question"], along, to=supplier)
        text = Text(
            whole.text,
            html=whole.html,
            token=said["token"],
            seen_status=said["seen_status"] or None,
        )
        question = Question(
            supplier,
            text,
            subject=subject(self.ticket, along),
            enclosed=_chosen(self.may_go, said["enclosed"]),
            promise=said["promise"],
            told=said["told"] if said["tell"] else "",
        )
        return forward(self.ticket, question, by=self.by)


class SupplierForm(ComposerForm):
    """A further message in the thread with a supplier. Never reaches the requester."""

    kind = Draft.Kind.TO_SUPPLIER
    KEPT: ClassVar[tuple[str, ...]] = ("body",)

    then = None  # type: ignore[assignment]
    category = None  # type: ignore[assignment]
    forwarding = forms.ModelChoiceField(
        Forwarding.objects.none(),
        label=gettext_lazy("Supplier"),
        widget=Select(attrs={"class": "form-select"}),
        error_messages={
            "invalid_choice": gettext_lazy(
                "This is no longer with the supplier: forward the ticket again."
            )
        },
    )
    enclosed = forms.MultipleChoiceField(
        label=gettext_lazy("Files"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECKBOX),
    )
    waits = forms.BooleanField(
        label=gettext_lazy("and wait for supplier"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs=CHECKBOX),
    )

    def _offer(self) -> None:
        threads = self.ticket.forwardings.unended().select_related("supplier").order_by("-pk")
        self.threads = list(threads)
        forwarding = cast(forms.ModelChoiceField, self.fields["forwarding"])
        forwarding.queryset = threads
        forwarding.choices = [(one.pk, str(one.supplier)) for one in self.threads]
        if self.threads:
            self.initial["forwarding"] = self.threads[0].pk
        enclosed = cast(forms.MultipleChoiceField, self.fields["enclosed"])
        enclosed.choices = [(str(file.pk), file.filename) for file in self.may_go]

    def put_in(self, text: str = "", then: str = "", category: int | None = None) -> None:
        """Adds a text below what is there already."""
        body = self.initial["body"].rstrip()
        self.initial["body"] = f"{body}\n\n{text}".strip() if text else self.initial["body"]

    @cached_property
    def may_go(self) -> list[Attachment]:
        """What may be ticked besides the files that are added here."""
        return files_that_may_go(self.ticket)

    @property
    def addressee(self) -> str:
        """Whose mail it becomes; '' when it may be one of several."""
        return str(self.threads[0].supplier) if len(self.threads) == 1 else ""

    @property
    def asks_category(self) -> bool:
        return False

    def send(self, *, by: User) -> Message:
        sent = self.cleaned_data
        return write_to_supplier(
            sent["forwarding"],
            self.text(),
            by=by,
            enclosed=_chosen(self.may_go, sent["enclosed"]),
            waits=sent["waits"],
        )


def told(ticket: Ticket) -> str:
    """What the requester reads, in the language of that person, unless the agent changes it."""
    with translation.override(ticket.requester.language):
        until = ticket.next_due_at
        said = _("We put your question before our supplier.")
        if until is None or until <= timezone.now():
            later = _("We tell you as soon as we know more.")
        else:
            later = _("You hear from us before %s.") % moment(until).rstrip(".")
        return f"{said} {later}"


def _goes_by_itself(file: Attachment) -> bool:
    """Ticked at first: what the requester added, but pictures of a signature."""
    theirs = file.message is not None and file.message.side == Message.Side.REQUESTER
    return theirs and not file.is_inline


def _chosen(files: list[Attachment], ticked: list[str]) -> list[Attachment]:
    return [file for file in files if str(file.pk) in ticked]
