"""A letter in the reader's words, as the channel can show it: buttons, or numbered lines; in pieces if long.

A channel that asks for further languages gets every piece in these as well.

What is enclosed is made here too: files where the channel takes files, links to our own pages where not.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from chat.capabilities import Capabilities
from chat.channel import Attachment, Button, Outgoing, Translation
from chat.menus import Menu
from chat.replies import Enclosure
from chat.splitting import split
from chat.text import Text
from meetings.records import Person
from services import Work, files, links
from services.errors import Refusal
from services.work import House
from storage.errors import StorageError
from storage.outbox import Letter

log = logging.getLogger("keng.composing")


def compose(
    house: House,
    can: Capabilities,
    letter: Letter,
    menu: Menu | None,
    enclosed: tuple[Attachment, ...] = (),
) -> list[Outgoing]:
    """The messages of one letter, in order; buttons and attachments belong to the last."""
    pieces = split(_text(house, can, letter, menu, enclosed), can.max_text)
    others = {
        language: _abreast(_text(house, can, replace(letter, language=language), menu, enclosed), can, pieces)
        for language in can.languages
    }
    *first, last = [
        Outgoing(letter.to, piece, translations={name: Translation(many[n]) for name, many in others.items()})
        for n, piece in enumerate(pieces)
    ]
    if can.files:
        last = replace(last, attachments=enclosed)
    return [*first, _with_buttons(house, letter, last) if can.buttons else last]


def _text(
    house: House, can: Capabilities, letter: Letter, menu: Menu | None, enclosed: tuple[Attachment, ...]
) -> str:
    lines = [house.catalogue.render(letter.text, letter.language)]
    if menu is not None and not can.buttons:
        lines += _numbered(house, letter, menu)
    if not can.files:
        lines += [_linked(house, letter, one) for one in enclosed]
    return "\n".join(lines)


def _abreast(text: str, can: Capabilities, pieces: Sequence[str]) -> list[str]:
    """A translation in as many pieces; the last takes what is left, for nobody counts its length."""
    found = split(text, can.max_text)
    last = len(pieces) - 1
    found[last:] = ["\n".join(found[last:])] if found[last:] else []
    return found + [""] * (len(pieces) - len(found))


async def compose_files(work: Work, can: Capabilities, letter: Letter) -> tuple[Attachment, ...]:
    """What goes with a letter, made now and only if its reader may still have it. Reads, never writes.

    Only a person's own chat gets files. What cannot be made is left out: the letter is worth more. So is
    everything on a channel that takes no files while nobody has told us our public address.
    """
    reader = await work.uow.accounts.writer(letter.to) if letter.enclosures else None
    if reader is None:
        return ()
    found = [await _made(work, can, letter, reader, one) for one in letter.enclosures]
    return tuple(one for one in found if one is not None)


async def _made(
    work: Work, can: Capabilities, letter: Letter, reader: Person, enclosure: Enclosure
) -> Attachment | None:
    try:
        link = await _link(work, can, letter, enclosure)
        if not (can.files or link):
            return None
        return replace(await files.make(work, enclosure, letter.language, reader), link=link)
    except Refusal:
        log.info("file left out kind=%s why=refused", enclosure.kind)
    except StorageError:
        raise  # the letter would fail just the same, and is tried again
    except Exception:
        log.exception("file left out kind=%s", enclosure.kind)
    return None


async def _link(work: Work, can: Capabilities, letter: Letter, enclosure: Enclosure) -> str:
    """Where the reader's telephone finds the file; "" where it is handed over, or we cannot be reached."""
    if can.own_pages:
        return await links.link_to(work, enclosure, letter.to)
    if can.files or not work.house.public_url:
        return ""
    path = await links.link_to(work, enclosure, letter.to)
    return f"{work.house.public_url}{path}" if path else ""


def _linked(house: House, letter: Letter, file: Attachment) -> str:
    return house.catalogue.render(Text("file.link", {"name": file.name, "link": file.link}), letter.language)


def _with_buttons(house: House, letter: Letter, message: Outgoing) -> Outgoing:
    labels = _labels(house, letter, letter.language)
    buttons = tuple(
        Button(label, house.signer.pack(choice.action, letter.to), choice.style)
        for label, choice in zip(labels, letter.choices, strict=True)
    )
    translations = {
        language: replace(one, labels=_labels(house, letter, language))
        for language, one in message.translations.items()
    }
    return replace(message, buttons=buttons, translations=translations)


def _labels(house: House, letter: Letter, language: str) -> tuple[str, ...]:
    return tuple(house.catalogue.render(choice.label, language) for choice in letter.choices)


def _numbered(house: House, letter: Letter, menu: Menu) -> list[str]:
    return [
        f"{menu.marker(item)}. {house.catalogue.render(item.label, letter.language)}"
        for item in menu.items
        if item.number is not None
    ]
