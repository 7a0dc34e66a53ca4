"""The forms of the composer. Each has its own, so that a note is never sent as a reply."""

from __future__ import annotations

import uuid
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from django import forms
from django.db import transaction
from django.db.models import BigIntegerField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category
from tickets.actions.drafting import files_of
from tickets.actions.replying import Text, add_note, log_call, reply
from tickets.actions.transitions import AGENT_MOVES
from tickets.forms.addresses import AddressesField, people_of
from tickets.forms.choosing import Select, offer
from tickets.models import Attachment, Draft, Message, Ticket

Status = Ticket.Status
BIGGEST = BigIntegerField.MAX_BIGINT

#: What the choice after sending says for each status that it leads to.
OUTCOMES = {
    Status.OPEN: gettext_lazy("and set to Open"),
    Status.PENDING: gettext_lazy("and wait for requester"),
    Status.ON_HOLD: gettext_lazy("and wait for supplier"),
    Status.SOLVED: gettext_lazy("and set to Solved"),
}

#: A public reply takes a new ticket anyway.
TAKEN = (Status.NEW, Status.OPEN.value)


class OutcomeField(forms.ChoiceField):
    """Offers the moves of the ticket as it is now.

    One that was on screen a moment ago is no mistake of the writer: the verb tells who was first.
    """

    def valid_value(self, value: Any) -> bool:
        return value in OUTCOMES


class ComposerForm(forms.Form):
    """What an agent writes on a ticket, and what becomes of the ticket with it."""

    kind: ClassVar[str]
    #: What of it a draft keeps.
    KEPT: ClassVar[tuple[str, ...]] = ("body", "then", "category")

    body = forms.CharField(
        label=gettext_lazy("Message"),
        required=False,
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    then = OutcomeField(
        label=gettext_lazy("Status after sending"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=gettext_lazy("Category"),
        required=False,
        widget=Select(attrs={"class": "form-select"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=BIGGEST)
    seen_status = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, ticket: Ticket, draft: Draft
    ) -> None:
        kept = {name: _one(draft.data.get(name, "")) for name in self.KEPT}
        super().__init__(data, initial={**kept, "token": draft.token}, auto_id=f"{self.kind}-%s")
        self.ticket, self.draft = ticket, draft
        #: Sentences about files that were refused.
        self.faults: tuple[str, ...] = ()
        self._offer()

    def _offer(self) -> None:
        now = Status(self.ticket.status)
        then = cast(OutcomeField, self.fields["then"])
        then.choices = [("", self._stays(now)), *self._moves(now)]
        category = cast(forms.ModelChoiceField, self.fields["category"])
        rows = Category.objects.filter(is_active=True)
        offer(category, rows, empty=_("Choose a category"))

    def _moves(self, now: Status) -> list[tuple[str, Any]]:
        if now == Status.SOLVED:
            return [(Status.OPEN.value, _("and reopen"))]
        return [(to.value, words) for to, words in OUTCOMES.items() if to in AGENT_MOVES[now]]

    def _stays(self, now: Status) -> str:
        return _("and stay %(status)s") % {"status": now.label}

    def put_in(self, text: str = "", then: str = "", category: int | None = None) -> None:
        """Adds a text below what is there already, and sets what comes with it."""
        body = self.initial["body"].rstrip()
        self.initial["body"] = f"{body}\n\n{text}".strip() if text else self.initial["body"]
        self.initial["then"] = then or self.initial["then"]
        self.initial["category"] = category or self.initial["category"]

    @property
    def token_value(self) -> uuid.UUID | str:
        """The same for every try to send this text, so that trying twice sends once."""
        return self["token"].value() or self.draft.token

    def clean_token(self) -> uuid.UUID:
        return self.cleaned_data["token"] or self.draft.token

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        if not chosen.get("body", "").strip() and not self._files():
            self.add_error("body", _("Write something first."))
        solves = chosen.get("then") == Status.SOLVED
        if solves and self.ticket.category_id is None and not chosen.get("category"):
            self.add_error("category", _("Choose a category: a solved ticket needs one."))
        return chosen

    def _files(self) -> list[Attachment]:
        return files_of(self.draft)

    @property
    def asks_category(self) -> bool:
        return self.ticket.category_id is None

    def text(self) -> Text:
        """What is sent. `seen` and `seen_status` are what the agent had on screen."""
        sent = self.cleaned_data
        return Text(
            body=sent["body"],
            attachments=self._files(),
            token=sent["token"],
            seen=sent["seen"],
            seen_status=sent["seen_status"] or None,
        )

    @abstractmethod
    def send(self, *, by: User) -> Message:
        """Calls the verb. Raises TicketError."""


class ReplyForm(ComposerForm):
    """A public reply. Reaches the requester, the followers, and who is put in Cc."""

    kind = Draft.Kind.PUBLIC_REPLY
    KEPT = ("body", "then", "category", "cc")

    cc = AddressesField(
        label=gettext_lazy("Cc: more people who get this and read along from now on"),
        help_text=gettext_lazy("E-mail addresses, with commas between them."),
        required=False,
        max_length=1000,
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off", "inputmode": "email"}
        ),
    )

    def _moves(self, now: Status) -> list[tuple[str, Any]]:
        return [(to, words) for to, words in super()._moves(now) if (now, to) != TAKEN]

    def _stays(self, now: Status) -> str:
        return _("and take the ticket") if now == Status.NEW else super()._stays(now)

    @transaction.atomic
    def send(self, *, by: User) -> Message:
        outcome = {"then": self.cleaned_data["then"], "category": self.cleaned_data["category"]}
        text = replace(self.text(), cc=people_of(self.cleaned_data["cc"], by=by))
        return reply(self.ticket, text, by=by, **outcome)


class NoteForm(ComposerForm):
    """An internal note, or the account of a call with the requester. Never leaves the desk."""

    kind = Draft.Kind.INTERNAL_NOTE
    KEPT = ("body", "then", "category", "call")

    call = forms.BooleanField(
        label=gettext_lazy("I spoke to the requester: log this as a call"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def send(self, *, by: User) -> Message:
        write = log_call if self.cleaned_data["call"] else add_note
        outcome = {"then": self.cleaned_data["then"], "category": self.cleaned_data["category"]}
        return write(self.ticket, self.text(), by=by, **outcome)


def drafts(ticket: Ticket, user: User) -> dict[str, Draft]:
    """This person's drafts on this ticket by kind; fresh ones where none is stored."""
    kinds = (Draft.Kind.PUBLIC_REPLY, Draft.Kind.INTERNAL_NOTE, Draft.Kind.TO_SUPPLIER)
    stored = Draft.objects.filter(user=user, ticket=ticket, kind__in=kinds)
    found = {draft.kind: draft for draft in stored}
    return {kind: found.get(kind) or Draft(user=user, ticket=ticket, kind=kind) for kind in kinds}


def _one(value: object) -> str:
    """A field of a draft as one text, however it was posted."""
    return value if isinstance(value, str) else ""
