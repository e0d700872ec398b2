"""What is prepared before a meeting and written down after it: headings, tasks, ticks; never contents."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import Instant, key, metadata

heading = Table(
    "heading",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False),  # its order on the agenda
    Column("section", String(20), nullable=False),
    Column("title", String(200), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("person", ForeignKey("person.id")),  # who is responsible
    Column("origin", String(20), nullable=False),
    Column("main", Boolean, nullable=False),  # the announcement names it
)

suggestion = Table(
    "suggestion",
    metadata,
    key(),
    Column("cell", ForeignKey("unit.id"), nullable=False, index=True),
    Column("person", ForeignKey("person.id"), index=True),  # none: forgotten since
    Column("title", String(200), nullable=False),
    Column("period", String(7), nullable=False),  # the month it is meant for; later when deferred
    Column("state", String(20), nullable=False),
    Column("into", ForeignKey("suggestion.id")),  # the one it was merged into
    Column("at", Instant, nullable=False),
    Column("decided_by", ForeignKey("person.id")),
    Column("decided_at", Instant),
)

support = Table(
    "support",
    metadata,
    key(),
    Column("suggestion", ForeignKey("suggestion.id"), nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    UniqueConstraint("suggestion", "person", name="uq_support_once"),
)

task = Table(
    "task",
    metadata,
    key(),
    Column("cell", ForeignKey("unit.id"), nullable=False, index=True),
    Column("meeting", ForeignKey("meeting.id")),  # at whose end it was written down
    Column("title", String(200), nullable=False),
    Column("person", ForeignKey("person.id"), index=True),  # the owner; none: forgotten, or the whole cell
    Column("due", Date, nullable=False),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("dropped_at", Instant),
)

tick = Table(
    "preparation_tick",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False),
    Column("step", String(20), nullable=False),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("meeting", "step", name="uq_preparation_tick_once"),
)

orientation = Table(
    "orientation",
    metadata,
    key(),
    Column("unit", ForeignKey("unit.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # a heading for a month, or a topic for thematic meetings
    Column("period", String(7)),
    Column("cells", String(20)),  # the kind of cell it is for; none: every cell below the unit
    Column("title", String(200), nullable=False),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

result = Table(
    "result",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False),
    Column("serial", Integer, nullable=False),  # every change is a row of its own, the newest holds
    Column("amendment", Integer, nullable=False),
    Column("began_at", Instant),
    Column("ended_at", Instant),
    Column("least", Integer),  # minutes such a meeting had to last when its end was noted
    Column("adopted", Boolean),  # the minutes; none: not said
    Column("band", String(20)),
    Column("points", Text),  # by criterion of the sheet, as JSON
    Column("confirmed_by", ForeignKey("person.id")),  # the attending official; none: forgotten since
    Column("confirmed_at", Instant),
    Column("by", ForeignKey("person.id"), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("meeting", "serial", name="uq_result_serial"),
)

grasped = Table(
    "grasped",
    metadata,
    key(),
    Column("meeting", ForeignKey("meeting.id"), nullable=False),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    UniqueConstraint("meeting", "person", name="uq_grasped_once"),
)
