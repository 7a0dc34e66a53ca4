"""A small desk with one of everything, and a word of its own in each thing that is not for all."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from knowledgebase import publishing
from knowledgebase.models import Article, ArticlePicture
from servicedesk.accounts.importing import running as importing
from servicedesk.accounts.inviting import Invited, send_invitation
from servicedesk.accounts.links import send_password_link
from servicedesk.accounts.models import (
    Import,
    Invitation,
    Membership,
    Organisation,
    SignIn,
    Team,
    User,
)
from servicedesk.catalogue.models import Service, Supplier
from servicedesk.lib.sealing import seal
from servicedesk.operations.models import Heartbeat
from servicedesk.outbox.models import Notification, OutgoingEmail
from sla import recomputing
from sla.alarms.models import Channel, Shift
from sla.alarms.roster import Turn, plan_shift
from sla.availability.actions import (
    NewOutage,
    Work,
    announce_maintenance,
    link_ticket,
    open_outage,
)
from sla.availability.models import (
    AvailabilityTarget,
    MaintenanceWindow,
    Monitor,
    Outage,
    OutagePhase,
)
from sla.availability.status import serving
from sla.contracts.agreeing import agree
from sla.contracts.documents import add_document
from sla.contracts.levels import Level
from sla.contracts.models import Compensation, Contract, ContractDocument
from sla.contracts.promising import Frame, Says
from sla.contracts.reviewing import review_by_hand
from sla.contracts.scale import Step
from sla.models import (
    BusinessCalendar,
    CalendarVersion,
    FrozenMonth,
    Policy,
    PolicyVersion,
    Recompute,
)
from sla.reports.months import Month
from tests.conftest import person
from tests.servicedesk.accounts.passkeys import credential
from tickets.actions import drafting
from tickets.actions.attaching import attach
from tickets.actions.following import add_follower
from tickets.actions.forwarding import Question, forward, take_in_supplier_answer
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, reply
from tickets.mail.intake import quarantine
from tickets.mail.keeping import Arrival, keep
from tickets.mail.links import answer_link
from tickets.models import (
    Attachment,
    Draft,
    Forwarding,
    Handover,
    IncomingEmail,
    Message,
    Newcomer,
    RetentionRule,
    Ticket,
)

NOTE = "kanariegeel"
SUPPLIER = "kanarieoranje"
AGENTS_ARTICLE = "kanarieblauw"
DRAFT_ARTICLE = "kanarierood"
ORGANISATION = "kanariegroen"
AGENTS_DRAFT = "kanariepaars"
HEIDEDAL = "kanariezwart"
VLIER = "kanariewit"
CONTRACT = "kanariebruin"
#: What nobody outside the desk may ever read.
DESK_ONLY = (
    NOTE, SUPPLIER, AGENTS_ARTICLE, DRAFT_ARTICLE, ORGANISATION, AGENTS_DRAFT, CONTRACT,
)  # fmt: skip


@dataclass
class Cast:
    requester: User
    #: Sees what the organisation of the requester asks, and is its contact person.
    colleague: User
    #: Works there too, sees what he asked himself, and that is nothing.
    workmate: User
    stranger: User
    #: Of the house of the stranger; sees what she asked herself.
    foreign_contact: User
    follower: User
    agent: User
    second_line: User
    manager: User
    administrator: User


@dataclass
class World:
    people: Cast
    ticket: Ticket
    foreign: Ticket
    #: With one version each, that has begun.
    policy: Policy
    policy_version: PolicyVersion
    calendar: BusinessCalendar
    calendar_version: CalendarVersion
    recompute: Recompute
    #: October 2025.
    frozen: FrozenMonth
    article: Article
    agents_article: Article
    draft_article: Article
    picture: ArticlePicture
    agents_picture: ArticlePicture
    #: On the sent ticket: of the requester, of an internal note, of the other organisation.
    file: Attachment
    note_file: Attachment
    foreign_file: Attachment
    #: The sent ticket is with a supplier, who answered with a file.
    forwarding: Forwarding
    supplier_file: Attachment
    #: Not sent yet, of the requester: on a reply and on a new question.
    reply_file: Attachment
    question_file: Attachment
    email: OutgoingEmail
    #: In quarantine; and somebody who wrote for the first time.
    mail: IncomingEmail
    newcomer: Newcomer
    line: Notification
    #: Of the requester: a passkey beside an authenticator app, and a session.
    passkey: Authenticator
    session: SignIn
    #: To the organisation of the requester, whose contact person the colleague is.
    invitation: Invitation
    #: Waits to be looked at.
    imported: Import
    outage: Outage
    monitor: Monitor
    heartbeat: Monitor
    #: On the ticket, of the requester, after the first one.
    message: Message
    maintenance: MaintenanceWindow
    target: AvailabilityTarget
    shift: Shift
    #: Of a supplier, in force since 2025, with a claim about October.
    contract: Contract
    document: ContractDocument
    compensation: Compensation
    #: Of the agent.
    channel: Channel
    handover: Handover
    rule: RetentionRule
    #: Of the link in a solved mail.
    token: str


def people_and_service() -> tuple[dict[str, User], Service]:
    """The people of `tests.conftest`, and a service of theirs."""
    heidedal = Organisation.objects.create(name="Bibliotheek Heidedal")
    elsewhere = Organisation.objects.create(name="Cultuurhuis De Vlier", kind="arts_centre")
    web_team = Team.objects.create(name="Websites", slug="websites", line=2)
    all_of_it = {"sees": User.Sees.ORGANISATION}
    people = {
        "requester": person("sofie@heidedal.example", "Sofie Vermeer", organisation=heidedal),
        "colleague": person(
            "wout@heidedal.example", "Wout Claes", organisation=heidedal, **all_of_it
        ),
        "stranger": person(
            "vera@devlier.example", "Vera Maes", organisation=elsewhere, **all_of_it
        ),
        "agent": person("noor@desk.example", "Noor Peeters", role=User.Role.AGENT, line=1),
        "second_line": person("bram@desk.example", "Bram Jacobs", role=User.Role.AGENT, line=2),
        "manager": person("karin@desk.example", "Karin Smets", role=User.Role.MANAGER),
        "administrator": person("dries@desk.example", "Dries Wouters", role="administrator"),
    }
    first_line = Team.objects.get(slug="eerste-lijn")
    Membership.objects.create(user=people["agent"], team=first_line)
    Membership.objects.create(user=people["second_line"], team=web_team)
    service = Service.objects.create(
        name="Bibliotheekwebsites", name_en="Library websites", slug="websites", owner_team=web_team
    )
    return people, service


def furnish(people: dict[str, User], service: Service) -> World:
    """Fills the desk through the verbs, as people would."""
    _staff_the_machine_room()
    follower = person(
        "fien@derde.example", "Fien Aerts", organisation=Organisation.objects.create(name="Derde")
    )
    heidedal, elsewhere = people["requester"].organisation, people["stranger"].organisation
    cast = Cast(
        follower=follower,
        workmate=person("jos@heidedal.example", "Jos Bal", organisation=heidedal),
        foreign_contact=person(
            "mia@devlier.example", "Mia Smeets", organisation=elsewhere, is_contact=True
        ),
        **people,
    )
    send_password_link(cast.requester)
    User.objects.filter(pk=cast.colleague.pk).update(is_contact=True)
    Organisation.objects.update(notes=f"Let op: {ORGANISATION}")
    ticket = _asked(cast.requester, HEIDEDAL, service)
    foreign = _asked(cast.stranger, VLIER, service)
    add_follower(ticket, follower, by=cast.agent)
    note_file = _file(cast.agent, Draft.Kind.INTERNAL_NOTE, NOTE, ticket)
    add_note(ticket, Text(f"Intern: {NOTE}", [note_file]), by=cast.agent)
    forwarding, supplier_file = _forwarded(ticket, cast.agent)
    reply(ticket, Text("We bekijken het."), by=cast.agent)
    reply(ticket, Text("Dank je."), by=cast.requester)
    for kind in (Draft.Kind.PUBLIC_REPLY, Draft.Kind.INTERNAL_NOTE):
        drafting.keep(drafting.draft_of(cast.agent, kind, ticket), {"body": AGENTS_DRAFT})
    _file(cast.agent, Draft.Kind.INTERNAL_NOTE, AGENTS_DRAFT, ticket)
    article = _article(cast.agent, "Openingsuren aanpassen")
    agents_article = _article(
        cast.agent, f"Wachtwoorden {AGENTS_ARTICLE}", audience=Article.Audience.AGENTS
    )
    draft_article = _article(cast.agent, f"Klad {DRAFT_ARTICLE}", publish=False)
    return World(
        people=cast,
        ticket=ticket,
        foreign=foreign,
        policy=Policy.objects.get(),
        policy_version=PolicyVersion.objects.get(),
        calendar=BusinessCalendar.objects.get(name="Kantooruren"),
        calendar_version=CalendarVersion.objects.get(calendar__name="Kantooruren"),
        recompute=recomputing.ask(by=cast.administrator),
        frozen=FrozenMonth.objects.create(first_day=dt.date(2025, 10, 1)),
        article=article,
        agents_article=agents_article,
        draft_article=draft_article,
        picture=_picture(article, cast.agent),
        agents_picture=_picture(agents_article, cast.agent),
        file=Attachment.objects.get(message__ticket=ticket, uploaded_by=cast.requester),
        note_file=Attachment.objects.get(pk=note_file.pk),
        forwarding=forwarding,
        supplier_file=Attachment.objects.get(pk=supplier_file.pk),
        foreign_file=Attachment.objects.get(message__ticket=foreign),
        reply_file=_file(cast.requester, Draft.Kind.PUBLIC_REPLY, "antwoord", ticket),
        question_file=_file(cast.requester, Draft.Kind.NEW_TICKET, "vraag"),
        email=OutgoingEmail.objects.filter(thread__startswith="ticket:").earliest("pk"),
        mail=_quarantined(),
        newcomer=Newcomer.objects.create(user=User.objects.create_user("nieuw@x.example", "Nieuw")),
        handover=Handover.objects.create(absent=cast.second_line, to=cast.agent, by=cast.manager),
        rule=RetentionRule.objects.create(months=24),
        message=ticket.messages.public().filter(author=cast.requester).latest("pk"),
        passkey=_second_steps(cast.requester),
        invitation=_invitation(cast),
        imported=importing.keep(
            SimpleUploadedFile("x.csv", b"email;name\nx@x.example;X\n"),
            Import.Kind.PEOPLE,
            by=cast.administrator,
        ),
        session=SignIn.objects.create(user=cast.requester, session_key="elders"),
        line=Notification.objects.create(
            user=cast.requester, key="regel", kind="public_reply_added", ticket=ticket.pk
        ),
        outage=_outage(cast, service, ticket),
        monitor=_monitor(service, kind="tcp", target="192.0.2.1:9", timeout=1, retries=0),
        heartbeat=_monitor(service, kind="heartbeat"),
        maintenance=_maintenance(cast, service),
        target=_target(service),
        shift=_shift(cast),
        **_contract(cast, service),
        channel=Channel.objects.create(
            person=cast.agent, name="gsm", scheme="ntfys", address=seal("ntfys://dienst")
        ),
        token=answer_link(ticket, [ticket.requester]).rstrip("/").rpartition("/")[2],
    )


def _forwarded(ticket: Ticket, agent: User) -> tuple[Forwarding, Attachment]:
    """To a supplier, in words of which the requester's side never reads one."""
    supplier = Supplier.objects.create(name=f"Firma {SUPPLIER}", email=f"help@{SUPPLIER}.example")
    question = Question(supplier, Text(f"Vraag: {SUPPLIER}"), subject=f"Over {SUPPLIER}")
    forwarding = forward(ticket, question, by=agent)
    file = _file(agent, Draft.Kind.TO_SUPPLIER, SUPPLIER, ticket)
    take_in_supplier_answer(forwarding, Text(f"Antwoord: {SUPPLIER}", [file], channel="mail"))
    return forwarding, file


