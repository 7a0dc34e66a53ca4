"""Mail in: which ticket, who, once only, and what machines write."""

import datetime as dt

import pytest
from django.utils import timezone

from servicedesk.accounts.models import MailDomain, User
from servicedesk.outbox.models import OutgoingEmail
from tests.tickets.mail.letters import mail
from tickets.actions.assigning import take
from tickets.actions.following import add_follower
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import change_status, close_solved
from tickets.mail.intake import Taken, take_in
from tickets.mail.keeping import Arrival, raw_bytes
from tickets.mail.tokens import reply_address
from tickets.models import (
    Follower,
    IncomingEmail,
    MailPolicy,
    Message,
    Newcomer,
    Ticket,
    UndeliverableAddress,
)

pytestmark = pytest.mark.django_db


def take_mail(text="De catalogus laadt niet meer.", **fields) -> Taken:
    return take_in(mail(text, **fields), Arrival())


def outgoing(ticket: Ticket) -> OutgoingEmail:
    return OutgoingEmail.objects.of_thread(f"ticket:{ticket.pk}").latest("pk")


# --- a question -----------------------------------------------------------------------------


def test_a_known_person_asks(requester, heidedal):
    raw = mail("Het lukt niet.\n\n-- \nSofie", subject="Vraag")
    taken = take_in(raw, Arrival())
    ticket = Ticket.objects.get()
    assert (taken.outcome, taken.is_acknowledged) == ("created", True)
    assert (ticket.requester, ticket.organisation, ticket.channel) == (requester, heidedal, "mail")
    assert (ticket.subject, ticket.status) == ("Vraag", "new")
    message = ticket.messages.get()
    assert message.body_text == "Het lukt niet.\n\n-- \nSofie"
    assert message.visible_text == "Het lukt niet."
    assert message.visible_html == "<p>Het lukt niet.</p>"
    assert raw_bytes(taken.email) == raw
    assert ticket.events.first().kind == "opened"
    assert outgoing(ticket).to == [requester.email]


def test_an_unknown_person_is_entered_and_waits_to_be_placed(db):
    take_mail(sender="Jef Nieuw <Jef@Nergens.example>")
    jef = User.objects.get(email="jef@nergens.example")
    assert (jef.name, jef.organisation, jef.role) == ("Jef Nieuw", None, "requester")
    assert not jef.has_usable_password()
    assert Newcomer.objects.get().user == jef


def test_the_mail_domain_tells_the_organisation(heidedal):
    MailDomain.objects.create(organisation=heidedal, domain="heidedal.example")
    take_mail(sender="jef@bib.heidedal.example")
    assert Ticket.objects.get().organisation == heidedal
    assert not Newcomer.objects.exists()


def test_free_mail_belongs_to_nobody(heidedal):
    MailDomain.objects.create(organisation=heidedal, domain="gmail.com")
    take_mail(sender="jef@gmail.com")
    assert Ticket.objects.get().organisation is None


def test_a_known_person_without_organisation_gets_that_of_the_domain(heidedal):
    User.objects.create_user("jef@heidedal.example", "Jef")
    MailDomain.objects.create(organisation=heidedal, domain="heidedal.example")
    take_mail(sender="jef@heidedal.example")
    assert Ticket.objects.get().organisation == heidedal


def test_a_mail_without_sender_is_a_ticket_of_nobody(db):
    taken = take_in(b"Subject: Hallo\n\nWie ben ik?", Arrival())
    assert (taken.outcome, taken.is_acknowledged) == ("created", False)
    assert Ticket.objects.get().requester.is_active is False
    assert IncomingEmail.objects.get().from_email == ""


def test_nobody_writes_as_the_desk_s_own_nobody(db):
    for name in ("anonymous", "unknown-sender", "erased-1"):
        take_mail(sender=f"{name}@DESK.invalid")
    assert {ticket.requester.is_active for ticket in Ticket.objects.all()} == {False}
    assert User.objects.count() == 1


def test_bytes_that_are_no_mail_wait_for_a_person(db):
    taken = take_in(b"\x00\x01\xff garbage", Arrival())
    assert (taken.outcome, taken.email.reason) == ("quarantined", "no mail")
    assert raw_bytes(taken.email) == b"\x00\x01\xff garbage"


def test_an_empty_mail_is_a_ticket(requester):
    assert take_mail("", subject="").outcome == "created"
    assert Ticket.objects.get().messages.get().body_text == ""


# --- once only ------------------------------------------------------------------------------


