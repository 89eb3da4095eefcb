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
"""In one query of the index: each takes 0.1 ms and some pages of memory, so that more of them are asked in turns."""
_PROBES_A_PLACE: Final = 10
"""So many matches from anywhere are looked at before each of his conversations becomes a part of the query, which costs
about as much as twenty. A rare word is found in 1 ms of CPU where a filter of 200 conversations takes 14."""
_CANDIDATES_MAX: Final = 2000
_END: Final = 2**62
"""Behind every position."""


class _Query(NamedTuple):
    """What the index is asked."""

    anywhere: str
    """The expression for the words, whoever may see them."""
    within: list[str]
    """For the words in the user's conversations, a part of these in each."""
    probes: int
    """So many matches from anywhere are looked at before the index has to tell those in his conversations apart."""
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

    def newest(self, expressions: list[str], first: int, before: int, limit: int) -> list[int]:
        """Positions of the texts that match one of the expressions, newest first. Raises IndexBroken; sqlite3.Error where
        the deadline passed."""
        rows = self._rows("newest_matches", expressions, (first, before, limit))
        return sorted((row[0] for row in rows), reverse=True)[:limit]

    def scores(self, expressions: list[str], first: int, before: int, limit: int) -> list[Row]:
        """Positions as `newest`, each with its score: the lower, the better."""
        rows = self._rows("newest_scores", expressions, (first, before, limit))
        return sorted(rows, reverse=True)[:limit]

    def _rows(self, statement: str, expressions: list[str], values: tuple[int, int, int]) -> list[Row]:
        db = self.connection()
        assert self._database is not None  # noqa: S101  # beside its connection
        try:
            with self._database.guard:
                return [
                    row
                    for expression in expressions
                    for row in db.execute(SQL[statement], (expression, *values))
                ]
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
    query = _query(db, command, sender)
    if query is None:
        return records.SearchRead([], None)
    find = _newest if command.order == "newest" else _best
    return _page(find(db, searcher, asked, query), command)


def _query(db: Connection, command: records.ReadSearch, sender: int | None) -> _Query | None:
    """None: nothing can be found."""
    places = [command.conversation] if command.conversation is not None else _conversations(db, command.user)
    parts = [places[start : start + _PLACES_MAX] for start in range(0, len(places), _PLACES_MAX)]
    within = [match_expression(command.words, part, sender) for part in parts]
    anywhere = match_expression(command.words, None, sender)
    if anywhere is None or not within:
        return None
    return _Query(
        anywhere=anywhere,
        within=[expression for expression in within if expression is not None],
        probes=0 if command.conversation is not None else _PROBES_A_PLACE * len(places),
        first=_position_at(db, command.after, 0),
        before=_position_at(db, command.before, _END),
    )


def _conversations(db: Connection, user: int) -> list[int]:
    return [row[0] for row in db.execute(SQL["conversations_of_user"], (user,))]


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
    """Each with the cursor of a page that begins with it, which is beside its position: it says nothing of what is hidden."""
    before, wanted, left = min(query.before, asked.cursor or _END), asked.limit + 1, query.probes
    while True:
        size = min(wanted, left) if left else wanted
        positions = searcher.newest([query.anywhere] if left else query.within, query.first, before, size)
        for position, message in _seen(db, asked, _own(db, asked, positions)):
            yield position + 1, message
        if len(positions) < size:
            return
        left = max(left - size, 0)
        before, wanted = positions[-1], min(2 * wanted, _CANDIDATES_MAX)


def _best(db: Connection, searcher: Searcher, asked: _Asked, query: _Query) -> Iterator[tuple[int, Message]]:
    """Each with the cursor of a page that begins with it: its number among those that the user sees, or it would tell how
    much others say."""
    scores = sorted(_scores(db, searcher, asked, query), key=lambda row: row[1])
    for number, (_, message) in enumerate(_seen(db, asked, [position for position, _ in scores])):
        if number >= asked.cursor:
            yield number, message


def _scores(db: Connection, searcher: Searcher, asked: _Asked, query: _Query) -> list[Row]:
    """Of the newest matches in the user's conversations, newest first: positions with their scores."""
    matches = searcher.newest([query.anywhere], query.first, query.before, query.probes)
    own = _own(db, asked, matches)[:BEST_MAX]
    if len(own) == BEST_MAX or len(matches) < query.probes:
        scores = searcher.scores([query.anywhere], own[-1] if own else _END, query.before, query.probes)
        wanted = set(own)
        return [row for row in scores if row[0] in wanted]
    return searcher.scores(query.within, query.first, query.before, BEST_MAX)


def _own(db: Connection, asked: _Asked, positions: list[int]) -> list[int]:
    """Those in conversations of the user, in their order: soon found out, and most of what is from anywhere is not."""
    return [row[0] for row in db.execute(SQL["own_positions"], (asked.user, json.dumps(positions)))]


def _seen(db: Connection, asked: _Asked, positions: list[int]) -> Iterator[tuple[int, Message]]:
    """The messages that have their text from these positions, as far as they are for the user to see: looked up as they
    are asked for."""
    for start in range(0, len(positions), asked.limit + 1):
        part = json.dumps(positions[start : start + asked.limit + 1])
        values = (asked.user, part, asked.conversation, asked.sender)
        rows: list[Row] = db.execute(SQL["found_messages"], values).fetchall()
        yield from zip((row[-1] for row in rows), states.messages(db, rows, asked.user), strict=True)
