"""Checks that a store keeps its promises: whole files, gapless logs, unique keys, markers and an index that agree with them."""

import sqlite3
from typing import Final

from hubbub.schemas import records
from hubbub.store.database import Connection
from hubbub.store.queries import SQL
from hubbub.store.search import IndexBroken, Searcher

_SHOWN_MAX: Final = 100
"""Problems of one kind that are told; where there are more, a copy of the file is for a person with time."""

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
}


def verify(db: Connection, searcher: Searcher) -> records.VerifyRead:
    """All checks, in one snapshot of the log. Takes some seconds for 300,000 entries."""
    problems = [problem for query, text in _CHECKS.items() for problem in _problems(db, query, text)]
    problems += _verify_index(db, searcher)
    try:
        return records.VerifyRead(problems, *db.execute(SQL["verify_counts"]).fetchone())
    except sqlite3.DatabaseError as error:
        return records.VerifyRead([*problems, f"nothing can be counted: {error}"], 0, 0, 0)


def _problems(db: Connection, query: str, text: str) -> list[str]:
    try:
        return [text.format(*row) for row in db.execute(SQL[query]).fetchmany(_SHOWN_MAX)]
    except sqlite3.DatabaseError as error:
        return [f"{query} cannot be done: {error}"]


def _verify_index(db: Connection, searcher: Searcher) -> list[str]:
    """Up to where it knows the log; it may lag behind."""
    try:
        index = searcher.connection()
        of_epoch, position = index.execute(SQL["indexed"]).fetchone()
        (found,) = index.execute(SQL["count_indexed"], (position,)).fetchone()
    except (sqlite3.Error, IndexBroken) as error:
        return [f"the search index cannot be read ({error}); delete search.db, it is made anew"]
    (epoch,) = db.execute(SQL["epoch"]).fetchone()
    (expected,) = db.execute(SQL["count_messages"], (position,)).fetchone()
    if of_epoch == epoch and found != expected:
        return [f"the search index has {found} messages of {expected}; delete search.db, it is made anew"]
    return []
