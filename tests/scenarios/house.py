"""The house of a scenario: everything as it is delivered, but for the commune's own policy file."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import make_house
from bot.settings import Settings
from services.work import House

# The 24th is the day of the main cell: here it is no holiday in November, but where clashes are the subject.
# What is asked of the secretary besides, for preparation and quarter, is the subject of tests of its own.
QUIET = "[preparation]\nremind = false\n[meetings]\nthematic_per_quarter = 0\n"
ORDINARY = f"{QUIET}[[holiday]]\ndate = 2026-11-24\noff = true\n"


@cache
def house(policy: str = ORDINARY) -> House:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.toml"
        path.write_text(policy, encoding="utf-8")
        return make_house(Settings(secret_keys="scenario", policy=path))
