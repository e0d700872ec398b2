"""Nobody is kept out: axe-core over the page with each of its parts open, the keyboard, other people's settings."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.barriers import no_barriers
from tests.browser.conftest import Watch
from tests.browser.phones import five_of, press_clock
from tests.browser.test_page import both_widths, well_laid_out
from tests.browser.test_tour import both_languages
from tests.browser.tour import Tour

Scheme = Literal["light", "dark"]


@both_widths
@both_languages
def test_no_part_of_the_page_keeps_anybody_out(own_demo: str, page: Page, language: str) -> None:
    page.goto(own_demo)
    five = five_of(page)
    if language == "en":
        page.get_by_test_id("language").click()
    every_part(page, five.secretary.chat)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_colour_schemes_can_be_read(
    own_demo: str, browser: Browser, watch: Watch, scheme: Scheme
) -> None:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    watch.follow(page)
    page.goto(own_demo)
    every_part(page, five_of(page).secretary.chat)
    context.close()


def every_part(page: Page, chat: str) -> None:
    tour = Tour(page)
    expect(tour.node).to_be_visible()
    no_barriers(page)  # the first visit's card
    tour.do.click()
    tour.is_at(1)
    press_clock(page, "next")
    no_barriers(page)
    page.get_by_test_id("timeline-open").click()
    page.locator(".step summary").first.click()
    no_barriers(page)
    page.locator("#timeline-close").click()
    page.get_by_test_id("faults-open").click()
    no_barriers(page)
    page.keyboard.press("Escape")
    page.get_by_test_id(f"menu-{chat}").click()
    no_barriers(page)
    page.keyboard.press("Escape")
    page.get_by_test_id("people-open").click()
    no_barriers(page)
    page.keyboard.press("Escape")
    tour.leave.click()
    page.get_by_test_id("again").click()
    no_barriers(page)
    page.get_by_test_id("again-no").click()


@pytest.mark.parametrize("width", [720])
def test_everything_is_there_at_twice_the_size(shared_demo: str, page: Page) -> None:
    page.set_viewport_size({"width": 720, "height": 450})  # 1440 × 900 at 200 %
    page.goto(shared_demo)
    five_of(page)
    for mark in ("clock-next", "play", "again", "timeline-open", "faults-open", "language", "tour-leave"):
        page.get_by_test_id(mark).scroll_into_view_if_needed()
        expect(page.get_by_test_id(mark)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_test_id("timeline-open").click()
    expect(page.locator("#timeline-close")).to_be_in_viewport()


def test_whoever_wants_no_motion_gets_none(own_demo: str, browser: Browser, watch: Watch) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    watch.follow(page)
    page.goto(own_demo)
    five_of(page)
    Tour(page).do.click()
    press_clock(page, "next")
    moving = "document.getAnimations().filter((one) => one.effect.getTiming().duration > 10).length"
    assert page.evaluate(moving) == 0
    well_laid_out(page)
    context.close()
