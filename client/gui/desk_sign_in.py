"""What signing in asks of the library, before any account is open. All coroutines here run in the library's thread; what they
return is plain and never changes."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec import Struct

from hubbub.client import Client, forgetting
from hubbub.client.errors import HubbubError, KeyChanged, ProfileError
from hubbub.client.gui.desk import MEDIA, Desk, device_name
from hubbub.client.gui.desk_media import clear
from hubbub.client.nearby import Nearby
from hubbub.client.profile import KnownServer, Profile
from hubbub.client.servers import Standing, inspect_server
from hubbub.schemas.hello import BadAddress, Hello, fingerprint, parse_address


class Server(Struct, frozen=True, kw_only=True):
    """A server as it is shown, and as it is connected to."""

    key: bytes
    """What makes it one server, wherever it is met."""
    name: str
    """What it calls itself: one line that is harmless to show."""
    address: str
    """tcp://HOST:PORT."""

    @property
    def link(self) -> str:
        """The address with the key in it: only a server with this key is talked to."""
        return str(parse_address(self.address)._replace(key=self.key))

    @property
    def place(self) -> str:
        """The address as a person types it."""
        return self.address.removeprefix("tcp://")

    @property
    def words(self) -> str:
        """The fingerprint of its key."""
        return fingerprint(self.key)


class Account(Struct, frozen=True, kw_only=True):
    """An account that logged in from here once."""

    server: Server
    user: str
    logged_in: bool = True
    """There is a saved session: no password is needed, until it expires or is revoked."""


class Remembered(Struct, frozen=True, kw_only=True):
    """What the profile knows; the last used first."""

    servers: tuple[Server, ...] = ()
    accounts: tuple[Account, ...] = ()
    damaged: tuple[Path, ...] = ()
    """Files of the profile that cannot be understood: then nothing else is known, and nobody can sign in."""

    @property
    def last(self) -> Account | None:
        """The account that opens by itself: the one of last time, else the only one with a session."""
        inside = [account for account in self.accounts if account.logged_in]
        if self.accounts[:1] == tuple(inside[:1]) or len(inside) == 1:
            return next(iter(inside), None)
        return None


class Meeting(Struct, frozen=True, kw_only=True):
    """Who answered at an address. Nothing was told to it."""

    server: Server
    hello: Hello
    """All that it said."""
    first: bool = False
    """Its key was never seen, and the address did not name it: a person has to compare the words."""
    expected: bytes = b""
    """The key that should have answered there: another server does. Empty: nothing is wrong."""


