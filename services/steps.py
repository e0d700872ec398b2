"""A roll-call's steps as they are written down, so that each can be confirmed once and taken back."""

import json
from collections.abc import Iterable
from datetime import datetime

from meetings.records import MarkMade
from meetings.terms import Mark, PersonId, Reason, Ruling


def packed(marks: Iterable[MarkMade]) -> str:
    return json.dumps([_values(one) for one in marks])


def packed_before(before: Iterable[MarkMade | PersonId]) -> str:
    return json.dumps([_values(one) if isinstance(one, MarkMade) else [one] for one in before])


def _values(made: MarkMade) -> list[object]:
    return [made.person, made.mark, made.ruling, made.reason, made.by, made.at.isoformat()]


def unpacked(payload: str) -> list[MarkMade]:
    return [one for one in unpacked_before(payload) if isinstance(one, MarkMade)]


def unpacked_before(payload: str) -> list[MarkMade | PersonId]:
    found: list[MarkMade | PersonId] = []
    for who, *rest in json.loads(payload):
        if not rest:
            found.append(PersonId(who))
            continue
        mark, ruling, reason, by, at = rest
        found.append(
            MarkMade(
                PersonId(who),
                Mark(mark),
                None if ruling is None else Ruling(ruling),
                None if reason is None else Reason(reason),
                PersonId(by),
                datetime.fromisoformat(at),
            )
        )
    return found
