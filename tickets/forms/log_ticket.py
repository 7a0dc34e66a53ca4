"""What a person of the desk fills in while somebody calls, stands at the desk, chats or writes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from servicedesk.accounts.models import Team, User
from servicedesk.catalogue.models import Category, IntakeQuestion, Service
from servicedesk.catalogue.tree import in_tree_order
from tickets.actions.opening import NewTicket
from tickets.actions.registering import FirstStep, Step
from tickets.forms.question_fields import number_field
from tickets.forms.typed import Typed, as_posted
from tickets.forms.whose import WhoseForm
from tickets.intake.asking import NUMBER
from tickets.models import Attachment, PriorityRule, Ticket
from tickets.permissions import may_follow_up
from tickets.search import number_in

Channel = Ticket.Channel
CHANNELS = (Channel.PHONE, Channel.DESK, Channel.CHAT, Channel.POST)
DEFAULTS: dict[str, Any] = {
    "channel": Channel.PHONE.value,
    "step": Step.DISPATCH.value,
    "new_invited": True,
}


class LogForm(WhoseForm):
    """`check` decides whether it is looked at, or only shown as it was typed."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How did it come in?"),
        choices=[(one.value, one.label) for one in CHANNELS],
        widget=forms.RadioSelect,
    )
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Give the ticket a subject.")},
    )
    body = forms.CharField(
        label=gettext_lazy("What was said?"),
        help_text=gettext_lazy("The requester reads this too."),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write down in a sentence what was asked.")},
    )
    impact = forms.ChoiceField(label=gettext_lazy("Impact"), required=False)
    step = forms.ChoiceField(
        label=gettext_lazy("And then?"),
        choices=Step.choices,
        widget=forms.RadioSelect,
    )
    team = forms.ModelChoiceField(
        Team.objects.filter(is_active=True),
        label=gettext_lazy("Team"),
        required=False,
        empty_label=gettext_lazy("Choose a team"),
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label=gettext_lazy("Category"),
        required=False,
        empty_label=pgettext_lazy("category", "None yet"),
    )
    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, typed: Typed, *, by: User, check: bool = False) -> None:
        self.by, self.typed = by, typed
        super().__init__(as_posted(typed) if check else None, initial=DEFAULTS | dict(typed))
        self._offer()

    # --- which choices, which questions -----------------------------------------------------

    @cached_property
    def services(self) -> list[Service]:
        offered = Service.objects.active().visible_to(self.by)
        return list(offered.prefetch_related("intake_questions"))

    @cached_property
    def service_chosen(self) -> Service | None:
        slug = self.typed.get("service", "")
        return next((one for one in self.services if one.slug == slug), None)

    @property
    def questions(self) -> list[IntakeQuestion]:
        """The service's own questions."""
        return list(self.service_chosen.intake_questions.all()) if self.service_chosen else []

    def _offer(self) -> None:
        service: Any = self.fields["service"]
        tree = in_tree_order(self.services)
        rows = [(one.slug, f"{'– ' * depth}{one.label}") for one, depth in tree]
        service.choices = [("", _("Not clear yet")), *rows]
        impact: Any = self.fields["impact"]
        impact.choices = list(self._impacts())
        for question in self.questions:
            self.fields[NUMBER + question.key] = number_field(question)

    def _impacts(self) -> Iterable[tuple[str, str]]:
        """Each with the priority that it makes."""
        rules = dict(PriorityRule.objects.values_list("impact", "priority"))
        words = _("%(impact)s → priority %(priority)s")
        normal = Ticket.Priority.NORMAL
        for value, label in [("", _("Not asked")), *Ticket.Impact.choices]:
            priority = Ticket.Priority(rules.get(value, normal)).label
            yield value, words % {"impact": label, "priority": str(priority).lower()}

    @property
    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(NUMBER)]

    # --- checking ---------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("step") == Step.TEAM and not clean.get("team"):
            self.add_error("team", _("Choose a team."))
        if clean.get("step") == Step.SOLVED and not clean.get("category"):
            self.add_error("category", _("Choose a category: a solved ticket needs one."))
        for question in self.questions:
            answer = clean.get(NUMBER + question.key)
            if answer and (complaint := question.complaint(answer)):
                self.add_error(NUMBER + question.key, complaint)
        return clean

    @cached_property
    def followed_up(self) -> Ticket | None:
        """The closed ticket that this one goes on about."""
        number = number_in(str(self.typed.get("follows", "")))
        ticket = Ticket.objects.visible_to(self.by).filter(pk=number).first()
        return ticket if ticket and may_follow_up(self.by, ticket) else None

    # --- the ticket -------------------------------------------------------------------------

    def new_ticket(
        self, requester: User, *, files: Iterable[Attachment], token: uuid.UUID
    ) -> NewTicket:
        """What the verb needs, of a form that is valid."""
        clean = self.cleaned_data
        answers = {name: value for name, value in clean.items() if name.startswith(NUMBER)}
        return NewTicket(
            requester=requester,
            subject=clean["subject"],
            body=clean["body"],
            channel=clean["channel"],
            service=self.service_chosen,
            impact=clean["impact"],
            intake={name: value for name, value in answers.items() if value},
            follows_up=self.followed_up,
            attachments=files,
            token=token,
        )

    def first_step(self) -> FirstStep:
        clean = self.cleaned_data
        return FirstStep(clean["step"], clean["team"], clean["category"])
