"""The contract of whoever keeps by itself how far it got with a client's events."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Positions(Protocol):
    """Where a consumer stands, kept beside what it made of the events, and not in the profile's cache.

    A position that is lost makes the client begin at the heads (nothing was known) or where the user came into the conversation
    (others were known): what was handled then comes again, or what was not never comes.
    """

    def load(self, server: bytes, user: str) -> tuple[bytes, Mapping[int, int]]:
        """The epoch and the cursors of this user with the server of this key; an empty epoch: never here. Called once, in the
        connection's thread, before anything is delivered. Raises ProfileError."""
        ...

    def save(self, epoch: bytes, cursors: Sequence[tuple[int, int]]) -> None:
        """The client goes on behind these, in the store of this epoch: it begins there, or was told that they are handled. Called
        in the event loop, before entries behind them are delivered. Must not raise, and never move a cursor back."""
        ...
