from django.urls import path

from tickets.views import (
    agent_ticket,
    answer_link,
    bulk,
    drafts,
    feedback,
    files,
    followers,
    forwarding,
    handover,
    incoming,
    letters,
    log_ticket,
    new_ticket,
    newcomers,
    people,
    portal,
    privacy,
    properties,
    queue,
    rating,
    reorganising,
    replying,
    requester,
    retention,
    search,
    ticket,
)

app_name = "tickets"
urlpatterns = [
    path("tickets/", portal.ticket_list, name="ticket-list"),
    # A new question of a requester.
    path("tickets/new/", new_ticket.ticket_create, name="ticket-create"),
    path("tickets/new/questions/", new_ticket.ticket_questions, name="ticket-questions"),
    path("tickets/new/coach/", new_ticket.ticket_coach, name="ticket-coach"),
    path("tickets/new/solved-by/<int:pk>/", new_ticket.deflection_create, name="deflection-create"),
    path("tickets/<int:number>/", ticket.ticket_detail, name="ticket-detail"),
    # What the requester's side does on the page of a ticket.
    path("tickets/<int:number>/reply/", requester.requester_reply, name="requester-reply"),
    path("tickets/<int:number>/confirm/", requester.ticket_confirm, name="ticket-confirm"),
    path("tickets/<int:number>/reopen/", requester.ticket_reopen, name="ticket-reopen"),
    path("tickets/<int:number>/thank/", requester.ticket_thank, name="ticket-thank"),
    path("tickets/<int:number>/rate/", rating.rating_give, name="rating-give"),
    path("tickets/<int:number>/colleagues/", requester.colleague_add, name="colleague-add"),
    path(
        "tickets/<int:number>/colleagues/<int:user>/remove/",
        requester.colleague_remove,
        name="colleague-remove",
    ),
    # Behind the link of a solved mail, for who is not signed in.
    path("answer/<str:token>/", answer_link.answer_link, name="answer-link"),
    # What was said of our help, and the texts of mails.
    path("feedback/", feedback.feedback, name="feedback"),
    path(
        "tickets/<int:number>/rating/follow-up/", rating.rating_follow_up, name="rating-follow-up"
    ),
    path("tickets/<int:number>/thanks/checked/", feedback.thanks_check, name="thanks-check"),
    path("tickets/<int:number>/thanks/reopen/", feedback.thanks_reopen, name="thanks-reopen"),
    path("letters/", letters.letter_list, name="letter-list"),
    path("letters/<slug:kind>/<slug:language>/", letters.letter_edit, name="letter-edit"),
    path(
        "letters/<slug:kind>/<slug:language>/preview/",
        letters.letter_preview,
        name="letter-preview",
    ),
    path("letters/<slug:kind>/<slug:language>/reset/", letters.letter_reset, name="letter-reset"),
    # The lists of the desk. Names that are no queue come before the queues.
    path("queue/", queue.queue_home, name="queue-home"),
    path("queue/search/", search.queue_search, name="queue-search"),
    path("queue/search/filter/", search.search_filter, name="search-filter"),
    path("queue/log/", log_ticket.ticket_log, name="ticket-log"),
    path("queue/log/questions/", log_ticket.log_questions, name="log-questions"),
    path("queue/people/", people.person_search, name="person-search"),
    path("queue/people/organisation/", people.organisation_suggest, name="organisation-suggest"),
    path("queue/change/", bulk.bulk_choose, name="bulk-choose"),
    path("queue/change/<slug:name>/", bulk.bulk_change, name="bulk-change"),
    path("queue/handover/", handover.handover, name="handover"),
    path("queue/handover/<int:pk>/undo/", handover.handover_undo, name="handover-undo"),
    path("queue/outside/", reorganising.outside_list, name="outside-list"),
    path("queue/preview/<int:number>/", queue.queue_preview, name="queue-preview"),
    path("queue/<slug:slug>/", queue.queue, name="queue"),
    path("queue/<slug:slug>/news/", queue.queue_news, name="queue-news"),
    path("queue/<slug:slug>/filter/", queue.queue_filter, name="queue-filter"),
    # What agents do on the page of a ticket.
    path("tickets/<int:number>/answer/", replying.answer_send, name="answer-send"),
    path("tickets/<int:number>/note/", replying.note_add, name="note-add"),
    path("tickets/<int:number>/take/", properties.ticket_take, name="ticket-take"),
    path("tickets/<int:number>/set/<slug:name>/", properties.property_set, name="property-set"),
    path("tickets/<int:number>/requester/", properties.requester_set, name="requester-set"),
    path("tickets/<int:number>/followers/", followers.follower_add, name="follower-add"),
    path(
        "tickets/<int:number>/followers/<int:user>/remove/",
        followers.follower_remove,
        name="follower-remove",
    ),
    path(
        "tickets/<int:number>/conversation/", agent_ticket.conversation_window, name="conversation"
    ),
    path("tickets/<int:number>/articles/", agent_ticket.ticket_articles, name="ticket-articles"),
    path("tickets/<int:number>/history/", agent_ticket.ticket_history, name="ticket-history"),
    # When things stand wrongly.
    path("tickets/<int:number>/merge/", reorganising.ticket_merge, name="ticket-merge"),
    path("tickets/<int:number>/merge/undo/", reorganising.merge_undo, name="merge-undo"),
    path(
        "tickets/<int:number>/messages/<int:pk>/split/",
        reorganising.message_split,
        name="message-split",
    ),
    path(
        "tickets/<int:number>/messages/<int:pk>/move/",
        reorganising.message_move,
        name="message-move",
    ),
    path("tickets/<int:number>/aside/", reorganising.ticket_set_aside, name="ticket-set-aside"),
    path("tickets/<int:number>/take-back/", reorganising.ticket_take_back, name="ticket-take-back"),
    # What is asked of suppliers.
    path("tickets/<int:number>/forward/", forwarding.ticket_forward, name="ticket-forward"),
    path(
        "tickets/<int:number>/forwardings/<int:pk>/answer/<int:message>/",
        forwarding.forwarding_answer,
        name="forwarding-answer",
    ),
    path("tickets/<int:number>/supplier/", forwarding.supplier_write, name="supplier-write"),
    path(
        "tickets/<int:number>/forwardings/<int:pk>/end/",
        forwarding.forwarding_end,
        name="forwarding-end",
    ),
    # Mail that came in, and the people who wrote for the first time.
    path("mail/", incoming.incoming_list, name="incoming-list"),
    path("mail/<int:pk>/", incoming.incoming_detail, name="incoming-detail"),
    path("mail/<int:pk>/raw/", incoming.incoming_raw, name="incoming-raw"),
    path("mail/<int:pk>/<slug:act>/", incoming.incoming_act, name="incoming-act"),
    path("people/to-place/", newcomers.newcomer_list, name="newcomer-list"),
    path("people/to-place/<int:pk>/", newcomers.newcomer_place, name="newcomer-place"),
    # What is still being written, and the files on it. The number is that of the ticket.
    path("drafts/<slug:kind>/", drafts.draft_save, name="draft-save"),
    path("drafts/<slug:kind>/<int:number>/", drafts.draft_save, name="draft-save"),
    path("drafts/<slug:kind>/discard/", drafts.draft_discard, name="draft-discard"),
    path("drafts/<slug:kind>/<int:number>/discard/", drafts.draft_discard, name="draft-discard"),
    path("drafts/<slug:kind>/files/", files.attachment_upload, name="attachment-upload"),
    path(
        "drafts/<slug:kind>/<int:number>/files/", files.attachment_upload, name="attachment-upload"
    ),
    path(
        "drafts/<slug:kind>/files/<int:pk>/remove/",
        files.attachment_remove,
        name="attachment-remove",
    ),
    path(
        "drafts/<slug:kind>/<int:number>/files/<int:pk>/remove/",
        files.attachment_remove,
        name="attachment-remove",
    ),
    # How long tickets keep what people told, and what the desk holds of a person.
    path("privacy/retention/", retention.retention, name="retention"),
    path("privacy/retention/add/", retention.retention_add, name="retention-add"),
    path("privacy/retention/<int:pk>/", retention.retention_edit, name="retention-edit"),
    path("privacy/retention/<int:pk>/remove/", retention.retention_remove, name="retention-remove"),
    path("profile/data/", privacy.own_export, name="own-export"),
    path("people/<int:pk>/data/", privacy.person_data, name="person-data"),
    path("people/<int:pk>/data/export/", privacy.person_export, name="person-export"),
    path("people/<int:pk>/data/erase/", privacy.person_erase, name="person-erase"),
    path("files/<int:pk>/", files.attachment_download, name="attachment-download"),
    path("files/<int:pk>/<str:filename>", files.attachment_download, name="attachment-download"),
]
