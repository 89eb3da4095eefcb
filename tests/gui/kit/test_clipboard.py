"""What other programs copy and drop, as Tk tells it."""

import tkinter as tk
from pathlib import Path
from urllib.parse import quote

import pytest

from hubbub.client.gui.kit import clipboard, taking

HERE = Path(__file__).resolve()


def test_numbers_are_bytes() -> None:
    assert taking.from_numbers("0x89 0x50 0x4e 0x47 0xd 0xa ") == b"\x89PNG\r\n"
    assert taking.from_numbers("0x89504e47") == b"", "no bytes, but numbers of 32 bits"
    assert taking.from_numbers("PNG") == b""
    assert taking.from_numbers("0x7 0xff " * 100_000) == b"\x07\xff" * 100_000


def test_a_list_of_files_is_one_only_if_all_of_it_is() -> None:
    one, other = HERE.as_uri(), HERE.with_name("a b#ü.txt").as_uri()
    assert clipboard.files_in(f"# a remark\r\n{one}\r\n{other}\r\n") == [HERE, HERE.with_name("a b#ü.txt")]
    assert clipboard.files_in(f"file://localhost{quote(str(HERE))}") == [HERE]
    for text in (
        "",
        "https://example.org/a.png",
        f"{one}\nhttps://example.org",
        "file://other/a.txt",
        "plain",
    ):
        assert clipboard.files_in(text) == []


@pytest.mark.window
def test_names_with_spaces_are_dropped_in_braces() -> None:
    pane = tk.Frame.__new__(tk.Frame)
    pane.tk = tk.Tcl().tk  # type: ignore[attr-defined]  # lists need no screen
    assert list(clipboard.dropped(pane, "{/tmp/a b.txt} /tmp/c.txt /tmp/\\{d")) == [
        Path("/tmp/a b.txt"),
        Path("/tmp/c.txt"),
        Path("/tmp/{d"),
    ]
    assert list(clipboard.dropped(pane, HERE.as_uri())) == [HERE]
    assert list(clipboard.dropped(pane, "")) == []
