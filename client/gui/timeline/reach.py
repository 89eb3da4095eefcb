"""What can be clicked in a bubble, as items of a menu: for hands that are at the keyboard."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from hubbub.client import Attachment
from hubbub.client.gui.kit.menus import MenuItem
from hubbub.client.gui.model import markup
from hubbub.client.gui.model.media import is_picture
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.timeline.actions import Actions
from hubbub.client.gui.timeline.files import middle_cut

MOST: Final = 5
"""Items of this kind in a menu; a message with more is reached with the pointer."""
_LONG: Final = 36
"""Characters of a name or an address in a menu."""


def reach(bubble: Bubble, actions: Actions) -> list[MenuItem | None]:
    """With a line behind them, where there are any."""
    message = bubble.message
    if bubble.folded:
        return [MenuItem("Show message", "eye", partial(actions.unfold, bubble)), None]
    found = [*_files(bubble, actions), *_links(bubble, actions)][:MOST]
    if message.reply_to and bubble.quote:
        found.append(MenuItem("Go to what it answers", "arrow-up", partial(actions.jump, message.reply_to)))
    return [*found, None] if found else []


def _files(bubble: Bubble, actions: Actions) -> Iterator[MenuItem]:
    for one in bubble.message.attachments:
        if one.sha256 and is_picture(one):
            yield MenuItem(f"View {_short(one.name)}", "image", partial(actions.open_attachment, one))
        elif one.sha256:
            yield _file(bubble, one, actions)


def _file(bubble: Bubble, one: Attachment, actions: Actions) -> MenuItem:
    media, name = actions.media, _short(one.name)
    transfer = media.file(bubble.key, one)
    if transfer.path is not None:
        return MenuItem(f"Open {name}", "box-arrow-up-right", partial(media.open, transfer.path))
    if transfer.state in ("waiting", "moving"):
        return MenuItem(f"Stop fetching {name}", "x-lg", partial(media.cancel, bubble.key, one))
    return MenuItem(f"Download {name}", "download", partial(media.download, bubble.key, one))


def _links(bubble: Bubble, actions: Actions) -> Iterator[MenuItem]:
    spans = markup.spans(bubble.message.text)
    for target in dict.fromkeys(span.target for span in spans if span.kind == "link"):
        yield MenuItem(f"Open {_short(target)}", "link-45deg", partial(actions.open_link, target))


def _short(text: str) -> str:
    return middle_cut(text, lambda cut: len(cut) <= _LONG)
