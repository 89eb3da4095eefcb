"""How a file goes to the server and comes back, without the file, the server or a clock: what is next, what an answer means, how
often something may go wrong, and who is told how far it is. Pure."""

from collections.abc import Callable
from typing import Final

from hubbub.client.errors import BadRequest, FileProblem, HubbubError, NotFound, Refused, ServerFault
from hubbub.client.files.attachments import Progress
from hubbub.schemas import replies
from hubbub.schemas.limits import FILE_NAME_MAX_BYTES

BEGINS_MAX: Final = 5
"""An upload that was begun as often, and has not come further than before, is given up."""

Tell = Callable[[Progress], object]


class Meter:
    """Tells somebody how far a file is, when that has changed."""

    def __init__(self, tell: Tell | None, name: str, size: int) -> None:
        self._tell, self._name, self._size = tell, name, size
        self._told = -1
        self.stopped = False
        """Whoever was told raised an exception: he wants no more of it."""

    def at(self, done: int) -> None:
        """So many bytes are there. Raises what `tell` raises."""
        if self._tell is None or done == self._told:
            return
        self._told = done
        try:
            self._tell(Progress(name=self._name, done=done, size=self._size))
        except BaseException:
            self.stopped = True
            raise


class Upload:
    """A file on its way to the server. It has to be begun, then sent from `received` on, until it is `complete`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._furthest = -1
        self._begins = 0
        self._trouble: HubbubError = ServerFault("The server takes the file, and does not keep it.")
        self.begun = False
        self.received = 0
        """Bytes that the server has."""
        self.complete = False

    def on_begun(self, reply: replies.Upload) -> None:
        """The answer to BEGIN_UPLOAD. Raises the last trouble when it was begun often enough without coming further."""
        self.begun = True
        self._begins += 1
        self._reached(reply)
        if not self.complete and self._begins > BEGINS_MAX:
            raise self._trouble

    def on_written(self, reply: replies.Upload) -> None:
        """The answer to UPLOAD_CHUNK. Where it brought nothing on, the upload has to be begun again."""
        before = self.received
        self._reached(reply)
        self.begun = self.complete or self.received > before

    def on_refused(self, error: HubbubError) -> None:
        """The chunk was refused: the server does not know the upload any more (it was started anew), has come to another place,
        or has other bytes. It has to be begun again."""
        lost = isinstance(error, NotFound | BadRequest)
        self._trouble = ServerFault(f"The server does not keep the upload: {error}") if lost else error
        self.begun = False

    def _reached(self, reply: replies.Upload) -> None:
        self.complete = reply.complete
        self.received = self._size if reply.complete else min(reply.received, self._size)
        if self.received > self._furthest:
            self._furthest, self._begins = self.received, 1


def is_over(error: BaseException, *, stopped: bool) -> bool:
    """After this error nobody goes on with what was to be sent: it was cancelled, `stopped` by who was told of it, or refused for
    good. Else calling again goes on where it was."""
    return stopped or not isinstance(error, HubbubError) or isinstance(error, Refused | FileProblem)


def part_name(name: str, sha256: bytes, number: int = 1) -> str:
    """What a file is called while it comes: hidden, its own for this content. `number`: where others have the first ones."""
    short = name.encode(errors="replace")[:FILE_NAME_MAX_BYTES].decode(errors="ignore")
    again = f".{number}" if number > 1 else ""
    return f".{short}.{sha256.hex()[:16]}{again}.part"


def numbered(name: str, number: int) -> str:
    """The name for the second, third ... file that would have it: "photo (2).jpg"."""
    if number < 2:
        return name
    stem, dot, extension = name.rpartition(".")
    return f"{stem} ({number}).{extension}" if stem and dot else f"{name} ({number})"
