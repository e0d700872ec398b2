"""A letter in the reader's words, as the channel can show it: buttons, or numbered lines; in pieces if long."""

from chat.capabilities import Capabilities
from chat.channel import Button, Outgoing
from chat.menus import Menu
from chat.splitting import split
from services.work import House
from storage.outbox import Letter


def compose(house: House, can: Capabilities, letter: Letter, menu: Menu | None) -> list[Outgoing]:
    """The messages of one letter, in order; buttons stand under the last."""
    text = house.catalogue.render(letter.text, letter.language)
    if menu is not None and not can.buttons:
        text = "\n".join([text, *_numbered(house, letter, menu)])
    *first, last = split(text, can.max_text)
    buttons = _buttons(house, letter) if can.buttons else ()
    return [*(Outgoing(letter.to, piece) for piece in first), Outgoing(letter.to, last, buttons)]


def _buttons(house: House, letter: Letter) -> tuple[Button, ...]:
    return tuple(
        Button(
            house.catalogue.render(choice.label, letter.language),
            house.signer.pack(choice.action, letter.to),
            choice.style,
        )
        for choice in letter.choices
    )


def _numbered(house: House, letter: Letter, menu: Menu) -> list[str]:
    return [
        f"{menu.marker(item)}. {house.catalogue.render(item.label, letter.language)}"
        for item in menu.items
        if item.number is not None
    ]
