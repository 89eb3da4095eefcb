"""The hot path: runs of AppendMessage. Permission and seq from memory, many rows a statement, dedupe by the unique key.

A statement that a key conflicts with undoes itself whole; its messages are then taken one by one.
"""

import logging
from collections.abc import Sequence
from typing import Any, Final

from hubbub.schemas.errors import ERRORS
from hubbub.schemas.events import Message
from hubbub.schemas.records import Appended, AppendMessage, Refused, Result
from hubbub.store.database import SURPRISES, Connection
from hubbub.store.memory import Log, Memory
from hubbub.store.pages import MESSAGE, message
from hubbub.store.queries import SQL, repeated

ROWS: Final = (256, 128, 64, 32, 16, 8, 4, 2, 1)
"""Rows a statement: each size is compiled once."""

_COLUMNS: Final = 8
_log: Final = logging.getLogger("hubbub.store")
_NOT_FOUND: Final = Refused("not_found", ERRORS["not_found"].meaning)
_CONFLICT: Final = Refused("key_conflict", ERRORS["key_conflict"].meaning)
_INTERNAL: Final = Refused("internal", ERRORS["internal"].meaning)


def append(db: Connection, memory: Memory, commands: Sequence[AppendMessage]) -> list[Result]:
    """One result each, in order. Raises sqlite3.Error on anything but a key that is taken."""
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
        if log is None or command.sender not in log.members:
            if not memory.may_write(command.sender, conversation):
                results.append(_NOT_FOUND)
                continue
            log = memory.logs[conversation]
        results.append(Appended(_next_message(memory, log, command, values), False))
    try:
        if values:
            db.execute(repeated("append_messages", len(values) // _COLUMNS), values)
    except SURPRISES:
        _forget(memory, commands)
        return [_append_one(db, memory, command) for command in commands]
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
    )


def _append_one(db: Connection, memory: Memory, command: AppendMessage) -> Result:
    if not memory.may_write(command.sender, command.conversation):
        return _NOT_FOUND
    row = db.execute(SQL["entry_by_key"], (command.key, command.sender)).fetchone()
    if row is not None:
        if row[0] != command.conversation or row[9] != MESSAGE:
            return _CONFLICT
        return Appended(message(row), True)
    values: list[Any] = []
    log = memory.logs[command.conversation]
    try:
        result = Appended(_next_message(memory, log, command, values), False)
        db.execute(repeated("append_messages", 1), values)
    except SURPRISES:
        _log.exception("a message could not be stored")
        _forget(memory, (command,))
        return _INTERNAL
    return result


def _forget(memory: Memory, commands: Sequence[AppendMessage]) -> None:
    """The statement undid itself: what was counted for it never was."""
    for command in commands:
        memory.forget(command.conversation)
    memory.recount()
