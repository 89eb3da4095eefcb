"""What a link does with what its session hands out, in the order in which it comes. The connection is put in by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hubbub.client import actions as act
from hubbub.client import errors, events, link
from hubbub.client.actions import Action
from hubbub.client.disk import Disk
from hubbub.client.entrance import Identity
from hubbub.client.profile import Profile
from hubbub.client.session import Session
from hubbub.schemas import events as wire
from hubbub.schemas import replies, requests
from hubbub.schemas.hello import Address
from tests.client.driver import EPOCH, hello, message, row


class Connection:
    """Admits the server, says what the test gives it, and stops when it is told to."""

    def __init__(
        self,
        session: Session,
        address: Address,
        device: object,
        *,
        admit: Callable[[Any], object],
        receive: Callable[[list[Action]], None],
    ) -> None:
        self._session, self._admit, self.receive = session, admit, receive

    def start(self) -> None:
        self._admit(hello())
        self.receive([act.Ready(EPOCH)])

    def post(self, request: Callable[[Session, float], list[Action]]) -> None:
        self.receive([action for action in request(self._session, 0.0) if isinstance(action, act.Stop)])

    def join(self) -> None:
        pass


class Linked:
    """A link with a profile, and its connection."""

    def __init__(self, disk: Disk, made: link.Link, connection: Connection) -> None:
        self.disk, self.link, self._connection = disk, made, connection

    async def take(self, *batch: Action) -> None:
        """Returns once the link has looked at all of it."""
        seen: asyncio.Future[replies.Reply] = asyncio.Future()
        self._connection.receive([*batch, act.Resolve(seen, requests.Offline(id=1), replies.Done(id=1))])
        await seen


@pytest.fixture
async def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Linked]:
    made: list[Connection] = []

    def connection(*given: Any, **named: Any) -> Connection:
        made.append(Connection(*given, **named))
        return made[0]

    monkeypatch.setattr(link, "Connection", connection)
    disk = Disk(Profile(tmp_path))
    options = dict.fromkeys(("online", "patient", "give_up", "replay", "fresh_login"), False)
    one = link.Link(
        Address("127.0.0.1"), Identity(name="alice"), live=True, consumer=None, skip=None, **options
    )
    await one.start(disk)
    yield Linked(disk, one, made[0])
    await one.close()
    await disk.close()


def home(*rows: replies.Conversation, version: int) -> act.HomeRead:
    return act.HomeRead(list(rows), complete=True, added=[], blocked=[], version=version)


async def test_nothing_of_a_store_is_kept_behind_its_end(linked: Linked) -> None:
    account = linked.disk.account
    assert account is not None
    await linked.take(act.Deliver(message(7, 1)), act.Reset(b"n" * 16), act.Deliver(message(7, 2)))
    assert [one.seq for one in await linked.disk.do(account.history, 7)] == [2]


async def test_nothing_of_a_conversation_is_kept_behind_ones_leaving(linked: Linked) -> None:
    account = linked.disk.account
    assert account is not None
    await linked.take(
        home(row(7, 0), row(8, 0), version=1), act.Deliver(message(8, 1)), home(row(7, 0), version=2)
    )
    assert await linked.disk.do(account.history, 8) == []
    assert [one.conversation for one in await linked.disk.do(account.home)] == [7]


async def test_an_answer_that_was_overtaken_brings_no_conversation_back(linked: Linked) -> None:
    async def answered(version: int, *rows: replies.Conversation) -> None:
        page = replies.HomePage(
            id=1, epoch=EPOCH, position=1, home_version=version, conversations=list(rows), blocked=[]
        )
        await linked.take(act.Resolve(asyncio.Future(), requests.Home(id=1), page))

    await linked.take(home(row(7, 1), row(8, 1), version=2), home(row(7, 1), version=3))
    await answered(2, row(7, 1), row(8, 1))
    assert sorted(linked.link.directory.numbers()) == [7]
    await answered(4, row(7, 1), row(9, 1))
    assert sorted(linked.link.directory.numbers()) == [7, 9]


def taken(linked: Linked) -> list[events.Event]:
    queue = linked.link.queue
    return [queue.take()[0] for _ in range(len(queue))]


async def test_of_tries_that_nobody_looked_at_only_the_last_is_kept(linked: Linked) -> None:
    lost = act.Lost(errors.NoServer("away"), 3.0)
    await linked.take(lost, *[act.Trying(), lost] * 50)
    assert [type(event) for event in taken(linked)] == [events.Disconnected] * 2
    await linked.take(act.Trying(), act.Ready(EPOCH), lost)
    told = taken(linked)
    assert [type(event) for event in told] == [events.Connecting, events.Connected, events.Disconnected]
    assert not told[-1].again  # type: ignore[attr-defined]  # the type was asserted


async def test_the_cached_home_follows_what_is_said_and_read(linked: Linked) -> None:
    account = linked.disk.account
    assert account is not None

    async def kept() -> replies.Conversation:
        (found,) = await linked.disk.do(account.home)
        return found

    await linked.take(home(row(7, 0), version=1), *[act.Deliver(message(7, seq)) for seq in (1, 2, 3)])
    now = await kept()
    assert now.last_message is not None
    assert (now.last_message.seq, now.unread, now.head) == (3, 3, 3)
    await linked.take(act.Deliver(wire.Read(home_version=2, conversation=7, seq=3)))
    assert (await kept()).unread == 0
