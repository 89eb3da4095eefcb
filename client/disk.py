"""What a client keeps: the profile and its cache behind one thread, so that no event loop waits for a disk. Knows no socket."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from hubbub.client.cache import Account, Cache
from hubbub.client.errors import HubbubError, ProfileError
from hubbub.client.profile import Profile
from hubbub.client.remembered import Remembered

P = ParamSpec("P")
T = TypeVar("T")
_NOBODY: Final = 0
"""The number of no account."""
_log: Final = logging.getLogger("hubbub.client")


class Disk:
    """A profile in use. Everything is done in the order in which it was asked for."""

    def __init__(self, profile: Profile) -> None:
        """Opens the cache. Raises ProfileError."""
        self.profile = profile
        self.cache = Cache(profile.cache_path)
        if self.cache.damaged:
            _log.warning(
                "the cache was damaged and begun anew; messages that waited to be sent are only in %s",
                self.cache.damaged,
            )
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="hubbub-disk")
        self.account: Account | None = None
        """The account's part of the cache, once the server is known."""
        self._remembered: tuple[Account | None, Remembered] | None = None

    @property
    def remembered(self) -> Remembered:
        """What the account's part of the cache shows: nothing before the server is known. In the disk's thread."""
        if self._remembered is None or self._remembered[0] is not self.account:
            part = self.account or Account(self.cache, _NOBODY, b"")
            self._remembered = self.account, Remembered(part)
        return self._remembered[1]

    def put(self, job: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Do it soon. A failure is logged: what is kept here can be fetched again."""
        self._worker.submit(job, *args, **kwargs).add_done_callback(_report)

    async def do(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it after everything that was asked for before. Raises what the job raises, ProfileError for the database's."""
        try:
            return await asyncio.wrap_future(self._worker.submit(job, *args, **kwargs))
        except sqlite3.Error as error:
            raise ProfileError(_words(error)) from None

    def wait_for(self, job: Callable[[], T]) -> T:
        """The same for another thread, which waits for it."""
        try:
            return self._worker.submit(job).result()
        except sqlite3.Error as error:
            raise ProfileError(_words(error)) from None

    def keep(self, job: Callable[[Account], object]) -> None:
        """Do it soon to the account's part of the cache."""
        if self.account is not None:
            self.put(job, self.account)

    async def close(self) -> None:
        """Finish what was asked for, and let go."""
        await self.do(self.cache.close)
        self._worker.shutdown()


def _words(error: sqlite3.Error) -> str:
    """Why, for a person."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
        return "The disk of this device is full: nothing can be kept. Make room, then do it again."
    return f"The cache cannot be used: {error}."


def _report(done: Future[object]) -> None:
    if isinstance(error := done.exception(), sqlite3.Error | HubbubError):
        _log.warning("the profile could not be written: %s", error)
    elif error is not None:
        _log.error("a mistake of Hubbub's", exc_info=error)
