"""How many people a bot still takes, where its platform counts them: said before it is full."""

from chat.events import Address
from chat.text import Param, Text
from meetings.terms import PersonId
from services import need, quota
from services.need import Places
from services.work import Work
from storage.traffic import Bot


async def is_full(work: Work, address: Address, who: PersonId) -> bool:
    """Whether the bot of this chat serves as many others already as its platform allows."""
    users = work.house.can(address).users
    if users is None:
        return False
    await work.uow.accounts.in_turn()  # two who come at the same moment are not both the last
    return await work.uow.accounts.others_at(*quota.bot_of(address), who) >= users


async def warnings(work: Work) -> list[Text]:
    """A line a bot that is full, nearly full, or too small for the people of its units."""
    found = [_warning(work, bot, places) for bot, places in sorted((await need.at_bots(work)).items())]
    return [*(await _unknown(work)), *(one for one in found if one is not None)]


async def of_chat(work: Work, address: Address) -> Text | None:
    """The state of the bot somebody writes to; None where nobody counts."""
    bot = quota.bot_of(address)
    users = work.house.can(address).users
    if users is None:
        return None
    linked = (await work.uow.accounts.counts_at_bots()).get(bot, 0)
    return Text("room.linked", _known(bot, linked, users))


def _warning(work: Work, bot: Bot, places: Places) -> Text | None:
    if places.users is None:
        return None
    linked = len(places.linked)
    known = {**_known(bot, linked, places.users), "n": len(places.left_over)}
    if linked >= places.users:
        return Text("room.full", known)
    if places.left_over:
        return Text("room.short", known)
    nearly = linked * 100 >= places.users * work.policy.messages.warn_percent
    return Text("room.nearly", known) if nearly else None


async def _unknown(work: Work) -> list[Text]:
    """Bots that units name and nobody has set up; said only where some are."""
    known = {name for (_, name), can in work.house.channels.items() if can.users or can.monthly_messages}
    named = {one for names in (await work.uow.units.bots()).values() for one in names}
    return [Text("room.unknown", {"which": one}) for one in sorted(named - known)] if known else []


def _known(bot: Bot, linked: int, users: int) -> dict[str, Param]:
    return {"channel": Text(f"channel.{bot[0]}"), "which": bot[1], "linked": linked, "places": users}
