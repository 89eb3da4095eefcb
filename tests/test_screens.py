"""The program that takes the pictures of the documents runs, and takes them in both themes."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(
        sys.platform in {"darwin", "win32"}, reason="pictures are taken of an X server's screen"
    ),
]
ROOT = Path(__file__).parent.parent


def test_pictures_are_taken_in_both_themes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "docs.screens.take", "--only", "narrow-list", "--folder", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {
        "light-main-narrow-list.png",
        "dark-main-narrow-list.png",
    }
    corners = {}
    for path in tmp_path.iterdir():
        with Image.open(path) as image:
            assert image.size == (400, 720)
            assert len(image.convert("RGB").getcolors(400 * 720) or ()) > 50, "it shows something"
            corners[path.name[:4]] = sum(image.convert("RGB").getpixel((2, 700)))  # type: ignore[arg-type]  # of RGB
    assert corners["ligh"] > 600 > 200 > corners["dark"]
