"""Two clients of the library over a broker whose worker is killed, and over a link that goes silent: back by themselves,
with nothing missed, nothing twice."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hubbub.client import Client, events
from tests.helpers.brokers import PASSWORD, BrokerProcess, serving
from tests.helpers.proxy import Proxy
from tests.helpers.waiting import until

LINK_BACK_S = 60.0


class Listening:
    """Everything that a client hears in one conversation, in order."""

    def __init__(self, client: Client) -> None:
        self.texts: list[str] = []
        self.seqs: list[int] = []
        self._client = client
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for event in self._client.events():
            if isinstance(event, events.MessageReceived):
                async with self._changed:
                    self.texts.append(event.message.text)
                    self.seqs.append(event.message.seq)
                    self._changed.notify_all()

    async def until(self, count: int, timeout: float) -> None:
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(lambda: len(self.texts) >= count)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@asynccontextmanager
async def client(port: int, name: str) -> AsyncIterator[Client]:
    async with Client(f"127.0.0.1:{port}", user=name, password=PASSWORD.decode(), register=True) as made:
        yield made


def port_of(process: BrokerProcess) -> int:
    return int(process.place.address.rsplit(":", 1)[1])


async def talk(process: BrokerProcess, kills: int) -> None:
    port = port_of(process)
    async with client(port, "alice") as alice, client(port, "bob") as bob:
        heard = Listening(bob)
        sent: list[str] = []
        try:
            for turn in range(kills + 1):
                for number in range(20):
                    sent.append(f"{turn} {number}")
                    if number == 10 and turn < kills:
                        process.kill_worker()
                    message = await alice.send("bob", sent[-1])
                    assert (message.seq, message.text) == (len(sent), sent[-1])
                await asyncio.to_thread(process.ready)
            await heard.until(len(sent), 60.0)
            assert heard.texts == sent
            assert heard.seqs == list(range(1, len(sent) + 1))
            kept = [message.text async for message in bob.history("alice", limit=None)]
            assert kept[::-1] == sent
        finally:
            await heard.close()


async def test_two_clients_over_worker_kills(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as process:
        await talk(process, 2)
        assert process.verify()["problems"] == []


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_two_clients_over_ten_worker_kills(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as process:
        await talk(process, 10)
        assert process.verify()["problems"] == []


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("reset", [True, False], ids=["noticed, then reset", "back before he noticed"])
async def test_a_link_cut_without_a_word(tmp_path: Path, reset: bool) -> None:
    """Bob's link goes silent: no FIN, no RST. Alice goes on; he notices, comes back and has everything, in under 60 s."""
    with serving(tmp_path / "data") as process:
        port = port_of(process)
        publish = int(process.place.publish.rsplit(":", 1)[1])
        with Proxy(port, publish) as link:
            async with client(port, "alice") as alice, client(link.port, "bob") as bob:
                heard = Listening(bob)
                try:
                    await alice.send("bob", "before")
                    await heard.until(1, 20.0)
                    link.go_silent()
                    sent = ["before"]
                    for number in range(50):
                        sent.append(f"meanwhile {number}")
                        await alice.send("bob", sent[-1])
                    answer = asyncio.create_task(bob.send("alice", "sent into the silence"))
                    if reset:
                        await asyncio.to_thread(
                            until, lambda: not bob.connected, LINK_BACK_S, "that he notices"
                        )
                    assert heard.texts == ["before"]
                    link.come_back(reset=reset)
                    began = time.monotonic()
                    await heard.until(len(sent) + 1, LINK_BACK_S)
                    await answer
                    took = time.monotonic() - began
                    assert [text for text in heard.texts if text != "sent into the silence"] == sent
                    assert heard.seqs == list(range(1, len(sent) + 2))
                    print(
                        f"\ncomplete {took:.1f} s after the link was back ({'reset' if reset else 'silent'})"
                    )
                finally:
                    await heard.close()
