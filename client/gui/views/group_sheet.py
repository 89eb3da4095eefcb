"""A group: what it is called and about, who is in it, and what one may change by one's role."""

import tkinter as tk
from functools import partial
from typing import TYPE_CHECKING, Final

from hubbub.client import Conversation, HubbubError, Member
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.fields import Field
from hubbub.client.gui.kit.menus import MenuItem, menu
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.kit.sheet import Sheet, confirm
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.groups import Role, Room
from hubbub.client.gui.model.listing import Line, Listing, counted
from hubbub.client.gui.views.fitting import Fitting, Paragraph
from hubbub.client.gui.views.group_access import GroupAccess
from hubbub.client.gui.views.lines import SHORT, draw_person
from hubbub.client.gui.views.picker import PeoplePicker
from hubbub.client.gui.views.soon import Soon

if TYPE_CHECKING:
    from hubbub.client.gui.views.acts import Acts

_ROLES: Final[dict[Role, str]] = {"owner": "Owner", "admin": "Admin", "member": ""}
_ICONS: Final[dict[Role, str]] = {"owner": "shield-fill", "admin": "shield", "member": "person"}
_BECOME: Final[dict[Role, str]] = {
    "owner": "Make owner",
    "admin": "Make admin",
    "member": "Make a plain member",
}


