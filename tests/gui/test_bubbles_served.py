"""Pictures and files in a whole window, against a real broker."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from PIL import Image, ImageGrab

from hubbub.client import outgoing
from hubbub.client.gui import desk_media
from hubbub.client.gui.timeline.bubble import BubbleView
from hubbub.client.gui.views.viewer import Stage
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.bubbling import attachment
from tests.helpers.person import Person, Spot, chat
from tests.helpers.staying import seated, staying

pytestmark = pytest.mark.window
NUMBERS = count(1)
stay = pytest.fixture(scope="module")(staying)
seat = pytest.fixture(seated)


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        yield client


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where they go."""
    folder = tmp_path_factory.mktemp("downloads")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk_media, "user_downloads_path", lambda: folder)
        yield folder


@pytest.fixture
def anna(downloads: Path, seat: Person) -> Person:
    return seat


@pytest.fixture
def crew(anna: Person, bob: Client) -> str:
    """A new group of bob's with her in it."""
    return bob.create_group(f"crew{next(NUMBERS)}", [chat(anna).me]).name


def widgets(person: Person, kind: type) -> list[object]:
    """Those that are seen."""
    found, rest = [], [person.window.root]
    while rest:
        widget = rest.pop()
        rest += widget.winfo_children()  # type: ignore[arg-type]  # widgets
        if isinstance(widget, kind) and widget.winfo_viewable():
            found.append(widget)
    return found


def bubbles(person: Person) -> list[BubbleView]:
    return [view for view in widgets(person, BubbleView) if isinstance(view, BubbleView)]


def colour(spot: Spot) -> tuple[int, ...]:
    x, y = spot.widget.winfo_rootx() + spot.x, spot.widget.winfo_rooty() + spot.y
    found = ImageGrab.grab(bbox=(x, y, x + 1, y + 1)).convert("RGB").getpixel((0, 0))
    assert isinstance(found, tuple)
    return tuple(int(one) for one in found)


def test_a_picture_is_seen_looked_at_and_gone_with_its_message(
    anna: Person, bob: Client, crew: str, tmp_path: Path
) -> None:
    kept = anna.window.model.profile / "media"
    before = set(kept.iterdir()) if kept.exists() else set()
    Image.new("RGB", (1200, 900), "#20a040").save(tmp_path / "garden.png")
    sent = bob.send(crew, "my garden", attachments=[tmp_path / "garden.png"])
    anna.clicks_when_seen("my garden")
    anna.wait(lambda: bubbles(anna), "a bubble")
    (view,) = bubbles(anna)
    left, top, right, bottom = view.box or (0, 0, 0, 0)
    spot = Spot(view, (left + right) // 2, (top + bottom) // 2 - 20)
    anna.wait(lambda: colour(spot)[1] in range(0x9C, 0xA5), "the picture")
    anna.click(spot)
    anna.waits_to_see("garden.png")
    (stage,) = widgets(anna, Stage)
    assert isinstance(stage, Stage)
    anna.wait(lambda: len(stage.find_all()) == 1 and stage.ratio < 1, "the whole picture")
    assert sorted(path.suffix for path in set(kept.iterdir()) - before) == ["", ".small"]
    anna.press("<Escape>")
    assert not widgets(anna, Stage)
    bob.delete(sent)
    anna.waits_to_see("Message deleted")
    anna.wait(lambda: not set(kept.iterdir()) - before, "the end of what was kept")


def test_a_file_is_downloaded_with_a_click(
    anna: Person, bob: Client, crew: str, downloads: Path, tmp_path: Path
) -> None:
    (tmp_path / "plan.txt").write_bytes(b"x" * 300_000)
    bob.send(crew, "the plan", attachments=[tmp_path / "plan.txt"])
    anna.clicks_when_seen("the plan")
    anna.clicks_when_seen("plan.txt")
    anna.waits_to_see("300 KB, downloaded")
    assert (downloads / "plan.txt").read_bytes() == b"x" * 300_000


def test_what_is_marked_is_copied(anna: Person, bob: Client, crew: str) -> None:
    bob.send(crew, "copy **this** part")
    anna.clicks_when_seen("copy **this** part")
    anna.wait(lambda: bubbles(anna), "a bubble")
    (view,) = bubbles(anna)
    piece = next(one for one in view.pieces if one.text == "this")
    view.event_generate("<ButtonPress-1>", x=piece.x, y=piece.y + 4)
    view.event_generate("<B1-Motion>", x=piece.x + piece.width + 1, y=piece.y + 4)
    view.event_generate("<ButtonRelease-1>", x=piece.x + piece.width + 1, y=piece.y + 4)
    anna.press("<Control-c>")
    assert anna.window.root.clipboard_get() == "this"


def test_a_file_that_is_sent_says_how_far_it_is_and_can_be_fetched_then(
    anna: Person, bob: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "PROGRESS_EVERY_S", 0.0)  # on a quick machine all of it takes no longer
    (tmp_path / "film.mov").write_bytes(b"y" * 8_000_000)
    there = chat(anna)
    seen: list[tuple[str, bool, float]] = []

    def note(key: tuple[str, int]) -> None:
        transfer = there.media.file(key[0], attachment(index=key[1]))
        seen.append((transfer.state, transfer.up, transfer.share))

    end = there.media.file_changed.connect(note)
    there.open("@bob")
    there.outgoing.send("@bob", "the film", attachments=[str(tmp_path / "film.mov")], failed=lambda _: None)
    anna.wait(
        lambda: any(state == "moving" and up and 0 < share < 1 for state, up, share in seen), "progress"
    )
    anna.waits_to_see("8.0 MB")
    anna.wait(lambda: seen[-1][0] == "away", "the end of it")
    end()
