"""The asyncio client: what a program calls. Knows no socket, no SQL and no window."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

from hubbub.client import errors, events
from hubbub.client.account import OwnAccount, password_bytes
from hubbub.client.cached import Cached
from hubbub.client.cursors import Hook
from hubbub.client.disk import Disk
from hubbub.client.entrance import Identity
from hubbub.client.files.downloading import Downloading
from hubbub.client.groups import Groups
from hubbub.client.link import Link
from hubbub.client.outgoing import Outgoing
from hubbub.client.people import People
from hubbub.client.profile import Profile
from hubbub.client.reading import Reading
from hubbub.client.tokens import who
from hubbub.schemas import limits
from hubbub.schemas.hello import BadAddress, Hello, parse_address
from hubbub.schemas.names import BadName, canonical

DRAIN_S: Final = 5.0
"""How long closing waits for calls under way."""
FAREWELL_S: Final = 1.0
"""How long it waits, at least, until the server was told of uploads that nobody wants any more."""


class Client(Outgoing, Downloading, Reading, Groups, People, OwnAccount):
    """A user's connection to a server. It reconnects for ever, and stops only on a changed key, a refused login or a
    protocol version that cannot work; every call then raises that error.

    `to` is a user ("bob" or "@bob") or a group ("#team") everywhere. Calls may be made side by side; sends that are awaited
    one after the other are stored in that order.
    """

    def __init__(
        self,
        server: str,
        *,
        user: str | None = None,
        password: str | None = None,
        token: str | None = None,
        profile: Profile | Path | str | None = None,
        register: bool | Literal["new"] = False,
        live: bool = True,
        online: bool = True,
        patient: bool = False,
        wait: bool = True,
        give_up: bool = False,
        consumer: str | None = None,
        replay: bool = False,
        skip: Hook | None = None,
        fresh_login: bool = False,
        device: str = "",
    ) -> None:
        """Nothing happens before `async with`.

        server: HOST[:PORT], tcp://HOST:PORT, or hubbub://HOST:PORT/?key=KEY, which pins the server's key beforehand.
        password: kept in memory, to log in again when the session has ended. None: a session saved in the profile.
        token: of a bot, NAME:SECRET: in place of user and password.
        profile: a folder for pins, device key, sessions and cache. None: nothing is kept on disk.
        register: True makes the account if there is none; "new" raises NameTaken if there is one.
        live: keep a feed, for events(). Without it the client answers calls and costs the server less.
        online: count as present while live.
        patient: wait for a server that is not there yet, instead of raising NoServer.
        wait: False: `async with` returns at once, whether there is a server or not. Then cached shows what is known, queue() keeps what
            is written, calls wait for the link, and events() tells how it fares, from the first Connecting on; what stops the client
            (NotLetIn, KeyChanged, VersionMismatch, Refused) is raised by events() and by every call. It is patient.
        give_up: raise NoServer when the server stays away for some ten seconds, instead of trying for ever; and RateLimited
            when it wants the login to wait for more than five, instead of waiting.
        consumer: a name under which the profile keeps how far events() got; the next client of that name goes on there.
        replay: events() starts a conversation seen for the first time at its beginning, not at its end.
        skip: (conversation id, last, head) -> the seq to go on behind, for consumers that are far behind.
        fresh_login: log in with the password even if the profile has a session.
        device: what the session is called in lists.

        Raises BadRequest for an address, name, password or token that cannot be one.
        """
        user, password = who(user, password, token, register=bool(register))
        try:
            self._address = parse_address(server)
            self._identity = Identity(
                name=canonical(user),
                password=None if password is None else password_bytes(password, new=bool(register)),
                register=register,
                device=device[: limits.DEVICE_NAME_MAX_CHARACTERS],
            )
        except (BadAddress, BadName) as error:
            raise errors.BadRequest(str(error)) from None
        if register and password is None:
            raise errors.BadRequest("An account needs a password.")
        self._profile = Profile(profile) if isinstance(profile, Path | str) else profile
        self._disk: Disk | None = None
        self._cached = Cached(lambda: self._disk)
        self._live = live
        self._wait = wait
        self._link = Link(
            self._address,
            self._identity,
            live=live,
            online=online and live,
            patient=patient or not wait,
            give_up=give_up,
            consumer=consumer,
            replay=replay,
            skip=skip,
            fresh_login=fresh_login,
        )
        self._flushing = asyncio.Lock()
        self._background: set[asyncio.Task[object]] = set()
        self._transfers: set[asyncio.Task[object]] = set()
        self._farewells: set[asyncio.Task[object]] = set()
        self._closing = False
        self._iterating = False
        self._opened = False

    # ---------------------------------------------------------------------------------------------------- opening

    async def __aenter__(self) -> Self:
        """Returns once requests are answered and, when live, nothing will be missed from then on; with wait=False at once. Raises
        NoServer, KeyChanged, NotLetIn, VersionMismatch, Refused (of a registration), ProfileError."""
        if self._profile is not None:
            self._disk = await asyncio.to_thread(Disk, self._profile)
        if self._live:
            self._link.on_ready = self._flush_soon
        try:
            await self._link.start(self._disk, wait=self._wait)
        except BaseException:
            if self._disk is not None:
                await self._disk.close()
            raise
        self._opened = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close(drain=DRAIN_S if error is None else 0.0)

    async def close(self, drain: float = DRAIN_S) -> None:
        """Waits `drain` seconds at most for calls under way, rejects the rest with Closed, and lets go of everything. A transfer
        that is under way is not given up: the same call goes on with it later."""
        if not self._opened:
            return
        self._opened = False
        try:
            await self._end_of_calls(drain)
        finally:  # also where somebody does not want to wait any longer
            await self._let_go()

    async def _end_of_calls(self, drain: float) -> None:
        pending = self._link.pending
        if drain > 0 and pending and self._link.connected:
            await asyncio.wait(pending, timeout=drain)
        await self._end_of_transfers()

    async def _let_go(self) -> None:
        self._closing = True
        for task in self._background | self._farewells:
            task.cancel()
        await asyncio.gather(*self._background, *self._farewells, return_exceptions=True)
        await self._link.close()
        if self._disk is not None:
            disk, self._disk = self._disk, None
            await disk.close()

    async def _end_of_transfers(self) -> None:
        """Those that are being cancelled drop what came. The others end with Closed, and can be gone on with."""
        if ending := [task for task in self._transfers if task.cancelling()]:
            await asyncio.wait(ending, timeout=FAREWELL_S)
        if self._farewells and self._link.connected:
            await asyncio.wait(self._farewells, timeout=FAREWELL_S)

    @property
    def user(self) -> str:
        """My name, in the form that the server shows."""
        return self._link.user

    @property
    def connected(self) -> bool:
        """The link is up now. Calls made while it is down wait for it."""
        return self._link.connected

    @property
    def cached(self) -> "Cached":
        """What the profile knows, answered by the disk alone, whether there is a server or not."""
        return self._cached

    @property
    def next_try(self) -> float | None:
        """Seconds until the next try to reach the server, while it is away. None: a try is under way, there is a link, or the client
        was stopped."""
        return self._link.next_try

    async def try_now(self) -> None:
        """Do not wait for the next try: begin it, and return at once. Does nothing where one is under way, or there is a link."""
        self._link.try_now()

    @property
    def server(self) -> Hello | None:
        """What the server said of itself; None before it said hello."""
        return self._link.server

    @property
    def first_contact(self) -> bool:
        """The server's key was never met before: show its fingerprint, so that it can be compared."""
        return self._link.first_contact

    # ----------------------------------------------------------------------------------------------------- events

    async def events(self) -> AsyncIterator[events.Event]:
        """What happens, from the moment of `async with` on, or from where the consumer of this name got to. Entries of a
        conversation come in order and without a gap. Asking for the next event means that one is done with the last one.

        Ends when the client is closed; raises what stops it. One iteration at a time; the next one goes on where it stopped.
        """
        if not self._live:
            raise RuntimeError("this client was made with live=False: it has no events")
        if self._iterating:
            raise RuntimeError("the events of this client are being read already")
        self._iterating = True
        try:
            while (found := await self._link.next_event()) is not None:
                event, mark = found
                yield event
                if mark is not None:
                    self._link.handled(mark)
        finally:
            self._iterating = False
