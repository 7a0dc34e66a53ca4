"""The properties of a ticket as small forms: each has one control and calls one verb."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import BigIntegerField, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from servicedesk.accounts.models import Team, User
from servicedesk.catalogue.models import Category, Kwis, Service
from servicedesk.catalogue.tree import in_tree_order
from tickets.actions import assigning, classifying, transitions
from tickets.forms.choosing import Select, offer
from tickets.models import Ticket

Status = Ticket.Status


class PropertyForm(forms.Form):
    """One property. Its field has the name of the form; `save` calls the verb."""

    name: ClassVar[str]

    def __init__(self, data: Mapping[str, Any] | None = None, *, ticket: Ticket, by: User) -> None:
        super().__init__(data, auto_id="property-%s")
        self.ticket, self.by = ticket, by
        self.prepare()
        for field in self.fields.values():
            field.disabled = ticket.status == Status.CLOSED

    def prepare(self) -> None:
        """Fills in what the ticket has now, and what may be chosen."""

    @abstractmethod
    def save(self) -> None:
        """Calls the verb. Raises TicketError."""

    def starts_as(self, **values: Any) -> None:
        """What the fields show until something else is chosen."""
        for name, value in values.items():
            self.fields[name].initial = value

    def choice(self, name: str) -> forms.ChoiceField:
        return cast(forms.ChoiceField, self.fields[name])

    def rows(self, name: str) -> forms.ModelChoiceField:
        return cast(forms.ModelChoiceField, self.fields[name])

    @property
    def control(self) -> forms.BoundField:
        return self[self.name]


def _select(**attrs: Any) -> Select:
    named = {name.replace("_", "-"): value for name, value in attrs.items()}
    return Select(attrs={"class": "form-select", **named})


class StatusForm(PropertyForm):
    """Compare-and-set: `seen_status` is what the agent had on screen."""

    name = "status"
    status = forms.ChoiceField(label=gettext_lazy("Status"), widget=_select())
    seen_status = forms.CharField(widget=forms.HiddenInput, required=False)
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=gettext_lazy("Category"),
        required=False,
        widget=_select(),
    )

    def prepare(self) -> None:
        now = Status(self.ticket.status)
        moves = transitions.AGENT_MOVES[now]
        self.choice("status").choices = [
            (status.value, status.label) for status in Status if status == now or status in moves
        ]
        self.starts_as(status=now.value, seen_status=now.value)
        offer(
            self.rows("category"),
            Category.objects.filter(is_active=True),
            empty=_("Choose a category"),
        )

    @property
    def asks_category(self) -> bool:
        """Solving was tried without one: the control stands beside the status now."""
        return self.is_bound and self.has_error("category")

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        solves = chosen.get("status") == Status.SOLVED and self.ticket.status != Status.SOLVED
        if solves and self.ticket.category_id is None and not chosen.get("category"):
            self.add_error("category", _("Choose a category: a solved ticket needs one."))
        return chosen

    def save(self) -> None:
        transitions.change_status(
            self.ticket,
            self.cleaned_data["status"],
            by=self.by,
            seen=self.cleaned_data["seen_status"] or None,
            category=self.cleaned_data["category"],
        )


class TeamForm(PropertyForm):
    """Giving it to a team takes it off the person who had it."""

    name = "team"
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Team"),
        widget=_select(data_key="t", data_key_label=gettext_lazy("Assign to a team")),
    )
    seen_assignee = forms.IntegerField(
        widget=forms.HiddenInput, required=False, max_value=BigIntegerField.MAX_BIGINT
    )

    def prepare(self) -> None:
        known = Team.objects.filter(Q(is_active=True) | Q(pk=self.ticket.team_id))
        empty = None if self.ticket.team_id else pgettext("team", "None yet")
        offer(self.rows("team"), known, empty=empty)
        self.starts_as(team=self.ticket.team_id, seen_assignee=self.ticket.assignee_id)

    def save(self) -> None:
        assigning.assign(
            self.ticket,
            team=self.cleaned_data["team"],
            assignee=None,
            by=self.by,
            seen_assignee=self.cleaned_data["seen_assignee"],
        )


class AssigneeForm(PropertyForm):
    """A person of the desk, or nobody: then the team keeps it."""

    name = "assignee"
    assignee = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Assigned to"),
        required=False,
        widget=_select(data_key="a", data_key_label=gettext_lazy("Assign to a person")),
    )
    seen_assignee = forms.IntegerField(
        widget=forms.HiddenInput, required=False, max_value=BigIntegerField.MAX_BIGINT
    )

    def prepare(self) -> None:
        people = User.objects.agents() | User.objects.filter(pk=self.ticket.assignee_id)
        offer(self.rows("assignee"), people, empty=_("Nobody"), label=self._name)
        self.starts_as(assignee=self.ticket.assignee_id, seen_assignee=self.ticket.assignee_id)

    def _name(self, agent: User) -> str:
        return _("%(name)s (me)") % {"name": agent.name} if agent == self.by else str(agent)

    def save(self) -> None:
        person = self.cleaned_data["assignee"]
        assigning.assign(
            self.ticket,
            team=None if person else self.ticket.team,
            assignee=person,
            by=self.by,
            seen_assignee=self.cleaned_data["seen_assignee"],
        )


class ServiceForm(PropertyForm):
    name = "service"
    service = forms.ModelChoiceField(
        Service.objects.none(), label=gettext_lazy("Service"), required=False, widget=_select()
    )

    def prepare(self) -> None:
        known = Service.objects.filter(Q(is_active=True) | Q(pk=self.ticket.service_id))
        choice = self.rows("service")
        choice.queryset = known
        choice.choices = [
            ("", pgettext_lazy("service", "None")),
            *((s.pk, f"{'– ' * depth}{s.label}") for s, depth in in_tree_order(known)),
        ]
        self.starts_as(service=self.ticket.service_id)

    def save(self) -> None:
        classifying.set_service(self.ticket, self.cleaned_data["service"], by=self.by)


class CategoryForm(PropertyForm):
    name = "category"
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=gettext_lazy("Category"),
        required=False,
        widget=_select(),
    )

    def prepare(self) -> None:
        known = Q(is_active=True) | Q(pk=self.ticket.category_id)
        rows = Category.objects.filter(known)
        offer(self.rows("category"), rows, empty=pgettext("category", "None yet"))
        self.starts_as(category=self.ticket.category_id)

    def save(self) -> None:
        classifying.set_category(self.ticket, self.cleaned_data["category"], by=self.by)


class KwisForm(PropertyForm):
    name = "kwis"
    kwis = forms.ChoiceField(
        label=gettext_lazy("Kind (KWIS)"), choices=Kwis.choices, widget=_select()
    )

    def prepare(self) -> None:
        self.starts_as(kwis=self.ticket.kwis)

    def save(self) -> None:
        classifying.set_kwis(self.ticket, self.cleaned_data["kwis"], by=self.by)


class PriorityForm(PropertyForm):
    """The reason is asked as soon as another priority is chosen."""

    name = "priority"
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"), choices=Ticket.Priority.choices, widget=_select()
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def prepare(self) -> None:
        self.starts_as(priority=self.ticket.priority)

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        if chosen.get("priority") != self.ticket.priority and not chosen.get("reason"):
            self.add_error("reason", _("Say why: a changed priority needs a reason."))
        return chosen

    def save(self) -> None:
        classifying.set_priority(
            self.ticket,
            self.cleaned_data["priority"],
            by=self.by,
            reason=self.cleaned_data["reason"],
        )


#: In the order in which the page shows them.
PROPERTIES: dict[str, type[PropertyForm]] = {
    form.name: form
    for form in (
        StatusForm,
        TeamForm,
        AssigneeForm,
        ServiceForm,
        CategoryForm,
        KwisForm,
        PriorityForm,
    )
}
