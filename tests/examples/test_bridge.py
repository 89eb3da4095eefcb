"""The bridge between two servers: each side hears the other, in order and once."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from examples import bridge as example
from hubbub.client import events
from hubbub.client.testing.local_broker import LocalBroker
from hubbub.client.testing.person import Person

Bridged = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture
async def there(broker: LocalBroker) -> LocalBroker:
    return await broker.another()


@pytest.fixture
async def ann(broker: LocalBroker) -> Person:
    await broker.group("#here", ["ann", "bridge"])
    return await broker.user("ann", group="#here")


@pytest.fixture
async def ben(there: LocalBroker) -> Person:
    await there.group("#there", ["ben", "bridge"])
    return await there.user("ben", group="#there")


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    return tmp_path / "profiles"


@pytest.fixture
def bridged(
    broker: LocalBroker,
    there: LocalBroker,
    ann: Person,
    ben: Person,
    profiles: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Bridged:
    """Runs the two halves of the program, from when it is connected."""

    async def side(server: LocalBroker, name: str) -> None:
        monkeypatch.setenv(f"{name}_SERVER", await server.way("bridge"))
        monkeypatch.setenv(f"{name}_TOKEN", f"bridge:{server.password}")

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        monkeypatch.setenv("HUBBUB_PROFILE", str(profiles))
        await side(broker, "HUBBUB")
        await side(there, "OTHER")
        async with example.side("HUBBUB") as one, example.side("OTHER") as other:
            tasks = [
                asyncio.create_task(example.carry(one, "#here", other, "#there")),
                asyncio.create_task(example.carry(other, "#there", one, "#here")),
            ]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            assert all(task.cancelled() for task in tasks), tasks

    return running


async def texts(person: Person, group: str) -> list[str]:
    return [message.text async for message in person.client.history(group, limit=None)][::-1]


async def test_both_sides_hear_each_other(ann: Person, ben: Person, bridged: Bridged) -> None:
    async with bridged():
        asked = await ann.say("is the build green?")
        heard = await ben.expect("ann: is the build green?")
        await ben.client.send("#there", "it is", reply_to=heard)
        await ann.expect("> ann: is the build green?\nben: it is")
        await ann.client.edit(asked, "is the new build green?")
        text = "ann: is the new build green?"
        await ben.expect_event(events.MessageEdited, target=heard.seq, text=text)
        await ann.client.send("#general", "not for them")
        await ann.say("thanks")
        await ben.expect("ann: thanks")
    assert await texts(ben, "#there") == [text, "it is", "ann: thanks"]
    assert len(await texts(ann, "#here")) == 3


async def test_what_is_carried_again_is_stored_once(
    ann: Person, ben: Person, bridged: Bridged, profiles: Path
) -> None:
    async with bridged():
        await ann.say("zero")
        await ben.expect("ann: zero")
    shutil.copytree(profiles, profiles.with_name("before"))
    async with bridged():
        said = await ann.say("one")
        await ann.client.edit(said, "uno")
        await ben.expect_event(events.MessageEdited, text="ann: uno")
    shutil.rmtree(profiles)
    profiles.with_name("before").rename(profiles)  # as if it had been killed before it knew what it had done
    await ann.say("two")
    async with bridged():
        await ann.say("three")
        await ben.expect("ann: three")
        with pytest.raises(AssertionError, match="saw no MessageEdited"):
            await ben.expect_event(events.MessageEdited, timeout=0.01)
    assert await texts(ben, "#there") == ["ann: zero", "ann: uno", "ann: two", "ann: three"]
    copied = [message async for message in ben.client.history("#there", limit=3)][-1]
    assert [earlier.text for earlier in await ben.client.earlier_texts(copied)] == ["ann: one"]


async def test_either_side_can_be_away(
    broker: LocalBroker, there: LocalBroker, ann: Person, ben: Person, bridged: Bridged
) -> None:
    async with bridged():
        await there.stop()
        await ann.say("one")
        await broker.cut("bridge")
        await ann.say("two")
        await there.start()
        await ben.say("back")
        await ann.expect("ben: back")
        await ben.expect("ann: one")
        await ben.expect("ann: two")
    assert await texts(ann, "#here") == ["one", "two", "ben: back"]


async def test_what_one_side_refuses_does_not_end_it(ann: Person, ben: Person, bridged: Bridged) -> None:
    async with bridged():
        await ann.say("x" * 16384)  # with her name before it, it is too long
        await ann.say("two")
        await ben.expect("ann: two")
