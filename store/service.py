"""The store's threads: one that commits in groups, two that read, one that verifies, one that indexes, one for files. No SQL.

Nothing waits for a batch to fill up: while one is being committed the next one collects, so the batches grow with the load.
"""

import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final, Generic, TypeVar

from hubbub.schemas.errors import ERRORS
from hubbub.schemas.records import (
    DeleteMessage,
    PurgeMessages,
    Read,
    ReadSearch,
    Refused,
    Result,
    Transfer,
    Verify,
    Write,
)
from hubbub.store.backend import Backend, StoreBroken, Transfers

Ticket = TypeVar("Ticket")
C = TypeVar("C")

WRITES_MAX: Final = 8192
"""Commands that may wait; the caller answers the rest with busy."""
READS_MAX: Final = 1024
TRANSFERS_MAX: Final = 256
"""With the bytes that they carry: 16 MiB."""
BATCH_MAX: Final = 1024
"""Commands in one transaction: keeps the wait of the first one short."""
READERS: Final = 2
INDEXER_NICE: Final = 10
INDEX_PAUSE_S: Final = 0.05
"""Between two rounds of the indexer: under load it then takes many messages at once, which costs a tenth."""
SEARCH_WAITS_S: Final = 0.25
"""A search right after an acknowledged message should find it; a longer wait would keep a reader from others."""
TIDY_AFTER_S: Final = 2.0
"""A deletion is made true of the files so long after its commit; those that come in between go with it."""
TIDY_AGAIN_S: Final = 0.5
"""Where somebody was reading."""
_DELETING: Final[frozenset[type[Write]]] = frozenset({DeleteMessage, PurgeMessages})
_INTERNAL: Final = Refused("internal", ERRORS["internal"].meaning)
_log: Final = logging.getLogger("hubbub.store")


class _Queue(Generic[Ticket]):
    """Handed from any thread to the service's own."""

    def __init__(self) -> None:
        self.items: deque[Ticket] = deque()
        self.ready = threading.Condition()
        self.closed = False

    def put(self, items: list[Ticket], most: int) -> int:
        """How many of them there was room for."""
        with self.ready:
            accepted = 0 if self.closed else min(len(items), most - len(self.items))
            if accepted > 0:
                self.items.extend(items[:accepted])
                self.ready.notify()
            return max(accepted, 0)

    def take(self, most: int, timeout: float | None = None) -> list[Ticket] | None:
        """What is there, at most so many; waits for something. Empty: nothing came in time. None: closed and used up."""
        with self.ready:
            self.ready.wait_for(lambda: self.items or self.closed, timeout)
            if self.closed and not self.items:
                return None
            return [self.items.popleft() for _ in range(min(most, len(self.items)))]

    def close(self, drain: bool) -> None:
        with self.ready:
            self.closed = True
            if not drain:
                self.items.clear()
            self.ready.notify_all()


class _Indexing:
    """When the indexer has something to do, and up to which commit it has done it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._committed = 0
        self._done = -1
        self._hurry = False
        self.closed = False

    def committed(self) -> None:
        with self._changed:
            self._committed += 1
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def settled(self, timeout: float) -> bool:
        """Wait until everything that is committed by now is indexed."""
        with self._changed:
            target, self._hurry = self._committed, True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._done >= target or self.closed, timeout)

    def next(self, pause: float, due: float | None) -> int | None:
        """The commit to index up to, when there is a new one or `due` seconds are over; at the earliest after a pause, unless
        somebody waits for it. None: closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._hurry or self.closed, pause)
            self._changed.wait_for(lambda: self._committed > self._done or self.closed, due)
            return None if self.closed else self._committed

    def done(self, commit: int) -> None:
        with self._changed:
            self._done = max(self._done, commit)
            if self._done >= self._committed:
                self._hurry = False
            self._changed.notify_all()


class _Tidying:
    """When the files are to be tidied. Once after the start in any case: the worker before may have ended in between."""

    def __init__(self, now: float) -> None:
        self._due: float | None = now + TIDY_AFTER_S

    def committed(self, commands: Iterable[Write], now: float) -> None:
        if self._due is None and not _DELETING.isdisjoint(map(type, commands)):
            self._due = now + TIDY_AFTER_S

    def seconds(self, now: float) -> float | None:
        """Until then; None: there is nothing to tidy."""
        return None if self._due is None else max(self._due - now, 0.0)

    def tried(self, tidy: bool, now: float) -> None:
        self._due = None if tidy else now + TIDY_AGAIN_S