def _contract(cast: Cast, service: Service) -> dict[str, Any]:
    """With an outage in October 2025, which was reviewed."""
    supplier = Supplier.objects.create(name="Webatelier", email="help@webatelier.example")
    says = Says(
        [service],
        levels=[Level("Normaal", "low", 240, 1440)],
        availability_percent=Decimal(99),
        response_percent=Decimal(90),
        monthly_fee=Decimal(100),
        scale={"availability": [Step(Decimal(99), Decimal(5))]},
    )
    frame = Frame("Hosting", dt.date(2025, 1, 1), reference=CONTRACT)
    contract = agree(supplier, frame, says, by=cast.manager)
    down = Outage.objects.create(
        service=service, title="Websites onbereikbaar", severity="down", stage="ended",
        source="hand", started_at=dt.datetime(2025, 10, 6, tzinfo=dt.UTC),
        ended_at=dt.datetime(2025, 10, 7, tzinfo=dt.UTC),
    )  # fmt: skip
    OutagePhase.objects.create(outage=down, severity="down", started_at=down.started_at)
    review_by_hand(contract, Month(2025, 10), by=cast.manager)
    upload = SimpleUploadedFile(f"{CONTRACT}.txt", f"Contract {CONTRACT}\n".encode(), "text/plain")
    return {
        "contract": contract,
        "document": add_document(contract, upload, by=cast.manager),
        "compensation": Compensation.objects.get(),
    }


