"""kill -9 of a bot at random moments while it answers: each command is answered once, in order, and counted once."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from zmq.utils import z85

from hubbub.client import Client
from hubbub.client.bots.state import BotState
from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.chatting import chatting

BOT = "bot"
PEOPLE = ("alice", "bob", "carol")


class Program:
    """The bot as a process; its log is kept."""

    def __init__(self, address: str, folder: Path) -> None:
        self._environment = {
            **os.environ,
            "HUBBUB_SERVER": address,
            "HUBBUB_USER": BOT,
            "HUBBUB_PASSWORD": PASSWORD.decode(),
            "HUBBUB_PROFILE": str(folder / "profile"),
        }
        self._log = folder / "bot.log"
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.helpers.bot_program",
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=self._environment,
            )

    async def ready(self) -> None:
        assert self.process is not None and self.process.stdout is not None
        assert await self.process.stdout.readline() == b"ready\n", self.log

    async def end(self, number: int) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.process.wait()

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")


class Asker:
    """Somebody who sends commands, and hears the answers."""

    def __init__(self, client: Client, to: str) -> None:
        self.client, self.to = client, to
        self.asked = 0

    async def ask(self, commands: int) -> None:
        for _ in range(commands):
            self.asked += 1
            await self.client.send(self.to, f"!do {self.asked}")

    async def answers(self) -> list[str]:
        found = [message async for message in self.client.history(self.to, limit=None)]
        return [message.text for message in found if message.sender == BOT][::-1]

    def expected(self) -> list[str]:
        return [text for number in range(1, self.asked + 1) for text in (f"doing {number}", f"did {number}")]


@asynccontextmanager
async def askers(broker: Served) -> AsyncIterator[list[Asker]]:
    """Two who write to the bot, and one who asks in a group."""
    async with chatting(broker, *PEOPLE, live=False) as (alice, bob, carol):
        yield [Asker(alice, BOT), Asker(bob, BOT), Asker(carol, "#general")]


async def settled(people: list[Asker], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    for one in people:
        while (found := await one.answers()) != one.expected():
            assert found == one.expected()[: len(found)] and time.monotonic() < deadline, (one.to, found)
            await asyncio.sleep(0.05)


async def kills(folder: Path, broker: Served, count: int, commands: int, dice: random.Random) -> None:
    program = Program(broker.place.address, folder)
    async with askers(broker) as people:
        await program.start()
        await program.ready()
        for turn in range(count):
            share = [commands * (turn + 1) // count - commands * turn // count] * len(people)
            asking = [
                asyncio.create_task(one.ask((number + place) // len(people)))
                for place, (one, number) in enumerate(zip(people, share, strict=True))
            ]
            await asyncio.sleep(dice.uniform(0.0, 0.12))
            await program.end(signal.SIGKILL)
            await asyncio.gather(*asking)
            await program.start()
            if dice.random() < 0.8:  # else it is killed while it starts
                await program.ready()
        await settled(people, 60.0)
        assert sum(one.asked for one in people) == commands
        assert await program.end(signal.SIGTERM) == 0, program.log
        assert " ERROR " not in program.log and "Traceback" not in program.log, program.log
        counted = store_of(folder / "profile", broker)
        assert sum(counted.values()) == commands and counted["#general"] == people[2].asked
        assert sum(one.asked for one in people[:2]) == counted["@alice"] + counted["@bob"]


def store_of(profile: Path, broker: Served) -> dict[str, int]:
    """What the bot has counted."""
    state = BotState(profile)
    try:
        state.load(z85.decode(broker.place.key), BOT)
        return {name: msgspec.msgpack.decode(value) for name, value in state.file.values().items()}
    finally:
        state.close()


async def test_five_kills(tmp_path: Path) -> None:
    with served(tmp_path / "data") as broker:
        await kills(tmp_path, broker, 5, 100, random.Random(5))


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_fifty_kills_in_a_thousand_commands(tmp_path: Path) -> None:
    with served(tmp_path / "data") as broker:
        await kills(tmp_path, broker, 50, 1000, random.Random(50))
