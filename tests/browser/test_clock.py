"""The demonstration's clock on the page: playing the month, the timeline, starting again."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.phones import five_of, joins, press_clock
from tests.browser.test_page import both_widths, well_laid_out

_A_MONTH = 420_000  # milliseconds, on a busy machine


@both_widths
def test_the_month_is_played_to_the_digest(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    the_month_is_played(page)


def test_the_month_of_22_cells_and_938_people_is_played_to_the_digest(commune_demo: str, page: Page) -> None:
    page.goto(commune_demo)
    the_month_is_played(page)


def the_month_is_played(page: Page) -> None:
    five = five_of(page)
    joins(five.numbers)
    play = page.get_by_test_id("play")
    play.click()
    expect(play).to_have_text("Dừng")
    page.get_by_role("radio", name="Nhanh").check()
    expect(page.locator("#clock")).to_have_attribute("data-playing", "false", timeout=_A_MONTH)
    expect(play).to_have_text("Chạy cả tháng")
    five.reader.got("TỔNG HỢP SINH HOẠT CHI BỘ THÁNG 11/2026")
    expect(page.get_by_test_id("clock-now")).to_contain_text("/12/2026")
    the_timeline_tells_who_got_what(page)
    well_laid_out(page)


def the_timeline_tells_who_got_what(page: Page) -> None:
    page.get_by_test_id("timeline-open").click()
    step = page.locator(".step").filter(has=page.locator("li", has_text="Chi bộ")).first
    step.locator("summary").click()
    expect(step.locator("li").first).to_contain_text("Chi bộ")
    step.get_by_role("button", name="Xem tên người nhận").click()
    expect(step.locator("li").first).to_be_visible()
    expect(step.get_by_role("button")).to_have_count(0)
    page.locator("#timeline-close").click()


def test_playing_can_be_stopped_and_goes_on_by_hand(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    five_of(page)
    page.get_by_role("radio", name="Chậm").check()
    page.get_by_test_id("play").click()
    expect(page.locator(".latest")).to_contain_text("Vừa xong")
    page.get_by_test_id("play").click()
    expect(page.locator("#clock")).to_have_attribute("data-playing", "false")
    press_clock(page, "day")
    expect(page.locator(".step")).not_to_have_count(0)


def test_the_next_event_is_told_before_and_after(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    five_of(page)
    coming = page.get_by_test_id("clock-next").locator(".coming")
    expect(coming).to_contain_text(re.compile(r"^1\d/11, \d\d:\d\d: .+"))
    told = coming.inner_text()
    press_clock(page, "next")
    expect(page.locator(".latest")).to_contain_text(
        re.compile(r"^Vừa xong, 10/11, 19:00: .+ người nhận tin\.$")
    )
    expect(coming).not_to_have_text(told)


def test_the_demo_starts_again(own_demo: str, page: Page, watch: Watch) -> None:
    page.goto(own_demo)
    five = five_of(page)
    joins(five.numbers)
    press_clock(page, "day")
    expect(page.locator(".step")).not_to_have_count(0)
    page.get_by_test_id("again").click()
    page.get_by_test_id("again-no").click()
    expect(five.numbers.slip).to_be_hidden()
    page.get_by_test_id("again").click()
    page.get_by_test_id("again-yes").click()
    expect(page.get_by_test_id("note")).to_have_text("Đã bắt đầu lại từ ngày 10/11.", timeout=60_000)
    expect(page.get_by_test_id("clock-now")).to_contain_text("Thứ Ba, 10/11/2026")
    expect(page.locator(".step")).to_have_count(0)
    expect(five.numbers.slip).to_be_visible()
    expect(five.numbers.messages).to_have_count(0)
    watch.overlook("ERR_")  # a stream may be cut in the middle of a line
