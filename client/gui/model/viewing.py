"""One picture after the other, each as large as it is. Pure."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubbub.client import Attachment, HubbubError, Progress
from hubbub.client.gui.bridge import Call
from hubbub.client.gui.model.media import Media
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.desk_media import Picture


class Viewing:
    """What a viewer shows. `pictures`: the oldest first; `at`: one of them."""

    def __init__(self, media: Media, pictures: Sequence[Attachment], at: Attachment) -> None:
        self.changed = Signal[()]()
        self.told = Signal[str]()
        """Something to say in passing."""
        self.picture: Picture | None = None
        """None: it is fetched, or `problem` says why it can't be seen."""
        self.problem = ""
        self.share = 0.0
        """How much of it is here, 0 to 1."""
        self._media: Final = media
        self._pictures: Final = list(pictures) if at in pictures else [at]
        self._index = self._pictures.index(at)
        self._calls: list[Call] = []
        self._fetch()

    @property
    def attachment(self) -> Attachment:
        """Which one is shown."""
        return self._pictures[self._index]

    @property
    def place(self) -> tuple[int, int]:
        """Which one of how many, from 1."""
        return self._index + 1, len(self._pictures)

    def go(self, steps: int) -> None:
        """Forward or, below 0, back; at the ends nothing happens."""
        index = min(max(0, self._index + steps), len(self._pictures) - 1)
        if index != self._index:
            self._index = index
            self._fetch()

    def try_again(self) -> None:
        """Fetch what could not be had once more."""
        if self.problem:
            self._fetch()

    def save(self, path: Path) -> None:
        """Put a copy there. It goes on when another picture is looked at."""
        self._media.save(
            self.attachment, path, lambda _: self.told.emit(f"Saved as {path.name}"), self._on_refused
        )

    def open_outside(self) -> None:
        """In the system's program for pictures; it is put into the downloads folder for that."""
        self._media.fetch(self.attachment, self._media.open, self._on_refused)

    def close(self) -> None:
        """Nobody looks any more: what is under way for looking ends."""
        for call in self._calls:
            call.cancel()
        self._calls.clear()

    def _fetch(self) -> None:
        self.close()
        self.picture, self.problem, self.share = None, "", 0.0
        self._calls.append(
            self._media.whole(self.attachment, self._on_progress, self._on_picture, self._on_problem)
        )
        self.changed.emit()

    def _on_progress(self, progress: Progress) -> None:
        self.share = progress.done / progress.size if progress.size else 0.0
        self.changed.emit()

    def _on_picture(self, picture: "Picture") -> None:
        self.picture = picture
        self.changed.emit()

    def _on_problem(self, error: HubbubError) -> None:
        self.problem = str(error)
        self.changed.emit()

    def _on_refused(self, error: HubbubError) -> None:
        self.told.emit(str(error))
