"""Loaded last by the process whose forks the tests are: what every one of them would read or look through again."""

import gc

from tests.scenarios.house import QUIET, house

house(QUIET)
gc.freeze()  # nothing loaded so far ever becomes garbage