class Service(Generic[Ticket]):
    """Runs a Backend in threads of its own. A ticket is whatever the caller wants back with the result."""

    def __init__(
        self,
        backend: Backend,
        on_results: Callable[[list[tuple[Ticket, Result]]], None],
        on_broken: Callable[[StoreBroken], None] | None = None,
    ) -> None:
        """Takes the backend over. `on_results` is called from the service's threads: once a batch of writes, in the order
        of commits, and once a read. `on_broken` is called once; from then on nothing is committed or answered."""
        self._backend = backend
        self._on_results = on_results
        self._on_broken = on_broken
        self._writes: _Queue[tuple[Ticket, Write]] = _Queue()
        self._reads: _Queue[tuple[Ticket, Read]] = _Queue()
        self._long: _Queue[tuple[Ticket, Read]] = _Queue()
        self._transfers: _Queue[tuple[Ticket, Transfer]] = _Queue()
        self._queues = (self._writes, self._reads, self._long, self._transfers)
        self._indexing = _Indexing()
        self._broken = threading.Lock()
        self._threads = [
            threading.Thread(target=self._guarded, args=(self._write_batches,), name="store-writer"),
            *(
                threading.Thread(
                    target=self._guarded, args=(self._answer, self._reads), name=f"store-reader-{n}"
                )
                for n in range(READERS)
            ),
            threading.Thread(target=self._guarded, args=(self._answer, self._long), name="store-verifier"),
            threading.Thread(target=self._guarded, args=(self._index,), name="store-indexer"),
            threading.Thread(target=self._guarded, args=(self._transfer,), name="store-blobs"),
        ]

    def start(self) -> None:
        """Begin; what was submitted before is done now."""
        for thread in self._threads:
            thread.start()

    def submit_writes(self, pairs: list[tuple[Ticket, Write]]) -> int:
        """Queue the first of these, as many as there is room for, and say how many. From any thread; never waits."""
        return self._writes.put(pairs, WRITES_MAX)

    def submit_read(self, ticket: Ticket, command: Read | Transfer) -> bool:
        """Queue a read or a transfer, if there is room. From any thread; never waits. Reads overtake one another and writes;
        transfers are done in their order."""
        if isinstance(command, Transfer):
            return self._transfers.put([(ticket, command)], TRANSFERS_MAX) == 1
        queue = self._long if isinstance(command, Verify) else self._reads
        return queue.put([(ticket, command)], READS_MAX) == 1

    def search_settled(self, timeout: float) -> bool:
        """Wait, so many seconds at most, until a search finds everything that is committed by now; whether it does."""
        return self._indexing.settled(timeout)

    def stop(self, drain: bool = True) -> None:
        """Finish what is queued (or drop it: it gets no answer), then close the backend. Returns when that is done. A
        broken backend is left as it is: closing it would checkpoint."""
        for queue in self._queues:
            queue.close(drain)
        self._indexing.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        if not self._broken.locked():
            self._backend.close()

    def _guarded(self, work: Callable[..., None], *args: object) -> None:
        try:
            work(*args)
        except StoreBroken as error:
            self._break(error)
        except Exception as error:  # noqa: BLE001  # a thread that ended in silence would hang everyone
            _log.exception("a thread of the store failed")
            self._break(StoreBroken(f"a thread of the store failed: {error!r}"))

    def _break(self, error: StoreBroken) -> None:
        """Once: the first error is the one that matters."""
        if not self._broken.acquire(blocking=False):
            return
        for queue in self._queues:
            queue.close(drain=False)
        self._indexing.close()
        if self._on_broken is not None:
            self._on_broken(error)

    def _write_batches(self) -> None:
        tidying = _Tidying(monotonic())
        while (batch := self._writes.take(BATCH_MAX, tidying.seconds(monotonic()))) is not None:
            if self._broken.locked():
                return
            if batch:
                self._write_batch(batch)
                tidying.committed((command for _, command in batch), monotonic())
            if tidying.seconds(monotonic()) == 0:
                tidying.tried(self._backend.tidy(), monotonic())

    def _write_batch(self, batch: list[tuple[Ticket, Write]]) -> None:
        results = self._backend.write([command for _, command in batch])
        self._indexing.committed()
        self._on_results([(pair[0], result) for pair, result in zip(batch, results, strict=True)])

    def _answer(self, queue: "_Queue[tuple[Ticket, Read]]") -> None:
        reader = self._backend.reader()
        try:
            while batch := queue.take(1):
                ((ticket, command),) = batch
                if isinstance(command, ReadSearch):
                    self.search_settled(SEARCH_WAITS_S)
                self._on_results([(ticket, _answered(reader.read, command))])
        finally:
            reader.close()

    def _transfer(self) -> None:
        transfers = self._backend.transfers()
        try:
            _sweep(transfers)
            while batch := self._transfers.take(1):
                ((ticket, command),) = batch
                self._on_results([(ticket, _answered(transfers.transfer, command))])
        finally:
            transfers.close()

    def _index(self) -> None:
        _yield_to_others()
        indexer = self._backend.indexer()
        try:
            while (commit := self._indexing.next(INDEX_PAUSE_S, indexer.due())) is not None:
                while not self._indexing.closed and indexer.step():
                    pass
                self._indexing.done(commit)
        finally:
            indexer.close()


def _yield_to_others() -> None:
    """Lower the priority of this thread, where threads have one of their own: indexing is a sixth of a message's work, and
    no acknowledgement should wait for it."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), INDEXER_NICE)


def _sweep(transfers: Transfers) -> None:
    """What is left lying about must not keep the store from starting."""
    try:
        transfers.sweep()
    except StoreBroken:
        raise
    except Exception:  # noqa: BLE001  # logged; whatever it is
        _log.exception("the files were not swept")


def _answered(ask: Callable[[C], Result], command: C) -> Result:
    """A question that trips over a mistake of ours must not stop the store for everyone."""
    try:
        return ask(command)
    except StoreBroken:
        raise
    except Exception:  # noqa: BLE001  # logged; whatever it is
        _log.exception("%s failed", type(command).__name__)
        return _INTERNAL
