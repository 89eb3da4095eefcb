"""Commands that stand together in --help, with the options that all share. Knows no client."""

from collections.abc import Callable
from typing import Any

import click

from hubbub.client.cli.desk import Desk, Options, options, settle
from hubbub.client.cli.output import Output


class _Command(click.Command):
    """A command that knows what a shell does to '#team', and what is taken for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The same, with a hint where it may be what is missing. Raises UsageError."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if not {"text", "topic", "words"} & {param.name for param in self.params}:
                raise
            hint = "A text that begins with - comes behind all options and --, as in: -- '-1 for that'"
            raise click.UsageError(f"{error.format_message()} {hint}", ctx) from None
        except click.MissingParameter as error:
            if error.param is None or error.param.name not in ("to", "group"):
                raise
            hint = "A group is quoted: '#team', since the shell takes # for a comment."
            raise click.MissingParameter(hint, ctx, error.param) from None
        except click.UsageError as error:
            if type(error) is not click.UsageError or "attach" not in {param.name for param in self.params}:
                raise
            hint = "A text of several words is quoted, and --attach stands before each file."
            raise click.UsageError(f"{error.format_message()}. {hint}", ctx) from None


class Theme:
    """The commands of one theme, in their order in --help. A theme decorates the functions of its commands: the function gets
    a Desk first, and is called like the command with '_' for '-'."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.commands: list[click.Command] = []

    def __call__(self, function: Callable[..., None]) -> click.Command:
        def call(
            server: str | None,
            user: str | None,
            password_file: str | None,
            profile: str | None,
            as_json: bool,
            **own: Any,
        ) -> None:
            given = Options(server, user, password_file, profile, as_json)
            settle(Output(as_json), lambda: function(Desk(given), **own))

        call.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        name = function.__name__.replace("_", "-")
        made = click.command(name, cls=_Command, help=function.__doc__)(options(call))
        self.commands.append(made)
        return made


class ThemedGroup(click.Group):
    """A command whose --help lists its commands by theme."""

    themes: tuple[Theme, ...] = ()

    def show(self, *themes: Theme) -> None:
        """Take in the commands of these themes, in this order."""
        self.themes += themes
        for theme in themes:
            for command in theme.commands:
                self.add_command(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The lists of commands in --help."""
        widest = max(len(name) for name in self.commands)
        room = formatter.width - 6 - widest
        for theme in self.themes:
            with formatter.section(theme.title):
                formatter.write_dl(
                    [
                        (str(command.name).ljust(widest), command.get_short_help_str(room))
                        for command in theme.commands
                    ]
                )
