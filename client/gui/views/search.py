"""The panel that looks for messages, and leads to them."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from hubbub.client import Hit
from hubbub.client.gui.kit.base import Label, Line, Pane
from hubbub.client.gui.kit.bidi import is_rtl
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.line import Lines, Marked
from hubbub.client.gui.kit.progress import Spinner
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.kit.switches import Choice
from hubbub.client.gui.kit.theme import Weight
from hubbub.client.gui.model import times
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.search import excerpt
from hubbub.client.gui.views.soon import Soon

PATIENCE_MS: Final = 300
"""What is found sooner needs no word about being looked for."""
_ROW: Final = 78
_FACE: Final = 40
_LINES: Final = 2
_CACHED: Final = "No server: found in what this device remembers."


class Result(Struct, frozen=True, kw_only=True):
    """A row."""

    key: str
    hit: Hit
    title: str
    """Who said it."""
    place: str
    """Where; empty where that is clear."""
    time: str
    picture: bytes
    """The SHA-256 of the sender's picture."""
    last: bool
    """There may be more behind it."""


class SearchPanel(Pane):
    """Draws the account's search. on_open: somebody went to a message. close: he has seen enough."""

    WIDTH: Final = 344
    """Beside the messages."""

    def __init__(
        self, parent: tk.Misc, chat: Chat, on_open: Callable[[], object], close: Callable[[], object]
    ) -> None:
        super().__init__(parent, "surface")
        self._chat, self._search, self._on_open = chat, chat.search, on_open
        self._edge = Line(self, upright=True)
        self._timer = ""
        self._build_head(close)
        self.list: RowList[Result] = RowList(
            self, _ROW, self._draw_row, self._open, lines=1 + _LINES, name="found"
        )
        self.list.pack(fill="both", expand=True)
        self._blank = _Blank(self, self._search.again)
        self.field.entry.bind("<Key-Down>", lambda _: self._into_list())
        for widget in (self.list, self.field.entry):
            widget.bind("<Key-Escape>", lambda _: (close(), "break")[1], add="+")
        self._soon = Soon(self, self._draw)
        self._ends = [
            self._search.changed.connect(self._soon),
            chat.people.changed.connect(self._soon),
            chat.media.person_changed.connect(lambda _: self.list.refresh()),
        ]
        self._draw()

    def destroy(self) -> None:
        for end in self._ends:
            end()
        self._cancel()
        super().destroy()

    def focus(self) -> None:
        """Type what is to be found."""
        self.field.focus()

    def beside(self, beside: bool) -> None:
        """It stands beside the messages, or over them."""
        if beside:
            self._edge.pack(side="left", fill="y", before=self._head)
        else:
            self._edge.pack_forget()

    def _build_head(self, close: Callable[[], object]) -> None:
        px = self.theme.px
        head = self._head = Pane(self)
        head.pack(fill="x", padx=(px(16), px(8)), pady=(px(12), px(8)))
        self.close = IconButton(head, "x-lg", close, "Close the search (Esc)", icon_size=16, name="close")
        self.close.pack(side="right", padx=(px(4), 0))
        self.field = SearchField(
            head,
            "Search messages",
            on_change=self._search.set,
            on_enter=self._open_first,
            name="words",
        )
        self.field.value = self._search.text
        self.field.pack(side="left", fill="x", expand=True)
        self.scope = Choice(
            self,
            ("This conversation", "Everywhere"),
            chosen=int(self._search.everywhere),
            on_change=lambda place: self._search.set_everywhere(bool(place)),
        )
        self.scope.pack(fill="x", padx=px(16), pady=(0, px(8)))
        self.note = Label(self, _CACHED, "small", colour="muted", wrap=self.WIDTH - 32)

    # -------------------------------------------------------------------------------------------------------- drawing

    def _draw(self) -> None:
        search = self._search
        self.list.show(self._results())
        if search.cached and search.text.strip() and not search.state:
            self.note.pack(fill="x", padx=self.theme.px(16), pady=(0, self.theme.px(8)), before=self.list)
        else:
            self.note.pack_forget()
        if search.state != "waiting":
            self._cancel()
            self._draw_blank()
        elif not self._timer:
            self._timer = self.after(PATIENCE_MS, self._draw_blank)

    def _draw_blank(self) -> None:
        search, blank = self._search, self._blank
        if search.state == "waiting":
            blank.wait() if not search.hits else blank.hush()
        elif search.state == "failed":
            blank.say("The search failed", search.problem, again=True)
        elif search.none:
            elsewhere = "Look everywhere, or for less." if not search.everywhere else "Look for less."
            blank.say("Nothing found", f"No message has all these words. {elsewhere}")
        elif not search.hits:
            blank.say(
                "Search messages", "Type words that they hold. “Two words” in quotes stand side by side."
            )
        else:
            blank.hush()

    def _results(self) -> list[Result]:
        search, chat = self._search, self._chat
        last = len(search.hits) - 1
        return [
            Result(
                key=f"{hit.conversation} {hit.seq}",
                hit=hit,
                title="You" if hit.sender == chat.me else chat.people.shown(hit.sender),
                place=self._place(hit) if search.everywhere else "",
                time=times.brief(hit.sent_at, chat.now()),
                picture=chat.people.user(hit.sender).picture,
                last=at == last and search.more,
            )
            for at, hit in enumerate(search.hits)
        ]

    def _place(self, hit: Hit) -> str:
        if hit.conversation.startswith("#"):
            return hit.conversation
        other = hit.conversation[1:]
        return "" if hit.sender == other else f"to {self._chat.people.shown(other)}"

    def _draw_row(self, row: Row, result: Result, _: int, state: RowState) -> None:
        if result.last:
            self.after_idle(self._search.load_more)
        px = row.theme.px
        row.ground(state)
        face = self._chat.media.person(result.hit.sender, result.picture)
        shown = self._chat.people.shown(result.hit.sender)
        row.avatar(shown, px(16), px(12), px(_FACE), face)
        left, right = px(16 + _FACE + 12), row.width - px(20)
        top = px(20) + row.theme.more("note") // 2
        row.text(result.time, right, top, "small", "muted", right=True)
        room = right - left - row.theme.measure("small", result.time) - px(8)
        width = row.text(result.title, left, top, "note", weight="semibold", width=room)
        if result.place and room - width > px(48):
            row.text(
                f"· {result.place}", left + width + px(5), top, "note", "muted", width=room - width - px(5)
            )
        draw_excerpt(row, excerpt(result.hit), left, right)

    # --------------------------------------------------------------------------------------------------------- acting

    def _open(self, result: Result) -> None:
        self.list.select(result.key)
        self._search.open(result.hit)
        self._on_open()

    def _open_first(self) -> None:
        if self.list.items and not self._search.state:
            self._open(self.list.items[0])

    def _into_list(self) -> str:
        self.list.focus_set()
        return "break"

    def _cancel(self) -> None:
        if self._timer:
            self.after_cancel(self._timer)
            self._timer = ""


