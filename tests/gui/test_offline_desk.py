"""The desk at its end: what was written just before is kept."""

import asyncio
from pathlib import Path

from hubbub.client.gui.desk import Desk


class SlowClient:
    """Keeps a message when the test lets it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.may = asyncio.Event()

    async def queue(self, _: str, text: str, **__: object) -> bytes:
        await self.may.wait()
        self.done.append(text)
        return b""

    async def close(self, drain: float) -> None:
        self.done.append("closed")


async def test_a_desk_is_closed_behind_what_was_written(tmp_path: Path) -> None:
    client = SlowClient()
    desk = Desk(client, tmp_path)  # type: ignore[arg-type]  # what it asks of a client
    kept = [asyncio.create_task(desk.queue("@bob", text)) for text in ("one", "two")]
    await asyncio.sleep(0)
    closing = asyncio.create_task(desk.close())
    await asyncio.sleep(0)
    assert client.done == []
    client.may.set()
    await asyncio.gather(*kept, closing)
    assert client.done == ["one", "two", "closed"]
