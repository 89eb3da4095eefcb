"""What is written, looked for, and waits for a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from docs.screens.studio import NARROW, Studio, all_of
from hubbub.client import events
from hubbub.client.gui.kit.emoji_grid import CELL, EmojiGrid
from hubbub.client.gui.model.rows import bubble_key

LINES = "\n".join(
    (
        "The list so far:",
        *("- tent, two ropes", "- stove and gas", "- map, compass", "- bread, cheese, apples", "- thermos"),
        *("- first-aid kit", "- rain jackets", "- a good book"),
        "Anything else?",
    )
)


def writing_lines(studio: Studio) -> None:
    """The text grows to eight lines."""
    studio.write("#field-trip", LINES)
    studio.take()


def writing_reply(studio: Studio) -> None:
    studio.open("#field-trip")
    studio.to_end()
    studio.messages.timeline.reply(studio.bubble("the big thermos"))
    studio.type("Then I bring the cups!")
    studio.take()


def writing_edit(studio: Studio) -> None:
    studio.open("@bob")
    studio.to_end()
    studio.messages.timeline.edit(studio.bubble("It did, in 41 minutes"))
    studio.take()


def writing_files(studio: Studio) -> None:
    studio.write("#field-trip", "The way up, and what to pack:")
    studio.composer.attach([studio.world.folder / "the lake.jpg", *_files(studio.world.folder)])
    studio.until(lambda: len(studio.composer.files) == 3, "files")
    studio.take()


def writing_names(studio: Studio) -> None:
    """Who may be meant."""
    studio.open("#field-trip")

    def mean() -> None:
        studio.composer.write("")
        studio.composer.changed.emit()
        studio.type("Good idea, @")

    studio.take(before=mean)


def writing_emoji(studio: Studio) -> None:
    studio.open("#field-trip")
    for emoji in ("🎉", "👍", "☕", "🙈", "🌤️", "😄"):
        studio.window.settings.use_emoji(emoji)
    studio.take(before=lambda: studio.click(studio.find("emoji")))


def writing_blocked(studio: Studio) -> None:
    studio.open("@gustav")
    studio.take()


def writing_tones(studio: Studio) -> None:
    """The skin tones of an emoji that is held."""
    studio.open("#field-trip")
    for emoji in ("🎉", "☕", "👍", "🙈", "😄"):
        studio.window.settings.use_emoji(emoji)

    def hold() -> None:
        studio.click(studio.find("emoji"))
        grid = next(one for one in all_of(studio.root) if isinstance(one, EmojiGrid))
        x, y = round(2.5 * CELL), round(1.5 * CELL)  # the third of the first row
        grid.event_generate(
            "<Button-3>", x=x, y=y, rootx=grid.winfo_rootx() + x, rooty=grid.winfo_rooty() + y
        )

    studio.take(before=hold)


def writing_right_to_left(studio: Studio) -> None:
    """In the field, and in a line of the search."""
    studio.write("@farid", "حسناً، نلتقي أمام القاعة 204 في العاشرة إلا ربعاً.\nBring the table, please!")
    studio.main.conversation.open_search()
    studio.search("التقرير")
    studio.take()
    studio.main.conversation.close_search()


def search_here(studio: Studio) -> None:
    studio.open("#reading-room")
    studio.main.conversation.open_search()
    studio.search("clocks")
    studio.take()


def search_everywhere(studio: Studio) -> None:
    studio.open("#field-trip")
    studio.chat.search.set_everywhere(True)
    studio.main.conversation.open_search()
    studio.search("the")
    studio.take()


def search_nothing(studio: Studio) -> None:
    studio.open("#reading-room")
    studio.main.conversation.open_search()
    studio.search("zebra")
    studio.take()


def search_narrow(studio: Studio) -> None:
    studio.size(*NARROW)
    studio.open("#reading-room")
    studio.main.conversation.open_search()
    studio.search("clocks")
    studio.take()


def without_server(studio: Studio) -> None:
    """What was seen can be read; what is written waits, and one can't be sent."""
    studio.open("#field-trip")
    studio.to_end()
    with gone(studio):
        for text in ("I take the train at 8:10, then.", "Who else?"):
            studio.write("#field-trip", text)
            studio.composer.send()
            studio.until(partial(_waits, studio, text))
        second = studio.unsent()[-1]
        failed = events.SendFailed(
            key=second.key, conversation=second.conversation, problem="You are not in this group any more."
        )
        studio.chat.outgoing.on_failed(failed)
        studio.take(before=lambda: _down(studio))
        for one in studio.unsent():
            studio.chat.outgoing.discard(one.key)
        studio.until(lambda: not studio.unsent())


def without_server_files(studio: Studio) -> None:
    """Files on their way, one far, one at its beginning."""
    studio.open("#field-trip")
    with gone(studio):
        studio.composer.attach(_files(studio.world.folder))
        studio.until(lambda: len(studio.composer.files) == 2)
        studio.composer.send()
        studio.until(studio.unsent)
        (one,) = studio.unsent()
        row = bubble_key(studio.chat.me, one.key)
        studio.chat.media.uploading(row, 0, 31_000, 48_000)
        studio.chat.media.uploading(row, 1, 900, 9_000)
        studio.to_end()
        studio.take(before=lambda: _down(studio))
        studio.chat.outgoing.discard(one.key)
        studio.until(lambda: not studio.unsent())


def without_server_narrow(studio: Studio) -> None:
    studio.size(*NARROW)
    studio.open("#field-trip")
    with gone(studio):
        studio.take(before=lambda: _down(studio))


def without_server_search(studio: Studio) -> None:
    studio.open("#reading-room")
    with gone(studio):
        studio.main.conversation.open_search()
        studio.search("clocks")
        studio.take(before=lambda: _down(studio))


def _waits(studio: Studio, text: str) -> bool:
    return text in [one.text for one in studio.unsent()]


def _down(studio: Studio) -> None:
    """It is gone for longer than a moment, and the next try is waited for."""
    link = studio.chat.link
    studio.until(lambda: link.away and link.state == "down", "the wait")


@contextmanager
def gone(studio: Studio) -> Iterator[None]:
    """There is no server meanwhile, and the window has seen that."""
    with studio.world.without_server():
        _down(studio)
        studio.until(lambda: studio.main.banner.winfo_viewable(), "the banner")
        yield
    studio.chat.try_now()
    studio.until(lambda: studio.chat.link.connected, "the link")


def _files(folder: Path) -> list[Path]:
    made = []
    for name, size in (("packing list.pdf", 48_000), ("route.gpx", 9_000)):
        made.append(folder / name)
        made[-1].write_bytes(bytes(size))
    return made


SCENES = (
    writing_lines, writing_reply, writing_edit, writing_files, writing_names, writing_emoji, writing_blocked,
    search_here, search_everywhere, search_nothing, search_narrow,
    without_server, without_server_files, without_server_narrow, without_server_search, writing_tones, writing_right_to_left,
)  # fmt: skip
TWICE = (writing_reply,)
LAST = (without_server, without_server_files, without_server_narrow, without_server_search)
"""The server goes in these; nobody is there for a while then."""
