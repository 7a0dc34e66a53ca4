"""The editor of a contract, its documents, and what becomes of a compensation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service, Supplier
from servicedesk.lib.bounds import within_bounds
from servicedesk.lib.moments import month as month_words
from sla.availability.models import AvailabilityTarget
from sla.contracts.agreeing import agree, change
from sla.contracts.checking import first_open
from sla.contracts.exceptions import ContractError
from sla.contracts.forms.fields import CalendarField, DayInput, NumberField
from sla.contracts.levels import Level
from sla.contracts.models import Contract, Measure, Terms
from sla.contracts.promising import Frame, Says
from sla.contracts.scale import Step
from sla.forms.fields import MinutesField
from sla.reports.months import Month
from tickets.models import Ticket

#: Rows of the tables in the editor.
LEVELS, STEPS = 4, 4
#: How far ahead another version may be entered.
AHEAD = 13
TARGETS = tuple(f"{measure}_percent" for measure in Measure.values)


class ContractForm(forms.Form):
    """A contract and what it promises. `contract` is None for a new one."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    reference = forms.CharField(
        label=gettext_lazy("Number or reference"), max_length=80, required=False
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Start"), widget=DayInput, validators=[within_bounds]
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Empty: until further notice."),
        required=False,
        widget=DayInput,
        validators=[within_bounds],
    )
    notice_days = forms.IntegerField(
        label=gettext_lazy("Notice period in days"),
        help_text=gettext_lazy("Managers are reminded a month before the last day to give notice."),
        required=False,
        min_value=1,
        max_value=3660,
    )
    services = forms.ModelMultipleChoiceField(
        Service.objects.none(),
        label=gettext_lazy("Services"),
        help_text=gettext_lazy("With all services that are part of them."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    calendar = CalendarField(label=gettext_lazy("Times count in"))
    availability_percent = NumberField(
        label=gettext_lazy("Available (%)"), most=100, required=False
    )
    response_percent = NumberField(
        label=gettext_lazy("Answered in time (%)"), most=100, required=False
    )
    resolution_percent = NumberField(
        label=gettext_lazy("Solved in time (%)"), most=100, required=False
    )
    availability_calendar = CalendarField(label=gettext_lazy("Availability is measured in"))
    availability_rule = forms.ChoiceField(
        label=gettext_lazy("When there are several services"),
        choices=AvailabilityTarget.Rule,
        initial=AvailabilityTarget.Rule.ANY,
    )
    monthly_fee = NumberField(
        label=gettext_lazy("Monthly fee in euro"), most=99_999_999, required=False
    )
    since = forms.ChoiceField(
        label=gettext_lazy("What is promised holds from"),
        help_text=gettext_lazy(
            "Reviewed months, and tickets that were forwarded before, keep what they had."
        ),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        supplier: Supplier,
        contract: Contract | None = None,
        terms: Terms | None = None,
    ) -> None:
        self.supplier, self.contract = supplier, contract
        super().__init__(data, initial=_initial(contract, terms))
        services = Service.objects.active() | Service.objects.filter(supplier=supplier)
        self.fields["services"].queryset = services.distinct()  # type: ignore[attr-defined]
        if contract is None:
            del self.fields["since"]
            own = Service.objects.filter(supplier=supplier, is_active=True)
            self.fields["services"].initial = list(own.values_list("pk", flat=True))
        else:
            choices = list(_months(contract))
            self.fields["since"].choices = choices  # type: ignore[attr-defined]
        self._add_rows()

    # --- the tables -----------------------------------------------------------------------------

    def _add_rows(self) -> None:
        for number in range(1, LEVELS + 1):
            words = {"number": number}
            for name, field in (
                ("name", forms.CharField(label=_("Name"), max_length=60, required=False)),
                (
                    "priority",
                    forms.ChoiceField(
                        label=_("From priority"),
                        required=False,
                        choices=[("", "–"), *Ticket.Priority.choices],
                    ),
                ),
                ("response", MinutesField(label=_("Answer within"))),
                ("resolution", MinutesField(label=_("Solution within"))),
            ):
                field.label = _("Level %(number)s") % words + f": {str(field.label).lower()}"
                self.fields[f"level_{number}_{name}"] = field
        for measure in Measure:
            for number in range(1, STEPS + 1):
                step = _("%(measure)s, step %(number)s") % {
                    "measure": measure.label,
                    "number": number,
                }
                below, share = f"{step}: {_('below')} (%)", f"{step}: {_('share of the fee')} (%)"
                for name, label in (("below", below), ("percent", share)):
                    place = f"scale_{measure.value}_{number}_{name}"
                    self.fields[place] = NumberField(label=label, most=100, required=False)

    def levels(self) -> list[list[forms.BoundField]]:
        """The rows of the table of levels."""
        names = ("name", "priority", "response", "resolution")
        return [
            [self[f"level_{number}_{name}"] for name in names] for number in range(1, LEVELS + 1)
        ]

    def scale(self) -> list[tuple[str, list[list[forms.BoundField]]]]:
        """The rows of the table of compensation, by measure."""
        return [(str(measure.label), self._steps(measure.value)) for measure in Measure]

    def targets(self) -> list[forms.BoundField]:
        return [self[name] for name in TARGETS]

    def _steps(self, measure: str) -> list[list[forms.BoundField]]:
        return [
            [self[f"scale_{measure}_{number}_{name}"] for name in ("below", "percent")]
            for number in range(1, STEPS + 1)
        ]

    # --- what was typed -------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["levels"] = list(self._levels(given))
        given["scale"] = {measure: list(self._scale(measure, given)) for measure in Measure.values}
        return given

    def saved(self, *, by: User) -> Contract | None:
        """The contract; None when the form cannot be saved, and says why."""
        if not self.is_valid():
            return None
        try:
            if self.contract is None:
                return agree(self.supplier, self._frame(), self._says(), by=by)
            since = Month.parse(self.cleaned_data["since"])
            return change(self.contract, self._frame(), self._says(), since=since, by=by)
        except ContractError as refusal:
            self.add_error(self._place(refusal.field), str(refusal))
            return None

    def _levels(self, given: dict[str, Any]) -> Iterator[Level]:
        for number in range(1, LEVELS + 1):
            name, priority, response, resolution = (
                given.get(f"level_{number}_{part}")
                for part in ("name", "priority", "response", "resolution")
            )
            if not (name or priority or response or resolution):
                continue
            if not name:
                self.add_error(f"level_{number}_name", _("Give this level a name."))
            elif not priority:
                self.add_error(
                    f"level_{number}_priority", _("Choose from which priority a level holds.")
                )
            else:
                yield Level(name, priority, response, resolution)

    def _scale(self, measure: str, given: dict[str, Any]) -> Iterator[Step]:
        for number in range(1, STEPS + 1):
            place = f"scale_{measure}_{number}"
            below, percent = given.get(f"{place}_below"), given.get(f"{place}_percent")
            if below is None and percent is None:
                continue
            if below is None or percent is None:
                missing = "below" if below is None else "percent"
                if f"{place}_{missing}" not in self.errors:
                    self.add_error(f"{place}_{missing}", _("A step needs both numbers."))
            else:
                yield Step(below.quantize(Decimal("0.01")), percent.quantize(Decimal("0.01")))

    def _frame(self) -> Frame:
        given = self.cleaned_data
        names = ("name", "starts_on", "ends_on", "reference", "notice_days")
        return Frame(**{name: given[name] for name in names})

    def _says(self) -> Says:
        given = self.cleaned_data
        names = (
            "levels", "calendar", *TARGETS, "availability_calendar", "availability_rule", "scale",
        )  # fmt: skip
        return Says(
            services=list(given["services"]),
            monthly_fee=given["monthly_fee"] or Decimal(0),
            **{name: given[name] for name in names},
        )

    def _place(self, field: str) -> str | None:
        """Which field of the form a refusal stands at."""
        place = {"levels": "level_1_name"}.get(field, field)
        place = f"{place}_1_below" if place.startswith("scale_") else place
        return place if place in self.fields else None


def _months(contract: Contract) -> Iterator[tuple[str, str]]:
    first = first_open(contract)
    latest = max(Month.of(timezone.now()), first).before(-AHEAD)
    if contract.ends_on:
        latest = min(latest, Month.of_day(contract.ends_on))
    month = first
    yield "", _("as it is: only the first panel changes")
    while month <= latest:
        yield str(month), month_words(month.first_day)
        month = month.before(-1)


def _initial(contract: Contract | None, terms: Terms | None) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    if contract is not None:
        for name in ("name", "reference", "starts_on", "ends_on", "notice_days"):
            initial[name] = getattr(contract, name)
        now = Month.of(timezone.now())
        initial["since"] = str(max(now, first_open(contract)))
    if terms is not None:
        initial["services"] = [service.pk for service in terms.services.all()]
        plain = ("calendar", "availability_calendar", "availability_rule", "monthly_fee")
        initial |= {name: getattr(terms, name) for name in (*plain, *TARGETS)}
        for number, level in enumerate(terms.levels, 1):
            for part in ("name", "priority", "response", "resolution"):
                initial[f"level_{number}_{part}"] = getattr(level, part)
        for measure in Measure.values:
            for number, step in enumerate(terms.steps(measure), 1):
                initial[f"scale_{measure}_{number}_below"] = step.below
                initial[f"scale_{measure}_{number}_percent"] = step.percent
    return initial


class DocumentForm(forms.Form):
    """A file to keep with a contract."""

    file = forms.FileField(label=gettext_lazy("Document"))
