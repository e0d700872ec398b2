"""The tree, the people, their posts, their accounts and what they agreed to."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from storage.tables.base import Instant, key, metadata

unit = Table(
    "unit",
    metadata,
    key(),
    Column("code", String(60), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("level", String(200), nullable=False),  # any word the tree needs
    Column("parent", ForeignKey("unit.id"), index=True),
    Column("type", String(40)),
    Column("day", String(40)),
    Column("time", Time),
    Column("place", Text),
    Column("zalo_bots", String(400), nullable=False, server_default=""),
)

person = Table(
    "person",
    metadata,
    key(),
    Column("code", String(60), nullable=False, unique=True),
    Column("name", String(200)),
    Column("language", String(8), nullable=False),
    Column("consented_at", Instant),
    Column("forgotten_at", Instant),
)

membership = Table(
    "membership",
    metadata,
    key(),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("cell", ForeignKey("unit.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("group_name", String(200)),
    Column("standing", String(20), nullable=False),
    Column("liaison", ForeignKey("person.id"), index=True),
    Column("since", Date),  # None: always there, as far as we know
    Column("until", Date),
    Column("numbered_after", Integer),  # the newest closing there was when this roll number was given
    UniqueConstraint("person", "cell", name="uq_membership_once"),
)

status = Table(
    "status",
    metadata,
    key(),
    Column("membership", ForeignKey("membership.id"), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("approved", Boolean, nullable=False),
    Column("reason", String(20)),  # why somebody is away, if they agreed to its being kept
    Column("by_chat", Boolean, nullable=False),  # written down by the cell itself, not in the workbook
)

role = Table(
    "role",
    metadata,
    key(),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("unit", ForeignKey("unit.id"), nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("digest", Boolean, nullable=False),
)

assignment = Table(
    "assignment",
    metadata,
    key(),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("cell", ForeignKey("unit.id"), nullable=False, index=True),
    Column("visits_per_year", Integer),
    Column("since", Date),
    Column("until", Date),
    Column("by_chat", Boolean, nullable=False),  # written down by the committee itself, not in the workbook
    UniqueConstraint("person", "cell", "since", name="uq_assignment_once"),
)

account = Table(
    "account",
    metadata,
    key(),
    Column("channel", String(20), nullable=False),
    Column("bot", String(60), nullable=False),
    Column("chat", String(120), nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("linked_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("dead_at", Instant),
    Column("refused", Integer, nullable=False, server_default="0"),  # messages in a row, by the platform
    Column("refused_at", Instant),  # the wall clock
    UniqueConstraint("channel", "bot", "chat", name="uq_account_once"),
)

cell_group = Table(
    "cell_group",
    metadata,
    key(),
    Column("channel", String(20), nullable=False),
    Column("bot", String(60), nullable=False),
    Column("chat", String(120), nullable=False),
    Column("cell", ForeignKey("unit.id"), nullable=False, index=True),
    Column("linked_by", ForeignKey("person.id"), nullable=False),
    Column("linked_at", Instant, nullable=False),
    UniqueConstraint("channel", "bot", "chat", name="uq_cell_group_once"),
)

code = Table(
    "code",
    metadata,
    key(),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

wrong_code = Table(
    "wrong_code",
    metadata,
    key(),
    Column("sender", String(220), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_wrong_code_at_sender", "at", "sender"),
)

consent = Table(
    "consent",
    metadata,
    key(),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("decision", String(20), nullable=False),
    Column("version", String(40), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    key(),
    Column("at", Instant, nullable=False),
    Column("who", Integer, nullable=False),
    Column("what", String(40), nullable=False),
    Column("cell", Integer),
    Column("meeting", Integer),
    Column("whom", Integer),
)
