"""What came in, where each conversation stands, and the web chat's own memory."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import Instant, key, metadata

inbox = Table(
    "inbox",
    metadata,
    key(),
    Column("channel", String(20), nullable=False),
    Column("bot", String(60), nullable=False),
    Column("event_id", String(200), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    UniqueConstraint("channel", "bot", "event_id", name="uq_inbox_once"),
)

conversation = Table(
    "conversation",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("bot", String(60), primary_key=True),
    Column("chat", String(120), primary_key=True),
    Column("person", String(120), primary_key=True),
    Column("step", Text),
    Column("menus", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

web_message = Table(
    "web_message",
    metadata,
    key(),
    Column("bot", String(60), nullable=False),
    Column("chat", String(120), nullable=False),
    Column("author", String(120), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_web_message_bot_chat", "bot", "chat"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)
