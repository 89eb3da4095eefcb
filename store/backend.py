"""The contract between the service and a database, as a Protocol: what is promised, and what breaks if it is not kept."""

from collections.abc import Sequence
from typing import Protocol

from hubbub.schemas.records import Read, Result, Startup, Transfer, Write


class StoreError(Exception):
    """The store cannot be used; the text says what happened and what to do, for a person."""


class StoreInUse(StoreError):
    """Another process has the store: ask that one."""


class StoreBroken(StoreError):
    """The database failed in a way after which nothing more may be committed (a failed fsync above all: the kernel may
    have dropped the pages and report success the next time). The worker ends, and a new one recovers from the log."""


class Backend(Protocol):
    """One database, and the files beside it. `write` is called by one thread only; `reader` gives an object for one other thread each."""

    def startup(self, now: int) -> Startup:
        """Everything the broker keeps in memory, in one snapshot. Sessions that expired by `now` are left out."""

    def write(self, commands: Sequence[Write]) -> list[Result]:
        """Run the commands in order, in one transaction, and return one result each once it is durable.

        Durable means fsynced: a result that went out and is lost with the power is the one thing Hubbub promises
        against. A command that is refused changes nothing and harms no other. If the disk is full, nothing of the batch
        is stored and every result is Refused storage_full. Raises StoreBroken; then nothing more may be called.
        """

    def reader(self) -> "Reader":
        """A new reader. Its reads see at least every batch whose `write` returned before they began."""

    def indexer(self) -> "Indexer":
        """What keeps the search index; for one thread."""

    def transfers(self) -> "Transfers":
        """What keeps the files. There is one at a time: two would remove what the other is about to use."""

    def tidy(self) -> bool:
        """Make deletions true of the files: after this no live file of the database holds a text that was deleted before.
        False: somebody was reading, or there was no room; call again in a while. Called by the thread that writes, between
        batches; nobody else may checkpoint. Raises StoreBroken."""

    def close(self) -> None:
        """Checkpoint and close. The files are then whole without their log."""


class Reader(Protocol):
    """Reads of one thread."""

    def read(self, command: Read) -> Result:
        """Answer from one snapshot. Refused timed_out when it takes longer than the deadline (2 s; Verify has none):
        a long read would hold back the checkpoint and let the log grow without bound. Raises StoreBroken."""

    def close(self) -> None:
        """Free it."""


class Transfers(Protocol):
    """The files beside the database, for one thread. A blob is kept while the database says that somebody has it."""

    def sweep(self) -> None:
        """Before the first transfer: remove the files that nobody has. The process before may have ended between a commit and
        what had to be done about the files; what is deleted has to leave the disk even so. Files that are none of ours are left
        alone, and counted in the log. About a second for 100,000 files."""

    def transfer(self, command: Transfer) -> Result:
        """Do it. A chunk that makes an upload whole is answered when its bytes, its name and its folder's name are fsynced, under
        its hash and in place of whatever was there: a message whose file is lost with the power is an acknowledged message that
        is not there. After an fsync that failed the upload begins anew, since the next one would say that all is well. Drop asks
        the database at that moment, and not before: who has uploaded it again meanwhile must not find it gone. Files
        leave 64 MiB of the disk free: a disk full of files would take no messages. Raises StoreBroken."""

    def close(self) -> None:
        """Free it."""


class Indexer(Protocol):
    """Brings the search index up to the log, behind the acknowledgement. The index is derived: it may be thrown away."""

    def step(self) -> bool:
        """Index the next entries. False: there were none, or no room; call again after the next commit, or when it is due."""

    def due(self) -> float | None:
        """Seconds until `step` is to be called though nothing was committed: what was deleted has to leave the index's file,
        too. None: it need not be."""

    def close(self) -> None:
        """Free it."""