def test_the_same_mail_again_is_a_duplicate(requester):
    raw = mail()
    first, again = take_in(raw, Arrival()), take_in(raw, Arrival())
    assert (first.outcome, again.outcome) == ("created", "duplicate")
    assert again.email == first.email
    assert Message.objects.count() == 1


def test_the_same_mail_to_two_of_our_addresses_is_one_ticket(requester):
    raw = mail(to="servicedesk@desk.example, info@desk.example", message_id="")
    ways = [b"Delivered-To: info@desk.example\nReceived: by a\n\tfor info\n", b"Received: by b\n"]
    assert [take_in(way + raw, Arrival()).outcome for way in ways] == ["created", "duplicate"]


def test_one_id_for_two_senders_and_bodies_is_two_mails(requester, colleague):
    same = {"message_id": "<scanner@device>"}
    outcomes = [
        take_mail("een", **same).outcome,
        take_mail("een", sender=colleague.email, **same).outcome,  # the same body
        take_mail("twee", **same).outcome,  # the same sender
        take_mail("drie", sender=colleague.email, **same).outcome,
        take_mail("drie", sender=colleague.email, **same).outcome,
    ]
    assert outcomes == ["created", "duplicate", "duplicate", "created", "duplicate"]


def test_without_date_and_id_two_ways_are_two_mails(requester):
    bare = b"From: sofie@heidedal.example\nSubject: Scan\n\nzie bijlage"
    assert take_in(b"Received: 1\n" + bare, Arrival()).outcome == "created"
    assert take_in(b"Received: 2\n" + bare, Arrival()).outcome == "created"
    assert take_in(b"Received: 2\n" + bare, Arrival()).outcome == "duplicate"


# --- an answer ------------------------------------------------------------------------------


@pytest.fixture
def answered(ticket, agent):
    """The ticket, waiting for its requester, who has an answer of the desk in the mailbox."""
    reply(ticket, Text("Probeer opnieuw."), by=agent, then="pending")
    return Ticket.objects.get(pk=ticket.pk)


def test_an_answer_by_references_reaches_the_ticket(answered, requester):
    taken = take_mail("Werkt nog niet.", In_Reply_To=outgoing(answered).message_id)
    answered.refresh_from_db()
    assert (taken.outcome, taken.is_acknowledged) == ("appended", False)
    assert (answered.status, answered.messages.count()) == ("open", 3)
    last = answered.messages.last()
    assert (last.side, last.author, last.channel) == ("requester", requester, "mail")


@pytest.mark.parametrize("by", ["references", "root", "tag", "plus", "own mail"])
def test_other_ways_to_the_ticket(answered, requester, by):
    fields = {
        "references": {"References": f"<x@y> {outgoing(answered).message_id} <z@y>"},
        "root": {"References": f"<ticket.{answered.pk}@desk.example>"},
        "tag": {"subject": f"RE: {answered.tag} Openingsuren"},
        "plus": {"to": f"servicedesk+{answered.pk}@desk.example"},
        "own mail": {"In_Reply_To": "<eerder@heidedal.example>"},
    }[by]
    if by == "own mail":
        take_mail(subject=answered.tag, message_id="<eerder@heidedal.example>")
    assert take_mail("Nog iets.", **fields).email.ticket == answered


def test_a_follower_and_a_colleague_may_answer(answered, agent, colleague, stranger):
    add_follower(answered, stranger, by=agent)
    for who in (colleague, stranger):
        assert (
            take_mail("Hier ook.", sender=who.email, subject=answered.tag).email.ticket == answered
        )


def test_a_stranger_gets_in_by_nothing(answered, stranger, requester):
    sealed = reply_address(answered.pk, requester.pk)
    for fields in (
        {"subject": answered.tag},
        {"In_Reply_To": outgoing(answered).message_id},
        {"to": sealed},
    ):
        taken = take_mail("Laat mij meelezen.", sender=stranger.email, **fields)
        assert taken.outcome == "created"
        assert taken.email.may_belong_to == answered
    assert answered.messages.count() == 2
    assert not Ticket.objects.filter(subject__contains=answered.tag).exists()


def test_an_equal_subject_alone_never_joins(answered, requester):
    taken = take_mail("Nog een vraag", subject=f"Re: {answered.subject}")
    assert taken.outcome == "created"
    assert taken.email.may_belong_to == answered


def test_only_thanks_does_not_reopen(answered, agent, bug):
    change_status(answered, "solved", by=agent, category=bug)
    take_mail("Bedankt!\n\nGroeten\nSofie", subject=answered.tag)
    answered.refresh_from_db()
    assert answered.status == "solved"
    take_mail("Bedankt, maar het werkt nog niet.", subject=answered.tag)
    answered.refresh_from_db()
    assert answered.status == "open"


