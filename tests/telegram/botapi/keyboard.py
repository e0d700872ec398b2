"""Keyboards under a message, refused where Telegram would refuse them."""

from typing import Any

from tests.telegram.botapi.wire import Json, Refusal, bad, utf16

Rows = list[list[Json]]

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
_STYLES = ("primary", "success", "danger")
_ACTIONS = (
    "callback_data",
    "url",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "pay",
)
_OTHERS = ("keyboard", "remove_keyboard", "force_reply")


def keyboard(markup: object, *, private: bool, inline_only: bool = False) -> Rows:
    """The rows of an inline keyboard; none for no markup and for the other kinds."""
    if markup is None:
        return []
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if inline_only and markup:
            raise bad("inline keyboard expected")
        if markup and not any(kind in markup for kind in _OTHERS):
            raise bad("can't parse reply keyboard markup JSON object")
        return []
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise _unparsed('Field "inline_keyboard" must be of type Array')
    read = [_row(row, private) for row in rows]
    if sum(map(len, read)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return [row for row in read if row]


def _row(row: object, private: bool) -> list[Json]:
    if not isinstance(row, list):
        raise _unparsed("row must be an Array")
    if len(row) > MOST_IN_A_ROW:
        raise bad("reply markup row is too long")
    return [_button(button, private) for button in row]


def _button(button: object, private: bool) -> Json:
    if not isinstance(button, dict):
        raise _unparsed("button must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise _unparsed('Can\'t find field "text"')
    if not text.strip():
        raise bad("inline keyboard button text must be non-empty")
    if not any(action in button for action in _ACTIONS):
        raise _unparsed("Text buttons are unallowed in the inline keyboard")
    style = button.get("style")
    if style is not None and style not in _STYLES:
        raise bad("invalid button style specified")
    _check_action(button, private)
    return dict(button)


def _check_action(button: dict[str, Any], private: bool) -> None:
    data, url = button.get("callback_data"), button.get("url")
    if data is not None and not (isinstance(data, str) and 1 <= len(data.encode()) <= 64):
        raise bad("BUTTON_DATA_INVALID")
    if url is not None and not str(url).startswith(("https://", "http://", "tg://")):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if "copy_text" in button:
        copied = button["copy_text"]
        text = copied.get("text") if isinstance(copied, dict) else None
        if not (isinstance(text, str) and 1 <= utf16(text) <= 256):
            raise bad("BUTTON_COPY_TEXT_INVALID")
    if "web_app" in button and not private:
        raise bad("BUTTON_TYPE_INVALID")


def _unparsed(why: str) -> Refusal:
    return bad(f"can't parse inline keyboard button: {why}")
