"""The page as people use it: a month on four phones, and the ways it must not fail."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watch
from tests.browser.demo import running_demo
from tests.browser.phones import Phone, clock_until, phones_of, press_clock

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
  for (const node of document.querySelectorAll("button, h1, h2, .log, .bubble, .role, .slip, .clock")) {
    if (shown(node) && node.scrollWidth > node.clientWidth + 1) faults.push(`cut: ${node.textContent}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  if (document.documentElement.scrollHeight > innerHeight + 1) faults.push("the page is too high");
  return faults;
}"""


def well_laid_out(page: Page) -> None:
    assert page.evaluate(_FAULTS) == []


@both_widths
def test_the_page_opens_with_four_phones(page: Page, shared_demo: str) -> None:
    page.goto(shared_demo)
    secretary, member, group, reader = phones_of(page)
    expect(secretary.node).to_contain_text("Bí thư · số 1")
    expect(secretary.node.get_by_role("radio", name="Có nút bấm")).to_be_checked()
    expect(member.node.get_by_role("radio", name="Trả lời bằng số")).to_be_checked()
    expect(group.node).to_contain_text("Nhóm chi bộ")
    expect(reader.node).to_contain_text("Ban thường vụ")
    expect(page.get_by_test_id("clock-now")).to_contain_text("Thứ Ba, 10/11/2026")
    well_laid_out(page)