def _shift(cast: Cast) -> Shift:
    today = timezone.localdate()
    return plan_shift(Turn(cast.agent, Shift.Place.FIRST, today, today), by=cast.manager)


def _outage(cast: Cast, service: Service, ticket: Ticket) -> Outage:
    new = NewOutage(service=service, title="Websites laden traag", text="We kijken het na.")
    outage = open_outage(new, by=cast.agent)
    link_ticket(outage, ticket, by=cast.agent)
    return outage


def _staff_the_machine_room() -> None:
    """A worker and a beat that are seen for as long as a test may take."""
    tomorrow = timezone.now() + dt.timedelta(days=1)
    for kind in Heartbeat.Kind:
        Heartbeat.objects.create(
            kind=kind, host="here", pid=1, seen_at=tomorrow, started_at=tomorrow
        )


def _monitor(service: Service, *, kind: str, **fields) -> Monitor:
    return Monitor.objects.create(name=f"Bewaking {kind}", service=service, kind=kind, **fields)


def _maintenance(cast: Cast, service: Service) -> MaintenanceWindow:
    start = timezone.now() + dt.timedelta(days=2)
    work = Work("Nieuwe versie", [service], start, start + dt.timedelta(hours=1))
    return announce_maintenance(work, by=cast.agent)


def _target(service: Service) -> AvailabilityTarget:
    target = AvailabilityTarget.objects.create(
        name="Websites", percent="99.00", measured_from=dt.date(2024, 1, 1)
    )
    target.services.add(service)
    target.on_status_page = True
    target.save()
    serving.refresh()
    return target


