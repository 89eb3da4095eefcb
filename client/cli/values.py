"""Kinds of arguments: times, spans of time, numbers of messages, files. Knows no client."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

_LARGEST: Final = 2**53 - 1
_PART: Final = re.compile(r"(\d+)([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Number(click.ParamType[int]):
    """What numbers something that a server has, from 1."""

    name = "number"

    def __init__(self, shown_by: str) -> None:
        self._shown_by = shown_by

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        if not (str(value).isdecimal() and 1 <= int(value) <= _LARGEST):
            self.fail(f"{value!r} is no number: `hubbub {self._shown_by}` shows them.", param, ctx)
        return int(value)


class Moment(click.ParamType[datetime]):
    """A time: RFC 3339, or without a zone, which means local time."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time, with its zone."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value)).astimezone()
        except (ValueError, OverflowError, OSError):
            self.fail(
                f"{value!r} is no time: 2026-11-22, '2026-11-22 18:00' or 2026-11-22T18:00Z.", param, ctx
            )


class Span(click.ParamType[timedelta]):
    """A span of time: 90s, 30m, 2h, 1d12h, 2w."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The span."""
        if isinstance(value, timedelta):
            return value
        parts = _PART.findall(str(value))
        if not parts or "".join(number + unit for number, unit in parts) != value:
            self.fail(f"{value!r} is no span of time: 30m, 2h, 1d12h or 2w.", param, ctx)
        try:
            return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
        except OverflowError:
            self.fail(f"{value!r} is too long.", param, ctx)


SEQ: Final = Number("history")
SESSION: Final = Number("sessions")
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
"""A file that is there."""
PLACE: Final = click.Path(path_type=str)
"""A file or a folder, as it was typed: what ends with a slash is a folder."""
MOMENT: Final = Moment()
SPAN: Final = Span()
