"""Meetings, what was said before them, who came, and the frozen figures afterwards."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.base import Instant, key, metadata

meeting = Table(
    "meeting",
    metadata,
    key(),
    Column("cell", ForeignKey("unit.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("period", String(7), nullable=False, index=True),
    Column("starts_at", Instant, nullable=False),
    Column("place", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("announced_at", Instant),
    Column("on_hold", Boolean, nullable=False),
    Column("title", Text),
    Column("mode", String(20)),  # none: in person
    Column("held_under", Text),  # the rules of that day, as JSON
    # One regular meeting a period and cell; a combined sitting takes the regular one's place.
    Index(
        "uq_meeting_one_regular",
        "cell",
        "period",
        unique=True,
        sqlite_where=text("kind IN ('regular', 'combined')"),
        postgresql_where=text("kind IN ('regular', 'combined')"),
    ),
    Index("ix_meeting_state_starts_at", "state", "starts_at"),
)

move = Table(
    "move",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False, index=True),
    Column("verb", String(40), nullable=False),
    Column("was", Instant, nullable=False),
    Column("becomes", Instant),
    Column("why", Text, nullable=False),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

answer = Table(
    "answer",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("answer", String(20), nullable=False),
    Column("reason", String(20)),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("meeting", "person", name="uq_answer_once"),
)

mark = Table(
    "mark",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("mark", String(20), nullable=False),
    Column("ruling", String(20)),
    Column("reason", String(20)),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("meeting", "person", name="uq_mark_once"),
)

guest = Table(
    "guest",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("meeting", "person", name="uq_guest_once"),
)

proposal = Table(
    "proposal",
    metadata,
    key(),
    Column("kind", String(40), nullable=False),
    Column("meeting", ForeignKey("meeting.id")),
    Column("cell", ForeignKey("unit.id"), nullable=False),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("undone_at", Instant),
    Index("ix_proposal_meeting_kind", "meeting", "kind"),
)

closing = Table(
    "closing",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("amendment", Integer, nullable=False),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("pack", String(40), nullable=False),
    Column("reopened_at", Instant),  # the list was opened again while its figures could still follow it
    *(
        Column(name, Integer, nullable=False)
        for name in (
            "roll",
            "expected",
            "present",
            "online",
            "excused",
            "unexcused",
            "awaiting",
            "extra",
            "guests",
        )
    ),
    UniqueConstraint("meeting", "serial", name="uq_closing_serial"),
)

snapshot = Table(
    "snapshot",
    metadata,
    key(),
    Column("closing", ForeignKey("closing.id"), nullable=False, index=True),
    Column("person", ForeignKey("person.id")),
    Column("number", Integer, nullable=False),
    Column("standing", String(20), nullable=False),
    Column("statuses", String(120), nullable=False),
    Column("expected", Boolean, nullable=False),
    Column("mark", String(20)),
    Column("ruling", String(20)),
    Column("reason", String(20)),
)

report = Table(
    "report",
    metadata,
    key(),
    Column("unit", ForeignKey("unit.id"), nullable=False),
    Column("period", String(7), nullable=False),
    Column("stage", String(10), nullable=False),
    Column("sent_at", Instant, nullable=False),  # or when they were locked
    Column("figures", Text, nullable=False),
    UniqueConstraint("unit", "period", "stage", name="uq_report_once"),
)