class _Blank(Pane):
    """What stands in place of the list."""

    def __init__(self, parent: SearchPanel, again: Callable[[], object]) -> None:
        super().__init__(parent)
        px = self.theme.px
        self._spinner = Spinner(self)
        self._title = Label(self, "", "strong", anchor="center", justify="center", wrap=280)
        self._text = Label(self, "", "note", colour="muted", anchor="center", justify="center", wrap=260)
        self._again = Button(self, "Try again", kind="quiet", command=again)
        self._gap = px(8)

    def wait(self) -> None:
        """It is looked for."""
        self._clear()
        self._spinner.pack()
        self._place()

    def say(self, title: str, text: str, *, again: bool = False) -> None:
        """Why there is nothing."""
        self._clear()
        self._title.set(title)
        self._text.set(text)
        self._title.pack(pady=(0, self._gap))
        self._text.pack()
        if again:
            self._again.pack(pady=(2 * self._gap, 0))
        self._place()

    def hush(self) -> None:
        """There is something."""
        self.place_forget()

    def _clear(self) -> None:
        for widget in (self._spinner, self._title, self._text, self._again):
            widget.pack_forget()

    def _place(self) -> None:
        self.place(relx=0.5, rely=0.42, anchor="center")


def draw_excerpt(row: Row, pieces: list[tuple[str, bool]], left: int, right: int) -> None:
    """In two lines, broken between words, the matches marked."""
    px, lines, more = row.theme.px, row.theme.part(Lines), row.theme.more("note")
    height, top = px(19) + more, px(41) + more + more // 2
    rtl = is_rtl("".join([text for text, _ in pieces]))
    for number, words in enumerate(_broken(words_of(pieces), lines, right - left)):
        spaced = [part for word in words for part in (*word, (" ", False))][:-1]
        parts = lines.ordered(spaced, rtl)
        wide = sum(_wide(lines, *part) for part in parts)
        x = max(left, right - wide) if rtl else left
        for text, match in parts:
            _draw_part(row, text, match, x, top + number * height, right)
            x += _wide(lines, text, match)


def _broken(words: list[Marked], lines: Lines, room: int) -> list[list[Marked]]:
    found: list[list[Marked]] = [[]]
    x, space = 0, lines.lay(" ", "note").width
    for word in words:
        wide = sum(_wide(lines, *part) for part in word)
        if x and x + wide > room:
            if len(found) == _LINES:
                break
            found.append([])
            x = 0
        found[-1].append(word)
        x += wide + space
    return found


def _draw_part(row: Row, text: str, match: bool, x: int, y: int, right: int) -> None:
    px = row.theme.px
    high = px(18) + row.theme.more("note")
    if match:
        shown = max(1, min(_wide(row.theme.part(Lines), text, match), right - x))
        row.box(x - px(1), y - high // 2, shown + px(2), high, px(4), "accent_soft")
    colour = "text" if match else "muted"
    row.text(text, x, y, "note", colour, weight=_weight(match), width=right - x)


def _wide(lines: Lines, text: str, match: bool) -> int:
    return lines.lay(text, "note", _weight(match)).width


def _weight(match: bool) -> Weight | None:
    return "semibold" if match else None


def words_of(pieces: list[tuple[str, bool]]) -> list[list[tuple[str, bool]]]:
    """Each word of the pieces, as the parts of it that match and those that do not."""
    words: list[list[tuple[str, bool]]] = [[]]
    for text, match in pieces:
        first, *others = text.split(" ")
        if first:
            words[-1].append((first, match))
        words += [[(other, match)] if other else [] for other in others]
    return [word for word in words if word]
