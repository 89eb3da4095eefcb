"""What the window remembers: several windows on one file, damage, fields of newer programs."""

import json
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.client.gui import settings as module
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.settings import EMOJI_MAX, FILE, Settings
from tests.helpers.waiting import until

ALICE, BOB = "key alice", "key bob"


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    monkeypatch.setattr(module, "SAVE_AFTER_S", 0.01)
    made = Bridge()
    faults: list[Exception] = []
    made.on_fault = faults.append
    yield made
    made.close()
    assert faults == []


def on_disk(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / FILE).read_text())
    return found


def kept(bridge: Bridge, condition: Callable[[], bool]) -> None:
    def look() -> bool:
        bridge.drain()
        try:
            return condition()
        except FileNotFoundError:
            return False

    until(look, 5.0, "the file as it should be")


def test_changes_are_kept_by_themselves_and_read_again(tmp_path: Path, bridge: Bridge) -> None:
    settings = Settings(tmp_path, bridge)
    assert (settings.theme, settings.text_scale, settings.geometry, settings.recent_emoji) == (
        "system",
        1.0,
        "",
        (),
    )
    settings.theme = "dark"
    settings.text_scale = 9.0
    settings.geometry = "800x600+1+2"
    settings.set_conversation(ALICE, "@bob")
    settings.drafts(ALICE)["@bob"] = "not yet"
    kept(bridge, lambda: "drafts" in on_disk(tmp_path))
    again = Settings(tmp_path, bridge)
    assert (again.theme, again.text_scale, again.geometry) == ("dark", 3.0, "800x600+1+2")
    assert (again.conversation(ALICE), again.conversation(BOB)) == ("@bob", "")
    assert dict(again.drafts(ALICE)) == {"@bob": "not yet"}


def test_what_a_person_chooses_is_told_once_and_kept(tmp_path: Path, bridge: Bridge) -> None:
    settings = Settings(tmp_path, bridge)
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.compact = True
    settings.notify = "mentions"
    settings.notify_text = False
    settings.quiet_until = "2026-11-22T12:00:00.000Z"
    settings.enter_sends = False
    settings.compact = True
    assert told == ["compact", "notify", "notify_text", "quiet_until", "enter_sends"]
    settings.close()
    again = Settings(tmp_path, bridge)
    assert (again.compact, again.notify, again.notify_text) == (True, "mentions", False)
    assert (again.quiet_until, again.enter_sends) == ("2026-11-22T12:00:00.000Z", False)


def test_what_is_not_kept_yet_is_kept_on_closing(tmp_path: Path) -> None:
    bridge = Bridge()
    settings = Settings(tmp_path, bridge)
    settings.theme = "light"
    settings.close()
    bridge.close()
    assert on_disk(tmp_path)["theme"] == "light"


def test_two_windows_do_not_undo_each_other(tmp_path: Path, bridge: Bridge) -> None:
    one, other = Settings(tmp_path, bridge), Settings(tmp_path, bridge)
    one.drafts(ALICE)["@bob"] = "from one"
    one.use_emoji("👍")
    one.theme = "dark"
    one.close()
    other.drafts(ALICE)["#team"] = "from the other"
    other.drafts(BOB)["#team"] = "from bob"
    other.use_emoji("🎉")
    other.close()
    one.drafts(ALICE)["@bob"] = ""
    one.close()
    found = on_disk(tmp_path)
    assert found["drafts"] == {ALICE: {"#team": "from the other"}, BOB: {"#team": "from bob"}}
    assert (found["theme"], found["recent_emoji"]) == ("dark", ["🎉", "👍"])


def test_fields_of_a_newer_program_stay(tmp_path: Path, bridge: Bridge) -> None:
    (tmp_path / FILE).write_text('{"theme": "dark", "later": {"deep": [1]}}')
    settings = Settings(tmp_path, bridge)
    settings.text_scale = 1.25
    settings.close()
    assert on_disk(tmp_path) == {"theme": "dark", "later": {"deep": [1]}, "text_scale": 1.25}


