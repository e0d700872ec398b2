"""A phone on the page, used as a person would: look, write, press."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

_EVENTS = 80  # in a month of 22 cells, at most


class Phone:
    """One phone of the page, found by the code of its chat."""

    def __init__(self, page: Page, chat: str) -> None:
        self.page = page
        self.chat = chat
        self.node = page.get_by_test_id(f"phone-{chat}")
        self.composer = page.get_by_test_id(f"composer-{chat}")
        self.about = page.get_by_test_id(f"about-{chat}")
        self.slip = page.get_by_test_id(f"slip-{chat}")
        self.problem = self.node.get_by_role("alert")
        self.toast = self.node.locator(".toast")
        self.menu = page.get_by_test_id(f"menu-{chat}")
        self.log = page.get_by_test_id(f"log-{chat}")

        self.messages = self.log.locator(".message:has(.text)")  # files come as cards of their own
        self._answer = 0  # where the answer to the last word or press will stand, at the earliest

    @property
    def name(self) -> str:
        """Whose phone it is."""
        return self.node.get_by_role("heading").inner_text()

    def write(self, text: str) -> None:
        self._answer = self.messages.count() + 1
        self.composer.fill(text)
        self.composer.press("Enter")

    def press(self, label: str | re.Pattern[str], *, oldest: bool = False) -> None:
        """Press the newest button that says so."""
        button = self.button(label)
        expect(button.last).to_be_attached()
        self._answer = self.messages.count() + 1
        (button.first if oldest else button.last).click()

    def button(self, label: str | re.Pattern[str]) -> Locator:
        return self.log.get_by_role("button", name=label, exact=True)

    def offer(self, action: str) -> Locator:
        """The buttons of an action, in every language."""
        return self.log.locator(f'.choice[data-token^="{action}."]')

    def got(self, text: str) -> None:
        """Some message of the bot says so."""
        expect(self.log.locator(".message.bot").filter(has_text=text).last).to_be_attached()

    def answered(self, text: str) -> None:
        """The last word is the bot's, came after what was last written or pressed here, and says so."""
        expect(self.messages.nth(self._answer)).to_be_attached()
        expect(self.messages.last).to_have_class(re.compile(r"\bbot\b"))
        expect(self.messages.last.locator(".text")).to_contain_text(text)

    def choose(self, option: str) -> None:
        """In the phone's own menu, which stays open."""
        if self.menu.get_attribute("aria-expanded") != "true":
            self.menu.click()
        self.page.get_by_test_id(f"{option}-{self.chat}").click()


@dataclass(frozen=True)
class Five:
    """The phones that are open at first."""

    secretary: Phone
    member: Phone  # with buttons
    numbers: Phone  # a member who has not joined yet
    group: Phone
    reader: Phone  # of the standing committee


def five_of(page: Page) -> Five:
    expect(page.locator(".phone")).to_have_count(5)
    return Five(*phones_of(page))


def phones_of(page: Page) -> list[Phone]:
    """The open phones from left to right."""
    expect(page.locator(".phone").first).to_be_visible()
    marks = [node.get_attribute("data-testid") or "" for node in page.locator(".phone").all()]
    return [Phone(page, mark.removeprefix("phone-")) for mark in marks]


def press_clock(page: Page, step: str) -> None:
    """Move the clock and wait until everything on the way has happened."""
    page.get_by_test_id(f"clock-{step}").click()
    expect(page.locator("#clock")).to_have_attribute("aria-busy", "false")


def joins(phone: Phone, words: str = "đồng ý") -> None:
    """A member with numbers sends the code of the slip and agrees in words."""
    phone.slip.click()
    expect(phone.log.locator(".message.bot")).not_to_have_count(0)
    expect(phone.log.get_by_role("button")).to_have_count(0)
    phone.write(words)
    expect(phone.slip).to_be_hidden()


def clock_until(page: Page, moment: str) -> None:
    """From event to event until the clock says so."""
    for _ in range(_EVENTS):
        if moment in page.get_by_test_id("clock-now").inner_text():
            return
        press_clock(page, "next")
    raise AssertionError(f"the clock never showed {moment}")


def clock_until_offered(page: Page, phone: Phone, action: str) -> None:
    """From event to event until a phone is asked."""
    for _ in range(_EVENTS):
        if phone.offer(action).count():
            return
        press_clock(page, "next")
    raise AssertionError(f"{action} was never offered")
