"""The command that opens the window. Knows no Tk."""

from typing import TYPE_CHECKING

import click

from hubbub.client.cli.desk import Desk, Mistake
from hubbub.client.cli.themes import Theme

if TYPE_CHECKING:
    from hubbub.client.gui.kit.theme import Mode

command = Theme("Window")


@command
@click.option(
    "--theme", type=click.Choice(["light", "dark", "system"]), help="In place of the one chosen there."
)
@click.option(
    "--minimised", "--minimized", is_flag=True, help="Begin as an icon: for programs that start at login."
)
def window(desk: Desk, theme: "Mode | None", minimised: bool) -> None:
    """Open the window, as hubbub alone does."""
    from hubbub.client.gui import NoScreen, open_window

    try:
        open_window(desk.folder, theme, minimised=minimised)
    except NoScreen as error:
        raise Mistake(f"{error} From the shell: hubbub --help.") from None
