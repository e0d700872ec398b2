"""The chats of the demo as the page lists them: every person of the roster, every cell's group."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from bot.channels.webchat.channel import CHANNEL
from bot.demo.words import Both, Words
from chat.text import Text
from meetings.folding import name_key
from meetings.records import Member, Person, Unit
from meetings.terms import CellRole, PersonId, UpperRole
from services import Work

GROUP = "group-"
Shown: TypeAlias = Mapping[str, object]


class People:
    """What the page's list of chats says of each; read anew for each look."""

    def __init__(self, work: Work, words: Words, without_phone: Collection[str]) -> None:
        self._work = work
        self._words = words
        self._without_phone = without_phone

    async def chats(self, cells: Sequence[Unit]) -> list[Shown]:
        """Groups first, then people by cell and name."""
        return [*[await self._group(cell) for cell in cells], *await self._everybody(cells)]

    async def _everybody(self, cells: Sequence[Unit]) -> list[Shown]:
        work = self._work
        linked = await work.uow.accounts.chats(CHANNEL)
        roles = await self._roles()
        places: dict[PersonId, tuple[Member, Unit]] = {
            member.person: (member, cell)
            for cell in cells
            for member in await work.uow.members.of_cell(cell.id, work.today)
        }
        found: list[Shown] = []
        for person in await work.uow.people.all():
            member, cell = places.get(person.id, (None, None))
            bots = sorted(linked.get(person.id, set()))
            name = self._name(person, member)
            shown: Shown = {
                "chat": person.code,
                "title": name,
                "kind": "person",
                "cell": cell.code if cell else None,
                "number": member.number if member else None,
                "role": roles.get(person.id, {"vi": "", "en": ""}),
                "linked": bool(bots),
                "bots": bots,
                "consent": person.consented,
                "phone": person.code not in self._without_phone,
            }
            found.append(shown)
        return sorted(found, key=lambda one: (one["cell"] or "", name_key(str(one["title"]))))

    async def _roles(self) -> dict[PersonId, Both]:
        held: dict[PersonId, dict[str, None]] = {}  # each once, in the order in which they are found
        for role in await self._work.uow.people.all_roles(self._work.today):
            held.setdefault(role.person, {})[f"role.{role.role}"] = None
        return {who: self._words.listed([Text(key) for key in keys]) for who, keys in held.items()}

    def _name(self, person: Person, member: Member | None) -> str:
        if person.name is not None:
            return person.name
        number = member.number if member else 0
        return self._words.both(Text("person.nameless", {"number": number}))["vi"]

    async def _group(self, cell: Unit) -> Shown:
        linked = await self._work.uow.accounts.group_of(cell.id)
        return {
            "chat": f"{GROUP}{cell.code}",
            "title": self._words.both(Text("web.group", {"cell": cell.name}))["vi"],
            "kind": "group",
            "cell": cell.code,
            "number": None,
            "role": {"vi": "", "en": ""},
            "linked": linked is not None,
            "bots": [linked.bot] if linked else [],
            "consent": True,
            "phone": True,
        }


async def newcomer(work: Work, cell: Unit) -> Person | None:
    """An ordinary member of the cell: they have a slip, and whoever looks at the demo links their phone."""
    return next(iter(await _ordinary(work, cell)), None)


async def suggested(work: Work, cells: Sequence[Unit]) -> list[str]:
    """The largest cell's secretary, a member with buttons, the newcomer "as on Zalo", its group, a reader of digests.

    `~n` behind a code: their phone shows numbers.
    """
    cell = await largest(work, cells)
    if cell is None:
        return []
    chats = await work.uow.accounts.chats(CHANNEL)
    leaders = await work.uow.people.holders(cell.id, (CellRole.SECRETARY,), work.today)
    ordinary = await _ordinary(work, cell)
    new = await newcomer(work, cell)
    buttons = next((one for one in ordinary if one != new and "buttons" in chats.get(one.id, ())), None)
    found = [one.code for one in leaders[:1]]
    found += [buttons.code] if buttons else []
    found += [f"{new.code}~n"] if new else []
    readers = [
        await work.uow.people.by_id(one.person)
        for one in await work.uow.people.digest_readers(work.today)
        if one.role is UpperRole.STANDING
    ]
    return [*found, f"{GROUP}{cell.code}", *(one.code for one in readers[:1])]


async def largest(work: Work, cells: Sequence[Unit]) -> Unit | None:
    sizes = {cell.id: len(await work.uow.members.of_cell(cell.id, work.today)) for cell in cells}
    return max(cells, key=lambda one: sizes[one.id], default=None)


async def _ordinary(work: Work, cell: Unit) -> list[Person]:
    """Its members without any post, status or somebody who brings them the news."""
    posts = {one.person for one in await work.uow.people.all_roles(work.today)}
    members = await work.uow.members.of_cell(cell.id, work.today)
    plain = [one for one in members if one.person not in posts and not one.statuses and not one.liaison]
    return [await work.uow.people.by_id(one.person) for one in plain]
