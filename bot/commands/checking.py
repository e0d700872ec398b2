"""`keng check`: is everything in order, and if not, what is it?"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.commands import quotas
from bot.commands.figures import house_without_keys
from bot.commands.serving import beat_of, services_of
from bot.settings import Settings
from jobs.clock import wall_clock
from services import Work
from services.policy import BadPolicy
from services.rules import check_units
from services.work import House
from storage.database import Database
from storage.errors import StorageError, WrongRevision
from storage.schema import check_revision, head
from storage.work import UnitOfWork

_FRESH = timedelta(minutes=5)


async def check(settings: Settings) -> tuple[list[str], bool]:
    """A line a subject, and whether all is well. Names nobody and prints no secret."""
    lines: list[tuple[bool, str]] = []
    lines.append((bool(settings.keys), "secret keys" if settings.keys else "KENG_SECRET_KEYS is not set"))
    try:
        house = house_without_keys(settings)
        lines.append((True, f"policy: rule pack {house.policy.pack}"))
    except BadPolicy as error:
        house = None
        lines.append((False, f"policy: {error}"))
    lines += await _database(settings, house)
    lines += await _platforms(settings)
    channels = [
        name
        for name, value in (("telegram", settings.telegram_token), ("zalo", settings.zalo_tokens))
        if value
    ]
    lines.append((True, f"channels: {', '.join(channels) or 'none set up'}"))
    return [f"{'ok  ' if good else 'FAIL'} {line}" for good, line in lines], all(good for good, _ in lines)


async def _platforms(settings: Settings) -> list[tuple[bool, str]]:
    """Whether the bot of each token answers us here by its name, and how its webhook does."""
    lines: list[tuple[bool, str]] = []
    for service in services_of(settings):
        async with service.open():
            lines += await service.examine()
    return lines


def _heard(settings: Settings, beats: Mapping[str, datetime]) -> list[tuple[bool, str]]:
    """When each platform that is polled answered `keng run` last, which may run on another machine than this."""
    polled = [service for service in services_of(settings) if service.polls]
    return [_since(service.name, beats.get(beat_of(service))) for service in polled]


def _since(name: str, last: datetime | None) -> tuple[bool, str]:
    if last is None:
        return False, f"{name} has not answered `keng run` yet"
    told = last.isoformat(timespec="seconds")
    if wall_clock() - last < _FRESH:
        return True, f"{name} answered `keng run` last: {told}"
    return False, f"{name} does not answer `keng run` since {told}"


async def _units(uow: UnitOfWork, house: House | None) -> list[tuple[bool, str]]:
    """Tables of units nobody has are no fault: the roster may come later."""
    if house is None:
        return []
    try:
        unknown = await check_units(_work(uow, house))
    except BadPolicy as error:
        return [(False, f"policy: {error}")]
    return [(True, f"policy: no unit has the code {code} of [unit.{code}] yet") for code in unknown]


def _work(uow: UnitOfWork, house: House) -> Work:
    return Work(uow, house, wall_clock(), wall_clock())


async def _database(settings: Settings, house: House | None) -> list[tuple[bool, str]]:
    try:
        await check_revision(settings.database_url)
    except WrongRevision as error:
        return [(False, f"database: {error}; run `keng migrate`")]
    except StorageError as error:
        return [(False, f"database: {error}")]
    database = Database(settings.database_url)
    try:
        async with database.read() as uow:
            beats, depth = await uow.keeping.beats(), await uow.keeping.queue_depth()
            doubt = await uow.keeping.in_doubt()
            units = await _units(uow, house)
            limits = [] if house is None else await quotas.checked(_work(uow, house))
    finally:
        await database.close()
    last = beats.get("reminders")
    fresh = last is not None and wall_clock() - last < _FRESH
    told = f"last tick: {last.isoformat(timespec='seconds') if last else 'never'}"
    return [
        (True, f"database revision {head()}"),
        *units,
        (fresh, told if fresh else f"{told}; is `keng run` running?"),
        *_heard(settings, beats),
        *limits,
        (True, f"queue: {depth} waiting"),
        (True, f"notices: {doubt['failed']} failed, {doubt['unknown']} of unknown outcome"),
    ]
