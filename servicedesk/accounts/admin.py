"""People, organisations and teams in the administration."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from servicedesk.accounts.actions import is_promoted
from servicedesk.accounts.admin_forms import InvitedPersonForm, PasswordForm, PersonForm
from servicedesk.accounts.admin_pages import KeptAdmin, LabelledInline, changed_names
from servicedesk.accounts.links import invite, send_password_link
from servicedesk.accounts.models import Branch, MailDomain, Membership, Organisation, Team, User
from servicedesk.accounts.networks import network_of
from servicedesk.accounts.sessions import end_everything
from servicedesk.accounts.team_trail import record_teams, teams_of
from servicedesk.audit.recording import record

ABOUT = ("name", "email", "phone", "job_title", "organisation", "language")
RIGHTS = ("role", "line", "sees", "is_contact")


class TeamsOfPerson(LabelledInline):
    model = Membership
    verbose_name = _("team")
    verbose_name_plural = _("teams")


class TeamsInTrail(KeptAdmin):
    """Who joins or leaves a team here stands in the audit trail, person by person."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        with transaction.atomic():
            before = teams_of()
            response = super().changeform_view(request, *args, **kwargs)
            record_teams(before, by=request.user)  # type: ignore[arg-type]  # the door was passed
        return response


@admin.register(User)
class PersonAdmin(TeamsInTrail, auth_admin.UserAdmin):
    """Everybody the desk knows. Nobody is deleted: tickets keep their people."""

    form = PersonForm
    add_form = InvitedPersonForm
    add_form_template = "admin/change_form.html"
    change_password_form = PasswordForm
    change_user_password_template = "admin/accounts/user/set_password.html"  # noqa: S105
    fieldsets = (
        (None, {"fields": ABOUT}),
        (
            _("Rights"),
            {
                "fields": RIGHTS,
                "description": _(
                    "A manager may all an agent may, and sees the reports. An administrator may "
                    "all a manager may, and everything here."
                ),
            },
        ),
    )
    add_fieldsets = (
        (None, {"fields": ABOUT}),
        (_("Rights"), {"fields": RIGHTS}),
        (_("Signing in"), {"fields": ("invite",)}),
    )
    inlines = (TeamsOfPerson,)
    list_display = ("name", "email", "organisation", "role", "team_names", "is_active")
    list_filter = ("role", "is_active", "memberships__team", "line", "organisation__kind")
    list_select_related = ("organisation",)
    search_fields = ("name", "email", "phone", "organisation__name")
    search_help_text = _("Name, e-mail address, phone number or organisation")
    ordering = ("name",)
    filter_horizontal = ()
    actions = ("mail_password_link",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("teams")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple:
        """Nobody takes the own rights away, or gives oneself other ones, by accident."""
        return ("role",) if obj is not None and obj.pk == request.user.pk else ()

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple:
        return self.inlines if obj is not None and obj.is_agent else ()

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        if "role" in form.changed_data:
            obj.role_given_by = ""  # from now on by hand, whatever a sign-in service says
        if change:  # not the whole row: somebody may take rights away at this moment
            typed = [name for name in form.changed_data if name in (*ABOUT, *RIGHTS)]
            obj.save(update_fields=[*typed, "role_given_by"])
        else:
            super().save_model(request, obj, form, change)
        if change and is_promoted(form.initial.get("role", ""), obj):
            end_everything(obj)
        if form.cleaned_data.get("invite") and obj.is_active:
            invite(obj)
        if change and not obj.is_agent:
            Membership.objects.filter(user=obj).delete()

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """One's own address opens one's own account: whoever changes it signs in once more."""
        view = super().change_view
        if object_id == str(request.user.pk):
            view = reauthentication_required(view)
        return view(request, object_id, *args, **kwargs)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """One's own is changed with the old one; that of others by who signed in just now."""
        if id == str(request.user.pk):
            return redirect("account_change_password")
        if is_reauthentication_required(request, app="account"):
            # What was typed is a password: it is not kept until then.
            again = reverse("account_reauthenticate")
            return redirect(f"{again}?{urlencode({'next': request.path})}")
        return super().user_change_password(request, id, form_url)

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        """A new password is given on a page of its own, which tells Django's log only."""
        match = request.resolver_match
        if match is not None and match.url_name == "auth_user_password_change":
            record("password_changed", by=request.user, about=obj)
        return super().log_change(request, obj, message)

    def record_save(self, request: HttpRequest, form: Any, formsets: Any, *, change: bool) -> None:
        """Roles and rights in so many words; of everything else only what was changed."""
        person = form.instance
        if not change:
            record(
                "person_created",
                by=request.user,
                about=person,
                way="administration",
                role=person.role,
            )
            return
        for name in set(form.changed_data) & {"sees", "line", "is_contact"}:
            values = {"from": form.initial[name], "to": getattr(person, name)}
            record("right_changed", by=request.user, about=person, right=name, **values)
        if "role" in form.changed_data:
            values = {"from": form.initial["role"], "to": person.role}
            record("role_changed", by=request.user, about=person, **values)
        changed = [name for name in changed_names(form, formsets) if name != "membership"]
        if changed:
            record("person_changed", by=request.user, about=person, fields=changed)

    @admin.display(description=_("teams"))
    def team_names(self, person: User) -> str:
        return ", ".join(team.name for team in person.teams.all())

    @admin.action(description=_("Mail a link to choose a password"))
    def mail_password_link(self, request: HttpRequest, people: QuerySet[User]) -> None:
        active = list(people.filter(is_active=True))
        for person in active:
            send_password_link(person)
            network = network_of(request)
            record("password_link_asked", by=request.user, about=person, network=network)
        said = ngettext(
            "%(count)d person gets a mail with a link.",
            "%(count)d people get a mail with a link.",
            len(active),
        )
        self.message_user(request, said % {"count": len(active)}, messages.SUCCESS)


class MailDomains(LabelledInline):
    model = MailDomain


class Branches(LabelledInline):
    model = Branch


@admin.register(Organisation)
class OrganisationAdmin(KeptAdmin):
    """The members, with the mail domains by which their people are known."""

    fields = ("name", "kind", "account_manager", "notes", "is_active")
    inlines = (MailDomains, Branches)
    list_display = ("name", "kind", "domains", "people_count", "account_manager", "is_active")
    list_filter = ("kind", "is_active", "account_manager")
    list_select_related = ("account_manager",)
    search_fields = ("name", "mail_domains__domain")
    search_help_text = _("Name or mail domain")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        active = Count("people", filter=Q(people__is_active=True), distinct=True)
        rows = super().get_queryset(request).prefetch_related("mail_domains")
        return rows.annotate(people_count=active)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "account_manager":
            kwargs["queryset"] = User.objects.agents()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("mail domains"))
    def domains(self, organisation: Organisation) -> str:
        return ", ".join(row.domain for row in organisation.mail_domains.all())

    @admin.display(description=_("active people"), ordering="people_count")
    def people_count(self, organisation: Any) -> int:
        return organisation.people_count


class PeopleOfTeam(LabelledInline):
    model = Membership
    verbose_name = _("member")
    verbose_name_plural = _("members")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.agents()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Team)
class TeamAdmin(TeamsInTrail):
    """Who works together, and on which line."""

    fields = ("name", "slug", "line", "is_active", "mail_name", "mail_address", "signature")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (PeopleOfTeam,)
    list_display = ("name", "line", "members_now", "services_now", "is_active")
    list_filter = ("line", "is_active")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                members_now=Count("memberships", distinct=True),
                services_now=Count("services", distinct=True),
            )
        )

    @admin.display(description=_("members"), ordering="members_now")
    def members_now(self, team: Any) -> int:
        return team.members_now

    @admin.display(description=_("services"), ordering="services_now")
    def services_now(self, team: Any) -> int:
        return team.services_now
