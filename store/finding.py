"""SEARCH: the index says where the words are, the store says who may see it. One thread's connection to the index."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

from hubbub.schemas import records, replies
from hubbub.schemas.events import Message
from hubbub.store import states
from hubbub.store.access import user_named, visible
from hubbub.store.database import Connection, Database, error_name
from hubbub.store.marking import marks
from hubbub.store.pages import Page, Row, size
from hubbub.store.queries import SQL
from hubbub.store.search import IndexBroken, SearchIndex
from hubbub.store.words import match_expression

BEST_MAX: Final = 5000
"""Of the newest matches, among which the best are looked for."""
_PLACES_MAX: Final = 500
"""Whoever is in more conversations searches them all, and what he may not see is left out afterwards."""
_CANDIDATES_MAX: Final = 2000
_END: Final = 2**62
"""Behind every position."""


class _Query(NamedTuple):
    """What the index is asked."""

    expression: str
    first: int
    before: int
    """Positions from the first on and before this one."""


class Searcher:
    """Searches of one thread. Holds a connection to the index from the first search on."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._database: Database | None = None
        self._db: Connection | None = None
        self._generation = -1

    def connection(self) -> Connection:
        """To the index as it is now. Raises IndexBroken."""
        if self._db is None or self._generation != self._index.generation:
            self.close()
            try:
                self._database = self._index.database()
                self._generation = self._index.generation
                self._db = self._database.reader()
            except sqlite3.Error as error:
                raise IndexBroken(str(error)) from error
        return self._db

    def newest(self, query: _Query, before: int, limit: int) -> list[int]:
        """Positions of the texts that match, newest first. Raises IndexBroken; sqlite3.Error where the deadline passed."""
        return self._positions("newest_matches", (query.expression, query.first, before, limit))

    def best(self, query: _Query) -> list[int]:
        """Positions of the newest texts that match, the best first. Raises as `newest`."""
        return self._positions("best_matches", (*query, BEST_MAX))

    def _positions(self, statement: str, values: tuple[str, int, int, int]) -> list[int]:
        db = self.connection()
        assert self._database is not None  # noqa: S101  # beside its connection
        try:
            with self._database.guard:
                return [row[0] for row in db.execute(SQL[statement], values)]
        except sqlite3.Error as error:
            if error_name(error) == "SQLITE_INTERRUPT":
                raise
            raise IndexBroken(str(error)) from error

    def close(self) -> None:
        if self._database is not None and self._db is not None:
            self._database.release(self._db)
        self._db = None


class _Asked(NamedTuple):
    """What the messages must be, and which of them are wanted."""

    user: int
    """Who asks: they are those that he sees."""
    conversation: int | None
    sender: int | None
    cursor: int
    limit: int


def read_search(db: Connection, searcher: Searcher, command: records.ReadSearch) -> records.SearchRead:
    """What the user may see is decided by `db`, whatever the index says."""
    if command.conversation is not None:
        visible(db, command.user, command.conversation)
    sender = None if command.sender is None else user_named(db, command.sender)
    asked = _Asked(command.user, command.conversation, sender, command.cursor, command.limit)
    expression = match_expression(command.words, _conversations(db, command), sender)
    if expression is None:
        return records.SearchRead([], None)
    query = _Query(expression, _position_at(db, command.after, 0), _position_at(db, command.before, _END))
    find = _newest if command.order == "newest" else _best
    return _page(find(db, searcher, asked, query), command)


def _conversations(db: Connection, command: records.ReadSearch) -> list[int] | None:
    if command.conversation is not None:
        return [command.conversation]
    places = [row[0] for row in db.execute(SQL["conversations_of_user"], (command.user,))]
    return places if len(places) <= _PLACES_MAX else None


def _position_at(db: Connection, at: int | None, always: int) -> int:
    """The position of the first entry from this time on; times never fall with positions."""
    if at is None:
        return always
    low, (high,) = 1, db.execute(SQL["position"]).fetchone()
    while low <= high:
        middle = (low + high) // 2
        position, found = db.execute(SQL["entry_from"], (middle,)).fetchone()
        if found < at:
            low = position + 1
        else:
            high = middle - 1
    return low


def _page(found: Iterator[tuple[int, Message]], command: records.ReadSearch) -> records.SearchRead:
    page = Page(command.limit)
    hits: list[replies.Hit] = []
    for cursor, message in found:
        hit = replies.Hit(message=message, marks=marks(message.text, command.words))
        if not page.takes(size(hit)):
            return records.SearchRead(hits, cursor)
        hits.append(hit)
    return records.SearchRead(hits, None)


def _newest(
    db: Connection, searcher: Searcher, asked: _Asked, query: _Query
) -> Iterator[tuple[int, Message]]:
    """Each with the cursor of a page that begins with it."""
    before, wanted = min(query.before, asked.cursor or _END), asked.limit + 1
    while True:
        positions = searcher.newest(query, before, wanted)
        for position, message in _visible(db, asked, positions):
            yield position + 1, message
        if len(positions) < wanted:
            return
        before, wanted = positions[-1], min(2 * wanted, _CANDIDATES_MAX)


def _best(db: Connection, searcher: Searcher, asked: _Asked, query: _Query) -> Iterator[tuple[int, Message]]:
    """Each with the cursor of a page that begins with it."""
    positions = searcher.best(query)
    for start in range(asked.cursor, len(positions), asked.limit + 1):
        chunk = positions[start : start + asked.limit + 1]
        places = {position: start + number for number, position in enumerate(chunk)}
        for position, message in _visible(db, asked, chunk):
            yield places[position], message


def _visible(db: Connection, asked: _Asked, positions: list[int]) -> Iterator[tuple[int, Message]]:
    """The messages that have their text from these positions, as far as they are for the user to see."""
    values = (asked.user, json.dumps(positions), asked.conversation, asked.sender)
    rows: list[Row] = db.execute(SQL["found_messages"], values).fetchall()
    return zip((row[-1] for row in rows), states.messages(db, rows, asked.user), strict=True)
