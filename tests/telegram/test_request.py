"""The HTTP back end against a real server on loopback: raw sockets, so that it can also misbehave."""

import asyncio
import email
import email.message
import json
import logging
import socket
import struct
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
import telegram
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.warnings import PTBDeprecationWarning

from bot.channels.telegram.request import AiohttpRequest, NotSent, PerhapsSent, surely_not_sent

TOKEN = "123456:TEST-TOKEN"
SENT = {"message_id": 7, "date": 1_790_000_000, "chat": {"id": 42, "type": "private"}, "text": "Chào"}
HTML = "<html><h1>Trouble with the URL http://{path}</h1></html>"


@dataclass(frozen=True, slots=True)
class Call:
    line: str
    headers: email.message.Message
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), strict_parsing=True))

    @property
    def parts(self) -> list[email.message.Message]:
        whole = email.message_from_bytes(
            b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + self.body
        )
        return [part for part in whole.walk() if not part.is_multipart()]


Script = Callable[[Call, asyncio.StreamWriter], Awaitable[None]]


def says(status: int, body: object = "", *headers: str) -> Script:
    """Answer with this status, and with JSON, or with a text in which {path} is what was asked for."""

    async def answer(call: Call, writer: asyncio.StreamWriter) -> None:
        text = body.replace("{path}", call.line.split()[1]) if isinstance(body, str) else json.dumps(body)
        head = [f"HTTP/1.1 {status} x", f"Content-Length: {len(text.encode())}", *headers, "", ""]
        writer.write("\r\n".join(head).encode() + text.encode())

    return answer


def refuses(code: int, description: str, **parameters: int) -> Script:
    body: dict[str, object] = {"ok": False, "error_code": code, "description": description}
    return says(code, body | ({"parameters": parameters} if parameters else {}))


async def resets(_: object, writer: asyncio.StreamWriter) -> None:
    """No farewell: the peer gets RST at once."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hangs_up_in_the_answer(_: object, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
    writer.close()


async def says_nothing(_: object, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


GOOD = says(200, {"ok": True, "result": SENT})


@dataclass
class Platform:
    """A Bot API server that does as it is told and remembers what it saw."""

    script: Script = GOOD
    on_head: Callable[[str, asyncio.StreamWriter], Awaitable[None]] | None = None
    port: int = 0
    seen: list[Call] = field(default_factory=list)
    accepted: int = 0
    tasks: set["asyncio.Task[None] | None"] = field(default_factory=set)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    all_gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self.tasks.add(asyncio.current_task())
        self.all_gone.clear()
        try:
            while True:
                line, _, rest = (await reader.readuntil(b"\r\n\r\n")).decode().partition("\r\n")
                if self.on_head:
                    await self.on_head(line, writer)
                headers = email.message_from_string(rest)
                body = await reader.readexactly(int(headers["Content-Length"] or 0))
                self.seen.append(Call(line, headers, body))
                self.called.set()
                await self.script(self.seen[-1], writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client has left, or the test is over
        finally:
            writer.close()
            self.tasks.discard(asyncio.current_task())
            if not self.tasks:
                self.all_gone.set()


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """Its window is small, so that a large upload can't hide in the kernel's buffers."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.bind(("127.0.0.1", 0))
    opened = Platform(port=listener.getsockname()[1])
    async with await asyncio.start_server(opened.serve, sock=listener, backlog=512):
        yield opened
        for task in opened.tasks:
            if task:
                task.cancel()
    if opened.accepted:
        await asyncio.wait_for(opened.all_gone.wait(), 5)


