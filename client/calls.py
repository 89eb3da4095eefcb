"""The requests of a session: numbered, at most 32 outstanding, sent again on a new socket. Pure.

A request gets a new id each time it is sent, so that a late answer to an earlier sending (with an older token) is not
taken for the answer to the later one. What was sent twice is stored once: every mode that writes bears a key, or says
the same thing when it is said twice.
"""

import heapq
from collections.abc import Callable, Iterator

from msgspec import Struct

from hubbub.schemas import codec, limits
from hubbub.schemas.requests import IsHost, Login, Ping, Register, Request

SESSIONLESS = (IsHost, Register, Login)
FIRST, MIDDLE, LAST = 0, 1, 2
"""Classes of urgency: what keeps the session alive; callers; catching up."""


class Call(Struct, eq=False):
    """A request that awaits its answer."""

    request: Request
    owner: object | None
    """What the caller gave; None: the session itself asked."""
    urgency: int
    serial: int
    epoch: bytes = b""
    """The store it was meant for, where it names a conversation of it."""
    token: bytes = b""
    """The token it was last sent with."""
    sent_at: float = 0.0
    refusals: int = 0
    dropped: bool = False


class Calls:
    """All calls of a session: waiting in order, or sent and unanswered."""

    def __init__(self, outstanding: int = limits.REQUESTS_OUTSTANDING_MAX) -> None:
        self._outstanding = outstanding
        self._waiting: list[tuple[int, int, Call]] = []
        self._sent: dict[int, Call] = {}
        self._serial = 0
        self._id = 0
        self.paused_until = 0.0
        """The server asked for patience: until then only PING is sent."""

    def __bool__(self) -> bool:
        return bool(self._sent)

    @property
    def waiting(self) -> int:
        """Calls that are yet to be sent."""
        return len(self._waiting)

    @property
    def unanswered(self) -> int:
        """Calls on their way."""
        return len(self._sent)

    @property
    def oldest(self) -> float | None:
        """When the call that has been on its way for longest was sent."""
        return next((call.sent_at for call in self._sent.values()), None)

    def add(
        self, request: Request, owner: object | None = None, urgency: int = MIDDLE, epoch: bytes = b""
    ) -> None:
        """Put a request in its place."""
        self._serial += 1
        self._queue(Call(request, owner, urgency, self._serial, epoch))

    def again(self, call: Call, until: float = 0.0) -> None:
        """Send it once more, in its old place; nothing else before `until`."""
        call.refusals += 1
        self.paused_until = max(self.paused_until, until)
        self._queue(call)

    def _queue(self, call: Call) -> None:
        heapq.heappush(self._waiting, (call.urgency, call.serial, call))

    def answered(self, request_id: int) -> Call | None:
        """Whose answer this is; None: nobody's any more."""
        return self._sent.pop(request_id, None)

    def frames(self, now: float, token: bytes) -> Iterator[bytes]:
        """The frames that may be sent now. Without a token only what needs none."""
        if now >= self.paused_until:
            self.paused_until = 0.0
        held: list[tuple[int, int, Call]] = []
        while self._waiting and len(self._sent) < self._outstanding:
            item = heapq.heappop(self._waiting)
            request = item[2].request
            if item[2].dropped:
                continue
            paused = now < self.paused_until and not isinstance(request, Ping)
            if paused or not (token or isinstance(request, SESSIONLESS)):
                held.append(item)
                if item[0] == LAST or (paused and item[0] != FIRST):
                    break  # nothing behind it may go either: do not turn the whole queue over at each event
                continue
            yield self._send(now, item[2], token)
        for item in held:
            heapq.heappush(self._waiting, item)

    def _send(self, now: float, call: Call, token: bytes) -> bytes:
        self._id += 1
        call.sent_at = now
        call.request.id = self._id
        call.request.token = call.token = b"" if isinstance(call.request, SESSIONLESS) else token
        self._sent[self._id] = call
        return codec.encode(call.request)

    def relink(self) -> None:
        """The link is gone: callers' requests wait to be sent again; the session's own are void, it asks anew."""
        for call in self._sent.values():
            self._queue(call)
        self._sent.clear()
        self._drop(lambda call: call.owner is None)

    def of_other_stores(self, epoch: bytes) -> list[Call]:
        """Take out what was meant for a store of another epoch."""
        return self._drop(lambda call: bool(call.epoch) and call.epoch != epoch)

    def cancel(self, owner: object) -> None:
        """The caller does not want the answer any more. What was sent may have been done."""
        self._drop(lambda call: call.owner is owner)

    def take_all(self) -> list[Call]:
        """Take out everything."""
        return self._drop(lambda call: True)

    def _drop(self, unwanted: Callable[[Call], bool]) -> list[Call]:
        gone = [call for call in self._sent.values() if unwanted(call)]
        self._sent = {number: call for number, call in self._sent.items() if not unwanted(call)}
        late = [item[2] for item in self._waiting if unwanted(item[2])]
        for call in late:
            call.dropped = True
        if late:
            self._waiting = [item for item in self._waiting if not item[2].dropped]
            heapq.heapify(self._waiting)
        return sorted(gone + late, key=lambda call: call.serial)
