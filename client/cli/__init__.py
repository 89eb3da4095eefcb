"""The `hubbub` command: all its commands together. Knows no socket and no SQL.

Exit codes: 0 done, 2 usage, 3 no server, 4 not let in, 5 refused, 6 the server could not store it.
"""

import os

import click

from hubbub.client.cli import (
    account,
    groups,
    messages,
    outbox,
    people,
    reading,
    servers,
    webhooks,
    window,
)
from hubbub.client.cli.themes import ThemedGroup


@click.group(
    cls=ThemedGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="hubbub", prog_name="hubbub")
@click.option("--profile", metavar="DIR", help="Of the window; a command takes it behind its name.")
@click.pass_context
def main(context: click.Context, profile: str | None) -> None:
    """Chat on a Hubbub server. Without a command: in a window.

    In the shell, begin with `hubbub register --server ADDRESS --user NAME`; later commands need neither. TO is a user (bob or @bob) or a
    group ('#team', quoted: the shell takes # for a comment). Commands that are about groups alone take team as well.

    HUBBUB_SERVER, HUBBUB_USER, HUBBUB_PASSWORD and HUBBUB_PROFILE in the environment mean what the options mean. HUBBUB_TOKEN, of a
    bot, is user and password in one.

    \b
    Exit codes: 0 done, 2 usage, 3 no server, 4 not let in, 5 refused,
                6 the server could not store it.
    Completion: eval "$(_HUBBUB_COMPLETE=bash_source hubbub)"; also zsh_source, and
                for fish: _HUBBUB_COMPLETE=fish_source hubbub | source
    """
    context.obj = {"password": os.environ.get("HUBBUB_PASSWORD"), "token": os.environ.get("HUBBUB_TOKEN")}
    if context.invoked_subcommand is None:
        given = [] if profile is None else ["--profile", profile]
        with window.window.make_context("window", given, parent=context) as alone:
            window.window.invoke(alone)
    elif profile is not None:
        raise click.UsageError(
            f"--profile stands behind the command: hubbub {context.invoked_subcommand} --profile DIR", context
        )


main.show(
    reading.command,
    messages.command,
    outbox.command,
    groups.command,
    people.command,
    servers.command,
    account.command,
    webhooks.command,
    window.command,
)