class SignInDesk:
    """A profile, and the servers around. Made in any thread, without touching the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def remembered(self) -> Remembered:
        """Raises ProfileError, also for a folder in which nothing can be kept."""
        return await asyncio.to_thread(_read, self._folder)

    async def nearby(self) -> AsyncIterator[Nearby]:
        """Servers that announce themselves, as they come and go; never ends. Raises NoServer."""
        from hubbub.client.discovery import discover  # loads zeroconf, which takes 50 ms

        async for found in discover(timeout=None):
            yield found

    async def answering(self, servers: Iterable[Server]) -> frozenset[bytes]:
        """The keys of those that answer now, at the address that they are known by. They are told nothing."""

        async def ask(server: Server) -> bytes:
            with suppress(HubbubError):
                return (await inspect_server(server.address)).hello.key
            return b""

        return frozenset(await asyncio.gather(*map(ask, servers))) - {b""}

    async def meet(self, address: str) -> Meeting:
        """Who answers there. Raises BadRequest (no address), NoServer, VersionMismatch, ProfileError."""
        try:
            return _meeting(await inspect_server(address, self._folder))
        except KeyChanged:
            where = parse_address(address)
            expected = where.key or await asyncio.to_thread(lambda: Profile(self._folder).key_at(where))
            found = await inspect_server(str(where._replace(key=None)))
            return _meeting(found, expected or b"")

    async def meet_any(self, addresses: Iterable[str], key: bytes) -> Meeting:
        """Who answers at addresses that are said to be of one server, the likeliest first: the first to have its key, else whoever
        is there. Raises as `meet`."""
        tries = [asyncio.create_task(self.meet(address)) for address in addresses]
        waiting = set(tries)
        try:
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                met = [one.result() for one in done if one.exception() is None]
                if right := [one for one in met if one.server.key == key]:
                    return right[0]
            return next((one for one in tries if one.exception() is None), tries[0]).result()
        finally:
            for one in waiting:
                one.cancel()

    async def trust(self, met: Meeting) -> None:
        """Take a server in, whose words were compared. Raises ProfileError."""
        address = parse_address(met.server.link)
        await asyncio.to_thread(lambda: Profile(self._folder).meet(address, met.hello))

    async def waiting(self, key: bytes, user: str = "") -> int:
        """Messages that were not sent, and that forgetting this account, or (user empty) this server, loses. Raises ProfileError."""
        return await asyncio.to_thread(lambda: forgetting.waiting(Profile(self._folder), key, user))

    async def forget(self, key: bytes, user: str = "") -> None:
        """End the sessions of this account, or (user empty) of all accounts of this server, at the server too where that can be
        reached, and forget them with all that was kept of them. Raises ProfileError."""
        profile = await asyncio.to_thread(Profile, self._folder)
        await forgetting.say_goodbye(profile, key, user)
        await asyncio.to_thread(self._drop, profile, key, user)

    def _drop(self, profile: Profile, key: bytes, user: str) -> None:
        forgetting.forget(profile, key, user, also=partial(clear, self._folder / MEDIA))

    async def log_in(self, server: Server, user: str, password: str, *, register: bool) -> Account:
        """Make the account if that is wanted, get a session and keep it in the profile. Raises what Client raises, and RateLimited
        with the seconds to wait."""
        async with Client(
            server.link,
            user=user,
            password=password,
            profile=self._folder,
            register="new" if register else False,
            fresh_login=True,
            live=False,
            give_up=True,
            device=device_name(),
        ) as chat:
            name = chat.user
        account = Account(server=server, user=name)
        await self.choose(account)
        return account

    async def open(self, account: Account) -> Desk:
        """Go on with a saved session, at once, whether the server is there or not. Raises ProfileError."""
        client = Client(
            account.server.link, user=account.user, profile=self._folder, wait=False, device=device_name()
        )
        await client.__aenter__()
        return Desk(client, self._folder)

    async def leave(self, desk: Desk, account: Account) -> None:
        """End the session, at the server too where that can be reached; the account stays remembered. Raises ProfileError."""
        await desk.log_out()
        await asyncio.to_thread(_forget_session, self._folder, account)

    async def bury(self, desk: Desk, account: Account) -> None:
        """The account was deleted: close it, and keep nothing of it. Raises ProfileError."""
        await desk.close()
        profile = await asyncio.to_thread(Profile, self._folder)
        await asyncio.to_thread(self._drop, profile, account.server.key, account.user)

    async def choose(self, account: Account) -> None:
        """The account of last time is this one, from now on. Raises ProfileError."""
        await asyncio.to_thread(lambda: Profile(self._folder).choose(account.server.address, account.user))

    async def set_aside(self) -> None:
        """Move away the damaged files of the profile: servers count as never met, sessions are gone. Raises ProfileError."""
        await asyncio.to_thread(_set_aside, self._folder)


def _meeting(found: Standing, expected: bytes = b"") -> Meeting:
    server = Server(key=found.hello.key, name=found.name, address=found.address)
    return Meeting(server=server, hello=found.hello, first=found.first_contact, expected=expected)


def _read(folder: Path) -> Remembered:
    profile = Profile(folder)
    if damaged := tuple(_damaged(profile)):
        return Remembered(damaged=damaged)
    profile.change(lambda _: None)  # takes the lock: where nothing can be written it shows now
    return Remembered(
        servers=tuple(_known(server) for server in profile.known_servers() if server.addresses),
        accounts=tuple(
            Account(server=_known(one.server), user=one.user, logged_in=one.logged_in)
            for one in profile.accounts()
            if one.server.addresses and not one.bot
        ),
    )


def _known(server: KnownServer) -> Server:
    return Server(key=server.key, name=server.name, address=server.addresses[0])


def _damaged(profile: Profile) -> Iterator[Path]:
    for name, reading in (("profile.json", profile.known_servers), ("device.key", profile.device_key)):
        try:
            reading()
        except BadAddress:  # a key in it is none
            yield profile.folder / name
        except ProfileError:
            if _readable(profile.folder / name):
                yield profile.folder / name


def _forget_session(folder: Path, account: Account) -> None:
    profile, key = Profile(folder), account.server.key
    if (saved := profile.session(key, account.user)) is not None:
        profile.forget_session(key, account.user, saved.token)


def _readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True


def _set_aside(folder: Path) -> None:
    for path in _damaged(Profile(folder)):
        try:
            path.replace(path.with_name(f"{path.name}.damaged"))
        except OSError as error:
            raise ProfileError(f"{path} cannot be moved away: {error.strerror}.") from None
