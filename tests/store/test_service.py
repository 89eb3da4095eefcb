"""The service's threads: order, groups, bounds, the end, and a backend that breaks."""

import threading
from collections.abc import Iterator, Sequence

import pytest

from hubbub.schemas import records
from hubbub.schemas.records import CreateUser, Read, Result, Startup, Transfer, Write
from hubbub.store import Backend, Indexer, Reader, Service, StoreBroken, Transfers, memory_store
from hubbub.store.service import BATCH_MAX, TRANSFERS_MAX, WRITES_MAX
from tests.helpers.waiting import until
from tests.store.stores import GENERAL

WAIT_S = 10


class Collected:
    """What the service said, and a way to wait for it."""

    def __init__(self) -> None:
        self.batches: list[list[tuple[int, Result]]] = []
        self.broken: list[StoreBroken] = []
        self._changed = threading.Condition()

    def results(self, batch: list[tuple[int, Result]]) -> None:
        with self._changed:
            self.batches.append(batch)
            self._changed.notify_all()

    def breaks(self, error: StoreBroken) -> None:
        with self._changed:
            self.broken.append(error)
            self._changed.notify_all()

    def pairs(self) -> list[tuple[int, Result]]:
        return [pair for batch in self.batches for pair in batch]

    def wait(self, count: int) -> list[tuple[int, Result]]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.pairs()) >= count, WAIT_S)
            return self.pairs()

    def wait_broken(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.broken), WAIT_S)


