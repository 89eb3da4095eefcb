"""The broker of one test: started in the test's process, stopped, started again where it was, and told what no client could
tell it. The one file of the client's that knows the broker."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import argon2
import msgspec

from hubbub.broker import effects as fx
from hubbub.broker.config import Config, parse
from hubbub.broker.core import Core
from hubbub.broker.ready import CannotStart, Ready
from hubbub.broker.worker import Broker
from hubbub.client.keys import message_key
from hubbub.client.link import resolve
from hubbub.client.testing.clock import Clock
from hubbub.client.testing.errors import BrokerLog
from hubbub.schemas import records, requests
from hubbub.schemas.hello import parse_address

PASSWORD: Final = "correct horse battery"  # noqa: S105  # of every account of every test
_HASH: Final = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""0.3 ms in place of 40. Its parameters are in it, so that whoever checks a password needs no others."""
_ANSWER_S: Final = 10.0
_PORT_TRIES: Final = 100
_PORT_PAUSE_S: Final = 0.02
_PAGE: Final = 100

R = TypeVar("R", bound=records.Result)


class Refused(Exception):
    """The store's reason."""


class Serving:
    """Belongs to the event loop; the broker has threads of its own."""

    def __init__(self, folder: Path, config: str, clock: Clock, log: BrokerLog) -> None:
        """`config`: as a config file has it; host and ports are chosen here."""
        read = parse(config)
        server = msgspec.structs.replace(read.server, host="127.0.0.1", port=0, publish_port=0)
        self._config: Config = msgspec.structs.replace(read, server=server)
        self._folder, self._clock, self._log = folder, clock, log
        self._broker: Broker | None = None
        self.ready: Ready | None = None

    @property
    def running(self) -> Broker:
        """The broker. Raises RuntimeError where it is stopped."""
        if self._broker is None:
            raise RuntimeError("The broker is stopped: await broker.start()")
        return self._broker

    @property
    def position(self) -> int:
        """How many commits there were."""
        return self.running.core.changes.position

    async def start(self) -> None:
        """Serve, at the ports of before if there was one before."""
        if self._broker is not None:
            raise RuntimeError("The broker runs already.")
        self._broker = await self._make()
        self.ready = self._broker.start()
        ports = {
            "port": parse_address(self.ready.address).port,
            "publish_port": parse_address(self.ready.publish).port,
        }
        server = msgspec.structs.replace(self._config.server, **ports)
        self._config = msgspec.structs.replace(self._config, server=server)

    async def _make(self) -> Broker:
        tries = _PORT_TRIES if self.ready is not None else 1
        while True:
            try:
                return Broker(self._folder, self._config, self._log, self._clock.microseconds)
            except CannotStart:
                tries -= 1
                if not tries:
                    raise
                await asyncio.sleep(_PORT_PAUSE_S)  # somebody's connection was given the port meanwhile

    async def stop(self) -> None:
        """As `hubbub-broker` on SIGTERM. Twice does no harm."""
        if self._broker is not None:
            broker, self._broker = self._broker, None
            await asyncio.to_thread(broker.stop)

    @property
    def up(self) -> bool:
        """It serves."""
        return self._broker is not None

    async def jump(self, move: Callable[[], None]) -> None:
        """Call this, which moves the clock, in the broker's thread. Nobody could send a PING meanwhile: who is present stays so."""

        def moved(core: Core, context: fx.Context, result: object) -> fx.Effects:
            move()
            now = self._clock.microseconds()
            live = [found for user in core.presence.everyone() if (found := core.sessions.user(user))]
            for session in [session for user in live for session in user.sessions]:
                core.presence.renew(session, now)
            return []

        if self.up:
            await self._do(records.ReadHome(0, 0, 1, []), records.Result, moved)  # any command will do
        else:
            move()

    # --------------------------------------------------------------------------------------------- accounts and groups

    async def create_user(self, name: str, *, bot: bool = False) -> int:
        """An account with the password PASSWORD; its id. Raises Refused."""
        command = records.CreateUser(name, _HASH, self._clock.microseconds(), bot)
        return (await self._do(command, records.UserCreated)).user

    async def create_group(self, owner: int, name: str, *, public: bool) -> int:
        """The group's id. Raises Refused."""
        command = records.CreateGroup(
            owner=owner,
            key=message_key(),
            name=name,
            members=[],
            public=public,
            topic="",
            history="all",
            now=self._clock.microseconds(),
        )
        return (await self._do(command, records.GroupCreated)).conversation.conversation

    async def join_group(self, user: int, name: str) -> int:
        """A public group's id. Raises Refused where there is none."""
        command = records.JoinGroup(user, message_key(), name, self._clock.microseconds())
        return (await self._do(command, records.GroupJoined)).conversation.conversation

    async def add_member(self, group: int, actor: int, user: str) -> None:
        """Nothing happens where he is in it. Raises Refused."""
        command = records.AddMember(group, actor, message_key(), self._clock.microseconds(), user)
        await self._do(command, records.MemberChanged)

    async def heads(self, user: int) -> dict[int, int]:
        """Conversation -> its last seq, of all that the user is in."""
        found: dict[int, int] = {}
        after: int | None = 0
        while after is not None:
            page = await self._do(records.ReadHome(user, after, _PAGE, None), records.HomeRead)
            found.update((row.conversation, row.head) for row in page.conversations)
            after = page.next
        return found

    async def _do(
        self, command: records.Write | records.Read, kind: type[R], then: fx.Then | None = None
    ) -> R:
        """What the store answers, once the broker's memory knows of it; `then` is called in the broker's thread before. Raises
        Refused."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[records.Result] = loop.create_future()

        def answered(core: Core, context: fx.Context, result: records.Result) -> fx.Effects:
            effects = then(core, context, result) if then is not None else []
            loop.call_soon_threadsafe(resolve, answer, result)
            return effects

        context = fx.Context(fx.Peer(b"", "", ""), requests.Ping(id=0), self._clock.microseconds())
        pending, service = fx.Pending(context, answered), self.running.service
        if isinstance(command, records.Write):
            service.submit_writes([(pending, command)])
        else:
            service.submit_read(pending, command)
        result = await asyncio.wait_for(answer, _ANSWER_S)
        if not isinstance(result, kind):
            raise Refused(result.message if isinstance(result, records.Refused) else repr(result))
        return result
