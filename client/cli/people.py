"""The commands about people: who there is, how one is shown, whom one does not want to hear. Knows no socket."""

from pathlib import Path
from typing import Literal

import click

from hubbub.client import errors
from hubbub.client.cli.desk import Desk
from hubbub.client.cli.files import file_name_of_picture
from hubbub.client.cli.forms import profile_json, profile_lines, user_json, user_line
from hubbub.client.cli.output import one_line, size_text
from hubbub.client.cli.themes import Theme
from hubbub.client.cli.values import FILE, PLACE
from hubbub.client.client import Client
from hubbub.client.files.parts import save
from hubbub.client.files.sources import checked_target
from hubbub.client.models import Profile, recipient

command = Theme("People")


@command
@click.argument("beginning", default="")
def users(desk: Desk, beginning: str) -> None:
    """Who has an account, and who is there.

    Those whose names begin with BEGINNING; ● is there."""

    async def show(chat: Client) -> None:
        found = await chat.users(beginning)
        for user in found:
            desk.output.show(user_line(user), user_json(user))
        if not found:
            desk.output.nothing("There is no such user.")

    desk.do(show)


@command
@click.argument("whom", metavar="[USER]", required=False)
def profile(desk: Desk, whom: str | None) -> None:
    """What there is to know of a user, or of me."""
    found = desk.do(lambda chat: chat.profile(whom or chat.user))
    _show(desk, found)


def _show(desk: Desk, found: Profile) -> None:
    desk.output.show(profile_lines(found), profile_json(found))


@command
@click.option("--display-name", metavar="NAME", help="At most 64 characters; '' for none.")
@click.option("--colour", metavar="#RRGGBB", help="Quoted: '#3366cc'; '' for none.")
@click.option("--receipts/--no-receipts", default=None, help="Whether others see how far I have read.")
@click.option("--picture", type=FILE, metavar="FILE", help="The square in its middle is shown.")
@click.option("--no-picture", is_flag=True, help="Take the picture away.")
def set_profile(
    desk: Desk,
    display_name: str | None,
    colour: str | None,
    receipts: bool | None,
    picture: Path | None,
    no_picture: bool,
) -> None:
    """How I am shown to others. What is not given stays as it is."""
    if picture is not None and no_picture:
        raise click.UsageError("Give --picture or --no-picture.")
    shown = "" if no_picture else picture
    if display_name is None and colour is None and receipts is None and shown is None:
        raise click.UsageError(
            "Give --display-name, --colour, --receipts/--no-receipts, --picture or --no-picture."
        )

    async def change(chat: Client) -> Profile:
        await chat.set_profile(display_name=display_name, colour=colour, receipts=receipts, picture=shown)
        return await chat.profile(chat.user)

    _show(desk, desk.do(change))


@command
@click.argument("whom", metavar="[USER]", required=False)
@click.argument("path", type=PLACE, default=".")
def picture(desk: Desk, whom: str | None, path: str) -> None:
    """Fetch the picture of a user, or mine.

    PATH is a folder, or the file to write, which is replaced if it is there; else the current folder, where nothing is
    replaced."""
    target = checked_target(path)

    async def fetch(chat: Client) -> None:
        name = recipient(whom or chat.user).name
        if (data := await chat.picture(name)) is None:
            raise errors.NotFound(f"{name} has no picture.")
        placed = save(data, target, file_name_of_picture(name, data))
        sentence = f"{one_line(str(placed), 4096)}  ({size_text(len(data))})"
        desk.output.result(sentence, user=name, size=len(data), path=str(placed))

    desk.do(fetch)


@command
@click.argument("status", type=click.Choice(["online", "away", "busy", "invisible"]))
@click.argument("text", default="")
def set_status(desk: Desk, status: Literal["online", "away", "busy", "invisible"], text: str) -> None:
    """How I am shown while I am there.

    On all devices, until I say otherwise. invisible looks like offline. I am there while `hubbub tail` or a program of mine
    listens."""
    desk.do(lambda chat: chat.set_status(status, text))
    about = f": {one_line(text, 128)}" if text else ""
    desk.output.result(f"While you are there, you are {status}{about}", status=status, text=text)


@command
@click.argument("whom", metavar="USER")
def block(desk: Desk, whom: str) -> None:
    """Take no direct messages of a USER.

    What he says in groups is folded. He is not told."""
    desk.do(lambda chat: chat.block(whom))
    name = recipient(whom).name
    desk.output.result(f"{name} is blocked.", user=name)


@command
@click.argument("whom", metavar="USER")
def unblock(desk: Desk, whom: str) -> None:
    """Take the messages of a USER again."""
    desk.do(lambda chat: chat.unblock(whom))
    name = recipient(whom).name
    desk.output.result(f"{name} is not blocked any more.", user=name)


@command
def blocked(desk: Desk) -> None:
    """Whom I have blocked."""

    async def show(chat: Client) -> None:
        names = await chat.blocked()
        for name in names:
            desk.output.show(one_line(name), {"name": name})
        if not names:
            desk.output.nothing("You have blocked nobody.")

    desk.do(show)