def test_a_reply_to_a_closed_ticket_asks_on_in_a_new_one(answered, agent, bug):
    change_status(answered, "solved", by=agent, category=bug)
    close_solved(now=timezone.now() + dt.timedelta(days=20))
    taken = take_mail("Toch weer stuk.", subject=answered.tag)
    assert taken.outcome == "created"
    assert taken.email.ticket.follows_up == answered


# --- agents ---------------------------------------------------------------------------------


def test_an_agent_answers_with_the_sealed_address(ticket, agent):
    to = reply_address(ticket.pk, agent.pk)
    take_mail(
        "Het is hersteld.\n\nOp 3 maart 2026 om 10:11 schreef Servicedesk:\n> geheim",
        sender=agent.email,
        to=to,
        subject="RE: iets",
    )
    ticket.refresh_from_db()
    message = ticket.messages.last()
    assert (message.side, message.kind, message.author) == ("desk", "public_reply", agent)
    assert (message.body_text, ticket.status, ticket.assignee) == (
        "Het is hersteld.",
        "open",
        agent,
    )


def test_a_first_line_makes_it_a_note(ticket, agent):
    to = reply_address(ticket.pk, agent.pk)
    take_mail("#notitie\nKlant belde.", sender=agent.email, to=to)
    message = ticket.messages.last()
    assert (message.kind, message.body_text) == ("internal_note", "Klant belde.")


@pytest.mark.parametrize("forged", ["nothing", "altered", "of another ticket", "of another agent"])
def test_an_agents_address_without_proof_is_an_outside_message(ticket, agent, second_line, forged):
    genuine = reply_address(ticket.pk, agent.pk)
    to = {
        "nothing": f"servicedesk+{ticket.pk}@desk.example",
        "altered": genuine.replace("@", "a@")[:-1] + "e",
        "of another ticket": reply_address(ticket.pk + 1, agent.pk),
        "of another agent": reply_address(ticket.pk, second_line.pk),
    }[forged]
    taken = take_mail("Sluit dit.", sender=agent.email, to=to, subject=ticket.tag)
    assert taken.outcome == "created"
    assert taken.email.message.side == "requester"
    assert ticket.messages.count() == 1


RESULTS = [
    ("mx.desk.example; dmarc=pass header.from=desk.example", "appended"),
    ("mx.desk.example; spf=pass smtp.mailfrom=noor@desk.example", "appended"),
    ("mx.desk.example; dmarc=fail header.from=desk.example; spf=pass", "created"),
    ("mx.evil.example; dmarc=pass header.from=desk.example", "created"),
    ("mx.desk.example; spf=pass smtp.mailfrom=evil.example", "created"),
    ("mx.desk.example; dkim=pass (dmarc=pass) header.d=x", "created"),
    # What a server quotes of a stranger, in comments, quotes and values, proves nothing.
    ("mx.desk.example; spf=pass (authorized) smtp.mailfrom=evil.example (client-ip=203.0.113.5;"
     " helo=mail.evil.example; envelope-from=dmarc=pass@evil.example; receiver=x)", "created"),
    ('mx.desk.example; spf=pass smtp.mailfrom="desk.example"@evil.example', "created"),
    ('mx.desk.example; spf=pass smtp.mailfrom="desk.example"', "created"),
    ("mx.desk.example; dkim=pass header.i=dmarc=pass@evil.example", "created"),
    ('mx.desk.example; spf=pass smtp.mailfrom="a; dmarc=pass header.from=desk.example"'
     "@evil.example; dmarc=fail header.from=desk.example", "created"),
    ("mx.desk.example; dmarc=pass header.from=desk.example; dmarc=fail", "created"),
    ("mx.desk.example; dmarc=pass", "created"),
    ("mx.desk.example; dmarc=pass header.from=evil.example", "created"),
    ("mx.desk.example; dmarc=pass header.from=desk.example header.from=evil.example",
     "created"),
    ("mx.desk.example; spf=pass (helo=x);dmarc=pass()header.from=desk.example()", "created"),
    ('mx.desk.example; spf=pass (of "a) ; dmarc=pass header.from=desk.example ("@evil.example)',
     "created"),
    ("mx.desk.example; dmarc=pass (open header.from=desk.example", "created"),
    # As servers write it.
    ("mx.desk.example (Postfix (Debian)) 1; spf=none; DMARC = Pass (p=reject (sp=none))"
     " header.from=Desk.Example", "appended"),
    ("mx.desk.example;dkim=pass header.d=desk.example header.b=\"a;b\";dmarc=pass action=none"
     " header.from=desk.example;compauth=pass reason=100", "appended"),
    ("mx.desk.example; spf=pass (d designates 192.0.2.1) smtp.mailfrom=noor@desk.example;"
     " dmarc=none", "appended"),
]  # fmt: skip


