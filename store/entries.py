"""Writing into a conversation's log: who may, whom a text means, what a key was used for, and the next entry."""

import json
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from hubbub.schemas.events import AnyEntry, Member, Message, Person, Role
from hubbub.schemas.limits import MENTIONS_MAX
from hubbub.store import holdings, states
from hubbub.store.access import NOT_FOUND, Refusal
from hubbub.store.database import Connection
from hubbub.store.memory import Memory
from hubbub.store.pages import DELETED_MESSAGE, MESSAGE, Row
from hubbub.store.queries import SQL

EVERYONE: Final = 0
"""Stands for all in a list of mentioned users."""
_CLOSED: Final = {
    1: "This user takes no messages from you.",
    2: "This account was deleted: nothing can be written to it any more.",
}


class Place(NamedTuple):
    """A conversation as one of its members has it."""

    user_name: str
    role: Role
    visible: int
    read: int
    group: bool
    name: str | None
    topic: str
    public: bool
    history: Literal["all", "joined"]
    closed: int
    """0, or why he cannot write."""

    @property
    def leads(self) -> bool:
        """Owner or admin of the group."""
        return self.role != "member"


def place(db: Connection, user: int, conversation: int) -> Place:
    """Raises not_found: no such conversation, or he is not in it."""
    row = db.execute(SQL["place"], (user, conversation)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    name, role, visible, read, group, group_name, topic, public, history, closed = row
    return Place(name, role, visible, read, bool(group), group_name, topic, bool(public), history, closed)


def check_open(here: Place) -> None:
    if here.closed:
        raise Refusal("not_allowed", _CLOSED[here.closed])


class Stored(NamedTuple):
    """A message in the log."""

    position: int
    kind: int
    sender: int
    text: str
    data: bytes | None

    @property
    def deleted(self) -> bool:
        return self.kind == DELETED_MESSAGE


def message_at(db: Connection, here: Place, conversation: int, seq: int) -> Stored:
    """Raises not_found: no message, or one that he may not see."""
    row = db.execute(SQL["message_at"], (conversation, seq)).fetchone()
    if row is None or seq <= here.visible:
        raise Refusal(NOT_FOUND, "There is no such message, or none that you may see.")
    return Stored(*row)


def under_key(db: Connection, key: bytes, sender: int) -> Row | None:
    """What the sender wrote with this key."""
    row: Row | None = db.execute(SQL["entry_by_key"], (key, sender)).fetchone()
    return row


def duplicate(
    db: Connection, key: bytes, sender: int, conversation: int, kind: int, target: int | None
) -> AnyEntry | None:
    """The entry, where this very act was done before. Raises key_conflict where the key was used for something else."""
    row = under_key(db, key, sender)
    if row is None:
        return None
    if (row[0], row[9], row[10]) != (conversation, kind, target):
        raise Refusal("key_conflict")
    return states.entries(db, [row], sender)[0]


def said_before(
    db: Connection, key: bytes, sender: int, conversation: int, *, forwarded: bool
) -> Message | None:
    """The message, where the sender said, or forwarded, it here with this key before. Raises key_conflict."""
    row = under_key(db, key, sender)
    if row is None:
        return None
    same = row[0] == conversation and row[9] in (MESSAGE, DELETED_MESSAGE)
    if not same or (author(db, row[2]) is not None) != forwarded:
        raise Refusal("key_conflict")
    return states.messages(db, [row], sender)[0]


def author(db: Connection, position: int) -> int | None:
    """Who said first what is forwarded in this message; None: it is its sender's own."""
    row: tuple[int] | None = db.execute(SQL["author"], (position,)).fetchone()
    return row[0] if row else None


class Draft(NamedTuple):
    """An entry to be."""

    conversation: int
    kind: int
    sender: int
    sender_name: str
    now: int
    key: bytes | None = None
    text: str | None = None
    target: int | None = None
    target_name: str | None = None
    data: bytes | None = None


def write(db: Connection, memory: Memory, draft: Draft) -> Row:
    """Put it at the end of its log; the row is as hubbub.store.states takes it."""
    log = memory.log(draft.conversation)
    log.seq += 1
    log.ordinal += draft.kind == MESSAGE
    memory.position += 1
    memory.at = max(memory.at, draft.now)
    place_, rest = (memory.position, draft.conversation, log.seq), (draft.text, draft.target, draft.data)
    values = (*place_, draft.kind, draft.sender, memory.at, log.ordinal, draft.key, *rest)
    db.execute(SQL["append_entry"], values)
    return (
        *(draft.conversation, log.seq, memory.position, memory.at, draft.sender, draft.sender_name),
        *(draft.key, log.ordinal, draft.text, draft.kind, draft.target, draft.target_name, draft.data),
    )


def published(db: Connection, row: Row) -> AnyEntry:
    """As everyone gets it."""
    return states.entries(db, [row], 0)[0]


def write_member(db: Connection, memory: Memory, draft: Draft) -> Member:
    """A Draft of somebody's coming or going."""
    entry = published(db, write(db, memory, draft))
    assert isinstance(entry, Member)  # noqa: S101  # its kind says so
    return entry


def mentioned(db: Connection, conversation: int, names: Iterable[str]) -> list[Person]:
    """The members whose folded names these are, in order, as many as count."""
    wanted = json.dumps(list(dict.fromkeys(names)))
    rows = db.execute(SQL["named_members"], (wanted, conversation, MENTIONS_MAX))
    return [Person(*row) for row in rows]


def mention_data(people: Iterable[Person], everyone: bool) -> bytes | None:
    """As it is kept with the text; None: nobody."""
    users = [person.user for person in people] + [EVERYONE] * everyone
    return json.dumps(users).encode() if users else None


def set_mentions(db: Connection, conversation: int, seq: int, sender: int, data: bytes | None) -> None:
    """Those whose counts the message is in; nobody is reminded of himself."""
    if data is not None:
        users = [user for user in json.loads(data) if user != sender]
        db.execute(SQL["insert_mentions"], (conversation, seq, sender, json.dumps(users)))


def drop_mentions(db: Connection, conversation: int, seq: int, data: bytes | None) -> None:
    """What `set_mentions` made of this data."""
    if data is not None:
        db.execute(SQL["delete_mentions"], (conversation, seq, data.decode()))


def current(db: Connection, message: Stored) -> tuple[str, bytes | None]:
    """Text and mentions of a message that is not deleted, after its edits."""
    row: tuple[str, bytes | None] | None = db.execute(SQL["last_edit"], (message.position,)).fetchone()
    return row or (message.text, message.data)


def take_away(
    db: Connection, conversation: int, seq: int, message: Stored, actor: int, now: int
) -> list[bytes]:
    """Overwrite a message's texts and files in place, drop what was on it, and keep who did that, and when. The hashes of files
    that its sender has no more."""
    _, data = current(db, message)
    db.execute(SQL["blank_message"], (message.position,))
    db.execute(SQL["blank_edits"], (message.position,))
    db.execute(SQL["delete_reactions"], (message.position,))
    db.execute(SQL["delete_pin"], (conversation, seq))
    drop_mentions(db, conversation, seq, data)
    db.execute(SQL["insert_tombstone"], (message.position, actor, now))
    return holdings.detach(db, message.sender, message.position)