class Gated:
    """A backend whose commits wait for a gate, or fail."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.sizes: list[int] = []
        self.failure: Exception | None = None
        self.closed = False
        self.tidied: list[int] = []
        self.untidy = 0

    def startup(self, now: int) -> Startup:
        return self._backend.startup(now)

    def write(self, commands: Sequence[Write]) -> list[Result]:
        self.sizes.append(len(commands))
        self.entered.set()
        assert self.gate.wait(WAIT_S)
        if self.failure is not None:
            raise self.failure
        return self._backend.write(commands)

    def tidy(self) -> bool:
        """Notes after how many batches; fails as often as `untidy` says."""
        self.tidied.append(len(self.sizes))
        self.untidy -= 1
        return self.untidy < 0 and self._backend.tidy()

    def reader(self) -> Reader:
        return self._backend.reader()

    def indexer(self) -> Indexer:
        return self._backend.indexer()

    def transfers(self) -> Transfers:
        return self._backend.transfers()

    def close(self) -> None:
        self.closed = True
        self._backend.close()


@pytest.fixture
def backend() -> Iterator[Gated]:
    store = memory_store()
    yield Gated(store)
    store.close()  # once more does no harm


@pytest.fixture
def collected() -> Collected:
    return Collected()


@pytest.fixture
def service(backend: Gated, collected: Collected) -> Iterator[Service[int]]:
    running: Service[int] = Service(backend, collected.results, collected.breaks)
    running.start()
    yield running
    backend.gate.set()
    running.stop()


def users(first: int, count: int) -> list[tuple[int, Write]]:
    return [(number, CreateUser(f"user{number}", "hash", number)) for number in range(first, first + count)]


def test_commands_that_come_during_a_commit_are_one_batch(
    backend: Gated, collected: Collected, service: Service[int]
) -> None:
    assert service.submit_writes(users(0, 1)) == 1
    assert backend.entered.wait(WAIT_S)
    for number in range(1, 31):
        assert service.submit_writes(users(number, 1)) == 1
    backend.gate.set()
    assert [ticket for ticket, _ in collected.wait(31)] == list(range(31))
    assert backend.sizes == [1, 30]
    assert [len(batch) for batch in collected.batches] == [1, 30]


def test_queue_and_batches_are_bounded(backend: Gated, collected: Collected, service: Service[int]) -> None:
    nothing: list[tuple[int, Write]] = [(0, records.EndSession(1))]
    service.submit_writes(nothing)
    assert backend.entered.wait(WAIT_S)
    assert service.submit_writes(nothing * (WRITES_MAX + 5)) == WRITES_MAX
    assert service.submit_writes(nothing) == 0
    backend.gate.set()
    collected.wait(WRITES_MAX + 1)
    assert max(backend.sizes) == BATCH_MAX
    assert service.submit_writes(nothing) == 1


def test_reads_go_on_during_a_commit(backend: Gated, collected: Collected, service: Service[int]) -> None:
    service.submit_writes(users(0, 1))
    assert backend.entered.wait(WAIT_S)
    assert service.submit_read(7, records.ReadUsers("", "", 5))
    assert collected.wait(1) == [(7, records.UsersRead([], None))]


def test_search_finds_what_was_acknowledged(
    backend: Gated, collected: Collected, service: Service[int]
) -> None:
    backend.gate.set()
    service.submit_writes(users(0, 1))
    collected.wait(1)
    for number in range(20):
        key = bytes([number]) * 16
        message = records.AppendMessage(GENERAL, 1, "user0", key, f"word{number}", 5)
        service.submit_writes([(number, message)])
        seen = len(collected.wait(2 + 2 * number))
        service.submit_read(
            100, records.ReadSearch(1, f"word{number}", None, None, None, None, "newest", 0, 5)
        )
        _, found = collected.wait(seen + 1)[-1]
        assert isinstance(found, records.SearchRead)
        assert [hit.message.text for hit in found.hits] == [f"word{number}"]
    assert service.search_settled(WAIT_S)


def test_verify_has_a_thread_of_its_own(backend: Gated, collected: Collected, service: Service[int]) -> None:
    assert service.submit_read(1, records.Verify())
    assert collected.wait(1) == [(1, records.VerifyRead([], 0, 1, 0))]


def test_stop_finishes_what_is_queued(backend: Gated, collected: Collected) -> None:
    running: Service[int] = Service(backend, collected.results)
    running.submit_writes(users(0, 3))
    running.submit_read(9, records.ReadUsers("", "", 5))
    running.start()
    backend.gate.set()
    running.stop()
    assert sorted(ticket for ticket, _ in collected.pairs()) == [0, 1, 2, 9]
    assert backend.closed
    assert running.submit_writes(users(5, 1)) == 0
    assert not running.submit_read(1, records.Verify())


def test_stop_without_drain_drops_what_is_queued(backend: Gated, collected: Collected) -> None:
    running: Service[int] = Service(backend, collected.results)
    running.start()
    running.submit_writes(users(0, 1))
    assert backend.entered.wait(WAIT_S)
    running.submit_writes(users(1, 5))
    stopping = threading.Thread(target=running.stop, args=(False,))
    stopping.start()
    while running.submit_writes(users(9, 1)):  # until the queue is closed
        pass
    backend.gate.set()
    stopping.join(WAIT_S)
    assert [ticket for ticket, _ in collected.pairs()] == [0]


@pytest.mark.parametrize("failure", [StoreBroken("a failed fsync"), RuntimeError("a mistake of ours")])
def test_broken_backend_is_said_once_and_never_asked_again(
    backend: Gated, collected: Collected, service: Service[int], failure: Exception
) -> None:
    backend.failure = failure
    backend.gate.set()
    service.submit_writes(users(0, 1))
    collected.wait_broken()
    assert service.submit_writes(users(1, 1)) == 0
    service.stop()
    assert (len(collected.broken), collected.pairs(), backend.sizes) == (1, [], [1])
    assert str(failure) in str(collected.broken[0])
    assert not backend.closed


class FailingReader:
    """Fails at every read: a mistake of ours for users, the end for accounts."""

    def read(self, command: Read) -> Result:
        if isinstance(command, records.ReadUsers):
            raise ZeroDivisionError
        raise StoreBroken(f"no {type(command).__name__}")

    def close(self) -> None:
        """Nothing to free."""


def test_broken_reader_stops_the_writer_too(
    backend: Gated, collected: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "reader", FailingReader)
    running: Service[int] = Service(backend, collected.results, collected.breaks)
    running.start()
    running.submit_read(1, records.ReadUsers("", "", 1))
    ((_, result),) = collected.wait(1)
    assert isinstance(result, records.Refused)
    assert result.code == "internal"
    assert collected.broken == []
    running.submit_read(2, records.ReadAccounts("", 1))
    collected.wait_broken()
    assert running.submit_writes(users(0, 1)) == 0
    running.stop()
    assert backend.sizes == []


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are tidied at once."""
    monkeypatch.setattr("hubbub.store.service.TIDY_AFTER_S", 0.02)
    monkeypatch.setattr("hubbub.store.service.TIDY_AGAIN_S", 0.001)


@pytest.fixture
def tidying(quick: None, backend: Gated, service: Service[int]) -> Service[int]:
    """A service that has tidied up after its start."""
    backend.gate.set()
    until(lambda: backend.tidied == [0])
    return service


DELETION = records.DeleteMessage(GENERAL, 1, b"d" * 16, 1, 3)


def test_deletion_is_made_true_of_the_files_though_nothing_more_comes(
    backend: Gated, collected: Collected, tidying: Service[int]
) -> None:
    tidying.submit_writes(users(0, 3))
    collected.wait(3)
    tidying.submit_writes([(5, DELETION)])
    until(lambda: len(backend.tidied) == 2)
    assert backend.tidied[1] == len(backend.sizes)


def test_what_deletes_nothing_is_not_tidied_up_after(
    backend: Gated, collected: Collected, tidying: Service[int]
) -> None:
    for number in range(30):
        tidying.submit_writes(users(number, 1))
        collected.wait(number + 1)
    tidying.stop()
    assert backend.tidied == [0]


