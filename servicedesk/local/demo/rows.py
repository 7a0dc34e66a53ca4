"""Rows on their way into the database, as lines of COPY, by table."""

import json
from collections.abc import Iterable
from functools import lru_cache

from servicedesk.local.demo.office_time import moment

NULL = "\\N"

#: The columns that are written; the others keep what the database gives them.
COLUMNS: dict[str, str] = {
    "tickets_ticket": (
        "id,subject,requester_id,organisation_id,branch_id,service_id,category_id,kwis,"
        "kwis_by_hand,impact,priority,status,team_id,assignee_id,channel,intake,completeness,"
        "callback_phone,callback_when,callback_open,created_at,updated_at,solved_at,closed_at,"
        "next_due_at,at_risk_at"
    ),
    "tickets_forwarding": (
        "id,ticket_id,supplier_id,subject,forwarded_by_id,forwarded_at,answered_at,ended_at,how,"
        "promise"
    ),
    "tickets_message": (
        "id,ticket_id,kind,side,author_id,channel,body_text,body_html,is_automatic,created_at,"
        "mail_message_id,forwarding_id"
    ),
    "tickets_ticketevent": "id,ticket_id,kind,at,actor_id,data",
    "tickets_follower": "ticket_id,user_id,at",
    "tickets_rating": (
        "ticket_id,verdict,comment,via,first_answered_at,answered_at,follow_up_open"
    ),
    "tickets_readmark": "ticket_id,user_id,message",
    "sla_ticketpromise": "ticket_id,policy_version_id,calendar_version_id,folded",
    "sla_clock": (
        "ticket_id,metric,leg,state,started_at,stopped_at,used_seconds,target_seconds,at_risk_at,"
        "warn_at,due_at,overdue_at,next_alert_at,breached_at,met,counted_at,ledger"
    ),
    "sla_alert": "promise_id,metric,leg,point,level,at,due_at,raised_at",
    # Made by `copying`, gone with the transaction: what search documents are made of.
    "demo_words": "ticket_id,subject,people,texts,notes",
}

#: Short JSON; made once, for an encoder costs more than what it encodes here.
as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=512)  # the rows of one act share their moment
def stamp(at: int) -> str:
    """A moment as PostgreSQL reads it."""
    return str(moment(at))


def stamp_or_null(at: int | None) -> str:
    return NULL if at is None else stamp(at)


class Rows:
    """Lines for each table, in the order in which they may be copied."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = {table: [] for table in COLUMNS}

    def add(self, table: str, values: Iterable[str]) -> None:
        self.lines[table].append("\t".join(values))
