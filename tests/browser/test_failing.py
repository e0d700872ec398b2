"""What fails on purpose, and how the page tells it."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.phones import clock_until, five_of, joins


def test_the_power_is_cut_and_everything_comes_back(own_demo: str, page: Page, watch: Watch) -> None:
    page.goto(own_demo)
    five = five_of(page)
    joins(five.numbers)
    clock_until(page, "18/11/2026")
    clock_until(page, "19:00")
    page.get_by_test_id("faults-open").click()
    page.get_by_test_id("power").click()
    note = page.get_by_test_id("note")
    # Nothing is about to be sent before the next event: the clock brings it.
    page.get_by_test_id("clock-next").click()
    expect(note).to_contain_text("Mất điện", timeout=60_000)
    expect(note).to_contain_text("Có điện lại", timeout=60_000)
    clock_until(page, "20/11/2026")
    notice = five.member.log.locator(".message.bot").filter(has_text="Đề nghị đồng chí báo lại")
    expect(notice).not_to_have_count(0)
    assert notice.count() <= 2, "only the letter that was in flight may come twice"
    five.numbers.got("1. Có dự")
    page.get_by_test_id("faults-open").click()
    expect(page.get_by_test_id("power")).to_have_text("Cắt điện giữa lúc gửi tin")
    watch.forgive("ERR_")


def test_letters_wait_for_a_channel_that_is_down(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    five = five_of(page)
    joins(five.numbers)
    page.get_by_test_id("faults-open").click()
    page.get_by_test_id("down-numbers").click()
    expect(page.get_by_test_id("down-numbers")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("faults-open")).to_be_focused()
    clock_until(page, "19/11/2026")
    clock_until(page, "19:00")
    five.member.got("Đề nghị đồng chí báo lại")
    expect(five.numbers.log).not_to_contain_text("1. Có dự")
    page.get_by_test_id("faults-open").click()
    expect(page.locator(".waiting")).to_contain_text("tin đang chờ gửi")
    page.get_by_test_id("down-numbers").click()
    five.numbers.got("1. Có dự")
    expect(page.locator(".waiting")).to_be_empty()


def test_a_person_blocks_the_bot_and_the_secretary_sees_it(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    five = five_of(page)
    five.member.choose("block")
    expect(five.member.node).to_contain_text("Đang chặn Kẻng")
    before = five.member.messages.count()
    clock_until(page, "19/11/2026")
    clock_until(page, "19:00")
    assert five.member.messages.count() == before
    five.secretary.write("danhsach")
    five.secretary.answered(five.member.name)
