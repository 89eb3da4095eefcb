"""Pictures of the window, of every screen and state, in both themes: docs/screens/THEME-SCREEN-STATE.png (make screens).

All that is seen is made up here, always the same: a broker in this process whose clock stands still, people, what they said.
Needs Xvfb. Run from the repository's root: python -m docs.screens.take [--only main]
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import click

from docs.screens import (
    scenes_main,
    scenes_messages,
    scenes_more,
    scenes_sign_in,
    scenes_week,
    scenes_writing,
)
from docs.screens.studio import Studio
from docs.screens.world import World
from hubbub.client.gui.collecting import Collector
from tests.helpers.display import screen

HERE: Final = Path(__file__).parent
Scene = Callable[[Studio], object]
MODULES: Final = (scenes_main, scenes_messages, scenes_more, scenes_writing, scenes_week)


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=__doc__)
@click.option("--only", default="", metavar="WORD", help="Those that have it in their name.")
@click.option(
    "--folder", default=HERE, type=click.Path(path_type=Path, file_okay=False), help="Where to put them."
)
def main(only: str, folder: Path) -> None:
    os.environ["TZ"] = "UTC"
    time.tzset()
    folder.mkdir(parents=True, exist_ok=True)
    word = only.replace("-", "_")
    with screen("3200x2000"), closing(Collector()):
        scenes_sign_in.take(folder, word)
        scenes = [scene for module in MODULES for scene in module.SCENES if word in scene.__name__]
        scenes.sort(key=lambda scene: scene in scenes_week.LAST or scene in scenes_writing.LAST)
        shoot(folder, scenes, 1.0)
        shoot(folder, [scene for scene in scenes if any(scene in one.TWICE for one in MODULES)], 2.0)


def shoot(folder: Path, scenes: Sequence[Scene], scale: float) -> None:
    """Each scene, at the window of one person in a world of its own: scenes leave something behind."""
    if not scenes:
        return
    with ExitStack() as ending:
        home = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="hubbub-")))
        studio = ending.enter_context(closing(Studio(World(home, ending), folder, scale)))
        for scene in scenes:
            studio.scene = scene.__name__.replace("_", "-") + ("-2x" if scale == 2.0 else "")
            try:
                studio.clear()
                scene(studio)
            except Exception as error:
                raise click.ClickException(f"{studio.scene}: {error!r}") from error
            click.echo(studio.scene)


if __name__ == "__main__":
    sys.exit(main())
