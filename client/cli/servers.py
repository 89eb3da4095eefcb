"""The commands about servers: finding one nearby, forgetting one. Knows no socket."""

from typing import Any

import click

from hubbub.client import errors
from hubbub.client.cli.desk import Desk, run
from hubbub.client.cli.themes import Theme
from hubbub.client.nearby import Nearby
from hubbub.schemas.hello import BadAddress, key_text, parse_address

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
def forget(desk: Desk, where: str) -> None:
    """Forget the key and the sessions of a server.

    By its ADDRESS or key. The next contact is a first one again."""
    try:
        known = str(parse_address(where)._replace(key=None))
    except BadAddress:
        known = where
    gone = desk.profile.forget(known) or desk.profile.forget(where)
    if not gone:
        raise errors.NotFound(f"No server is known as {where}.")
    desk.output.result(f"Forgotten: {', '.join(gone)}", forgotten=gone)
