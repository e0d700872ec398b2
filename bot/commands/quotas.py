"""What `keng check`, `keng import` and `keng invite` say of quotas: messages of the month, people, files, addresses."""

from collections import Counter

from bot.commands.figures import house_without_keys
from bot.settings import Settings
from jobs.clock import wall_clock
from services import Work, need, quota, room, running_out
from services.enclosing import KINDS
from services.work import House
from storage.database import Database
from storage.schema import check_revision

_SPENT = "; the platform takes nothing more this month: people are to be phoned"
_LANGUAGE = "en"  # of everything `keng check` says


async def room_warnings(settings: Settings) -> list[str]:
    """A line a bot that is full, nearly full or too small, in the house's language."""
    house = house_without_keys(settings)
    if not any(can.users for can in house.channels.values()):
        return []
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    try:
        async with database.read() as uow:
            texts = await room.warnings(Work(uow, house, wall_clock(), wall_clock()))
    finally:
        await database.close()
    return [house.catalogue.render(text, settings.language) for text in texts]


async def checked(work: Work) -> list[tuple[bool, str]]:
    """The lines of `keng check`. Wrong is: the month is spent, or reminders are being left out."""
    house = work.house
    lines = [await _messages(work, bot) for bot in sorted(house.metered)]
    lines += [(True, house.catalogue.render(text, _LANGUAGE)) for text in await room.warnings(work)]
    dead = Counter(
        (one.channel, one.bot) for them in (await work.uow.accounts.to_relink()).values() for one in them
    )
    lines += [
        (True, f"{channel} {bot}: {count} addresses take nothing and have to be linked again")
        for (channel, bot), count in sorted(dead.items())
    ]
    mute = await running_out.mute_cells(work)
    if mute:
        names = ", ".join(house.catalogue.render(one, _LANGUAGE) for one in mute)
        lines.append((False, f"no secretary or deputy can be told whom to phone: {names}"))
    return [*lines, *files(house)]


def files(house: House) -> list[tuple[bool, str]]:
    """Which files can't be delivered: where a channel takes none, and people cannot reach our pages."""
    without = sorted({bot[0] for bot, can in house.channels.items() if not (can.files or can.own_pages)})
    if not without or house.public_url:
        return []
    names, kinds = ", ".join(without), ", ".join(f".{kind}" for kind in KINDS)
    return [(True, f"files: without KENG_PUBLIC_URL people on {names} get {kinds} as text only")]


async def _messages(work: Work, bot: tuple[str, str]) -> tuple[bool, str]:
    """What is used up of the month, of how much, and what a month needs."""
    spent = await quota.used(work, bot)
    limit, at = work.house.metered[bot], await quota.percent(work, bot)
    if not limit:
        line = f"{bot[0]} {bot[1]}: {spent.messages} messages this month; no limit is set"
        return spent.spent_at is None, line + (_SPENT if spent.spent_at is not None else "")
    wanted = await need.of_bot(work, bot)
    told = work.house.catalogue.render(need.said(wanted), _LANGUAGE)
    line = (
        f"{bot[0]} {bot[1]}: {spent.messages} of {limit} messages this month"
        f" ({spent.incoming} in, {spent.outgoing} out); estimate: {told}"
    )
    if wanted.messages > limit:
        line += ", more than there are"
    if spent.spent_at is not None:
        return False, line + _SPENT
    if at >= work.policy.messages.optional_percent:
        return False, f"{line}; {at} %: what is worth least is left out"
    if at >= work.policy.messages.warn_percent:
        line += f"; {at} %: nearly used up"
    return True, line
