"""What was written and is not stored by the server yet. A part of the cache."""

from collections.abc import Callable

import msgspec

from hubbub.client.queries import integer, octets

Run = Callable[..., list[tuple[object, ...]]]
"""(name of a query, values) -> rows."""


class Waiting(msgspec.Struct, frozen=True):
    """A message of the outbox."""

    recipient: str
    text: str
    key: bytes
    conversation: int = 0
    """What `recipient` meant when it was written, by its number; 0: not known then."""
    state: str = "claimed"
    problem: str = ""
    """Why it failed, for a person."""


class Outbox:
    """Messages on their way: pending, claimed by a program that is sending it, sent, or failed for good."""

    def __init__(self, run: Run, number: int) -> None:
        self._run = run
        self._number = number

    def add(self, recipient: str, text: str, key: bytes, conversation: int = 0) -> None:
        """Keep a message; the same key goes with every try. `conversation`: whose name `recipient` is now; by the time that it is
        sent the name may be another group's."""
        self._run("outbox_add", self._number, recipient, text, key, conversation)

    def claim(self, now: float, lease_s: float) -> Waiting | None:
        """The oldest message, for this program alone until `now + lease_s` (seconds since 1970). None: nothing to send, or
        another program is sending. One at a time, so that they arrive in the order in which they were written."""
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

    def list(self) -> list[Waiting]:
        """Everything that the server does not have, oldest first."""
        return [_waiting(*row) for row in self._run("outbox_list", self._number)]


def _waiting(
    to: object, text: object, key: object, conversation: object, state: object, why: object
) -> Waiting:
    return Waiting(str(to), str(text), octets(key), integer(conversation), str(state), str(why))
