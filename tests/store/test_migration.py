"""A database that the first schema made opens with all that was in it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from hubbub.schemas import records
from hubbub.schemas.events import Member, Message
from hubbub.store import open_store
from hubbub.store.queries import migrations
from tests.store.stores import GENERAL, QUOTA, Trial, code, digest

DIRECT, TEAM, LOST = 2, 3, 4
ROWS = """
INSERT INTO users (id, name, folded, password_hash, admin, created_at, home_version) VALUES
    (1, 'Alice', 'alice', 'hash', 1, 10, 4), (2, 'bob', 'bob', 'hash', 0, 11, 3), (3, 'carol', 'carol', 'hash', 0, 12, 1);
INSERT INTO devices VALUES (1, x'00', 1, 1);
INSERT INTO sessions (user, token_hash, device_key, device, created_at, expires_at) VALUES (1, x'01', x'00', 'd', 1, 99);
INSERT INTO conversations (id, kind, low, high, created_at) VALUES (2, 'direct', 1, 2, 13);
INSERT INTO conversations (id, kind, name, folded, created_at) VALUES (3, 'group', 'Team', 'team', 14), (4, 'group', 'lost', 'lost', 15);
INSERT INTO members (user, conversation, role, joined_seq, read_seq) VALUES
    (1, 1, 'member', 1, 1), (2, 1, 'member', 2, 4), (3, 1, 'member', 3, 3), (1, 2, 'member', 0, 1), (2, 2, 'member', 0, 0),
    (2, 3, 'owner', 1, 1), (3, 3, 'member', 2, 2), (1, 4, 'member', 2, 3), (2, 4, 'member', 1, 3);
INSERT INTO entries (id, conversation, seq, kind, sender, at, ordinal, key, text, target) VALUES
    (1, 1, 1, 2, 1, 20, 0, NULL, NULL, 1), (2, 1, 2, 2, 2, 21, 0, NULL, NULL, 2), (3, 1, 3, 2, 3, 22, 0, NULL, NULL, 3),
    (4, 1, 4, 1, 1, 23, 1, x'01', 'hello all', NULL), (5, 2, 1, 1, 1, 24, 1, x'02', 'hello bob', NULL),
    (6, 2, 2, 1, 1, 25, 2, x'03', 'again', NULL), (7, 3, 1, 2, 2, 26, 0, NULL, NULL, 2),
    (8, 3, 2, 2, 2, 27, 0, NULL, NULL, 3), (9, 3, 3, 1, 2, 28, 1, x'04', 'team', NULL),
    (10, 3, 4, 4, 2, 29, 1, NULL, NULL, 1), (11, 4, 1, 2, 2, 30, 0, NULL, NULL, 2), (12, 4, 2, 2, 2, 31, 0, NULL, NULL, 1),
    (13, 4, 3, 3, 3, 32, 0, NULL, NULL, 3);