def test_a_month_is_played_at_a_desk(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    secretary, member, group, reader = phones_of(page)
    links_and_agrees_by_button(secretary)
    links_and_agrees_in_words(member)
    the_group_is_linked(group)
    page.get_by_test_id("everyone").click()
    expect(page.locator("#note")).to_have_text("Đã kết nối và đồng ý thêm 91 đồng chí.")
    the_month_is_played(page, secretary, member, group, reader)


@pytest.mark.parametrize("width", [390])
def test_a_month_is_played_on_a_telephone(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    secretary, member, group, reader = phones_of(page)
    links_and_agrees_by_button(secretary)
    links_and_agrees_in_words(member)
    the_group_is_linked(group)
    links_and_agrees_by_button(reader)
    the_month_is_played(page, secretary, member, group, reader)


def links_and_agrees_by_button(phone: Phone) -> None:
    phone.slip.click()
    phone.got("Nếu đồng ý")
    well_laid_out(phone.page)
    phone.press("Đồng ý")
    phone.answered("Đã ghi nhận")
    expect(phone.slip).to_be_hidden()


def links_and_agrees_in_words(phone: Phone) -> None:
    phone.slip.click()
    phone.got("Nếu đồng ý")
    expect(phone.log.get_by_role("button")).to_have_count(0)
    phone.write("đồng ý")
    phone.answered("Đã ghi nhận")


def the_month_is_played(page: Page, secretary: Phone, member: Phone, group: Phone, reader: Phone) -> None:
    the_notice_is_answered(page, secretary, member, group)
    the_roll_is_called(page, secretary)
    old_buttons_get_an_answer(secretary)
    press_clock(page, "week")
    clock_until(page, "02/12/2026")
    reader.got("TỔNG HỢP SINH HOẠT CHI BỘ THÁNG 11/2026")
    reader.got("có mặt 43/44 đồng chí (97,7%)")
    well_laid_out(page)


def the_group_is_linked(group: Phone) -> None:
    group.write("nhom")
    group.press("Xác nhận")
    group.answered("Đã kết nối nhóm này với Chi bộ thôn Kẻng Đồng")
    expect(group.log.locator(".message.own")).to_have_count(2)


def the_notice_is_answered(page: Page, secretary: Phone, member: Phone, group: Phone) -> None:
    clock_until(page, "18/11/2026")
    secretary.answered("XEM TRƯỚC THÔNG BÁO")
    clock_until(page, "19/11/2026")
    group.answered("THÔNG BÁO SINH HOẠT CHI BỘ: 19 giờ 30, Thứ Ba, ngày 24/11/2026")
    member.answered("1. Có dự\n2. Vắng, có lý do\n3. Báo sau")
    member.write("1")
    member.answered("Đã ghi nhận đồng chí có dự")
    secretary.write("danhsach")
    secretary.answered("Báo dự: 01 (Cà Thị Liên).")


def the_roll_is_called(page: Page, secretary: Phone) -> None:
    clock_until(page, "24/11/2026")
    clock_until(page, "19:30")
    secretary.write("diemdanh")
    secretary.answered("Chưa điểm danh: 44")
    well_laid_out(page)
    secretary.press("Có mặt hết")
    secretary.answered("Chưa điểm danh: 00. Vắng: không có.")
    secretary.press("Hoàng Kim Mai, số 4")
    secretary.answered("Chưa điểm danh: 00. Vắng: Hoàng Kim Mai.")
    secretary.press("Chốt danh sách")
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
    page.goto(f"{shared_demo}#DV020~b")
    (person,) = phones_of(page)
    links_and_agrees_by_button(person)
    page.reload()
    person.press("Không đồng ý")
    person.answered("Để rút đồng ý, đề nghị đồng chí nhắn: rút đồng ý.")


def test_everything_can_be_done_with_the_keyboard(page: Page, shared_demo: str) -> None:
    page.goto(f"{shared_demo}#DV021~b,DV022~n")
    first, second = phones_of(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the header
    tab_to(page, first.slip)
    page.keyboard.press("Enter")
    first.got("Nếu đồng ý")
    expect(first.composer).to_be_focused()
    tab_to(page, first.button("Đồng ý"), back=True)
    page.keyboard.press("Space")
    first.answered("Đã ghi nhận")
    tab_to(page, first.composer)
    page.keyboard.type("lich")
    page.keyboard.press("Enter")
    first.answered("19 giờ 30, Thứ Ba, ngày 24/11/2026")
    expect(first.composer).to_have_value("")
    tab_to(page, second.node.get_by_role("radio", name="Trả lời bằng số"))
    page.keyboard.press("ArrowLeft")
    expect(second.node.get_by_role("radio", name="Có nút bấm")).to_be_checked()


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    for _ in range(40):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError("the keyboard never gets there")


@both_widths
def test_the_page_speaks_english_too(page: Page, shared_demo: str) -> None:
    page.goto(shared_demo)
    phones_of(page)
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("clock-next")).to_have_text("Next event")
    expect(page.get_by_test_id("clock-now")).to_contain_text("Tuesday, 10 November 2026")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    well_laid_out(page)
    page.reload()
    expect(page.get_by_test_id("everyone")).to_have_text("Link everyone, with consent")
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("clock-next")).to_have_text("Việc tiếp theo")


@both_widths
def test_another_phone_is_found_and_opened(page: Page, shared_demo: str) -> None:
    page.goto(shared_demo)
    phones_of(page)
    page.get_by_test_id("people-open").click()
    page.get_by_test_id("people-search").fill("dang huu huong")
    well_laid_out(page)
    page.get_by_role("button", name="Đặng Hữu Hương").click()
    opened = phones_of(page)[4]
    expect(opened.composer).to_be_focused()
    expect(opened.node).to_be_in_viewport()
    page.reload()
    assert [phone.chat for phone in phones_of(page)].count(opened.chat) == 1


def test_a_refusal_of_the_server_is_told_and_the_words_stay(
    page: Page, shared_demo: str, watch: Watch
) -> None:
    page.goto(shared_demo)
    secretary = phones_of(page)[0]
    secretary.composer.evaluate("node => node.removeAttribute('maxlength')")
    far_too_long = "dài " * 20_000
    secretary.write(far_too_long)
    expect(secretary.problem).to_contain_text("Trang gửi yêu cầu không hợp lệ.")
    expect(secretary.composer).to_have_value(far_too_long)
    watch.forgive("400 (Bad Request)")
    secretary.write("xin chào")
    secretary.answered("start và mã kết nối")
    expect(secretary.problem).to_be_hidden()


def test_a_long_message_and_a_file_get_an_answer(page: Page, shared_demo: str) -> None:
    page.goto(f"{shared_demo}#DV023~b")
    (person,) = phones_of(page)
    links_and_agrees_by_button(person)
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
    secretary, member, *_ = phones_of(page)
    links_and_agrees_by_button(secretary)
    links_and_agrees_in_words(member)
    clock_until(page, "19/11/2026")
    with page.expect_download() as fetched:
        secretary.log.get_by_role("link", name="Lịch sinh hoạt 24-11-2026.ics").click()
    assert fetched.value.suggested_filename == "Lịch sinh hoạt 24-11-2026.ics"
    assert fetched.value.path().read_bytes().startswith(b"BEGIN:VCALENDAR")
    link = member.log.get_by_role("link", name="/s/")
    expect(member.messages.filter(has=page.get_by_role("link", name="/s/"))).to_contain_text(
        "Tải về Lịch sinh hoạt 24-11-2026.ics:"
    )
    answer = page.request.get(link.get_attribute("href") or "")
    assert (answer.status, answer.headers["content-disposition"][:10]) == (200, "attachment")
    well_laid_out(page)


def test_somebody_elses_button_in_the_group_does_nothing(page: Page, shared_demo: str) -> None:
    page.goto(f"{shared_demo}#DV001~b,DV024~b,group-X01-CB1~b")
    secretary, member, group = phones_of(page)
    links_and_agrees_by_button(secretary)
    links_and_agrees_by_button(member)
    group.write("nhom")
    group.got("Đề nghị xác nhận")
    page.get_by_test_id(f"speaker-{group.chat}").select_option(member.chat)
    group.press("Xác nhận")
    expect(group.toast).to_contain_text("Đồng chí không có quyền dùng mục này")
    expect(group.log.locator(".message.own")).to_have_count(1)  # the member's own press


def test_the_page_waits_for_a_server_that_went_away(page: Page, tmp_path: Path, watch: Watch) -> None:
    with running_demo(tmp_path) as address:
        page.goto(address)
        secretary = phones_of(page)[0]
        secretary.write("xin chào")
        secretary.answered("start và mã kết nối")
    secretary.write("lich")
    expect(secretary.problem).to_contain_text("Chưa gửi được")
    expect(secretary.composer).to_have_value("lich")
    expect(page.locator("#note")).to_contain_text("Đang nối lại")
    with running_demo(tmp_path, port=int(address.rpartition(":")[2])):
        expect(secretary.messages).to_have_count(0)  # the demo began anew
        expect(page.locator("#note")).to_be_empty()
        secretary.composer.press("Enter")
        phones_of(page)[0].answered("start và mã kết nối")
        watch.forgive("ERR_")
        page.close()
