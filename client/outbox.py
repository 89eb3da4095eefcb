"""What was written and is not stored by the server yet. A part of the cache."""

from collections.abc import Callable

import msgspec

from hubbub.client.queries import octets

Run = Callable[..., list[tuple[object, ...]]]
"""(name of a query, values) -> rows."""


class Waiting(msgspec.Struct, frozen=True):
    """A message of the outbox."""

    recipient: str
    text: str
    key: bytes
    state: str = "claimed"
    problem: str = ""
    """Why it failed, for a person."""


class Outbox:
    """Messages on their way: pending, claimed by a program that is sending it, sent, or failed for good."""

    def __init__(self, run: Run, number: int) -> None:
        self._run = run
        self._number = number

    def add(self, recipient: str, text: str, key: bytes) -> None:
        """Keep a message; the same key goes with every try."""
        self._run("outbox_add", self._number, recipient, text, key)

    def claim(self, now: float, lease_s: float) -> Waiting | None:
        """The oldest message, for this program alone until `now + lease_s` (seconds since 1970). None: nothing to send, or
        another program is sending. One at a time, so that they arrive in the order in which they were written."""
        rows = self._run("outbox_claim", self._number, now, now + lease_s)
        return Waiting(str(rows[0][1]), str(rows[0][2]), octets(rows[0][3])) if rows else None

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
        rows = self._run("outbox_list", self._number)
        return [
            Waiting(str(to), str(text), octets(key), str(state), str(why))
            for to, text, key, state, why in rows
        ]
