"""The policy editor: for which tickets, what is promised, and from when."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from servicedesk.accounts.models import Organisation
from servicedesk.catalogue.models import Category, Service
from sla.forms.fields import MinutesField, MomentField, minutes_in
from sla.legs import Metric
from sla.models import BusinessCalendar, Policy, PolicyVersion
from sla.models.clocks import MetricChoices
from sla.models.policies import LONGEST_REOPEN
from sla.policies import CONDITIONS
from sla.policy_words import TOLD
from sla.versions import Edit
from tickets.models import Ticket

ANY = pgettext_lazy("condition", "any")
#: What happens by itself after so many business days.
WAITING = ("remind_after", "remind_again_after", "solve_after")
#: How an exception says that nothing is promised.
NOTHING = pgettext_lazy("target", "none")


class DaysField(forms.IntegerField):
    """So many business days of waiting for the requester; empty is never."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=1, max_value=999, **kwargs)


class PolicyForm(forms.Form):
    """What a version of a policy says. `policy` is None for a new one."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"),
        help_text=gettext_lazy("A policy that is not in use is skipped; nothing of it is lost."),
        required=False,
        initial=True,
    )
    service = forms.ModelChoiceField(
        Service.objects.all(),
        label=gettext_lazy("Service"),
        help_text=gettext_lazy("With all services that are part of it."),
        required=False,
        empty_label=ANY,
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), label=gettext_lazy("Category"), required=False, empty_label=ANY
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        label=gettext_lazy("Organisation"),
        required=False,
        empty_label=ANY,
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"),
        required=False,
        choices=[("", ANY), *Ticket.Priority.choices],
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), required=False, choices=[("", ANY), *Ticket.Channel.choices]
    )
    calendar = forms.ModelChoiceField(
        BusinessCalendar.objects.all(), label=gettext_lazy("Counted in"), empty_label=None
    )
    assignment = MinutesField(label=MetricChoices.ASSIGNMENT.label)
    first_response = MinutesField(label=MetricChoices.FIRST_RESPONSE.label)
    next_response = MinutesField(label=MetricChoices.NEXT_RESPONSE.label)
    resolution = MinutesField(label=MetricChoices.RESOLUTION.label)
    pause_on_hold = forms.BooleanField(
        label=gettext_lazy("The clock of the solution waits for a supplier too"),
        help_text=gettext_lazy("It always waits for the requester."),
        required=False,
    )
    remind_after = DaysField(label=gettext_lazy("First reminder"))
    remind_again_after = DaysField(label=gettext_lazy("Second reminder"))
    solve_after = DaysField(label=gettext_lazy("Solved unanswered"))
    close_after = forms.IntegerField(
        label=gettext_lazy("Closed, days after the solve"),
        help_text=gettext_lazy("Until then it can be reopened."),
        min_value=1,
        max_value=LONGEST_REOPEN,
    )
    valid_from = MomentField(
        label=gettext_lazy("Valid from"), help_text=gettext_lazy("Empty: from now on.")
    )

    def __init__(
        self,
        data: Any = None,
        *,
        policy: Policy | None = None,
        version: PolicyVersion | None = None,
    ) -> None:
        self.policy = policy
        super().__init__(data, initial=_initial(policy, version))
        for priority in Ticket.Priority:
            for metric in TOLD:
                field = forms.CharField(required=False, max_length=40)
                field.label = f"{priority.label}, {MetricChoices(metric.value).label.lower()}"
                self.fields[_cell(priority.value, metric)] = field

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = Policy.objects.filter(name=name)
        if same.exclude(pk=self.policy.pk if self.policy else 0).exists():
            raise ValidationError(_("There is a policy with this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["by_priority"] = {}
        for priority, metric, text in self._cells(given):
            try:
                minutes = None if text.lower() == str(NOTHING) else minutes_in(text)
            except ValidationError as error:
                self.add_error(_cell(priority, metric), error)
            else:
                given["by_priority"].setdefault(priority, {})[metric.value] = minutes
        if not self.errors:
            self.version.clean()
        return given

    @property
    def version(self) -> PolicyVersion:
        """What was typed, not stored; of a form without errors."""
        known, given = self.policy or Policy(), self.cleaned_data
        named = Policy(
            pk=known.pk,
            name=given.get("name", ""),
            is_active=given["is_active"],
            position=known.position,
        )
        return PolicyVersion(policy=named, valid_from=timezone.now(), **self._says())

    @property
    def edit(self) -> Edit:
        """What the verb needs."""
        return Edit(self.cleaned_data["name"], self._says(), self.cleaned_data["valid_from"])

    def targets(self) -> list[forms.BoundField]:
        """The fields of the promises, in the order of a ticket's life."""
        return [self[metric.value] for metric in TOLD]

    def waiting(self) -> list[forms.BoundField]:
        """What happens by itself while a ticket waits for its requester."""
        return [self[name] for name in WAITING]

    def conditions(self) -> list[forms.BoundField]:
        return [self[name] for name in CONDITIONS]

    def exceptions(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The rows of the table of other targets by priority."""
        return [
            (str(priority.label), [self[_cell(priority.value, metric)] for metric in TOLD])
            for priority in reversed(Ticket.Priority)
        ]

    @property
    def has_exceptions(self) -> bool:
        return any(field.value() for _label, row in self.exceptions() for field in row)

    def _cells(self, given: dict[str, Any]) -> Iterator[tuple[str, Metric, str]]:
        for priority in Ticket.Priority.values:
            for metric in TOLD:
                if text := given.get(_cell(priority, metric), "").strip():
                    yield priority, metric, text

    def _says(self) -> dict[str, Any]:
        given = self.cleaned_data
        rows = {f"{name}_id": _pk(given[name]) for name in ("service", "category", "organisation")}
        plain = ("priority", "channel", "pause_on_hold", "by_priority", "close_after", *WAITING)
        return {
            "calendar_id": given["calendar"].pk,
            **rows,
            **{name: given[name] for name in plain},
            **{metric.value: given[metric.value] for metric in TOLD},
        }


def _pk(row: Any) -> int | None:
    return row.pk if row else None


def _cell(priority: str, metric: Metric) -> str:
    return f"{priority}_{metric.value}"


def _initial(policy: Policy | None, version: PolicyVersion | None) -> dict[str, Any]:
    by_itself = ("close_after", *WAITING)
    initial: dict[str, Any] = {name: getattr(PolicyVersion(), name) for name in by_itself}
    if policy:
        initial |= {"name": policy.name, "is_active": policy.is_active}
    if version:
        metrics = (metric.value for metric in TOLD)
        names = (*CONDITIONS, "calendar", "pause_on_hold", *by_itself, *metrics)
        initial |= {name: getattr(version, name) for name in names}
        for priority, targets in version.by_priority.items():
            for metric, minutes in targets.items():
                text = MinutesField().prepare_value(minutes) if minutes else str(NOTHING)
                initial[_cell(priority, Metric(metric))] = text
    return initial