@pytest.fixture(autouse=True)
def nothing_logged_contains_the_token(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """At any level; only `telegram.Bot` has to stay above DEBUG, where it tells its own URL."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "telegram.Bot")
    yield
    for record in caplog.get_records("call"):
        assert "TEST-TOKEN" not in logging.Formatter().format(record)


@pytest.fixture(autouse=True)
def spans_of_time_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """What PTB recommends; without it PTB warns, and a warning is an error here."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@asynccontextmanager
async def bot_of(
    port: int, request: AiohttpRequest | None = None, scheme: str = "http"
) -> AsyncIterator[telegram.Bot]:
    async with request or AiohttpRequest() as opened, AiohttpRequest(1) as updates:
        yield telegram.Bot(
            TOKEN, base_url=f"{scheme}://127.0.0.1:{port}/bot", request=opened, get_updates_request=updates
        )


async def failure_of(call: Awaitable[object]) -> TelegramError:
    """The error of a call that must fail, after a look for the token in everything it drags along."""
    with pytest.raises(TelegramError) as caught:
        await call
    told = "".join(traceback.format_exception(caught.value))
    link: BaseException | None = caught.value
    while link:
        told += f"{link}{link!r}"
        link = link.__cause__ or link.__context__
    assert "TEST-TOKEN" not in told
    assert "/bot" not in told.replace("/bot/channels", "")
    return caught.value


async def test_a_message_goes_out_as_a_form(platform: Platform) -> None:
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Có dự", callback_data="a.1")]])
    async with bot_of(platform.port) as bot:
        message = await bot.send_message(42, "Mời họp & chào, 100%", reply_markup=keyboard)
    assert message.message_id == 7
    (call,) = platform.seen
    assert call.line == f"POST /bot{TOKEN}/sendMessage HTTP/1.1"
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert call.headers["User-Agent"] == AiohttpRequest.USER_AGENT
    assert (call.form["chat_id"], call.form["text"]) == ("42", "Mời họp & chào, 100%")
    assert json.loads(call.form["reply_markup"])["inline_keyboard"][0][0]["text"] == "Có dự"


async def test_half_a_character_becomes_a_question_mark(platform: Platform) -> None:
    async with bot_of(platform.port) as bot:
        await bot.send_message(42, "Chào \ud83d")
        await bot.send_document(42, b"x", filename="x", caption="Chào \ud83d")
    assert platform.seen[0].form["text"] == "Chào ?"
    assert "Chào ?".encode() in platform.seen[1].body


async def test_files_go_out_as_multipart(platform: Platform) -> None:
    album = [
        telegram.InputMediaDocument(b"hai", filename="hai.txt"),
        telegram.InputMediaDocument("id-of-old"),
    ]
    async with bot_of(platform.port) as bot:
        await bot.send_document(42, b"\x00\xffPK", filename="Điểm danh.xlsx", caption="Tháng 12")
        platform.script = says(200, {"ok": True, "result": []})
        await bot.send_media_group(42, album)
    document, group = platform.seen
    parts = {part.get_param("name", header="Content-Disposition"): part for part in document.parts}
    assert parts["chat_id"].get_payload(decode=True) == b"42"
    assert parts["caption"].get_payload(decode=True) == "Tháng 12".encode()
    assert parts["document"].get_payload(decode=True) == b"\x00\xffPK"
    assert parts["document"].get_content_type().endswith("spreadsheetml.sheet")
    assert 'filename="Điểm danh.xlsx"'.encode() in document.body
    media = {part.get_param("name", header="Content-Disposition"): part for part in group.parts}
    listed = json.loads(bytes(media["media"].get_payload(decode=True)))
    attached = media[listed[0]["media"].removeprefix("attach://")]
    assert (attached.get_payload(decode=True), listed[1]["media"]) == (b"hai", "id-of-old")


async def test_five_megabytes_go_out_and_come_back(platform: Platform) -> None:
    async with bot_of(platform.port) as bot:
        await bot.send_document(42, b"m" * 5_000_000, filename="film.bin")
        platform.script = says(200, "m" * 5_000_000)
        assert len(await bot.request.retrieve(f"http://127.0.0.1:{platform.port}/file")) == 5_000_000
    assert len(platform.seen[0].body) > 5_000_000
    assert platform.seen[1].line == "GET /file HTTP/1.1"


async def test_a_call_without_parameters_is_an_empty_post(platform: Platform) -> None:
    platform.script = says(200, {"ok": True, "result": True})
    async with bot_of(platform.port) as bot:
        assert await bot.log_out()
    assert (platform.seen[0].headers["Content-Length"], platform.seen[0].body) == ("0", b"")


@pytest.mark.parametrize(
    ("script", "kind", "text"),
    [
        (refuses(429, "Too Many Requests: retry after 3", retry_after=3), RetryAfter, "Retry in"),
        (says(429, HTML), NetworkError, "Too Many Requests"),
        (refuses(403, "Forbidden: bot was blocked by the user"), Forbidden, "bot was blocked by the user"),
        (refuses(403, "Forbidden: user is deactivated"), Forbidden, "user is deactivated"),
        (refuses(400, "Bad Request: message is not modified"), BadRequest, "Message is not modified"),
        (refuses(400, "Bad Request: query is too old"), BadRequest, "Query is too old"),
        (refuses(400, "Bad Request: upgraded", migrate_to_chat_id=-100), ChatMigrated, "-100"),
        (says(400, HTML), BadRequest, "Bad Request"),
        (refuses(401, "Unauthorized"), InvalidToken, "Unauthorized"),
        (refuses(404, "Not Found"), InvalidToken, "Not Found"),
        (refuses(409, "Conflict: terminated by other getUpdates"), Conflict, "terminated by other"),
        (says(500, HTML), NetworkError, "Internal Server Error"),
        (says(502, HTML), NetworkError, "Bad Gateway"),
        (says(503, ["not", "an", "object"]), NetworkError, "Service Unavailable"),
        (says(599), NetworkError, "Unknown HTTPError"),
        (says(302, "", "Location: /elsewhere"), NetworkError, "Found"),
        (says(200, HTML), NetworkError, "no answer of the Bot API"),
        (says(200), NetworkError, "no answer of the Bot API"),
        (says(200, ["not", "an", "object"]), NetworkError, "no answer of the Bot API"),
        (says(200, {"ok": True}), NetworkError, "an answer without result"),
    ],
)
async def test_an_answer_becomes_an_error(
    platform: Platform, script: Script, kind: type[TelegramError], text: str
) -> None:
    platform.script = script
    async with bot_of(platform.port) as bot:
        error = await failure_of(bot.send_message(42, "Chào"))
    assert type(error) is kind
    assert text in str(error)
    assert not surely_not_sent(error)
    assert len(platform.seen) == 1  # neither repeated nor redirected


async def test_the_wait_of_a_flood_is_told_as_ptb_is_set(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.script = refuses(429, "Too Many Requests: retry after 3", retry_after=3)
    async with bot_of(platform.port) as bot:
        error = await failure_of(bot.send_message(42, "Chào"))
        assert isinstance(error, RetryAfter)
        assert error.retry_after == timedelta(seconds=3)
        monkeypatch.delenv("PTB_TIMEDELTA")
        with pytest.warns(PTBDeprecationWarning):
            assert error.retry_after == 3


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (resets, NetworkError),
        (hangs_up_in_the_answer, NetworkError),
        (says(200, "not gzip", "Content-Encoding: gzip"), NetworkError),
        (says_nothing, TimedOut),
    ],
)
async def test_whoever_read_the_request_may_have_acted_on_it(
    platform: Platform, script: Script, kind: type[NetworkError]
) -> None:
    platform.script = script
    async with bot_of(platform.port) as bot:
        error = await failure_of(bot.send_message(42, "Chào", read_timeout=0.1))
    assert type(error) is kind
    assert isinstance(error.__cause__, PerhapsSent)
    assert not surely_not_sent(error)
    assert len(platform.seen) == 1


