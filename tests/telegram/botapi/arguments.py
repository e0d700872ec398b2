"""A request's arguments, whichever of Telegram's four ways they came: query, form, JSON, multipart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from aiohttp import web

from tests.telegram.botapi.wire import bad

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody sent."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """Values are text, except that a JSON body may hold the other types of JSON."""

    values: Mapping[str, object]
    files: Mapping[str, File]

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise bad(f'field "{name}" must be of type String')
        return value

    def integer(self, name: str, default: int | None = None) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(str(value))
        except ValueError:
            raise bad(f'field "{name}" must be a Number') from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def json(self, name: str) -> object:
        """An object or array: as it is in a JSON body, as JSON text anywhere else."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def names(self, name: str) -> tuple[str, ...] | None:
        """A list of words; None if it was not given."""
        value = self.json(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise bad(f'field "{name}" must be an Array of String')
        return tuple(value)

    def file(self, name: str) -> File | None:
        """An upload, under its own name or under `attach://` another."""
        told = self.values.get(name)
        if isinstance(told, str) and told.startswith("attach://"):
            return self.files.get(told.removeprefix("attach://"))
        return self.files.get(name)


async def arguments_of(request: web.Request) -> Arguments:
    values: dict[str, object] = dict(request.query)
    files: dict[str, File] = {}
    try:
        if request.content_type == "application/json":
            told = json.loads(await request.read() or b"{}")
            if not isinstance(told, dict):
                raise bad("can't parse request body: object expected")
            values |= told
        elif request.content_type == _FORM:
            body = (await request.read()).decode()
            values |= dict(parse_qsl(body, keep_blank_values=True, errors="strict"))
        elif request.content_type == "multipart/form-data":
            await _multipart(request, values, files)
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None
    except json.JSONDecodeError:
        raise bad("can't parse JSON object") from None
    return Arguments(values, files)


async def _multipart(request: web.Request, values: dict[str, object], files: dict[str, File]) -> None:
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as opened:
                files[name] = File(value.filename, opened.read(), value.content_type)
        else:
            values[name] = value.decode() if isinstance(value, bytes | bytearray) else value
