"""What can be done to ticked tickets. Each form is one act and calls one verb for each ticket."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import Case, Value, When
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from servicedesk.accounts.models import Team, User
from servicedesk.catalogue.models import Category, Service
from servicedesk.catalogue.tree import in_tree_order
from tickets.actions import assigning, classifying, transitions
from tickets.many import Ticked
from tickets.models import Ticket


class ChangeForm(forms.Form):
    """`name` is that of the act in addresses; `act` calls the verb."""

    name: ClassVar[str]

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: User,
        initial: dict[str, Any] | None = None,
        ids: str = "bulk",
    ) -> None:
        super().__init__(data, initial=initial, auto_id=f"{ids}-{self.name}-%s")
        self.by = by
        self.prepare()
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"

    def prepare(self) -> None:
        """Fills in what may be chosen."""

    @abstractmethod
    def act(self, ticket: Ticket, seen: Ticked) -> None:
        """Calls the verb. Raises TicketError."""

    @property
    def sentence(self) -> str:
        """Everything that is wrong with it."""
        return " ".join(str(fault) for faults in self.errors.values() for fault in faults)


class AgentField(forms.ModelChoiceField):
    """People of the desk, whoever chooses first."""

    by: User

    def offer(self, by: User) -> None:
        me_first = Case(When(pk=by.pk, then=Value(0)), default=Value(1))
        self.by = by
        self.queryset = User.objects.agents().order_by(me_first, "name")

    def label_from_instance(self, agent: User) -> str:
        return _("%(name)s (me)") % {"name": agent.name} if agent == self.by else str(agent)


class AssignForm(ChangeForm):
    """To a person, a team, or both. Compare-and-set on the assignee."""

    name = "assign"

    team = forms.ModelChoiceField(
        Team.objects.filter(is_active=True),
        label=gettext_lazy("Team"),
        required=False,
        empty_label=gettext_lazy("Choose a team"),
    )
    assignee = AgentField(
        User.objects.none(),
        label=gettext_lazy("Person"),
        required=False,
        empty_label=gettext_lazy("Choose a person"),
    )

    def prepare(self) -> None:
        people: Any = self.fields["assignee"]
        people.offer(self.by)

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        if not self.errors and not chosen.get("team") and not chosen.get("assignee"):
            raise forms.ValidationError(_("Choose a person or a team."))
        return chosen

    def act(self, ticket: Ticket, seen: Ticked) -> None:
        assigning.assign(
            ticket,
            team=self.cleaned_data["team"],
            assignee=self.cleaned_data["assignee"],
            by=self.by,
            seen_assignee=seen.assignee,
        )


class TakeForm(ChangeForm):
    """To whoever does it."""

    name = "take"

    def act(self, ticket: Ticket, seen: Ticked) -> None:
        assigning.take(ticket, by=self.by, seen_assignee=seen.assignee)


class CategoryForm(ChangeForm):
    name = "category"

    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label=gettext_lazy("Category"),
        empty_label=gettext_lazy("Choose a category"),
        error_messages={"required": gettext_lazy("Choose a category.")},
    )

    def act(self, ticket: Ticket, seen: Ticked) -> None:
        classifying.set_category(ticket, self.cleaned_data["category"], by=self.by)


class ServiceForm(ChangeForm):
    name = "service"

    service = forms.ModelChoiceField(
        Service.objects.filter(is_active=True),
        label=gettext_lazy("Service"),
        error_messages={"required": gettext_lazy("Choose a service.")},
    )

    def prepare(self) -> None:
        choice: Any = self.fields["service"]
        tree = in_tree_order(choice.queryset)
        choice.choices = [
            ("", _("Choose a service")),
            *((one.pk, f"{'– ' * depth}{one.label}") for one, depth in tree),
        ]

    def act(self, ticket: Ticket, seen: Ticked) -> None:
        classifying.set_service(ticket, self.cleaned_data["service"], by=self.by)


class PriorityForm(ChangeForm):
    """With the reason, for a changed priority is counted."""

    name = "priority"

    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"),
        choices=[("", gettext_lazy("Choose a priority")), *Ticket.Priority.choices],
        error_messages={"required": gettext_lazy("Choose a priority.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Say why: a changed priority needs a reason."),
        },
    )

    def act(self, ticket: Ticket, seen: Ticked) -> None:
        chosen = self.cleaned_data
        classifying.set_priority(ticket, chosen["priority"], by=self.by, reason=chosen["reason"])


class StatusForm(ChangeForm):
    """Compare-and-set on the status. The category is for those that have none when solved."""

    name = "status"

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        error_messages={"required": gettext_lazy("Choose a status.")},
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label=gettext_lazy("Category, for those without"),
        required=False,
        empty_label=pgettext_lazy("category", "None"),
    )

    def prepare(self) -> None:
        status, choice = Ticket.Status, cast(Any, self.fields["status"])
        offered = (status.OPEN, status.PENDING, status.ON_HOLD, status.SOLVED)
        choice.choices = [
            ("", _("Choose a status")),
            *((one.value, one.label) for one in offered),
        ]

    def act(self, ticket: Ticket, seen: Ticked) -> None:
        spare = self.cleaned_data["category"] if ticket.category_id is None else None
        transitions.change_status(
            ticket, self.cleaned_data["status"], by=self.by, seen=seen.status, category=spare
        )


CHANGES: dict[str, type[ChangeForm]] = {
    form.name: form
    for form in (AssignForm, TakeForm, CategoryForm, ServiceForm, PriorityForm, StatusForm)
}
