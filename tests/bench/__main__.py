"""`python -m tests.bench [--quick] [--only presses|bulk|digests|country]`: the table of docs/performance.md, in one run.

Contestants run one after the other, each alone on one core, with the Bot API server on another. It takes some
six minutes; the machine should have nothing else to do. The exit status is 0 whatever the figures are.
"""

import asyncio
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from tests.bench import digests
from tests.bench.bulk import RATE, limited, unlimited
from tests.bench.ceiling import ceiling
from tests.bench.commune import prepare
from tests.bench.presses import PLAIN, Plan, keng, plain
from tests.bench.process import take_cores
from tests.bench.table import aligned, bulk_goals, bulk_rows, goal_rows, press_goals, press_rows


class Part(StrEnum):
    ALL = "all"
    PRESSES = "presses"
    BULK = "bulk"
    DIGESTS = "digests"
    COUNTRY = "country"  # many minutes, so only when it is asked for


def main(
    only: Annotated[Part, typer.Option(help="One part of it.")] = Part.ALL,
    quick: Annotated[bool, typer.Option("--quick", help="Less of everything.")] = False,
) -> None:
    cores = take_cores()
    with tempfile.TemporaryDirectory(prefix="keng") as folder:
        plan = Plan(Path(folder), cores, *((600, 100, 150) if quick else ()))
        if only is Part.COUNTRY:
            digests.country(plan.folder)
            return
        if only is not Part.DIGESTS:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_run(plan, only, quick=quick))
        if only in (Part.ALL, Part.DIGESTS):
            digests.run(plan.folder, digests.SIZES[:2] if quick else digests.SIZES)


async def _run(plan: Plan, only: Part, *, quick: bool) -> None:
    typer.echo(f"the server alone: {await ceiling():.0f} messages a second of one core")
    if only is not Part.BULK:
        await _presses(plan, people=600 if quick else 1000)
    if only is not Part.PRESSES:
        await _bulk(plan, *((600, 50) if quick else (5300, 250)))


async def _presses(plan: Plan, people: int) -> None:
    typer.echo(f"importing a commune of {people}", err=True)
    commune = await prepare(plan.folder / "presses.db", people)
    typer.echo("running (a) Kẻng", err=True)
    ours = await keng(commune, plan)
    found = []
    for one in PLAIN:
        typer.echo(f"running {one.name}", err=True)
        found.append(await plain(one, plan))
    others = [pressed for _, rest in found for pressed in rest]
    typer.echo(aligned(press_rows([ours, *(best for best, _ in found), *others])))
    typer.echo("")
    typer.echo(aligned(goal_rows(press_goals(ours, found[0][0], found[1][0]))))
    typer.echo("")


async def _bulk(plan: Plan, reminded: int, told: int) -> None:
    typer.echo(f"importing a commune of {reminded + told}", err=True)
    commune = await prepare(plan.folder / "bulk.db", reminded, told)
    typer.echo("reminding without a limit", err=True)
    free = await unlimited(commune, plan)
    typer.echo(f"reminding at {RATE} a second", err=True)
    held = await limited(commune, plan)
    typer.echo(aligned(bulk_rows(free, held)))
    typer.echo("")
    typer.echo(aligned(goal_rows(bulk_goals(held))))


if __name__ == "__main__":
    typer.run(main)
