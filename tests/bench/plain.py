"""What both plain bots do with a press: one upsert, one count, in a session of its own."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import BigInteger, Index, event, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

Sessions = async_sessionmaker[AsyncSession]


class Base(DeclarativeBase):
    pass


class Answer(Base):
    """Who comes to which meeting."""

    __tablename__ = "answer"

    meeting: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    answer: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_answer_meeting_answer", "meeting", "answer"),)


async def open_sessions(path: Path) -> Sessions:
    """Sessions on a fresh SQLite file: WAL, and every commit on the disk, as Kẻng has it."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")

    def opened(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", opened)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return async_sessionmaker(engine, expire_on_commit=False)


async def record(sessions: Sessions, person: int, data: str) -> str:
    """Keep the answer of a press `rsvp:<meeting>:<answer>`; what the button is answered with."""
    _, meeting, answer = data.split(":")
    values = {"answer": answer, "at": datetime.now(UTC)}
    statement = insert(Answer).values(meeting=int(meeting), person=person, **values)
    coming = select(func.count()).where(Answer.meeting == int(meeting), Answer.answer == "coming")
    async with sessions.begin() as session:
        await session.execute(
            statement.on_conflict_do_update(index_elements=["meeting", "person"], set_=values)
        )
        total = (await session.execute(coming)).scalar_one()
    return f"Đã ghi nhận. Có dự: {total}"


def buttons(place: int) -> tuple[str, ...]:
    """What the buttons of the person at that place carry: fifty people a meeting, as in Kẻng's commune."""
    return (f"rsvp:{place // 50}:coming", f"rsvp:{place // 50}:later")
