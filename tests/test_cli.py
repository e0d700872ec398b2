"""`keng` as people and scripts run it: a process, its exit status, and what stands on its two outputs."""

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from reports.roster.rows import Roster, RosterStatus
from reports.roster.template import write_roster
from tests.forks import Ran, run_keng
from tests.scenarios.commune import CELL, COMMUNE, MEMBERS, OTHER, commune, member

KENG = Path(sys.executable).with_name("keng")
SLIP = {"person", "name", "cell", "code", "telegram", "zalo", "expires"}
COUNTS = {"roll", "expected", "present", "excused", "unexcused", "awaiting", "extra", "guests"}


@dataclass(frozen=True)
class Machine:
    """A folder with a database, where commands are run."""

    home: Path

    def keng(self, *words: str | Path, keys: str | None = "a test key", **settings: str) -> Ran:
        env = {"KENG_SECRET_KEYS": keys} if keys else {}
        env |= {f"KENG_{name.upper()}": value for name, value in settings.items()}
        ran = run_keng(self.home, *words, **env)
        assert not any("Traceback" in line for line in ran.err)
        return ran

    def slips(self, *words: str) -> list[dict[str, str | None]]:
        ran = self.keng("invite", "--json", *words)
        assert (ran.status, ran.err) == (0, [])
        return [json.loads(line) for line in ran.out]

    def holds(self, table: str) -> int:
        with closing(sqlite3.connect(self.home / "keng.db")) as connection:
            return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])

    def roster(self, rows: Roster) -> Path:
        write_roster(self.home / "roster.xlsx", rows)
        return self.home / "roster.xlsx"


def two_cells() -> Roster:
    """Somebody of the first cell is for some time in the other one as well."""
    rows = commune()
    guest = member("worker", OTHER, 40, status=RosterStatus.TEMPORARY_IN)
    return replace(rows, people=(*rows.people, guest))


