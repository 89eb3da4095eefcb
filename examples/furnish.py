"""A little conversation on a server: three people, a group, a picture, a file. `python furnish.py ADDRESS FOLDER` leaves a profile
in FOLDER for each of them, logged in; demo.py shows it in windows."""

import asyncio
import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

from hubbub.client import Client, Message

PEOPLE = {
    "alice": ("Alice Moreau", "#7c5cff"),
    "bob": ("Bob Tanaka", "#1f9d6b"),
    "carol": ("Carol Nwosu", "#d9488b"),
}
MORE = ("dmitri", "elena", "farid")
CODE = "Found it. The loop never yielded:\n```python\nwhile not queue.empty():\n    await asyncio.sleep(0)\n    handle(queue.get_nowait())\n```"


def password(name: str) -> str:
    """Of everybody here; nobody else will ever see this server."""
    return f"{name} likes chat"


def landscape() -> bytes:
    """A picture, drawn here: sun and hills. At twice its size, for edges that are smooth."""
    image = Image.new("RGB", (1920, 1200))
    draw = ImageDraw.Draw(image)
    for y in range(1200):
        draw.line((0, y, 1920, y), fill=(250 - y // 12, 176 - y // 18, 120 + y // 12))
    draw.ellipse((1240, 260, 1520, 540), fill=(255, 236, 196))
    for shade, top in ((70, 660), (52, 800), (34, 940)):
        points = [(x, top + int(92 * ((x / 300 + shade) % 2 - 1) ** 2)) for x in range(-10, 1940, 10)]
        draw.polygon([(-10, 1200), *points, (1930, 1200)], fill=(shade, shade + 18, shade + 44))
    out = io.BytesIO()
    image.resize((960, 600), Image.Resampling.LANCZOS).save(out, "JPEG", quality=92)
    return out.getvalue()


def face(colour: str) -> Image.Image:
    """A picture of a person, as simple as can be."""
    image = Image.new("RGB", (512, 512), colour)
    draw = ImageDraw.Draw(image)
    draw.ellipse((168, 104, 344, 280), fill="#fff4e6")
    draw.ellipse((80, 316, 432, 680), fill="#fff4e6")
    return image.resize((256, 256), Image.Resampling.LANCZOS)


async def furnish(server: str, folder: Path, later: Callable[[float], object] = lambda minutes: None) -> None:
    """Everybody registers and talks. `later` is told of the minutes that pass between messages, for a server whose clock
    can be moved."""
    for name in MORE:
        async with Client(server, user=name, password=password(name), register=True):
            pass
    async with (
        Client(
            server,
            user="alice",
            password=password("alice"),
            register=True,
            profile=folder / "alice",
            device="window",
        ) as alice,
        Client(server, user="bob", password=password("bob"), register=True, profile=folder / "bob") as bob,
        Client(
            server, user="carol", password=password("carol"), register=True, profile=folder / "carol"
        ) as carol,
    ):
        people = {"alice": alice, "bob": bob, "carol": carol}
        for name, (shown, colour) in PEOPLE.items():
            picture = folder / f"{name}.png"
            face(colour).save(picture)
            await people[name].set_profile(
                display_name=shown, colour=colour, picture=picture if name != "carol" else None
            )
        await _talk(people, folder, later)


async def _talk(people: dict[str, Client], folder: Path, later: Callable[[float], object]) -> None:
    alice, bob, carol = people["alice"], people["bob"], people["carol"]

    async def say(who: Client, to: str, text: str, minutes: float = 1, **more: object) -> Message:
        later(minutes)
        sent = await who.send(to, text, **more)  # type: ignore[arg-type]  # whatever send takes
        await who.mark_read(to, sent.seq)  # who answers has read
        return sent

    await alice.create_group("#reading-room", ["bob", "elena"], topic="One paper a week")
    await say(bob, "#reading-room", "I read it twice and I still don't believe figure 3.", 30)
    await alice.create_group("#field-trip", ["bob", "carol", "dmitri"], topic="Saturday, 9:00, by the lake")
    await say(
        carol,
        "#general",
        "Welcome, everybody! This is ours now: no account anywhere else, nothing leaves the building.",
        60 * 24,
    )
    first = await say(alice, "#field-trip", "Who brings what on Saturday?", 60 * 3)
    await say(bob, "#field-trip", "Bread, cheese, and the big thermos ☕", 4, reply_to=first)
    await say(carol, "#field-trip", "I have the map and the first-aid kit. @alice can you drive?", 2)
    trip = await say(alice, "#field-trip", "Yes, five seats. The weather looks fine 🌤️", 1)
    await bob.react(trip, "👍")
    await carol.react(trip, "👍")
    await carol.react(trip, "🎉")
    (folder / "the lake.jpg").write_bytes(landscape())
    view = await say(
        carol, "#field-trip", "Last year, from the hut", 6, attachments=[folder / "the lake.jpg"]
    )
    await alice.react(view, "😍")
    await alice.pin(first)
    await say(bob, "alice", "Morning! Did the nightly run finish?", 60 * 22)
    await say(alice, "bob", "It did, in 41 minutes. One test failed, the one about the clock.", 2)
    await say(bob, "alice", CODE, 3)
    thanks = await say(alice, "bob", "Ha, of course 🙈", 1)
    await bob.react(thanks, "😄")
    report = folder / "nightly-report.csv"
    report.write_text(
        "test,seconds\n" + "".join(f"case {number},{number % 7}.{number % 10}\n" for number in range(400))
    )
    await say(alice, "bob", "The whole report, if you want to look", 1, attachments=[report])
    wrong = await say(bob, "alice", "Thanks! I'll push the fix before lunhc.", 2)
    await bob.edit(wrong, "Thanks! I'll push the fix before lunch.")
    await say(bob, "alice", "Details are at https://docs.python.org/3/library/asyncio-queue.html", 0.2)
    await say(carol, "alice", "Are you coming to the seminar?", 5)
    await say(carol, "alice", "Room 204, I keep you a seat.", 0.3)


if __name__ == "__main__":
    asyncio.run(furnish(sys.argv[1], Path(sys.argv[2])))
