"""A client that is opened while its server is away: what it shows, keeps, and tells of its tries."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from hubbub.broker.config import Accounts, Config, Server
from hubbub.broker.worker import Broker
from hubbub.client import Client, Conversation, Message, Offline, errors, events
from hubbub.client.sync import Client as BlockingClient
from tests.helpers.brokers import NO_LIMITS, PASSWORD, LogLines, Served
from tests.helpers.chatting import heard

E = TypeVar("E", bound=events.Event)


class Switched:
    """A server that can be away, at one address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        first = Served(folder)
        self.address = first.place.address
        self._ports = first.port, first.publish_port
        self._broker: Broker | None = first.broker

    def off(self) -> None:
        if self._broker is not None:
            self._broker.stop()
            self._broker = None

    def on(self) -> None:
        port, publish_port = self._ports
        server = Server(host="127.0.0.1", port=port, publish_port=publish_port)
        self._broker = Broker(self.folder, Config(server, Accounts(), NO_LIMITS), LogLines())
        self._broker.start()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Switched]:
    made = Switched(tmp_path / "broker")
    yield made
    made.off()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@asynccontextmanager
async def opened(server: Switched, user: str, **options: Any) -> AsyncIterator[Client]:
    options = {"password": PASSWORD.decode(), "register": True, **options}
    async with Client(server.address, user=user, **options) as chat:
        yield chat


async def met(server: Switched, profile: Path) -> None:
    """alice has a profile, and something was said; then the server goes away."""
    async with opened(server, "bob") as bob, opened(server, "alice", profile=profile) as alice:
        await bob.set_profile(display_name="Bob B.", colour="#3366cc")
        await bob.send("alice", "good morning")
        await heard(alice, events.MessageReceived)
        await alice.users()
        await alice.create_group("team", ["bob"])
        await alice.send("#team", "we are a team")
    server.off()


async def test_what_is_known_is_shown_and_what_is_written_arrives_later(
    server: Switched, profile: Path
) -> None:
    await met(server, profile)
    async with opened(server, "ALICE", profile=profile, password=None, register=False, wait=False) as alice:
        assert alice.user == "alice", "the profile knows how the server writes it"
        cached = alice.cached
        assert [row.name for row in await cached.home()] == ["#team", "@bob", "#general"]
        assert [one.text for one in await cached.history("bob")] == ["good morning"]
        (hit,) = await cached.search("TEAM we")
        assert hit.marked() == "[we] are a [team]"
        (bob,) = [one for one in await cached.people() if one.name == "bob"]
        assert (bob.display_name, bob.colour, bob.online) == ("Bob B.", "#3366cc", False)
        last = (await cached.history("bob"))[0]
        first = await alice.queue("bob", "an answer", reply_to=last)
        second = await alice.queue("#team", "later")
        away = await heard(alice, events.Disconnected)
        assert "no server" in away.reason
        assert await alice.flush() == []
        assert [(one.key, one.state, one.reply_to) for one in await alice.waiting()] == [
            (first, "pending", last.seq),
            (second, "pending", None),
        ]
        server.on()
        await alice.try_now()
        told = await told_of(alice, {first, second})
        done = {one.key: one for one in told if isinstance(one, events.SendDone)}
        received = {one.message.key: one.message for one in told if isinstance(one, events.MessageReceived)}
        assert received[first].reply_to == last.seq
        assert {key: one.message.seq for key, one in done.items()} == {
            key: one.seq for key, one in received.items()
        }
        assert await alice.waiting() == []


async def told_of(chat: Client, keys: set[bytes]) -> list[events.Event]:
    """Events, until each of these messages was told of in both ways."""
    told: list[events.Event] = []
    async with aclosing(chat.events()) as coming:  # type: ignore[type-var]
        async for event in coming:
            told.append(event)
            done = {one.key for one in told if isinstance(one, events.SendDone)}
            received = {one.message.key for one in told if isinstance(one, events.MessageReceived)}
            if keys <= done & received:
                return told
    raise AssertionError("the client was closed")


async def test_what_waits_bears_the_name_that_its_group_has_by_now(server: Switched, profile: Path) -> None:
    await met(server, profile)
    with Offline(profile, server.address, "alice") as cache:
        cache.queue("#team", "for the team")
    server.on()
    async with opened(server, "alice", profile=profile, live=False) as alice:
        await alice.rename("#team", "crew")
        assert [one.recipient for one in await alice.waiting()] == ["#crew"]
    server.off()
    async with opened(server, "alice", profile=profile, wait=False) as alice:
        assert [one.recipient for one in await alice.waiting()] == ["#crew"]
        assert "#crew" in [row.name for row in await alice.cached.home()]


