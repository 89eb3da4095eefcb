"""Looking for messages, in the conversation that is open or in all of them. Pure."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from hubbub.client import Hit, HubbubError
from hubbub.client.gui import desk_search
from hubbub.client.gui.bridge import Call
from hubbub.client.gui.desk_search import Found, Question
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

WAIT_S: Final = 0.25
"""Nobody wants to know what half a word finds."""
LEAD: Final = 32
"""Characters before the first match that are shown of a long text."""
EXCERPT_MAX: Final = 180

State = Literal["", "waiting", "failed"]


class Search:
    """One for an account. What was asked last counts, in whatever order answers come."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat
        self.text = ""
        self.everywhere = False
        """Else in the conversation that is open."""
        self.state: State = ""
        self.problem = ""
        self.hits: list[Hit] = []
        """Newest first; those of the question before until the answer is here."""
        self.cached = False
        """They are from this device's memory."""
        self.more = False
        """There may be older ones: `load_more`."""
        self.changed = Signal[()]()
        self._call: Call | None = None
        self._asked: Question | None = None
        self._open = ""
        self._ends = (chat.link.changed.connect(self._on_link), chat.opened.connect(self._on_opened))

    def close(self) -> None:
        """Nobody looks for anything any more."""
        self.set("")
        for end in self._ends:
            end()

    # ------------------------------------------------------------------------------------------------------- asking

    @property
    def conversation(self) -> str | None:
        """Where it is looked; None: everywhere."""
        timeline = self._chat.timeline
        return None if self.everywhere or timeline is None else timeline.name

    @property
    def none(self) -> bool:
        """Nothing was found."""
        return bool(self.text.strip()) and not self.state and not self.hits

    def set(self, text: str) -> None:
        """Look for this, once nothing more is typed."""
        if text != self.text:
            self.text = text
            self._ask(WAIT_S)

    def set_everywhere(self, everywhere: bool) -> None:
        """Look in all conversations, or in the one that is open."""
        if everywhere != self.everywhere:
            self.everywhere = everywhere
            self._ask()

    def again(self) -> None:
        """Ask anew."""
        self._ask()

    def load_more(self) -> None:
        """Older ones too."""
        if self.more and self.hits and self._call is None and self._asked is not None:
            question = Question(
                words=self._asked.words,
                conversation=self._asked.conversation,
                until=self.hits[-1].sent_at,
                cached=self.cached,
            )
            self._call = self._run(question, 0.0, self._on_more)

    def open(self, hit: Hit) -> None:
        """Show it in its place."""
        self._chat.show(hit.conversation, hit.seq)

    def _ask(self, wait_s: float = 0.0) -> None:
        if self._call is not None:
            self._call.cancel()
            self._call = None
        words = self.text.strip()
        if not words:
            self._asked, self.hits, self.more, self.state = None, [], False, ""
            self.changed.emit()
            return
        cached = not self._chat.link.connected
        question = Question(words=self.text.lstrip(), conversation=self.conversation, cached=cached)
        if self._asked is not None and self._asked.conversation != question.conversation:
            self.hits, self.more = [], False
        self._asked, self.state = question, "waiting"
        self._call = self._run(question, wait_s, self._on_found)
        self.changed.emit()

    def _run(self, question: Question, wait_s: float, done: Callable[[Found], None]) -> Call:
        job = partial(desk_search.search, self._chat.desk.client, question, wait_s)
        return self._chat.bridge.run(job, done, self._on_failed)

    # --------------------------------------------------------------------------------------------------------- answers

    def _on_found(self, found: Found) -> None:
        self._call, self.state = None, ""
        self.hits, self.more, self.cached = list(found.hits), found.more, found.cached
        self.changed.emit()

    def _on_more(self, found: Found) -> None:
        self._call = None
        there = {(hit.conversation, hit.seq) for hit in self.hits}
        older = [hit for hit in found.hits if (hit.conversation, hit.seq) not in there]
        self.hits += older
        self.more = found.more and bool(older)
        self.changed.emit()

    def _on_failed(self, error: HubbubError) -> None:
        self._call, self.state, self.problem = None, "failed", str(error)
        self.hits, self.more = [], False
        self.changed.emit()

    def _on_link(self) -> None:
        """What the server knows is better; what it does not answer any more is asked of the memory."""
        asked = self._asked
        if asked is None:
            return
        if asked.cached == self._chat.link.connected and (asked.cached or self._call is not None):
            self._ask()

    def _on_opened(self) -> None:
        now = self._chat.timeline.name if self._chat.timeline is not None else ""
        before, self._open = self._open, now
        if now and now != before and self.text and not self.everywhere:
            self._ask()


def excerpt(hit: Hit) -> list[tuple[str, bool]]:
    """The text of a hit in one line, from shortly before its first match on: pieces, and whether they match."""
    first = hit.marks[0][0] if hit.marks else 0
    start = max(0, first - LEAD) if first > 2 * LEAD else 0
    if start:
        space = hit.text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(len(hit.text), start + EXCERPT_MAX)
    pieces: list[tuple[str, bool]] = [("…", False)] if start else []
    place = 0
    for text, match in hit.pieces():
        cut = text[max(0, start - place) : max(0, end - place)]
        if line := " ".join(cut.split("\n")):
            pieces.append((line, match))
        place += len(text)
    return [*pieces, ("…", False)] if end < len(hit.text) else pieces
