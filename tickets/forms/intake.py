"""The guided form of a new question. Which fields it has follows from what was chosen so far."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from knowledgebase.models import Article
from servicedesk.accounts.models import Branch, User
from servicedesk.catalogue.tree import in_tree_order
from tickets.actions.opening import NewTicket
from tickets.forms.question_fields import ALWAYS, QuestionFields, cards, number_field
from tickets.forms.typed import as_posted
from tickets.intake import answers, questions
from tickets.intake.asking import NO_IDEA, NUMBER, Asking
from tickets.intake.completeness import weigh
from tickets.intake.questions import Card, Sort
from tickets.models import Attachment, Ticket
from tickets.permissions import may_follow_up


class QuestionForm(QuestionFields):
    """`check` decides whether the answers are looked at, or only shown as they were typed."""

    def __init__(self, asking: Asking, *, user: User, check: bool = False) -> None:
        self.asking, self.user = asking, user
        given: dict[str, Any] = {"data": as_posted(asking.typed)} if check else {}
        super().__init__(**given, initial={"callback_phone": user.phone, **asking.typed})
        self._ask_cross_test()
        self._leave_out()
        self._fill_choices()
        self._ask_numbers()

    # --- which fields, with which choices ---------------------------------------------------

    @property
    def sort(self) -> str:
        return self.asking.sort

    @property
    def asked(self) -> str:
        """The names of the fields, for a hidden field: what stands there is not lost data."""
        return ",".join(self.fields)

    def _ask_cross_test(self) -> None:
        for name, label in questions.CROSS_TEST.items():
            self.fields[name] = forms.ChoiceField(
                label=label, required=False, choices=questions.CROSS_RESULTS
            )

    def _leave_out(self) -> None:
        wanted = questions.FIELDS[self.sort] | ALWAYS
        if self.asking.text("kind") in questions.VARIANTS:
            wanted |= {"variant"}
        if self.sort == Sort.ACCESS:
            wanted -= {"service"}
        for name in set(self.fields) - wanted:
            del self.fields[name]

    def _fill_choices(self) -> None:
        branches = Branch.objects.filter(organisation=self.user.organisation)
        if self.user.organisation_id and branches.exists():
            self._choices("branch").queryset = branches
        else:
            del self.fields["branch"]
        if "variant" in self.fields:
            self._choices("variant").choices = cards(self.variants)
        if "service" in self.fields:
            self._choices("service").choices = self._services()
        if "systems" in self.fields:
            systems = self.asking.with_access
            self._choices("systems").choices = [(one.slug, one.access_label) for one in systems]
        self.fields["body"].label = str(self.wording.body)
        self.fields["body"].help_text = str(self.wording.help)

    def _choices(self, name: str) -> Any:
        return self.fields[name]

    def _services(self) -> list[tuple[str, str]]:
        tree = in_tree_order(self.asking.services)
        rows = [(one.slug, "\u2003" * depth + one.label) for one, depth in tree]
        return [("", _("Choose a service")), *rows, (NO_IDEA, _("I do not know"))]

    def _ask_numbers(self) -> None:
        for question in self.asking.questions:
            self.fields[NUMBER + question.key] = number_field(question)

    # --- what the template draws ------------------------------------------------------------

    @property
    def wording(self) -> questions.Wording:
        return questions.WORDINGS[self.sort]

    @property
    def kinds(self) -> tuple[Card, ...]:
        return questions.KINDS

    @property
    def variants(self) -> list[Card]:
        """Access is offered only where there is something to get access to."""
        both = questions.VARIANTS.get(self.asking.text("kind"), ())
        return [card for card in both if card.value != Sort.ACCESS or self.asking.with_access]

    frequencies, impacts, whom = questions.FREQUENCIES, questions.IMPACTS, questions.FOR_WHOM

    @property
    def cross_test(self) -> list[forms.BoundField]:
        return [self[name] for name in questions.CROSS_TEST if name in self.fields]

    @property
    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(NUMBER)]

    # --- checking ---------------------------------------------------------------------------

    def clean_since(self) -> Any:
        since = self.cleaned_data["since"]
        if since and since > timezone.now():
            raise ValidationError(_("This moment is still to come."))
        return since

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("for_whom") == "colleague" and not clean.get("colleague"):
            self.add_error("colleague", _("Tell us who your colleague is."))
        number = clean.get("callback_phone", "")
        if clean.get("wants_callback") and not re.search(r"(\d\D*){6}", number):
            self.add_error("callback_phone", _("Give the number on which we can call you."))
        for question in self.asking.questions:
            answer = clean.get(NUMBER + question.key)
            if answer and (complaint := question.complaint(answer)):
                self.add_error(NUMBER + question.key, complaint)
        return clean

    @cached_property
    def followed_up(self) -> Ticket | None:
        """The closed ticket that this question goes on about."""
        number = self.asking.text("follows")
        if not number.isdecimal() or len(number) > 15:
            return None
        ticket = Ticket.objects.visible_to(self.user).filter(pk=number).first()
        return ticket if ticket and may_follow_up(self.user, ticket) else None

    @cached_property
    def read_before(self) -> Article | None:
        """The article that somebody read first, and that did not answer everything."""
        slug = self.asking.text("article")
        readable = Article.objects.visible_to(self.user)
        return readable.filter(slug=slug).first() if slug else None

    # --- the ticket -------------------------------------------------------------------------

    def new_ticket(self, *, files: Iterable[Attachment], token: uuid.UUID) -> NewTicket:
        """What the verb needs, of a form that is valid."""
        clean = self.cleaned_data
        clean["article"] = self.read_before.slug if self.read_before else ""
        wants_callback = clean["wants_callback"]
        return NewTicket(
            requester=self.user,
            subject=clean.get("subject") or self._access_subject(),
            body=clean["body"],
            service=self.asking.service,
            branch=clean.get("branch"),
            kwis=questions.KWIS[self.sort],
            impact=clean.get("impact", ""),
            intake=answers.kept(self.sort, clean),
            completeness=weigh(self.asking).percent,
            wants_callback=wants_callback,
            callback_phone=clean["callback_phone"] if wants_callback else "",
            callback_when=clean["callback_when"] if wants_callback else "",
            follows_up=self.followed_up,
            attachments=files,
            token=token,
        )

    def _access_subject(self) -> str:
        systems = ", ".join(service.access_label for service in self.asking.systems)
        colleague = self.cleaned_data.get("colleague")
        whom = colleague if self.cleaned_data.get("for_whom") == "colleague" else self.user.name
        subject = _("Access to %(systems)s for %(whom)s") % {"systems": systems, "whom": whom}
        return subject[:200]
