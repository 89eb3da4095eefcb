"""How far the transfer of files is, on one line of a terminal that is written over and over. Knows no client."""

import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TextIO

from hubbub.client.cli.output import one_line, shortened, size_text, width
from hubbub.client.files.attachments import Progress

SHOWN_AFTER_S: Final = 0.5
"""What is done sooner needs no line."""
DRAWN_EVERY_S: Final = 0.1
_NAME_COLUMNS: Final = 30


class ProgressLine:
    """Call it with each Progress. On a terminal it draws, and leaves nothing behind; elsewhere it only counts."""

    def __init__(
        self,
        as_json: bool,
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream or sys.stderr
        self._draws = not as_json and self._stream.isatty()
        self._clock = clock
        self._now: Progress | None = None
        self._whole, self._counted = 0, False
        self._began = self._drawn_at = clock()
        self._begun_with = 0
        self._drawn = 0
        """Columns of what the line shows now."""

    @property
    def whole(self) -> int:
        """Files that have come to their end."""
        return self._whole

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def __call__(self, progress: Progress) -> None:
        """A file is so far."""
        now, before = self._clock(), self._now
        if before is None or before.done == before.size or _is_another(before, progress):
            self._began, self._begun_with = now, progress.done
            self._counted = False
        if progress.done == progress.size and not self._counted:
            self._counted, self._whole = True, self._whole + 1
        self._now = progress
        if self._draws and (self._drawn or now - self._began >= SHOWN_AFTER_S):
            self._draw(progress, now)

    def clear(self) -> None:
        """Take the line away, for others to print."""
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()
            self._drawn = 0

    def _draw(self, progress: Progress, now: float) -> None:
        if self._drawn and now - self._drawn_at < DRAWN_EVERY_S and progress.done < progress.size:
            return
        seconds = now - self._began
        speed = (progress.done - self._begun_with) / seconds if seconds > 0 else 0.0
        line = shortened(progress_text(progress, speed), shutil.get_terminal_size().columns - 1)
        self._stream.write("\r" + line + " " * (self._drawn - width(line)))
        self._stream.flush()
        self._drawn, self._drawn_at = width(line), now


def _is_another(before: Progress, progress: Progress) -> bool:
    return (before.name, before.size) != (progress.name, progress.size) or progress.done < before.done


def progress_text(progress: Progress, speed: float) -> str:
    """Name, share, size and speed (bytes a second)."""
    share = 100 * progress.done // progress.size if progress.size else 100
    far = f"{size_text(progress.done)} of {size_text(progress.size)}"
    pace = f"  {size_text(round(speed))}/s" if speed >= 1 else ""
    return f"{one_line(progress.name, _NAME_COLUMNS)}  {share:3d}%  {far}{pace}"
