"""An entry of the catalogue with everything filled in that stands in it: long, but likely."""

import string
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from chat.text import Param, Text, listing
from meetings.attendance import Rate

NAME = "Hoàng Nguyễn Thị Phương Thảo"
LONG: Mapping[str, Param] = {
    "place": "Nhà văn hoá thôn Đồng Tâm Thượng, cạnh trường mầm non trung tâm",
    "why": "mưa lũ, đường vào thôn bị sạt lở " * 3,
    "body": Text("body.secretary"),
    "kind": Text("kind.combined"),
    "outlook": Text("forecast.cannot", {"missing": 12, "target": 85}),
    "operator": "Đảng uỷ xã Đồng Tâm Thượng",
}
CELLS = listing(*(Text("digest.cell_name", {"cell": f"Chi bộ thôn Đồng Tâm {n}"}) for n in range(20)))
PEOPLE = listing(*[Text("person.name", {"name": NAME})] * 15, Text("person.more", {"n": 23}))


def typical(name: str, spec: str) -> Param:
    """A long but likely value of a parameter."""
    if spec == "clock" and name == "hour":
        return time(19, 30)
    if spec in {"clock", "full", "date", "short", "brief", "part"}:
        return datetime(2026, 12, 3, 12, 30, tzinfo=UTC)
    if spec in {"month", "m"}:
        return date(2026, 12, 1)
    if spec == "percent":
        return Rate(28, 31)
    if spec in {"two", "many"}:
        return 38 if spec == "two" else 2310
    if name.endswith("names") or (name == "absent" and not spec):
        return PEOPLE
    if name in {"not_held", "not_recorded", "cells"}:
        return CELLS
    return LONG.get(name, NAME)


def placeholders(pattern: str) -> set[tuple[str, str]]:
    """Names and specs. Capitals are each language's own matter, and words like any others."""
    found = [(name, spec or "") for _, name, spec, _ in string.Formatter().parse(pattern) if name is not None]
    return {(name, "" if spec in {"lower", "upper"} else spec) for name, spec in found}


def filled(key: str, words: str) -> Text:
    """The entry `key`, whose words are these."""
    return Text(key, {name: typical(name, spec) for name, spec in placeholders(words)})
