"""Rows of the log to entries, with what came to each message since. A page takes a few queries, whatever its length.

A row has the columns: conversation, seq, position, at, sender, sender_name, key, ordinal, text, kind, target, target_name
(of a user; else None), data.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec

from hubbub.schemas import limits
from hubbub.schemas.events import (
    AnyEntry,
    Deleted,
    Edited,
    Member,
    Message,
    Person,
    Pinned,
    Reacted,
    Reaction,
    Renamed,
    RoleSet,
    TopicSet,
    VisibilitySet,
)
from hubbub.store import holdings, pages
from hubbub.store.database import Connection
from hubbub.store.pages import Row
from hubbub.store.queries import SQL

_EVERYONE: Final = 0
"""Among the users that a text mentions."""
_CHANGES: Final[dict[int, Literal["joined", "left", "removed"]]] = {
    pages.JOINED: "joined",
    pages.LEFT: "left",
    pages.REMOVED: "removed",
}
_PUBLIC: Final = {"public": True, "private": False}
_HISTORY: Final[dict[str, Literal["all", "joined"]]] = {"all": "all", "joined": "joined"}
_users: Final = msgspec.json.Decoder(list[int])


def entries(db: Connection, rows: Sequence[Row], user: int) -> list[AnyEntry]:
    """In the order of the rows. `user` is who asks: some of it is personal; 0: nobody."""
    states = _States(db, rows, user)
    return [_MAKERS[row[9]](row, states) for row in rows]


def messages(db: Connection, rows: Sequence[Row], user: int) -> list[Message]:
    """Of rows that are messages, deleted ones too: as `entries`."""
    states = _States(db, rows, user)
    return [_message(row, states) for row in rows]


class _Text(NamedTuple):
    """The last edit of a message."""

    at: int
    text: str
    data: bytes | None


class _States:
    """What the tables beside the log say of the messages of a page."""

    def __init__(self, db: Connection, rows: Sequence[Row], user: int) -> None:
        there = [row[2] for row in rows if row[9] == pages.MESSAGE]
        more = [row[0] for row in _about(db, "more_than_text", there)]
        gone = [row[2] for row in rows if row[9] == pages.DELETED_MESSAGE]
        edits = [row[2] for row in rows if row[9] == pages.EDITED]
        self.more = frozenset(more)
        """Messages that are more than their text, or not that any more."""
        self.texts = {row[0]: _Text(*row[1:]) for row in _about(db, "last_edits", more)}
        self.tombstones: dict[int, tuple[int, str]] = {
            row[0]: (row[1], row[2]) for row in _about(db, "tombstones", gone)
        }
        self.pinned = {row[0] for row in _about(db, "pinned", more)}
        self.current = {row[0] for row in _about(db, "current_edits", edits)}
        """Edits that say what a message is now, and whether that has files."""
        self.files = holdings.attached(db, more)
        self.bots = _bots(db, {row[4] for row in rows if row[9] in (pages.MESSAGE, pages.DELETED_MESSAGE)})
        """Senders of messages."""
        self.authors = {row[0]: Person(*row[1:]) for row in _about(db, "authors", more)}
        self.reactions = _reactions(db, more, user)
        self._names = _names(db, self._mentioned(rows))

    def _mentioned(self, rows: Sequence[Row]) -> set[int]:
        held = [row[12] for row in rows if row[9] == pages.MESSAGE or row[2] in self.current]
        held += [text.data for text in self.texts.values()]
        return {user for data in held if data for user in _users.decode(data)} - {_EVERYONE}

    def mentions(self, data: bytes | None) -> list[Person]:
        """Whom this text names."""
        return [Person(user, self._names[user]) for user in _users.decode(data) if user] if data else []


def _about(db: Connection, query: str, positions: Collection[int]) -> Iterable[Row]:
    return db.execute(SQL[query], (json.dumps(positions),)) if positions else ()


def _names(db: Connection, users: Collection[int]) -> dict[int, str]:
    return dict(db.execute(SQL["names"], (json.dumps(list(users)),)).fetchall()) if users else {}


def _bots(db: Connection, users: Collection[int]) -> set[int]:
    return {row[0] for row in db.execute(SQL["bots"], (json.dumps(list(users)),))} if users else set()


def _reactions(db: Connection, positions: Collection[int], user: int) -> dict[int, list[Reaction]]:
    """By the message's position; each emoji with the first who used it."""
    found: dict[int, list[Reaction]] = {}
    if not positions:
        return found
    values = (json.dumps(positions), user, limits.REACTORS_SHOWN)
    for position, emoji, count, mine, who, name in db.execute(SQL["reactions"], values):
        of_message = found.setdefault(position, [])
        if not of_message or of_message[-1].emoji != emoji:
            of_message.append(Reaction(emoji, count, [], bool(mine)))
        of_message[-1].users.append(Person(who, name))
    return found


