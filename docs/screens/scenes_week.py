"""What is missed after a week in other chats: what the desktop is told, files that are dropped, waiting, taking back, two devices."""

import io
import tkinter as tk
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from unittest.mock import patch

from PIL import Image

from docs.screens.desktop_told import DesktopTold
from docs.screens.studio import NARROW, USUAL, Studio
from hubbub.client import Message
from hubbub.client.gui import desk_pasted
from hubbub.client.gui.desk_alerts import DeskAlerts
from hubbub.client.gui.model.alerts import Alert
from hubbub.client.sync import Client

TRIP: Final = "#field-trip"
HALF: Final = (660, 720)
"""Of two windows side by side."""


def told_desktop(studio: Studio) -> None:
    """Title, icon and notification: as they are handed over, since each desktop draws them in its own way."""
    told: list[Alert] = []

    async def keep(_: DeskAlerts, alert: Alert) -> bool:
        told.append(alert)
        return True

    studio.chat.alerts.watched = lambda: False
    with patch.object(DeskAlerts, "show", keep):
        said = studio.world.people["bob"].send(TRIP, "@alice my ropes are too short, can you bring yours? 🧗")
        studio.until(lambda: _is_last(studio, said), "the message")
        studio.world.later(0.1)
        studio.until(lambda: any(alert.conversation == TRIP for alert in told), "a notification")
    alert = next(one for one in told if one.conversation == TRIP)
    count = studio.root.title().split(")")[0].removeprefix("(")
    shown = DesktopTold(studio.root, studio.root.title(), count, alert)
    shown.place(x=0, y=0, relwidth=1, relheight=1)
    tk.Misc.tkraise(shown)
    studio.size(640, 420)
    studio.take()
    shown.destroy()


def _is_last(studio: Studio, message: Message) -> bool:
    row = studio.chat.conversations.get(TRIP)
    return row is not None and row.last_message is not None and row.last_message.seq == message.seq


def dropped_files(studio: Studio) -> None:
    """While they are dragged over the window."""
    studio.open(TRIP)
    studio.to_end()
    studio.main.conversation.drops.enter()
    studio.take()
    studio.main.conversation.drops.leave()


def pasted_picture(studio: Studio) -> None:
    """From the clipboard: it waits above the text."""
    studio.write(TRIP, "This is the way up:")
    picture = io.BytesIO()
    with Image.open(studio.world.folder / "the lake.jpg") as lake:
        lake.resize((480, 300)).save(picture, "PNG")
    folder = studio.chat.desk.media.pasted
    studio.composer.attach([desk_pasted._write(folder, picture.getvalue(), "png", studio.world.now)])
    studio.until(lambda: studio.composer.files, "the picture")
    studio.take()


def taken_back(studio: Studio) -> None:
    """What was given up can be gone on with for some seconds."""
    studio.open("@bob")
    studio.to_end()

    def give_up() -> None:
        studio.messages.timeline.edit(studio.bubble("It did, in 41 minutes"))
        studio.type(" I'll look at it now.")
        studio.composer.cancel()

    studio.take(before=give_up)


def waited_for(studio: Studio) -> None:
    """The server takes its time over what somebody asked for."""
    studio.open(TRIP)
    studio.to_end()
    end = studio.chat.acting.wait()
    studio.until(lambda: studio.main.waiting.text, "the sign")
    studio.take()
    studio.size(*NARROW)
    end()
    end = studio.chat.acting.wait()
    studio.until(lambda: studio.main.waiting.text, "the sign")
    studio.take("narrow")
    end()


def nothing_yet(studio: Studio) -> None:
    """Somebody new: no conversation, nobody else in a group, and no server at the first start."""
    world = studio.world
    profile = world.folder / "ines"
    with Client(
        world.address, user="ines", password="ines likes chat", register=True, profile=profile
    ) as ines:
        ines.leave("#general")
    with _other(studio, profile) as new:
        new.take()
        with Client(world.address, user="ines", password="ines likes chat") as ines:
            ines.create_group("#garden", topic="Tomatoes and their enemies")
        new.until(lambda: new.chat.conversations.get("#garden"), "the group")
        new.open("#garden")
        new.until(lambda: new.chat.room and new.chat.room.members, "members")
        new.take("alone")
    with world.without_server():
        for path in profile.glob("cache*"):
            path.unlink()
        with _other(studio, profile, connected=False) as new:
            new.until(lambda: new.main.banner.winfo_viewable(), "the banner")
            new.until(lambda: new.chat.link.state == "down", "the wait")
            new.take("no-server")
    studio.chat.try_now()
    studio.until(lambda: studio.chat.link.connected, "the link")


def two_devices(studio: Studio) -> None:
    """The same account twice: what is said and read is in both, a draft where it is written."""
    world = studio.world
    profile = world.folder / "laptop"
    world.people["bob"].send(TRIP, "Bread is bought, cheese too.")
    with Client(world.address, user="alice", password="alice likes chat", profile=profile, device="laptop"):
        pass
    with _other(studio, profile) as other:
        for one, left in ((studio, 0), (other, HALF[0] + 40)):
            one.size(*HALF, left=left)
            one.open(TRIP)
            one.to_end()
        studio.type("I have two ropes of 60 m.")
        studio.composer.send()
        other.until(lambda: any("60 m" in row.message.text for row in other.bubbles()), "what was said")
        other.until(lambda: any("Bread is bought" in row.message.text for row in other.bubbles()), "bread")
        other.messages.timeline.react(other.bubble("Bread is bought"), "👍")
        studio.until(lambda: studio.bubble("Bread is bought").message.reactions, "the emoji")
        other.to_end()
        studio.to_end()
        other.type("And somebody has to")
        studio.take(beside=other)
        other.composer.write("")
    studio.root.geometry("+0+0")


@contextmanager
def _other(studio: Studio, profile: Path, *, connected: bool = True) -> Iterator[Studio]:
    """Another window on the same screen."""
    with closing(
        Studio(studio.world, studio.folder, studio.theme.scale, profile, connected=connected)
    ) as other:
        other.scene = studio.scene
        other.size(*USUAL)
        yield other
    studio.root.focus_force()


SCENES: Final[tuple[Callable[[Studio], None], ...]] = (
    dropped_files, pasted_picture, taken_back, waited_for, told_desktop, two_devices, nothing_yet,
)  # fmt: skip
TWICE: Final = ()
LAST: Final = (nothing_yet,)
"""The server goes in it; nobody is there for a while then."""
