"""The viewer in a real window: it fits, enlarges, goes on, saves, and goes."""

import tkinter as tk
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.theme import Theme
from hubbub.client.gui.model.media import Media
from hubbub.client.gui.model.viewing import Viewing
from hubbub.client.gui.views.viewer import Viewer
from tests.helpers.bubbling import StillDesk, attachment
from tests.helpers.ground import Ground

pytestmark = pytest.mark.window


class Board:
    """A window with a viewer over it."""

    def __init__(self, root: tk.Tk, theme: Theme, folder: Path) -> None:
        self.root, self.theme, self.folder = root, theme, folder
        self.desk = StillDesk()
        self.media = Media(self.desk, self.desk)  # type: ignore[arg-type]  # it stands in for both
        self.pictures = [
            attachment(f"{n}.jpg", "image/jpeg", width=800 + n, height=600, index=n) for n in range(3)
        ]
        self.below = tk.Entry(root)
        self.below.pack()
        self.below.focus_set()
        root.update()

    def opens(self, at: int = 1) -> Viewer:
        viewing = Viewing(self.media, self.pictures, self.pictures[at])
        viewer = Viewer(self.root, viewing, ask=lambda name: str(self.folder / name))
        self.root.update()
        return viewer

    def press(self, keys: str) -> None:
        focus = self.root.focus_get()
        assert focus is not None
        focus.event_generate(keys)
        self.root.update()


@pytest.fixture
def board(ground: Ground, tmp_path: Path) -> Iterator[Board]:
    theme = ground.begin("700x500", "dark")
    yield Board(ground.root, theme, tmp_path)
    ground.end()
    assert ground.faults == []


def shown(viewer: Viewer) -> tuple[int, int]:
    """The size of the picture on the screen."""
    left, top, right, bottom = viewer.stage.bbox("all")
    return right - left, bottom - top


def test_it_is_fitted_and_enlarged_and_fitted_again(board: Board) -> None:
    viewer = board.opens()
    board.desk.paints()
    board.root.update()
    room = viewer.stage.winfo_width(), viewer.stage.winfo_height()
    fitted = shown(viewer)
    assert fitted[0] <= room[0]
    assert fitted[1] <= room[1]
    assert abs(fitted[0] / fitted[1] - 801 / 600) < 0.02
    for _ in range(12):
        board.press("<plus>")
    assert shown(viewer) == room
    assert viewer.stage.ratio > 2
    for _ in range(20):
        board.press("<minus>")
    assert shown(viewer) == fitted
    viewer.stage.wheel(-64)
    board.root.update()
    assert viewer.stage.ratio > fitted[0] / 801
    board.press("<Key-0>")
    assert shown(viewer) == fitted


def test_what_is_dragged_moves_and_never_out_of_the_window(board: Board) -> None:
    viewer = board.opens()
    board.desk.paints()
    board.root.update()
    viewer.stage.enlarge(8)
    board.root.update()
    for x in range(100, 2000, 300):
        viewer.stage.event_generate("<ButtonPress-1>", x=100, y=100)
        viewer.stage.event_generate("<B1-Motion>", x=x, y=x)
        board.root.update()
    assert shown(viewer) == (viewer.stage.winfo_width(), viewer.stage.winfo_height())


def test_arrows_go_from_picture_to_picture(board: Board) -> None:
    viewer = board.opens(0)
    board.desk.paints()
    board.root.update()
    assert viewer.title.text == "0.jpg"
    assert not viewer.previous.winfo_viewable()
    board.press("<Right>")
    assert viewer.title.text == "1.jpg"
    assert viewer.previous.winfo_viewable()
    board.press("<Right>")
    board.press("<Right>")
    assert viewer.title.text == "2.jpg"
    assert not viewer.next.winfo_viewable()
    viewer.previous.invoke()
    assert viewer.title.text == "1.jpg"
    assert "2 of 3" in viewer.note.text


def test_it_says_how_far_it_is_and_why_there_is_nothing(board: Board) -> None:
    viewer = board.opens()
    board.desk.is_at(30, 100)
    board.root.update()
    assert viewer.viewing.share == 0.3
    board.desk.refuses("There is no server now.")
    board.root.update()
    texts = [
        viewer.stage.itemcget(one, "text")
        for one in viewer.stage.find_all()
        if viewer.stage.type(one) == "text"
    ]
    assert texts == ["There is no server now.\nPress Enter to try again."]
    board.press("<Return>")
    board.desk.paints()
    board.root.update()
    assert shown(viewer)[0] > 400


def test_it_is_saved_and_opened_elsewhere(board: Board) -> None:
    viewer = board.opens()
    board.desk.asked.clear()
    viewer.page.nametowidget(_named(viewer.page, "save")).invoke()
    viewer.page.nametowidget(_named(viewer.page, "outside")).invoke()
    (save, what, done, _), (fetch, *_) = board.desk.asked
    assert (save, what[1], fetch) == ("save", board.folder / "1.jpg", "download")
    done(board.folder / "1.jpg")
    board.root.update()


def test_escape_closes_it_and_gives_the_focus_back(board: Board) -> None:
    viewer = board.opens()
    images = len(board.root.tk.call("image", "names"))
    board.desk.paints()
    board.root.update()
    assert board.root.focus_get() is viewer.stage
    board.press("<Escape>")
    assert not viewer.page.winfo_exists()
    assert board.root.focus_get() is board.below
    assert board.theme.part(Layers).top is None
    assert len(board.root.tk.call("image", "names")) <= images
    viewer.close()


def _named(widget: tk.Misc, name: str) -> str:
    found = [str(child) for child in _all(widget) if child.winfo_name() == name]
    assert len(found) == 1
    return found[0]


def _all(widget: tk.Misc) -> Iterator[tk.Misc]:
    for child in widget.winfo_children():
        yield child
        yield from _all(child)
