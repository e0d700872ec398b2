"""Where each conversation stands. Saved only if nobody else saved it meanwhile."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, update

from chat.events import Address
from chat.menus import Item, Menu
from chat.replies import Action, Step
from chat.text import Text, encode, wording
from meetings.terms import PersonId
from storage.errors import LostUpdate
from storage.queries import Queries
from storage.tables.conversation import conversation, inbox

# Actions that are about somebody, and which argument says whom: `who` of their handlers, and a test compares them.
ABOUT_WHOM = {
    "as": 2,
    "away_back": 1,
    "away_till": 1,
    "away_who": 1,
    "away_why": 1,
    "charge_who": 1,
    "discharge_who": 1,
    "for": 2,
    "guest": 1,
    "head_set": 2,
    "judge": 1,
    "judged": 1,
    "mark": 1,
    "ruled": 1,
    "slip": 1,
    "why": 2,
}
_Stored = dict[str, Any]  # a step or a menu as it lies in the row


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person in one chat. `version` 0 means that nothing is stored yet."""

    address: Address
    person: str
    step: Step | None = None
    menus: tuple[Menu, ...] = ()
    version: int = 0


_HERE = (
    conversation.c.channel == bindparam("of_channel"),
    conversation.c.bot == bindparam("of_bot"),
    conversation.c.chat == bindparam("of_chat"),
    conversation.c.person == bindparam("of_person"),
)
_LOADING = select(conversation.c.step, conversation.c.menus, conversation.c.version).where(*_HERE)
_SAVING = update(conversation).where(*_HERE, conversation.c.version == bindparam("known_version"))


_KNOWN = (
    inbox.c.channel == bindparam("of_channel"),
    inbox.c.bot == bindparam("of_bot"),
    inbox.c.event_id == bindparam("of_event"),
)
_AGAIN = update(inbox).where(*_KNOWN).values(at=bindparam("now"))
_SAID = update(inbox).where(*_KNOWN, inbox.c.at <= bindparam("before")).values(at=bindparam("now"))