async def test_a_download_that_is_cut_is_never_called_unsent(platform: Platform) -> None:
    platform.script = hangs_up_in_the_answer
    async with bot_of(platform.port) as bot:
        error = await failure_of(bot.request.retrieve(f"http://127.0.0.1:{platform.port}/file"))
    assert not surely_not_sent(error)


async def test_a_small_request_may_be_under_way_when_the_reset_comes() -> None:
    loop, seen = asyncio.get_running_loop(), asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        async with bot_of(listener.getsockname()[1]) as bot:
            sending = asyncio.create_task(failure_of(bot.send_message(42, "Chào")))
            peer, _ = await loop.sock_accept(listener)
            loop.add_reader(peer, seen.set)  # something has come; nobody reads it
            await seen.wait()
            loop.remove_reader(peer)
            peer.close()  # with bytes unread this is a reset
            error = await sending
    assert isinstance(error, NetworkError)
    assert not surely_not_sent(error)


async def test_an_upload_that_is_reset_half_way_was_not_sent(platform: Platform) -> None:
    platform.on_head = resets
    async with bot_of(platform.port) as bot:
        error = await failure_of(bot.send_document(42, b"m" * 16_000_000, filename="film.bin"))
    assert type(error) is NetworkError
    assert surely_not_sent(error)


