"""verify finds what somebody broke in the file, and nothing where nothing is broken."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hubbub.schemas import records
from hubbub.store import StoreError, open_store, verify_folder
from hubbub.store.blobs import Blobs
from hubbub.store.sqlite import SqliteReader
from tests.store.stores import GENERAL, Trial, digest


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


# --------------------------------------------------------------------------------------------------------- files


@pytest.fixture
def files(made: Path, tmp_path: Path) -> Path:
    """Whatever is broken in it: as it was `made`."""
    return shutil.copytree(made, tmp_path / "data")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Alice has a file with a thumbnail in message 3 and a picture, bob has forwarded it in message 4 and is uploading another;
    message 5 had files; closed."""
    data = tmp_path_factory.mktemp("files") / "data"
    trial = Trial(open_store(data))
    alice, bob = trial.users("alice", "bob")
    contents = (b"file" * 10, b"thumbnail", b"picture", b"gone")
    trial.post(GENERAL, alice, contents[0], thumbnail=contents[1])
    trial.forward(GENERAL, bob, GENERAL, 3)
    trial.post(GENERAL, alice, b"gone", thumbnail=b"small")
    trial.act(trial.deletion(GENERAL, alice, 5))
    trial.upload(alice, b"picture")
    trial.do(records.SetProfile(alice, None, None, None, digest(b"picture")), records.ProfileSet)
    trial.run(trial.beginning(bob, b"begun"))
    trial.upload(bob, b"picture")
    trial.index()
    trial.close()
    for content in contents[:3]:
        blob(data, content).parent.mkdir(parents=True, exist_ok=True)
        blob(data, content).write_bytes(content)
    return data


def blob(folder: Path, content: bytes) -> Path:
    name = digest(content).hex()
    return folder / "blobs" / name[:2] / name


def test_files_that_are_as_they_should_be(files: Path) -> None:
    assert verify_folder(files) == records.VerifyRead([], 2, 1, 6, 3)


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("UPDATE attachments SET message = 99 WHERE message = 3", "file 0 of position 99 is of no message"),
        ("UPDATE attachments SET message = 1 WHERE message = 3", "file 0 of position 1 is of no message"),
        ("UPDATE attachments SET number = 1 WHERE message = 3", "file 1 of position 3 is of no message, or"),
        ("UPDATE attachments SET name = 'x' WHERE message = 5", "file 0 of the message at 5 was deleted"),
        ("UPDATE attachments SET type = 'x' WHERE message = 5", "file 0 of the message at 5 was deleted"),
        ("UPDATE attachments SET hash = randomblob(32) WHERE message = 5", "the message at 5 was deleted"),
        ("UPDATE attachments SET thumbnail = randomblob(32) WHERE message = 5", "at 5 was deleted"),
        ("UPDATE forwards SET message = 2", "position 2 says first what user 1 said"),
        ("UPDATE forwards SET author = 9", "position 4 says first what user 9 said"),
        ("UPDATE holdings SET uses = 2 WHERE user = 2", "2 times, but uses it 1 times"),
        ("DELETE FROM holdings WHERE user = 1", "user 1 holds the file"),
        (
            "UPDATE holdings SET hash = randomblob(32) WHERE user = 2 AND size = 9",
            "1 times, but uses it 0 times",
        ),
        ("UPDATE attachments SET thumbnail = hash WHERE message = 3", "1 times, but uses it 2 times"),
        ("UPDATE users SET picture = x''", "1 times, but uses it 0 times"),
        ("UPDATE uploads SET size = 8 WHERE complete", "has 2 different sizes"),
        ("UPDATE attachments SET size = 8 WHERE message = 3", "has 2 different sizes"),
        ("UPDATE attachments SET thumbnail_size = 8 WHERE message = 4", "has 2 different sizes"),
        ("UPDATE users SET stored = -1 WHERE id = 1", "user 1 counts -1 bytes of files, but has 56"),
        ("DELETE FROM uploads WHERE NOT complete", "user 2 counts 61 bytes of files, but has 56"),
    ],
)
def test_planted_fault_of_files_is_found(files: Path, fault: str, found: str) -> None:
    plant(files, fault)
    problems = verify_folder(files).problems
    assert any(found in problem for problem in problems), problems


def test_files_that_are_missing_short_or_damaged_are_found(files: Path) -> None:
    lost, short, damaged = b"file" * 10, b"thumbnail", b"picture"
    blob(files, lost).unlink()
    blob(files, short).write_bytes(short[:-1])
    blob(files, damaged).write_bytes(damaged.upper())
    problems = set(verify_folder(files).problems)
    names = [digest(content).hex() for content in (lost, short, damaged)]
    assert problems == {
        f"the file {names[0]} is missing",
        f"the file {names[1]} has 8 bytes in place of 9",
        f"the file {names[2]} is damaged: it has another SHA-256",
    }


def test_file_that_is_dropped_while_others_are_read_is_no_problem(files: Path) -> None:
    trial = Trial(open_store(files))
    (alice,) = trial.users("carol")
    said = trial.post(GENERAL, alice, b"dropped meanwhile")

    class Slow(Blobs):
        def problems(
            self, held: Iterable[tuple[bytes, int]], *, still: Callable[[bytes], bool] = lambda _: True
        ) -> Iterator[str]:
            trial.act(trial.deletion(GENERAL, alice, said.seq))
            return super().problems(held, still=still)

    reader = SqliteReader(trial.backend._database, trial.backend._index, Slow(files))  # type: ignore[attr-defined]
    result = reader.read(records.Verify())
    assert isinstance(result, records.VerifyRead)
    assert (result.problems, result.files) == ([], 3)
    reader.close()
    trial.close()
