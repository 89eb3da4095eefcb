"""Named queries: every statement of the store stands in sql/*.sql and is looked up here. Knows no connection."""

import re
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_VALUES: Final = "\nVALUES "


def _load() -> dict[str, str]:
    queries: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath("sql").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".sql"):
            continue
        parts = _NAME.split(file.read_text(encoding="utf-8"))
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            if name in queries:
                raise ValueError(f"two queries are named {name}")
            queries[name] = text.strip()
    return queries


SQL: Final = _load()
"""The text of each query, by name."""


@cache
def repeated(name: str, rows: int) -> str:
    """The INSERT of this name for so many rows at once: one step of SQLite, and so one release of the interpreter's lock,
    whatever the number."""
    head, row = SQL[name].split(_VALUES)
    return head + _VALUES + ", ".join([row] * rows)


class Migration(NamedTuple):
    """A script that makes a file of schema `version` from one of the schema before."""

    version: int
    script: str


def migrations(folder: str) -> list[Migration]:
    """The numbered scripts of sql/FOLDER, in order."""
    found = [
        Migration(int(file.name[:4]), file.read_text(encoding="utf-8"))
        for file in files(__package__).joinpath("sql", folder).iterdir()
        if file.name.endswith(".sql")
    ]
    return sorted(found)
