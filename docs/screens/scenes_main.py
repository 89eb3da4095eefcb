"""The main screen, and what opens over it."""

from docs.screens.studio import NARROW, Studio
from hubbub.client.gui.kit.switches import Choice


def main_nothing_open(studio: Studio) -> None:
    """Unread messages, a mention, a draft, a muted group, presence, and somebody who types."""
    studio.leave_draft("@dmitri", "Of course! Send me the")

    def type_on() -> None:
        studio.world.later(0.1)  # the server passes over what is said too often
        studio.world.people["carol"].typing("alice")

    studio.again(type_on, lambda: studio.chat.conversations.typists("@carol"), "typing")
    studio.take()


def main_conversation(studio: Studio) -> None:
    studio.open("#field-trip")
    studio.take()


def main_direct(studio: Studio) -> None:
    studio.open("@bob")
    studio.take()


def main_found(studio: Studio) -> None:
    studio.main.sidebar.filter.value = "c"
    studio.chat.finding.set("c")
    studio.take()


def main_nothing_found(studio: Studio) -> None:
    studio.main.sidebar.filter.value = "zebra"
    studio.chat.finding.set("zebra")
    studio.take()


def main_narrow_list(studio: Studio) -> None:
    studio.size(*NARROW)
    studio.take()


def main_narrow_conversation(studio: Studio) -> None:
    studio.size(*NARROW)
    studio.open("#field-trip")
    studio.take()


def main_wide(studio: Studio) -> None:
    studio.size(1560, 940)
    studio.open("#field-trip")
    studio.take()


def main_whole(studio: Studio) -> None:
    """All of a conversation: what one sees first of Hubbub."""
    studio.size(1200, 940)
    studio.open("#field-trip")
    studio.to_end()
    studio.take()


def menu_conversation(studio: Studio) -> None:
    studio.open("#field-trip")
    studio.take(before=lambda: studio.click(studio.find("more")))


def menu_own(studio: Studio) -> None:
    studio.take(before=lambda: studio.main.own_menu.open(studio.main.sidebar.me))


def sheet_new_conversation(studio: Studio) -> None:
    studio.take(before=studio.main.acts.new_conversation)


def sheet_public_groups(studio: Studio) -> None:
    studio.take(before=studio.main.acts.public_groups)


def sheet_group(studio: Studio) -> None:
    studio.open("#field-trip")
    studio.until(lambda: studio.chat.room and studio.chat.room.members, "members")
    studio.take(before=studio.main.acts.group_settings)
    studio.take("asked", before=lambda: make_public(studio))


def make_public(studio: Studio) -> None:
    """As far as the question."""
    studio.main.acts.group_settings()
    studio.live(0.1)
    access = studio.find("access")
    assert isinstance(access, Choice)
    access.choose(1)


def sheet_pinned(studio: Studio) -> None:
    studio.open("#field-trip")

    def look() -> None:
        studio.main.acts.pinned("#field-trip")
        studio.live(0.3)
        studio.find("pinned").focus_force()

    studio.take(before=look)


def sheet_person(studio: Studio) -> None:
    studio.take(before=lambda: studio.main.acts.person("elena"))


def sheet_block(studio: Studio) -> None:
    studio.take(before=lambda: studio.main.acts.block("farid"))


def sheet_leave(studio: Studio) -> None:
    studio.take(before=lambda: studio.main.acts.leave("#lunch"))


SCENES = (
    main_nothing_open, main_conversation, main_direct, main_found, main_nothing_found, main_narrow_list,
    main_narrow_conversation, main_wide, main_whole, menu_conversation, menu_own, sheet_new_conversation,
    sheet_public_groups, sheet_group, sheet_pinned, sheet_person, sheet_block, sheet_leave,
)  # fmt: skip
TWICE = (main_nothing_open, main_conversation, main_whole, sheet_new_conversation)
