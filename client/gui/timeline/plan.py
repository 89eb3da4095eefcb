"""What is to be drawn of a message, as plain values: two plans can be compared, and only what differs is drawn anew. Pure. All
lengths in device pixels."""

from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

from hubbub.client import Attachment
from hubbub.client.gui.model.markup import Span

Radii = tuple[int, int, int, int]
"""Top left, top right, bottom right, bottom left."""
Weight = Literal["regular", "semibold"]
FontKey = tuple[str, Weight, bool]
"""Role, weight, italic."""


class Box(NamedTuple):
    """An area in one colour; its corners blend into `ground`."""

    x: int
    y: int
    width: int
    height: int
    radii: Radii
    fill: str
    ground: str
    border: str = ""
    """A ring within it, in this colour; empty: none."""
    thickness: int = 0


class Pill(NamedTuple):
    """A small box with clear corners: one picture, of which there must not be many sizes."""

    x: int
    y: int
    width: int
    height: int
    radius: int
    fill: str
    border: str = ""


class Words(NamedTuple):
    """One line of text; y is its top."""

    x: int
    y: int
    text: str
    font: FontKey
    colour: str


class Emoji(NamedTuple):
    """One emoji."""

    x: int
    y: int
    sequence: str
    size: int


class Glyph(NamedTuple):
    """An icon."""

    x: int
    y: int
    icon: str
    size: int
    colour: str


class Face(NamedTuple):
    """Somebody's picture."""

    x: int
    y: int
    size: int
    name: str
    """As he is shown."""
    picture: bytes | None


class Photo(NamedTuple):
    """A picture of the message. It is loaded while it is on the screen."""

    x: int
    y: int
    width: int
    height: int
    attachment: Attachment
    radii: Radii
    ground: str
    missing: str
    """Why it is not to be had."""


class Arc(NamedTuple):
    """A ring that is filled so far, 0 to 1."""

    x: int
    y: int
    size: int
    share: float
    colour: str
    track: str


Op = Box | Pill | Words | Emoji | Glyph | Face | Photo | Arc


class Region(NamedTuple):
    """Where a click does something."""

    x: int
    y: int
    width: int
    height: int
    act: Callable[[], object] | None
    """None: there is but something to say about it."""
    tip: str = ""
    group: int = 0
    """Regions of one link are underlined together; 0: it is none."""
    colour: str = ""
    """Of the underline."""

    def holds(self, x: int, y: int) -> bool:
        """This place is in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class Piece(NamedTuple):
    """A part of the message's text, in one line and one font."""

    x: int
    y: int
    width: int
    height: int
    text: str
    span: Span
    emoji: bool
    rtl: bool = False
    """It begins at its right end."""


class Plan:
    """All of a message's line."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.pieces: list[Piece] = []
        """The text, in order."""
        self.first_text = 0
        """Which of the ops is the first of the text's words."""
        self.box: tuple[int, int, int, int] | None = None
        """Left, top, right and bottom of the bubble; None: it has none."""
        self.fill = ""
        """The colour of its ground."""
        self.regions: list[Region] = []
        self.height = 0

    def at(self, x: int, y: int) -> Region | None:
        """What a click there is about: of several, what was put last."""
        return next((region for region in reversed(self.regions) if region.holds(x, y)), None)


class Part(Protocol):
    """A piece of a message that knows how much room it wants."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Put it there, as wide as that."""
