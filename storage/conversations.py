"""Where each conversation stands. Saved only if nobody else saved it meanwhile."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

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


_HERE = (
    conversation.c.channel == bindparam("of_channel"),
    conversation.c.bot == bindparam("of_bot"),
    conversation.c.chat == bindparam("of_chat"),
    conversation.c.person == bindparam("of_person"),
)
_LOADING = select(conversation.c.step, conversation.c.menus, conversation.c.version).where(*_HERE)
_SAVING = update(conversation).where(*_HERE, conversation.c.version == bindparam("known_version"))


class Conversations(Queries):
    async def received(self, address: Address, event_id: str, now: datetime) -> bool:
        """Note an event of a platform; False when it was handled before."""
        values = {"channel": address.channel, "bot": address.bot, "event_id": event_id, "at": now}
        return await self._add_once(inbox, values) is not None

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


def _here(address: Address, person: str) -> dict[str, object]:
    return {
        "of_channel": address.channel,
        "of_bot": address.bot,
        "of_chat": address.chat,
        "of_person": person,
    }


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