@pytest.fixture
def bare(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def migrated(bare: Machine, sqlite_template: Path) -> Machine:
    shutil.copyfile(sqlite_template, bare.home / "keng.db")
    return bare


@pytest.fixture(scope="module")
def imported(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a roster: copied, never used."""
    first = Machine(tmp_path_factory.mktemp("imported"))
    shutil.copyfile(sqlite_template, first.home / "keng.db")
    ran = first.keng("import", first.roster(two_cells()), keys=None)
    assert (ran.status, ran.err) == (0, [])
    return first.home / "keng.db"


@pytest.fixture
def machine(bare: Machine, imported: Path) -> Machine:
    shutil.copyfile(imported, bare.home / "keng.db")
    return bare


def test_the_installed_command_ends_as_its_forks_do(bare: Machine) -> None:
    words = ("migrate", "--nonsense")
    installed = subprocess.run([KENG, *words], check=False, capture_output=True, encoding="utf-8")
    forked = bare.keng(*words)
    assert (installed.returncode, installed.stderr.splitlines()) == (forked.status, forked.err)
    assert forked.status == 2


def test_an_unmigrated_database_is_named_with_what_to_do_about_it(bare: Machine) -> None:
    ran = bare.keng("import", bare.roster(commune()))
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert "keng migrate" in ran.err[0]


def test_migrating_makes_a_database(bare: Machine) -> None:
    assert bare.keng("migrate", keys=None) == Ran(0, [], [])
    assert bare.holds("alembic_version") == 1


def test_a_template_is_empty_at_first_then_filled_and_imported_again_without_doubling(
    migrated: Machine,
) -> None:
    assert migrated.keng("template", "roster.xlsx", keys=None) == Ran(0, ["roster.xlsx: written"], [])
    empty = migrated.keng("import", "roster.xlsx")
    assert (empty.status, len(empty.err)) == (1, 2)
    assert all("!" in line for line in empty.err)
    book = load_workbook(migrated.home / "roster.xlsx")
    book["Tổ chức"].append(["X1", "Chi bộ Một", "chi bộ", None, None, "24", "19:30"])
    for number in (1, 2, 3):
        book["Đảng viên"].append([f"D{number}", f"Người {number}", "X1", number])
    book.save(migrated.home / "roster.xlsx")
    told = []
    for _ in range(2):
        ran = migrated.keng("import", "roster.xlsx")
        assert (ran.status, ran.err) == (0, [])
        assert migrated.holds("person") == migrated.holds("membership") == 3
        assert migrated.holds("meeting") in (2, 3)  # this month's may be past already
        told.append(ran.out)
    assert told[0] != told[1]  # three new people, then none


def test_every_fault_of_a_workbook_is_a_line_and_nothing_is_changed(migrated: Machine) -> None:
    rows = commune()
    people = list(rows.people)
    people[1] = replace(people[1], number=1)
    people[2] = replace(people[2], liaison="nobody")
    ran = migrated.keng("import", migrated.roster(replace(rows, people=tuple(people))), language="en")
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 2)
    assert all(line.startswith("Đảng viên!") and ": " in line for line in ran.err)
    assert migrated.holds("unit") == 0


def test_a_file_that_is_no_workbook_is_one_line(migrated: Machine) -> None:
    (migrated.home / "roster.xlsx").write_bytes(b"no workbook")
    ran = migrated.keng("import", "roster.xlsx")
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)


def test_a_dry_run_tells_and_changes_nothing(migrated: Machine) -> None:
    ran = migrated.keng("import", migrated.roster(commune()), "--dry-run")
    assert (ran.status, ran.err) == (0, [])
    assert ran.out
    assert migrated.holds("unit") == migrated.holds("person") == 0


def test_codes_are_an_object_a_line_for_everybody_who_is_not_linked(machine: Machine) -> None:
    slips = machine.slips()
    assert all(set(slip) == SLIP for slip in slips)
    people = [slip["person"] for slip in slips]
    assert len(people) == len(set(people))
    assert {*MEMBERS, "chair", "office"} <= set(people)
    one = next(slip for slip in slips if slip["person"] == "worker")
    assert (one["name"], one["cell"], one["telegram"], one["zalo"]) == ("Cầm Thị Vân", CELL, None, None)
    assert len(one["code"] or "") == 8
    assert (one["expires"] or "").endswith("+07:00")
    assert date.fromisoformat((one["expires"] or "")[:10])


def test_codes_of_a_cell_leave_nobody_out_who_is_in_another_cell_too(machine: Machine) -> None:
    for cell in (CELL, OTHER):
        slips = machine.slips("--cell", cell)
        assert "worker" in [slip["person"] for slip in slips]
        assert {slip["cell"] for slip in slips} == {cell}


def test_nobody_who_was_erased_gets_a_code(machine: Machine) -> None:
    assert machine.keng("person", "erase", "worker").status == 0
    assert "worker" not in [slip["person"] for slip in machine.slips()]
    ran = machine.keng("invite", "--person", "worker")
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)


def test_a_sheet_that_cannot_be_written_is_said_before_any_code_is_made(machine: Machine) -> None:
    ran = machine.keng("invite", "--sheet", "/no/such/slips.docx")
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert "/no/such/slips.docx" in ran.err[0]
    assert machine.holds("code") == 0


def test_slips_are_printed_and_nothing_is_left_of_a_sheet_that_was_not_to_be(machine: Machine) -> None:
    ran = machine.keng("invite", "--person", "worker", "--sheet", "slips.docx")
    assert (ran.status, len(ran.out)) == (0, 1)
    assert (machine.home / "slips.docx").read_bytes()[:2] == b"PK"
    assert machine.keng("invite", "--person", "nobody", "--sheet", "other.docx").status == 1
    assert not (machine.home / "other.docx").exists()


def july(unit: str) -> list[str]:
    return ["--unit", unit, "--month", "2026-07"]


def test_a_digest_has_the_keys_of_the_contract_and_no_others(machine: Machine) -> None:
    ran = machine.keng("digest", *july(COMMUNE), "--json", keys=None)
    assert (ran.status, ran.err) == (0, [])
    figures = json.loads("\n".join(ran.out))
    assert set(figures) == {"unit", "month", "total", "cells"}
    assert (figures["unit"], figures["month"]) == (COMMUNE, "2026-07")
    assert set(figures["total"]) == COUNTS | {"cells", "closed", "rate"}
    assert [cell["code"] for cell in figures["cells"]] == [CELL, OTHER]
    for cell in figures["cells"]:
        assert set(cell) == COUNTS | {"code", "state", "rate", "held_late", "amendment", "others"}
        assert {cell[name] for name in COUNTS} == {None}
        assert (cell["state"], cell["amendment"], cell["others"]) == ("none", 0, [])


def test_a_digest_as_words_as_a_workbook_and_as_a_picture(machine: Machine) -> None:
    policy = machine.home / "policy.toml"
    policy.write_text(f"[unit.{COMMUNE}.attendance]\ntarget_percent = 80\n")
    papers = ("--xlsx", "july.xlsx", "--png", "july.png")
    ran = machine.keng("digest", *july(COMMUNE), *papers, policy=str(policy))
    assert (ran.status, ran.err) == (0, [])
    assert len(ran.out) > 1
    sheet = load_workbook(machine.home / "july.xlsx")["Chi bộ"]
    assert [sheet.cell(row, 1).value for row in (4, 5)] == [CELL, OTHER]
    with Image.open(machine.home / "july.png") as picture:
        assert (picture.format, picture.width) == ("PNG", 1080)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["digest", *july("NOBODY")], "NOBODY"),
        (["digest", *july(COMMUNE), "--xlsx", "/no/such/x.xlsx"], "/no/such/x.xlsx"),
        (["digest", *july(COMMUNE), "--png", "/no/such/x.png"], "/no/such/x.png"),
        (["template", "/no/such/x.xlsx"], "/no/such/x.xlsx"),
        (["invite", "--cell", "NOBODY"], "NOBODY"),
        (["restore", "keng.db"], "keng.db"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:2]),
)
def test_what_cannot_be_done_is_one_line_that_names_it(
    machine: Machine, words: list[str], named: str
) -> None:
    ran = machine.keng(*words)
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert named in ran.err[0]


@pytest.mark.parametrize(
    "words",
    [
        ["digest", "--unit", COMMUNE, "--month", "2026-13"],
        ["gong"],
    ],
    ids=" ".join,
)
def test_a_command_that_is_used_wrongly_ends_with_two(bare: Machine, words: list[str]) -> None:
    ran = bare.keng(*words)
    assert (ran.status, ran.out) == (2, [])
    assert ran.err


def test_nothing_runs_without_keys(migrated: Machine) -> None:
    ran = migrated.keng("run", keys=None)
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert "KENG_SECRET_KEYS" in ran.err[0]


def test_a_wrong_setting_is_named(machine: Machine) -> None:
    ran = machine.keng("digest", *july(COMMUNE), timezone="Nowhere")
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert "KENG_TIMEZONE" in ran.err[0]


def test_a_wrong_value_of_a_unit_in_the_policy_is_named_by_its_key(machine: Machine) -> None:
    policy = machine.home / "policy.toml"
    policy.write_text(f"[unit.{COMMUNE}.attendance]\ntarget = 80\n")
    ran = machine.keng("digest", *july(COMMUNE), policy=str(policy))
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert f"unit.{COMMUNE}.attendance.target" in ran.err[0]


def test_a_check_fails_while_nothing_runs(machine: Machine) -> None:
    ran = machine.keng("check", keys=None)
    assert (ran.status, ran.err) == (1, [])
    assert len([line for line in ran.out if line.startswith("FAIL")]) == 2


def test_a_backup_is_restored_over_a_full_database_only_by_force(machine: Machine) -> None:
    assert machine.keng("backup", "copy.gz").status == 0
    ran = machine.keng("restore", "copy.gz")
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert "--force" in ran.err[0]
    ran = machine.keng("restore", "copy.gz", "--force")
    assert (ran.status, ran.err) == (0, [])
    assert machine.holds("membership") == len(two_cells().people)


def test_a_backup_of_another_version_is_refused(machine: Machine) -> None:
    with gzip.open(machine.home / "old.gz", "wt") as file:
        file.write('{"keng": "0000", "at": "2020-01-01"}\n')
    ran = machine.keng("restore", "old.gz", "--force")
    assert (ran.status, ran.out, len(ran.err)) == (1, [], 1)
    assert machine.holds("person") > len(MEMBERS)
