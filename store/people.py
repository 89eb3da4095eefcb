"""What users say of themselves and of one another, and how an account goes."""

import json
from typing import Final

from hubbub.schemas import limits, records
from hubbub.schemas.events import AnyEntry, Deleted, Person
from hubbub.schemas.names import DELETED
from hubbub.store import entries, holdings, pages
from hubbub.store.access import NOT_FOUND, Refusal
from hubbub.store.accounts import check_password, end_sessions
from hubbub.store.database import Connection
from hubbub.store.entries import Draft, Stored
from hubbub.store.files import drop_uploads
from hubbub.store.members import (
    hand_over,
    heir,
    home_version,
    is_blocked,
    leave,
    named,
    other_owners,
    raise_home_version,
    with_id,
)
from hubbub.store.memory import Memory
from hubbub.store.queries import SQL

_GONE: Final = 1
_PURGING: Final = 2
"""Of users.deleted: there is nothing more to do, or his messages are to go."""
PURGE_SCANS: Final = 20_000
"""Positions that one PurgeMessages looks at: some milliseconds."""
PURGE_DELETES: Final = 200
PURGE_EDITS: Final = 1000
"""Once so many earlier texts went, too, it is enough for one transaction: one message can have as many."""


def set_status(db: Connection, _: Memory, command: records.SetStatus) -> records.StatusSet:
    with_id(db, command.user)
    changed = db.execute(SQL["set_status"], (command.status, command.text, command.user)).rowcount > 0
    version = raise_home_version(db, command.user) if changed else home_version(db, command.user)
    return records.StatusSet(command.user, command.status, command.text, version, changed)


def set_profile(db: Connection, _: Memory, command: records.SetProfile) -> records.ProfileSet:
    user, picture = command.user, command.picture
    row = db.execute(SQL["own_profile"], (user,)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    blobs = [] if picture is None else _change_picture(db, user, row[3], picture)
    db.execute(SQL["set_profile"], (command.display_name, command.colour, command.receipts, picture, user))
    name, display_name, colour, shown = after = db.execute(SQL["own_profile"], (user,)).fetchone()
    return records.ProfileSet(user, name, display_name, colour, after != row, shown, blobs)


def _change_picture(db: Connection, user: int, was: bytes, picture: bytes) -> list[bytes]:
    """Empty: none. Which blobs he holds no more."""
    if picture:
        holdings.hold(db, user, [(picture, holdings.small_size_of(db, user, picture))])
    return holdings.release(db, user, [was] if was else [])


def mark_seen(db: Connection, _: Memory, command: records.MarkSeen) -> records.Seen:
    db.execute(SQL["set_seen"], (command.now, json.dumps(command.users)))
    return records.Seen()


def block(db: Connection, memory: Memory, command: records.Block) -> records.BlockSet:
    user, other = command.user, named(db, command.other)
    if other.user == user:
        raise Refusal("not_allowed", "You can't block yourself.")
    changed = is_blocked(db, other.user, by=user) != command.on
    if changed and command.on and db.execute(SQL["count_blocks"], (user,)).fetchone()[0] >= limits.BLOCKS_MAX:
        raise Refusal("too_many", f"You can block {limits.BLOCKS_MAX} users at most.")
    if changed:
        db.execute(SQL["insert_block" if command.on else "delete_block"], (user, other.user))
        pair = (min(user, other.user), max(user, other.user))
        for (conversation,) in db.execute(SQL["direct_conversation"], pair):
            memory.forget_writers(conversation)
    version = raise_home_version(db, user) if changed else home_version(db, user)
    return records.BlockSet(user, other, command.on, version, changed)


def delete_account(db: Connection, memory: Memory, command: records.DeleteAccount) -> records.AccountDeleted:
    """He is renamed first: his leaving is told of by nobody's name."""
    row = db.execute(SQL["user_by_id"], (command.user,)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    if row[2]:
        raise Refusal("not_allowed", "The server's administrator can't be deleted.")
    check_password(command.was, row[1])
    purging = command.messages == "delete"
    picture = db.execute(SQL["own_profile"], (command.user,)).fetchone()[3]
    blobs = _change_picture(db, command.user, picture, b"")
    uploads = drop_uploads(db, command.user)
    db.execute(SQL["delete_user"], (command.user, DELETED, _PURGING if purging else _GONE))
    db.execute(SQL["delete_blocks"], (command.user,))
    db.execute(SQL["forget_devices"], (command.user, 0))
    ended = end_sessions(db, command.user)
    written: list[AnyEntry] = []
    for conversation, role, group in db.execute(SQL["memberships"], (command.user,)).fetchall():
        memory.forget_writers(conversation)
        if group:
            written += _leave(db, memory, conversation, role, command)
    raise_home_version(db, command.user)
    return records.AccountDeleted(command.user, ended, written, purging, blobs, uploads)


def _leave(
    db: Connection, memory: Memory, conversation: int, role: str, command: records.DeleteAccount
) -> list[AnyEntry]:
    written: list[AnyEntry] = []
    user = Person(command.user, DELETED)
    if role == "owner" and not other_owners(db, user.user, conversation).able:
        to = heir(db, user.user, conversation)
        if to is not None and not to.owner:
            written.append(hand_over(db, memory, conversation, user, to.person, command.now))
    written.append(leave(db, memory, conversation, pages.LEFT, user, user, command.now))
    return written


def purge_messages(db: Connection, memory: Memory, command: records.PurgeMessages) -> records.Purged:
    row = db.execute(SQL["purge_of"], (command.user,)).fetchone()
    if row is None:
        return records.Purged(command.user, [], False)
    start, end = row[0], min(row[0] + PURGE_SCANS, memory.position)
    rows = db.execute(SQL["messages_to_purge"], (start, end, command.user, PURGE_DELETES)).fetchall()
    taken = _within(db, rows)
    whole = len(taken) == len(rows) < PURGE_DELETES
    more = not whole or end < memory.position
    blobs: list[bytes] = []
    deleted = [_purge(db, memory, command, row, blobs) for row in taken]
    db.execute(SQL["set_purged"], (end if whole else taken[-1][2], _PURGING if more else _GONE, command.user))
    return records.Purged(command.user, deleted, more, blobs)


def _within(db: Connection, rows: list[pages.Row]) -> list[pages.Row]:
    """The first of these messages, until PURGE_EDITS is reached; at least one, where there is one."""
    edits = 0
    for number, row in enumerate(rows, 1):
        edits += db.execute(SQL["count_edits"], (row[2],)).fetchone()[0]
        if edits >= PURGE_EDITS:
            return rows[:number]
    return rows


def _purge(
    db: Connection, memory: Memory, command: records.PurgeMessages, row: pages.Row, blobs: list[bytes]
) -> Deleted:
    """Hashes of files that may be nobody's now are added to `blobs`."""
    conversation, seq, *rest = row
    draft = Draft(conversation, pages.DELETED, command.user, DELETED, command.now, target=seq)
    entry = entries.published(db, entries.write(db, memory, draft))
    blobs += entries.take_away(db, conversation, seq, Stored(*rest), command.user, memory.at)
    assert isinstance(entry, Deleted)  # noqa: S101  # its kind says so
    return entry
