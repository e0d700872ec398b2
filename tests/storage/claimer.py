"""A worker process of its own: claims rows until none are left and prints what it got, as JSON."""

import asyncio
import json
import sys

from storage.database import Database
from tests.storage.build import claim


async def main(url: str, owner: str) -> None:
    database = Database(url)
    await claim(database, owner, limit=0)  # connected before the start signal
    print("ready", flush=True)  # noqa: T201 - the parent reads it
    await asyncio.to_thread(sys.stdin.readline)
    taken: list[str] = []
    while rows := await claim(database, owner, limit=7):
        taken += [row.letter.dedupe_key for row in rows]
        await asyncio.sleep(0.01)  # whoever claims has something to send: time for the other one
    await database.close()
    print(json.dumps(taken), flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