async def test_an_upload_that_nobody_reads_runs_into_the_write_time_out(platform: Platform) -> None:
    platform.on_head = says_nothing
    async with bot_of(platform.port, AiohttpRequest(media_write_timeout=0.1)) as bot:
        error = await failure_of(bot.send_document(42, b"m" * 16_000_000, filename="film.bin"))
    assert type(error) is TimedOut
    assert surely_not_sent(error)


async def test_a_refused_connection_was_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can take the port
        async with bot_of(taken.getsockname()[1]) as bot:
            error = await failure_of(bot.send_message(42, "Chào"))
    assert type(error) is NetworkError
    assert str(error) == "ClientConnectorError ECONNREFUSED"
    assert isinstance(error.__cause__, NotSent)


async def test_a_handshake_that_never_ends_runs_into_the_connect_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        request = AiohttpRequest(connect_timeout=0.1)
        async with bot_of(silent.getsockname()[1], request, "https") as bot:
            error = await failure_of(bot.send_message(42, "Chào"))
    assert type(error) is TimedOut
    assert surely_not_sent(error)


async def test_whoever_finds_no_free_connection_was_not_sent(platform: Platform) -> None:
    platform.script = says_nothing
    async with bot_of(platform.port, AiohttpRequest(1, pool_timeout=0.1, read_timeout=None)) as bot:
        first = asyncio.create_task(bot.send_message(42, "Một"))
        await platform.called.wait()
        error = await failure_of(bot.send_message(42, "Hai"))
        first.cancel()
        platform.script = GOOD
        await bot.send_message(42, "Ba")  # the call that was given up left its place
    assert type(error) is TimedOut
    assert surely_not_sent(error)


async def test_256_calls_at_once_share_the_connections_of_the_pool(platform: Platform) -> None:
    async with bot_of(platform.port, AiohttpRequest(16, pool_timeout=None)) as bot:
        for _ in range(2):
            await asyncio.gather(*(bot.send_message(42, str(number)) for number in range(256)))
    assert len(platform.seen) == 512
    assert platform.accepted <= 16


async def test_shutting_down_closes_the_connections_and_opening_again_works(platform: Platform) -> None:
    request = AiohttpRequest()
    async with bot_of(platform.port, request) as bot:
        await request.initialize()  # twice is once
        await asyncio.gather(*(bot.send_message(42, "Chào") for _ in range(8)))
        await request.shutdown()
        await request.shutdown()
        await asyncio.wait_for(platform.all_gone.wait(), 5)
        error = await failure_of(bot.send_message(42, "Chào"))
        assert surely_not_sent(error)
        await request.initialize()
        await bot.send_message(42, "Chào")


async def test_a_call_under_way_survives_no_shutdown(platform: Platform) -> None:
    platform.script = says_nothing
    request = AiohttpRequest()
    async with bot_of(platform.port, request) as bot:
        sending = asyncio.create_task(failure_of(bot.send_message(42, "Chào")))
        await platform.called.wait()
        await request.shutdown()
        assert not surely_not_sent(await sending)


async def test_a_proxy_gets_the_whole_address_and_its_password(platform: Platform) -> None:
    proxy = f"http://keng:mat-khau@127.0.0.1:{platform.port}"
    async with AiohttpRequest(proxy=proxy) as request:
        await request.post(f"http://telegram.invalid/bot{TOKEN}/getMe")
    (call,) = platform.seen
    assert call.line == f"POST http://telegram.invalid/bot{TOKEN}/getMe HTTP/1.1"
    assert call.headers["Proxy-Authorization"] == "Basic a2VuZzptYXQta2hhdQ=="


async def test_a_tunnel_that_the_proxy_refuses_was_not_sent(platform: Platform) -> None:
    platform.script = says(407, HTML)
    async with AiohttpRequest(proxy=f"http://keng:mat-khau@127.0.0.1:{platform.port}") as request:
        error = await failure_of(request.post(f"https://telegram.invalid/bot{TOKEN}/getMe"))
    assert platform.seen[0].line == "CONNECT telegram.invalid:443 HTTP/1.1"
    assert str(error) == "ClientHttpProxyError 407"
    assert "mat-khau" not in "".join(traceback.format_exception(error))
    assert surely_not_sent(error)


def test_the_defaults_are_those_of_the_stock_back_end() -> None:
    assert AiohttpRequest().read_timeout == 5.0
    assert AiohttpRequest(read_timeout=None).read_timeout is None