class Conversations(Queries):
    async def received(self, address: Address, event_id: str, now: datetime) -> bool:
        """Note an event of a platform; False when it was handled before.

        What comes again is remembered for as long as it does.
        """
        values = {"channel": address.channel, "bot": address.bot, "event_id": event_id, "at": now}
        if await self._add_once(inbox, values) is not None:
            return True
        await self._change(_AGAIN, {**_known(address, event_id), "now": now})
        return False

    async def say_again(self, address: Address, what: str, now: datetime, every: timedelta) -> bool:
        """Whether what is said once in a while may be said in this chat now; if so, it counts as said."""
        said = f"said:{what}:{address.chat}"
        values = {"channel": address.channel, "bot": address.bot, "event_id": said, "at": now}
        if await self._add_once(inbox, values) is not None:
            return True
        return bool(await self._change(_SAID, {**_known(address, said), "now": now, "before": now - every}))

    async def load(self, address: Address, person: str) -> Conversation:
        row = (await self._connection.execute(_LOADING, _here(address, person))).first()
        if row is None:
            return Conversation(address, person)
        step = None if row.step is None else _step(row.step)
        return Conversation(address, person, step, _menus(row.menus), row.version)

    async def save(self, known: Conversation, step: Step | None, menus: tuple[Menu, ...]) -> Conversation:
        """Store the new state. Raises LostUpdate when the row moved on since it was loaded."""
        values = {
            "step": None if step is None else json.dumps({"name": step.name, "data": dict(step.data)}),
            "menus": json.dumps([_menu(menu) for menu in menus], ensure_ascii=False),
            "version": known.version + 1,
        }
        if known.version == 0:
            keys = {
                "channel": known.address.channel,
                "bot": known.address.bot,
                "chat": known.address.chat,
                "person": known.person,
            }
            statement = self._insert(conversation).on_conflict_do_nothing()
            changed = int((await self._connection.execute(statement, {**keys, **values})).rowcount)
        else:
            here = _here(known.address, known.person)
            changed = await self._change(_SAVING, {**here, "known_version": known.version, **values})
        if changed != 1:
            raise LostUpdate
        return Conversation(known.address, known.person, step, menus, known.version + 1)

    async def forget(self, who: PersonId, name: str | None) -> None:
        """Close every question about a person, in whatever chat: it would show the name again when repeated.

        The versions go up, so that a turn under way there starts anew and does not put the question back.
        """
        person, quoted = f'"{who}"', None if name is None else json.dumps(name, ensure_ascii=False)

        def kept(step: _Stored | None, menus: list[_Stored]) -> tuple[_Stored | None, list[_Stored]]:
            asked = None if step and step["data"].get("who") == str(who) else step
            return asked, [menu for menu in menus if not _is_about(menu, str(who), quoted)]

        named = [conversation.c.menus.contains(person), conversation.c.step.contains(person)]
        if quoted is not None:
            named.append(conversation.c.menus.contains(quoted, autoescape=True))
        await self._rewrite(kept, or_(*named), move_on=True)

    async def tidy(self, now: datetime, before: datetime) -> None:
        """Drop the menus that have run out, and the steps that were there before an instant already.

        A step is not dated when it is opened: the first time it is met here it is, and a later save undoes that.
        """

        def kept(step: _Stored | None, menus: list[_Stored]) -> tuple[_Stored | None, list[_Stored]]:
            if step is not None:
                step = {"met": now.isoformat(), **step}
                if datetime.fromisoformat(step["met"]) <= before:
                    step = None
            return step, [menu for menu in menus if datetime.fromisoformat(menu["until"]) > now]

        await self._rewrite(kept, or_(conversation.c.menus != "[]", conversation.c.step.is_not(None)))

    async def _rewrite(
        self,
        kept: Callable[[_Stored | None, list[_Stored]], tuple[_Stored | None, list[_Stored]]],
        which: ColumnElement[bool],
        *,
        move_on: bool = False,
    ) -> None:
        """Change rows as they are now; one that is saved meanwhile is left as it was saved, unless all `move_on`."""
        query = select(conversation).where(which)
        rows = await self._connection.execute(query.with_for_update() if move_on else query)
        for row in rows.all():
            before = None if row.step is None else json.loads(row.step), json.loads(row.menus)
            after = kept(*before)
            if after == before:
                continue
            step, menus = after
            address = Address(row.channel, row.bot, row.chat)
            values = {
                "step": None if step is None else json.dumps(step),
                "menus": json.dumps(menus, ensure_ascii=False),
                "version": row.version + move_on,
            }
            await self._change(
                _SAVING, {**_here(address, row.person), "known_version": row.version, **values}
            )


def _is_about(menu: _Stored, who: str, quoted: str | None) -> bool:
    for _number, name, args, label, _words in menu["items"]:
        place = ABOUT_WHOM.get(name)
        if place is not None and args[place : place + 1] == [who]:
            return True
        if quoted is not None and quoted in json.dumps(label, ensure_ascii=False):
            return True
    return False


def _here(address: Address, person: str) -> dict[str, object]:
    return {
        "of_channel": address.channel,
        "of_bot": address.bot,
        "of_chat": address.chat,
        "of_person": person,
    }


def _known(address: Address, event_id: str) -> dict[str, object]:
    return {"of_channel": address.channel, "of_bot": address.bot, "of_event": event_id}


def _step(stored: str) -> Step:
    values = json.loads(stored)
    return Step(values["name"], values["data"])


def _menu(menu: Menu) -> dict[str, object]:
    return {
        "question": menu.question,
        "tag": menu.tag,
        "until": menu.until.isoformat(),
        "answered": menu.answered,
        "stays": menu.stays,
        "items": [
            [item.number, item.action.name, list(item.action.args), encode(item.label), item.words]
            for item in menu.items
        ],
    }


def _menus(stored: str) -> tuple[Menu, ...]:
    return tuple(
        Menu(
            menu["question"],
            menu["tag"],
            tuple(
                Item(number, Action(name, tuple(args)), _label(label), words)
                for number, name, args, label, words in menu["items"]
            ),
            datetime.fromisoformat(menu["until"]),
            menu["answered"],
            menu["stays"],
        )
        for menu in json.loads(stored)
    )


def _label(stored: object) -> Text:
    label = wording(stored)
    if not isinstance(label, Text):
        raise TypeError("a label is one text")
    return label
