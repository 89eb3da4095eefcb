"""The commands for webhooks: URLs through which other tools post by HTTP. Knows no socket."""

import asyncio
from typing import Any, Final
from urllib.parse import urlsplit

import click

from hubbub.client.calling import one_line as checked_line
from hubbub.client.cli.desk import Desk, Mistake, run
from hubbub.client.cli.output import harmless, instant, one_line
from hubbub.client.cli.themes import Theme
from hubbub.client.client import Client
from hubbub.client.errors import BadRequest
from hubbub.client.models import recipient
from hubbub.client.signals import set_by_signals
from hubbub.client.webhooks import PATH, Webhooks
from hubbub.client.webhooks.http import HttpServer
from hubbub.client.webhooks.store import Webhook, WebhookStore
from hubbub.schemas.hello import key_text

command = Theme("Webhooks (other tools post by HTTP)")

PORT: Final = 2080
GRACE_S: Final = 10.0
"""How long posts under way may take when the server of webhooks is stopped."""
NAME_MAX: Final = 64
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@command
@click.argument("to")
@click.option("--name", default="", metavar="NAME", help="What it is called in the list.")
@click.option("--any-channel", is_flag=True, help="What is posted may name another conversation of mine.")
@click.option("--everyone", is_flag=True, help="What is posted may call @all.")
@click.option(
    "--base",
    default=f"http://127.0.0.1:{PORT}",
    show_default=True,
    metavar="URL",
    help="Where serve-webhooks is reached.",
)
def add_webhook(desk: Desk, to: str, name: str, any_channel: bool, everyone: bool, base: str) -> None:
    """Make a URL that posts into a conversation.

    The URL is shown this once: whoever has it can post. It takes what the incoming webhooks of Slack and Mattermost take."""
    if urlsplit(base).scheme not in ("http", "https") or not urlsplit(base).netloc:
        raise click.BadParameter("it is http://HOST:PORT or https://HOST.", param_hint="--base")
    store = WebhookStore(desk.profile)
    called = checked_line(name, "name", NAME_MAX)

    async def add(chat: Client) -> tuple[Webhook, str]:
        await anext(chat.history(to, limit=1), None)  # raises NotFound where there is no such user or group
        if chat.server is None:
            raise BadRequest("The server did not say hello.")
        return store.add(
            str(recipient(to)),
            server=key_text(chat.server.key),
            user=chat.user,
            name=called,
            any_channel=any_channel,
            everyone=everyone,
        )

    made, secret = desk.do(add)
    url = f"{base.rstrip('/')}{PATH}{secret}"
    desk.output.show(url, _json(made) | {"url": url})
    desk.output.nothing(
        f"Webhook {made.name} posts to {made.conversation} while `hubbub serve-webhooks` runs. "
        "This URL is shown this once, and is as good as a password."
    )


@command
def webhooks(desk: Desk) -> None:
    """The webhooks of this profile."""
    found = WebhookStore(desk.profile).all()
    desk.output.table([(_cells(webhook), _json(webhook)) for webhook in found])
    if not found:
        desk.output.nothing("There is no webhook: hubbub add-webhook '#team'.")


@command
@click.argument("name")
def remove_webhook(desk: Desk, name: str) -> None:
    """End a webhook: its URL opens nothing any more."""
    gone = WebhookStore(desk.profile).remove(name)
    desk.output.result(f"Webhook {gone.name} is removed.", name=gone.name)


@command
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free."
)
def serve_webhooks(desk: Desk, host: str, port: int) -> None:
    """Take what is posted to my webhooks.

    Until Ctrl-C or SIGTERM. It is HTTP without TLS, on this machine only: for others, put a reverse proxy with TLS before it. 200 is answered once the
    message is stored, 503 while the server is away."""

    async def serve() -> None:
        async with desk.chat(give_up=False) as chat:
            hooks = Webhooks(chat, WebhookStore(desk.profile), lambda line: desk.output.note(harmless(line)))
            server = HttpServer(hooks.admit)
            stop = asyncio.Event()
            hooks.stopped.add_done_callback(lambda _: stop.set())
            with set_by_signals(stop):
                try:
                    taken = await server.start(host, port)
                except OSError as error:
                    raise Mistake(f"{host} port {port} cannot be listened on: {error.strerror}.") from None
                _say_where(desk, chat, host, taken)
                await stop.wait()
                await server.close(GRACE_S)
            if hooks.stopped.done():
                raise hooks.stopped.result()

    run(desk.output, serve, interrupted=0)


def _say_where(desk: Desk, chat: Client, host: str, port: int) -> None:
    where = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    desk.output.result(
        f"Webhooks of {chat.user} are taken at {where}{PATH}…", listening=where, user=chat.user
    )
    if host not in _LOOPBACK:
        desk.output.note("This is HTTP without TLS: whoever sees the traffic sees the URLs, and can post.")


def _json(webhook: Webhook) -> dict[str, Any]:
    return {
        "name": webhook.name,
        "conversation": webhook.conversation,
        "user": webhook.user,
        "created_at": instant(webhook.created_at),
        "any_channel": webhook.any_channel,
        "everyone": webhook.everyone,
    }


def _cells(webhook: Webhook) -> tuple[str, ...]:
    may = ("any channel" * webhook.any_channel, "@all" * webhook.everyone)
    rights = ", ".join(one for one in may if one)
    name, where = one_line(webhook.name), one_line(webhook.conversation)
    return name, where, f"as {one_line(webhook.user)}", f"since {webhook.created_at:%Y-%m-%d}", rights
