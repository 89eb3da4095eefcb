"""Uploads as the database knows them, and messages that are forwarded with their files. The statements stand in sql/files.sql."""

from collections.abc import Iterable

from hubbub.schemas import limits, records
from hubbub.store import entries, holdings, states
from hubbub.store.access import NOT_FOUND, Refusal
from hubbub.store.database import Connection
from hubbub.store.entries import Draft
from hubbub.store.members import with_id
from hubbub.store.memory import Memory
from hubbub.store.pages import MESSAGE, Row
from hubbub.store.queries import SQL


def begin_upload(db: Connection, _: Memory, command: records.BeginUpload) -> records.UploadBegun:
    """An upload that was said to have another size before: the larger one counts until it is complete. By a smaller one room would
    come back before the bytes are gone."""
    user, sha256 = with_id(db, command.user).user, command.sha256
    if db.execute(SQL["holding"], (sha256, user)).fetchone():
        return records.UploadBegun(True)
    row = db.execute(SQL["upload"], (user, sha256)).fetchone()
    was, complete = row or (0, False)
    size = was if complete else max(was, command.size)
    if row is None:
        _check_number(db, user)
    holdings.check_quota(db, user, size - was, command.quota)
    db.execute(SQL["begin_upload"], (user, sha256, size, command.now))
    holdings.add_stored(db, user, size - was)
    return records.UploadBegun(bool(complete))


def _check_number(db: Connection, user: int) -> None:
    if db.execute(SQL["count_uploads"], (user,)).fetchone()[0] >= limits.UPLOADS_MAX:
        raise Refusal(
            "too_many", f"You can have {limits.UPLOADS_MAX} files uploaded, or begun, that are in no message."
        )


def complete_upload(db: Connection, _: Memory, command: records.CompleteUpload) -> records.UploadCompleted:
    """With the size that it has: by whatever size it was begun with again meanwhile, more would be stored than is counted."""
    row = db.execute(SQL["upload"], (command.user, command.sha256)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND, "This upload was dropped: begin it again.")
    size = command.size
    db.execute(SQL["complete_upload"], (command.user, command.sha256, command.now, size))
    holdings.add_stored(db, command.user, size - row[0])
    return records.UploadCompleted()


def cancel_upload(db: Connection, _: Memory, command: records.CancelUpload) -> records.UploadsDropped:
    rows = db.execute(SQL["cancel_upload"], (command.user, command.sha256)).fetchall()
    return records.UploadsDropped(_dropped(db, rows))


def sweep_uploads(db: Connection, _: Memory, command: records.SweepUploads) -> records.UploadsDropped:
    rows = db.execute(SQL["sweep_uploads"], (command.before,)).fetchall()
    return records.UploadsDropped(_dropped(db, rows))


def drop_uploads(db: Connection, user: int) -> list[tuple[int, bytes]]:
    """All that the user has; user and hash."""
    return _dropped(db, db.execute(SQL["drop_uploads"], (user,)).fetchall())


def _dropped(db: Connection, rows: Iterable[Row]) -> list[tuple[int, bytes]]:
    for user, _, size in rows:
        holdings.add_stored(db, user, -size)
    return [(user, sha256) for user, sha256, _ in rows]


def forward_message(db: Connection, memory: Memory, command: records.ForwardMessage) -> records.Appended:
    """The order of checks is that of acts.py."""
    conversation, sender = command.conversation, command.sender
    here = entries.place(db, sender, conversation)
    known = entries.said_before(db, command.key, sender, conversation, forwarded=True)
    if known is not None:
        return records.Appended(known, True)
    entries.check_open(here)
    message = entries.message_at(db, entries.place(db, sender, command.source), command.source, command.seq)
    if message.deleted:
        raise Refusal("not_allowed", "This message was deleted.")
    files = holdings.attached(db, [message.position]).get(message.position, [])
    holdings.check_quota(db, sender, holdings.growth_of(db, sender, files), command.quota)
    text, _ = entries.current(db, message)
    draft = Draft(conversation, MESSAGE, sender, here.user_name, command.now, command.key, text)
    row = entries.write(db, memory, draft)
    author = entries.author(db, message.position) or message.sender
    db.execute(SQL["insert_forward"], (row[2], author))
    holdings.attach(db, sender, row[2], files)
    return records.Appended(states.messages(db, [row], sender)[0], False)
