"""verify finds what somebody broke in the file, and nothing where nothing is broken."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hubbub.schemas import records
from hubbub.store import StoreError, open_store, verify_folder
from tests.store.stores import GENERAL, Trial


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With three users and some talk, verified and closed."""
    trial = Trial(open_store(tmp_path / "data"))
    alice, bob, _ = trial.users("alice", "bob", "carol")
    direct = trial.direct(alice, "bob")
    trial.say(direct, alice, "one", "two", "three")
    trial.say(GENERAL, bob, "four", "five")
    trial.index()
    trial.close()
    return tmp_path / "data"


def plant(folder: Path, *statements: str, file: str = "hubbub.db") -> None:
    with closing(sqlite3.connect(folder / file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_whole_store_has_no_problem(folder: Path) -> None:
    assert verify_folder(folder) == records.VerifyRead([], 3, 2, 8)


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("DELETE FROM entries WHERE conversation = 2 AND seq = 2", "conversation 2 has 2 entries"),
        ("DELETE FROM entries WHERE conversation = 2 AND seq = 1", "seqs go from 2 to 3"),
        ("UPDATE entries SET ordinal = 7 WHERE conversation = 2 AND seq = 2", "the count of messages is 7"),
        (
            "UPDATE members SET read_seq = 9 WHERE conversation = 2 AND user = 1",
            "read conversation 2 up to 9",
        ),
        ("UPDATE entries SET at = 1 WHERE id = 5", "position 5 is older"),
        ("UPDATE entries SET conversation = 77 WHERE id = 8", "conversation 77, which is not there"),
        ("UPDATE entries SET sender = 77 WHERE id = 8", "user 77, who is not there"),
        ("UPDATE members SET user = 3 WHERE conversation = 2 AND user = 1", "conversation 2 of two others"),
        ("INSERT INTO members (user, conversation) VALUES (55, 1)", "leads nowhere (users)"),
        ("UPDATE entries SET text = NULL, kind = 5 WHERE id = 8", "index has 5 messages of 4"),
    ],
)
def test_planted_fault_is_found(folder: Path, fault: str, found: str) -> None:
    plant(folder, fault)
    problems = verify_folder(folder).problems
    assert any(found in problem for problem in problems), problems


def test_same_key_twice_is_found(folder: Path) -> None:
    plant(
        folder,
        "DROP INDEX entries_by_key",
        "UPDATE entries SET key = (SELECT key FROM entries WHERE id = 4) WHERE id = 5",
    )
    assert any("used the key" in problem for problem in verify_folder(folder).problems)


def test_damaged_page_is_found(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "hubbub.db")) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'entries_by_seq'"
        ).fetchone()
    with (folder / "hubbub.db").open("r+b") as file:
        file.seek(page * 4096 - 60)
        file.write(b"\xff" * 60)
    assert verify_folder(folder).problems


def test_missing_entries_of_the_index_are_found(folder: Path) -> None:
    plant(folder, "DELETE FROM messages WHERE rowid = 7", file="search.db")
    assert verify_folder(folder).problems == [
        "the search index has 4 messages of 5; delete search.db, it is made anew"
    ]


def test_there_must_be_a_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store in"):
        verify_folder(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