def _everyone(data: bytes | None) -> bool:
    return data is not None and _EVERYONE in _users.decode(data)


def _place(row: Row) -> dict[str, Any]:
    return {
        "conversation": row[0],
        "seq": row[1],
        "position": row[2],
        "at": row[3],
        "sender": row[4],
        "sender_name": row[5],
    }


def _message(row: Row, states: _States) -> Message:
    if row[9] == pages.DELETED_MESSAGE:
        return _tombstone(row, states)
    data = row[12]
    message = Message(
        **_place(row),
        key=row[6],
        ordinal=row[7],
        text=row[8],
        bot=row[4] in states.bots,
        reply_to=row[10] or 0,
        mentions=states.mentions(data),
        everyone=_everyone(data),
    )
    if row[2] in states.more:
        _complete(message, states)
    return message


def _complete(message: Message, states: _States) -> None:
    """With what came to it since, its files and its author."""
    position = message.position
    if edit := states.texts.get(position):
        message.text, message.edited_at = edit.text, edit.at
        message.mentions, message.everyone = states.mentions(edit.data), _everyone(edit.data)
    files = states.files.get(position, ())
    message.text = holdings.shown(message.text, bool(files))
    message.attachments = [file for file, _ in files]
    message.forwarded = states.authors.get(position)
    message.pinned = position in states.pinned
    message.reactions = states.reactions.get(position, [])


def _tombstone(row: Row, states: _States) -> Message:
    at, actor = states.tombstones.get(row[2], (row[3], ""))
    return Message(
        **_place(row),
        key=row[6],
        ordinal=row[7],
        text="",
        bot=row[4] in states.bots,
        reply_to=row[10] or 0,
        deleted_at=at,
        deleted_by=actor,
    )


def _member(row: Row, _: _States) -> Member:
    return Member(**_place(row), user=row[10], user_name=row[11], change=_CHANGES[row[9]])


def _role(row: Row, _: _States) -> RoleSet:
    return RoleSet(**_place(row), user=row[10], user_name=row[11], role=row[8])


def _renamed(row: Row, _: _States) -> Renamed:
    return Renamed(**_place(row), name=row[8])


def _topic(row: Row, _: _States) -> TopicSet:
    return TopicSet(**_place(row), topic=row[8])


def visibility_text(public: bool | None, history: str | None) -> str:
    """What changed, in words of which each says one thing."""
    words = [] if public is None else ["public" if public else "private"]
    return " ".join(words if history is None else [*words, history])


def _visibility(row: Row, _: _States) -> VisibilitySet:
    words = row[8].split()
    public = next((_PUBLIC[word] for word in words if word in _PUBLIC), None)
    history = next((_HISTORY[word] for word in words if word in _HISTORY), None)
    return VisibilitySet(**_place(row), public=public, history=history)


def _edited(row: Row, states: _States) -> Edited:
    """Its text only where it is the one that holds."""
    text, data = (row[8], row[12]) if row[2] in states.current else ("", None)
    return Edited(
        **_place(row),
        target=row[10],
        text=text,
        mentions=states.mentions(data),
        everyone=_everyone(data),
    )


def _deleted(row: Row, _: _States) -> Deleted:
    return Deleted(**_place(row), target=row[10])


def _reacted(row: Row, _: _States) -> Reacted:
    return Reacted(**_place(row), target=row[10], emoji=row[8], on=row[9] == pages.REACTED)


def _pinned(row: Row, _: _States) -> Pinned:
    return Pinned(**_place(row), target=row[10], on=row[9] == pages.PINNED)


_MAKERS: Final[dict[int, Callable[[Row, _States], AnyEntry]]] = {
    pages.MESSAGE: _message,
    pages.JOINED: _member,
    pages.LEFT: _member,
    pages.REMOVED: _member,
    pages.DELETED_MESSAGE: _message,
    pages.EDITED: _edited,
    pages.DELETED: _deleted,
    pages.REACTED: _reacted,
    pages.UNREACTED: _reacted,
    pages.PINNED: _pinned,
    pages.UNPINNED: _pinned,
    pages.RENAMED: _renamed,
    pages.TOPIC: _topic,
    pages.VISIBILITY: _visibility,
    pages.ROLE: _role,
}