@pytest.mark.parametrize(
    "content", ["", "{ no json", "[]", '{"theme": "pink"}', '{"drafts": 7}', '{"text_scale": 0}']
)
def test_a_damaged_file_is_set_aside(tmp_path: Path, bridge: Bridge, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    settings = Settings(tmp_path, bridge)
    assert settings.theme == "system"
    assert (tmp_path / f"{FILE}.damaged").read_text() == content
    settings.theme = "dark"
    settings.close()
    assert Settings(tmp_path, bridge).theme == "dark"


def test_what_is_damaged_while_the_window_is_open_is_set_aside_too(tmp_path: Path, bridge: Bridge) -> None:
    settings = Settings(tmp_path, bridge)
    (tmp_path / FILE).write_text("{ no json")
    settings.theme = "dark"
    settings.close()
    assert on_disk(tmp_path) == {"theme": "dark"}


def test_a_folder_that_is_not_there_costs_the_memory_alone(tmp_path: Path, bridge: Bridge) -> None:
    settings = Settings(tmp_path / "nowhere", bridge)
    settings.theme = "dark"
    settings.close()
    assert settings.theme == "dark"
    assert not (tmp_path / "nowhere").exists()


def test_drafts_behave_as_a_mapping(tmp_path: Path, bridge: Bridge) -> None:
    drafts = Settings(tmp_path, bridge).drafts(ALICE)
    drafts["@bob"] = "one"
    drafts["#team"] = "two"
    drafts["#team"] = ""
    assert (list(drafts), len(drafts), drafts.get("#team")) == (["@bob"], 1, None)
    assert drafts.pop("@bob") == "one"
    with pytest.raises(KeyError):
        del drafts["@bob"]


def test_the_emoji_used_last_come_first_and_old_ones_go(tmp_path: Path, bridge: Bridge) -> None:
    settings = Settings(tmp_path, bridge)
    for place in range(EMOJI_MAX + 5):
        settings.use_emoji(chr(0x1F600 + place))
    settings.use_emoji(chr(0x1F600 + 20))
    assert settings.recent_emoji[:2] == (chr(0x1F600 + 20), chr(0x1F600 + EMOJI_MAX + 4))
    assert len(settings.recent_emoji) == EMOJI_MAX
    settings.close()
    assert tuple(on_disk(tmp_path)["recent_emoji"]) == settings.recent_emoji


def test_the_tone_of_emoji_is_one_of_six(tmp_path: Path, bridge: Bridge) -> None:
    settings = Settings(tmp_path, bridge)
    assert settings.emoji_tone == 0
    settings.emoji_tone = 9
    settings.close()
    assert on_disk(tmp_path)["emoji_tone"] == Settings(tmp_path, bridge).emoji_tone == 5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_nobody_else_may_read_it(tmp_path: Path, bridge: Bridge) -> None:
    settings = Settings(tmp_path, bridge)
    settings.theme = "dark"
    settings.close()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_half_a_character_costs_nothing_of_the_rest(tmp_path: Path, bridge: Bridge) -> None:
    settings = Settings(tmp_path, bridge)
    settings.drafts(ALICE)["@bob"] = "half \ud83d of one"
    settings.drafts(BOB)["@alice"] = "whole \U0001f600"
    settings.close()
    again = Settings(tmp_path, bridge)
    assert again.drafts(ALICE)["@bob"] == "half ? of one"
    assert again.drafts(BOB)["@alice"] == "whole \U0001f600"


def test_what_another_window_wrote_is_forgotten_too(tmp_path: Path, bridge: Bridge) -> None:
    here, there = Settings(tmp_path, bridge), Settings(tmp_path, bridge)
    there.drafts("key ann")["@eve"] = "begun there"
    there.drafts("key anna")["@eve"] = "stays"
    there.close()
    here.forget("key ann")
    here.close()
    assert on_disk(tmp_path)["drafts"] == {"key anna": {"@eve": "stays"}}
