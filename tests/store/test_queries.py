"""The statements: all named, all used, all in .sql files, none that reads a whole log to answer one person."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import hubbub.store
from hubbub.store import open_store
from hubbub.store.queries import SQL, migrations, repeated

SOURCES = {
    file.name: file.read_text(encoding="utf-8") for file in Path(hubbub.store.__path__[0]).glob("*.py")
}
NAMED = re.compile(r'"([a-z_]+)"')


def test_every_query_is_used_and_every_name_is_one() -> None:
    words = {word for text in SOURCES.values() for word in NAMED.findall(text)}
    assert set(SQL) - words == set()
    looked_up = {
        name
        for text in SOURCES.values()
        for name in re.findall(r'(?:SQL\[|repeated\(|_inserted\(db, |_first_column\(db, )"(\w+)"', text)
    }
    assert looked_up - set(SQL) == set()
    assert len(looked_up) > 50, "the pattern finds them"


def test_no_statement_stands_in_the_code() -> None:
    statement = re.compile(r'f?"[^"\n]*\b(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN|COMMIT)\b [^"\n]*"')
    found = {name: match[0] for name, text in SOURCES.items() for match in statement.finditer(text)}
    assert found == {}


def test_migrations_are_numbered_from_one() -> None:
    for folder in ("migrations", "search_migrations"):
        versions = [migration.version for migration in migrations(folder)]
        assert versions == list(range(1, len(versions) + 1))
        assert all(f"user_version = {m.version};" in m.script for m in migrations(folder))


def test_repeated_rows() -> None:
    assert repeated("append_messages", 3).count("(?, ?, ?, 1, ?, ?, ?, ?, ?)") == 3


PER_PERSON = (
    *("home", "home_snapshot", "blocked", "visible", "user_named", "account", "profile"),
    *("users", "accounts", "groups", "members", "sessions", "names"),
    *("entries_after", "messages_after", "messages_before", "message_between", "message_at", "pins", "head"),
    *("earlier_texts", "more_than_text", "last_edits", "current_edits", "tombstones", "pinned", "reactions"),
    *("attachments", "authors", "author", "file_size", "holding", "upload", "count_uploads", "sweep_uploads"),
    *("attachment_seen", "picture_seen", "upload_half_done", "blob_had"),
    *("entries_to_index", "found_messages", "entry_from", "position"),
    *("last_entry", "recent_entries", "entry_by_key", "conversations_of_user", "direct_conversation"),
)
DERIVED = {"SCAN x", "SCAN r", "SCAN each", "SCAN grouped", "SCAN CONSTANT ROW"}
"""Steps over the rows of a subquery."""
SORTED = {"found_messages", "members", "reactions", "earlier_texts"}
"""A page, the members of a conversation, or what is on one message."""


@pytest.mark.parametrize("name", PER_PERSON)
def test_nobodys_question_scans_a_table(name: str, tmp_path: Path) -> None:
    """json_each and a subquery's few rows are no table, and the ends of `entries` by position are its own order."""
    store = open_store(tmp_path / "data")
    store.close()
    with closing(sqlite3.connect(tmp_path / "data" / "hubbub.db")) as connection:
        count = max(SQL[name].count("?"), 5)
        plan = connection.execute("EXPLAIN QUERY PLAN " + SQL[name], (1,) * arguments(name, count)).fetchall()
    steps = [row[3] for row in plan]
    scans = [step for step in steps if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]
    ordered = {"last_entry", "recent_entries"}
    assert scans == (
        ["SCAN entries"]
        if name in ordered
        else [step for step in scans if "subquery" in step or step in DERIVED]
    )
    assert name in SORTED or not any("TEMP B-TREE" in step for step in steps), steps
    if name == "found_messages":
        assert any("conversation=? AND seq=?" in step for step in steps), "not all that the user sees"


def arguments(name: str, count: int) -> int:
    numbered = [int(number) for number in re.findall(r"\?(\d)", SQL[name])]
    return max(numbered) if numbered else SQL[name].count("?") if count else 0
