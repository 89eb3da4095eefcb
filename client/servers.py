"""Asks a server who it is before anything is told to it: no name, no password, no key of this device. Knows no ZeroMQ."""

import asyncio
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from hubbub.client import pins
from hubbub.client.errors import BadRequest, version_mismatch
from hubbub.client.greeting import Greeting
from hubbub.client.profile import Profile
from hubbub.schemas.announcement import server_name
from hubbub.schemas.hello import Address, BadAddress, Hello, fingerprint, parse_address
from hubbub.schemas.limits import PROTOCOL_VERSION

__all__ = ["Standing", "inspect_server"]

T = TypeVar("T")


class Standing(Struct, kw_only=True, frozen=True):
    """A server that answers, and what the profile knows of it."""

    address: str
    """tcp://HOST:PORT."""
    name: str
    """What it calls itself: one line that is harmless to show."""
    hello: Hello
    """All that it said."""
    words: str
    """The fingerprint of its key, to compare on first contact."""
    first_contact: bool
    """Its key was never seen before, and the address did not name it."""


async def inspect_server(server: str, profile: Profile | Path | str | None = None) -> Standing:
    """Who answers at an address, as `Client` takes it. Keeps nothing: a server is remembered once somebody goes in. Waits 3 s at
    most, and as long as the system takes to look the host's name up. `profile` as for Client; None: no server is known.
    Raises BadRequest (no address), NoServer, VersionMismatch, KeyChanged, ProfileError."""
    try:
        address = parse_address(server)
    except BadAddress as error:
        raise BadRequest(f"{error}.") from None
    return await _in_thread(lambda: _inspect(address, profile))


def _inspect(address: Address, profile: Profile | Path | str | None) -> Standing:
    hello = hello_of(address)
    if isinstance(profile, str | Path):
        profile = Profile(profile)
    first = pins.check(profile.read().servers if profile is not None else {}, address, hello)
    if hello.protocol != PROTOCOL_VERSION:
        raise version_mismatch(hello.protocol)
    return Standing(
        address=pins.plain(address),
        name=server_name(hello.server),
        hello=hello,
        words=fingerprint(hello.key),
        first_contact=first,
    )


def hello_of(address: Address) -> Hello:
    """What the server says of itself; waits for it, 3 seconds at most. Raises NoServer."""
    greeting = Greeting(address, time.monotonic())
    try:
        while True:
            if (place := greeting.socket) is not None:
                wanted = [place]
                left = max(0.0, greeting.deadline - time.monotonic())
                select.select(
                    [] if greeting.writing else wanted, wanted if greeting.writing else [], wanted, left
                )
            if (hello := greeting.advance(time.monotonic())) is not None:
                return hello
    finally:
        greeting.close()


async def _in_thread(job: Callable[[], T]) -> T:
    """What it returns or raises. In a thread that nothing waits for when the program ends: to look a name up can take half a minute."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(done: Callable[[T], None] | Callable[[BaseException], None], result: Any) -> None:
        if not answer.done():  # else nobody waits any more
            done(result)

    def work() -> None:
        try:
            told = partial(tell, answer.set_result, job())
        except Exception as error:  # noqa: BLE001  # raised where it is awaited
            told = partial(tell, answer.set_exception, error)
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(told)

    threading.Thread(target=work, name="hubbub-hello", daemon=True).start()
    return await answer