class GroupSheet:
    """Follows the group while it is open."""

    def __init__(self, window: tk.Misc, chat: Chat, room: Room, acts: "Acts") -> None:
        self._window, self._chat, self._room, self._acts = window, chat, room, acts
        self._listing = Listing(chat)
        self._shape: tuple[bool, bool] | None = None
        """What I may change, as it is laid out for."""
        self._members: dict[str, Member] = {}
        self._known = ("", "")
        """Name and topic as the fields had them last from the group."""
        self.sheet = Sheet(window, room.name, width=480, on_close=self._on_close)
        self._build()
        self._soon = Soon(self.sheet.page, self._draw)
        self._ends = [
            room.changed.connect(self._soon),
            chat.conversations.changed.connect(self._soon),
            chat.people.changed.connect(self._soon),
            chat.opened.connect(self.sheet.close),
            chat.media.person_changed.connect(lambda _: self.list.refresh()),
        ]
        self._draw()

    def _build(self) -> None:
        px = self.sheet.theme.px
        fitting = Fitting(self.sheet.body)
        fitting.pack(fill="both", expand=True)
        body = fitting.content
        self._facts = Paragraph(body)
        row = self._room.row
        self._fields = Pane(body)
        self.name = Field(
            self._fields, "Name", value=self._room.name[1:], on_change=self._on_change, on_enter=self._save
        )
        self.topic = Field(
            self._fields,
            "Topic",
            value=row.topic if row else "",
            on_change=self._on_change,
            on_enter=self._save,
        )
        self._known = self.name.value, self.topic.value
        self.name.pack(fill="x")
        self.topic.pack(fill="x", pady=(px(12), 0))
        self._save_button = Button(self._fields, "Save", command=self._save, name="save")
        self.access = GroupAccess(body, self._room)
        head = Pane(body)
        head.pack(fill="x", pady=(0, px(4)))
        self._head = head
        self._count = Label(head, "", "note", weight="semibold", colour="muted")
        self._count.pack(side="left")
        self._invite = Button(
            head, "Invite", icon="person-plus", kind="quiet", command=self._ask_whom, height=32, name="invite"
        )
        self.list: RowList[Line] = RowList(
            body, SHORT, self._draw_row, self._on_open, self._open_menu, name="members"
        )
        self.list.pack(fill="both", expand=True)
        self._leave = Button(
            body, "Leave group", icon="box-arrow-left", kind="quiet", command=self._on_leave, name="leave"
        )
        self._leave.pack(anchor="w", pady=(px(16), 0))

    def _draw(self) -> None:
        room = self._room
        if (row := room.row) is None:
            return
        self.sheet.heading.set(room.name)
        self._facts.set(_facts(row, with_topic=not room.may_change))
        self.access.follow(row)
        self._follow(row)
        self._lay_out()
        if room.may_invite:
            self._invite.pack(side="right")
        else:
            self._invite.pack_forget()
        self._count.set(
            f"{counted(len(room.members), 'member')}, {room.online()} online"
            if room.members
            else "Reading who is in it"
        )
        self._members = {member.name: member for member in room.members}
        self.list.show([self._listing.person(self._chat.people.user(member.name)) for member in room.members])
        self.list.refresh()

    def _follow(self, row: Conversation) -> None:
        """Another changed it: what nobody has typed over here is that now, and not what it was to be changed back to."""
        before, self._known = self._known, (row.name[1:], row.topic)
        for field, old, new in zip((self.name, self.topic), before, self._known, strict=True):
            if field.value == old != new:
                field.value = new
        self._on_change("")

    def _lay_out(self) -> None:
        """What one may not change is told in words, and members have the rest of the room."""
        shape = self._room.may_change, self._room.may_open
        if shape == self._shape:
            return
        self._shape, px = shape, self.sheet.theme.px
        for part in (self._facts, self._fields, self.access):
            part.pack_forget()
        if not self._room.may_open:
            self._facts.pack(fill="x", pady=(0, px(16)), before=self._head)
        if self._room.may_change:
            self._fields.pack(fill="x", pady=(0, px(20)), before=self._head)
        if self._room.may_open:
            self.access.pack(fill="x", pady=(0, px(20)), before=self._head)
        room = self.sheet.page.winfo_toplevel().winfo_height() / self.sheet.theme.scale
        above = 524 if self._room.may_open else 480
        self.list.configure(height=px(max(112, min(320, room - above))))

    def _draw_row(self, row: Row, line: Line, _: int, state: RowState) -> None:
        px = row.theme.px
        member = self._members[line.name]
        draw_person(row, line, state, self._chat.media.person(line.name, line.picture), right=96)
        word = _ROLES[member.role] or ("Bot" if member.bot else "")
        if word:
            row.text(
                word,
                row.width - px(12),
                row.height / 2,
                "note",
                "accent" if member.role == "owner" else "muted",
                right=True,
            )

    # -------------------------------------------------------------------------------------------------------- members

    def _on_open(self, line: Line) -> None:
        list_ = self.list
        self._open_menu(line, list_.winfo_pointerx(), list_.winfo_pointery())

    def _open_menu(self, line: Line, x: int, y: int) -> None:
        menu(self.sheet.page, x, y, self.member_items(self._members[line.name]))

    def member_items(self, member: Member) -> list[MenuItem | None]:
        """What can be done with a member, by one's role."""
        items: list[MenuItem | None] = [MenuItem("Profile", "person", lambda: self._acts.person(member.name))]
        if member.name != self._chat.me:
            items.append(MenuItem("Write", "chat", lambda: self._chat.open(f"@{member.name}")))
        if self._room.may_set_role(member):
            items.append(None)
            items += [
                MenuItem(text, _ICONS[role], partial(self._set_role, member, role))
                for role, text in _BECOME.items()
                if role != member.role
            ]
        if self._room.may_remove(member):
            items += [
                None,
                MenuItem("Remove from the group", "person-x", lambda: self._remove(member), danger=True),
            ]
        return items

    def _set_role(self, member: Member, role: Role) -> None:
        shown = self._chat.people.shown(member.name)
        if role != "owner" and member.name != self._chat.me:
            self._room.set_role(member.name, role)
            return
        text = (
            f"{shown} can then do everything that you can, and take your role away."
            if role == "owner"
            else "You can't change members' roles any more then."
        )
        title = f"Make {shown} an owner?" if role == "owner" else "Give up your role?"
        confirm(self._window, title, text, _BECOME[role], done=lambda: self._room.set_role(member.name, role))

    def _remove(self, member: Member) -> None:
        shown = self._chat.people.shown(member.name)
        text = "Nothing more of the group is sent to this account."
        if (row := self._room.row) is not None and row.public:
            text += " The group is public: anybody can join it again."
        confirm(
            self._window,
            f"Remove {shown}?",
            text,
            "Remove",
            danger=True,
            done=lambda: self._room.remove(member.name),
        )

    def _ask_whom(self) -> None:
        Invite(self._window, self._chat, self._room)

    def _on_leave(self) -> None:
        self._acts.leave(self._room.name)

    # ---------------------------------------------------------------------------------------------------- name, topic

    def _on_change(self, _: str) -> None:
        if self._changes():
            self._save_button.pack(anchor="e", pady=(self.sheet.theme.px(12), 0))
        else:
            self._save_button.pack_forget()

    def _changes(self) -> bool:
        row = self._room.row
        return row is not None and (
            self.name.value.strip() != row.name[1:] or self.topic.value.strip() != row.topic
        )

    def _save(self) -> None:
        row = self._room.row
        if row is None or not self._changes():
            return
        self._save_button.set(busy=True)
        if self.topic.value.strip() != row.topic:
            self._room.set_topic(self.topic.value, self._saved, lambda error: self._failed(self.topic, error))
        if self.name.value.strip() != row.name[1:]:
            self._room.rename(self.name.value, self._saved, lambda error: self._failed(self.name, error))

    def _saved(self) -> None:
        if self.sheet.page.winfo_exists():
            self._save_button.set(busy=False)
            self._on_change("")

    def _failed(self, field: Field, error: HubbubError) -> None:
        if self.sheet.page.winfo_exists():
            self._save_button.set(busy=False)
            field.error(str(error))

    def _on_close(self) -> None:
        for end in self._ends:
            end()


