"""`parse_mode=HTML` as strict as Telegram: the plain text with its entities, or "can't parse entities"."""

import re
from dataclasses import dataclass

from tests.telegram.botapi.wire import Json, Refusal, bad, utf16

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}  # the only named ones that Telegram knows
_TOKEN = re.compile(r"[^<&]+|&(?:#(?:x[0-9a-fA-F]+|[0-9]+)|lt|gt|amp|quot);?|&|<")
_NAME = re.compile(r"<([^\s>]*)")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z0-9-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_TAG_END = re.compile(r"\s*>")


@dataclass(frozen=True, slots=True)
class _Open:
    name: str
    offset: int
    attributes: dict[str, str]


class _Reader:
    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0
        self.said: list[str] = []
        self.length = 0
        self.entities: list[Json] = []
        self._open: list[_Open] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            token = _TOKEN.match(self.source, self.at)
            assert token is not None
            if token[0] == "<":
                self._close_tag() if self.source.startswith("</", self.at) else self._open_tag()
            else:
                self._say(_decoded(token[0]))
                self.at = token.end()
        if self._open:
            raise _unparsed(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return "".join(self.said), sorted(self.entities, key=lambda one: (one["offset"], -one["length"]))

    def _say(self, text: str) -> None:
        self.said.append(text)
        self.length += utf16(text)

    @property
    def _place(self) -> str:
        return f"at byte offset {len(self.source[: self.at].encode())}"

    def _open_tag(self) -> None:
        found = _NAME.match(self.source, self.at)
        assert found is not None
        name = found[1].lower()
        if name not in _KINDS:
            raise _unparsed(f'Unsupported start tag "{name}" {self._place}')
        at, attributes = found.end(), dict[str, str]()
        while hit := _ATTRIBUTE.match(self.source, at):
            attributes[hit[1].lower()] = hit[2] or hit[3] or hit[4] or ""
            at = hit.end()
        end = _TAG_END.match(self.source, at)
        if end is None:
            raise _unparsed(f'Unclosed start tag "{name}" {self._place}')
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsed(f'Tag "span" must have class "tg-spoiler" {self._place}')
        if name == "tg-time" and not attributes.get("unix", "").isdecimal():
            raise _unparsed(f'Tag "tg-time" must have attribute "unix" {self._place}')
        self._open.append(_Open(name, self.length, attributes))
        self.at = end.end()

    def _close_tag(self) -> None:
        stop = self.source.find(">", self.at)
        if stop < 0:
            raise _unparsed(f"Unclosed end tag {self._place}")
        name = self.source[self.at + 2 : stop].strip().lower()
        if not self._open:
            raise _unparsed(f"Unexpected end tag {self._place}")
        opened = self._open[-1].name
        if name and name != opened:
            raise _unparsed(f'Unmatched end tag {self._place}, expected "</{opened}>", found "</{name}>"')
        begun = self._open.pop()
        self.at = stop + 1
        if length := self.length - begun.offset:
            self.entities.append(_entity(begun, length))


def _entity(begun: _Open, length: int) -> Json:
    entity: Json = {"type": _KINDS[begun.name], "offset": begun.offset, "length": length}
    given = begun.attributes
    if begun.name == "a":
        entity["url"] = _unescaped(given.get("href", ""))
    elif begun.name == "blockquote" and "expandable" in given:
        entity["type"] = "expandable_blockquote"
    elif begun.name == "tg-emoji":
        entity["custom_emoji_id"] = given.get("emoji-id", "")
    elif begun.name == "tg-time":
        entity |= {"unix_time": int(given["unix"]), "date_time_format": given.get("format", "")}
    return entity


def _unescaped(text: str) -> str:
    return "".join(_decoded(token) for token in _TOKEN.findall(text))


def _decoded(token: str) -> str:
    if not token.startswith("&") or token == "&":
        return token
    name = token[1:].removesuffix(";")
    if name in _NAMED:
        return _NAMED[name]
    code = int(f"0{name[1:]}", 0) if name[1] == "x" else int(name[1:])
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else token


def _unparsed(why: str) -> Refusal:
    return bad(f"can't parse entities: {why}")


def formatted(text: str, parse_mode: str, most: int, *, empty: str, long: str) -> tuple[str, list[Json]]:
    """The text as it is shown, trimmed as Telegram trims, with its entities.

    `empty` and `long` are the refusals; an empty `empty` allows no text (captions).
    """
    if parse_mode.lower() not in ("", "html"):
        raise bad("unsupported parse_mode")  # Telegram has Markdown too; no part of Kẻng may use it
    plain, entities = _Reader(text).read() if parse_mode else (text, [])
    lead = utf16(plain) - utf16(plain.lstrip())
    shown = plain.strip()
    if not shown and empty:
        raise bad(empty)
    if (length := utf16(shown)) > most:
        raise bad(long)
    return shown, [one for one in (_moved(entity, lead, length) for entity in entities) if one["length"] > 0]


def _moved(entity: Json, lead: int, length: int) -> Json:
    start, end = entity["offset"] - lead, entity["offset"] + entity["length"] - lead
    start, end = max(start, 0), min(end, length)
    return entity | {"offset": start, "length": end - start}
