"""What waits to be sent: replies, failures that can be retried, what is dropped, and how files fare."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hubbub.client import Client, errors, events
from tests.helpers.bots import NUMBERS
from tests.helpers.brokers import Served
from tests.helpers.chatting import chatting, heard, newest


@pytest.fixture
async def pair(broker: Served, tmp_path: Path) -> AsyncIterator[tuple[Client, Client]]:
    """alice, who has a profile, and bob."""
    number = next(NUMBERS)
    async with (
        chatting(broker, f"bob{number}") as (bob,),
        chatting(broker, f"alice{number}", profile=tmp_path / "alice") as (alice,),
    ):
        yield alice, bob


async def test_a_queued_reply_arrives_with_its_key(pair: tuple[Client, Client]) -> None:
    alice, bob = pair
    await bob.send(alice.user, "well?")
    question = (await heard(alice, events.MessageReceived)).message
    key = await alice.queue(bob.user, "yes", reply_to=question)
    done = await heard(alice, events.SendDone)
    assert (done.key, done.conversation, done.message.reply_to) == (key, f"@{bob.user}", question.seq)
    received = await heard(bob, events.MessageReceived, lambda event: event.message.key == key)
    assert received.message.reply_to == question.seq
    with pytest.raises(errors.BadRequest, match="stays in its conversation"):
        await alice.queue("#general", "elsewhere", reply_to=question)


async def test_what_is_refused_says_why_and_can_be_sent_again(pair: tuple[Client, Client]) -> None:
    alice, bob = pair
    await bob.block(alice.user)
    key = await alice.queue(bob.user, "do you hear me?")
    failed = await heard(alice, events.SendFailed)
    assert (failed.key, failed.conversation) == (key, f"@{bob.user}")
    (kept,) = await alice.waiting()
    assert (kept.state, kept.problem) == ("failed", failed.problem)
    assert failed.problem
    await bob.unblock(alice.user)
    await alice.retry(key)
    assert (await heard(alice, events.SendDone)).key == key
    assert (await newest(bob, alice.user)).key == key
    assert await alice.waiting() == []
    with pytest.raises(errors.NotFound):
        await alice.retry(key)


async def test_an_answer_to_nothing_fails(pair: tuple[Client, Client]) -> None:
    alice, bob = pair
    await alice.send(bob.user, "first")
    await alice.queue(bob.user, "to nothing", reply_to=999)
    assert "no message 999" in (await heard(alice, events.SendFailed)).problem


async def test_what_failed_can_be_dropped(pair: tuple[Client, Client]) -> None:
    alice, _ = pair
    key = await alice.queue("nobody-of-this-name", "hello?")
    assert (await heard(alice, events.SendFailed)).conversation == "@nobody-of-this-name"
    await alice.discard(key)
    assert await alice.waiting() == []
    with pytest.raises(errors.NotFound):
        await alice.discard(key)


async def test_a_file_on_its_way_is_told_of_and_its_upload_can_be_cancelled(
    pair: tuple[Client, Client], tmp_path: Path
) -> None:
    alice, bob = pair
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(16_000_000))
    key = await alice.queue(bob.user, "the file", attachments=[large])
    begun = await heard(alice, events.SendProgress)
    assert (begun.key, begun.name, begun.size) == (key, "large.bin", 16_000_000)
    await alice.discard(key)
    assert await alice.waiting() == []
    small = tmp_path / "small.bin"
    small.write_bytes(b"abc")
    second = await alice.queue(bob.user, "another", attachments=[small])
    last = await heard(alice, events.SendProgress, lambda event: event.key == second and event.done == 3)
    assert last.size == 3
    done = await heard(alice, events.SendDone)
    assert done.key == second
    assert [one.name for one in done.message.attachments] == ["small.bin"]
    assert [one.text async for one in bob.history(alice.user)] == ["another"]


async def test_progress_is_told_some_ten_times_a_second(
    pair: tuple[Client, Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubbub.client.outgoing.PROGRESS_EVERY_S", 1e9)
    alice, bob = pair
    file = tmp_path / "file.bin"
    file.write_bytes(bytes(1_000_000))
    told: list[int] = []
    await alice.queue(bob.user, attachments=[file])

    def note(event: events.Event) -> bool:
        if isinstance(event, events.SendProgress):
            told.append(event.done)
        return isinstance(event, events.SendDone)

    await heard(alice, events.Event, note)
    assert told in ([0, 1_000_000], [1_000_000]), "the beginning and the end are told whatever the time"


async def test_what_is_on_the_wire_cannot_be_taken_back(
    pair: tuple[Client, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = pair
    going, go = asyncio.Event(), asyncio.Event()
    post = Client._post_waiting

    async def slow(self: Client, *given: object) -> object:
        going.set()
        await go.wait()
        return await post(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "_post_waiting", slow)
    key = await alice.queue(bob.user, "too late")
    await going.wait()
    assert [one.state for one in await alice.waiting()] == ["claimed"]
    with pytest.raises(errors.NotAllowed, match="can't be taken back"):
        await alice.discard(key)
    go.set()
    assert (await heard(alice, events.SendDone)).key == key


async def test_a_message_that_was_stored_before_is_told_of_all_the_same(
    broker: Served, tmp_path: Path
) -> None:
    """The program died between the commit and the acknowledgement: no MessageReceived comes, because it is old."""
    name = f"alice{next(NUMBERS)}"
    async with chatting(broker, name, profile=tmp_path, live=False) as (alice,):
        key = await alice.queue("#general", "stored already")
        stored = await alice.send("#general", "stored already", key=key)
    async with chatting(broker, name, profile=tmp_path, password=None, register=False) as (alice,):
        done = await heard(alice, events.SendDone)
        assert (done.key, done.message.seq) == (key, stored.seq)


async def test_what_another_program_left_behind_is_sent_in_time(
    pair: tuple[Client, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had claimed a message and died: nothing is sent before its claim is over, and then by itself."""
    monkeypatch.setattr("hubbub.client.outgoing.AGAIN_S", 0.01)
    alice, bob = pair
    claimed = asyncio.Event()
    deliver = Client._claim

    async def taken(self: Client) -> object:
        if not claimed.is_set():
            claimed.set()
            return None
        return await deliver(self)

    monkeypatch.setattr(Client, "_claim", taken)
    key = await alice.queue(bob.user, "left behind")
    assert (await heard(alice, events.SendDone)).key == key


async def test_queued_at_is_when_it_was_written(pair: tuple[Client, Client]) -> None:
    alice, _ = pair
    await alice.queue("nobody-at-all", "hello?")
    failed = await heard(alice, events.SendFailed)
    (kept,) = await alice.waiting()
    assert kept.key == failed.key
    assert kept.queued_at.utcoffset() is not None
    general = await alice.send("#general", "now")
    assert abs((kept.queued_at - general.sent_at).total_seconds()) < 60
