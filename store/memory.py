"""What the writer knows without asking the database: the ends of the logs and who may write. No SQL of its own."""

from typing import Final

from hubbub.store.database import Connection
from hubbub.store.queries import SQL

CONVERSATIONS_KEPT: Final = 20_000
"""About 600 bytes each with two members."""


class Log:
    """The end of one conversation's log, and who wrote there lately, and still may."""

    __slots__ = ("ordinal", "seq", "writers")

    def __init__(self, seq: int, ordinal: int) -> None:
        self.seq = seq
        self.ordinal = ordinal
        self.writers: set[int] = set()


class Memory:
    """True for as long as the transaction goes on; `forget` what a rollback took back."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.logs: dict[int, Log] = {}
        self.position = 0
        self.at = 0
        self.forget_all()

    def log(self, conversation: int) -> Log:
        """The conversation's log; seq 0 where nothing is in it (or no such conversation)."""
        log = self.logs.get(conversation)
        if log is None:
            row = self._db.execute(SQL["head"], (conversation,)).fetchone()
            log = self.logs[conversation] = Log(*row) if row else Log(0, 0)
        return log

    def may_write(self, user: int, conversation: int) -> bool:
        """Whether the user is in the conversation now, and no block or deleted partner keeps him from writing; remembered
        if so."""
        log = self.logs.get(conversation)
        if log is not None and user in log.writers:
            return True
        row = self._db.execute(SQL["place"], (user, conversation)).fetchone()
        if row is None or row[-1]:
            return False
        self.log(conversation).writers.add(user)
        return True

    def forget_writers(self, conversation: int) -> None:
        """Somebody may write no more, or again."""
        log = self.logs.get(conversation)
        if log is not None:
            log.writers.clear()

    def forget(self, conversation: int) -> None:
        self.logs.pop(conversation, None)

    def forget_all(self) -> None:
        """After a rollback of the whole transaction."""
        self.logs.clear()
        self.recount()

    def recount(self) -> None:
        """Ask the database for the last position again."""
        row = self._db.execute(SQL["last_entry"]).fetchone()
        self.position, self.at = row or (0, 0)

    def trim(self) -> None:
        """Between transactions: keep the memory bounded, at the cost of those that were read in first."""
        while len(self.logs) > CONVERSATIONS_KEPT:
            self.logs.pop(next(iter(self.logs)))
