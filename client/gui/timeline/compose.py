"""A message put together: what stands where in its line. Nothing is drawn here."""

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from hubbub.client import Reaction
from hubbub.client.gui.kit.bidi import isolated
from hubbub.client.gui.kit.emoji import only_emoji
from hubbub.client.gui.kit.palette import mix
from hubbub.client.gui.model import markup
from hubbub.client.gui.model.markup import Span
from hubbub.client.gui.model.media import is_picture
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.timeline.actions import Actions
from hubbub.client.gui.timeline.files import ON_PICTURE, FileRow, Gallery
from hubbub.client.gui.timeline.layout import LINES_MAX, lay
from hubbub.client.gui.timeline.look import NOTE, NOTE_BOLD, Look, Shade, cut_emoji
from hubbub.client.gui.timeline.paper import Laid
from hubbub.client.gui.timeline.parts import Beside, Large, Meta, Name, Note, Quoted, Text, TextActs
from hubbub.client.gui.timeline.plan import Box, Emoji, Face, Glyph, Part, Pill, Plan, Radii, Region, Words

GLOW: Final = 0.15
"""How much of the accent a message has in it that was just jumped to; a ring says the rest, so that all can be read."""


class Shown:
    """What a view knows of its message that the model does not: is all of a long text shown, does it glow, is it selected."""

    def __init__(self) -> None:
        self.unfolded = False
        self.level = 0.0
        """Of the glow, from 1 to 0."""
        self.selected = False
        self.spans: list[Span] = []
        """Of the text that was laid last."""
        self._key: object = None
        self._laid: Laid | None = None

    def laid(self, bubble: Bubble, look: Look, room: int, me: str) -> Laid:
        """The text with its lines broken; only another text, or another width, is laid anew."""
        message = bubble.message
        key = (message.text, message.mentions, message.everyone, room, self.unfolded)
        if self._laid is None or key != self._key:
            self.spans = markup.spans(message.text, message.mentions, me, message.everyone)
            lines = None if self.unfolded else LINES_MAX
            self._key, self._laid = key, lay(self.spans, room, look.sizes, cut_emoji, lines)
        return self._laid

    def forget(self) -> None:
        """The fonts are others now."""
        self._laid = None


class _Frame(NamedTuple):
    """The room that a bubble has in its line."""

    left: int
    width: int
    """Of the line."""
    widest: int
    shade: Shade


def compose(bubble: Bubble, width: int, look: Look, actions: Actions, shown: Shown, unfold: TextActs) -> Plan:
    """Everything, in a line of this width."""
    plan = Plan()
    frame = _frame(bubble, width, look, shown)
    if bubble.folded:
        _place_folded(plan, bubble, look, actions, frame)
    else:
        _Composer(plan, bubble, look, actions, shown, unfold, frame).place()
    return plan


def _frame(bubble: Bubble, width: int, look: Look, shown: Shown) -> _Frame:
    left = look.margin + (look.column if bubble.name else 0)
    widest = min(look.widest, width - left - look.margin - look.px(24))
    shade = look.mine if bubble.mine else look.theirs
    if shown.level > 0:
        shade = shade._replace(fill=mix(shade.fill, look.palette.accent, GLOW * shown.level))
    return _Frame(left, width, max(widest, look.narrowest), shade)


