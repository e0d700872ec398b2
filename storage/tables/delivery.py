"""What goes out: the fact (notice), the transport (outbox), and who is doing it."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import Instant, key, metadata

notice = Table(
    "notice",
    metadata,
    key(),
    Column("subject", String(80), nullable=False),  # "meeting:7", "digest:3:2026-11", "link:5"
    Column("revision", Integer, nullable=False),
    Column("recipient", String(240), nullable=False),  # "person:12", or a group's address
    Column("kind", String(40), nullable=False),
    Column("meeting", ForeignKey("meeting.id"), index=True),
    Column("person", ForeignKey("person.id"), index=True),
    Column("status", String(20), nullable=False),
    Column("why", String(120)),
    Column("due_at", Instant, nullable=False),
    Column("sent_at", Instant),
    UniqueConstraint("subject", "revision", "recipient", "kind", name="uq_notice_once"),
)

outbox = Table(
    "outbox",
    metadata,
    key(),
    Column("dedupe_key", String(600), nullable=False, unique=True),
    Column("notice", ForeignKey("notice.id"), index=True),
    Column("channel", String(20), nullable=False),
    Column("bot", String(60), nullable=False),
    Column("chat", String(120), nullable=False),
    Column("person", String(120), nullable=False),  # whose conversation the menu belongs to
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("choices", Text, nullable=False),
    Column("files", Text, nullable=False, server_default="[]"),  # what is enclosed, made when it is sent
    Column("question", String(80), nullable=False),
    Column("menu_until", Instant),
    Column("answer", Boolean, nullable=False),  # a reply in a conversation, not a notice
    Column("repeatable", Boolean, nullable=False),  # may be sent again when the outcome is unknown
    Column("priority", Integer, nullable=False),  # the lowest goes first
    Column("not_before", Instant, nullable=False),  # the product's clock
    Column("useful_until", Instant),  # the product's clock
    Column("status", String(20), nullable=False),
    Column("why", String(120)),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", Instant, nullable=False),  # the wall clock
    Column("lease_owner", String(300)),  # a host name alone has up to 255 characters
    Column("lease_until", Instant, nullable=False),  # the wall clock
    Column("message_id", String(120)),
    Column("done_at", Instant),  # the wall clock
    Index("ix_outbox_pending", "status", "priority", "not_before", "id"),
    Index("ix_outbox_chat", "chat", "status"),
    Index("ix_outbox_done", "status", "done_at"),
)

# An announcement in a group that is kept up to date: what it shows now, against what it ought to show.
card = Table(
    "card",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False),
    Column("revision", Integer, nullable=False),  # of the meeting, as it was announced here
    Column("channel", String(20), nullable=False),
    Column("bot", String(60), nullable=False),
    Column("chat", String(120), nullable=False),
    Column("text", Text, nullable=False),  # the announcement, without what changes
    Column("message_id", String(120)),  # none: not in the chat yet, or out of our reach there
    Column("shown", String(80), nullable=False),
    Column("live", Boolean, nullable=False),  # may have to be edited yet
    Column("edited_at", Instant, nullable=False),  # the wall clock
    UniqueConstraint("meeting", "revision", "channel", "bot", "chat", name="uq_card_once"),
    Index("ix_card_live", "live"),
    Index("ix_card_chat", "chat"),
)

pause = Table(
    "pause",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("bot", String(60), primary_key=True),
    Column("until", Instant, nullable=False),  # the wall clock
    Column("why", String(120), nullable=False),
)

# What a bot heard and said in a local month, where the platform counts that.
traffic = Table(
    "traffic",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("bot", String(60), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("incoming", Integer, nullable=False),
    Column("outgoing", Integer, nullable=False),
    Column("spent_at", Instant),  # the platform has taken nothing since; the product's clock
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("owner", String(300), nullable=False),
    Column("until", Instant, nullable=False),  # the wall clock
)

tick = Table(
    "tick",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("at", Instant, nullable=False),  # the wall clock
)
