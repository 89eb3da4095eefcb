"""Who may see what, as every command asks it; and how a command says no."""

import sqlite3
from typing import Final

from hubbub.schemas import records
from hubbub.schemas.errors import ERRORS
from hubbub.schemas.names import folded
from hubbub.store.database import Connection, broken, error_name, means_full
from hubbub.store.queries import SQL

NOT_FOUND = "not_found"
_FULL: Final = records.Refused("storage_full", ERRORS["storage_full"].meaning)
_LATE: Final = records.Refused("timed_out", ERRORS["timed_out"].meaning)


class Refusal(Exception):
    """A command cannot be done; becomes its Refused."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.result = records.Refused(code, message or ERRORS[code].meaning)


def visible(db: Connection, user: int, conversation: int) -> int:
    """The seq behind which the user sees the conversation. Raises Refusal where he is not in it."""
    row = db.execute(SQL["visible"], (user, conversation)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    return int(row[0])


def user_named(db: Connection, name: str) -> int:
    """The id of the account, by any form of its name. Raises Refusal; also where it was deleted."""
    row = db.execute(SQL["user_named"], (folded(name),)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND)
    return int(row[0])


def read_failure(error: sqlite3.Error) -> records.Refused:
    """What a question is answered that the database failed at. Raises StoreBroken."""
    if error_name(error) == "SQLITE_INTERRUPT":
        return _LATE
    if means_full(error):
        return _FULL
    raise broken(error) from error