def _place_folded(plan: Plan, bubble: Bubble, look: Look, actions: Actions, frame: _Frame) -> None:
    px, palette = look.px, look.palette
    text, link = "Blocked message", "Show"
    side, high = px(14), look.height(NOTE) + px(8)
    x, y = look.margin, px(4)
    widths = look.width(text, NOTE), look.width(link, NOTE_BOLD)
    wide = px(10) + side + px(6) + widths[0] + px(10) + widths[1] + px(12)
    ground = palette.background
    plan.ops.append(Box(x, y, wide, high, (high // 2,) * 4, palette.raised, ground))
    plan.ops.append(Glyph(x + px(10), y + (high - side) // 2, "eye-slash", side, palette.muted))
    left = x + px(10) + side + px(6)
    plan.ops.append(Words(left, y + px(4), text, NOTE, palette.muted))
    plan.ops.append(Words(left + widths[0] + px(10), y + px(4), link, NOTE_BOLD, palette.link))
    plan.regions.append(Region(x, y, wide, high, partial(actions.unfold, bubble)))
    plan.height = y + high + px(4)


class _Composer:
    """The bubble of one message, while it is put together."""

    def __init__(
        self,
        plan: Plan,
        bubble: Bubble,
        look: Look,
        actions: Actions,
        shown: Shown,
        acts: TextActs,
        frame: _Frame,
    ) -> None:
        self.plan, self.bubble, self.look, self.actions = plan, bubble, look, actions
        self.shown, self.acts, self.frame = shown, acts, frame
        self.gallery: Gallery | None = None
        self.bare = self._is_bare()

    def place(self) -> None:
        """All of it, from the top."""
        px = self.look.px
        parts = self._parts()
        top = px(8) if self.bubble.first else px(2)
        x, width, height = self._place_box(parts, top)
        y = top + height
        if self.bubble.name and self.bubble.last:
            self._place_face(y)
        if self.bubble.message.reactions:
            y = self._place_reactions(self.bubble.message.reactions, x, y + px(4), width)
        if self.bubble.state == "failed":
            y = self._place_failed(y + px(3))
        self.plan.height = y + px(1)

    # ------------------------------------------------------------------------------------------------ what is in it

    def _is_bare(self) -> bool:
        """Large emoji stand on no ground."""
        bubble, message = self.bubble, self.bubble.message
        if message.text.isascii() or len(message.text) > 60 or bubble.quote or bubble.forwarded:
            return False
        return not message.attachments and message.deleted_at is None and only_emoji(message.text)

    def _parts(self) -> list[Part]:
        bubble, look, frame = self.bubble, self.look, self.frame
        message, room, shade = bubble.message, frame.widest - 2 * look.pad_x, frame.shade
        parts: list[Part] = []
        if bubble.name and bubble.first:
            parts.append(Name(bubble, look, room, partial(self.actions.show_person, message.sender)))
        if message.deleted_at is not None:
            return [*parts, Beside(self._deleted(room), Meta(bubble, look, shade.muted), look)]
        if self.bare:
            sequences = [text for text, emoji in cut_emoji(message.text) if emoji]
            return [*parts, Large(sequences, Meta(bubble, look, look.palette.muted), look)]
        if bubble.forwarded:
            parts.append(Note("forward-fill", f"Forwarded from {bubble.forwarded}", look, shade, room))
        if bubble.quote:
            parts.append(Quoted(bubble.quote, look, shade, room, self.actions.jump))
        return [*parts, *self._files(room), *self._text(room)]

    def _deleted(self, room: int) -> Note:
        message, shown = self.bubble.message, self.actions.shown
        by = message.deleted_by
        text = f"Deleted by {isolated(shown(by))}" if by and by != message.sender else "Message deleted"
        return Note("trash3", text, self.look, self.frame.shade, room, italic=True)

    def _files(self, room: int) -> list[Part]:
        look, shade, media = self.look, self.frame.shade, self.actions.media
        attachments = self.bubble.message.attachments
        parts: list[Part] = []
        if pictures := [one for one in attachments if one.sha256 and is_picture(one)]:
            inset = 2 * look.px(4)
            self.gallery = Gallery(
                pictures, media, look, shade, self.frame.widest - inset, self.actions.open_attachment
            )
            parts.append(self.gallery)
        rest = [one for one in attachments if one not in pictures] if pictures else attachments
        parts += [FileRow(self.bubble.key, one, media, look, shade, room) for one in rest]
        return parts

    def _text(self, room: int) -> list[Part]:
        bubble, look, shade = self.bubble, self.look, self.frame.shade
        if not bubble.message.text:
            on_picture = self.gallery is not None and len(bubble.message.attachments) == len(self.gallery)
            return [] if on_picture else [Meta(bubble, look, shade.muted)]
        if self.gallery is not None:
            room = max(self.gallery.width - 2 * (look.pad_x - look.px(4)), min(room, look.px(220)))
        laid = self.shown.laid(bubble, look, room, self.actions.me)
        return [Text(laid, Meta(bubble, look, shade.muted), look, shade, room, self.acts)]

    # ------------------------------------------------------------------------------------------------- where it is

    def _place_box(self, parts: Sequence[Part], top: int) -> tuple[int, int, int]:
        """Where the bubble begins, and its width and height."""
        look, px, frame = self.look, self.look.px, self.frame
        inset = 0 if self.bare else look.pad_x
        around = [px(4) if part is self.gallery else inset for part in parts]
        width = max(part.width + 2 * room for part, room in zip(parts, around, strict=True))
        above, below = (0, 0) if self.bare else self._pads(parts)
        height = above + sum(part.height for part in parts) + below
        height += px(4) * sum(part is self.gallery for part in parts[:-1])
        x = frame.width - look.margin - width if self.bubble.mine else frame.left
        self._place_ground(x, top, width, height)
        y = top + above
        for part, room in zip(parts, around, strict=True):
            part.place(self.plan, x + room, y, width - 2 * room)
            y += part.height + (px(4) if part is self.gallery else 0)
        if self.gallery is not None and parts[-1] is self.gallery:
            self._place_time(x + px(4), y - px(4) - self.gallery.height, width - 2 * px(4))
        return x, width, height

    def _pads(self, parts: Sequence[Part]) -> tuple[int, int]:
        pad, close = self.look.pad_y, self.look.px(4)
        return (
            close if parts[0] is self.gallery else pad,
            close if parts[-1] is self.gallery else pad,
        )

    def _place_ground(self, x: int, y: int, width: int, height: int) -> None:
        look, shade, ground = self.look, self.frame.shade, self.look.palette.background
        radii, ops = self._radii(), self.plan.ops
        self.plan.box, self.plan.fill = (x, y, x + width, y + height), shade.fill
        fill = ground if self.bare else shade.fill
        if self.shown.selected:
            accent, thickness = look.palette.accent, look.px(2)
            ops.append(Box(x, y, width, height, radii, fill, ground, accent, thickness))
        elif self.shown.level > 0:
            edge = mix(fill, look.palette.accent, self.shown.level)
            ops.append(Box(x, y, width, height, radii, fill, ground, edge, look.px(2)))
        elif not self.bare:
            ops.append(Box(x, y, width, height, radii, fill, ground))

    def _radii(self) -> Radii:
        """Tight where another message of the same group follows."""
        big, small = self.look.round, self.look.tight
        above = big if self.bubble.first else small
        below = big if self.bubble.last else small
        return (big, above, below, big) if self.bubble.mine else (above, big, big, below)

    def _place_time(self, x: int, y: int, width: int) -> None:
        """On the corner of the picture, where there is no text."""
        assert self.gallery is not None  # noqa: S101 - for the type checker
        meta = Meta(self.bubble, self.look, ON_PICTURE)
        x += (width - self.gallery.width) // 2
        left, top = self.gallery.place_time(self.plan, x, y, meta.width, meta.height)
        meta.place(self.plan, left, top, meta.width)

    def _place_face(self, bottom: int) -> None:
        look, sender = self.look, self.bubble.message.sender
        x, y, side = look.margin, bottom - look.avatar, look.avatar
        y = max(0, y)
        self.plan.ops.append(Face(x, y, side, self.bubble.name, self.actions.face(sender)))
        tip = self.bubble.name if self.bubble.name == sender else f"{self.bubble.name} (@{sender})"
        self.plan.regions.append(Region(x, y, side, side, partial(self.actions.show_person, sender), tip))

    def _place_reactions(self, reactions: Sequence[Reaction], x: int, y: int, width: int) -> int:
        """Chips below the bubble, in as many lines as they take; where the last one ends."""
        look, px = self.look, self.look.px
        side, high, gap = look.theme.beside(16), px(24) + look.theme.more("note"), px(4)
        wides = [side + px(20) + look.width(str(one.count), NOTE_BOLD) for one in reactions]
        room = max(width, min(self.frame.widest, sum(wides) + gap * (len(wides) - 1)))
        if self.bubble.mine:
            x = x + width - min(room, sum(wides) + gap * (len(wides) - 1))
        left = x
        for one, wide in zip(reactions, wides, strict=True):
            if left > x and left + wide > x + room:
                left, y = x, y + high + gap
            self._place_chip(one, left, y, wide, high)
            left += wide + gap
        return y + high + px(2)

    def _place_chip(self, one: Reaction, x: int, y: int, width: int, height: int) -> None:
        look, px, palette = self.look, self.look.px, self.look.palette
        side = look.theme.beside(16)
        fill, border = (palette.accent_soft, palette.accent) if one.mine else (palette.surface, palette.line)
        plan = self.plan
        plan.ops.append(Pill(x, y, width, height, height // 2, fill, border))
        plan.ops.append(Emoji(x + px(7), y + (height - side) // 2, one.emoji, side))
        colour = palette.accent if one.mine and not look.theme.dark else palette.text
        top = y + (height - look.height(NOTE_BOLD)) // 2
        plan.ops.append(Words(x + px(11) + side, top, str(one.count), NOTE_BOLD, colour))
        act = partial(self.actions.toggle_reaction, self.bubble, one.emoji)
        plan.regions.append(Region(x, y, width, height, act, self._who(one)))

    def _who(self, one: Reaction) -> str:
        me, shown = self.actions.me, self.actions.shown
        names = ["You"] * one.mine + [shown(name) for name in one.users if name != me]
        more = one.count - len(names)
        if more > 0:
            return f"{', '.join(names)} and {more} more"
        return " and ".join(filter(None, [", ".join(names[:-1]), names[-1] if names else ""]))

    def _place_failed(self, y: int) -> int:
        """Why it was not sent, and what can be done; where that ends."""
        look, px, palette, bubble = self.look, self.look.px, self.look.palette, self.bubble
        acts = (
            ("Try again", partial(self.actions.retry, bubble)),
            ("Discard", partial(self.actions.discard, bubble)),
        )
        gap, high = px(12), look.height(NOTE) + px(4)
        x = self.frame.width - look.margin
        for text, act in reversed(acts):
            wide = look.width(text, NOTE_BOLD)
            x -= wide
            self.plan.ops.append(Words(x, y + px(2), text, NOTE_BOLD, palette.link))
            self.plan.regions.append(Region(x - gap // 2, y, wide + gap, high, act))
            x -= gap
        problem = bubble.problem or "It was not sent."
        wide = look.fit(problem, NOTE, max(px(40), x - look.margin))
        look.line(self.plan, problem, NOTE, x - wide, y + px(2), max(px(40), x - look.margin), palette.danger)
        return y + high
