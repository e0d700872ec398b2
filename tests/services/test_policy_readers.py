"""Values that nothing reads yet, marked in docs/policy.md: the list may only get shorter."""

import ast
from collections.abc import Iterator
from pathlib import Path

from services.policy import Policy
from services.policy_faults import keys
from tests.sources import ROOT

PACKAGES = ("bot", "handlers", "jobs", "meetings", "reports", "services", "storage")
LATER = {
    "attendance.local_goal_percent",
    "cell.probation_months",
    "meetings.regular_per_month",
    "meetings.residence_contact_per_year",
    "rights.data_reply_workdays",
    "rights.withdrawal_days",
    "visits.sample_b.commune",
    "visits.sample_b.district",
    "visits.sample_b.executive",
    "visits.sample_b.office",
    "visits.sample_b.province",
    "visits.sample_b.standing",
}


def read() -> Iterator[tuple[str, ...]]:
    """Every chain of names the program looks up, `a.b.c`; to check a value is not to read it."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            checking = {inner for node in ast.walk(tree) if _checks(node) for inner in ast.walk(node)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node not in checking:
                    yield _chain(node)


def _checks(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        "validator" in ast.dump(one) for one in node.decorator_list
    )


def _chain(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Attribute):
        return (*_chain(node.value), node.attr)
    return (node.id,) if isinstance(node, ast.Name) else ()


def is_read(key: str, chains: set[tuple[str, ...]], names: set[str]) -> bool:
    """By its own name where no other thing is called so; else through the table it stands in."""
    *_, table, name = key.split(".")
    if name in COMMON:
        return any(chain[-2:] == (table, name) for chain in chains)
    return name in names


# What is the name of other things too.
COMMON = {"standing", "executive", "office", "province", "district", "commune", "good", "fair", "average"}
LISTS = {"pack", "holiday", "step", "source", "unit"}


def values() -> set[str]:
    every = list(keys(Policy))
    return {key for key in every if "." in key and not any(one.startswith(f"{key}.") for one in every)}


def test_the_values_nothing_reads_are_these_and_no_others() -> None:
    chains = set(read())
    names = {chain[-1] for chain in chains if chain}
    unread = {key for key in values() if key.partition(".")[0] not in LISTS}
    assert {key for key in unread if not is_read(key, chains, names)} == LATER


def test_the_page_for_operators_says_which_they_are() -> None:
    page = Path(ROOT / "docs" / "policy.md").read_text("utf-8")
    [line] = [line for line in page.splitlines() if line.startswith("* **Dành cho tính năng sau**")]
    tables = ("rights.*", "visits.sample_b.*")
    named = {key for key in LATER if f"{key.rpartition('.')[0]}.*" not in tables}
    assert all(f"`{one}`" in line for one in (*tables, *named))
