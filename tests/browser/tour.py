"""The guided tour, used as a person would: read, press, let it be done."""

import re

from playwright.sync_api import Page, expect

STEPS = 8
_A_WHILE = 120_000  # milliseconds: a step may take the clock over a week of 22 cells


class Tour:
    """The strip at the foot of the page."""

    def __init__(self, page: Page) -> None:
        self.node = page.get_by_test_id("tour")
        self.opener = page.get_by_test_id("tour-open")
        self.do = page.get_by_test_id("tour-do")
        self.next = page.get_by_test_id("tour-next")
        self.leave = page.get_by_test_id("tour-leave")

    def is_at(self, step: int) -> None:
        """The step is shown, numbered from one, with what it is and why it matters."""
        expect(self.node).to_have_attribute("data-step", str(step - 1))
        expect(self.node.locator(".what")).not_to_be_empty()
        expect(self.node.locator(".why")).not_to_be_empty()

    def is_done(self) -> None:
        """It has noticed that the step is done, whoever did it."""
        expect(self.node).to_have_class(re.compile(r"\bis-done\b"), timeout=_A_WHILE)
        expect(self.do).to_be_hidden()

    def do_it(self) -> None:
        """Let it be done; wait until it is."""
        self.do.click()
        self.is_done()
