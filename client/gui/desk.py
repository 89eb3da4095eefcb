"""One account as the window uses it: what takes more than one call of the library. All coroutines here run in the
library's thread; what they return is plain and never changes."""

import asyncio
import platform
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from msgspec import Struct

from hubbub.client import Client, Conversation, Login, Profile, User, Waiting
from hubbub.client.errors import HubbubError, NoServer, NotFound
from hubbub.client.gui.desk_media import MediaDesk
from hubbub.client.gui.desk_paging import Paging

MEDIA: Final = "media"
"""The folder of a profile for pictures that were shown."""


def device_name() -> str:
    """What a session of a window is called in lists."""
    return f"Hubbub on {platform.node() or platform.system()}"


class Home(Struct, frozen=True, kw_only=True):
    """What there is when an account is opened."""

    conversations: tuple[Conversation, ...]
    """The liveliest first."""
    users: tuple[User, ...]
    mine: Profile
    blocked: tuple[str, ...] = ()
    """Whom I have blocked, by name."""
    waiting: tuple[Waiting, ...] = ()
    """What was written and the server does not have, in the order in which it was written."""


class Known(Struct, frozen=True, kw_only=True):
    """What this device remembers of that, whether there is a server or not."""

    conversations: tuple[Conversation, ...]
    users: tuple[User, ...]
    waiting: tuple[Waiting, ...]


class Desk(Paging):
    """An account at its server. Made in any thread; closed by `close`."""

    def __init__(self, client: Client, profile: Path) -> None:
        super().__init__(client)
        self.media: Final = MediaDesk(client, profile / MEDIA)
        self._keeping = asyncio.Lock()
        """What is written is kept in the order in which it was written, and before the desk is closed."""

    @classmethod
    async def enter(
        cls, server: str, user: str, password: str | None, *, profile: Path, register: bool = False
    ) -> Self:
        """Log in, after making the account if that is wanted. password=None: by the session that the profile has.
        Raises what Client raises."""
        client = Client(
            server,
            user=user,
            password=password,
            profile=profile,
            register="new" if register else False,
            fresh_login=password is not None,
            device=device_name(),
        )
        await client.__aenter__()
        return cls(client, profile)

    async def version(self) -> str:
        """Of this program."""
        from importlib.metadata import version  # loads all that reads mail

        return await asyncio.to_thread(version, "hubbub")

    async def close(self) -> None:
        """Let go of the server and of the disk."""
        async with self._keeping:
            pass
        await self.client.close(drain=1.0)

    async def log_out(self) -> None:
        """End the session, at the server too where that can be reached."""
        with suppress(TimeoutError, HubbubError):
            await asyncio.wait_for(self.client.logout(), timeout=2.0)
        await self.close()

    async def end_sessions(self, logins: Iterable[Login]) -> None:
        """Log other devices out; those that ended meanwhile are none."""
        for login in logins:
            with suppress(NotFound):
                await self.client.revoke(login)

    async def home(self) -> Home:
        """Everything that the list shows."""
        client = self.client
        conversations, users, mine, blocked, waiting = await asyncio.gather(
            client.home(), client.users(), client.profile(client.user), client.blocked(), client.waiting()
        )
        return Home(
            conversations=tuple(conversations),
            users=tuple(users),
            mine=mine,
            blocked=tuple(blocked),
            waiting=tuple(waiting),
        )

    async def known(self) -> Known:
        """The same from this device's memory, at once."""
        cached = self.client.cached
        try:
            conversations, users, waiting = await asyncio.gather(
                cached.home(), cached.people(), self.client.waiting()
            )
        except NoServer:  # the first time here
            return Known(conversations=(), users=(), waiting=())
        return Known(conversations=tuple(conversations), users=tuple(users), waiting=tuple(waiting))

    async def queue(
        self, to: str, text: str, *, reply_to: int | None = None, attachments: tuple[str, ...] = ()
    ) -> bytes:
        """Keep a message until the server has it; its key."""
        async with self._keeping:
            return await self.client.queue(to, text, reply_to=reply_to, attachments=attachments)

    async def retry(self, key: bytes) -> None:
        """Send one that failed once more; one that is gone meanwhile is gone."""
        with suppress(NotFound):
            await self.client.retry(key)

    async def discard(self, key: bytes) -> None:
        """Never send it; one that is gone meanwhile is gone."""
        with suppress(NotFound):
            await self.client.discard(key)

    async def members(self, to: str) -> tuple[str, ...]:
        """Who is in a conversation, by name."""
        with suppress(NotFound):  # nothing was ever said to him
            return tuple(one.name for one in await self.client.members(to))
        return ()
