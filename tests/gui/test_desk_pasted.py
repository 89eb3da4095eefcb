"""Pictures of the clipboard, where whoever has it does not answer, or does not end."""

import asyncio
import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from hubbub.client.errors import FileProblem
from hubbub.client.files import pictures
from hubbub.client.gui import desk_pasted
from hubbub.client.gui.kit import taking

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
unix = pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="the programs of X11 and Wayland")
FAKE = """
import sys
from hubbub.client.gui.kit import taking

class Owner:
    def withdraw(self): pass
    def clipboard_get(self, type): {does}

taking.tk.Tk = Owner
taking.PATIENCE_S = 1
sys.argv = ["taking", "image/png"]
taking.main()
"""


def tool(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """The only xclip there is."""
    program = folder / "xclip"
    program.write_text(f"#!{sys.executable}\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DISPLAY", ":none")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(taking, "PATIENCE_S", 0.5)


@unix
@pytest.mark.parametrize(
    "script",
    [
        "import time; time.sleep(3600)",
        "import sys\nwhile True: sys.stdout.write('x' * 100_000)",
        "import os; os.close(1); import time; time.sleep(3600)",
        "raise SystemExit(1)",
        "import sys; print('half', flush=True); raise SystemExit(1)",
    ],
    ids=["never answers", "never ends", "says nothing", "has none", "breaks off"],
)
async def test_the_systems_own_program_is_not_waited_for(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(tmp_path, monkeypatch, script)
    monkeypatch.setattr(pictures, "BYTES_MAX", 1_000_000)
    assert await desk_pasted.from_system(tmp_path / "pasted", NOW) == []


@unix
async def test_it_ends_with_whoever_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    tool(tmp_path, monkeypatch, f"import time; there = open({str(pipe)!r}, 'w'); time.sleep(3600)")
    monkeypatch.setattr(taking, "PATIENCE_S", 3600)
    asking = asyncio.create_task(desk_pasted.from_system(tmp_path / "pasted", NOW))
    with await asyncio.to_thread(pipe.open) as alive:
        asking.cancel()
        assert await asyncio.to_thread(alive.read) == "", "the program is gone: its end of the pipe is closed"


@unix
async def test_a_picture_that_bursts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    (tmp_path / "bomb").write_bytes(bomb.getvalue())
    tool(
        tmp_path,
        monkeypatch,
        f"import sys; sys.stdout.buffer.write(open({str(tmp_path / 'bomb')!r}, 'rb').read())",
    )
    monkeypatch.setattr(taking, "PATIENCE_S", 20)
    with pytest.raises(FileProblem):
        await desk_pasted.from_system(tmp_path / "pasted", NOW)


@pytest.mark.parametrize("broken", [False, True])
async def test_where_pillow_knows_it_too(
    broken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = io.BytesIO()
    image = Image.effect_noise((90, 90), 50) if broken else Image.new("1", (8_000, 8_000))
    image.save(data, "PNG")
    picture = Image.open(io.BytesIO(data.getvalue()[: 2000 if broken else None]))
    monkeypatch.setattr("PIL.ImageGrab.grabclipboard", lambda: picture)
    monkeypatch.setattr(desk_pasted, "_TOOLS", False)
    if broken:
        assert await desk_pasted.from_system(tmp_path / "pasted", NOW) == []
    else:
        with pytest.raises(FileProblem):
            await desk_pasted.from_system(tmp_path / "pasted", NOW)


@unix
@pytest.mark.parametrize(
    "does", ["import time; time.sleep(3600)", "return '0x89 ' * 2**30"], ids=["never answers", "never ends"]
)
def test_the_program_that_asks_outlives_no_window_and_takes_no_memory_without_end(does: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAKE.format(does=does)], capture_output=True, timeout=60, check=False
    )
    assert done.returncode != 0 and done.stdout == b""
