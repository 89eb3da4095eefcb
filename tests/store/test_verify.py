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
    """With three users, some talk in conversations 1 and 2, and in group 3 from position 9 on whatever messages can be for;
    closed."""
    trial = Trial(open_store(tmp_path / "data"))
    alice, bob, _ = trial.users("alice", "bob", "carol")
    direct = trial.direct(alice, "bob")
    trial.say(direct, alice, "one", "two", "three")
    trial.say(GENERAL, bob, "four", "five")
    group = trial.group("team", alice, bob, public=True)
    trial.run(trial.message(group, alice, "six @bob", mentions=["bob"]))
    trial.run(trial.message(group, bob, "seven", reply_to=3))
    trial.act(trial.edit(group, alice, 3, "six for @bob", "bob"))
    trial.act(trial.edit(group, bob, 4, "more than seven"))
    trial.act(trial.deletion(group, alice, 4))
    trial.act(trial.pin(group, alice, 3))
    trial.act(trial.reaction(group, bob, 3))
    trial.index()
    trial.close()
    return tmp_path / "data"


def plant(folder: Path, *statements: str, file: str = "hubbub.db") -> None:
    with closing(sqlite3.connect(folder / file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_whole_store_has_no_problem(folder: Path) -> None:
    assert verify_folder(folder) == records.VerifyRead([], 3, 3, 17)


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
        (
            "UPDATE conversations SET size = 9 WHERE id = 3",
            "conversation 3 counts 9 members, but 2 are in it",
        ),
        ("UPDATE members SET role = 'admin' WHERE conversation = 3", "group 3 has members, but none"),
        ("UPDATE entries SET target = 2 WHERE id = 12", "position 12 is about seq 2"),
        ("UPDATE entries SET target = 8 WHERE id = 13", "position 13 is about seq 8"),
        (
            "UPDATE entries SET target = 4 WHERE id = 13",
            "edit at position 13 is not one of the message at 11",
        ),
        ("DELETE FROM edits WHERE edit = 14", "edit at position 14 is kept with no message"),
        ("INSERT INTO edits VALUES (11, 12)", "edit at position 12 is not one of"),
        ("DELETE FROM tombstones", "message 12 is deleted, but nothing says by whom"),
        ("INSERT INTO tombstones VALUES (11, 1, 1)", "message 11 is said to be deleted"),
        ("UPDATE entries SET text = 'seven' WHERE id = 12", "the text at position 12 was deleted"),
        ("UPDATE entries SET text = 'seven' WHERE id = 14", "the text at position 14 was deleted"),
        ("UPDATE mentions SET seq = 5", "user 2 is mentioned at seq 5 of conversation 3"),
        ("UPDATE mentions SET user = 9", "user 9 is mentioned at seq 3"),
        ("UPDATE pins SET seq = 4", "seq 4 of conversation 3 is pinned"),
        ("UPDATE reactions SET message = 12", "user 2 reacted to position 12"),
        ("UPDATE entries SET kind = 16 WHERE id = 8", "index has 9 texts of 8"),
    ],
)
def test_planted_fault_is_found(folder: Path, fault: str, found: str) -> None:
    plant(folder, fault)
    problems = verify_folder(folder).problems
    assert any(found in problem for problem in problems), problems


def test_public_name_twice_is_found(folder: Path) -> None:
    plant(folder, "DROP INDEX public_groups", "UPDATE conversations SET folded = 'general' WHERE id = 3")
    assert "2 public groups have the name general" in verify_folder(folder).problems


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
        "the search index has 8 texts of 9; delete search.db, it is made anew"
    ]


@pytest.mark.parametrize("position", [11, 12, 14])
def test_text_that_the_index_should_not_have_is_found(folder: Path, position: int) -> None:
    """Of an edited message, of a deleted one, and of the edit of that."""
    plant(folder, f"UPDATE messages SET text = 'here' WHERE rowid = {position}", file="search.db")
    (problem,) = verify_folder(folder).problems
    assert f"has a text for position {position}, which has none any more" in problem


def test_there_must_be_a_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store in"):
        verify_folder(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
