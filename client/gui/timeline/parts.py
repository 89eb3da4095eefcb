"""The pieces that a bubble is put together from: name, forward, quote, text, time. Each knows the room that it wants."""

from collections.abc import Callable
from functools import partial
from typing import Final

from hubbub.client.gui.kit.bidi import is_rtl
from hubbub.client.gui.kit.palette import mix
from hubbub.client.gui.model.markup import Span
from hubbub.client.gui.model.rows import Bubble, Quote
from hubbub.client.gui.timeline.look import (
    BODY,
    BOLD,
    ITALIC,
    MONO,
    NOTE,
    NOTE_BOLD,
    SMALL,
    SMALL_BOLD,
    Look,
    Shade,
)
from hubbub.client.gui.timeline.paper import Ground, Laid, Run
from hubbub.client.gui.timeline.plan import Box, Emoji, Glyph, Piece, Plan, Region, Words

_STATES: Final = {
    "pending": ("clock", "Waiting for the server"),
    "sending": ("clock", "Being sent"),
    "sent": ("check2", "Sent"),
    "read": ("check2-all", "Read"),
    "failed": ("exclamation-circle", "Not sent"),
}


class Name:
    """Who says it, in groups."""

    def __init__(self, bubble: Bubble, look: Look, room: int, act: Callable[[], object]) -> None:
        self._bubble, self._look, self._act = bubble, look, act
        px = look.px
        self._badge = look.width("bot", SMALL_BOLD) + 2 * px(5) if bubble.message.bot else 0
        gap = px(6) if self._badge else 0
        self._room = room - self._badge - gap
        self._name_width = look.fit(bubble.name, NOTE_BOLD, self._room)
        self.width = self._name_width + gap + self._badge
        self.height = look.height(NOTE_BOLD) + px(2)

    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Of `Part`."""
        look, px = self._look, self._look.px
        colour = look.name_colour(self._bubble.name)
        look.line(plan, self._bubble.name, NOTE_BOLD, x, y, self._room, colour)
        plan.regions.append(Region(x, y, self._name_width, self.height, self._act))
        if self._badge:
            left, height = x + self.width - self._badge, look.height(SMALL_BOLD) + px(1)
            top = y + (look.height(NOTE_BOLD) - height) // 2
            shade = look.theirs
            plan.ops.append(Box(left, top, self._badge, height, (px(4),) * 4, shade.tint, shade.fill))
            plan.ops.append(Words(left + px(5), top, "bot", SMALL_BOLD, shade.muted))


class Note:
    """A quiet line with an icon: who said it first; that it is gone."""

    def __init__(
        self, icon: str, text: str, look: Look, shade: Shade, room: int, *, italic: bool = False
    ) -> None:
        self._icon, self._text, self._look, self._shade = icon, text, look, shade
        self._font = ITALIC if italic else NOTE
        self._side = look.theme.beside(14)
        self._indent = self._side + look.px(6)
        self._room = room - self._indent
        self.width = self._indent + look.fit(text, self._font, self._room)
        self.height = look.height(self._font) + look.px(2)

    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Of `Part`."""
        muted, height = self._shade.muted, self._look.height(self._font)
        plan.ops.append(Glyph(x, y + (height - self._side) // 2, self._icon, self._side, muted))
        self._look.line(plan, self._text, self._font, x + self._indent, y, self._room, muted)


class Quoted:
    """The message that is answered."""

    def __init__(
        self, quote: Quote, look: Look, shade: Shade, room: int, jump: Callable[[int], object]
    ) -> None:
        self._quote, self._look, self._shade, self._jump = quote, look, shade, jump
        px = look.px
        self._pad, self._bar = px(8), px(3)
        self._room = room - 2 * self._pad - self._bar
        widest = max(
            look.fit(quote.name, NOTE_BOLD, self._room) if quote.name else 0,
            look.fit(quote.text or "…", NOTE, self._room),
        )
        self._lines = 2 if quote.name else 1
        self.width = max(px(96), widest + 2 * self._pad + self._bar)
        self._box_height = self._lines * look.height(NOTE) + 2 * px(5)
        self.height = self._box_height + px(6)

    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Of `Part`."""
        look, shade, quote, px = self._look, self._shade, self._quote, self._look.px
        y += px(2)
        right = px(6)
        ground = Box(x, y, width, self._box_height, (px(2), right, right, px(2)), shade.tint, shade.fill)
        plan.ops.append(ground)
        plan.ops.append(Box(x, y, self._bar, self._box_height, (0, 0, 0, 0), shade.accent, shade.fill))
        left, top = x + self._bar + self._pad, y + px(5)
        if quote.name:
            look.line(plan, quote.name, NOTE_BOLD, left, top, self._room, shade.accent)
            top += look.height(NOTE)
        if is_rtl(quote.text):
            left = x + width - self._pad - look.fit(quote.text, NOTE, self._room)
        look.line(plan, quote.text or "…", NOTE, left, top, self._room, shade.muted)
        plan.regions.append(Region(x, y, width, self._box_height, partial(self._jump, quote.seq)))


class Meta:
    """When it was said, and what became of it."""

    def __init__(self, bubble: Bubble, look: Look, colour: str) -> None:
        self._look, self._colour = look, colour
        message, px = bubble.message, look.px
        self._state = _STATES.get(bubble.state)
        self._failed = bubble.state == "failed"
        self._pinned = message.pinned
        self._text = f"edited {bubble.time}" if message.edited_at and not message.deleted_at else bubble.time
        self._side, self._gap = look.theme.beside(14), px(4)
        self._words = look.width(self._text, SMALL)
        icons = bool(self._state) + self._pinned
        self.width = self._words + icons * (self._side + self._gap)
        self.height = look.height(SMALL)

    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Of `Part`; at the right end."""
        look, side = self._look, self._side
        x += width - self.width
        top = y + (self.height - side) // 2
        if self._pinned:
            plan.ops.append(Glyph(x, top, "pin-angle-fill", side, self._colour))
            plan.regions.append(Region(x, top, side, side, None, "Pinned"))
            x += side + self._gap
        plan.ops.append(Words(x, y, self._text, SMALL, self._colour))
        x += self._words + self._gap
        if self._state:
            icon, tip = self._state
            colour = look.palette.danger if self._failed else self._colour
            plan.ops.append(Glyph(x, top, icon, side, colour))
            plan.regions.append(Region(x, top, side, side, None, tip))


class Text:
    """What is said, with the time in its last line where that fits."""

    def __init__(
        self, laid: Laid, meta: Meta | None, look: Look, shade: Shade, room: int, acts: "TextActs"
    ) -> None:
        self._laid, self._meta, self._look, self._shade, self._acts = laid, meta, look, shade, acts
        px = look.px
        self._more = look.height(BODY) + px(6) if laid.folded else 0
        self.height = laid.height + self._more
        self.width = max(laid.width, look.width("Show more", BOLD) if laid.folded else 0)
        self._beside = False
        if meta is not None:
            beside = laid.last + px(10) + meta.width
            self._beside = not laid.folded and beside <= room
            self.width = max(self.width, beside if self._beside else meta.width)
            self.height += 0 if self._beside else meta.height + px(1)

    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Of `Part`."""
        look, px = self._look, self._look.px
        self._place_grounds(plan, x, y, width)
        plan.first_text = len(plan.ops)
        for run in self._laid.runs:
            self._place_run(plan, run, x + (width - self._laid.width) * run.right, y)
        if self._more:
            top, text = y + self._laid.height + px(4), "Show more"
            plan.ops.append(Words(x, top, text, BOLD, self._shade.link))
            wide = look.width(text, BOLD)
            plan.regions.append(Region(x, top, wide, look.height(BOLD), self._acts.unfold))
        if self._meta is not None:
            bottom = y + self.height
            drop = look.ascent["body"] - look.ascent["small"] + px(1)
            top = bottom - look.sizes.line + drop if self._beside else bottom - self._meta.height
            at_left = self._beside and self._laid.rtl
            self._meta.place(plan, x, top, self._meta.width if at_left else width)

    def _place_grounds(self, plan: Plan, left: int, y: int, width: int) -> None:
        px, shade = self._look.px, self._shade
        for ground in self._laid.grounds:
            radii = (px(6 if ground.block else 4),) * 4
            wide = width if ground.block else ground.width
            x = left + (width - self._laid.width) * ground.right
            top, height = y + ground.y, ground.height
            if not ground.block:
                top, height = top + px(1), height - px(2)
            plan.ops.append(Box(x + ground.x, top, wide, height, radii, shade.tint, shade.fill))
            if ground.language:
                self._place_language(plan, ground, x, x + wide, y + ground.y)

    def _place_language(self, plan: Plan, ground: Ground, start: int, right: int, top: int) -> None:
        """In the corner, where the first line leaves room."""
        look, px = self._look, self._look.px
        left = right - px(8) - look.width(ground.language, SMALL)
        first = ground.y + look.sizes.pad
        taken = max((run.x + run.width for run in self._laid.runs if run.y == first), default=0)
        if left - px(8) > start + taken:
            plan.ops.append(Words(left, top + px(5), ground.language, SMALL, self._shade.muted))

    def _place_run(self, plan: Plan, run: Run, x: int, y: int) -> None:
        look, span = self._look, run.span
        left, top = x + run.x, y + run.y
        height = look.sizes.code_line if span.kind == "block" else look.sizes.line
        plan.pieces.append(Piece(left, top, run.width, height, run.text, span, run.emoji, run.rtl))
        if run.emoji:
            side = look.sizes.emoji
            plan.ops.append(Emoji(left, top + (look.sizes.line - side) // 2, run.text, side))
            return
        if span.kind == "block":
            plan.ops.append(Words(left, top, look.theme.written(run.text), MONO, self._shade.text))
            return
        top += (look.sizes.line - look.height(BODY)) // 2
        font, colour = (BOLD if span.bold else BODY), self._shade.text
        if span.kind == "code":
            top += look.ascent["body"] - look.ascent["mono"]
            font = MONO
        elif span.kind == "link":
            colour = self._shade.link
        elif span.kind == "mention":
            colour = self._shade.accent
        elif span.kind == "me":
            font, colour = BOLD, self._place_me(plan, run, left, y + run.y)
        text = look.theme.written(run.text) if span.kind == "code" else look.theme.drawn(run.text, run.rtl)
        plan.ops.append(Words(left, top, text, font, colour))
        if span.target:
            self._place_region(plan, run, span, left, y + run.y)

    def _place_me(self, plan: Plan, run: Run, x: int, y: int) -> str:
        """A mention of me stands on a ground of its own; the colour of its words."""
        look, px = self._look, self._look.px
        fill = mix(self._shade.fill, look.palette.accent, 0.22)
        size = (run.width + 2 * px(2), look.sizes.line - px(2))
        plan.ops.append(Box(x - px(2), y + px(1), *size, (px(4),) * 4, fill, self._shade.fill))
        return self._shade.text

    def _place_region(self, plan: Plan, run: Run, span: Span, x: int, y: int) -> None:
        act = partial(self._acts.open_link if span.kind == "link" else self._acts.show_person, span.target)
        group = id(span) if span.kind == "link" else 0
        plan.regions.append(
            Region(x, y, run.width, self._look.sizes.line, act, group=group, colour=self._shade.link)
        )


class TextActs:
    """What can be clicked in a text."""

    def __init__(
        self,
        open_link: Callable[[str], object],
        show_person: Callable[[str], object],
        unfold: Callable[[], object],
    ) -> None:
        self.open_link, self.show_person, self.unfold = open_link, show_person, unfold


class Beside:
    """A note, and the time behind it."""

    def __init__(self, note: Note, meta: Meta, look: Look) -> None:
        self._note, self._meta, self._look = note, meta, look
        self.width = note.width + look.px(10) + meta.width
        self.height = note.height

    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Of `Part`."""
        self._note.place(plan, x, y, self._note.width)
        drop = self._look.ascent["body"] - self._look.ascent["small"]
        self._meta.place(plan, x, y + drop, width)


class Large:
    """One to three emoji that are a whole message, with the time below."""

    def __init__(self, sequences: list[str], meta: Meta, look: Look) -> None:
        self._sequences, self._meta, self._look = sequences, meta, look
        self._side = look.large_emoji(len(sequences))
        self._step = self._side + look.px(4)
        self.width = max(self._step * len(sequences), meta.width)
        self.height = self._side + look.px(4) + meta.height

    def place(self, plan: Plan, x: int, y: int, width: int) -> None:
        """Of `Part`."""
        for index, sequence in enumerate(self._sequences):
            plan.ops.append(Emoji(x + index * self._step, y, sequence, self._side))
        self._meta.place(plan, x, y + self._side + self._look.px(4), width)
