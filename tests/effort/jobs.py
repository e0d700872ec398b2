"""The jobs of one month, in their order; each leaves what the next one needs."""

from tests.effort.hall import Ledger, link_group
from tests.scenarios.commune import MEMBERS
from tests.scenarios.messages import Message
from tests.scenarios.transcript import kinds, says

LINKED = (
    "secretary",
    "deputy",
    "clerk",
    "committee",
    "liaison",
    "worker",
    "probationary",
    "executive",
    "chair",
)
EVERYBODY = tuple(one for one in MEMBERS if one not in ("absentee", "suspended"))


async def the_month(hall: Ledger) -> None:
    await hall.village.join(*LINKED)
    await before(hall)
    await the_answers(hall)
    await the_roll(hall)
    await afterwards(hall)
    await the_committee(hall)


async def before(hall: Ledger) -> None:
    with hall.job("set the monthly rule, once"):
        await hall.say("secretary", "hop 24 19:30 Nhà văn hoá bản Noong")
        await hall.choose("secretary", "Xác nhận")
    with hall.job("tick a step of the preparation"):
        await hall.say("secretary", "chuanbi")
        await hall.choose("secretary", "Đã phân công")
    with hall.job("propose a heading"):
        await hall.say("worker", "noidung")
        await hall.choose("worker", "Đề xuất nội dung")
        await hall.say("worker", "Tu sửa đường vào bản")
    await hall.village.clock("11/11 20:00")
    with hall.job("put a proposed heading on the agenda"):
        await hall.choose("secretary", "Xem đề xuất")
        await hall.choose("secretary", "Đề xuất 1")
        await hall.choose("secretary", "Đưa vào chương trình")
    await hall.village.clock("18/11 19:00")
    with hall.job("announce"):
        assert "sending" in kinds(await hall.choose("secretary", "Gửi thông báo"))


async def the_answers(hall: Ledger) -> None:
    await hall.village.clock("19/11 20:00")
    with hall.job("answer an invitation"):
        await hall.choose("deputy", "Có dự")
    with hall.job("answer with a reason"):
        await hall.choose("committee", "Vắng, có lý do")
        await hall.choose("committee", "Sức khoẻ")
    with hall.job("answer for somebody without a telephone"):
        await hall.say("liaison", "danhsach")
        await hall.choose("liaison", "Báo hộ")
        await hall.choose("liaison", "Vì Văn Già")
        await hall.choose("liaison", "Có dự")


async def the_roll(hall: Ledger) -> None:
    await hall.village.clock("24/11 21:05")
    with hall.job("call the roll of 52, 3 absent"):
        read = await hall.say("secretary", "vắng 4 13 15kp")
        assert says(read.text, "phải dự 50; có mặt 47")
        await hall.choose("secretary", "Xác nhận")
    with hall.job("note the official from above"):
        await hall.choose("secretary", "Phạm Văn Hành")
    with hall.job("close the list, record end, minutes and band"):
        await hall.choose("secretary", "Chốt danh sách")
        await hall.choose("secretary", "Xác nhận")
        await hall.choose("secretary", "Kết thúc 21 giờ 05")
        await hall.choose("secretary", "Đã thông qua")
        assert says((await hall.choose("secretary", "Tốt")).text, "Xếp loại: Tốt")


async def afterwards(hall: Ledger) -> None:
    await hall.village.tick()
    with hall.job("confirm the result, as the official"):
        await hall.choose("executive", "Xác nhận")
    with hall.job("write down two tasks"):
        await hall.say("secretary", "nhiemvu")
        await hall.choose("secretary", "Ghi nhiệm vụ")
        await hall.say("secretary", "Tu sửa đường thôn | 2 | 30/12\nThu đảng phí | 13 | 20/12")
        await hall.choose("secretary", "Xác nhận")
    with hall.job("get the minutes form"):
        await hall.say("secretary", "bienban")
    await hall.village.clock("25/11 09:00")
    with hall.job("say that one has found out what was said"):
        await hall.choose("committee", "Đã nắm")


async def the_committee(hall: Ledger) -> None:
    await hall.village.clock("02/12 07:30")
    with hall.job("get the digest of the month"):
        assert says((await hall.village.heard("chair")).text, "1/2 chi bộ đã chốt danh sách")


async def an_ordinary_month(hall: Ledger) -> list[Message]:
    """All are linked and answer; the secretary does what has to be done. What the secretary had to read."""
    village = hall.village
    await village.join(*EVERYBODY, "executive")
    await link_group(village)
    before = len(await village.messages("secretary"))
    with hall.job("a whole ordinary month, as the secretary"):
        await village.clock("18/11 20:00")
        await hall.choose("secretary", "Gửi thông báo")
        await village.clock("19/11 20:00")
        await hall.choose("secretary", "Có dự")
        for person in EVERYBODY[1:]:
            await village.choose(person, "Có dự")
        await village.clock("24/11 21:05")
        await hall.say("secretary", "vắng 4 13 15kp")
        for label in ("Xác nhận", "Phạm Văn Hành", "Chốt danh sách", "Xác nhận"):
            await hall.choose("secretary", label)
        for label in ("Kết thúc 21 giờ 05", "Đã thông qua", "Tốt"):
            await hall.choose("secretary", label)
        await village.clock("02/12 09:00")
    return (await village.messages("secretary"))[before:]
