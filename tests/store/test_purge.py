"""A deleted text leaves every file: searched for in their raw bytes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from hubbub.schemas import records
from hubbub.store import Backend, Service, open_store, search
from hubbub.store.queries import migrations
from tests.helpers.waiting import until
from tests.store.stores import GENERAL, Trial

NONCE = "zyqxvnonce"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def trial(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    monkeypatch.setattr(search, "PURGE_AFTER_S", 0.0)
    opened = Trial(open_store(folder))
    yield opened
    opened.close()


def copies(folder: Path, text: str = NONCE) -> dict[str, int]:
    """How often each file of the index holds the text, or what FTS5 leaves of a word that begins as the one before it."""
    files = {file.name: file.read_bytes() for file in folder.glob("search.db*")}
    return {
        name: content.count(text[2:].encode())
        for name, content in files.items()
        if text[2:].encode() in content
    }


def purge(backend: Backend) -> None:
    """As the service does, but without a pause."""
    indexer = backend.indexer()
    while indexer.step() or indexer.due() is not None:
        pass
    indexer.close()


def test_words_of_a_deleted_text_leave_the_index(folder: Path, trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, "zyqu zyqxa neighbours", f"it is {NONCE} here", "zyqxw neighbours")
    purge(trial.backend)
    assert copies(folder)
    trial.act(trial.deletion(GENERAL, alice, 3))
    purge(trial.backend)
    assert copies(folder) == {}
    assert trial.found(alice, "neighbours") == ["zyqxw neighbours", "zyqu zyqxa neighbours"]
    assert trial.verify().problems == []


@pytest.mark.parametrize("length", [1, 600, 1600])
def test_earlier_texts_leave_it_too(folder: Path, trial: Trial, length: int) -> None:
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, *("x " * length for _ in range(20)))
    trial.say(GENERAL, alice, f"{NONCE} first " * length)
    purge(trial.backend)
    for version in range(3):
        trial.act(trial.edit(GENERAL, alice, 22, f"{NONCE}{version} " * length))
        purge(trial.backend)
        trial.say(GENERAL, alice, "between " * length)
    assert trial.found(alice, f"{NONCE}*")
    trial.act(trial.deletion(GENERAL, alice, 22))
    purge(trial.backend)
    assert copies(folder) == {}
    assert trial.verify().problems == []


def test_many_deletions_among_many_messages(folder: Path, trial: Trial) -> None:
    (alice,) = trial.users("alice")
    for start in range(0, 20_000, 1000):
        texts = (f"word{number % 97} {number} zyq{number % 13}" for number in range(start, start + 999))
        trial.say(GENERAL, alice, *texts, f"{NONCE}{start}")
        purge(trial.backend)
    secret = [hit.message.seq for hit in trial.search(alice, f"{NONCE}*").hits]
    trial.run(*(trial.deletion(GENERAL, alice, seq) for seq in secret[::2]))
    purge(trial.backend)
    assert len(trial.found(alice, f"{NONCE}*")) == len(secret) // 2
    trial.run(*(trial.deletion(GENERAL, alice, seq) for seq in secret[1::2]))
    purge(trial.backend)
    assert copies(folder) == {}
    assert len(trial.search(alice, "zyq1", limit=200).hits) == 200


def test_text_that_goes_before_it_is_indexed_never_comes_in(folder: Path, trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, f"{NONCE} and more")
    trial.act(trial.edit(GENERAL, alice, 2, f"{NONCE} and less"))
    trial.act(trial.deletion(GENERAL, alice, 2))
    purge(trial.backend)
    assert copies(folder) == {}
    assert trial.verify().problems == []


def test_purge_goes_on_after_a_crash(folder: Path, trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, NONCE)
    trial.act(trial.edit(GENERAL, alice, 2, f"{NONCE}s"))
    trial.index()
    trial.act(trial.deletion(GENERAL, alice, 2))
    indexer = trial.backend.indexer()
    while indexer.due() is None:
        indexer.step()
    indexer.close()
    assert copies(folder), "it was blanked, and not yet purged"
    again = trial.backend.indexer()
    assert again.due() is None
    again.step()
    assert again.due() is not None
    again.close()
    purge(trial.backend)
    assert copies(folder) == {}


def test_reader_is_only_for_a_moment_in_the_way(folder: Path, trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, NONCE)
    purge(trial.backend)
    indexer = trial.backend.indexer()
    with closing(sqlite3.connect(folder / "search.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM messages").fetchall()
        trial.act(trial.deletion(GENERAL, alice, 2))
        while indexer.due() is None:
            indexer.step()
        assert indexer.step()
        assert indexer.due() is not None, "it tries again"
        assert copies(folder)
        reader.execute("COMMIT")
    until(lambda: not indexer.step() and indexer.due() is None)
    indexer.close()
    assert copies(folder) == {}


def test_index_of_the_first_schema_keeps_nothing(folder: Path, trial: Trial) -> None:
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, "kept")
    with closing(sqlite3.connect(folder / "search.db", isolation_level=None)) as old:
        old.execute("PRAGMA secure_delete = OFF")
        scripts = migrations("search_migrations")
        old.executescript(scripts[0].script)
        texts = ((number, f"{NONCE} {number}" * 9) for number in range(4000))
        old.execute("BEGIN")
        old.executemany("INSERT INTO messages (rowid, place, text) VALUES (?, 'c1', ?)", texts)
        old.execute("COMMIT")
        old.execute("DELETE FROM messages WHERE rowid > 10")
    assert copies(folder)
    purge(trial.backend)
    trial.close()
    assert copies(folder) == {}


def test_service_purges_though_nothing_else_comes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the index and of the store itself; searches go on meanwhile."""
    monkeypatch.setattr("hubbub.store.service.TIDY_AFTER_S", 0.2)
    monkeypatch.setattr(search, "PURGE_AFTER_S", 0.2)
    backend = open_store(folder)
    trial = Trial(backend)
    (alice,) = trial.users("alice")
    trial.say(GENERAL, alice, f"it is {NONCE} here", "neighbour")
    done: list[tuple[str, records.Result]] = []
    service = Service(backend, done.extend)
    service.start()
    assert service.search_settled(20)
    assert copies(folder)
    service.submit_writes([("deleted", trial.deletion(GENERAL, alice, 2))])
    began = monotonic()
    until(lambda: not any(NONCE[2:].encode() in file.read_bytes() for file in folder.iterdir()))
    assert monotonic() - began < 10
    trial.reader.close()
    service.stop()
    assert [ticket for ticket, _ in done] == ["deleted"]
