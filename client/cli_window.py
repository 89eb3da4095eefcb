"""The command that opens the window. Knows no Tk."""

import click

from hubbub.client.cli_desk import Desk, Mistake
from hubbub.client.cli_themes import Theme

command = Theme("Window")


@command
@click.option(
    "--theme", type=click.Choice(["light", "dark", "system"]), help="In place of the one chosen there."
)
def window(desk: Desk, theme: str | None) -> None:
    """Open the window, as hubbub alone does."""
    from hubbub.client.gui import NoScreen, open_window

    try:
        open_window(desk.profile.folder, theme)
    except NoScreen as error:
        raise Mistake(f"{error} From the shell: hubbub --help.") from None
