"""`keng policy`: what is in force for a unit, and where each value comes from."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, time

from bot.commands.figures import Unknown, house_without_keys
from bot.settings import Settings
from jobs.clock import wall_clock
from services import Work
from services.policy import Policy, Value
from services.rules import policy_of
from storage.database import Database
from storage.schema import check_revision

_GAP = "  "


async def in_force(settings: Settings, code: str | None, *, as_json: bool) -> str:
    """The values as aligned text or as JSON; without a unit the common ones. Raises Unknown and BadPolicy."""
    name, policy = (None, house_without_keys(settings).policy) if code is None else await _of(settings, code)
    values = policy.values()
    if as_json:
        told = {"unit": code, "pack": policy.pack, "values": [_as_json(one) for one in values]}
        return json.dumps(told, ensure_ascii=False, indent=2)
    head = f"{code or 'every unit'}{f' {name}' if name else ''}: rule pack {policy.pack}"
    return "\n".join([head, *_aligned([_row(one) for one in values])])


async def _of(settings: Settings, code: str) -> tuple[str, Policy]:
    await check_revision(settings.database_url)
    database = Database(settings.database_url)
    try:
        async with database.read() as uow:
            unit = await uow.units.by_code(code)
            if unit is None:
                raise Unknown(f"no unit has the code {code!r}: `keng import` loads the units")
            work = Work(uow, house_without_keys(settings), wall_clock(), wall_clock())
            return unit.name, await policy_of(work, unit.id)
    finally:
        await database.close()


def _row(value: Value) -> tuple[str, ...]:
    origin = "not set"
    if value.layer is not None:
        table = f" [unit.{value.layer.unit}]" if value.layer.unit else ""
        origin = f"{value.layer.name}:{value.line}{table}"
    return value.key, "–" if value.layer is None else _shown(value.value), origin, value.source


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_GAP.join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Mapping):
        return ", ".join(_named(str(key), one) for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return str(value)


def _named(key: str, value: object) -> str:
    """Inside a table words, hours and dates speak for themselves: `today, members, day 0, 11:30`."""
    if isinstance(value, Mapping):
        return f"{key} ({_shown(value)})"
    return _shown(value) if isinstance(value, str | time | date) else f"{key} {_shown(value)}"


def _as_json(value: Value) -> dict[str, object]:
    layer = value.layer
    return {
        "key": value.key,
        "value": _plain(value.value),
        "file": layer.name if layer else None,
        "line": value.line,
        "unit": layer.unit if layer else None,
        "source": value.source or None,
    }


def _plain(value: object) -> object:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
