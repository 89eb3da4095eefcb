"""The table of keys: what Tk is given, and what a person reads."""

from collections import Counter

import pytest

from hubbub.client.gui.model import keys
from hubbub.client.gui.views.keyboard import letter_of


def test_a_key_is_bound_and_read_as_the_system_has_it() -> None:
    assert keys.patterns("go", mac=False) == ["<Control-Key-k>", "<Control-Key-K>"]  # with Caps Lock too
    assert keys.patterns("go", mac=True) == ["<Command-Key-k>", "<Command-Key-K>"]
    assert (keys.shown("go", mac=False), keys.shown("go", mac=True)) == ("Ctrl+K", "⌘K")
    assert keys.patterns("after", mac=True) == ["<Option-Key-Down>"]
    assert keys.patterns("row_menu", mac=False, windows=True) == ["<Key-App>", "<Shift-Key-F10>"]
    assert keys.patterns("row_menu", mac=True) == ["<Shift-Key-F10>"]
    assert keys.patterns("settings", mac=False) == ["<Control-Key-comma>"]


def test_no_key_has_two_meanings_in_one_place() -> None:
    assert max(Counter(key.id for key in keys.KEYS).values()) == 1
    for part in {key.part for key in keys.KEYS}:
        taken = Counter(one for key in keys.KEYS if key.part == part for one in key.keys)
        assert [one for one, times in taken.items() if times > 1] == []


def test_the_sheet_has_every_key_and_the_nine_places_in_one_line() -> None:
    lines = [line for part in keys.sheet(mac=False).values() for line in part]
    assert len(lines) == len(keys.KEYS) - 8
    assert (["Ctrl+1 to 9"], "The conversation at this place of the list") in lines


@pytest.mark.parametrize(
    ("code", "platform", "letter"),
    [
        (57, "linux", "n"), (45, "linux", "k"), (38, "linux", "a"), (59, "linux", ","), (10, "linux", "1"),
        (9, "linux", ""), (0x4E, "win32", "n"), (0x70, "win32", ""), (57, "darwin", ""),
    ],
)  # fmt: skip
def test_a_key_whose_letter_is_not_latin_is_told_by_its_place(code: int, platform: str, letter: str) -> None:
    assert letter_of(code, platform) == letter