"""
APPEND = """
INSERT INTO entries (id, conversation, seq, kind, sender, at, ordinal, key, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def old_store(folder: Path, more: Sequence[str] = ()) -> Trial:
    """`more` texts follow in the direct conversation."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "hubbub.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")  # as it was where SQLite is built so
        connection.executescript(migrations("migrations")[0].script)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(ROWS)
        for seq, text in enumerate(more, 3):
            values = (seq + 11, DIRECT, seq, 1, 1, 40, seq, seq.to_bytes(16, "big"), text)
            connection.execute(APPEND, values)
    trial = Trial(open_store(folder))
    trial.names = {1: "Alice", 2: "bob", 3: "carol"}
    return trial


def test_first_schema_becomes_this_one(tmp_path: Path) -> None:
    trial = old_store(tmp_path / "data")
    rows = {user: trial.home(user).conversations for user in (1, 2, 3)}
    assert [(row.conversation, row.name, row.role, row.joined, row.unread) for row in rows[1]] == [
        (GENERAL, "general", "owner", 1, 0),
        (DIRECT, "bob", "member", 0, 0),
        (LOST, "lost", "member", 2, 0),
    ]
    assert [(row.conversation, row.name, row.role, row.joined, row.unread) for row in rows[2]] == [
        (GENERAL, "general", "member", 2, 0),
        (DIRECT, "Alice", "member", 0, 2),
        (TEAM, "Team", "owner", 1, 0),
        (LOST, "lost", "owner", 1, 0),
    ]
    assert [(row.conversation, row.visible, row.unread, row.head) for row in rows[3]] == [
        (GENERAL, 0, 1, 4),
        (TEAM, 0, 1, 4),
    ]
    assert rows[1][0].public
    assert [row.members for row in rows[1]] == [3, 0, 2]
    assert not rows[3][1].public
    entries = trial.sync(3, TEAM).entries
    assert [type(entry) for entry in entries] == [Member, Member, Message, Member]
    startup = trial.backend.startup(0)
    assert (startup.general, startup.position, startup.purging) == (GENERAL, 13, [])
    assert [(one.home_version, one.conversations, one.status) for one in startup.entitlements] == [
        (4, [GENERAL, DIRECT, LOST], "online")
    ]
    trial.index()
    assert trial.verify().problems == []
    trial.close()


def test_old_messages_are_edited_and_deleted_as_new_ones(tmp_path: Path) -> None:
    trial = old_store(tmp_path / "data")
    trial.act(trial.edit(DIRECT, 1, 1, "hello, bob"))
    trial.act(trial.deletion(DIRECT, 1, 2))
    assert [message.text for message in trial.history(2, DIRECT).messages] == ["", "hello, bob"]
    assert trial.join(2, "general").entry is None
    trial.add(TEAM, 2, 1)
    trial.index()
    assert trial.found(1, "hello") == ["hello, bob", "hello all"]
    assert trial.verify().problems == []
    trial.close()


@contextmanager
def of_schema(number: int, folder: Path) -> Iterator[sqlite3.Connection]:
    """A store that was made with the first schema and brought to this one, to change more in it."""
    folder.mkdir()
    first, *later = migrations("migrations")[:number]
    with closing(sqlite3.connect(folder / "hubbub.db", isolation_level=None)) as connection:
        connection.executescript(first.script)
        connection.executescript(ROWS)
        for migration in later:
            connection.executescript(migration.script)
        yield connection


def test_second_schema_becomes_this_one(tmp_path: Path) -> None:
    with of_schema(2, tmp_path / "data") as connection:
        connection.execute("UPDATE users SET colour = '#123456' WHERE id = 1")
        connection.execute("INSERT INTO pins VALUES (2, 1)")
    trial = Trial(open_store(tmp_path / "data"))
    trial.names = {1: "Alice", 2: "bob", 3: "carol"}
    assert [message.text for message in trial.history(2, DIRECT).messages] == ["again", "hello bob"]
    assert [message.pinned for message in trial.history(2, DIRECT).messages] == [False, True]
    profile = trial.read(records.ReadProfile(2, "alice"), records.ProfileRead).user
    assert (profile.colour, profile.picture) == ("#123456", b"")
    said = trial.post(DIRECT, 1, b"file", text="new", thumbnail=b"small")
    old, new = trial.forward(TEAM, 2, DIRECT, 2), trial.forward(TEAM, 2, DIRECT, said.seq)
    assert (old.text, old.attachments, new.attachments) == ("again", [], said.attachments)
    assert (trial.room(1), trial.room(2), trial.room(3)) == (QUOTA - 9, QUOTA - 9, QUOTA)
    trial.act(trial.deletion(DIRECT, 1, 1))
    assert trial.act(trial.deletion(DIRECT, 1, said.seq)).blobs == [digest(b"file"), digest(b"small")]
    assert trial.problems() == []
    trial.close()


def test_third_schema_becomes_this_one(tmp_path: Path) -> None:
    with of_schema(3, tmp_path / "data") as connection:
        connection.execute("UPDATE users SET stored = 5 WHERE id = 2")
        connection.execute("INSERT INTO holdings VALUES (?, 2, 5, 1)", (digest(b"small"),))
        connection.execute("UPDATE users SET picture = ? WHERE id = 2", (digest(b"small"),))
    trial = Trial(open_store(tmp_path / "data"))
    users = trial.read(records.ReadUsers("", "", 10), records.UsersRead).users
    assert [(user.name, user.bot, user.picture) for user in users] == [
        ("Alice", False, b""),
        ("bob", False, digest(b"small")),
        ("carol", False, b""),
    ]
    assert not any(session.bot for session in trial.backend.startup(0).sessions)
    assert not any(message.bot for message in trial.history(2, DIRECT).messages)
    clock = trial.do(records.CreateUser("clock", "hash", 50, bot=True), records.UserCreated)
    assert (clock.admin, trial.read(records.ReadProfile(1, "clock"), records.ProfileRead).user.bot) == (
        False,
        True,
    )
    assert trial.problems() == []
    trial.close()


def test_fourth_schema_becomes_this_one(tmp_path: Path) -> None:
    with of_schema(4, tmp_path / "data"):
        pass
    trial = Trial(open_store(tmp_path / "data"))
    trial.names = {1: "Alice", 2: "bob", 3: "carol"}
    assert code(trial.run(trial.joining(1, "team"))[0]) == "not_found"
    entry = trial.act(trial.visibility(TEAM, 2, True, "joined")).entry
    assert trial.sync(3, TEAM, after=4).entries == [entry]
    assert [message.text for message in trial.history(3, TEAM).messages] == ["team"]
    trial.join(1, "team")
    assert trial.history(1, TEAM).messages == []
    assert trial.problems() == []
    trial.close()


def test_copies_that_old_pages_bear_are_gone(tmp_path: Path) -> None:
    """When a table outgrows its first page, SQLite without secure_delete leaves what was on it there."""
    texts = [f"<{number:05}> {'x' * 150}" for number in range(200)]
    trial = old_store(tmp_path / "data", texts)
    trial.run(*(trial.deletion(DIRECT, 1, seq) for seq in range(3, 3 + len(texts))))
    trial.close()
    data = (tmp_path / "data" / "hubbub.db").read_bytes()
    assert [text for text in texts if text[:7].encode() in data] == []
