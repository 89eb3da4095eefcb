"""Full disks, killed processes, foreign and newer files, a folder that is taken, an index that is of no use."""

import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from hubbub.schemas import records
from hubbub.schemas.events import AnyEntry
from hubbub.store import StoreBroken, StoreError, StoreInUse, memory_store, open_store
from hubbub.store.access import Refusal
from hubbub.store.blobs import Blobs
from hubbub.store.sqlite import SqliteBackend
from tests.store.stores import GENERAL, Trial, accepted, code

WORDS = "text " * 200


def opened(folder: Path) -> Trial:
    return Trial(open_store(folder))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


# ------------------------------------------------------------------------------------------------------- full disk


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small file system needs Linux and root")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "hubbub-test", str(folder)]
    made = subprocess.run(mount, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"mounting is not permitted here: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill_up(trial: Trial, alice: int, batch: int) -> tuple[list[records.Appended], list[records.Result]]:
    """Send until a batch is refused: what was stored, and the refused batch's results."""
    stored: list[records.Appended] = []
    for _ in range(20_000):
        results = trial.run(*(trial.message(GENERAL, alice, WORDS) for _ in range(batch)))
        if any(isinstance(result, records.Refused) for result in results):
            return stored, results
        stored += map(accepted, results)
    raise AssertionError("the disk never was full")


@pytest.mark.parametrize("batch", [1, 40, 300])
def test_full_disk_refuses_whole_batches_and_recovers(folder: Path, batch: int) -> None:
    folder.mkdir()
    with small_disk(folder, 5):
        ballast = [folder / f"ballast{number}" for number in range(3)]
        trial = opened(folder)
        (alice,) = trial.users("alice")
        for file in ballast:
            file.write_bytes(b"x" * 1_000_000)
        for _ in range(2):
            stored, refused = fill_up(trial, alice, batch)
            assert {code(result) for result in refused} == {"storage_full"}
            head = trial.home(alice).conversations[0].head
            assert [entry.seq for entry in trial.sync(alice, GENERAL, head - 5).entries] == list(
                range(head - 4, head + 1)
            )
            assert all(result.message.seq <= head for result in stored)
            ballast.pop().unlink()
            (again,) = trial.run(trial.message(GENERAL, alice, "there is room again"))
            assert accepted(again).message.seq == head + 1
        ballast.pop().unlink()
        assert trial.verify().problems == []
        trial.close()


def test_files_leave_room_for_messages(folder: Path) -> None:
    """Uploads stop where the disk still takes messages; with no room at all they say so, and nothing of them breaks."""
    folder.mkdir()
    with small_disk(folder, 8):
        trial = opened(folder)
        trial.users("alice")
        blobs = Blobs(folder, reserve=2_000_000)
        while blobs_fill_up(blobs):
            pass
        accepted(trial.run(trial.message(GENERAL, 1, WORDS))[0])
        greedy = Blobs(folder, reserve=0)
        while blobs_fill_up(greedy):
            pass
        held = [(digest, 300_000) for found in greedy.found() for digest in found.blobs]
        assert len(held) > 15
        assert list(greedy.problems(held)) == []
        blobs.drop_blob(held[0][0])
        blobs.drop_blob(held[1][0])
        assert blobs_fill_up(greedy)
        trial.close()


def blobs_fill_up(blobs: Blobs) -> bool:
    """Upload another file; False: it did not get in."""
    data = os.urandom(300_000)
    digest = sha256(data).digest()
    try:
        blobs.open(1, digest, len(data))
        return blobs.write(1, digest, 0, data)[1]
    except Refusal:
        blobs.drop_upload(1, digest)
        return False


def test_full_database_is_storage_full_everywhere() -> None:
    """The same without a disk: SQLite refuses to grow the database."""
    backend = memory_store()
    trial = Trial(backend)
    (alice,) = trial.users("alice")
    (pages,) = backend._db.execute("PRAGMA page_count").fetchone()
    backend._db.execute(f"PRAGMA max_page_count = {pages + 20}")
    stored, refused = fill_up(trial, alice, 7)
    assert {code(result) for result in refused} == {"storage_full"}
    assert trial.home(alice).conversations[0].head == 1 + len(stored)
    backend._db.execute("PRAGMA max_page_count = 1000000")
    assert accepted(trial.run(trial.message(GENERAL, alice, "room"))[0]).message.seq == 2 + len(stored)
    assert trial.verify().problems == []
    trial.close()


class Failing:
    """A connection whose commits fail as they would on a bad disk."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self.armed = True

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def execute(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        if statement == "COMMIT" and self.armed:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = self._name
            raise error
        return self._connection.execute(statement, values)


@pytest.mark.parametrize(
    "name", ["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_CANTOPEN"]
)
def test_no_room_at_the_commit_undoes_the_batch(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(memory_store()) as backend:
        no_room_at_the_commit(backend, name, monkeypatch)


def no_room_at_the_commit(backend: SqliteBackend, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(backend)
    (alice,) = trial.users("alice")
    failing = Failing(backend._db, name)
    monkeypatch.setattr(backend, "_db", failing)
    commands = (trial.message(GENERAL, alice, "1"), trial.creation("team", alice))
    assert [code(result) for result in trial.run(*commands)] == ["storage_full"] * 2
    failing.armed = False
    assert accepted(trial.run(commands[0])[0]) == records.Appended(
        accepted(trial.run(commands[0])[0]).message, False
    )
    assert trial.home(alice).conversations[0].head == 2
    assert len(trial.home(alice).conversations) == 1


@pytest.mark.parametrize("name", ["SQLITE_IOERR_FSYNC", "SQLITE_CORRUPT", "SQLITE_IOERR_READ", ""])
def test_after_a_failed_fsync_nothing_more_is_committed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = memory_store()
    trial = Trial(backend)
    (alice,) = trial.users("alice")
    with monkeypatch.context() as patch:
        patch.setattr(backend, "_db", Failing(backend._db, name))
        with pytest.raises(StoreBroken, match="disk I/O error"):
            trial.run(trial.message(GENERAL, alice, "1"))
    trial.close()


# ------------------------------------------------------------------------------------------------ killed processes


def test_what_was_acknowledged_before_a_kill_is_there(folder: Path) -> None:
    program = Path(__file__).with_name("writing.py")
    lines: list[str] = []
    for wanted in (1, 300, 1000):
        with subprocess.Popen(
            [sys.executable, str(program), str(folder)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            seen = [line for line, _ in zip(process.stdout, range(wanted), strict=False)]
            process.kill()
            seen += [line for line in process.stdout if line.endswith("\n")]
        lines += seen
        trial = opened(folder)
        stored: dict[int, AnyEntry] = {}
        after = 0
        while (page := trial.sync(1, GENERAL, after)).entries:
            stored.update((entry.seq, entry) for entry in page.entries)
            after = page.entries[-1].seq
        texts = {f"{seq} {getattr(entry, 'text', '')}\n" for seq, entry in stored.items()}
        assert set(lines) <= texts
        assert list(stored) == list(range(1, len(stored) + 1))
        trial.index()
        assert trial.verify().problems == []
        trial.close()
        shutil.rmtree(folder)
        lines.clear()


# ------------------------------------------------------------------------------------------- files and the folder


def test_reopened_store_goes_on(folder: Path) -> None:
    trial = opened(folder)
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, "one")
    epoch = trial.backend.startup(0).epoch
    trial.close()
    assert sorted(path.name for path in folder.iterdir()) == ["hubbub.db", "lock"]
    again = opened(folder)
    again.names = trial.names
    (two,) = again.say(GENERAL, alice, "two")
    assert (two.seq, two.ordinal, two.position) == (3, 2, 3)
    assert again.backend.startup(0).epoch == epoch
    again.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_files_are_private(folder: Path) -> None:
    trial = opened(folder)
    trial.users("alice")
    trial.index()
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert {"hubbub.db", "hubbub.db-wal", "search.db", "lock"} <= set(modes)
    assert set(modes.values()) == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    trial.close()


def test_newer_file_is_refused(folder: Path) -> None:
    open_store(folder).close()
    with closing(sqlite3.connect(folder / "hubbub.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(
        StoreError, match=r"made by a newer Hubbub \(schema 99; this one knows \d+\): install"
    ):
        open_store(folder)
    with pytest.raises(StoreError, match="made by a newer"):  # the lock is free again
        open_store(folder)


def test_foreign_file_is_refused_and_left_alone(folder: Path) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(folder / "hubbub.db")) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    with pytest.raises(StoreError, match="another program"):
        open_store(folder)
    with closing(sqlite3.connect(folder / "hubbub.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_what_is_no_database_is_refused(folder: Path) -> None:
    folder.mkdir()
    (folder / "hubbub.db").write_bytes(b"not a database at all\n" * 500)
    with pytest.raises(StoreError, match="damaged or no database"):
        open_store(folder)


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(tmp_path / "data")


def test_folder_with_a_strange_name(tmp_path: Path) -> None:
    trial = opened(tmp_path / "da ta?mode=memory#%41")
    trial.users("alice")
    assert trial.home(1).position == 1
    trial.close()
    assert (tmp_path / "da ta?mode=memory#%41" / "hubbub.db").stat().st_size > 0


def test_folder_is_for_one_at_a_time(folder: Path) -> None:
    store = open_store(folder)
    with pytest.raises(StoreInUse, match="in use by another broker"):
        open_store(folder)
    attempt = f"from hubbub.store import open_store; open_store({str(folder)!r})"
    other = subprocess.run([sys.executable, "-c", attempt], capture_output=True, text=True, check=False)
    assert "in use by another broker" in other.stderr
    store.close()
    open_store(folder).close()


# ----------------------------------------------------------------------------------------- snapshots and the index


def test_snapshot_opens_as_another_epoch_without_sessions(trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.session(alice)
    trial.say(GENERAL, alice, "one", "two")
    backend = trial.backend
    copy = Trial(memory_store(backend.snapshot()))  # type: ignore[attr-defined]  # both backends have it
    startup = copy.backend.startup(0)
    assert startup.epoch != backend.startup(0).epoch
    assert (startup.sessions, startup.position) == ([], 3)
    copy.names = trial.names
    assert copy.say(GENERAL, alice, "three")[0].seq == 4
    assert trial.home(alice).conversations[0].head == 3
    assert copy.verify().problems == []
    copy.close()


@pytest.mark.parametrize(
    "fault", ["garbage", "another program", "newer", "another epoch", "ahead", "missing"]
)
def test_index_that_is_of_no_use_is_made_anew(folder: Path, fault: str) -> None:
    trial = opened(folder)
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, "needle")
    trial.index()
    trial.close()
    spoil(folder / "search.db", fault)
    again = opened(folder)
    again.names = trial.names
    again.say(GENERAL, alice, "another needle")
    again.index()
    found = again.found(alice, "needle")
    assert found == ["another needle", "needle"]
    assert again.verify().problems == []
    again.close()


def spoil(file: Path, fault: str) -> None:
    statement = {
        "another program": "PRAGMA application_id = 7",
        "newer": "PRAGMA user_version = 99",
        "another epoch": "UPDATE indexed SET epoch = x'00'",
        "ahead": "UPDATE indexed SET position = 1000",
    }.get(fault)
    if fault == "missing":
        file.unlink()
    elif statement is None:
        file.write_bytes(b"garbage" * 5000)
    else:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute(statement)


def test_index_damaged_while_it_is_used_is_made_anew(folder: Path) -> None:
    trial = opened(folder)
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, *(f"needle {number}" for number in range(400)))
    trial.index()
    with closing(sqlite3.connect(folder / "search.db", isolation_level=None)) as connection:
        connection.execute("UPDATE messages_data SET block = x'ffffffff' WHERE id > 10")
    search = records.ReadSearch(alice, "needle", None, None, None, None, "newest", 0, 10)
    assert code(trial.reader.read(search)) == "busy"
    trial.index()
    assert len(trial.search(alice, "needle", limit=200).hits) == 200
    trial.close()


def test_late_query_is_stopped(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock jumps by ten seconds whenever somebody looks at it."""
    alice, bob = trial.users("alice", "bob")
    trial.run(*(trial.message(GENERAL, alice, "needle") for _ in range(5_000)))
    monkeypatch.setattr("hubbub.store.sqlite.monotonic", itertools.count(0, 10).__next__)
    assert code(trial.reader.read(records.ReadHome(bob, 0, 10, None))) == "timed_out"
    assert trial.verify().problems == [], "which has no deadline"
    assert len(trial.sync(bob, GENERAL, 0, 10).entries) == 10, "the next read has its own time"


def test_readers_in_threads_see_whole_batches(trial: Trial) -> None:
    """A read sees what was committed before it began, and never half a batch."""
    (alice,) = trial.users("alice")
    heads: list[int] = []
    failures: list[str] = []
    stop = threading.Event()

    def watch() -> None:
        reader = trial.backend.reader()
        while not stop.is_set():
            result = reader.read(records.ReadSync(alice, GENERAL, 0, 1))
            assert isinstance(result, records.SyncRead)
            heads.append(result.head)
            if (result.head - 1) % 10 or heads[-2:] != sorted(heads[-2:]):
                failures.append(f"{heads[-2:]}")
        reader.close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(100):
        trial.say(GENERAL, alice, *(["x"] * 10))
    stop.set()
    watcher.join()
    assert failures == []
    assert heads
