"""The rules by which a bot handles events: what waits for what, when it is tried again, and under which key it answers. Pure."""

from collections import deque
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

from msgspec import Struct

from hubbub.client.keys import derived_key
from hubbub.client.models import moment

AT_ONCE: Final = 32
"""Conversations that are handled side by side."""
PAUSES_S: Final = (1.0, 5.0)
"""Seconds before the second and the third try of a handler that failed. There is no fourth."""
OUTAGE_PAUSES_S: Final = (1.0, 5.0, 30.0)
"""The same where the server cannot be reached or is full: for that the handler is tried for ever, at the end every 30 s."""
HANGING_S: Final = 30.0
"""A handler that runs for longer is named in the log."""

J = TypeVar("J")


class Place(Struct, frozen=True):
    """An event's place in the server's logs. Together with its time it is the same whenever the event is handed out, and no
    other event's, not even of a store that was restored."""

    conversation: int
    seq: int
    at: int
    """Microseconds since 1970, UTC."""


def answer_key(bot: str, place: Place, handler: str, to: str, count: int) -> bytes:
    """The key of what a handler says to an event: the same for each time that the event is handled, so that the server stores it
    once. A UUIDv7 by its form, with the event's time. `to`: to whom, empty for where it happened; `count`: messages to them so far."""
    return derived_key(bot, place.conversation, place.seq, handler, to, count, at=moment(place.at))


def reference(key: bytes) -> str:
    """Four characters by which a person can name a failure, and the log knows it."""
    return key[-2:].hex()


def pause_before(failures: int) -> float | None:
    """Seconds to wait before the next try, after so many; None: that was the last one."""
    return PAUSES_S[failures - 1] if failures <= len(PAUSES_S) else None


def outage_pause(outages: int) -> float:
    """Seconds to wait for the server, after so many tries that it stood in the way of."""
    return OUTAGE_PAUSES_S[min(outages, len(OUTAGE_PAUSES_S)) - 1]


class Lanes(Generic[J]):
    """Jobs in lanes: those of one lane strictly one after the other, in the order in which they came; at most `most` lanes at
    once, and a lane that had its turn stands behind those that wait."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self._most = most
        self._waiting: dict[Hashable, deque[J]] = {}
        self._turns: deque[Hashable] = deque()
        """Lanes with something to do and nobody who does it."""
        self._busy: set[Hashable] = set()

    def put(self, lane: Hashable, job: J) -> None:
        """A job came."""
        if (jobs := self._waiting.get(lane)) is not None:
            jobs.append(job)
            return
        self._waiting[lane] = deque((job,))
        if lane not in self._busy:
            self._turns.append(lane)

    def idle(self, lane: Hashable) -> bool:
        """Nothing of this lane is waiting or under way."""
        return lane not in self._busy and lane not in self._waiting

    def take(self) -> tuple[Hashable, J] | None:
        """A job to begin now, if there is one; `done` must follow."""
        if not self._turns or len(self._busy) >= self._most:
            return None
        lane = self._turns.popleft()
        jobs = self._waiting[lane]
        job = jobs.popleft()
        if not jobs:
            del self._waiting[lane]
        self._busy.add(lane)
        return lane, job

    def done(self, lane: Hashable) -> None:
        """The job under way in this lane is over."""
        self._busy.discard(lane)
        if lane in self._waiting:
            self._turns.append(lane)

    def drop(self, unwanted: Callable[[J], bool]) -> int:
        """Take out what waits and is not to be done; how many jobs that were."""
        dropped = 0
        for lane, jobs in list(self._waiting.items()):
            left = deque(job for job in jobs if not unwanted(job))
            dropped += len(jobs) - len(left)
            if left:
                self._waiting[lane] = left
            else:
                del self._waiting[lane]
        self._turns = deque(lane for lane in self._turns if lane in self._waiting)
        return dropped

    def __len__(self) -> int:
        """Jobs that wait."""
        return sum(len(jobs) for jobs in self._waiting.values())
