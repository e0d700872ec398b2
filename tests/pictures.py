"""`python -m tests.pictures FOLDER`: play a month on the real demo and take the pictures of the README."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.demo import find_chromium, running_browser, running_demo
from tests.browser.phones import Phone, clock_until, five_of, joins, phones_of
from tests.browser.tour import STEPS, Tour

_PATIENCE = 60_000
_FRAME = (1120, 700)  # pixels of the animated picture
_SHORT, _LONG = 1600, 3200  # milliseconds: a task is read quickly, what came of it slowly


def main(folder: Path) -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("no chromium on this machine (Debian: apt install chromium)")
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=_PATIENCE)
    with tempfile.TemporaryDirectory() as home, running_browser(chromium) as browser:
        for kind in ("month", "tour"):
            Path(home, kind).mkdir()
        with running_demo(Path(home, "month")) as address:
            _month(browser, address, folder)
        with running_demo(Path(home, "tour")) as address:
            _animate(_tour(_page(browser, address, 1440, 900)), folder / "tour.webp")


def _month(browser: Browser, address: str, folder: Path) -> None:
    page = _page(browser, address, 1440, 900)
    page.add_init_script("localStorage.setItem('keng-tour', 'seen')")  # the month is shown without its card
    page.goto(address)
    five = five_of(page)
    joins(five.numbers)
    clock_until(page, "19/11/2026")
    clock_until(page, "19:00")
    five.numbers.got("3. Báo sau")
    five.numbers.write("1")
    five.numbers.answered("Đã ghi nhận đồng chí có dự")
    five.member.press("Có dự")
    five.member.answered("Đã ghi nhận")
    clock_until(page, "24/11/2026")
    clock_until(page, "19:30")
    five.secretary.write("vắng 4 9kp 12ốm")
    five.secretary.answered("chưa ghi")
    _shoot(page, folder / "page.png")
    _on_a_telephone(browser, address, five.numbers, folder / "phone.png")
    _the_list_is_closed(five.secretary)
    clock_until(page, "02/12/2026")
    five.reader.got("TỔNG HỢP SINH HOẠT CHI BỘ THÁNG 11/2026")
    page.get_by_test_id("timeline-open").click()
    page.locator(".step summary").first.click()
    _shoot(page, folder / "timeline.png")
    page.locator("#timeline-close").click()
    page.set_viewport_size({"width": 1440, "height": 1040})  # the whole digest
    _settled(page)
    five.reader.node.screenshot(path=folder / "digest.png")


def _the_list_is_closed(secretary: Phone) -> None:
    secretary.press("Xác nhận")
    secretary.answered("đồng chí nào đã tới dự?")
    secretary.press("Không có đại biểu")
    secretary.answered("Đại biểu cấp trên: 00")
    secretary.press("Chốt danh sách")
    secretary.answered("Chốt danh sách?")
    secretary.press("Xác nhận")
    secretary.answered("Đã chốt danh sách.")


def _tour(page: Page) -> list[tuple[bytes, int]]:
    """The tour in English, each step before and after it is done: pictures and how long they stand."""
    page.goto("/")
    five_of(page)
    page.get_by_test_id("language").click()
    tour = Tour(page)
    frames = [(_picture(page), _LONG)]
    tour.do.click()
    for step in range(1, STEPS + 1):
        tour.is_at(step)
        if tour.do.is_visible():
            frames.append((_picture(page), _SHORT))
            tour.do_it()
        frames.append((_picture(page), _LONG))
        tour.next.click()
    return frames


def _picture(page: Page) -> bytes:
    _settled(page)
    return page.screenshot()


def _animate(frames: list[tuple[bytes, int]], picture: Path) -> None:
    """One file that every browser shows moving. Text stays readable at quality 60, and it stays small."""
    images = [Image.open(io.BytesIO(taken)).convert("RGB").resize(_FRAME) for taken, _ in frames]
    durations = [stands for _, stands in frames]
    images[0].save(
        picture, save_all=True, append_images=images[1:], duration=durations, loop=0, quality=60, method=6
    )


def _on_a_telephone(browser: Browser, address: str, member: Phone, picture: Path) -> None:
    page = _page(browser, address, 390, 844)
    page.add_init_script("localStorage.setItem('keng-tour', 'seen')")
    page.goto(f"{address}#{member.chat}~n")
    phones_of(page)[0].got("Kính nhắc")
    _shoot(page, picture)


def _page(browser: Browser, address: str, width: int, height: int) -> Page:
    size: ViewportSize = {"width": width, "height": height}
    context = browser.new_context(base_url=address, viewport=size, reduced_motion="reduce")
    context.set_default_timeout(_PATIENCE)
    return context.new_page()


def _shoot(page: Page, picture: Path) -> None:
    _settled(page)
    page.screenshot(path=picture)


def _settled(page: Page) -> None:
    """The news line is gone, nobody's box has the cursor, the letters are there."""
    expect(page.locator("#note")).to_be_empty()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
