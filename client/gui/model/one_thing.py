"""Something that a person awaits: one thing at a time, that can be cancelled, and that says when it takes long. Pure."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from msgspec import Struct

from hubbub.client import HubbubError
from hubbub.client.gui.bridge import Bridge, Call
from hubbub.client.gui.model import times

T = TypeVar("T")
SLOW: Final = timedelta(seconds=5)
"""What takes longer is said to take long."""


class Busy(Struct, frozen=True):
    """What is awaited."""

    subject: object
    """What it is shown beside: a server's key, an account, or a field."""
    text: str
    since: datetime


class OneThing:
    """Another thing takes the place of the one before it."""

    def __init__(self, bridge: Bridge, now: Callable[[], datetime], changed: Callable[[], object]) -> None:
        """`changed`: something else is awaited now, or nothing."""
        self.busy: Busy | None = None
        self._bridge, self._now, self._changed = bridge, now, changed
        self._call: Call | None = None

    @property
    def slow(self) -> bool:
        """It takes long."""
        return self.busy is not None and times.over(self.busy.since, SLOW, self._now())

    def start(
        self,
        subject: object,
        text: str,
        job: Callable[[], Coroutine[Any, Any, T]],
        done: Callable[[T], object],
        failed: Callable[[HubbubError], object],
    ) -> None:
        """Await it from now on."""
        self.cancel()
        self.busy = Busy(subject, text, self._now())

        def end(told: Callable[[Any], object], what: object) -> None:
            self.busy = self._call = None
            told(what)
            self._changed()

        self._call = self._bridge.run(job, partial(end, done), partial(end, failed))
        self._changed()

    def cancel(self) -> None:
        """Await it no more."""
        if self._call is not None:
            self._call.cancel()
            self._call = None
        if self.busy is not None:
            self.busy = None
            self._changed()