def _invitation(cast: Cast) -> Invitation:
    invited = Invited("lies@heidedal.example", "Lies Aerts", "nl", cast.requester.organisation)
    return send_invitation(invited, by=cast.administrator)


def _second_steps(person: User) -> Authenticator:
    for kind, name in (("totp", "secret"), ("recovery_codes", "seed")):
        data = {"used_mask": 0, name: seal("JBSWY3DPEHPK3PXP").decode()}
        Authenticator.objects.create(user=person, type=kind, data=data)
    data = {"name": "Laptop", "credential": credential()}
    return Authenticator.objects.create(user=person, type="webauthn", data=data)


def _asked(requester: User, word: str, service: Service) -> Ticket:
    return open_ticket(
        NewTicket(
            requester=requester,
            subject=f"Catalogus toont {word} niet",
            body=f"Sinds gisteren is {word} onvindbaar.",
            service=service,
            intake={"steps": f"Zoeken op {word}"},
            attachments=[_file(requester, Draft.Kind.NEW_TICKET, word)],
        ),
        by=requester,
    )


def _file(by: User, kind: str, word: str, ticket: Ticket | None = None) -> Attachment:
    draft = drafting.draft_of(by, kind, ticket)
    stored = draft if draft.pk else drafting.keep(draft, {"body": word})
    upload = SimpleUploadedFile(f"{word}.txt", f"Inhoud {word}\n".encode(), "text/plain")
    return attach(upload, draft=stored, by=by)


def _article(by: User, title: str, *, publish: bool = True, **fields) -> Article:
    content = publishing.Content(title, f"Over {title}.", f"Zo doe je het: {title}.", **fields)
    article = publishing.write_article(content, by=by)
    return publishing.publish(article, by=by) if publish else article


def _picture(article: Article, by: User) -> ArticlePicture:
    return publishing.add_picture(article, SimpleUploadedFile("x.gif", GIF, "image/gif"), by=by)


GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


def _quarantined() -> IncomingEmail:
    raw = b"From: nieuw@x.example\nSubject: Onleesbaar\n\nhallo"
    email, _is_new = keep(raw, Arrival())
    return quarantine(email, IncomingEmail.Reason.UNREADABLE)
