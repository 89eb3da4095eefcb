"""What went wrong in a test without anybody being told: logged errors. Knows no broker."""

import contextlib
import logging
import re
import threading
import traceback
from collections.abc import Iterator
from typing import Any, Final

_FORMAT: Final = logging.Formatter("%(levelname)s %(name)s: %(message)s")


class Errors(logging.Handler):
    """Collects, from any thread, what is logged at error or above and reaches the root logger. asyncio logs there what nobody
    caught."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.setFormatter(_FORMAT)
        self._unexpected: list[str] = []
        self._expecting: list[list[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.add(self.format(record))

    def add(self, text: str) -> None:
        """An error, with its traceback where there is one."""
        (self._expecting[-1] if self._expecting else self._unexpected).append(text)

    def take(self) -> list[str]:
        """Those that nobody expected and nobody took."""
        found, self._unexpected = self._unexpected, []
        return found

    @contextlib.contextmanager
    def collecting(self) -> Iterator[None]:
        """Listen to the root logger, and to threads that end by an exception."""
        before, threading.excepthook = threading.excepthook, self._thread_failed
        logging.getLogger().addHandler(self)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(self)
            threading.excepthook = before

    def _thread_failed(self, found: threading.ExceptHookArgs) -> None:
        name = found.thread.name if found.thread is not None else "a thread"
        told = traceback.format_exception(found.exc_type, found.exc_value, found.exc_traceback)
        self.add(f"{name} ended by an exception\n{''.join(told)}")

    @contextlib.contextmanager
    def expected(self, match: str = "") -> Iterator[list[str]]:
        """Errors that are logged within are no failures but the list that this gives. Those that do not have the regular
        expression `match` in them are failures all the same. Raises AssertionError at the end if there was none that has."""
        __tracebackhide__ = True
        found: list[str] = []
        self._expecting.append(found)
        try:
            yield found
        finally:
            self._expecting.remove(found)
            foreign = [text for text in found if not re.search(match, text)]
            found[:] = [text for text in found if text not in foreign]
            for text in foreign:
                self.add(text)
        if not found:
            raise AssertionError(f"No error was logged{f' that has {match!r} in it' if match else ''}.")


class BrokerLog:
    """The log that a test's broker writes: lines, and among the errors what is one."""

    def __init__(self, errors: Errors) -> None:
        self._errors = errors
        self.lines: list[str] = []

    def _note(self, level: str, event: str, fields: dict[str, Any]) -> str:
        values = "".join(f" {name}={value!r}" for name, value in fields.items())
        self.lines.append(f"{level} {event}{values}")
        return self.lines[-1]

    def debug(self, event: str, **fields: Any) -> None:
        """A line."""
        self._note("debug", event, fields)

    def info(self, event: str, **fields: Any) -> None:
        """A line."""
        self._note("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """A line."""
        self._note("warning", event, fields)

    def error(self, event: str, **fields: Any) -> None:
        """A line that fails the test."""
        self._errors.add(f"broker: {self._note('error', event, fields)}")

    def exception(self, event: str, **fields: Any) -> None:
        """The same, with the traceback of the exception that is being handled."""
        self._errors.add(f"broker: {self._note('error', event, fields)}\n{traceback.format_exc()}")
