"""The named queries of the cache and of a bot's file, and the values of their rows. No SQL stands anywhere else."""

import re
import sqlite3
from functools import cache
from importlib import resources
from typing import Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def queries(name: str = "queries.sql") -> dict[str, str]:
    """The queries of a file, by name."""
    parts = _NAME.split(_text(name))
    return dict(zip(parts[1::2], (text.strip() for text in parts[2::2]), strict=True))


def schema(name: str = "schema.sql") -> str:
    """The statements of a file, which make tables or change them."""
    return _text(name)


def _text(name: str) -> str:
    return (resources.files("hubbub.client") / "sql" / name).read_text(encoding="utf-8")


def octets(value: object) -> bytes:
    """A blob of a row."""
    if not isinstance(value, bytes):
        raise sqlite3.DatabaseError("the cache holds what it should not")
    return value


def integer(value: object) -> int:
    """A number of a row."""
    if not isinstance(value, int):
        raise sqlite3.DatabaseError("the cache holds what it should not")
    return value
