"""What the page shows beside the chats, and what moving the clock does."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.app import Parts
from bot.channels.webchat.channel import CHANNEL
from bot.channels.webchat.routes import BadRequest
from chat.events import Address, Event, Said
from chat.text import Text
from jobs.clock import MovableClock, wall_clock
from meetings.folding import name_key
from meetings.records import Person, Unit
from meetings.terms import CellRole, PersonId, UpperRole
from reports.catalogue import LANGUAGES
from services import Work, enrolment, timeline
from storage.work import UnitOfWork

_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
_FURTHEST = timedelta(days=100)
_SLIP = timedelta(days=30)
_GROUP = "group-"


class DemoStage:
    """The people of the demo's roster, and its clock."""

    def __init__(self, parts: Parts, clock: MovableClock) -> None:
        self._parts = parts
        self._clock = clock
        self._moving = asyncio.Lock()
        self._codes: dict[str, set[str]] = {}

    def words(self, key: str) -> Mapping[str, str]:
        return {one: self._parts.house.catalogue.render(Text(key), one) for one in LANGUAGES}

    def now(self) -> datetime:
        return self._clock.now()

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._parts.house.zone).replace(microsecond=0)

    def local_iso(self, at: datetime) -> str:
        return at.astimezone(self._parts.house.zone).isoformat()

    async def state(self) -> dict[str, object]:
        """Everything the page needs to draw itself."""
        async with self._parts.database.read() as uow:
            work = self._work(uow)
            units = await uow.units.all()
            cells = [one for one in units if one.is_cell]
            people = await self._people(work, cells)
            groups = [await self._group(uow, cell) for cell in cells]
            top = next((one for one in units if one.level == "commune"), units[0] if units else None)
            return {
                "now": self.local(work.now).isoformat(),
                "clock": True,
                "title": top.name if top else "Kẻng",
                "suggested": await self._suggested(work, cells),
                "cells": [{"code": cell.code, "name": cell.name} for cell in cells],
                "chats": [*groups, *people],
            }

    async def _people(self, work: Work, cells: list[Unit]) -> list[dict[str, object]]:
        linked = await work.uow.accounts.chats(CHANNEL)
        roles: dict[PersonId, list[str]] = {}
        for held in await work.uow.people.all_roles(work.today):
            roles.setdefault(held.person, []).append(self._say(Text(f"role.{held.role}")))
        places = {
            member.person: (member, cell)
            for cell in cells
            for member in await work.uow.members.of_cell(cell.id, work.today)
        }
        found: list[dict[str, object]] = []
        for person in await work.uow.people.all():
            member, cell = places.get(person.id, (None, None))
            bots = sorted(linked.get(person.id, set()))
            found.append(
                {
                    "chat": person.code,
                    "title": self._name(person, member.number if member else None),
                    "kind": "person",
                    "cell": cell.code if cell else None,
                    "number": member.number if member else None,
                    "role": ", ".join(dict.fromkeys(roles.get(person.id, []))),
                    "linked": bool(bots),
                    "bots": bots,
                    "consent": person.consented,
                }
            )
        return sorted(found, key=lambda one: (one["cell"] or "", name_key(str(one["title"]))))

    def _name(self, person: Person, number: int | None) -> str:
        if person.name is not None:
            return person.name
        return self._say(Text("person.nameless", {"number": number or 0}))

    async def _group(self, uow: UnitOfWork, cell: Unit) -> dict[str, object]:
        linked = await uow.accounts.group_of(cell.id)
        return {
            "chat": f"{_GROUP}{cell.code}",
            "title": self._say(Text("web.group", {"cell": cell.name})),
            "kind": "group",
            "cell": cell.code,
            "number": None,
            "role": "",
            "linked": linked is not None,
            "bots": [linked.bot] if linked else [],
            "consent": True,
        }

    async def _suggested(self, work: Work, cells: list[Unit]) -> list[str]:
        """The largest cell's secretary, one of its members "as on Zalo", its group, and a digest reader."""
        sizes = {cell.id: len(await work.uow.members.of_cell(cell.id, work.today)) for cell in cells}
        if not cells:
            return []
        cell = max(cells, key=lambda one: sizes[one.id])
        leaders = await work.uow.people.holders(cell.id, (CellRole.SECRETARY,), work.today)
        posts = {one.person for one in await work.uow.people.all_roles(work.today)}
        members = await work.uow.members.of_cell(cell.id, work.today)
        plain = next((one for one in members if one.person not in posts and not one.statuses), None)
        readers = [
            await work.uow.people.by_id(one.person)
            for one in await work.uow.people.digest_readers(work.today)
            if one.role is UpperRole.STANDING
        ]
        found = [one.code for one in leaders[:1]]
        found += [f"{plain.code}~n"] if plain else []
        return [*found, f"{_GROUP}{cell.code}", *(one.code for one in readers[:1])]

    async def names(self) -> Mapping[str, str]:
        async with self._parts.database.read() as uow:
            return {one.code: one.name or one.code for one in await uow.people.all()}

    async def knows(self, chat: str, person: str) -> bool:
        async with self._parts.database.read() as uow:
            if await uow.people.by_code(person) is None:
                return False
            if not chat.startswith(_GROUP):
                return chat == person
            return await uow.units.by_code(chat.removeprefix(_GROUP)) is not None

    async def slip(self, person: str) -> str:
        """The printed slip of a person: a fresh one-time code."""
        async with self._parts.database.write() as uow:
            work = self._work(uow)
            found = await uow.people.by_code(person)
            if found is None:
                raise BadRequest("web.unknown_chat")
            made = await enrolment.invite(work, found, _SLIP)
            await uow.commit()
        return made.code

    async def everyone(self, cell: str | None) -> int:
        """Everybody of a cell (or of all) links and consents, through the same door as a person would."""
        async with self._parts.database.read() as uow:
            work = self._work(uow)
            unit = None if cell is None else await uow.units.by_code(cell)
            if cell is not None and unit is None:
                raise BadRequest("web.unknown_chat")
            linked = await uow.accounts.linked()
            waiting = [one for one in await uow.people.all() if one.id not in linked]
            if unit is not None:
                inside = {one.person for one in await uow.members.of_cell(unit.id, work.today)}
                waiting = [one for one in waiting if one.id in inside]
        yes = self._say(Text("button.agree"))
        for person in waiting:
            await self.says(person.code, f"start {await self.slip(person.code)}")
            await self._parts.sender.drain()
            await self.says(person.code, yes)
        await self._parts.sender.drain()
        return len(waiting)

    async def says(self, person: str, text: str, *, bot: str = "buttons") -> None:
        """Somebody writes in their own chat."""
        body = json.dumps({"text": text}, ensure_ascii=False)
        await self._parts.board.add(bot, person, person, body, self.now())
        event = Event(secrets.token_hex(12), Address(CHANNEL, bot, person), person, Said(text))
        await self._parts.dispatcher.receive(event)

    async def advance(self, to: str) -> dict[str, object]:
        """Move the clock: to the next event, by a step, or to an instant; everything between happens."""
        async with self._moving:
            target = await self._target(to)
            passed: list[str] = []
            while True:
                coming = [one for one in await self._coming() if one.at <= target]
                if not coming:
                    break
                passed += [
                    f"{self._stamp(one.at)} {self._say(one.what)}" for one in coming if one.at == coming[0].at
                ]
                await self._strike(coming[0].at)
            await self._strike(target)
            return {"now": self.local(self.now()).isoformat(), "passed": passed}

    async def _target(self, to: str) -> datetime:
        if to == "next":
            coming = await self._coming()
            return coming[0].at if coming else self.now() + _STEPS["day"]
        if to in _STEPS:
            return self.now() + _STEPS[to]
        try:
            target = datetime.fromisoformat(to)
        except ValueError:
            raise BadRequest("web.bad_request") from None
        if target.tzinfo is None:
            target = target.replace(tzinfo=self._parts.house.zone)
        if not self.now() <= target <= self.now() + _FURTHEST:
            raise BadRequest("web.bad_clock")
        return target

    async def _coming(self) -> list[timeline.Coming]:
        async with self._parts.database.read() as uow:
            return await timeline.coming(self._work(uow))

    async def _strike(self, at: datetime) -> None:
        self._clock.move_to(at)
        await self._parts.ticks.all()
        await self._parts.sender.drain()
        self._parts.hub.publish("people")

    def _stamp(self, at: datetime) -> str:
        return self._say(Text("event.stamp", {"when": at}))

    def _say(self, text: Text) -> str:
        return self._parts.house.catalogue.render(text, "vi")

    def _work(self, uow: UnitOfWork) -> Work:
        return Work(uow, self._parts.house, self.now(), wall_clock())
