"""Lengths, colours and type of bubbles, computed once a theme. All lengths in device pixels."""

from typing import Final, NamedTuple

from hubbub.client.gui.kit import emoji
from hubbub.client.gui.kit.drawing import colour_of
from hubbub.client.gui.kit.line import Laid, Lines
from hubbub.client.gui.kit.palette import LIGHT, Palette, contrast, mix
from hubbub.client.gui.kit.theme import ROLES, Theme
from hubbub.client.gui.timeline.paper import Face, Sizes
from hubbub.client.gui.timeline.plan import Emoji, FontKey, Plan, Weight, Words

_LARGE: Final = (48, 40, 34)
"""The side of one, two and three emoji that are a whole message, at 96 dpi."""
_CACHED: Final = 80
"""Characters; longer texts do not come again."""
_READABLE: Final = 4.5

BODY: Final[FontKey] = ("body", "regular", False)
BOLD: Final[FontKey] = ("body", "semibold", False)
ITALIC: Final[FontKey] = ("body", "regular", True)
MONO: Final[FontKey] = ("mono", "regular", False)
NOTE: Final[FontKey] = ("note", "regular", False)
NOTE_BOLD: Final[FontKey] = ("note", "semibold", False)
SMALL: Final[FontKey] = ("small", "regular", False)
SMALL_BOLD: Final[FontKey] = ("small", "semibold", False)


class Shade(NamedTuple):
    """The colours of one side's bubbles."""

    fill: str
    text: str
    muted: str
    link: str
    accent: str
    """Bars, and icons that can be clicked."""
    tint: str
    """Grounds of quotes, code and files."""
    danger: str
    """Words on what went wrong."""


def shade_of_mine(palette: Palette) -> Shade:
    """What I said."""
    return Shade(
        palette.bubble_mine,
        palette.on_bubble_mine,
        palette.muted_mine,
        palette.link_mine,
        palette.link_mine,
        mix(palette.bubble_mine, palette.accent, 0.15),
        mix(palette.danger, palette.on_bubble_mine, 0.3),
    )


def shade_of_theirs(palette: Palette) -> Shade:
    """What others said."""
    return Shade(
        palette.bubble_theirs,
        palette.on_bubble_theirs,
        palette.muted,
        palette.link,
        palette.accent,
        mix(palette.raised, palette.bubble_theirs, 0.4) if palette is LIGHT else palette.pressed,
        palette.danger,
    )


class Look:
    """`theme.part(Look)`. px(n): a length at 96 dpi."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.px = theme.px
        self._refresh()
        theme.on_change(self._refresh)

    def _refresh(self) -> None:
        theme, px = self.theme, self.theme.px
        palette = self.palette = theme.palette
        self.mine, self.theirs = shade_of_mine(palette), shade_of_theirs(palette)
        self.ascent = {
            role: int(theme.font(role).metrics("ascent")) for role in ("body", "mono", "small", "note")
        }
        self.mono_width = theme.measure("mono", "0")
        self.sizes = Sizes(
            measure=self.measure,
            line=theme.line_height("body") + px(3),
            code_line=theme.line_height("mono") + px(2),
            emoji=self.emoji_side("body"),
            pad=px(8),
            gap=px(4),
        )
        self.round, self.tight = px(14), px(5)
        self.margin, self.avatar, self.column = px(16), px(32), px(40)
        self.pad_x, self.pad_y = px(12), px(7)
        self.widest, self.narrowest = px(520), px(150)
        self._name_colours: dict[str, str] = {}

    def measure(self, text: str, face: Face) -> int:
        """How wide a piece of a message is."""
        if face == "code":
            if text.isascii():
                return len(text) * self.mono_width
            return self.theme.measure("mono", text)
        weight: Weight = "semibold" if face == "bold" else "regular"
        if len(text) > _CACHED:
            return self.theme.font("body", weight).measure(self.theme.shaped(text))
        return self.theme.measure("body", text, weight)

    def width(self, text: str, font: FontKey) -> int:
        """How wide a line in this font is."""
        role, weight, italic = font
        return self.theme.measure(role, text, weight, italic)

    def height(self, font: FontKey) -> int:
        """From one line to the next."""
        return self.theme.line_height(font[0])

    def emoji_side(self, role: str) -> int:
        """Of an emoji in a line of this role."""
        return round(ROLES[role][0] * self.theme.scale * self.theme.text_scale * 1.3)

    def large_emoji(self, count: int) -> int:
        """Of emoji that are a whole message."""
        return round(_LARGE[count - 1] * self.theme.scale * self.theme.text_scale)

    def name_colour(self, name: str) -> str:
        """Of a person's name above what he says: his own, and readable there."""
        colour = self._name_colours.get(name)
        if colour is None:
            colour, ground, share = colour_of(name), self.palette.bubble_theirs, 0.0
            while contrast(colour, ground) < _READABLE and share < 1:
                share += 0.1
                colour = mix(colour_of(name), self.palette.text, share)
            self._name_colours[name] = colour
        return colour

    def fit(self, text: str, font: FontKey, room: int) -> int:
        """How wide a line is that is cut where there is no more room."""
        return self._line(text, font, room).width

    def line(self, plan: Plan, text: str, font: FontKey, x: int, y: int, room: int, colour: str) -> int:
        """Put one line there, cut where there is no more room; its width. y is its top."""
        laid = self._line(text, font, room)
        side, height = self.theme.part(Lines).emoji_size(font[0]), self.height(font)
        for spot in laid.spots:
            if isinstance(spot.piece, str):
                plan.ops.append(Words(x + spot.x, y, spot.piece, font, colour))
            else:
                plan.ops.append(Emoji(x + spot.x, y + (height - side) // 2, spot.piece.sequence, side))
        return laid.width

    def _line(self, text: str, font: FontKey, room: int) -> Laid:
        role, weight, italic = font
        return self.theme.part(Lines).lay(text, role, weight, italic, room)


def cut_emoji(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, of which some are an emoji."""
    return [(str(piece), not isinstance(piece, str)) for piece in emoji.pieces(text)]
