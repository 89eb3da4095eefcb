"""Messages as lines of one Text: how they read, what a click on them does, and what is copied of them."""

import re
import tkinter as tk
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from hubbub.client import Reaction
from hubbub.client.gui.kit.palette import contrast
from hubbub.client.gui.kit.theme import Theme
from hubbub.client.gui.model.rows import Bubble, DayLine, Quote, Row, UnreadLine
from hubbub.client.gui.timeline.flow import Flow
from hubbub.client.gui.timeline.lines import Edge
from hubbub.client.gui.timeline.page import Page
from tests.helpers.bubbling import Asked, attachment, bubble
from tests.helpers.ground import Ground
from tests.helpers.waiting import until

pytestmark = pytest.mark.window
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
TODAY = DayLine(key="day", text="Today")


class Paper:
    """A window with a page in it."""

    def __init__(self, root: tk.Tk, theme: Theme) -> None:
        self.root, self.theme = root, theme
        self.asked = Asked()
        page = partial(Page, actions=self.asked, retry=lambda: self.asked.told.append(("retry",)))
        self.flow = Flow(root, page, lambda: self.page.look(self.flow.height), ahead=1000)
        self.flow.pack(fill="both", expand=True)
        self.until(lambda: self.flow.height > 1)

    @property
    def page(self) -> Page:
        page = self.flow.text
        assert isinstance(page, Page)
        return page

    def show(self, *rows: Row) -> None:
        self.flow.show(rows)
        self.until(lambda: not self.flow.busy)

    def until(self, condition: Callable[[], object]) -> None:
        def turned() -> object:
            self.root.update()
            return condition()

        until(turned)

    def reads(self) -> list[str]:
        return self.page.get("1.0", "end").strip().split("\n")

    def index(self, text: str) -> str:
        found = self.page.search(text, "1.0")
        assert found, self.reads()
        return str(found)

    def middle(self, index: str) -> tuple[int, int]:
        self.page.see(index)
        left, top, width, height = self.page.bbox(index) or (0, 0, 0, 0)
        return left + width // 2, top + height // 2

    def click(self, text: str, button: int = 1) -> None:
        x, y = self.middle(self.index(text))
        self.page.event_generate(f"<ButtonPress-{button}>", x=x, y=y)
        self.page.event_generate(f"<ButtonRelease-{button}>", x=x, y=y)
        self.root.update()

    def drags(self, begin: str, end: str) -> None:
        """From before the first text to behind the second one."""
        left, top, _, _ = self.page.bbox(self.index(begin)) or (0, 0, 0, 0)
        last, bottom, _, height = self.page.bbox(f"{self.index(end)} + {len(end)} chars") or (0, 0, 0, 0)
        self.page.event_generate("<ButtonPress-1>", x=left, y=top + 2)
        self.page.event_generate("<B1-Motion>", x=(left + last) // 2, y=(top + bottom) // 2)
        self.page.event_generate("<B1-Motion>", x=last, y=bottom + height // 2)
        self.page.event_generate("<ButtonRelease-1>", x=last, y=bottom + height // 2)
        self.root.update()


@pytest.fixture
def paper(ground: Ground) -> Iterator[Paper]:
    theme = ground.begin("600x500")
    yield Paper(ground.root, theme)
    ground.end()
    assert ground.faults == []


def test_what_is_marked_can_be_read_in_both_themes(paper: Paper) -> None:
    paper.show(TODAY, bubble("a text"))
    for mode in ("light", "dark"):
        paper.theme.set_mode(mode)
        ink = str(paper.page.cget("selectforeground"))
        for ground in ("selectbackground", "inactiveselectbackground"):
            assert contrast(ink, str(paper.page.cget(ground))) >= 4.5
    paper.theme.set_mode("light")


def test_a_message_is_a_line_with_its_time_and_its_name(paper: Paper) -> None:
    quote = Quote(seq=3, name="Anna", text="shall we?")
    paper.show(
        TODAY,
        bubble("hello"),
        UnreadLine(),
        bubble("yes", quote=quote, reply_to=3),
        bubble("", deleted_at=NOW, sender="carol"),
        bubble("it is late", edited_at=NOW),
        bubble("x", folded=True),
        bubble("not this", mine=True, state="failed", problem="It is too long."),
    )
    assert paper.reads() == [
        "Today",
        "14:05\tBob: hello",
        "Unread messages",
        "14:05\tBob: ↪ Anna: shall we?",
        "yes",
        "14:05\tBob: Message deleted",
        "14:05\tBob: it is late  edited",
        "14:05\tBlocked message  Show",
        "14:05\tMe: not this   It is too long.  Try again  Discard",
    ]


def test_code_stands_in_lines_of_its_own_and_between_what_is_said(paper: Paper) -> None:
    paper.show(bubble("look:\n```python\nwhile 1:\n    pass\n```\nor `so`"))
    assert paper.reads() == ["14:05\tBob: look:", "while 1:", "    pass", "or so"]
    assert "block" in paper.page.tag_names(paper.index("while"))
    assert "code" in paper.page.tag_names(paper.index("so"))


def test_clicks_do_what_they_are_on(paper: Paper) -> None:
    quote = Quote(seq=3, name="Anna", text="shall we?")
    reaction = Reaction(emoji="👍", count=4, mine=True, users=("me",))
    paper.show(
        bubble("see https://example.org/x", quote=quote, reply_to=3, reactions=(reaction,)),
        bubble("x", folded=True, sender="carol"),
        bubble("y", mine=True, state="failed"),
        Edge(key="later", state="failed"),
    )
    for text in ("shall", "https", "\u20094", "Bob", "Show", "Try again", "Discard", "Could not"):
        paper.click(text)
    assert [told[0] for told in paper.asked.told] == [
        "jump", "link", "react", "person", "unfold", "retry", "discard", "retry",
    ]  # fmt: skip
    paper.click("Blocked", button=3)
    assert paper.asked.told[-1][0] == "menu"


def test_the_mouse_marks_across_messages_and_what_is_copied_can_be_sent_by_mail(paper: Paper) -> None:
    reaction = Reaction(emoji="🎉", count=2, mine=False, users=("anna",))
    paper.show(
        TODAY,
        bubble("good morning 👍 all", reactions=(reaction,)),
        bubble("two\nlines", mine=True, state="read"),
        UnreadLine(),
        bubble("and more", edited_at=NOW),
    )
    paper.drags("morning", "and mor")
    assert paper.page.marked.split("\n") == [
        "14:05 Bob: morning 👍 all",
        "14:05 Me: two",
        "lines",
        "14:05 Bob: and mor",
    ]
    assert paper.page.selection_get(selection="PRIMARY") == paper.page.marked
    paper.drags("good", "morning")
    assert paper.page.marked == "good morning"
    paper.page.mark_all()
    assert paper.page.marked.split("\n") == [
        "Today",
        "14:05 Bob: good morning 👍 all",
        "14:05 Me: two",
        "lines",
        "14:05 Bob: and more",
    ]


def test_what_is_marked_stays_so_when_messages_come_and_change(paper: Paper) -> None:
    one, two, three = (bubble(text) for text in ("first", "second", "third"))
    paper.show(one, two, three)
    paper.drags("irst", "thi")
    marked = paper.page.marked
    changed = replace(two, message=replace(two.message, edited_at=NOW))
    paper.show(bubble("before all"), replace(one, marked=True), changed, three, bubble("behind"))
    assert paper.page.marked == marked
    assert marked.endswith("thi")
    assert "edited" in paper.reads()[2]


def test_a_click_that_marks_opens_nothing(paper: Paper) -> None:
    paper.show(bubble("see https://example.org/x now"))
    paper.drags("https", "example")
    assert paper.page.marked == "https://example"
    assert paper.asked.told == []


def test_the_pointer_and_a_line_tell_what_can_be_clicked(paper: Paper) -> None:
    paper.show(bubble("see https://example.org/x now"))
    x, y = paper.middle(paper.index("https"))
    paper.page.event_generate("<Motion>", x=x, y=y)
    assert str(paper.page.cget("cursor")) == "hand2"
    assert "hovered" in paper.page.tag_names(paper.index("example"))
    x, y = paper.middle(paper.index("now"))
    paper.page.event_generate("<Motion>", x=x, y=y)
    assert str(paper.page.cget("cursor")) == "xterm"


def test_a_file_says_how_far_it_is_and_what_can_be_done(paper: Paper) -> None:
    shown = bubble("", attachments=(attachment(),))
    paper.show(shown)
    assert "report.pdf  3.5 MB  Download" in paper.reads()[0]
    paper.click("report.pdf")
    paper.asked.desk.is_at(1_000_000, 3_456_789)
    assert "1.0 MB of 3.5 MB fetched  Stop" in paper.reads()[0]
    paper.click("Stop")
    assert "3.5 MB  Download" in paper.reads()[0]
    paper.click("Download")
    paper.asked.desk.asked[-1][2](Path("/tmp/report.pdf"))
    assert "downloaded  Show in folder" in paper.reads()[0]
    paper.page.mark_all()
    assert re.fullmatch(r"14:05 Bob:  ?report\.pdf", paper.page.marked)


def test_pictures_are_small_and_fetched_when_they_are_seen(paper: Paper) -> None:
    def picture(number: int) -> Bubble:
        one = attachment(f"p{number}.png", "image/png", 4000, width=800, height=600)
        return bubble("look", attachments=(one,))

    paper.show(*(picture(number) for number in range(40)))
    assert 0 < paper.asked.desk.kinds.count("preview") < 12
    paper.asked.desk.paints("#cc2211")
    paper.root.update()
    page = paper.page
    name = page.dump(f"{paper.index('look')} linestart", "end", image=True)[0][1]
    photo = str(page.image_cget(page.index(name), "image"))
    assert int(page.tk.call("image", "width", photo)) == 120
    paper.page.mark_all()
    assert "[p39.png]" in paper.page.marked


LONG = "שלום עולם, זה טקסט ארוך מאוד שנשבר לשתי שורות (abc 12) 👍 וגם עוד קצת טקסט כדי למלא שורה ועוד אחת"


def test_text_from_right_to_left_is_seen_in_order_and_copied_as_it_was_said(paper: Paper) -> None:
    paper.show(
        bubble("hello"), bubble("שלום עולם 12!"), bubble(LONG, mine=True, state="read"), bubble("سلام")
    )
    first, second, *third, fourth = paper.reads()
    assert (first, second) == ("14:05\tBob: hello", "14:05\tBob: !12 םלוע םולש")
    assert fourth == "14:05\tBob: \ufee1\ufefc\ufeb3"
    assert len(third) > 1
    assert third[0].endswith("םולש") and third[0].startswith("14:05\tMe: \t")
    for line in range(4, 4 + len(third)):  # one line on the screen each, up to the right end
        assert paper.page.count(f"{line}.0", f"{line}.end", "displaylines") in (None, 0, (0,))
        x, _, width, *_ = paper.page.dlineinfo(f"{line}.0") or (0, 0, 0)
        assert abs(x + width - (paper.page.winfo_width() - 16)) <= 3
    paper.page.mark_all()
    assert paper.page.marked.split("\n") == [
        "14:05 Bob: hello",
        "14:05 Bob: שלום עולם 12!",
        f"14:05 Me: {LONG}",
        "14:05 Bob: سلام",
    ]


def test_what_one_drags_over_is_all_that_was_said_between(paper: Paper) -> None:
    paper.show(bubble("hello"), bubble(LONG), bubble("bye"))
    whole = "ךורא טסקט"
    paper.drags("hello", "םולש")  # down to the end of what is seen, where the text begins
    assert paper.page.marked == "14:05 Bob: hello\n14:05 Bob: "
    at = paper.index(whole)
    begin, end = paper.page.bbox(f"{at} + 4 chars") or (0, 0, 0, 0), paper.page.bbox(paper.index("bye"))
    assert end
    paper.page.event_generate("<ButtonPress-1>", x=begin[0], y=begin[1] + 5)
    paper.page.event_generate("<B1-Motion>", x=end[0], y=end[1] + 5)
    paper.page.event_generate("<ButtonRelease-1>", x=end[0], y=end[1] + 5)
    assert paper.page.marked.split("\n")[0] == "14:05 Bob: " + LONG[LONG.index("ארוך") :]
    assert len(paper.page.tag_ranges("sel")) >= 4
    marked = paper.page.marked
    paper.root.geometry("520x500")
    paper.until(lambda: paper.page.winfo_width() == 520 and not paper.flow.busy)
    assert paper.page.marked == marked
    paper.root.geometry("600x500")
    paper.until(lambda: paper.page.winfo_width() == 600 and not paper.flow.busy)
    paper.drags(whole, whole)
    assert paper.page.marked == "טקסט ארוך"


def test_links_in_text_from_right_to_left_can_be_clicked(paper: Paper) -> None:
    paper.show(bubble("ראה https://example.org/x עכשיו", name="דנה", sender="dana"))
    assert paper.reads() == ["14:05\tהנד: וישכע https://example.org/x האר"]
    paper.click("https")
    paper.click("הנד")
    assert [told[0] for told in paper.asked.told] == ["link", "person"]


def test_three_presses_mark_all_of_a_text_that_was_broken_into_lines(paper: Paper) -> None:
    paper.show(bubble("hello"), bubble(f"{LONG}\n{LONG}"), bubble("bye"))
    x, y = paper.middle(f"{paper.index('םולש')} + 1 lines")
    for press in range(3):
        for event in ("<ButtonPress-1>", "<ButtonRelease-1>"):
            paper.page.event_generate(event, x=x, y=y, time=50_000 + 100 * press)
    assert paper.page.marked == f"14:05 Bob: {LONG}"
