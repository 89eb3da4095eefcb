"""The hot path: runs of AppendMessage. Permission and seq from memory, many rows a statement, dedupe by the unique key.

A statement that a key conflicts with undoes itself whole; its messages are then taken one by one. So are those that answer
another message, mention somebody or have files.
"""

import logging
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from hubbub.schemas.errors import ERRORS
from hubbub.schemas.events import NO_TEXT, Message
from hubbub.schemas.records import Appended, AppendMessage, Refused, Result
from hubbub.store import entries, holdings
from hubbub.store.access import Refusal
from hubbub.store.database import SURPRISES, Connection
from hubbub.store.entries import Draft
from hubbub.store.memory import Log, Memory
from hubbub.store.pages import MESSAGE
from hubbub.store.queries import SQL, repeated

ROWS: Final = (256, 128, 64, 32, 16, 8, 4, 2, 1)
"""Rows a statement: each size is compiled once."""

_COLUMNS: Final = 8
_log: Final = logging.getLogger("hubbub.store")
_INTERNAL: Final = Refused("internal", ERRORS["internal"].meaning)


def append(db: Connection, memory: Memory, commands: Sequence[AppendMessage]) -> list[Result]:
    """One result each, in order. Raises sqlite3.Error on anything but a key that is taken."""
    results: list[Result] = []
    for plain, run in groupby(commands, _is_plain):
        if plain:
            results += _append_plain(db, memory, list(run))
        else:
            results += [_append_one(db, memory, command) for command in run]
    return results


def _is_plain(command: AppendMessage) -> bool:
    return not (command.reply_to or command.mentions or command.everyone or command.attachments)


def _append_plain(db: Connection, memory: Memory, commands: Sequence[AppendMessage]) -> list[Result]:
    results: list[Result] = []
    start, left = 0, len(commands)
    for rows in ROWS:
        while left >= rows:
            results += _append_chunk(db, memory, commands[start : start + rows])
            start += rows
            left -= rows
    return results


def _append_chunk(db: Connection, memory: Memory, commands: Sequence[AppendMessage]) -> list[Result]:
    results: list[Result] = []
    values: list[Any] = []
    for command in commands:
        conversation = command.conversation
        log = memory.logs.get(conversation)
        if log is None or command.sender not in log.writers:
            if not memory.may_write(command.sender, conversation):
                results.append(_without_leave(db, command))
                continue
            log = memory.logs[conversation]
        results.append(Appended(_next_message(memory, log, command, values), False))
    try:
        if values:
            db.execute(repeated("append_messages", len(values) // _COLUMNS), values)
    except SURPRISES:
        _forget(memory, commands)
        return [_append_again(db, memory, command) for command in commands]
    return results


def _next_message(memory: Memory, log: Log, command: AppendMessage, values: list[Any]) -> Message:
    """The message in its place at the end of the log; its columns are added to `values`."""
    log.seq = seq = log.seq + 1
    log.ordinal = ordinal = log.ordinal + 1
    memory.position = position = memory.position + 1
    if command.now > memory.at:
        memory.at = command.now
    at, sender, key, text = memory.at, command.sender, command.key, command.text
    values += (position, command.conversation, seq, sender, at, ordinal, key, text)
    return Message(
        conversation=command.conversation,
        seq=seq,
        position=position,
        at=at,
        sender=sender,
        sender_name=command.sender_name,
        key=key,
        ordinal=ordinal,
        text=text,
        bot=command.bot,
    )


def _append_again(db: Connection, memory: Memory, command: AppendMessage) -> Result:
    """One of a statement that undid itself: very likely a key was used before."""
    if not memory.may_write(command.sender, command.conversation):
        return _without_leave(db, command)
    return _known(db, command) or _append_one(db, memory, command)


def _append_one(db: Connection, memory: Memory, command: AppendMessage) -> Result:
    """Whether the key was used before is only asked where the message can't be stored: it hardly ever was."""
    if not memory.may_write(command.sender, command.conversation):
        return _without_leave(db, command)
    db.execute(SQL["savepoint"])
    try:
        result: Result = _append_rich(db, memory, command)
    except Refusal as refusal:  # raised before anything was changed
        result = _known(db, command) or refusal.result
    except SURPRISES as surprise:
        db.execute(SQL["undo"])
        _forget(memory, (command,))
        result = _known(db, command) or _INTERNAL
        if result is _INTERNAL:
            _log.error("a message could not be stored", exc_info=surprise)
    db.execute(SQL["release"])
    return result


def _append_rich(db: Connection, memory: Memory, command: AppendMessage) -> Appended:
    """With all that a message can have. Raises Refusal."""
    conversation, sender = command.conversation, command.sender
    here = entries.place(db, sender, conversation)
    if command.reply_to:
        entries.message_at(db, here, conversation, command.reply_to)
    files = holdings.uploaded(db, sender, command.attachments)
    people = entries.mentioned(db, conversation, command.mentions) if here.group else []
    everyone = command.everyone and here.group
    data = entries.mention_data(people, everyone)
    text = command.text or NO_TEXT  # for the byte that the other kind takes when it is deleted
    row = entries.write(db, memory, _draft(command, text, data))
    entries.set_mentions(db, conversation, row[1], sender, data)
    if files:
        holdings.attach(db, sender, row[2], files)
    message = Message(
        conversation=conversation,
        seq=row[1],
        position=row[2],
        at=row[3],
        sender=sender,
        sender_name=command.sender_name,
        key=command.key,
        ordinal=row[7],
        text=holdings.shown(text, bool(files)),
        bot=command.bot,
        reply_to=command.reply_to,
        mentions=people,
        everyone=everyone,
        attachments=[file for file, _ in files],
    )
    return Appended(message, False)


def _draft(command: AppendMessage, text: str, data: bytes | None) -> Draft:
    return Draft(
        command.conversation,
        MESSAGE,
        command.sender,
        command.sender_name,
        command.now,
        command.key,
        text,
        target=command.reply_to or None,
        data=data,
    )


def _without_leave(db: Connection, command: AppendMessage) -> Result:
    """The answer to one who may not write: as if there were nothing, unless he is in the conversation."""
    try:
        here = entries.place(db, command.sender, command.conversation)
        known = _known(db, command)
        if known is None:
            entries.check_open(here)
    except Refusal as refusal:
        return refusal.result
    return known or _INTERNAL


def _known(db: Connection, command: AppendMessage) -> Result | None:
    """The same key again."""
    try:
        message = entries.said_before(db, command.key, command.sender, command.conversation, forwarded=False)
    except Refusal as refusal:
        return refusal.result
    return None if message is None else Appended(message, True)


def _forget(memory: Memory, commands: Sequence[AppendMessage]) -> None:
    """The statement undid itself: what was counted for it never was."""
    for command in commands:
        memory.forget(command.conversation)
    memory.recount()
