"""The clients against a broker in this process."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hubbub.client import Client, Message, errors, events, sync
from hubbub.client.profile import Profile
from tests.helpers.brokers import Served
from tests.helpers.chatting import chatting

PASSWORD = "correct horse"


@pytest.fixture
async def alice(broker: Served) -> AsyncIterator[Client]:
    async with Client(broker.place.address, user="alice", password=PASSWORD, register=True) as chat:
        yield chat


@pytest.fixture
async def bob(broker: Served) -> AsyncIterator[Client]:
    async with Client(broker.place.address, user="bob", password=PASSWORD, register=True) as chat:
        yield chat


async def received(chat: Client, count: int) -> list[Message]:
    found: list[Message] = []
    async for event in chat.events():
        if isinstance(event, events.MessageReceived):
            found.append(event.message)
            if len(found) == count:
                break
    return found


async def test_what_is_sent_arrives_once_and_in_order(alice: Client, bob: Client) -> None:
    texts = ["text with : and # and 😀", "two\nlines", "\x1b[31m"]
    sent = [await alice.send("bob", text) for text in texts]
    assert [message.text for message in await received(bob, 3)] == texts
    assert sent[0].conversation == "@bob"
    assert sent[1].seq == sent[0].seq + 1
    assert sent[0].sent_at.tzinfo is not None


async def test_the_same_key_is_stored_once(alice: Client, bob: Client) -> None:
    first = await alice.send("bob", "once")
    assert await alice.send("@BOB", "once", key=first.key) == first
    with pytest.raises(errors.KeyConflict):
        await alice.send("#general", "once", key=first.key)


async def test_history_pages_by_itself(alice: Client, bob: Client) -> None:
    await asyncio.gather(*(alice.send("#general", f"page {number}") for number in range(450)))
    whole = [message async for message in alice.history("#general", limit=None)]
    assert len({message.seq for message in whole}) == len(whole) >= 450
    assert whole == sorted(whole, key=lambda message: -message.seq)
    assert [message async for message in bob.history("#general", limit=250)] == whole[:250]
    seq = whole[200].seq
    assert [one async for one in alice.history("#general", before=seq, limit=3)] == whole[201:204]
    assert [one async for one in alice.history("#general", after=seq, limit=3)] == whole[197:200]
    assert [one async for one in alice.history("#general", after=seq, limit=None)] == whole[:200]
    assert seq in [one.seq async for one in alice.history("#general", around=seq, limit=10)]


async def test_home_search_and_read_markers(alice: Client, bob: Client) -> None:
    sent = await alice.send("bob", "a needle")
    (row,) = [row for row in await bob.home() if row.name == "@alice"]
    assert row.unread > 0
    assert row.last_message is not None
    assert row.last_message.text == "a needle"
    await bob.mark_read("alice", sent.seq)
    (row,) = [row for row in await bob.home() if row.name == "@alice"]
    assert row.unread == 0
    found = await bob.search("needle", conversation="alice")
    assert [message.key for message in found] == [sent.key]


async def test_who_is_there(alice: Client, bob: Client) -> None:
    assert [user.name for user in await alice.users("bo")] == ["bob"]
    seen: set[str] = set()
    async for event in alice.events():
        if isinstance(event, events.PresenceChanged):
            seen |= {user.name for user in event.online}
        if {"alice", "bob"} <= seen:
            break
    assert {"alice", "bob"} <= {user.name for user in await alice.online_users()}


async def test_refusals_have_their_names(broker: Served, alice: Client) -> None:
    with pytest.raises(errors.NotFound):
        await alice.send("nobody", "hi")
    with pytest.raises(errors.NotFound):
        await alice.send("#nothing", "hi")
    with pytest.raises(errors.BadRequest):
        await alice.send("bob", "x" * 20_000)
    with pytest.raises(errors.BadRequest):
        await alice.send("a b", "hi")
    with pytest.raises(errors.WrongCredentials):
        async with Client(broker.place.address, user="alice", password="wrong horse"):
            pass
    with pytest.raises(errors.NameTaken):
        async with Client(broker.place.address, user="alice", password=PASSWORD, register="new"):
            pass


async def test_there_is_no_server() -> None:
    with pytest.raises(errors.NoServer, match=r"There is no server at tcp://127\.0\.0\.1:9"):
        async with Client("127.0.0.1:9", user="alice", password=PASSWORD):
            pass


async def test_a_consumer_goes_on_where_it_stopped(broker: Served, alice: Client, tmp_path: Path) -> None:
    def carol() -> Client:
        return Client(
            broker.place.address,
            user="carol",
            password=PASSWORD,
            register=True,
            profile=tmp_path,
            consumer="tail",
        )

    async with carol():
        pass
    for number in range(3):
        await alice.send("carol", str(number))
    async with carol() as chat:
        assert [message.text for message in await received(chat, 2)] == ["0", "1"]
    async with carol() as chat:
        # What was handed out last, and not followed by asking for more, was not done with.
        assert [message.text for message in await received(chat, 2)] == ["1", "2"]


async def test_the_outbox_is_sent_by_the_next_client(broker: Served, alice: Client, tmp_path: Path) -> None:
    options = {"user": "dave", "password": PASSWORD, "profile": Profile(tmp_path), "live": False}
    async with Client(broker.place.address, register=True, **options) as chat:
        key = await chat.queue("alice", "written before")
        await chat.queue("nobody", "never arrives")
    async with Client(broker.place.address, **options) as chat:
        results = [result for _, result in await chat.flush()]
        assert isinstance(results[0], Message)
        assert results[0].key == key
        assert isinstance(results[1], errors.NotFound)
        assert [waiting.state for waiting in await chat.waiting()] == ["failed"]
    assert [one.key async for one in alice.history("dave")] == [key]


async def test_what_waits_for_a_group_goes_to_no_other(broker: Served, alice: Client, tmp_path: Path) -> None:
    options = {"user": "frank", "password": PASSWORD, "profile": Profile(tmp_path), "live": False}
    async with Client(broker.place.address, register=True, **options) as chat:
        for name in ("dock", "pier"):
            await alice.create_group(name, ["frank"])
        await chat.home()
        for name in ("#dock", "#pier"):
            await chat.queue(name, f"to the first {name}")
    for name in ("dock", "pier"):
        await alice.rename(name, f"old{name}")
        await alice.create_group(name, ["frank"])
    await alice.remove("#oldpier", "frank")
    async with Client(broker.place.address, **options) as chat:
        (_, sent), (_, refused) = await chat.flush()
    assert isinstance(sent, Message)
    assert (sent.conversation, sent.text) == ("#olddock", "to the first #dock")
    assert isinstance(refused, errors.NotFound)
    for name in ("#dock", "#pier"):
        assert [message async for message in alice.history(name)] == []


async def test_closing_leaves_no_thread_and_ends_events(broker: Served) -> None:
    before = threading.active_count()
    chat = Client(broker.place.address, user="alice", password=PASSWORD)
    async with chat:
        listening = asyncio.create_task(received(chat, 1000))
        await chat.home()
    assert isinstance(await listening, list)
    assert threading.active_count() == before
    with pytest.raises(errors.Closed):
        await chat.home()


def test_the_blocking_client_works(broker: Served) -> None:
    with sync.Client(broker.place.address, user="erin", password=PASSWORD, register=True) as chat:
        sent = chat.send("erin", "to myself")
        assert [message.key for message in chat.history("erin")] == [sent.key]
        for event in chat.events():
            if isinstance(event, events.MessageReceived):
                assert event.message.key == sent.key
                break
        assert chat.user == "erin"
        made = chat.create_group("erins", topic="all mine")
        assert ("#erins", "all mine") in [(row.name, row.topic) for row in chat.home()]
        chat.react(chat.send(made.name, "hello"), "👋")
        assert [one.emoji for message in chat.history(made.name) for one in message.reactions] == ["👋"]
    with pytest.raises(errors.Closed):
        chat.home()


async def test_a_client_that_was_never_opened_says_so() -> None:
    chat = Client("127.0.0.1:9", user="alice", password=PASSWORD)
    with pytest.raises(errors.Closed):
        await chat.home()
    assert [event async for event in chat.events()] == []
    await chat.close()
    blocking = sync.Client("127.0.0.1:9", user="alice", password=PASSWORD)
    with pytest.raises(errors.Closed):
        blocking.home()
    blocking.close()


async def test_what_was_deleted_is_not_shown_by_the_cached_home_either(
    broker: Served, tmp_path: Path
) -> None:
    """Without a feed too: nobody tells this client of the deletion but the client itself."""
    word = "nonce-7c2e91"
    async with chatting(broker, "vera", profile=tmp_path, live=False) as (vera,):
        await vera.home()
        message = await vera.send("#general", f"{word} that must go")
        (row,) = await vera.cached.home()
        assert row.last_message is not None and word in row.last_message.text
        await vera.delete(message)
        (row,) = await vera.cached.home()
        assert row.last_message is not None and row.last_message.deleted_at
    assert holding(tmp_path, word) == []


def holding(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.iterdir() if word.encode() in path.read_bytes()]
