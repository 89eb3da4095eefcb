"""What was written and is not stored by the server yet. A part of the cache."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from hubbub.client.errors import NotAllowed, NotFound
from hubbub.client.keys import key_time
from hubbub.client.queries import integer, octets

Run = Callable[..., list[tuple[object, ...]]]
"""(name of a query, values) -> rows."""


BEING_SENT: Final = (
    "It is on its way to the server and can't be taken back: delete the message once it is there."
)
_NOT_WAITING: Final = "No such message waits to be sent."


class Files(msgspec.Struct, frozen=True, array_like=True):
    """What a message takes along, as the outbox keeps it."""

    paths: list[bytes] = []
    """Absolute; bytes, because a path need not be text."""
    keep_location: bool = False


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Files).decode


class Waiting(msgspec.Struct, frozen=True):
    """A message of the outbox: written, and not stored by the server yet."""

    recipient: str
    """As one writes to it: "@bob", or "#team"."""
    text: str
    key: bytes
    conversation: int = 0
    """What `recipient` meant when it was written, by its number; 0: not known then."""
    state: str = "claimed"
    """ "pending": it waits; "claimed": a program is sending it, or died over it; "failed": the server will never take it as it is."""
    problem: str = ""
    """Why it failed, for a person."""
    attachments: tuple[str, ...] = ()
    """Absolute paths of files on this device, that are sent with it."""
    keep_location: bool = False
    reply_to: int | None = None
    """The seq of the message that it answers."""

    @property
    def queued_at(self) -> datetime:
        """When it was written, UTC."""
        return key_time(self.key)


class Outbox:
    """Messages on their way: pending, claimed by a program that is sending it, sent, or failed for good."""

    def __init__(self, run: Run, number: int) -> None:
        self._run = run
        self._number = number

    def add(
        self,
        recipient: str,
        text: str,
        key: bytes,
        conversation: int = 0,
        paths: Sequence[Path] = (),
        keep_location: bool = False,
        reply_to: int = 0,
    ) -> None:
        """Keep a message; the same key goes with every try. `conversation`: whose name `recipient` is now; by the time that it is
        sent the name may be another group's. `paths`: of files, which are read only then. `reply_to`: the seq of the message that
        it answers; 0: none."""
        files = Files([os.fsencode(path.absolute()) for path in paths], keep_location)
        kept = _encode(files) if paths else b""
        self._run("outbox_add", self._number, recipient, text, key, conversation, kept, reply_to)

    def claim(self, now: float, lease_s: float) -> Waiting | None:
        """The oldest message, for this program alone until `now + lease_s` (seconds since 1970). None: nothing to send, or
        another program is sending. One at a time, so that they arrive in the order in which they were written. A claim that ends later
        than any can was made before the clock was set back, and is none."""
        rows = self._run("outbox_claim", self._number, now, now + lease_s)
        return _waiting(*rows[0]) if rows else None

    def sent(self, key: bytes) -> None:
        """The server has it."""
        self._run("outbox_settle", key, "sent", "")
        self._run("outbox_forget_sent", self._number)

    def failed(self, key: bytes, problem: str) -> None:
        """The server will never take it."""
        self._run("outbox_settle", key, "failed", problem)

    def release(self, key: bytes) -> None:
        """It could not be sent now; whoever comes next may."""
        self._run("outbox_release", key)

    def renew(self, key: bytes, until: float) -> None:
        """The program that claimed it is still sending it."""
        self._run("outbox_renew", key, until)

    def retry(self, key: bytes) -> None:
        """Send one that failed once more, in its old place. Raises NotFound."""
        if not self._run("outbox_retry", self._number, key) and not self._has(key):
            raise NotFound(_NOT_WAITING)

    def discard(self, key: bytes, now: float, *, mine: bool = False) -> None:
        """Drop one that waits or has failed, or whose claim is over (`now`: seconds since 1970); one that this program has claimed
        too (`mine`). Raises NotFound, NotAllowed (another program is sending it)."""
        if not self._run("outbox_discard", self._number, key, now, mine):
            raise NotAllowed(BEING_SENT) if self._has(key) else NotFound(_NOT_WAITING)

    def _has(self, key: bytes) -> bool:
        return any(state != "sent" for (state,) in self._run("outbox_state", self._number, key))

    def list(self) -> list[Waiting]:
        """Everything that the server does not have, oldest first."""
        return [_waiting(*row) for row in self._run("outbox_list", self._number)]


def _waiting(
    to: object,
    text: object,
    key: object,
    conversation: object,
    state: object,
    why: object,
    files: object,
    reply_to: object,
) -> Waiting:
    kept = _decode(packed) if (packed := octets(files)) else Files()
    return Waiting(
        str(to),
        str(text),
        octets(key),
        integer(conversation),
        str(state),
        str(why),
        tuple(os.fsdecode(path) for path in kept.paths),
        kept.keep_location,
        integer(reply_to) or None,
    )
