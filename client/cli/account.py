"""The commands about one's account: registering, logging in and out, password, sessions. Knows no socket."""

import sys
from typing import Any, Literal

import click

from hubbub.client import errors
from hubbub.client.cli.desk import Desk, Mistake, run
from hubbub.client.cli.forms import login_cells, login_json
from hubbub.client.cli.themes import Theme
from hubbub.client.cli.values import SESSION
from hubbub.client.client import Client

command = Theme("Account")


@command
def register(desk: Desk) -> None:
    """Make an account, and log in to it."""
    if desk.token is not None:
        raise Mistake(
            "HUBBUB_TOKEN is of an account that there is: a bot's. Take it away, or give --user NAME."
        )
    password = desk.password(ask=True, twice=True)
    _enter(desk, "Registered and logged in", password=password, register="new")


@command
def login(desk: Desk) -> None:
    """Log in.

    Later commands use this server and user unless told otherwise."""
    _enter(desk, "Logged in", password=desk.password(ask=True))


def _enter(desk: Desk, what: str, **more: Any) -> None:
    async def enter() -> None:
        async with desk.chat(fresh_login=True, **more) as chat:
            desk.profile.choose(desk.where, chat.user)
            desk.output.result(f"{what} at {desk.where} as {chat.user}.", server=desk.where, user=chat.user)

    async def enter_or_say_why() -> None:
        try:
            await enter()
        except errors.NameTaken:
            text = (
                f"There is an account {desk.user} already. Is it yours? hubbub login. Else take another name."
            )
            raise errors.NameTaken(text) from None

    run(desk.output, enter_or_say_why)


@command
def logout(desk: Desk) -> None:
    """End the session that this profile has.

    What was seen stays."""
    desk.do(lambda chat: chat.logout())
    desk.output.result("Logged out.", user=desk.user)


@command
@click.option(
    "--new-password-file", metavar="FILE", help="First line is the new password; - is standard input."
)
def change_password(desk: Desk, new_password_file: str | None) -> None:
    """Have another password.

    The old one comes as every password does, the new one from its file or the terminal. All other sessions end."""
    old = desk.password(ask=True) or ""
    new = desk.new_password(new_password_file)
    desk.do(lambda chat: chat.change_password(old, new), password=old)
    desk.output.result("The password is changed; all other sessions have ended.", user=desk.user)


@command
def sessions(desk: Desk) -> None:
    """My sessions: devices and programs that are logged in."""

    async def show(chat: Client) -> None:
        found = await chat.sessions()
        desk.output.table([(login_cells(session), login_json(session)) for session in found])

    desk.do(show)


@command
@click.argument("session", type=SESSION, metavar="ID")
def revoke(desk: Desk, session: int) -> None:
    """End one of my sessions, by its ID in sessions."""
    desk.do(lambda chat: chat.revoke(session))
    desk.output.result(f"Session {session} has ended.", session=session)


@command
@click.option(
    "--messages",
    type=click.Choice(["keep", "delete"]),
    required=True,
    help='What I said stays, by "deleted user", or is deleted.',
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete_account(desk: Desk, messages: Literal["keep", "delete"], yes: bool) -> None:
    """Delete my account, for ever.

    Its name is never given again."""
    password = desk.password(ask=True) or ""
    if not yes:
        _confirm(desk, messages)
    desk.do(lambda chat: chat.delete_account(password, messages), password=password)
    desk.output.result(f"The account {desk.user} is deleted.", user=desk.user, messages=messages)


def _confirm(desk: Desk, messages: str) -> None:
    kept = "are deleted too" if messages == "delete" else "stay"
    try:
        sure = click.confirm(f"Delete {desk.user} at {desk.where} for ever? Its messages {kept}.", err=True)
    except click.Abort:
        why = (
            "\nNothing"
            if sys.stdin.isatty()
            else "There was nobody to ask, give --yes to do it all the same: nothing"
        )
        raise Mistake(f"{why} was deleted.") from None
    if not sure:
        raise Mistake("Nothing was deleted.")
