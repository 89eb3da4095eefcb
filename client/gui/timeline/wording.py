"""A message as one line of a page: which words stand where, how they look, and what a click on them does. No Tk here."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from hubbub.client import Attachment, Reaction
from hubbub.client.gui.kit.emoji import Emoji, pieces
from hubbub.client.gui.model import markup
from hubbub.client.gui.model.markup import Span
from hubbub.client.gui.model.media import Transfer, is_picture
from hubbub.client.gui.model.rows import Bubble, DayLine, Row, UnreadLine
from hubbub.client.gui.timeline.actions import Actions
from hubbub.client.gui.timeline.files import size_text
from hubbub.client.gui.timeline.lines import Edge

QUOTED: Final = 80
"""Characters of a message that is answered."""
_BEFORE, _BEHIND = ("earlier", "later")
_STATES: Final = {
    "pending": "clock",
    "sending": "clock",
    "sent": "check2",
    "read": "check2-all",
    "failed": "exclamation-circle",
}


class Icon(NamedTuple):
    """A small sign."""

    name: str
    colour: str


class Thumb(NamedTuple):
    """A picture of the message, small."""

    attachment: Attachment
    missing: str
    """Why it is not to be had."""


class Words(NamedTuple):
    """A piece of a line, or what stands for a picture in it where that is copied."""

    text: str
    styles: tuple[str, ...] = ()
    act: Callable[[], object] | None = None
    picture: Emoji | Icon | Thumb | None = None
    silent: bool = False
    """Not copied."""


def wording(row: Row, actions: Actions, retry: Callable[[], object]) -> Iterator[Words]:
    """All of a row, without the end of its last line. retry: read what could not be read."""
    if isinstance(row, Bubble):
        yield from _message(row, actions)
    elif isinstance(row, DayLine):
        yield Words(row.text, ("day",))
    elif isinstance(row, UnreadLine):
        yield Words("Unread messages", ("unread",), silent=True)
    elif isinstance(row, Edge):
        yield _edge(row, retry)


def _edge(row: Edge, retry: Callable[[], object]) -> Words:
    if row.state == "failed":
        return Words("Could not be read. Click to try again.", ("edge", "danger"), retry, silent=True)
    which = "earlier" if row.key == "earlier" else "later"
    return Words(f"Reading {which} messages" if row.state else " ", ("edge",), silent=True)


def _message(bubble: Bubble, actions: Actions) -> Iterator[Words]:
    message = bubble.message
    yield Words(bubble.time, ("time",))
    yield Words("\t", ("time",))
    if bubble.folded:
        yield Words("Blocked message  ", ("quiet",))
        yield Words("Show", ("link",), partial(actions.unfold, bubble), silent=True)
        return
    name = bubble.name or actions.shown(message.sender)
    style = "mine" if bubble.mine else f"name {name}"
    yield from _plain(name, ("name", style), partial(actions.show_person, message.sender))
    yield Words(": ", ("name", style))
    if message.deleted_at is not None:
        yield Words(_deleted(bubble, actions), ("quiet", "slanted"))
        return
    yield from _before(bubble, actions)
    yield from _text(bubble, actions)
    yield from _files(bubble, actions, begun=bool(message.text))
    yield from _tail(bubble, actions)


def _deleted(bubble: Bubble, actions: Actions) -> str:
    by = bubble.message.deleted_by
    return f"Deleted by {actions.shown(by)}" if by and by != bubble.message.sender else "Message deleted"


def _before(bubble: Bubble, actions: Actions) -> Iterator[Words]:
    """Who said it first, and what it answers."""
    if bubble.forwarded:
        yield from _plain(f"Forwarded from {bubble.forwarded}: ", ("quiet",))
    if quote := bubble.quote:
        text = quote.text if len(quote.text) <= QUOTED else quote.text[:QUOTED].rstrip() + "…"
        said = f"↪ {quote.name}: {text}" if quote.name else f"↪ {text or '…'}"
        yield from _plain(said, ("quiet", "quote"), partial(actions.jump, quote.seq))
        yield Words("\n")


def _text(bubble: Bubble, actions: Actions) -> Iterator[Words]:
    """A block of code stands in lines of its own."""
    message, broken = bubble.message, bubble.quote is not None
    for span in markup.spans(message.text, message.mentions, actions.me, message.everyone):
        if span.kind == "block":
            if not broken:
                yield Words("\n")
            yield Words(f"{span.shown}\n", ("block",))
            broken = True
        else:
            shown = span.shown.removeprefix("\n") if broken else span.shown
            yield from _span(span, shown, actions)
            broken = shown.endswith("\n") or (broken and not shown)


def _span(span: Span, shown: str, actions: Actions) -> Iterator[Words]:
    act: Callable[[], object] | None = None
    styles = {"code": ("code",), "link": ("link",), "mention": ("strong",), "me": ("me",)}.get(span.kind, ())
    if span.kind == "link":
        act = partial(actions.open_link, span.target)
    elif span.kind in ("mention", "me") and span.target:
        act = partial(actions.show_person, span.target)
    yield from _plain(shown, (*styles, "strong") if span.bold else styles, act)


def _plain(
    text: str, styles: tuple[str, ...] = (), act: Callable[[], object] | None = None
) -> Iterator[Words]:
    """With its emoji as pictures: those that Tk draws spoil the line on X11."""
    for piece in pieces(text):
        if isinstance(piece, Emoji):
            yield Words(piece.sequence, styles, act, piece)
        else:
            yield Words(piece, styles, act)


def _files(bubble: Bubble, actions: Actions, *, begun: bool) -> Iterator[Words]:
    """Pictures side by side in a line, and each other file in one of its own."""
    attachments = bubble.message.attachments
    seen = [one for one in attachments if one.sha256 and is_picture(one)]
    if seen and begun:
        yield Words("\n")
    for one in seen:
        yield Words(
            f"[{one.name}]", (), partial(actions.open_attachment, one), Thumb(one, actions.media.missing(one))
        )
        yield Words(" ")
    begun = begun or bool(seen)
    for one in attachments:
        if one in seen:
            continue
        if begun:
            yield Words("\n")
        begun = True
        yield from _file(bubble.key, one, actions)


def _file(row: str, one: Attachment, actions: Actions) -> Iterator[Words]:
    media = actions.media
    transfer = media.file(row, one)
    yield Words("", (), None, Icon("paperclip", "muted"), silent=True)
    yield Words(" ", silent=True)
    act, more = _acts(row, one, transfer, actions)
    yield Words(one.name, ("link",) if act else (), act)
    if said := _said(one, transfer):
        yield Words(f"  {said}", ("danger" if transfer.state == "failed" else "quiet",), silent=True)
    if more is not None:
        yield Words("  ", silent=True)
        yield Words(more[0], ("link",), more[1], silent=True)


def _acts(
    row: str, one: Attachment, transfer: Transfer, actions: Actions
) -> tuple[Callable[[], object] | None, tuple[str, Callable[[], object]] | None]:
    """What a click on the name does, and what else can be done."""
    media = actions.media
    if not one.sha256 or transfer.up:  # of a message that the server does not have
        return None, None
    if transfer.state in ("waiting", "moving"):
        return None, ("Stop", partial(media.cancel, row, one))
    if transfer.path is not None:
        return partial(media.open, transfer.path), (
            "Show in folder",
            partial(media.show_in_folder, transfer.path),
        )
    fetch = partial(media.download, row, one)
    return fetch, ("Try again" if transfer.state == "failed" else "Download", fetch)


def _said(one: Attachment, transfer: Transfer) -> str:
    if transfer.state == "moving":
        way = "sent" if transfer.up else "fetched"
        return f"{size_text(transfer.done)} of {size_text(transfer.size)} {way}"
    if transfer.state == "waiting":
        return "Beginning"
    if transfer.state == "failed":
        return transfer.problem
    size = size_text(one.size) if one.size or one.sha256 else ""
    return f"{size}, downloaded" if transfer.state == "here" else size


def _tail(bubble: Bubble, actions: Actions) -> Iterator[Words]:
    """What others made of it, and what became of it."""
    message = bubble.message
    for one in message.reactions:
        yield from _reaction(bubble, one, actions)
    if message.edited_at is not None:
        yield Words("  edited", ("small",), silent=True)
    if message.pinned:
        yield Words("  ", silent=True)
        yield Words("", (), None, Icon("pin-angle-fill", "muted"), silent=True)
    if bubble.state:
        colour = {"read": "accent", "failed": "danger"}.get(bubble.state, "faint")
        yield Words("  ", silent=True)
        yield Words("", (), None, Icon(_STATES[bubble.state], colour), silent=True)
    if bubble.state == "failed":
        yield Words(f" {bubble.problem or 'It was not sent.'}  ", ("danger",), silent=True)
        yield Words("Try again", ("link",), partial(actions.retry, bubble), silent=True)
        yield Words("  ", silent=True)
        yield Words("Discard", ("link",), partial(actions.discard, bubble), silent=True)


def _reaction(bubble: Bubble, one: Reaction, actions: Actions) -> Iterator[Words]:
    act = partial(actions.toggle_reaction, bubble, one.emoji)
    yield Words("  ", silent=True)
    (emoji, *_) = pieces(one.emoji)
    yield Words(one.emoji, (), act, emoji if isinstance(emoji, Emoji) else None, silent=True)
    yield Words(f"\u2009{one.count}", ("small", "mine") if one.mine else ("small",), act, silent=True)
