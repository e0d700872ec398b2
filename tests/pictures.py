"""`python -m tests.pictures FOLDER`: play a month on the real demo and take the pictures of the README."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.demo import find_chromium, running_browser, running_demo
from tests.browser.phones import Phone, clock_until, phones_of, press_clock

_PATIENCE = 30_000


def main(folder: Path) -> None:
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("no chromium on this machine (Debian: apt install chromium)")
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=_PATIENCE)
    with (
        tempfile.TemporaryDirectory() as home,
        running_browser(chromium) as browser,
        running_demo(Path(home)) as address,
    ):
        _take(browser, address, folder)


def _take(browser: Browser, address: str, folder: Path) -> None:
    page = _page(browser, address, 1440, 900)
    page.goto(address)
    secretary, member, group, reader = phones_of(page)
    _everybody_links(page, secretary, member, group)
    clock_until(page, "19/11/2026")
    member.answered("3. Báo sau")
    member.write("1")
    member.answered("Đã ghi nhận đồng chí có dự")
    reader.press("Dự được")
    reader.answered("Đã ghi nhận")
    _others_answer(page)
    clock_until(page, "24/11/2026")
    clock_until(page, "19:30")
    secretary.write("diemdanh")
    secretary.answered("Chưa điểm danh: 44")
    secretary.press("Có mặt hết")
    secretary.answered("Chưa điểm danh: 00")
    secretary.press("Hoàng Kim Mai, số 4")
    secretary.answered("Vắng: Hoàng Kim Mai")
    _shoot(page, folder / "page.png")
    _on_a_telephone(browser, address, member, folder / "phone.png")
    secretary.press("Chốt danh sách")
    secretary.answered("đồng chí nào đã tới dự?")
    secretary.press("Không có đại biểu")
    secretary.answered("Đại biểu cấp trên: 00")
    secretary.press("Chốt danh sách")
    secretary.answered("Chốt danh sách?")
    secretary.press("Xác nhận")
    secretary.answered("Đã chốt danh sách.")
    press_clock(page, "week")
    clock_until(page, "02/12/2026")
    reader.got("TỔNG HỢP SINH HOẠT CHI BỘ THÁNG 11/2026")
    page.set_viewport_size({"width": 1440, "height": 1040})  # the whole digest
    _settled(page)
    reader.node.screenshot(path=folder / "digest.png")


def _everybody_links(page: Page, secretary: Phone, member: Phone, group: Phone) -> None:
    secretary.slip.click()
    secretary.press("Đồng ý")
    secretary.answered("Đã ghi nhận")
    member.slip.click()
    member.got("Nếu đồng ý")
    member.write("đồng ý")
    member.answered("Đã ghi nhận")
    group.write("nhom")
    group.press("Xác nhận")
    group.answered("Đã kết nối nhóm này")
    page.get_by_test_id("everyone").click()
    expect(page.locator("#note")).to_contain_text("Đã kết nối và đồng ý")


def _others_answer(page: Page) -> None:
    """Not everybody of the cell: the secretary shall have something left to do."""
    for number in range(10, 46):
        chat = f"DV{number:03}"
        text = "vắng" if number == 17 else "có dự"
        answer = page.request.post(
            "/web/messages", data={"bot": "buttons", "chat": chat, "person": chat, "text": text}
        )
        assert answer.ok, answer.text()


def _on_a_telephone(browser: Browser, address: str, member: Phone, picture: Path) -> None:
    page = _page(browser, address, 390, 844)
    page.goto(f"{address}#{member.chat}~n")
    phones_of(page)[0].answered("Kính nhắc")
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
