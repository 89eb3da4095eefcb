"""Messages: every kind of them, and what is done with them."""

from docs.screens.content import LONG
from docs.screens.studio import NARROW, Studio
from hubbub.client.gui.model.media import is_picture
from hubbub.client.gui.timeline.forward import ForwardSheet
from hubbub.client.gui.timeline.marking import Marking

THANKS = "Ha, of course"
FIRST = "Who brings what on Saturday?"


def messages_group(studio: Studio) -> None:
    """Names, faces, quotes, mentions, reactions, a pin, a picture."""
    studio.open("#field-trip")
    studio.to_end()
    studio.take()


def messages_code_and_files(studio: Studio) -> None:
    """And one that was edited, and a link."""
    studio.open("@bob")
    studio.to_end()
    studio.take()


def messages_deleted_and_blocked(studio: Studio) -> None:
    studio.open("#general")
    studio.to_end()
    studio.take()


def messages_unread(studio: Studio) -> None:
    """It opens where the unread ones begin."""
    studio.open("#reading-room")
    studio.take()


def messages_right_to_left(studio: Studio) -> None:
    studio.open("@farid")
    studio.take()


def messages_long(studio: Studio) -> None:
    """Somewhere in a long conversation, while messages come at its end."""
    studio.open(LONG)
    studio.to_end()
    for _ in range(6):
        studio.messages.flow.page(-1)
        studio.live(0.1)
    for number in range(3):
        studio.world.people["bob"].send(LONG, f"Are you sure of reading {number + 2_998:,}?")
    studio.until(lambda: studio.chat.timeline and studio.chat.timeline.below == 3, "three below")
    studio.take()


def messages_empty(studio: Studio) -> None:
    studio.open("@hana")
    studio.take()


def messages_hover(studio: Studio) -> None:
    studio.open("#field-trip")
    studio.to_end()
    studio.take(before=lambda: studio.messages.point_at(studio.view("the big thermos")))


def messages_menu(studio: Studio) -> None:
    studio.open("#field-trip")
    studio.to_end()

    def open_menu() -> None:
        view = studio.view("five seats")
        left, _, right, bottom = view.box
        x, y = view.winfo_rootx() + (left + right) // 2, view.winfo_rooty() + bottom
        studio.messages.open_menu(view.bubble, x, y)

    studio.take(before=open_menu)


def messages_react(studio: Studio) -> None:
    studio.open("@bob")
    studio.to_end()

    def react() -> None:
        view = studio.view(THANKS)
        left, top, _, _ = view.box
        studio.messages.menu.react(view.bubble, view.winfo_rootx() + left, view.winfo_rooty() + top)

    studio.take(before=react)


def messages_delete(studio: Studio) -> None:
    studio.open("@bob")
    studio.to_end()
    studio.take(before=lambda: studio.messages.menu.ask_delete(studio.bubble(THANKS)))


def messages_info(studio: Studio) -> None:
    """Who has read it, and what another said before."""
    studio.open("#field-trip")
    studio.take(before=lambda: studio.messages.menu.show_info(studio.bubble("five seats")))
    studio.open("@bob")
    studio.take("edited", lambda: studio.messages.menu.show_info(studio.bubble("push the fix")))


def messages_forward(studio: Studio) -> None:
    studio.open("@bob")
    studio.to_end()
    studio.take(before=lambda: ForwardSheet(studio.messages, studio.messages.timeline, studio.bubble(THANKS)))


def messages_jump(studio: Studio) -> None:
    """To the message that was answered."""
    studio.open("#field-trip")
    studio.to_end()

    def jump() -> None:
        studio.messages.timeline.unmark()
        studio.live(0.05)
        studio.messages.timeline.jump(studio.bubble(FIRST).message.seq)

    studio.take(before=jump)


def messages_selected(studio: Studio) -> None:
    """By the keyboard, and a part of another by the mouse."""
    studio.open("@bob")
    studio.to_end()

    def mark() -> None:
        studio.to_end()
        studio.messages.hands.pressed()
        text = studio.messages.flow.text
        text.focus_force()
        studio.press(text, "<Key-Up>")
        view = studio.view("It did, in 41 minutes")
        left, top, right, bottom = view.box
        marking = studio.theme.part(Marking)
        marking.begin(view, left + (right - left) // 5, (top + bottom) // 2)
        marking.drag(left + (right - left) * 3 // 5, (top + bottom) // 2)

    studio.take(before=mark)


def messages_viewer(studio: Studio) -> None:
    studio.open("#field-trip")
    pictures = [one for row in studio.bubbles() for one in row.message.attachments if is_picture(one)]

    def look() -> None:
        studio.messages.open_attachment(pictures[0])
        studio.live(0.5)

    studio.take(before=look)


def messages_narrow(studio: Studio) -> None:
    studio.size(*NARROW)
    studio.open("@bob")
    studio.to_end()
    studio.take()


SCENES = (
    messages_group, messages_code_and_files, messages_deleted_and_blocked, messages_unread, messages_right_to_left,
    messages_empty, messages_hover, messages_menu, messages_react, messages_delete, messages_info,
    messages_forward, messages_jump, messages_selected, messages_viewer, messages_narrow,
    messages_long,
)  # fmt: skip
TWICE = (messages_group, messages_code_and_files)
