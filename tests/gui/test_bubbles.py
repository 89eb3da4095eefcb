"""Bubbles in a real window: what they show, what a click on them does, and that they let go of what they held."""

import tkinter as tk
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import ImageGrab

from hubbub.client import Reaction
from hubbub.client.gui.kit.theme import Theme
from hubbub.client.gui.model.rows import Bubble, Quote
from hubbub.client.gui.timeline import bubble as module
from hubbub.client.gui.timeline.bubble import BubbleView
from hubbub.client.gui.timeline.marking import Marking
from hubbub.client.gui.timeline.plan import Region
from hubbub.client.gui.timeline.reach import reach
from tests.helpers.bubbling import Asked, attachment, bubble
from tests.helpers.ground import Ground
from tests.helpers.waiting import until

pytestmark = pytest.mark.window
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


class Board:
    """A window with bubbles, one below the other."""

    def __init__(self, root: tk.Tk, theme: Theme) -> None:
        self.root, self.theme = root, theme
        self.asked = Asked()

    def show(self, shown: Bubble, width: int = 600) -> BubbleView:
        view = BubbleView(self.root, self.asked)
        view.show(shown, width)
        view.pack(anchor="w")
        self.root.update()
        return view

    def until(self, condition: Callable[[], object]) -> None:
        def turned() -> object:
            self.root.update()
            return condition()

        until(turned)

    def texts(self, view: BubbleView) -> list[str]:
        return [view.itemcget(item, "text") for item in view.find_all() if view.type(item) == "text"]

    def place(self, view: BubbleView, text: str) -> tuple[int, int]:
        (item,) = (
            one for one in view.find_all() if view.type(one) == "text" and view.itemcget(one, "text") == text
        )
        left, top, right, bottom = view.bbox(item)
        return (left + right) // 2, (top + bottom) // 2

    def click(self, view: BubbleView, at: str | Region | tuple[int, int], button: int = 1) -> None:
        x, y = self.point(view, at)
        view.event_generate(f"<ButtonPress-{button}>", x=x, y=y)
        if view.winfo_exists():
            view.event_generate(f"<ButtonRelease-{button}>", x=x, y=y)
        self.root.update()

    def point(self, view: BubbleView, at: str | Region | tuple[int, int]) -> tuple[int, int]:
        if isinstance(at, Region):
            at = (at.x + at.width // 2, at.y + at.height // 2)
        x, y = self.place(view, at) if isinstance(at, str) else at
        view.event_generate("<Motion>", x=x, y=y)
        self.root.update()
        return x, y

    def tipped(self, view: BubbleView, tip: str) -> Region:
        return next(region for region in view.regions if region.tip == tip)

    def pixel(self, x: int, y: int) -> tuple[int, ...]:
        self.root.update()
        left, top = self.root.winfo_rootx() + x, self.root.winfo_rooty() + y
        found = ImageGrab.grab(bbox=(left, top, left + 1, top + 1)).convert("RGB").getpixel((0, 0))
        assert isinstance(found, tuple)
        return tuple(int(one) for one in found)


@pytest.fixture
def board(ground: Ground) -> Iterator[Board]:
    theme = ground.begin("640x700")
    yield Board(ground.root, theme)
    ground.end()
    assert ground.faults == []


def test_a_message_says_who_what_and_when(board: Board) -> None:
    view = board.show(bubble("hello there", bot=True))
    assert board.texts(view) == ["Bob", "bot", "hello there", "14:05"]
    mine = board.show(bubble("hi", mine=True, state="sent", edited_at=NOW))
    assert set(board.texts(mine)) == {"hi", "edited 14:05"}
    assert board.place(mine, "hi")[0] > 400
    assert board.place(view, "hello there")[0] < 300


def test_its_height_is_right_before_it_is_seen(board: Board) -> None:
    view = BubbleView(board.root, board.asked)
    view.show(bubble("one"), 600)
    one = view.winfo_reqheight()
    view.show(bubble("one two three " * 30), 600)
    assert view.winfo_reqheight() > one + 60
    assert view.winfo_reqwidth() == 600
    view.show(bubble("one"), 300)
    assert (view.winfo_reqheight(), view.winfo_reqwidth()) == (one, 300)


@pytest.mark.parametrize("width", [320, 360, 1400])
def test_nothing_sticks_out(board: Board, width: int) -> None:
    view = board.show(
        bubble(
            "word " * 40 + "x" * 300 + " `code` https://x.org/" + "y" * 100,
            quote=Quote(seq=1, name="A long name " * 9, text="long " * 40),
            forwarded="Somebody with a long name " * 4,
            name="Another long name " * 5,
            attachments=(attachment("a very long name of a file that does not end.pdf"),),
            reactions=tuple(Reaction(emoji="👍", count=n, users=(), mine=False) for n in range(12)),
        ),
        width,
    )
    left, top, right, bottom = view.bbox("all")
    assert left >= 0
    assert top >= 0
    assert right <= width
    assert bottom <= view.winfo_reqheight()


def test_links_open_and_are_underlined_under_the_pointer(board: Board) -> None:
    view = board.show(bubble("see https://x.org/a now"))
    board.point(view, "https://x.org/a")
    assert view.cget("cursor") == "hand2"
    assert len(view.find_withtag("hover")) == 1
    board.click(view, "https://x.org/a")
    board.click(view, "see ")
    assert view.cget("cursor") == ""
    assert not view.find_withtag("hover")
    assert board.asked.told == [("link", "https://x.org/a")]


def test_a_press_that_is_let_go_elsewhere_does_nothing(board: Board) -> None:
    view = board.show(bubble("https://x.org/a"))
    x, y = board.place(view, "https://x.org/a")
    view.event_generate("<ButtonPress-1>", x=x, y=y)
    view.event_generate("<ButtonRelease-1>", x=5, y=2)
    board.root.update()
    assert board.asked.told == []


def test_all_that_can_be_clicked_is_told(board: Board) -> None:
    reactions = (
        Reaction(emoji="👍", count=13, users=("me", "ann", "carl"), mine=True),
        Reaction(emoji="🎂", count=1, users=("ann",), mine=False),
    )
    shown = bubble(
        "@ann look", mentions=("ann",), quote=Quote(seq=7, name="Ann", text="the quoted"), reactions=reactions
    )
    view = board.show(shown)
    board.click(view, "the quoted")
    board.click(view, "@ann")
    board.click(view, "Bob")
    board.click(view, board.tipped(view, "You, Ann, Carl and 10 more"))
    board.click(view, board.tipped(view, "Ann"))
    board.click(view, (2, 2), button=3)
    assert board.asked.told == [
        ("jump", 7),
        ("person", "ann"),
        ("person", "bob"),
        ("react", "👍"),
        ("react", "🎂"),
        ("menu", shown.key),
    ]


def test_one_that_failed_can_be_sent_again_or_dropped(board: Board) -> None:
    shown = bubble("lost", mine=True, state="failed", problem="The disk is full.")
    view = board.show(shown)
    assert {"The disk is full.", "Try again", "Discard"} < set(board.texts(view))
    board.click(view, "Try again")
    board.click(view, "Discard")
    assert board.asked.told == [("retry", shown.key), ("discard", shown.key)]
    height = view.winfo_reqheight()
    view.show(replace(shown, state="sending", problem=""), 600)
    assert view.winfo_reqheight() < height
    assert "Try again" not in board.texts(view)


def test_blocked_and_deleted_messages_say_so(board: Board) -> None:
    shown = bubble("rude", blocked=True, folded=True)
    view = board.show(shown)
    assert board.texts(view) == ["Blocked message", "Show"]
    board.click(view, "Show")
    assert board.asked.told == [("unfold", shown.key)]
    gone = board.show(bubble("", deleted_at=NOW, deleted_by="ann"))
    assert "Deleted by Ann" in board.texts(gone)
    assert "Message deleted" in board.texts(
        board.show(bubble("", mine=True, deleted_at=NOW, deleted_by="me"))
    )


def test_a_long_text_is_unfolded(board: Board) -> None:
    view = board.show(bubble("\n".join(f"line {n}" for n in range(60))))
    assert "line 50" not in board.texts(view)
    height = view.winfo_reqheight()
    board.click(view, "Show more")
    assert "line 59" in board.texts(view)
    assert view.winfo_reqheight() > height + 400


def test_a_block_says_its_language_where_there_is_room(board: Board) -> None:
    assert "py" in board.texts(board.show(bubble("```py\nx = 1\nand = a, longer, line\n```")))
    assert "python" not in board.texts(board.show(bubble("```python\nx = 1\n```")))


def test_what_did_not_change_is_not_drawn_anew(board: Board) -> None:
    shown = bubble("hello", mine=True, state="pending")
    view = board.show(shown)
    before = set(view.find_all())
    view.show(replace(shown), 600)
    assert set(view.find_all()) == before
    view.show(replace(shown, state="sent"), 600)
    after = set(view.find_all())
    assert len(before - after) == 1  # its mark
    assert len(after - before) == 1
    view.show(replace(shown, message=replace(shown.message, text="world")), 600)
    assert board.texts(view) == ["world", "14:05"]  # from the lowest up, as before


def test_it_glows_when_somebody_jumps_to_it_and_stops(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GLOWS_MS", 100)
    view = board.show(replace(shown := bubble("here"), marked=True))
    x, y = board.place(view, "here")
    glowing = board.pixel(view.winfo_x() + x, view.winfo_y() + y + 9)
    view.show(replace(shown, marked=False), 600)
    plain, fill = board.pixel(view.winfo_x() + x, view.winfo_y() + y + 9), view.fill
    assert plain == (255, 255, 255)
    assert glowing != plain
    view.show(replace(shown, marked=True), 600)
    assert view.fill != fill
    board.until(lambda: view.fill == fill)
    assert board.pixel(view.winfo_x() + x, view.winfo_y() + y + 9) == plain


def test_the_selected_one_has_a_ring(board: Board) -> None:
    view = board.show(bubble("here"))
    accent = tuple(board.root.winfo_rgb(board.theme.palette.accent)[index] // 256 for index in range(3))
    left = view.winfo_x() + board.theme.px(16 + 40)
    middle = view.winfo_y() + view.winfo_reqheight() // 2
    assert board.pixel(left, middle) != accent
    view.select(True)
    assert board.pixel(left, middle) == accent
    view.select(False)
    assert board.pixel(left, middle) != accent


def test_a_tooltip_says_what_a_mark_means(board: Board) -> None:
    view = board.show(bubble("sent", mine=True, state="read"))
    board.point(view, board.tipped(view, "Read"))

    def tip() -> list[str]:
        cards = [one for one in board.root.winfo_children() if isinstance(one, tk.Canvas) and one is not view]
        return [
            one.itemcget(item, "text") for one in cards for item in one.find_all() if one.type(item) == "text"
        ]

    board.until(lambda: tip() == ["Read"])
    view.event_generate("<Leave>")
    board.until(lambda: not tip())


def test_a_picture_has_its_room_before_it_comes_and_goes_when_it_is_not_seen(board: Board) -> None:
    view = board.show(bubble("", attachments=(attachment("a.jpg", "image/jpeg", width=1600, height=1200),)))
    height = view.winfo_reqheight()
    assert 240 < height < 300
    x, y = view.winfo_x() + 150, view.winfo_y() + height // 2 + 40
    assert board.pixel(x, y) != (0xCC, 0x22, 0x11)
    board.asked.desk.paints()
    assert board.pixel(x, y) == (0xCC, 0x22, 0x11)
    assert view.winfo_reqheight() == height
    images = len(board.root.tk.call("image", "names"))
    view.pack_forget()
    board.root.update()
    assert len(board.root.tk.call("image", "names")) == images - 1
    view.pack()
    board.root.update()
    assert len(board.root.tk.call("image", "names")) == images
    assert not board.asked.desk.asked  # it was kept by the model
    board.click(view, (160, height // 2))
    assert board.asked.told == [("attachment", "a.jpg")]


def test_several_pictures_stand_in_a_grid_and_a_missing_one_says_why(board: Board) -> None:
    files = tuple(attachment(f"{n}.png", "image/png", width=900, height=600, index=n) for n in range(3))
    view = board.show(bubble("three", attachments=files))
    assert board.asked.desk.kinds == ["preview"] * 3
    board.asked.desk.refuses("There is no server now.")
    board.root.update()
    tips = [region.tip for region in view.regions if region.tip.endswith("There is no server now.")]
    assert tips == [f"{n}.png: There is no server now." for n in range(3)]


def test_a_file_is_fetched_given_up_and_opened(board: Board) -> None:
    shown = bubble("", attachments=(attachment("report.pdf"),))
    view = board.show(shown)
    desk = board.asked.desk
    assert {"report.pdf", "3.5 MB"} < set(board.texts(view))
    board.click(view, board.tipped(view, "Download"))
    assert desk.kinds == ["download"]
    desk.is_at(1_000_000, 3_456_789)
    board.root.update()
    assert "1.0 MB of 3.5 MB" in board.texts(view)
    board.click(view, board.tipped(view, "Cancel"))
    assert "3.5 MB" in board.texts(view)
    desk.asked.clear()
    board.click(view, "report.pdf")
    desk.refuses("There is no server now.")
    assert "There is no server now." in board.texts(view)
    board.click(view, board.tipped(view, "Try again"))
    (_, _, done, _), *_ = desk.asked
    done(Path("/x/report.pdf"))
    board.root.update()
    assert "3.5 MB, downloaded" in board.texts(view)
    desk.asked.clear()
    board.click(view, "report.pdf")
    board.click(view, board.tipped(view, "Show in folder"))
    assert desk.kinds == ["open", "show_in_folder"]


def test_a_file_that_is_sent_says_how_far_it_is(board: Board) -> None:
    shown = bubble("", mine=True, state="sending", attachments=(attachment("film.mov", size=0, sha256=b""),))
    view = board.show(shown)
    board.asked.media.uploading(shown.key, 0, 5_000_000, 20_000_000)
    board.root.update()
    assert "5.0 MB of 20.0 MB" in board.texts(view)
    board.click(view, "film.mov")
    assert not board.asked.desk.asked


def marked(board: Board, view: BubbleView, begin: tuple[int, int], end: tuple[int, int]) -> str:
    view.event_generate("<ButtonPress-1>", x=begin[0], y=begin[1])
    view.event_generate("<B1-Motion>", x=(begin[0] + end[0]) // 2, y=end[1])
    view.event_generate("<B1-Motion>", x=end[0], y=end[1])
    view.event_generate("<ButtonRelease-1>", x=end[0], y=end[1])
    board.root.update()
    return board.theme.part(Marking).text


def test_text_is_marked_as_it_was_written(board: Board) -> None:
    text = "one **two** 🎂 three\n\nfour `five` https://x.org/ " + "six " * 60
    view = board.show(bubble(text))
    said = "one two 🎂 three\n\nfour five https://x.org/ " + "six " * 60
    box = view.box
    assert box is not None
    everything = marked(board, view, (box[0], box[1] + 20), (box[2], box[3]))
    assert everything == said.rstrip()
    assert view.find_withtag("marked")
    first = view.pieces[1]
    assert marked(board, view, (first.x, first.y + 5), (first.x + first.width + 1, first.y + 5)) == "two"
    link = next(piece for piece in view.pieces if piece.span.kind == "link")
    assert marked(board, view, (link.x, link.y + 5), (link.x + link.width, link.y + 5)) == "https://x.org/"
    assert board.asked.told == []  # it was no click
    board.click(view, (box[0] + 2, box[3] - 2))
    assert board.theme.part(Marking).text == ""
    assert not view.find_withtag("marked")


def test_what_is_marked_is_not_any_more_when_the_text_changes(board: Board) -> None:
    shown = bubble("one two")
    view = board.show(shown)
    x, y = board.place(view, "one two")
    assert marked(board, view, (x - 100, y), (x + 100, y)) == "one two"
    view.show(replace(shown, time="14:06"), 600)
    assert board.theme.part(Marking).text == ""
    view.show(replace(shown, message=replace(shown.message, text="x\ty")), 600)
    assert marked(board, view, (x - 100, y), (x + 100, y)) == "x    y"


def test_large_emoji_stand_alone(board: Board) -> None:
    large, small = board.show(bubble("🎂", mine=True)), board.show(bubble("🎂 cake", mine=True))
    assert large.winfo_reqheight() > small.winfo_reqheight() + 15
    assert board.texts(large) == ["14:05"]


def test_another_theme_is_another_colour_at_once(board: Board) -> None:
    view = board.show(bubble("hello"))
    at = (view.winfo_x() + 4, view.winfo_y() + 4)
    light = board.pixel(*at)
    board.theme.set_mode("dark")
    assert board.pixel(*at) != light
    height = view.winfo_reqheight()
    board.theme.set_text_scale(1.5)
    assert view.winfo_reqheight() > height


def test_what_is_destroyed_leaves_nothing(board: Board) -> None:
    def once() -> tuple[int, int]:
        shown = bubble(
            "hello `x` 🎂",
            attachments=(attachment("a.jpg", "image/jpeg", width=800, height=600), attachment(index=1)),
            reactions=(Reaction(emoji="👍", count=1, users=("ann",), mine=False),),
            marked=True,
        )
        views = [board.show(shown) for _ in range(3)]
        board.asked.desk.paints()
        for view in views:
            view.destroy()
        board.root.update()
        return len(board.root.tk.call("image", "names")), len(board.root.tk.call("info", "commands"))

    first = once()
    assert [once() for _ in range(3)] == [first] * 3
    board.asked.media.file_changed.emit(("key1", 0))
    board.theme.set_mode("dark")


def test_the_keyboard_reaches_what_can_be_clicked(board: Board) -> None:
    asked = board.asked
    shown = bubble(
        "https://x.org/" + "long/" * 20 + " and https://x.org/" + "long/" * 20 + " www.y.org",
        attachments=(attachment("a.jpg", "image/jpeg", width=800, height=600), attachment(index=1)),
        reply_to=7,
        quote=Quote(seq=7, name="Ann", text="x"),
    )
    items = reach(shown, asked)
    assert [item.text if item else "" for item in items] == [
        "View a.jpg",
        "Download report.pdf",
        "Open https://x.org/long/long/l…long/long/",
        "Open https://www.y.org",
        "Go to what it answers",
        "",
    ]
    for item in items[:-1]:
        assert item is not None
        assert item.command is not None
        item.command()
    assert [act for act, _ in asked.told] == ["attachment", "link", "link", "jump"]
    assert asked.desk.kinds == ["download"]
    assert [item.text for item in reach(shown, asked) if item][1] == "Stop fetching report.pdf"
    asked.desk.saved[b"report.pdf".ljust(32)] = Path("/x")
    asked.media.cancel(shown.key, shown.message.attachments[1])
    assert [item.text for item in reach(shown, asked) if item][1] == "Open report.pdf"
    folded = replace(shown, folded=True)
    assert [item.text for item in reach(folded, asked) if item] == ["Show message"]
    assert reach(bubble("plain"), asked) == []


def test_text_from_right_to_left_stands_at_the_right_and_its_time_at_the_left(board: Board) -> None:
    quote = Quote(seq=3, name="Somebody with a rather long name", text="כן")
    for view in (
        board.show(bubble("שלום", name="Somebody with a rather long name")),
        board.show(bubble("שלום", quote=quote, reply_to=3)),
    ):
        sides = {
            view.itemcget(one, "text"): view.bbox(one) for one in view.find_all() if view.type(one) == "text"
        }
        right = max(box[2] for box in sides.values())
        assert sides["םולש"][2] > right - 10
        assert sides["14:05"][2] < sides["םולש"][0]
        if "ןכ" in sides:
            assert sides["ןכ"][2] > right - 20
