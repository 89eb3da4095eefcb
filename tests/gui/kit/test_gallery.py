"""The gallery is the page that people look at; here it only has to open in every way that it offers."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from hubbub.client.gui.kit.gallery import main

pytestmark = pytest.mark.window


@pytest.mark.parametrize("options", [["--dark"], ["--scale", "2", "--open", "menu"]], ids=str)
def test_it_opens_and_is_saved_as_a_picture(display: str, tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / "kit.png"
    ran = CliRunner().invoke(main, [*options, "--png", str(file)], catch_exceptions=False)
    assert ran.exit_code == 0
    with Image.open(file) as image:
        assert len(image.convert("RGB").getcolors(1_000_000) or ()) > 100
