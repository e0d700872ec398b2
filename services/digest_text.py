"""[20] The digest in words: the first line says it all, then what needs attention, then a line a cell or unit."""

from collections.abc import Iterable, Sequence

from chat.text import Lines, Param, Text, lines, listing
from meetings.attendance import Rate
from meetings.score import counted
from services import thematic
from services.digest import Digest
from services.digest_lines import CellFigures, Line, Share, Standing
from services.filed import Earlier

_NAMED = 20  # cells in one line
_LISTED = 30  # lines of cells, or of units
_COUNTS = ("roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests")


def as_text(digest: Digest) -> Lines:
    """Lines without numbers of their own where there is nothing to say are left out."""
    late = [one for one in digest.cells if one.regular.held_late]
    sleeping = [one for one in digest.cells if one.cell.id in digest.asleep]
    return lines(
        sentence(digest),
        Text("digest.first", {"period": digest.period.first_day, "unit": digest.unit.name}),
        Text("digest.general", _general(digest)),
        _month_before(digest),
        _year_before(digest),
        *_missing(digest),
        Text("digest.asleep", {"cells": names(sleeping)}) if sleeping else None,
        _attention(digest),
        Text("digest.late", {"cells": names(late)}) if late else None,
        _themes(digest),
        _results(digest),
        _reach(digest) if digest.reach_known else None,
        *(_shares(digest.shares) if digest.shares else _cells(digest.cells)),
        *_amended(digest),
    )


def sentence(digest: Digest) -> Text:
    """The month in one sentence: what a telephone shows of a message."""
    known: dict[str, Param] = {"held": digest.held, "attention": len(digest.attention)}
    return Text(
        "digest.sentence",
        {**_general(digest), **known, "unit": digest.unit.name, "period": digest.period.first_day},
    )


def _month_before(digest: Digest) -> Text:
    if digest.month_before is None:
        return Text("digest.before_none")
    return Text("digest.before", _compared(digest, digest.month_before))


def _year_before(digest: Digest) -> Text:
    if digest.year_before is None:
        return Text("digest.year_before_none")
    return Text("digest.year_before", _compared(digest, digest.year_before))


def _compared(digest: Digest, before: Earlier) -> dict[str, Param]:
    """Against an earlier month as it was filed. Differences are for display only, of what is displayed."""
    total = digest.total
    return {
        "period": before.period.first_day,
        "closed": before.closed,
        "cells": before.cells,
        "present": before.present,
        "expected": before.expected,
        "rate": before.rate,
        "more": signed(total.present - before.present),
        "points": points(before.rate, total.rate),
    }