async def test_who_finds_a_group_is_remembered_too(server: Switched, profile: Path) -> None:
    """As an entry tells it, at once or after a time away."""
    await met(server, profile)
    server.on()
    kept: dict[str, Any] = {"profile": profile, "consumer": "window"}
    async with opened(server, "bob") as bob, opened(server, "alice", **kept) as alice:
        await alice.set_role("#team", "bob", "owner")
        await bob.set_visibility("#team", public=True)
        await heard(alice, events.VisibilityChanged)
    async with opened(server, "bob", live=False) as bob:
        await bob.set_visibility("#team", history="joined")
    with Offline(profile, server.address, "alice") as cache:
        assert _seen(cache.home()) == (True, "all")
    async with opened(server, "alice", **kept) as alice:
        await heard(alice, events.VisibilityChanged, lambda event: event.history == "joined")
    server.off()
    with Offline(profile, server.address, "alice") as cache:
        assert _seen(cache.home()) == (True, "joined")


def _seen(rows: list[Conversation]) -> tuple[bool, str]:
    (row,) = [row for row in rows if row.name == "#team"]
    return row.public, row.history


async def the_next(coming: AsyncIterator[events.Event], kind: type[E]) -> E:
    """It comes behind Connecting, or in its place where nobody looked in time."""
    event = await anext(coming)
    if isinstance(event, events.Connecting):
        event = await anext(coming)
    assert isinstance(event, kind)
    return event


async def test_each_try_is_told_and_can_be_had_at_once(
    server: Switched, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SHORTEST_S", "LONGEST_S"):
        monkeypatch.setattr(f"hubbub.client.backoff.{name}", 1000.0)
    server.off()
    async with opened(server, "alice", profile=profile, wait=False) as alice:
        coming = aiter(alice.events())
        away = await the_next(coming, events.Disconnected)
        assert (away.again, away.next_try) == (False, 1000.0)
        left = alice.next_try
        assert left is not None and 0 < left <= away.next_try
        assert await alice.cached.home() == []
        with pytest.raises(errors.NoServer):
            await alice.queue("bob", "to a server that was never met")
        await alice.try_now()
        assert (await the_next(coming, events.Disconnected)).again
        server.on()
        await alice.try_now()
        while not isinstance(event := await anext(coming), events.Connected):
            assert isinstance(event, events.Connecting | events.Disconnected | events.HomeRefreshed), event
        assert alice.connected and alice.next_try is None
        assert [row.name for row in await alice.home()] == ["#general"]


async def test_what_stops_it_is_raised_by_events_and_calls(server: Switched, profile: Path) -> None:
    await met(server, profile)
    server.on()
    async with opened(
        server,
        "alice",
        profile=profile,
        password="not this one",
        fresh_login=True,
        register=False,
        wait=False,
    ) as alice:
        with pytest.raises(errors.WrongCredentials):
            await heard(alice, events.Connected)
        with pytest.raises(errors.WrongCredentials):
            await alice.home()
        assert len(await alice.cached.home()) == 3, "what is known stays readable"
        assert alice.next_try is None


async def test_the_blocking_client_can_be_opened_without_its_server_too(
    server: Switched, profile: Path
) -> None:
    await met(server, profile)

    def look() -> list[Message]:
        with BlockingClient(server.address, user="alice", profile=profile, wait=False) as alice:
            return alice.cached.history("bob", limit=1)

    assert [one.text for one in await asyncio.to_thread(look)] == ["good morning"]


async def test_offline_sees_what_an_open_client_writes(server: Switched, profile: Path) -> None:
    await met(server, profile)
    server.on()
    with Offline(profile, server.address, "alice") as beside:
        assert len(beside.history("bob")) == 1
        async with opened(server, "alice", profile=profile) as alice:
            await alice.send("bob", "one more")
            await alice.create_group("later")
            await alice.cached.home()  # behind what is yet to be written
            found = await asyncio.to_thread(lambda: (beside.history("bob"), beside.home()))
        assert [one.text for one in found[0]] == ["one more", "good morning"]
        assert "#later" in [row.name for row in found[1]]


async def test_after_a_lost_link_all_conversations_are_told_anew(server: Switched, profile: Path) -> None:
    await met(server, profile)
    server.on()
    async with opened(server, "alice", profile=profile, password=None, register=False, wait=False) as alice:
        first = await heard(alice, events.HomeRefreshed)
        assert {row.name for row in first.conversations} == {"#team", "@bob", "#general"}
        server.off()
        await heard(alice, events.Disconnected)
        server.on()
        async with opened(server, "alice") as elsewhere:
            await elsewhere.mute("#team")
            await elsewhere.block("bob")
        await alice.try_now()
        again = await heard(alice, events.HomeRefreshed)
        assert [row.name for row in again.conversations if row.muted_until] == ["#team"]
        assert again.blocked == ["bob"]
        assert isinstance(await heard(alice, events.Connected), events.Connected)
