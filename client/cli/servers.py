"""The commands about servers: finding one nearby, forgetting one. Knows no socket."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from hubbub.client import errors, forgetting
from hubbub.client.cli.desk import Desk, Mistake, run
from hubbub.client.cli.themes import Theme
from hubbub.client.nearby import Nearby
from hubbub.client.profile import KnownServer, Profile, RememberedAccount
from hubbub.schemas.hello import BadAddress, key_text, parse_address
from hubbub.schemas.names import folded

command = Theme("Servers")


@command
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 600),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to listen.",
)
def discover(desk: Desk, timeout: float) -> None:
    """Servers that announce themselves on this network.

    Whoever is on it can announce anything: the words are those that the real server shows. Nothing is connected to."""

    from hubbub.client.discovery import discover as listen  # it would make every command start 0.05 s later

    async def heard() -> list[Nearby]:
        found: dict[bytes, Nearby] = {}
        async for server in listen(timeout):
            if server.gone:
                found.pop(server.key, None)
            else:
                found[server.key] = server
        return sorted(found.values(), key=lambda server: (server.name.casefold(), server.address))

    servers = run(desk.output, heard)
    known = {server.key for server in desk.profile.known_servers()}
    desk.output.table([(_cells(one, one.key in known), _fields(one, one.key in known)) for one in servers])
    if not servers:
        desk.output.nothing(
            f"No server was heard within {timeout:g} s. Networks often keep these announcements from passing:\n"
            "ask for the address, and type  hubbub login --server ADDRESS --user NAME"
        )


def _cells(server: Nearby, known: bool) -> tuple[str, ...]:
    return server.name, server.address, "known" if known else "new", server.words


def _fields(server: Nearby, known: bool) -> dict[str, Any]:
    return {
        "name": server.name,
        "address": server.address,
        "addresses": list(server.addresses),
        "publish_port": server.publish_port,
        "key": key_text(server.key),
        "words": server.words,
        "version": server.version,
        "known": known,
    }


@command
@click.argument("where")
@click.option("--account", metavar="NAME", help="Only this account, and not the server's key.")
@click.option("--yes", is_flag=True, help="Do not ask, even where messages wait to be sent.")
def forget(desk: Desk, where: str, account: str | None, yes: bool) -> None:
    """Forget a server, and what was kept of it.

    By its ADDRESS, key or name: the key, the accounts and sessions there, messages, what waits to be sent. The sessions end at the
    server too where it answers. The next contact is a first one again."""
    keys = [server.key for server in _known(desk.profile, where)]
    if not keys:
        raise errors.NotFound(f"No server is known as {where}.")
    user = account or ""
    if account is not None and not any(_is(one, keys, user) for one in desk.profile.accounts()):
        raise errors.NotFound(f"No account {account} of {where} is known here.")
    if not yes:
        _ask(sum(forgetting.waiting(desk.profile, key, user) for key in keys))
    for key in keys:
        run(desk.output, partial(forgetting.say_goodbye, desk.profile, key, user))
        forgetting.forget(desk.profile, key, user, also=partial(_clear, desk.folder, key, user))
    gone = [account] if account else [key_text(key) for key in keys]
    desk.output.result(f"Forgotten: {', '.join(gone)}", forgotten=gone)


def _clear(folder: Path, key: bytes, user: str, forgotten: forgetting.Forgotten) -> None:
    """What windows kept."""
    from hubbub.client.gui import settings
    from hubbub.client.gui.desk import MEDIA
    from hubbub.client.gui.desk_media import clear

    clear(folder / MEDIA, forgotten)
    settings.forget(folder, settings.account_name(key, user))


def _known(profile: Profile, where: str) -> list[KnownServer]:
    try:
        place = str(parse_address(where)._replace(key=None))
    except BadAddress:
        place = where
    servers = profile.known_servers()
    found = [one for one in servers if place in one.addresses or where == key_text(one.key)]
    named = [one for one in servers if where == one.name]
    if not found and len(named) > 1:  # a server calls itself as it likes
        keys = "\n".join(f"  {key_text(one.key)}" for one in named)
        raise Mistake(f"{len(named)} servers call themselves {where}. Give the key of one:\n{keys}")
    return found or named


def _is(one: RememberedAccount, keys: list[bytes], account: str) -> bool:
    return one.server.key in keys and folded(one.user) == folded(account)


def _ask(waiting: int) -> None:
    if not waiting:
        return
    lost = (
        "1 message that was not sent is lost."
        if waiting == 1
        else f"{waiting} messages that were not sent are lost."
    )
    try:
        sure = click.confirm(f"{lost} Forget all the same?", err=True)
    except click.Abort:
        raise Mistake(f"\n{lost} Give --yes to forget all the same.") from None
    if not sure:
        raise Mistake("Nothing was forgotten.")
