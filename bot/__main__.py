"""`keng …`: the command line. One line on stderr and exit status 1 or 2 for somebody's mistake."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.commands import checking, codes, figures, keeping, policy, quotas, serving
from bot.complaints import MISTAKES, lines_of
from bot.demo.play import Order
from bot.demo.supervisor import supervise
from bot.logs import set_up_logs
from bot.loop import run as _run
from bot.settings import Settings
from meetings.period import BadPeriod, Period
from reports import minutes
from reports.roster.template import write_template
from storage.schema import migrate as bring_up

cli = typer.Typer(
    name="keng",
    help="Kẻng, the village gong: a chat assistant around the monthly meetings of Party cells.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_DEMO = Path(".demo")


class Failed(Exception):
    """The work failed; each line goes to stderr and the exit status is 1."""


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8080,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    speed: Annotated[float, typer.Option(min=0, help="Simulated seconds a second; 0 stands still.")] = 0,
    roster: Annotated[Path | None, typer.Option(help="One's own roster workbook.")] = None,
) -> None:
    """The local web chat with a fictional commune and a clock that can be moved."""
    set_up_logs("WARNING", as_json=False)
    status = supervise(Order(_DEMO, speed, roster), host="127.0.0.1", port=port, browser=browser)
    raise typer.Exit(status)


@cli.command()
def run(role: Annotated[serving.Role, typer.Option()] = serving.Role.ALL) -> None:
    """The bot. `all` is the default: one process does everything."""
    settings = _settings(keys=True)
    set_up_logs(settings.log_level, as_json=settings.log_json)
    _run(serving.serve(settings, role))


@cli.command()
def migrate() -> None:
    """Bring the database to this version."""
    _run(bring_up(_settings().database_url))


@cli.command()
def template(file: Path) -> None:
    """Write the empty roster workbook, with notes and drop-downs; a file that is there is left alone.

    To a name that ends in .docx: the template of the minutes, to be made one's own.
    """
    if file.exists():
        raise Failed(f"{file} is there already: choose another name, it may hold a roster")
    if file.suffix.lower() == ".docx":
        minutes.copy_template(file)
    else:
        write_template(file)
    typer.echo(f"{file}: written")


@cli.command(name="import")
def import_(file: Path, dry_run: Annotated[bool, typer.Option("--dry-run")] = False) -> None:
    """Load or update the roster: all or nothing."""
    settings = _settings()
    for line in _run(figures.load_roster(settings, file, dry_run=dry_run)):
        typer.echo(line)
    _warn_of_room(settings)


@cli.command()
def invite(
    cell: Annotated[str | None, typer.Option(help="Code of one cell.")] = None,
    person: Annotated[str | None, typer.Option(help="Code of one person.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    sheet: Annotated[Path | None, typer.Option(help="A .docx to print, one slip a person.")] = None,
) -> None:
    """One-time codes and links for those not linked yet, one line a person.

    Running it again makes new codes. Slips handed out before stay valid until they expire or until one of
    the person's codes is used; then all others of that person die.
    """
    settings = _settings(keys=True)
    if sheet is not None:
        codes.check_writable(sheet)
    made = _run(codes.invite(settings, cell=cell, person=person))
    for slip in made:
        typer.echo(slip.as_json() if as_json else slip.as_line())
    if sheet is not None:
        codes.write_sheet(made, sheet)
    _warn_of_room(settings)


@cli.command()
def digest(
    unit: Annotated[str, typer.Option()],
    month: Annotated[str, typer.Option(help="YYYY-MM")],
    xlsx: Annotated[Path | None, typer.Option(help="A workbook to write.")] = None,
    png: Annotated[Path | None, typer.Option(help="A picture to write, cells by months.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """The month's digest of a unit, as the committee gets it."""
    try:
        period = Period.parse(month)
    except BadPeriod as error:
        raise typer.BadParameter(f"{month!r} is not YYYY-MM", param_hint="--month") from error
    papers = figures.Papers(xlsx, png)
    shown = _run(figures.digest(_settings(), unit, period, papers, as_json=as_json))
    typer.echo(shown)


@cli.command(name="policy")
def policy_(
    unit: Annotated[str | None, typer.Option(help="Code of a unit; without it what holds for all.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """The rules in force for a unit, and where each value comes from: pack or file, line, table, source."""
    typer.echo(_run(policy.in_force(_settings(), unit, as_json=as_json)))


@cli.command()
def backup(file: Path) -> None:
    """A consistent copy of everything, while the bot runs."""
    typer.echo(_run(keeping.backup(_settings(), file)))


@cli.command()
def restore(file: Path, force: Annotated[bool, typer.Option("--force")] = False) -> None:
    """Put a backup in the place of what is there; refuses to overwrite without --force."""
    for line in _run(keeping.restore(_settings(), file, force=force)):
        typer.echo(line)


person_cli = typer.Typer(no_args_is_help=True, help="One person's data.")
cli.add_typer(person_cli, name="person")


@person_cli.command("export")
def export_person(code: str) -> None:
    """The person's data as JSON."""
    typer.echo(_run(keeping.export_person(_settings(), code)))


@person_cli.command("erase")
def erase_person(code: str) -> None:
    """Erasure that keeps the counts."""
    typer.echo(_run(keeping.erase_person(_settings(), code)))


@cli.command()
def check() -> None:
    """Configuration, database revision, channels, last tick, queue; exit 1 if anything is wrong."""
    settings = _settings()
    lines, good = _run(checking.check(settings))
    for line in lines:
        typer.echo(line)
    if not good:
        raise typer.Exit(1)


@cli.command()
def bench(turns: Annotated[int, typer.Option(min=10)] = 400) -> None:
    """The benchmarks of `make bench`."""
    from bot.commands import benchmarks  # noqa: PLC0415 - the running bot never loads it

    _run(benchmarks.run(turns))


def _settings(*, keys: bool = False) -> Settings:
    settings = Settings()
    if keys and not settings.keys:
        raise Failed("KENG_SECRET_KEYS is not set: put one long random word into .env (see .env.example)")
    return settings


def _warn_of_room(settings: Settings) -> None:
    """On stderr: what is read by scripts stays as it is."""
    for line in _run(quotas.room_warnings(settings)):
        typer.echo(line, err=True)


def main() -> None:
    """Run a command; mistakes of people become one line, not a traceback."""
    try:
        cli()
    except Failed as error:
        _fail(str(error))
    except MISTAKES as error:
        _fail(*lines_of(error))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _fail(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