def test_many_deletions_are_tidied_up_after_together(
    backend: Gated, collected: Collected, tidying: Service[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubbub.store.service.TIDY_AFTER_S", 0.3)
    for number in range(30):
        tidying.submit_writes([(number, DELETION)])
        collected.wait(number + 1)
    until(lambda: len(backend.tidied) > 1)
    assert len(backend.tidied) == 2


def test_tidying_is_tried_again_while_somebody_reads(
    backend: Gated, collected: Collected, tidying: Service[int]
) -> None:
    backend.untidy = 3
    tidying.submit_writes([(5, records.PurgeMessages(1, 1))])
    until(lambda: len(backend.tidied) == 5)
    tidying.submit_writes(users(0, 1))
    collected.wait(2)
    tidying.stop()
    assert len(backend.tidied) == 5


class Owing:
    """An indexer with three things to do that no commit asks for."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self) -> bool:
        self.steps += 1
        return False

    def due(self) -> float | None:
        return 0.001 if self.steps < 4 else None

    def close(self) -> None:
        """Nothing to free."""


def test_indexer_is_called_when_it_is_due(
    backend: Gated, collected: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    owing = Owing()
    monkeypatch.setattr(backend, "indexer", lambda: owing)
    running: Service[int] = Service(backend, collected.results)
    running.start()
    until(lambda: owing.steps >= 4)
    running.stop()
    assert owing.steps == 4, "it is not called when it is not"
    assert backend.sizes == []


class Moving:
    """Transfers that wait for a gate, and note the names of what they are asked; a picture of nobody is a mistake of ours."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.done: list[str] = []
        self.failure: Exception | None = None
        self.closed = False

    def sweep(self) -> None:
        assert self.gate.wait(WAIT_S)
        self.done.append("sweep")
        if self.failure is not None:
            raise self.failure

    def transfer(self, command: Transfer) -> Result:
        self.done.append(type(command).__name__)
        if isinstance(command, records.ReadPicture):
            raise ZeroDivisionError
        return records.Dropped()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def moving(backend: Gated, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moving]:
    backend.gate.set()
    moving = Moving()
    monkeypatch.setattr(backend, "transfers", lambda: moving)
    yield moving
    moving.gate.set()


def test_files_are_swept_before_the_first_transfer_and_nobody_waits(
    moving: Moving, collected: Collected, service: Service[int]
) -> None:
    assert service.submit_read(1, records.Drop())
    assert service.submit_read(2, records.ReadUsers("", "", 5))
    service.submit_writes(users(3, 1))
    assert sorted(ticket for ticket, _ in collected.wait(2)) == [2, 3]
    moving.gate.set()
    assert collected.wait(3)[-1] == (1, records.Dropped())
    assert moving.done == ["sweep", "Drop"]
    service.stop()
    assert moving.closed


def test_transfers_have_a_bound_of_their_own(
    moving: Moving, collected: Collected, service: Service[int]
) -> None:
    chunk = records.WriteChunk(1, b"h" * 32, 0, b"")
    assert [service.submit_read(number, chunk) for number in range(TRANSFERS_MAX + 1)] == [
        *([True] * TRANSFERS_MAX),
        False,
    ]
    assert service.submit_read(-1, records.ReadUsers("", "", 5))
    moving.gate.set()
    pairs = collected.wait(TRANSFERS_MAX + 1)
    assert [ticket for ticket, _ in pairs if ticket >= 0] == [*range(TRANSFERS_MAX)], "in their order"


def test_mistake_in_one_transfer_harms_no_other(
    moving: Moving, collected: Collected, service: Service[int]
) -> None:
    moving.failure = OSError("no such folder")
    moving.gate.set()
    service.submit_read(1, records.ReadPicture("nobody"))
    service.submit_read(2, records.Drop())
    (_, refused), second = collected.wait(2)
    assert isinstance(refused, records.Refused) and refused.code == "internal"
    assert second == (2, records.Dropped())
    assert collected.broken == []


def test_broken_transfers_end_the_store(moving: Moving, collected: Collected, service: Service[int]) -> None:
    moving.failure = StoreBroken("the database failed")
    moving.gate.set()
    collected.wait_broken()
    assert not service.submit_read(1, records.Drop())
    assert service.submit_writes(users(0, 1)) == 0


def test_stop_finishes_the_transfers_that_are_queued(backend: Gated, collected: Collected) -> None:
    running: Service[int] = Service(backend, collected.results)
    assert running.submit_read(1, records.ReadPicture("nobody"))
    running.start()
    running.stop()
    ((_, refused),) = collected.pairs()
    assert isinstance(refused, records.Refused) and refused.code == "not_found"
    assert backend.closed and not running.submit_read(1, records.Drop())
