"""Checks that a store keeps its promises: whole files, gapless logs, unique keys, markers and an index that agree with them."""

import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Final

from hubbub.schemas import records
from hubbub.store.blobs import Blobs
from hubbub.store.database import Connection, reading, roll_back
from hubbub.store.finding import Searcher
from hubbub.store.queries import SQL
from hubbub.store.search import IndexBroken

_SHOWN_MAX: Final = 100
"""Problems of one kind that are told; where there are more, a copy of the file is for a person with time."""
_REMEDY: Final = "delete search.db, it is made anew"

_CHECKS: Final = {
    "verify_file": "{0}",
    "verify_keys": "the foreign key of row {1} in {0} leads nowhere ({2})",
    "verify_seqs": "conversation {0} has {1} entries, but their seqs go from {2} to {3}",
    "verify_ordinals": "conversation {0}: at seq {1} the count of messages is {2}, but {3} would follow",
    "verify_duplicates": "user {1} used the key {0} for {2} entries",
    "verify_markers": "user {0} has read conversation {1} up to {2}, but it ends at {3}",
    "verify_times": "the entry at position {0} is older than the one before it",
    "verify_homeless": "the entry at position {0} belongs to conversation {1}, which is not there",
    "verify_senders": "the entry at position {0} is by or about user {1}, who is not there",
    "verify_lost": "user {0} is in conversation {1} of two others",
    "verify_sizes": "conversation {0} counts {1} members, but {2} are in it",
    "verify_owners": "group {0} has members, but none of them is its owner",
    "verify_names": "{1} public groups have the name {0}",
    "verify_targets": "the entry at position {0} is about seq {1} of its conversation, which is no message before it",
    "verify_edits": "the edit at position {1} is not one of the message at {0}",
    "verify_edited": "the edit at position {0} is kept with no message",
    "verify_tombstones": "message {0} is {1}",
    "verify_blanks": "the text at position {0} was deleted, but it is there",
    "verify_mentions": "user {1} is mentioned at seq {2} of conversation {0}, but there is no message or no such user",
    "verify_pins": "seq {1} of conversation {0} is pinned, but there is no message",
    "verify_reactions": "user {1} reacted to position {0}, but there is no message or no such user",
    "verify_attachments": "file {1} of position {0} is of no message, or the numbers before it have a gap",
    "verify_blank_files": "file {1} of the message at {0} was deleted, but what it was is there",
    "verify_forwards": "position {0} says first what user {1} said, but there is no message or no such user",
    "verify_holdings": "user {1} holds the file {0} {2} times, but uses it {3} times",
    "verify_file_sizes": "the file {0} has {1} different sizes",
    "verify_stored": "user {0} counts {1} bytes of files, but has {2}",
}


def verify(db: Connection, searcher: Searcher, blobs: Blobs | None = None) -> records.VerifyRead:
    """All checks, each on a snapshot of its own: a long one would keep the log of the file from being emptied, and what was
    deleted stays in there so long. Takes 20 s for a million entries, the longest check 7 s. All files are read, without one."""
    problems = [problem for query, text in _CHECKS.items() for problem in _problems(db, query, text)]
    problems += _verify_index(db, searcher)
    problems += [] if blobs is None else islice(_verify_blobs(db, blobs), _SHOWN_MAX)
    try:
        return records.VerifyRead(problems, *db.execute(SQL["verify_counts"]).fetchone())
    except sqlite3.DatabaseError as error:
        return records.VerifyRead([*problems, f"nothing can be counted: {error}"], 0, 0, 0)


def _problems(db: Connection, query: str, text: str) -> list[str]:
    roll_back(db)
    db.execute(SQL["begin_read"])
    try:
        return [text.format(*row) for row in db.execute(SQL[query]).fetchmany(_SHOWN_MAX)]
    except sqlite3.DatabaseError as error:
        return [f"{query} cannot be done: {error}"]


def _verify_index(db: Connection, searcher: Searcher) -> list[str]:
    """Up to where it knows the log; it may lag behind."""
    try:
        index = searcher.connection()
        of_epoch, position, _ = index.execute(SQL["indexed"]).fetchone()
        (found,) = index.execute(SQL["count_indexed"], (position,)).fetchone()
        (void,) = db.execute(SQL["void_texts"], (position,)).fetchone()
        left = index.execute(SQL["texts_indexed"], (void,)).fetchall()
    except (sqlite3.Error, IndexBroken) as error:
        return [f"the search index cannot be read ({error}); {_REMEDY}"]
    (epoch,) = db.execute(SQL["epoch"]).fetchone()
    (expected,) = db.execute(SQL["count_texts"], (position,)).fetchone()
    if of_epoch != epoch:
        return []
    problems = [
        f"the search index has a text for position {row[0]}, which has none any more; {_REMEDY}"
        for row in left
    ]
    if found != expected:
        problems.append(f"the search index has {found} texts of {expected}; {_REMEDY}")
    return problems[:_SHOWN_MAX]


def _verify_blobs(db: Connection, blobs: Blobs) -> Iterator[str]:
    """The files that somebody has; those that were dropped while others were read are none."""
    roll_back(db)
    try:
        with reading(db):
            held = db.execute(SQL["blobs_held"]).fetchall()
        yield from blobs.problems(held, still=lambda sha256: _is_held(db, sha256))
    except sqlite3.DatabaseError as error:
        yield f"the files cannot be checked: {error}"


def _is_held(db: Connection, sha256: bytes) -> bool:
    with reading(db):
        return db.execute(SQL["blob_held"], (sha256,)).fetchone() is not None
