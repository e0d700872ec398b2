"""The committee's calendar: when it is busy itself, and who subscribes to which unit's meetings."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from storage.tables.base import Instant, key, metadata

# When the committee of a unit has no time. What it does then is never written down, nor who noted it.
busy = Table(
    "committee_busy",
    metadata,
    key(),
    Column("unit", ForeignKey("unit.id"), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("unit", "starts_at", "ends_at", name="uq_committee_busy_once"),
)

# The address of a calendar that is subscribed to; a new one takes the place of the old one.
feed = Table(
    "calendar_feed",
    metadata,
    key(),
    Column("person", ForeignKey("person.id"), nullable=False),
    Column("unit", ForeignKey("unit.id"), nullable=False),
    Column("nonce", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("person", "unit", name="uq_calendar_feed_once"),
)