def points(before: Rate, after: Rate) -> Text:
    """From one shown percentage to another, in tenths of a percentage point."""
    if before.tenths is None or after.tenths is None:
        return Text("digest.points_none")
    step = after.tenths - before.tenths
    way = "up" if step > 0 else "down" if step < 0 else "same"
    return Text(f"digest.points_{way}", {"whole": abs(step) // 10, "tenth": abs(step) % 10})


def signed(number: int) -> str:
    """With its sign, as a difference is written."""
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


def names(cells: Sequence[CellFigures], most: int = _NAMED) -> Lines | Text:
    """Names of cells, as many as one line takes."""
    if not cells:
        return Text("digest.none")
    shown = [Text("digest.cell_name", {"cell": one.cell.name}) for one in cells[:most]]
    more = [Text("digest.more", {"n": len(cells) - most})] if len(cells) > most else []
    return listing(*shown, *more)


def line_of(figures: CellFigures) -> Text:
    """One cell: its figures, or why there are none."""
    line = figures.regular
    if line.tally is None:
        standing = Text(f"state.{line.state}")
        return _numbered(Text("digest.cell_open", {"cell": figures.cell.name, "state": standing}), line)
    counts = {name: getattr(line.tally, name) for name in _COUNTS}
    known: dict[str, Param] = {"cell": figures.cell.name, "rate": line.tally.rate, **counts}
    return _numbered(Text("digest.cell", known), line)


def _numbered(said: Text, line: Line) -> Text:
    """With the number of its amendment, where it was amended."""
    return Text("digest.cell_amended", {"line": said, "n": line.amendment}) if line.amendment else said


def _general(digest: Digest) -> dict[str, Param]:
    total = digest.total
    return {
        "closed": len(digest.closed),
        "cells": len(digest.cells),
        "present": total.present,
        "expected": total.expected,
        "rate": total.rate,
    }


def _missing(digest: Digest) -> Iterable[Text | None]:
    """Not held, not recorded; and apart from them what is still to come, and what was called off with a reason."""
    if digest.shares:
        known: dict[str, Param] = {
            "not_held": len(digest.not_held),
            "not_recorded": len(digest.not_recorded),
        }
        yield Text("digest.missing_counts", known)
        yield _unready(digest.shares)
    else:
        named = {"not_held": names(digest.not_held), "not_recorded": names(digest.not_recorded)}
        yield Text("digest.missing", named)
    ahead, cancelled = digest.which(Standing.AHEAD), digest.which(Standing.CANCELLED)
    yield Text("digest.ahead", {"cells": _with_days(ahead)}) if ahead else None
    yield Text("digest.cancelled", {"cells": names(cancelled)}) if cancelled else None


def _with_days(cells: Sequence[CellFigures]) -> Lines:
    shown = [
        Text("digest.cell_of_day", {"cell": one.cell.name, "when": one.regular.starts_at})
        for one in cells[:_NAMED]
        if one.regular.starts_at is not None
    ]
    more = [Text("digest.more", {"n": len(cells) - _NAMED})] if len(cells) > _NAMED else []
    return listing(*shown, *more)


def _unready(shares: Sequence[Share]) -> Text | None:
    """Which units have not everything, and how many cells of theirs are not recorded."""
    open_ = [one for one in shares if one.not_recorded]
    if not open_:
        return None
    shown = [
        Text("digest.unit_unready", {"unit": one.unit.name, "n": len(one.not_recorded)})
        for one in open_[:_LISTED]
    ]
    more = [Text("digest.more_units", {"n": len(open_) - _LISTED})] if len(open_) > _LISTED else []
    return Text("digest.unready", {"units": listing(*shown, *more)})


def _attention(digest: Digest) -> Text:
    known: dict[str, Param] = {
        "below": len(digest.below_target),
        "unexcused": sum(one.has_unexcused for one in digest.cells),
    }
    if digest.target is None:
        return Text("digest.attention_own", known)
    return Text("digest.attention", {**known, "target": digest.target})


def _themes(digest: Digest) -> Text | None:
    """Of the cells that owe a thematic meeting of the quarter, how many have had it; None where none do."""
    if not digest.owing:
        return None
    quarter = thematic.quarter_name(thematic.first_month(digest.period))
    done = digest.owing - len(digest.without_theme)
    return Text("digest.themes", {"quarter": quarter, "done": done, "owing": digest.owing})


def _results(digest: Digest) -> Text | None:
    """Bands, minutes, meetings that were too short; once anything of it was recorded."""
    found = [one.regular.result for one in digest.closed if one.regular.result]
    if not found:
        return None
    bands = counted([one.band for one in found if one.band])
    known: dict[str, Param] = {str(band): n for band, n in bands.items()}
    known |= {"adopted": sum(one.adopted is True for one in found), "closed": len(digest.closed)}
    return Text("digest.results", known | {"short": sum(one.short for one in found)})


def _reach(digest: Digest) -> Text:
    return Text(
        "digest.reach",
        {
            "linked": sum(one.linked for one in digest.cells),
            "roll": sum(one.roll for one in digest.cells),
            "unled": sum(not one.led for one in digest.cells),
        },
    )


def _cells(cells: Sequence[CellFigures]) -> Iterable[Text]:
    yield from (line_of(one) for one in cells[:_LISTED])
    if len(cells) > _LISTED:
        yield Text("digest.more_lines", {"n": len(cells) - _LISTED})


def _shares(shares: Sequence[Share]) -> Iterable[Text]:
    for one in shares[:_LISTED]:
        total = one.total
        known: dict[str, Param] = {
            "unit": one.unit.name,
            "held": one.held,
            "closed": len(one.closed),
            "cells": len(one.cells),
            "present": total.present,
            "expected": total.expected,
            "rate": total.rate,
        }
        yield Text("digest.share", known)
    if len(shares) > _LISTED:
        yield Text("digest.more_shares", {"n": len(shares) - _LISTED})


def _amended(digest: Digest) -> Iterable[Text]:
    if not digest.amended:
        return
    yield Text("digest.amended")
    yield from digest.amended[:_NAMED]
    if len(digest.amended) > _NAMED:
        yield Text("amended.more", {"n": len(digest.amended) - _NAMED})