@pytest.mark.parametrize(("result", "outcome"), RESULTS)
def test_the_word_of_our_own_mail_server(ticket, agent, settings, result, outcome):
    settings.DESK_AUTHSERV_ID = "mx.desk.example"
    fields = {"Authentication_Results": result}
    assert (
        take_mail("Hersteld.", sender=agent.email, subject=ticket.tag, **fields).outcome == outcome
    )


def test_only_the_topmost_result_counts(ticket, agent, settings):
    settings.DESK_AUTHSERV_ID = "mx.desk.example"
    forged = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=desk.example\n"
    ours = b"Authentication-Results: mx.desk.example; dmarc=fail header.from=desk.example\n"
    raw = mail(sender=agent.email, to=reply_address(ticket.pk, agent.pk))
    assert take_in(ours + forged + raw, Arrival()).outcome == "created"


# --- machines -------------------------------------------------------------------------------

MACHINES = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "auto-generated (rejected)"},
    {"Precedence": "bulk"},
    {"X_Autoreply": "yes"},
    {"List_Id": "<lijst.example>"},
    {"Return_Path": "<>"},
    {"X_Loop": "servicedesk@desk.example"},
    {"subject": "Automatisch antwoord: Vraag"},
    {"sender": "mailer-daemon@x.example"},
]


@pytest.mark.parametrize("fields", MACHINES, ids=str)
def test_machine_mail_is_kept_flagged_and_not_answered(requester, fields):
    taken = take_mail(**fields)
    assert (taken.outcome, taken.is_acknowledged) == ("created", False)
    assert Message.objects.get().is_automatic
    assert not OutgoingEmail.objects.exists()


def test_suppressing_answers_alone_is_no_machine(requester):
    assert take_mail(X_Auto_Response_Suppress="All").is_acknowledged
    assert take_mail(Auto_Submitted="no").is_acknowledged


def test_an_out_of_office_answer_sets_nothing_in_motion(answered, agent, requester, colleague):
    add_follower(answered, colleague, by=agent)
    OutgoingEmail.objects.exclude(pk=outgoing(answered).pk).delete()
    before = OutgoingEmail.objects.count()
    taken = take_mail(
        "Ik ben weg.", Auto_Submitted="auto-replied", In_Reply_To=outgoing(answered).message_id
    )
    answered.refresh_from_db()
    assert (taken.outcome, answered.status) == ("appended", "pending")
    assert OutgoingEmail.objects.count() == before


def test_our_own_mail_is_ignored_and_kept(ticket):
    letter = outgoing(ticket)
    raw = mail(sender="Servicedesk <servicedesk@desk.example>", message_id=letter.message_id)
    taken = take_in(raw, Arrival())
    assert (taken.outcome, taken.email.reason) == ("ignored", "own mail")
    assert raw_bytes(taken.email) == raw
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "marks", [{"Auto_Submitted": "auto-replied"}, {"X_Servicedesk_Ticket": "7"}, {}], ids=str
)
def test_two_desks_wired_to_each_other_fall_silent(db, marks):
    """The other answers each letter of ours, and says that it is a machine, or does not."""
    other = "helpdesk@ander.example"
    take_mail("Wij kregen je mail.", sender=other, subject="[#7] Ontvangen", **marks)
    answered: set[int] = set()
    while letters := OutgoingEmail.objects.exclude(pk__in=answered)[:20]:
        for letter in letters:
            answered.add(letter.pk)
            assert len(answered) <= 2
            take_mail(
                "Wij kregen je mail.",
                sender=other,
                subject=f"[#7] RE: {letter.subject}",
                In_Reply_To=letter.message_id,
                **marks,
            )
    assert Ticket.objects.count() == 1


def test_a_flood_is_kept_and_answered_ten_times(requester):
    taken = [take_mail(f"Vraag {number}") for number in range(12)]
    assert [one.outcome for one in taken] == ["created"] * 12
    assert [one.is_acknowledged for one in taken] == [True] * 10 + [False] * 2


