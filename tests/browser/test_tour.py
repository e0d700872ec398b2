"""The guided tour from its first step to its last, and out of the order it proposes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.phones import Five, Phone, clock_until_offered, five_of, joins, press_clock
from tests.browser.test_page import both_widths, well_laid_out
from tests.browser.tour import STEPS, Tour

both_languages = pytest.mark.parametrize("language", ["vi", "en"])
AGREE = {"vi": "đồng ý", "en": "I agree"}
COMING = {"vi": "Có dự", "en": "Coming"}


@both_widths
@both_languages
def test_the_tour_leads_from_joining_to_the_digest(own_demo: str, page: Page, language: str) -> None:
    page.goto(own_demo)
    five = five_of(page)
    if language == "en":
        page.get_by_test_id("language").click()
    tour = Tour(page)
    tour.do.click()  # the card of the first visit
    the_phones_are_told(tour, five, language)
    a_member_joins_by_hand(tour, five.numbers, language)
    the_secretary_chooses_another_day(tour, five.secretary)
    the_notice_goes_out(page, tour, five)
    one_tap_answers(tour, five.member, language)
    who_has_not_answered_is_reminded(tour, five)
    the_evening_is_recorded(tour, five.secretary)
    the_digest_arrives(tour, five, language)
    well_laid_out(page)
    tour.next.click()
    expect(tour.next).to_be_hidden()
    tour.leave.click()
    expect(tour.node).to_be_hidden()


def the_phones_are_told(tour: Tour, five: Five, language: str) -> None:
    tour.is_at(1)
    tour.is_done()
    what = {"vi": "trả lời bằng số như Zalo", "en": "answers by numbers as on Zalo"}
    expect(five.numbers.node.locator(".role")).to_contain_text(what[language])
    group = {"vi": "Nhóm chung của chi bộ", "en": "The cell’s group"}
    expect(five.group.node.locator(".role")).to_have_text(group[language])
    well_laid_out(five.group.page)
    tour.next.click()


def a_member_joins_by_hand(tour: Tour, numbers: Phone, language: str) -> None:
    tour.is_at(2)
    joins(numbers, AGREE[language])
    tour.is_done()
    expect(numbers.log.locator(".message.own .text").last).to_have_attribute("lang", "vi")
    expect(numbers.log.locator(".message.bot .text").last).to_have_attribute("lang", language)
    tour.next.click()


def the_secretary_chooses_another_day(tour: Tour, secretary: Phone) -> None:
    tour.is_at(3)
    tour.do_it()
    expect(secretary.node).to_be_in_viewport()
    expect(secretary.offer("clash_to")).not_to_have_count(0)
    tour.next.click()


def the_notice_goes_out(page: Page, tour: Tour, five: Five) -> None:
    tour.is_at(4)
    press_clock(page, "next")  # a first event by hand, the others are done for us
    if tour.do.is_visible():
        tour.do_it()
    expect(five.member.offer("rsvp")).not_to_have_count(0)
    tour.next.click()


def one_tap_answers(tour: Tour, member: Phone, language: str) -> None:
    tour.is_at(5)
    member.press(COMING[language])
    tour.is_done()
    expect(member.messages.last).to_have_class(re.compile(r"\bbot\b"))
    tour.next.click()


def who_has_not_answered_is_reminded(tour: Tour, five: Five) -> None:
    tour.is_at(6)
    heard = five.member.log.locator(".message.bot").count()
    tour.do_it()
    expect(five.numbers.node).to_be_in_viewport()
    assert five.member.log.locator(".message.bot").count() == heard  # who has answered is left alone
    tour.next.click()


def the_evening_is_recorded(tour: Tour, secretary: Phone) -> None:
    tour.is_at(7)
    tour.do_it()
    own = secretary.log.locator(".message.own .text")
    expect(own.filter(has_text="vắng 4 9kp 12ốm")).to_have_count(1)
    tour.next.click()


def the_digest_arrives(tour: Tour, five: Five, language: str) -> None:
    tour.is_at(STEPS)
    tour.do_it()
    expect(five.reader.log.locator(".card-name").filter(has_text=".png")).not_to_have_count(0)
    expect(five.reader.log.locator(".card-name").filter(has_text=".xlsx")).not_to_have_count(0)
    digest = five.reader.log.locator(".message.bot .text").filter(has_text="11/2026").last
    expect(digest).to_have_attribute("lang", language)
    for phone in (five.secretary, five.member, five.numbers):
        expect(digest).not_to_contain_text(phone.node.locator("h2").inner_text())


def test_the_tour_sees_what_was_done_before_it_began(own_demo: str, page: Page) -> None:
    page.goto(own_demo)
    five = five_of(page)
    joins(five.numbers)
    clock_until_offered(page, five.secretary, "clash_keep")
    five.secretary.offer("clash_keep").click()
    tour = Tour(page)
    tour.opener.click()
    for step in (1, 2, 3):
        tour.is_at(step)
        tour.is_done()
        tour.next.click()
    tour.is_at(4)
    expect(tour.do).to_be_visible()


def test_the_tour_can_be_left_and_begun_again(shared_demo: str, page: Page) -> None:
    page.goto(shared_demo)
    five_of(page)
    tour = Tour(page)
    expect(tour.node).to_be_visible()
    tour.leave.click()
    expect(tour.node).to_be_hidden()
    page.reload()
    five_of(page)
    expect(tour.opener).to_be_visible()
    expect(tour.node).to_be_hidden()
    page.keyboard.press("Tab")
    tour.opener.focus()
    page.keyboard.press("Enter")
    tour.is_at(1)
    expect(tour.next).to_be_focused()
    tour.next.click()
    tour.is_at(2)
    tour.leave.click()
    expect(tour.opener).to_be_focused()
