"""The HTTP side of a process: health, metrics, and whatever pages its channels bring."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from urllib.parse import urlsplit

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.app import Parts
from jobs.clock import wall_clock
from services import Work, gauges
from storage.errors import StorageError
from storage.schema import check_revision

_FRESH = timedelta(minutes=5)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


class CarefulHeaders:
    """No script, style or frame of anybody else, and no address passed on. Plain ASGI: streams pass through."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self._app(scope, receive, careful)


def web_app(
    parts: Parts,
    routes: Sequence[BaseRoute],
    *,
    public_url: str | None = None,
) -> Starlette:
    """The application; it answers this machine's own names, and the public one that a webhook needs.

    No other site can reach it by a name of its own.
    """
    public = urlsplit(public_url or "").hostname
    health = Health(parts)
    own = [
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/metrics", health.metrics),
    ]
    middleware = [
        Middleware(TrustedHostMiddleware, allowed_hosts=[*_LOOPBACK, *([public] if public else [])]),
        Middleware(CarefulHeaders),
    ]
    return Starlette(routes=[*own, *routes], middleware=middleware)


class Health:
    """`/healthz`, `/readyz`, `/metrics`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def alive(self, _request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(self, _request: Request) -> Response:
        """Ready when the database is at this revision and the ticks are fresh."""
        try:
            await check_revision(self._parts.database.url.render_as_string(hide_password=False))
            async with self._parts.database.read() as uow:
                beats = await uow.keeping.beats()
        except StorageError as error:
            return JSONResponse({"ready": False, "why": str(error)}, status_code=503)
        last = beats.get("reminders")
        fresh = last is not None and wall_clock() - last < _FRESH
        why = "ok" if fresh else "no tick in the last five minutes"
        return JSONResponse({"ready": fresh, "why": why}, status_code=200 if fresh else 503)

    async def metrics(self, _request: Request) -> Response:
        registry = CollectorRegistry()
        async with self._parts.database.read() as uow:
            depth = await uow.keeping.queue_depth()
            doubt = await uow.keeping.in_doubt()
            beats = await uow.keeping.beats()
            house, now = self._parts.house, self._parts.clock.now()
            months = await gauges.of_bots(Work(uow, house, now, wall_clock()))
        _put_months(registry, months)
        Gauge("keng_outbox_pending", "Letters waiting to be sent", registry=registry).set(depth)
        notices = Gauge("keng_notices", "Notices by what became of them", ["status"], registry=registry)
        for status, count in doubt.items():
            notices.labels(status).set(count)
        ticks = Gauge("keng_tick_timestamp_seconds", "Last strike of a tick", ["tick"], registry=registry)
        for name, at in beats.items():
            ticks.labels(name).set(at.timestamp())
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _put_months(registry: CollectorRegistry, months: Sequence[gauges.BotMonth]) -> None:
    """Of each bot whose platform counts: messages both ways, people, and how many there may be."""
    bot = ["channel", "bot"]
    said = Gauge("keng_bot_messages", "Messages this month", [*bot, "direction"], registry=registry)
    most = Gauge("keng_bot_messages_limit", "Messages a month allows", bot, registry=registry)
    spent = Gauge("keng_bot_month_spent", "1 while the platform takes nothing more", bot, registry=registry)
    people = Gauge("keng_bot_people", "People linked", bot, registry=registry)
    places = Gauge("keng_bot_people_limit", "People a bot may serve", bot, registry=registry)
    for one in months:
        name = (one.channel, one.bot)
        said.labels(*name, "in").set(one.incoming)
        said.labels(*name, "out").set(one.outgoing)
        spent.labels(*name).set(one.spent)
        people.labels(*name).set(one.people)
        if one.limit is not None:
            most.labels(*name).set(one.limit)
        if one.places is not None:
            places.labels(*name).set(one.places)


class _Server(uvicorn.Server):
    """Signals belong to the program: uvicorn would raise them a second time when it ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _served(server: uvicorn.Server, doors: list[socket.socket] | None) -> None:
    """A port that is taken makes uvicorn exit the whole program; the caller says it in one line instead."""
    with suppress(SystemExit):
        await server.serve(doors)


@asynccontextmanager
async def serving(
    app: ASGIApp, host: str, port: int, *, door: socket.socket | None = None
) -> AsyncIterator[uvicorn.Server]:
    """A uvicorn server while inside; at a socket that listens already, or at one of its own."""
    config = uvicorn.Config(
        app, host=host, port=port, log_level="critical", timeout_graceful_shutdown=2, lifespan="on"
    )
    server = _Server(config)
    task = asyncio.create_task(_served(server, [door] if door else None))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield server
    finally:
        server.should_exit = True
        await task