def test_all_receipts_together_have_a_limit(requester, colleague):
    MailPolicy.objects.create(receipts_in_total=1)
    assert take_mail().is_acknowledged
    assert not take_mail(sender=colleague.email).is_acknowledged


def test_a_flood_on_one_ticket_mails_nobody(answered, agent, colleague):
    MailPolicy.objects.create(mails_per_ticket=2)
    take(answered, by=agent)
    counts = []
    for number in range(4):
        take_mail(f"Nog iets {number}", subject=answered.tag)
        counts.append(OutgoingEmail.objects.filter(to__contains=[agent.email]).count())
    assert counts[1] == counts[2] == counts[3] == counts[0] + 1


# --- reports --------------------------------------------------------------------------------


def report(
    about: OutgoingEmail, *, to: str, action: str = "failed", status: str = "5.1.1"
) -> bytes:
    sealed = about.headers.get("Reply-To", "")
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: servicedesk@desk.example\n"
        f"Subject: Undelivered\nMessage-ID: <{about.pk}.{action}.{to}@mx>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\n\nThis is the mail system.\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} no such user\n\n"
        "--b\nContent-Type: text/rfc822-headers\n\n"
        f"Message-ID: {about.message_id}\nReply-To: {sealed}\nSubject: x\n\n--b--\n"
    ).encode()


def test_a_bounce_is_a_note_on_the_ticket_and_marks_the_address(ticket, requester):
    letter = outgoing(ticket)
    taken = take_in(report(letter, to=requester.email), Arrival())
    note = ticket.messages.last()
    assert (taken.outcome, taken.email.ticket) == ("appended", ticket)
    assert (note.kind, note.is_automatic, note.author) == ("internal_note", True, None)
    letter.refresh_from_db()
    assert (letter.state, list(letter.refused)) == ("failed", [requester.email])
    assert UndeliverableAddress.objects.get().email == requester.email
    take_mail("Ik ben er weer.")
    assert not UndeliverableAddress.objects.exists()


def test_a_delay_marks_nothing(ticket, requester):
    letter = outgoing(ticket)
    take_in(report(letter, to=requester.email, action="delayed", status="4.4.1"), Arrival())
    letter.refresh_from_db()
    assert letter.state != "failed"
    assert not UndeliverableAddress.objects.exists()


def test_a_report_that_does_not_quote_the_seal_is_not_believed(ticket, requester):
    letter = outgoing(ticket)
    assert letter.headers["Reply-To"] == reply_address(ticket.pk, requester.pk)
    letter.headers = {}  # all that who only guessed the Message-ID can quote
    taken = take_in(report(letter, to=requester.email), Arrival())
    assert (taken.outcome, taken.email.reason) == ("ignored", "bounce without ticket")


def test_a_report_on_a_mail_to_several_quotes_what_only_that_mail_held(
    ticket, requester, colleague, agent
):
    add_follower(ticket, colleague, by=agent)
    reply(ticket, Text("Voor jullie beiden."), by=agent)
    letter = OutgoingEmail.objects.get(cc=[colleague.email])
    forged = report(letter, to=requester.email)
    assert take_in(forged, Arrival()).outcome == "ignored"
    assert not UndeliverableAddress.objects.exists()
    proof = f"Subject: x\nX-Servicedesk-Proof: {letter.headers['X-Servicedesk-Proof']}".encode()
    genuine = forged.replace(b"Subject: x", proof).replace(b".failed.", b".failed-too.")
    assert take_in(genuine, Arrival()).outcome == "appended"
    assert UndeliverableAddress.objects.get().email == requester.email


def test_a_bounce_of_nothing_of_ours_is_ignored(db):
    letter = OutgoingEmail(pk=7, message_id="<niet@van.ons>")
    assert take_in(report(letter, to="a@b.example"), Arrival()).outcome == "ignored"


# --- who reads along ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "who"),
    [("nobody", []), ("colleagues", ["wout"]), ("known", ["wout", "vera"])],
)
def test_people_in_cc(requester, colleague, stranger, rule, who):
    MailPolicy.objects.create(cc_become_followers=rule)
    take_mail(Cc=f"{colleague.email}, {stranger.email}, nobody@else.example")
    names = [row.user.email.partition("@")[0] for row in Follower.objects.order_by("user_id")]
    assert names == who


def test_a_left_person_is_outside(answered, requester):
    requester.is_active = False
    requester.save()
    taken = take_mail("Ik ben weg maar schrijf nog.", subject=answered.tag)
    assert (taken.outcome, taken.is_acknowledged) == ("created", False)