def _facts(row: Conversation, *, with_topic: bool) -> str:
    access = (
        "Public: everybody can find it and join" if row.public else "Private: only who is invited knows of it"
    )
    history = "everything that was said" if row.history == "all" else "what is said after they came"
    topic = f"{row.topic}\n" if row.topic and with_topic else ""
    return f"{topic}{access}. New members see {history}."


class Invite:
    """A sheet: whom to bring into a group."""

    def __init__(self, window: tk.Misc, chat: Chat, room: Room) -> None:
        self._chat, self._room = chat, room
        self.sheet = Sheet(window, f"Invite to {room.name}")
        self.sheet.listens(chat.opened.connect(self.sheet.close))
        body, px = self.sheet.body, self.sheet.theme.px
        height = window.winfo_toplevel().winfo_height() / self.sheet.theme.scale - 300
        self.picker = PeoplePicker(
            body,
            chat,
            without=[chat.me, *(member.name for member in room.members)],
            on_change=self._on_choice,
            on_done=self._do,
            height=round(max(112, min(280, height))),
        )
        self.picker.pack(fill="both", expand=True)
        self._problem = Paragraph(body, colour="danger")
        self._button = Button(body, "Invite", command=self._do, name="do_invite")
        self._button.pack(side="bottom", anchor="e", pady=(px(16), 0))
        self._left: list[str] = []
        self.picker.search.focus()
        self._on_choice()

    def _on_choice(self) -> None:
        number = len(self.picker.chosen)
        self._button.set(text=f"Invite {number}" if number > 1 else "Invite", enabled=number > 0)

    def _do(self) -> None:
        if self.picker.chosen and not self._button.busy:
            self._problem.pack_forget()
            self._button.set(busy=True)
            self._left = list(self.picker.chosen)
            self._next()

    def _next(self) -> None:
        """One after the other, so that it is clear for whom it did not work."""
        if not self.sheet.page.winfo_exists():
            return
        if self._left:
            self._room.invite(self._left.pop(0), self._next, self._failed)
        else:
            self.sheet.close()

    def _failed(self, error: HubbubError) -> None:
        if self.sheet.page.winfo_exists():
            self._button.set(busy=False)
            self._problem.set(str(error))
            self._problem.pack(fill="x", pady=(self.sheet.theme.px(12), 0))
