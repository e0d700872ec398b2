"""The page as people use it: a month on five phones, and the ways it must not fail."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.demo import running_demo
from tests.browser.phones import Five, Phone, clock_until, clock_until_offered, five_of, joins, phones_of

both_widths = pytest.mark.parametrize("width", [1440, 390], ids=["wide", "narrow"])

# Visible words smaller than 16 px, and whatever is wider than the place it has.
_FAULTS = """() => {
  const faults = [];
  const shown = (node) => node.checkVisibility() && !node.closest(".unseen, .skip");
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !shown(node)) continue;
    const size = parseFloat(getComputedStyle(node).fontSize);
    if (size < 16) faults.push(`${size} px: ${walk.currentNode.data.trim().slice(0, 60)}`);
  }
  for (const node of document.querySelectorAll("button, h1, h2, .log, .bubble, .role, .slip, .clock, .tour, .panel, .step")) {
    if (shown(node) && node.scrollWidth > node.clientWidth + 1) faults.push(`cut: ${node.textContent}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  if (document.documentElement.scrollHeight > innerHeight + 1) faults.push("the page is too high");
  return faults;
}"""


def well_laid_out(page: Page) -> None:
    assert page.evaluate(_FAULTS) == []


@both_widths
def test_the_page_opens_with_five_phones(page: Page, shared_demo: str) -> None:
    page.goto(shared_demo)
    five = five_of(page)
    expect(five.secretary.about).to_have_text("Bí thư (số 1), có nút bấm")
    expect(five.member.about).to_have_text(re.compile(r"^Đảng viên \(số \d+\), có nút bấm$"))
    expect(five.numbers.about).to_have_text(re.compile(r"^Đảng viên \(số \d+\), trả lời bằng số như Zalo$"))
    expect(five.group.about).to_have_text("Nhóm chung của chi bộ")
    expect(five.reader.about).to_have_text("Ban thường vụ xã, có nút bấm")
    expect(page.get_by_test_id("clock-now")).to_contain_text("Thứ Ba, 10/11/2026")
    well_laid_out(page)


@both_widths
def test_a_month_is_played_by_hand(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    five = five_of(page)
    joins(five.numbers)
    five.numbers.answered("Đã ghi nhận")
    well_laid_out(page)
    the_notice_is_answered(page, five)
    the_roll_is_called(page, five.secretary)
    old_buttons_get_an_answer(five.secretary)
    clock_until(page, "02/12/2026")
    five.reader.got("TỔNG HỢP SINH HOẠT CHI BỘ THÁNG 11/2026")
    well_laid_out(page)


def the_notice_is_answered(page: Page, five: Five) -> None:
    clock_until(page, "18/11/2026")
    five.secretary.got("XEM TRƯỚC THÔNG BÁO")
    clock_until(page, "19/11/2026")
    clock_until(page, "19:00")
    five.group.got("THÔNG BÁO SINH HOẠT CHI BỘ: 19 giờ 30, Thứ Ba, ngày 24/11/2026")
    five.member.press("Có dự")
    five.member.answered("Đã ghi nhận đồng chí có dự")
    five.numbers.got("1. Có dự\n2. Vắng, có lý do\n3. Báo sau")
    five.numbers.write("1")
    five.numbers.answered("Đã ghi nhận đồng chí có dự")
    five.secretary.write("danhsach")
    five.secretary.answered(five.member.name)


def the_roll_is_called(page: Page, secretary: Phone) -> None:
    clock_until(page, "24/11/2026")
    clock_until(page, "19:30")
    secretary.write("diemdanh")
    secretary.answered("Chưa điểm danh: 44")
    well_laid_out(page)
    secretary.press("Có mặt hết")
    secretary.answered("Chưa điểm danh: 00. Vắng: không có.")
    secretary.write("vắng 4")
    secretary.answered("chưa ghi")
    secretary.press("Xác nhận")
    secretary.got("Đã ghi danh sách.")
    secretary.answered("đồng chí nào đã tới dự?")
    secretary.press("Không có đại biểu")
    secretary.answered("Đại biểu cấp trên: 00")
    secretary.press("Chốt danh sách")
    secretary.answered("Chốt danh sách? Đề nghị đồng chí xác nhận.")
    secretary.press("Xác nhận")
    secretary.answered("Đã chốt danh sách.")


def old_buttons_get_an_answer(secretary: Phone) -> None:
    secretary.press("Có mặt hết", oldest=True)
    secretary.answered("Danh sách buổi sinh hoạt này đã chốt.")
    secretary.press("Gửi thông báo")
    secretary.answered("Danh sách buổi sinh hoạt này đã chốt.")


def test_a_press_after_a_reload_gets_an_answer(page: Page, shared_demo: str) -> None:
    page.goto(shared_demo)
    member = five_of(page).member
    page.reload()
    member.press("Không đồng ý")
    member.answered("Để rút đồng ý, đề nghị đồng chí nhắn: rút đồng ý.")


def test_everything_can_be_done_with_the_keyboard(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    five = five_of(page)
    wanted = f"{own_demo}#{five.numbers.chat}~n,{five.member.chat}~b"
    page.goto("about:blank")  # the address alone would leave the open phones in their order
    page.goto(wanted)
    first, second = phones_of(page)
    expect(first.slip).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the header
    tab_to(page, first.slip)
    page.keyboard.press("Enter")
    first.got("Nếu đồng ý")
    expect(first.composer).to_be_focused()
    page.keyboard.type("đồng ý")
    page.keyboard.press("Enter")
    first.answered("Đã ghi nhận")
    page.keyboard.type("lich")
    page.keyboard.press("Enter")
    first.answered("19 giờ 30, Thứ Ba, ngày 24/11/2026")
    expect(first.composer).to_have_value("")
    tab_to(page, second.button("Không đồng ý"))
    page.keyboard.press("Space")
    second.answered("Để rút đồng ý")
    tab_to(page, second.menu, back=True)
    page.keyboard.press("Enter")
    tab_to(page, page.locator(f"[name=mode-{second.chat}]:checked"))
    page.keyboard.press("ArrowDown")
    expect(second.about).to_contain_text("trả lời bằng số như Zalo")
    page.keyboard.press("Escape")
    expect(second.menu).to_be_focused()


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    for _ in range(40):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError("the keyboard never gets there")


@both_widths
def test_the_page_and_every_message_speak_english_at_once(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    five = five_of(page)
    joins(five.numbers)
    clock_until_offered(page, five.secretary, "clash_keep")
    five.secretary.got("TRÙNG NGÀY NGHỈ")
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_test_id("clock-next")).to_contain_text("Next event")
    expect(page.get_by_test_id("clock-now")).to_contain_text("November 2026")
    expect(five.secretary.about).to_have_text("Secretary of the cell (no. 1), with buttons")
    expect(five.numbers.about).to_contain_text("answers by numbers as on Zalo")
    five.secretary.got("24/11/2026")
    expect(five.secretary.log).not_to_contain_text("TRÙNG NGÀY NGHỈ")
    expect(five.secretary.button("Keep this date")).to_be_visible()
    expect(five.numbers.log.locator(".message.own .text").last).to_have_text("đồng ý")  # as it was written
    page.get_by_test_id("timeline-open").click()
    expect(page.locator(".step .what").last).not_to_contain_text("trùng")
    well_laid_out(page)
    page.reload()
    expect(page.get_by_test_id("play")).to_have_text("Play the month")
    page.get_by_test_id("language").click()
    five.secretary.got("TRÙNG NGÀY NGHỈ")


@both_widths
def test_another_phone_is_found_and_opened(page: Page, shared_demo: str) -> None:
    page.goto(shared_demo)
    five_of(page)
    page.get_by_test_id("people-open").click()
    page.get_by_test_id("people-search").fill("pho bi thu")
    expect(page.locator(".pick .name").first).to_be_visible()
    well_laid_out(page)
    name = page.locator(".pick .name").first.inner_text()
    page.get_by_test_id("people-search").press("Enter")
    opened = phones_of(page)[5]
    expect(opened.composer).to_be_focused()
    expect(opened.node).to_be_in_viewport()
    expect(opened.node.get_by_role("heading")).to_have_text(name)
    page.reload()
    assert [phone.chat for phone in phones_of(page)].count(opened.chat) == 1
    opened.choose("close")
    five_of(page)


def test_a_refusal_of_the_server_is_told_and_the_words_stay(
    page: Page, shared_demo: str, watch: Watch
) -> None:
    page.goto(shared_demo)
    secretary = five_of(page).secretary
    secretary.composer.evaluate("node => node.removeAttribute('maxlength')")
    far_too_long = "dài " * 20_000
    secretary.write(far_too_long)
    expect(secretary.problem).to_contain_text("Trang gửi yêu cầu không hợp lệ.")
    expect(secretary.composer).to_have_value(far_too_long)
    watch.forgive("400 (Bad Request)")
    secretary.write("lich")
    secretary.answered("24/11/2026")
    expect(secretary.problem).to_be_hidden()


def test_a_long_message_and_a_file_get_an_answer(page: Page, shared_demo: str) -> None:
    page.goto(shared_demo)
    person = five_of(page).member
    person.write("ố" * 10_000)
    person.answered("Tin nhắn quá dài")
    person.node.locator(".file").set_input_files(
        {"name": "danh sách.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-"}
    )
    expect(person.log).to_contain_text("danh sách.pdf")
    person.answered("Tin vừa gửi không được lưu")
    well_laid_out(page)


@both_widths
def test_a_file_is_fetched_from_its_card_or_by_its_link(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    five = five_of(page)
    joins(five.numbers)
    clock_until(page, "19/11/2026")
    clock_until(page, "19:00")
    with page.expect_download() as fetched:
        five.secretary.log.get_by_role("link", name="Lịch sinh hoạt 24-11-2026.ics").click()
    assert fetched.value.suggested_filename == "Lịch sinh hoạt 24-11-2026.ics"
    assert fetched.value.path().read_bytes().startswith(b"BEGIN:VCALENDAR")
    link = five.numbers.log.get_by_role("link", name="/s/")
    expect(five.numbers.messages.filter(has=page.get_by_role("link", name="/s/"))).to_contain_text(
        "Tải về Lịch sinh hoạt 24-11-2026.ics:"
    )
    answer = page.request.get(link.get_attribute("href") or "")
    assert (answer.status, answer.headers["content-disposition"][:10]) == (200, "attachment")
    well_laid_out(page)


def test_somebody_elses_button_in_the_group_does_nothing(page: Page, shared_demo: str) -> None:
    page.goto(shared_demo)
    five = five_of(page)
    member, group = five.member, five.group
    group.write("nhom")
    group.got("Đề nghị xác nhận")
    page.get_by_test_id(f"speaker-{group.chat}").select_option(member.chat)
    group.press("Xác nhận")
    expect(group.toast).to_contain_text("Đồng chí không có quyền dùng mục này")
    expect(group.log.locator(".message.own")).to_have_count(1)  # the member's own press


def test_the_page_waits_for_a_server_that_went_away(
    page: Page, small_home: tuple[Path, Path], watch: Watch
) -> None:
    folder, roster = small_home
    with running_demo(folder, roster=roster) as address:
        page.goto(address)
        secretary = five_of(page).secretary
        at_first = secretary.messages.count()
        secretary.write("lich")
        secretary.answered("24/11/2026")
    secretary.write("lich")
    expect(secretary.problem).to_contain_text("Chưa gửi được")
    expect(secretary.composer).to_have_value("lich")
    expect(page.locator("#note")).to_contain_text("Đang nối lại")
    with running_demo(folder, int(address.rpartition(":")[2]), roster):
        expect(secretary.messages).to_have_count(at_first)  # the demo began anew
        expect(page.locator("#note")).to_be_empty()
        secretary.composer.press("Enter")
        secretary.got("24/11/2026")
        watch.forgive("ERR_")
        page.close()
