"""Where each conversation stands. Saved only if nobody else saved it meanwhile."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from chat.events import Address
from chat.menus import Item, Menu
from chat.replies import Action, Step
from chat.text import Text, encode, wording
from storage.errors import LostUpdate
from storage.queries import Queries
from storage.tables.conversation import conversation, inbox


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person in one chat. `version` 0 means that nothing is stored yet."""

    address: Address
    person: str
    step: Step | None = None
    menus: tuple[Menu, ...] = ()
    version: int = 0


class Conversations(Queries):
    async def received(self, address: Address, event_id: str, now: datetime) -> bool:
        """Note an event of a platform; False when it was handled before."""
        values = {"channel": address.channel, "bot": address.bot, "event_id": event_id, "at": now}
        return await self._add_once(inbox, values) is not None

    async def load(self, address: Address, person: str) -> Conversation:
        found = await self._connection.execute(
            select(conversation.c.step, conversation.c.menus, conversation.c.version).where(
                conversation.c.channel == address.channel,
                conversation.c.bot == address.bot,
                conversation.c.chat == address.chat,
                conversation.c.person == person,
            )
        )
        row = found.first()
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
        keys = {
            "channel": known.address.channel,
            "bot": known.address.bot,
            "chat": known.address.chat,
            "person": known.person,
        }
        if known.version == 0:
            statement = self._insert(conversation).values(**keys, **values).on_conflict_do_nothing()
            changed = int((await self._connection.execute(statement)).rowcount)
        else:
            changed = await self._change(
                update(conversation)
                .where(
                    *(conversation.c[name] == value for name, value in keys.items()),
                    conversation.c.version == known.version,
                )
                .values(values)
            )
        if changed != 1:
            raise LostUpdate
        return Conversation(known.address, known.person, step, menus, known.version + 1)


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
