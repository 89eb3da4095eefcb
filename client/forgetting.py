"""Forgetting accounts: their sessions end at the server where that answers, and what the profile kept of them goes. Accounts of other
names and servers keep what is theirs."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from hubbub.client.cache import Cache
from hubbub.client.client import Client
from hubbub.client.errors import HubbubError
from hubbub.client.profile import Profile, RememberedAccount
from hubbub.schemas.hello import key_text, parse_address
from hubbub.schemas.names import folded

GOODBYE_S: Final = 3.0
"""How long it is tried to end a session at the server too."""


class Forgotten(Struct, frozen=True, kw_only=True):
    """What is to be taken away beside the profile, by whoever put it there."""

    files: tuple[Path, ...] = ()
    """Of messages that waited: they may be copies that were made for sending."""
    needed: frozenset[bytes] = frozenset()
    """The SHA-256 of files and pictures that what is still kept shows."""


def waiting(profile: Profile, server: bytes, user: str = "") -> int:
    """Messages that the server of this key does not have, and that would be lost. user: empty for all accounts there. Raises
    ProfileError."""
    with Cache(profile.cache_path) as cache:
        return cache.count_waiting(server, user)


async def say_goodbye(profile: Profile, server: bytes, user: str = "") -> None:
    """End the sessions that the profile has there, as far as the server answers soon. Raises ProfileError."""
    accounts = await asyncio.to_thread(profile.accounts)
    leaving = [
        _log_out(profile, one)
        for one in accounts
        if one.server.key == server and one.logged_in and (not user or folded(one.user) == folded(user))
    ]
    await asyncio.gather(*leaving)


async def _log_out(profile: Profile, account: RememberedAccount) -> None:
    address = str(parse_address(account.server.addresses[0])._replace(key=account.server.key))
    with suppress(HubbubError, TimeoutError):
        async with asyncio.timeout(GOODBYE_S):
            async with Client(address, user=account.user, profile=profile, live=False, give_up=True) as chat:
                await chat.logout()


def forget(
    profile: Profile, server: bytes, user: str = "", also: Callable[[Forgotten], object] | None = None
) -> None:
    """Drop what was kept: messages, what waits, `also` what others kept, then saved sessions; of an account, or (user empty) of the
    server and all accounts there. Where it breaks off they are still known, so that it can be done again. Blocks. Raises ProfileError."""
    with Cache(profile.cache_path) as cache:
        files = cache.forget(server, user)
        needed = cache.shown()
    if also is not None:
        also(Forgotten(files=tuple(map(Path, files)), needed=needed))
    if user:
        profile.forget_account(server, user)
    else:
        profile.forget(key_text(server))
